"""Words of which one makes false what the other makes true."""

from __future__ import annotations

import pytest

from app.check.opposites import PAIRS, opposed
from app.check.words import stem


def stems(text: str) -> set[str]:
    return {stem(word) for word in text.lower().split()}


@pytest.mark.parametrize(
    ("claim", "source", "count"),
    [
        ("it made a profit", "it made a loss", 1),
        ("the council is against charging drivers", "the council is in favour of charging drivers", 1),
        ("two years before the wreck", "two years after the wreck", 1),
        ("profits and losses", "a loss was made", 0),
        ("a loss was made", "profits and losses", 0),
        ("it made a profit", "it made money", 0),
    ],
)
def test_one_of_a_pair_alone_stands_against_the_other_alone(claim: str, source: str, count: int) -> None:
    assert opposed(stems(claim), stems(source)) == count
    assert opposed(stems(source), stems(claim)) == count


def test_no_pair_is_a_word_and_itself() -> None:
    assert all(a != b for a, b in PAIRS)
