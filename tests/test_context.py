"""Searching for a follow-up with an ear for the question before."""

from __future__ import annotations

from collections.abc import Sequence

from app import Chatbot
from app.questions.context import in_context, leant_on
from retrieval.documents import Document, Hit, Passage
from tests.libraries import sample_bot

__all__ = ["sample_bot"]

BEFORE = [("What is the biggest risk of buying discounted company stock?", "That it falls. [1]")]


def hit(text: str, score: float) -> Hit:
    document = Document(text, "title", text)
    return Hit(Passage(document, 0, len(text), ((0, len(text)),)), score, score, 0.0, (score,))


def test_a_short_question_leans_on_the_one_before() -> None:
    assert leant_on("What are the taxes?", BEFORE) == BEFORE[-1][0]


def test_a_question_that_is_whole_leans_on_nothing() -> None:
    assert leant_on("What are the taxes?", []) == ""
    assert leant_on("What is the Huntington Act?", BEFORE) == "", "a name that nobody has said yet"
    assert leant_on("How do small towns far from rail pay for clean drinking water?", BEFORE) == "", "long enough"
    assert leant_on("Is the biggest risk of discounted company stock that it falls?", BEFORE) == "", "it repeats it"


def test_the_question_before_orders_and_adds_nothing() -> None:
    taxes, stock, over = hit("On taxes.", 0.5), hit("On taxes of stock.", 0.45), hit("On risk.", 0.9)

    def search(query: str, most: int) -> Sequence[Hit]:
        return [over, stock, hit("Else.", 0.1)] if "risk" in query else [taxes, stock][:most]

    found = in_context(search, BEFORE[-1][0])("What are the taxes?", 2)
    assert [h.passage.text for h in found] == ["On taxes of stock.", "On taxes."]
    assert {h.score for h in found} == {0.5, 0.45}, "scores are those by the question alone"
    assert in_context(search, "") is search


def test_what_the_sources_do_not_say_is_not_answered_by_the_topic_carried_over(sample_bot: Chatbot) -> None:
    first = sample_bot.ask("What did Zuckerberg say about DeepSeek?")
    history = [(first.question, first.text)]
    for question in ("When was he born?", "What did he say about tariffs?", "And Sundar Pichai?", "Is it on the moon?"):
        assert not sample_bot.ask(question, history).answered, question
    unsaid = sample_bot.ask("What did Zuckerberg say about tariffs?")
    after = [*history, (unsaid.question, unsaid.text)]
    assert not sample_bot.ask("And what did Susan Li say about them?", after).answered
