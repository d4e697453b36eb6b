"""Years and quarters, and whether a sentence can be speaking of those asked about."""

from datetime import date

import pytest

from app.questions.period import can_be_of, period
from retrieval.documents import Document

TEXT = "Norvik sold 12 boats in 1911. It sold 20 in the third quarter of 1912. Its yard was sold."


@pytest.mark.parametrize(
    ("text", "years", "quarters"),
    [
        ("in the fourth quarter of 2024", {2024}, {4}),
        ("Q3 2024 and the first-quarter forecast", {2024}, {1, 3}),
        ("October to December", set(), {4}),
        ("from 1990 to 1993", {1990, 1991, 1992, 1993}, set()),
        ("2,048 processors for $2000000", set(), set()),
    ],
)
def test_names_of_periods(text: str, years: set[int], quarters: set[int]) -> None:
    found = period(text)
    assert (set(found.years), set(found.quarters)) == (years, quarters)


@pytest.mark.parametrize(
    ("asked", "sentence", "published", "fits"),
    [
        ("in 1911?", "Norvik sold 12", None, True),
        ("in 1912?", "Norvik sold 12", None, False),
        ("in 1912?", "Its yard", None, True),
        ("in 1911?", "Its yard", None, False),
        ("in 1913?", "Its yard", None, False),
        ("in 1913?", "Its yard", date(1913, 5, 1), True),
        ("in 1912?", "Its yard", date(1913, 5, 1), True),
        ("in the third quarter?", "It sold 20", None, True),
        ("in the second quarter?", "It sold 20", None, False),
        ("in Q3?", "Its yard", None, True),
        ("in Q2?", "Its yard", None, False),
    ],
)
def test_which_period_a_sentence_speaks_of(asked: str, sentence: str, published: date | None, fits: bool) -> None:
    document = Document(TEXT, "Norvik", "/norvik.txt", published=published)
    start = TEXT.index(sentence)
    span = (start, TEXT.index(".", start) + 1)
    assert can_be_of(period(asked), document, span, (0, len(TEXT))) is fits
