"""Claims in other words than their source: true ones that are kept beside false twins that are not."""

from __future__ import annotations

from datetime import date

import pytest

from app.check.checking import check
from app.questions.periods import periods
from retrieval.documents import Document
from retrieval.passages import split_passages
from retrieval.quotations import find_quotations, speaker_of

TEXT = (
    "Vell ended the year well. The company’s sales rose 21% to $48.39 million, and profit came to $5 million. "
    "Its shares fell 3% on Monday. Vell expects to put between $60 million and $65 million this year into mills; last "
    "year it spent $39.2 million. Total expenses are guided to $114 million, after $95 million in 2024.\n\n"
    "The mill in Oslo did not close in 2024."
)
DOCUMENT = Document(TEXT, "Vell grows, and Vell spends: a year of Vell", "a.txt", published=date(2025, 1, 30))
PASSAGES = list(split_passages(DOCUMENT))
HEARD = find_quotations(DOCUMENT)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Vell’s revenue climbed 21% to $48.39 million.", "Vell’s revenue dropped 21% to $48.39 million."),
        ("Its stock dropped 3% on Monday.", "Its stock dropped 3% on Tuesday."),
        ("Its stock dropped 3% on Monday.", "Its stock could drop 3% on Monday."),
        ("Total expenses are guided to $114 million.", "Total expenses reached $114 million."),
        ("Total expenses are expected to reach $114 million.", "Total expenses are expected to reach $95 million."),
    ],
)
def test_a_paraphrase_and_its_false_twin(true: str, false: str) -> None:
    kept, refused = (
        check(text, PASSAGES, (1,), lambda passage, span: speaker_of(HEARD, *span)) for text in (true, false)
    )
    assert refused.support is None
    assert kept.support == "supported", kept.reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in the fourth quarter of 2024", [("quarter", "4"), ("year", "2024")]),
        ("sales for October to December", [("quarter", "4")]),
        ("this year and last year", [("year", "2025"), ("year", "2024")]),
        ("up 5% from a year earlier", [("compared", "compared")]),
        ("on Monday, 27 January", [("weekday", "monday"), ("day", "jan 27")]),
        ("3.35 billion daily users", [("often", "day")]),
        ("nothing of the kind", []),
    ],
)
def test_periods(text: str, found: list[tuple[str, str]]) -> None:
    assert [(p.kind, p.value) for p in periods(text, 2025)] == found
