"""The pace of a growing answer: nothing is held back, nothing is flooded, and whoever leaves stops the work."""

from __future__ import annotations

from collections.abc import Generator
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.pacing import paced

LONG = 60.0
"""Seconds that no test waits for."""


@given(st.integers(1, 300), st.sampled_from([0.0, LONG]))
def test_states_are_shown_in_order_and_the_last_one_always(count: int, every: float) -> None:
    shown = list(paced((number for number in range(count)), every))
    assert shown == sorted(set(shown))
    assert shown[-1] == count - 1
    assert every == 0.0 or len(shown) <= 2, "one at the beginning and one at the end, whatever comes between"


def test_what_has_come_is_shown_while_the_next_is_waited_for() -> None:
    stalled, on = Event(), Event()

    def states() -> Generator[str, None, None]:
        yield "first"
        assert on.wait(LONG)
        yield "last words"
        assert stalled.wait(LONG)
        yield "the end"

    shown = paced(states(), 0.01)
    assert next(shown) == "first"
    on.set()
    assert next(one for one in shown if one != "first") == "last words"
    stalled.set()
    assert [one for one in shown if one != "last words"] == ["the end"]


def test_where_nothing_comes_the_newest_is_given_again_and_a_closed_one_ends() -> None:
    going, closed = Event(), Event()

    def states() -> Generator[str, None, None]:
        try:
            yield "searching"
            assert going.wait(LONG)
            yield "found"
            pytest.fail("nobody is there for more")
        finally:
            closed.set()

    shown = paced(states(), 0.0, beat=0.01)
    assert [next(shown) for _ in range(3)] == ["searching"] * 3
    shown.close()
    going.set()
    assert closed.wait(LONG)


def test_an_error_is_told_after_what_came_before_it() -> None:
    def states() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no more")

    shown = paced(states(), LONG)
    assert next(shown) == 1
    with pytest.raises(ValueError, match="no more"):
        next(shown)
