"""Different figures for one thing are shown with their sources; rounding, other periods, other things are not."""

from __future__ import annotations

import pytest

from app import Chatbot
from app.answer import Citation, Source
from app.disagreement import disagreements
from app.question import understand
from tests.libraries import articles_bot, needs_articles

__all__ = ["articles_bot"]


def positions(question: str, *quotes: str) -> list[list[tuple[str, tuple[int, ...]]]]:
    cited = [
        Citation(n, quote, 0, len(quote), None, Source(f"doc{n}", f"Title {n}", None, None, f"/{n}"))
        for n, quote in enumerate(quotes, start=1)
    ]
    return [[(p.value, p.citations) for p in d.positions] for d in disagreements(understand(question), cited)]


def test_different_figures_are_set_against_each_other() -> None:
    assert positions(
        "How far did Norvik's shares fall?",
        "Norvik's shares dropped nearly 20% on Monday.",
        "Shares of Norvik, the chip maker, fell 17% on Monday.",
        "On Monday the shares of Norvik fell 17%.",
    ) == [[("nearly 20%", (1,)), ("17%", (2, 3))]]


def test_ranges_are_values_of_their_own() -> None:
    assert positions(
        "How much will Norvik spend on plants?",
        "Norvik plans to spend between $60 billion and $65 billion on plants.",
        "Norvik set a budget of $60-80 billion for its plants.",
    ) == [[("between $60 billion and $65 billion", (1,)), ("$60-80 billion", (2,))]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Norvik's revenue was $48.39 billion.", "Norvik reported revenue of $48.4 billion."),
        ("Norvik's revenue was $48.39 billion in 2024.", "Norvik's revenue was $40.1 billion in 2023."),
        ("Norvik's revenue was $48.39 billion.", "Analysts had expected Norvik's revenue at $47.04 billion."),
        ("Norvik's revenue was $48.39 billion.", "Norvik's rival Ostra said its costs were $31 billion."),
        ("Norvik's revenue rose 21%.", "Norvik's net income, a record, rose 49%."),
        (
            "Norvik's revenue was $48.39 billion.",
            "Correction: an earlier version misstated Norvik's revenue as $44 billion.",
        ),
        ("Norvik's revenue was $48.39 billion.", "Last year Norvik's revenue was $40.1 billion."),
        ("Norvik's revenue rose 21% to $48.39 billion.", "Norvik's revenue was up 21% from $40.1 billion."),
    ],
)
def test_what_is_no_disagreement(one: str, other: str) -> None:
    assert positions("What was Norvik's revenue?", one, other) == []


def test_one_document_does_not_disagree_with_itself() -> None:
    quote = "Norvik's shares fell 17% on Monday and Norvik's shares fell 20% in all."
    source = Source("doc", "Title", None, None, "/")
    cited = [Citation(1, quote, 0, 30, None, source), Citation(2, quote, 31, 60, None, source)]
    assert disagreements(understand("How far did Norvik's shares fall?"), cited) == []


@needs_articles
@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("What are Meta's capex plans?", {"between $60 billion and $65 billion", "$60-80 billion", "over $60 billion"}),
        ("How far did Nvidia's stock fall?", {"17%", "nearly 20%"}),
        ("What was Meta's net income?", set()),
        ("What was Meta's revenue?", set()),
    ],
)
def test_the_articles_disagree_where_they_do(articles_bot: Chatbot, question: str, values: set[str]) -> None:
    answer = articles_bot.ask(question)
    assert {p.value for d in answer.disagreements for p in d.positions} == values
    assert ("The sources disagree" in answer.text) is bool(values)
