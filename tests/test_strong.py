"""What a strong model writes by the product's own prompt: nothing false is shown, and the rest as far as is safe."""

from __future__ import annotations

from tests.strong import outcomes


def test_of_a_strong_models_sentences_no_false_one_is_shown_and_half_of_the_true_ones() -> None:
    """Far from what is wanted (95%); python -m tests.strong -v lists what is lost, with the reasons."""
    found = list(outcomes())
    true = [one for one in found if one.true]
    assert len(true) > 100
    assert [one.sentence.drafted for one in found if one.kept and not one.true] == []
    assert sum(one.kept for one in true) >= 0.45 * len(true)
