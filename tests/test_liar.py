"""Answers by a server that lies on purpose: of every kind of lie nearly none reaches the reader."""

from __future__ import annotations

import pytest

from tests.liar import TRUE, drafts, outcomes, rates

KINDS = 12
LEAST_DRAFTS = 150
"""Over the sample library alone; with the articles there are more than 250."""


@pytest.fixture(scope="module")
def table() -> dict[str, tuple[int, int]]:
    chosen = drafts()
    assert len(chosen) >= LEAST_DRAFTS
    return rates(outcomes(chosen))


def test_of_every_kind_of_lie_at_least_95_percent_are_caught(table: dict[str, tuple[int, int]]) -> None:
    lies = {kind: row for kind, row in table.items() if kind != TRUE}
    print(lies)
    assert len(lies) >= KINDS
    assert all(caught >= 0.95 * count for caught, count in lies.values()), lies
