"""The five articles: what the product was first asked, answered from the right sentences."""

from __future__ import annotations

import re

import pytest

from app import Chatbot
from tests.libraries import articles_bot, needs_articles

__all__ = ["articles_bot"]
pytestmark = needs_articles

FURNITURE = re.compile(r"click here|also read|why trust|fact checked|whatsapp|like us on|related news", re.IGNORECASE)


def test_zuckerberg_on_deepseek(articles_bot: Chatbot) -> None:
    answer = articles_bot.ask("What did Zuckerberg say about DeepSeek?")
    assert answer.answered
    assert {c.speaker for c in answer.citations} == {"Mark Zuckerberg"}
    assert len({c.document.id for c in answer.citations}) >= 3
    quoted = {q for c in answer.citations for q in re.findall(r"[“\"]([^”\"]{12,})[”\"]", c.quote)}
    assert len(quoted) >= 2
    for c in answer.citations:
        assert articles_bot.document(c.document.id).text[c.start : c.end] == c.quote


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What was Meta's net income?", "$20.8 billion"),
        ("How much does Meta plan to spend on capital expenditures in 2025?", "$60"),
        ("What are Meta's capex plans?", "$60"),
        ("How much did Reality Labs lose?", "$4.97 billion"),
        ("What was the loss of Reality Labs in the fourth quarter?", "$4.97 billion"),
        ("How many daily active users does Meta have?", "3.35 billion"),
        ("How many people use Meta every day?", "3.35 billion"),
        ("What was Meta's revenue in Q4 2024?", "$48."),
        ("How far did Nvidia's stock fall?", "%"),
        ("When did Facebook rebrand to Meta?", "2021"),
    ],
)
def test_the_right_sentence_comes_first(articles_bot: Chatbot, question: str, first: str) -> None:
    answer = articles_bot.ask(question)
    assert answer.answered
    assert first in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "What did Sundar Pichai say about DeepSeek?",
        "What did Zuckerberg say about tariffs?",
        "How many employees does Meta have?",
        "What was Apple's revenue?",
        "Who won the World Cup?",
    ],
)
def test_the_sources_do_not_say(articles_bot: Chatbot, question: str) -> None:
    answer = articles_bot.ask(question)
    assert not answer.answered
    assert answer.closest
    assert answer.text.startswith("The sources don’t say")


def test_page_furniture_is_never_evidence(articles_bot: Chatbot) -> None:
    for question in (
        "What did Zuckerberg say about AI?",
        "Click here?",
        "Why trust Greenbot?",
        "What is on WhatsApp Channels?",
    ):
        answer = articles_bot.ask(question)
        assert not any(FURNITURE.search(c.quote) for c in answer.citations + answer.closest)
