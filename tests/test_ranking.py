"""Ranking is a pure function of candidates: what must hold for all of them, and what decides between two."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalog import Candidate
from retrieval.ranking import rank, sentence_relevance

_UNIT = np.array([1, 0, 0, 0], np.float32)


def candidate(
    key: int, text: str, cosine: float = 0.0, *, start: int = 0, sentence_cosines: list[float] | None = None
) -> Candidate:
    """A passage of sentences that each end in a full stop, at a given cosine from the question."""
    ends = [at + 1 for at, letter in enumerate(text) if letter == "."] or [len(text)]
    spans = np.array(list(zip([0, *ends[:-1]], ends, strict=True)), np.int32) + start
    vectors = None
    if sentence_cosines is not None:
        vectors = np.array([_at(cosine) for cosine in sentence_cosines]) * 127
        vectors = np.round(vectors).astype(np.int8)
    return Candidate(key, f"d{key}", start, start + len(text), "Title", text, _at(cosine), spans, vectors)


def _at(cosine: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array([cosine, np.sqrt(max(0.0, 1 - cosine**2)), 0, 0], np.float32)


scores = st.floats(-1, 1, width=32)
words = st.text(alphabet="ab sİ.'1", min_size=1, max_size=40).filter(lambda text: text.strip())


@given(st.lists(st.tuples(words, scores, st.floats(0, 50)), max_size=60), st.lists(words, max_size=5))
def test_every_score_lies_between_0_and_1_and_the_order_falls(
    rows: list[tuple[str, float, float]], asked: list[str]
) -> None:
    candidates = [candidate(key, text, cosine) for key, (text, cosine, _) in enumerate(rows)]
    ranked = rank(asked, _UNIT * 3, candidates, {key: bm25 for key, (*_, bm25) in enumerate(rows) if bm25})
    assert len(ranked) == min(len(rows), 20)
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    for one in ranked:
        assert all(0 <= value <= 1 for value in (one.score, one.dense, one.lexical, *one.sentences))
        assert len(one.sentences) == len(one.candidate.sentences)


def test_words_and_meaning_count_together() -> None:
    near, named, both = candidate(1, "Alpha.", 0.9), candidate(2, "Beta.", 0.1), candidate(3, "Gamma.", 0.7)
    ranked = rank([], _UNIT, [near, named, both], {2: 8.0, 3: 7.0})
    assert [one.candidate.key for one in ranked] == [3, 1, 2]
    assert [round(one.lexical, 3) for one in ranked] == [0.875, 0.0, 1.0]


def test_the_passage_with_the_answering_sentence_goes_first() -> None:
    spread = candidate(1, "The bridge is old. It opened late. Cars pass.", 0.6, sentence_cosines=[0.5, 0.5, 0.5])
    answers = candidate(2, "The bridge opened in May. Cars pass. It is old.", 0.6, sentence_cosines=[0.9, 0.2, 0.2])
    ranked = rank(["bridge", "opened"], _UNIT, [spread, answers], {1: 3.0, 2: 3.0})
    assert ranked[0].candidate.key == 2
    assert max(ranked[0].sentences) == ranked[0].sentences[0]


def test_a_word_that_all_candidates_hold_weighs_least() -> None:
    common = candidate(1, "The council met again.")
    rare = candidate(2, "The council raised tolls.")
    third = candidate(3, "The council slept.")
    relevance = sentence_relevance(["council", "tolls"], _UNIT, [common, rare, third])
    assert relevance[1][0] == 1.0
    assert relevance[0][0] < 0.2


def test_sentences_are_read_at_their_place_in_the_document() -> None:
    ((first, second),) = sentence_relevance(["tolls"], _UNIT, [candidate(1, "No word. Toll rises.", start=500)])
    assert (first, second) == (0.0, 1.0)


def test_nothing_to_rank_is_nothing() -> None:
    assert rank(["word"], _UNIT, [], {}) == []
