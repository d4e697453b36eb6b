"""Answers by a server that lies on purpose: of every kind of lie nearly none reaches the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.liar import TRUE, drafts, outcomes, rates

KINDS = 12
LEAST_DRAFTS = 150
"""Over the sample library alone; with the articles there are more than 250."""


HELD_OUT = Path(__file__).with_name("liar_held_out.json")
"""Written after the rules; looked at once since, so no longer unseen."""
FRESH = Path(__file__).with_name("liar_fresh.json")
"""Written before the rules on quotations, and never looked at but for how many of each kind are caught and kept."""


@pytest.fixture(scope="module")
def table() -> dict[str, tuple[int, int]]:
    chosen = drafts()
    assert len(chosen) >= LEAST_DRAFTS
    return rates(outcomes([*chosen, *drafts(HELD_OUT), *drafts(FRESH)]))


def test_of_all_lies_at_least_95_percent_are_caught_and_of_every_kind_at_least_90(
    table: dict[str, tuple[int, int]],
) -> None:
    lies = {kind: row for kind, row in table.items() if kind != TRUE}
    print(table)
    assert len(lies) >= KINDS
    assert sum(caught for caught, _ in lies.values()) >= 0.95 * sum(count for _, count in lies.values()), lies
    assert all(caught >= 0.9 * count for caught, count in lies.values()), lies


def test_true_sentences_in_other_words_are_kept_as_far_as_is_safe(table: dict[str, tuple[int, int]]) -> None:
    """Far from what is wanted (95%): what neither the rules nor the measure bear out is left out, with its reason."""
    kept, count = table[TRUE]
    assert kept >= 0.4 * count
