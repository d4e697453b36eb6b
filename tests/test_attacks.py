"""Of sentences written to get lies past the check few come through by the rules of wording."""

from __future__ import annotations

import pytest

from app.evidence.strictness import NEVER
from tests.attacks import shown


@pytest.mark.parametrize(("attempt", "most", "least"), [("first", 0.05, 0.25), ("second", 0.03, 0.5)])
def test_few_lies_made_for_it_come_through_the_rules(attempt: str, most: float, least: float) -> None:
    found = list(shown(attempt, NEVER))
    false, true = ([kept for is_true, _, kept in found if is_true is which] for which in (False, True))
    assert len(false) > 500
    assert sum(false) <= most * len(false)
    assert sum(true) >= least * len(true)
