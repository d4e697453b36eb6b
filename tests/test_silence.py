"""Answered rightly, answered wrongly, refused: our own questions over real libraries, with measured floors."""

from collections import Counter

import pytest

from app.chatbot import Chatbot
from tests.libraries import articles_bot, needs_articles, sample_bot
from tests.silence import QUESTIONS, counted

__all__ = ["articles_bot", "sample_bot"]


def test_there_are_enough_questions_of_both_kinds() -> None:
    wanted = Counter(item["wanted"] for item in QUESTIONS)
    assert wanted["answer"] >= 60
    assert wanted["silence"] >= 60
    assert min(wanted["premise"], wanted["part"]) >= 10


def test_the_sample_is_answered_where_it_can_be_and_not_where_it_cannot(sample_bot: Chatbot) -> None:
    counts, lines = counted(sample_bot, "sample")
    assert counts["answer", "right"] >= 58, lines
    assert counts["answer", "refused"] <= 6, lines
    assert counts["part", "right"] >= 8, lines
    assert counts["premise", "told"] >= 9, lines
    assert counts["premise", "yes to it"] <= 2, lines
    assert counts["silence", "yes to it"] <= 5, lines


@needs_articles
def test_so_are_the_articles(articles_bot: Chatbot) -> None:
    counts, lines = counted(articles_bot, "articles")
    assert counts["answer", "right"] >= 10, lines
    assert counts["silence", "yes to it"] <= 3, lines


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "How many employees did Meta have in 2019?",
            "The sources don’t say. Searched for: employees, Meta, 2019. No passage found mentions 2019.",
        ),
        ("What was Alphabet's revenue?", "The sources don’t say. Searched for: Alphabet, revenue."),
    ],
)
def test_silence_says_what_was_looked_for(sample_bot: Chatbot, question: str, text: str) -> None:
    answer = sample_bot.ask(question)
    assert answer.text == text
    subject = "Meta" if "Meta" in question else "Alphabet"
    assert subject in answer.closest[0].quote
