"""Slips in a strong model's answers: of what a careless model gets wrong in one place, nearly nothing is shown."""

from __future__ import annotations

import pytest

from tests.slips import outcomes


@pytest.fixture(scope="module")
def found() -> list[tuple[bool, str, bool]]:
    return list(outcomes())


def test_of_sentences_with_one_slip_98_percent_are_kept_out(found: list[tuple[bool, str, bool]]) -> None:
    slips = [(text, shown) for true, text, shown in found if not true]
    assert len(slips) > 300
    through = [text for text, shown in slips if shown]
    assert len(through) <= 0.02 * len(slips), through


def test_of_the_true_sentences_beside_them_two_thirds_are_shown(found: list[tuple[bool, str, bool]]) -> None:
    true = [shown for true, _, shown in found if true]
    assert len(true) > 300
    assert sum(true) >= 0.65 * len(true)
