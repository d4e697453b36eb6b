"""Quoted words in another frame: of another thing, by another person, to other people, at another time."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.documents import Document
from tests.test_objections import support

HARBOURS = Document(
    "Berg called that “a lie” and said the harbours were closed by his successor, Tove Falk. Falk told the newspaper "
    "Dagen that Berg was “technically right.”\n\nNordvik’s chief executive, Eva Roos, said that she was “surprised by "
    "the tone” and that the dividend was paid before the company asked for aid.\n\n“We were lucky with the wind,” Inez "
    "Vega said of the night shift.\n\n“You cannot beg with one hand and pay shareholders with the other,” Jan Berg "
    "said.",
    "Nordvik closes harbours",
    "harbours.txt",
)
AIRLINE = Document(
    "Dora Sorensen, who leads the union, said on Monday that chief executive Hugh Amis had called the demands “a "
    "fantasy” as recently as Tuesday. “It is far more than Kestrel offered in April,” Sorensen told reporters in "
    "Duluth.\n\nAmis, in a letter to staff, called the deal “fair to pilots.” Ivar Lie replied, “The fans work, but "
    "not in smoke.”",
    "Kestrel and its pilots agree",
    "airline.txt",
    published=date(2024, 6, 5),
)
CASES = [
    (HARBOURS, "Berg said that the harbours were “a lie.”", "Berg called that “a lie.”"),
    (HARBOURS, "Berg called it “a lie” that the harbours were closed by his successor.", "Berg called that “a lie.”"),
    (HARBOURS, "Roos said the dividend was “surprised by the tone.”", "Roos said she was “surprised by the tone.”"),
    (HARBOURS, "Roos said the company was “surprised by the tone.”", "Eva Roos was “surprised by the tone,” she said."),
    (HARBOURS, "Vega said shareholders were “lucky with the wind.”", "Vega said: “We were lucky with the wind.”"),
    (
        HARBOURS,
        "Jan Berg told shareholders: “You cannot beg with one hand.”",
        "Jan Berg said: “You cannot beg with one hand.”",
    ),
    (
        HARBOURS,
        "Falk told Nordvik that Berg was “technically right.”",
        "Falk told Dagen that Berg was “technically right.”",
    ),
    (
        AIRLINE,
        "Sorensen called the demands “a fantasy.”",
        "Sorensen said that Amis had called the demands “a fantasy.”",
    ),
    (
        AIRLINE,
        "“It is far more than Kestrel offered,” Sorensen told reporters in April.",
        "“It is far more than Kestrel offered in April,” Sorensen told reporters.",
    ),
    (AIRLINE, "Amis, in a letter to passengers, called the deal “fair.”", "Amis called the deal “fair to pilots.”"),
    (AIRLINE, "Ivar Lie replied: “The fans work.”", "Ivar Lie replied: “The fans work, but not in smoke.”"),
]


@pytest.mark.parametrize(("document", "false", "true"), CASES, ids=[false for _, false, _ in CASES])
def test_quoted_words_stay_with_whom_and_what_they_are_said_of(document: Document, false: str, true: str) -> None:
    assert support(true, document)[0], support(true, document)[1]
    assert support(false, document)[0] is None
