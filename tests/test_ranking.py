"""Ranking is a pure function of candidates: what must hold for all of them, and what decides between two."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ranking import Fused, Ranked, cosines, fuse, occurrences, rank
from retrieval.rows import Candidate

_UNIT = np.array([1, 0, 0, 0], np.float32)


def candidate(key: int, text: str, *, start: int = 0, sentence_cosines: list[float] | None = None) -> Candidate:
    """A passage of sentences that each end in a full stop, each at a given cosine from the question."""
    ends = [at + 1 for at, letter in enumerate(text) if letter == "."] or [len(text)]
    spans = np.array(list(zip([0, *ends[:-1]], ends, strict=True)), np.int32) + start
    vectors = None
    if sentence_cosines is not None:
        vectors = np.array([_at(cosine) for cosine in sentence_cosines]) * 127
        vectors = np.round(vectors).astype(np.int8)
    return Candidate(key, f"d{key}", start, start + len(text), text, spans, vectors)


def ranked_by(terms: list[str], found: list[tuple[Candidate, float]], bm25: dict[int, float]) -> list[Ranked]:
    """Rank candidates that come with their cosines."""
    fused = fuse({one.key: cosine for one, cosine in found}, bm25, 40, 20)
    return rank(terms, _UNIT * 3, fused, {one.key: one for one, _ in found})


def _at(cosine: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array([cosine, np.sqrt(max(0.0, 1 - cosine**2)), 0, 0], np.float32)


scores = st.floats(-1, 1, width=32)
words = st.text(alphabet="ab sİ.'1", min_size=1, max_size=40).filter(lambda text: text.strip())


@given(st.lists(st.tuples(words, scores, st.floats(0, 50)), max_size=60), st.lists(words, max_size=5))
def test_every_score_lies_between_0_and_1_and_the_order_falls(
    rows: list[tuple[str, float, float]], asked: list[str]
) -> None:
    found = [(candidate(key, text), cosine) for key, (text, cosine, _) in enumerate(rows)]
    ranked = ranked_by(asked, found, {key: bm25 for key, (*_, bm25) in enumerate(rows) if bm25})
    assert len(ranked) == min(len(rows), 20)
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    for one in ranked:
        assert all(0 <= value <= 1 for value in (one.score, one.dense, one.lexical, *one.sentences))
        assert len(one.sentences) == len(one.candidate.sentences)


def test_words_and_meaning_count_together() -> None:
    fused = fuse({1: 0.9, 2: 0.1, 3: 0.7}, {2: 8.0, 3: 7.0, 4: 6.0}, 40, 20)
    assert [one.key for one in fused] == [3, 1, 2]
    assert [round(one.lexical, 3) for one in fused] == [0.875, 0.0, 1.0]
    assert [one.dense for one in fused] == [0.7, 0.9, 0.1]
    assert fuse({1: 0.9, 2: 0.1, 3: 0.7}, {2: 8.0, 3: 7.0}, 40, 1) == fused[:1]


def test_the_passage_with_the_answering_sentence_goes_first() -> None:
    spread = candidate(1, "The bridge is old. It opened late. Cars pass.", sentence_cosines=[0.5, 0.5, 0.5])
    answers = candidate(2, "The bridge opened in May. Cars pass. It is old.", sentence_cosines=[0.9, 0.2, 0.2])
    ranked = ranked_by(["bridge", "opened"], [(spread, 0.6), (answers, 0.6)], {1: 3.0, 2: 3.0})
    assert ranked[0].candidate.key == 2
    assert max(ranked[0].sentences) == ranked[0].sentences[0]


def test_a_passage_that_is_gone_is_left_out() -> None:
    here = candidate(1, "Alpha.")
    assert [one.candidate for one in rank([], _UNIT, [Fused(2, 1, 1, 1), Fused(1, 0, 0, 0)], {1: here})] == [here]


@given(st.text("abyies_İı. '1", max_size=60), st.sampled_from(["a", "as", "by", "ay", "s", "1", "bi"]))
def test_occurrences_are_those_of_whole_words_and_their_plurals(text: str, word: str) -> None:
    forms = {word, f"{word}s", f"{word[:-1]}ies" if word.endswith("y") else word}
    expected = [match.start() for match in re.finditer(r"[^\W_]+", text) if match.group() in forms]
    assert sorted(occurrences(word, text)) == expected


def test_cosines_are_0_for_zeros_and_none_for_no_rows() -> None:
    rows = np.array([[2, 0, 0, 0], [0, 0, 0, 0], [3, 4, 0, 0]], np.float16)
    assert cosines(_UNIT * 5, rows).tolist() == [1, 0, np.float32(0.6)]
    assert cosines(_UNIT, np.zeros((0, 0), np.float16)).tolist() == []


def test_a_word_that_all_candidates_hold_weighs_least() -> None:
    common = candidate(1, "The council met again.")
    rare = candidate(2, "The council raised tolls.")
    third = candidate(3, "The council slept.")
    ranked = ranked_by(["council", "tolls"], [(one, 0.0) for one in (common, rare, third)], {})
    relevance = {one.candidate.key: one.sentences for one in ranked}
    assert relevance[2][0] == 1.0
    assert relevance[1][0] < 0.2


def test_sentences_are_read_at_their_place_in_the_document() -> None:
    (ranked,) = ranked_by(["tolls"], [(candidate(1, "No word. Toll rises.", start=500), 0.0)], {})
    assert ranked.sentences == (0.0, 1.0)


def test_nothing_to_rank_is_nothing() -> None:
    assert ranked_by(["word"], [], {}) == []


def test_a_short_question_is_answered_by_a_sentence_and_a_long_one_by_a_passage() -> None:
    whole = candidate(1, "The tide.", sentence_cosines=[0.3])
    sentence = candidate(2, "The moon.", sentence_cosines=[0.55])
    found = [(whole, 0.9), (sentence, 0.6)]
    for words, first in ((2, sentence), (30, whole)):
        ranked = ranked_by([f"word{n}" for n in range(words)], found, {})
        assert ranked[0].candidate.key == first.key
        assert all(0 <= one.score <= 1 for one in ranked)
