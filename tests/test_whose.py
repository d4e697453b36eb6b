"""Whose figures and whose movements a question asks about: another's are no answer to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import Chatbot
from tests.hashing import hashing
from tests.libraries import articles_bot, needs_articles

__all__ = ["articles_bot"]


def library(folder: Path, *texts: str) -> Chatbot:
    """A library of a note for each text, of one day and one outlet each."""
    for number, text in enumerate(texts):
        (folder / f"{number}.md").write_text(
            f"---\ntitle: Note {number}\nsource: Courier {number}\ndate: 2025-01-30\n---\n\n{text}\n", encoding="utf-8"
        )
    bot = Chatbot(folder / "library", embed=hashing)
    bot.add(folder)
    return bot


@needs_articles
@pytest.mark.parametrize(
    "question",
    [
        "What is Nvidia's revenue?",
        "How much will Nvidia spend on capital expenditures in 2025?",
        "How much did DeepSeek's shares fall?",
        "How many GPUs does DeepSeek have?",
        "What is Meta's stock price?",
        "What is the market value of Nvidia?",
    ],
)
def test_what_is_told_of_another_only_is_no_answer(articles_bot: Chatbot, question: str) -> None:
    answer = articles_bot.ask(question)
    assert not answer.answered, answer.text
    assert not answer.disagreements


@needs_articles
@pytest.mark.parametrize(
    ("question", "said"),
    [("Why did Meta's stock fall?", "rose"), ("Why did Meta's revenue fall in the fourth quarter?", "21%")],
)
def test_what_the_sources_say_stands_against_a_fall_that_was_none(
    articles_bot: Chatbot, question: str, said: str
) -> None:
    answer = articles_bot.ask(question)
    assert answer.text.startswith("The sources don’t say that Meta")
    assert said in answer.text


@needs_articles
def test_she_is_whom_the_answer_before_names(articles_bot: Chatbot) -> None:
    who = articles_bot.ask("Who is Meta's CFO?")
    assert "Susan Li" in who.text
    said = articles_bot.ask("What did she say?", [(who.question, who.text)])
    assert said.remarks
    assert {remark.speaker for remark in said.remarks} == {"Susan Li"}


def test_the_company_is_whom_the_text_tells_of(tmp_path: Path) -> None:
    text = "Norvik opened a mill in Alder in March. The company has a revenue of $48 million."
    with library(tmp_path, text, "Bix buys its flour from Norvik. Bix was founded in 1990.") as bot:
        assert "$48 million" in bot.ask("How high is the revenue of Norvik?").text
        assert "$48 million" not in bot.ask("How high is the revenue of Bix?").text


@needs_articles
def test_a_remark_with_a_topic_of_its_own_is_no_answer_about_what_was_named_before(articles_bot: Chatbot) -> None:
    answer = articles_bot.ask("What did Susan Li say about Llama 4?")
    assert not answer.answered
    assert "none of them quotes Susan Li on Llama 4" in answer.text
    assert articles_bot.ask("What did Susan Li say about DeepSeek?").answered


@needs_articles
def test_what_was_expected_of_nothing_in_particular_differs_too(articles_bot: Chatbot) -> None:
    differing = articles_bot.ask("What did analysts expect?").disagreements
    assert {p.value for one in differing for p in one.positions} == {
        "$46.99 billion",
        "$47.04 billion",
        "$6.76",
        "$6.77",
    }


@needs_articles
def test_what_is_near_to_one_half_of_a_question_does_not_answer_the_other(articles_bot: Chatbot) -> None:
    answer = articles_bot.ask("Who is the CEO of Meta and where was he born?")
    assert answer.missing == ("Where was the CEO of Meta born?",)
    assert "The sources don’t say: Where was the CEO of Meta born?" in answer.text


@needs_articles
def test_what_somebody_is_called_tells_who_it_is_and_sets_no_figures_against_each_other(articles_bot: Chatbot) -> None:
    assert "CEO Mark Zuckerberg" in articles_bot.ask("Who is Zuckerberg?").statements[0].text
    assert all("Zuckerberg" in s.text for s in articles_bot.ask("Who is the CEO of Meta?").statements)
    assert not articles_bot.ask("What is Nvidia?").disagreements
