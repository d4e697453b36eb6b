"""Which word may stand for which: on pairs that the metric was not fitted to, with the real embedder."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.check.word_relations import standing
from retrieval.minilm import MiniLM
from tests.benchmarks.train_word_relations import PAIRS

EMBED = MiniLM()
SAME = (("forsake", "relinquish"), ("gigantic", "colossal"), ("abduct", "kidnap"))
OTHER = (("uncle", "grandmother"), ("violet", "turquoise"), ("optimism", "cynicism"))


def test_synonyms_that_it_never_saw_rank_above_siblings_and_opposites() -> None:
    fitted = set(PAIRS.read_text(encoding="utf-8").split())
    assert not any(set(pair) <= fitted for pair in SAME + OTHER)
    same, other = ([float(standing([a], [b], EMBED)[0, 0]) for a, b in pairs] for pairs in (SAME, OTHER))
    assert sum(same) / len(same) > sum(other) / len(other)


def test_a_rise_is_no_fall() -> None:
    (found,) = standing(["plunged"], ["dropped", "soared"], EMBED)
    assert found[0] > 0.5 > found[1]


def test_nothing_to_compare_gives_an_empty_table() -> None:
    assert standing([], ["word"], EMBED).shape == (0, 1)
    assert standing(["word"], [], EMBED).shape == (1, 0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=3), st.lists(st.text(max_size=12), min_size=1, max_size=3))
def test_it_is_a_probability_and_the_same_both_ways(ours: list[str], theirs: list[str]) -> None:
    one, other = standing(ours, theirs, EMBED), standing(theirs, ours, EMBED).T
    assert ((one >= 0) & (one <= 1)).all()
    assert abs(one - other).max() < 1e-4
