"""The measure of support: what it must rank above what, on the real embedder, and that it is always a probability."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.check.support import model, support, threshold
from retrieval.minilm import MiniLM

SOURCE = (
    "The council met on Tuesday in the old town hall.",
    "Marta Lindqvist, who chairs it, said that the new bridge would cost 48 million euros.",
    "Work on the bridge is to begin in March, and the ferry will run until it opens.",
    "Two residents asked about the noise.",
)
TRUE = (
    "Marta Lindqvist said that the new bridge would cost 48 million euros.",
    "The new bridge will cost 48 million euros, said Lindqvist, who chairs the council.",
    "Construction of the bridge is to start in March.",
)
FALSE = (
    "Marta Lindqvist said that the new bridge would cost 75 million euros.",
    "Erik Sandberg said that the new bridge would cost 48 million euros.",
    "The airport opened a second terminal after years of delay.",
)


@pytest.fixture(scope="module")
def embed() -> MiniLM:
    return MiniLM()


@pytest.mark.parametrize("meaning", [True, False])
def test_what_the_source_says_scores_above_what_it_does_not(embed: MiniLM, meaning: bool) -> None:
    given_embed = embed if meaning else None
    true = [support(claim, SOURCE, given_embed) for claim in TRUE]
    false = [support(claim, SOURCE, given_embed) for claim in FALSE]
    assert min(true[:2]) > max(false)
    assert min(true[:2]) >= threshold(with_meaning=meaning)
    assert min(true) > false[2] < 0.2


def test_a_whole_sentence_of_the_source_is_supported(embed: MiniLM) -> None:
    for sentence in SOURCE:
        assert support(sentence, SOURCE, embed) > 0.8
        assert support(sentence, SOURCE) > 0.6


def test_without_evidence_nothing_is_supported(embed: MiniLM) -> None:
    assert support(TRUE[0], [], embed) == 0.0
    assert support(TRUE[0], []) == 0.0


@pytest.mark.parametrize("meaning", [True, False])
def test_what_is_missing_never_counts_in_favour(meaning: bool) -> None:
    weights = model(with_meaning=meaning).weights
    against = {n for n in weights if n.endswith(("_absent", "_added")) or n == "length"}
    assert {name for name, weight in weights.items() if weight < 0} == against


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4), st.booleans())
def test_it_is_a_probability_whatever_the_text(claim: str, sentences: list[str], meaning: bool) -> None:
    assert 0 <= support(claim, sentences, _MODEL if meaning else None) <= 1


_MODEL = MiniLM()
