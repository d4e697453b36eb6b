"""Slips in a strong model's answers: of what a careless model gets wrong in one place, nearly nothing is shown."""

from __future__ import annotations

import pytest

from tests.slips import outcomes
from tests.strong import Outcome


@pytest.fixture(scope="module")
def found() -> list[tuple[bool, Outcome]]:
    return list(outcomes())


def test_of_sentences_with_one_slip_98_percent_are_kept_out(found: list[tuple[bool, Outcome]]) -> None:
    slips = [one for true, one in found if not true]
    assert len(slips) > 300
    through = [one.sentence.drafted for one in slips if one.kept]
    assert len(through) <= 0.02 * len(slips), through


def test_of_the_true_sentences_beside_them_seven_in_ten_are_shown(found: list[tuple[bool, Outcome]]) -> None:
    true = [one.kept for is_true, one in found if is_true]
    assert len(true) > 300
    assert sum(true) >= 0.7 * len(true)
