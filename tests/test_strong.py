"""What a strong model writes by the product's own prompt: nothing false is shown, and the rest as far as is safe."""

from __future__ import annotations

import pytest

from tests.strong import HELD_OUT, Outcome, outcomes


@pytest.fixture(scope="module")
def found() -> list[Outcome]:
    return list(outcomes())


@pytest.mark.parametrize(("held_out", "share"), [(False, 0.78), (True, 0.6)])
def test_of_a_strong_models_sentences_no_false_one_is_shown_and_most_true_ones(
    found: list[Outcome], held_out: bool, share: float
) -> None:
    """Short of what is wanted (95%); python -m tests.strong -v lists what is lost, with the reasons."""
    some = [one for one in found if (one.library == HELD_OUT) is held_out]
    true = [one for one in some if one.true]
    assert len(true) > 100
    assert [one.sentence.drafted for one in some if one.kept and not one.true] == []
    assert sum(one.kept for one in true) >= share * len(true)


@pytest.mark.parametrize(("held_out", "share"), [(False, 0.95), (True, 0.75)])
def test_nearly_all_that_is_true_is_told_in_its_words_or_in_the_sources_own(
    found: list[Outcome], held_out: bool, share: float
) -> None:
    true = [one for one in found if one.true and (one.library == HELD_OUT) is held_out]
    assert sum(one.told for one in true) >= share * len(true)
