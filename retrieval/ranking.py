"""Ranking: from a question's candidates to scored passages, by weighted fusion and by what their best sentence says."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from retrieval.rows import Candidate

Floats = NDArray[np.float32]

_DENSE, _LEXICAL = 0.64, 0.36
"""Weights of a passage's cosine and of its BM25, so far as that stands out."""
_BEST_DENSE = 0.8
"""Weight of the cosine in choosing a passage's best sentence; the words have had their say in the passage's score."""
_SENTENCE_DENSE = 0.6
_LEAST_BY_SENTENCE, _MOST_BY_SENTENCE = 0.4, 0.6
"""How far the best sentence counts in a passage's score, the rest by the whole text: for a question of very many words
and for one of few. One sentence can hold all that a short question asks for, and not what a long one joins."""
_FEW_WORDS = 4


@dataclass(frozen=True)
class Fused:
    """A passage, by its key, with the scores of its whole text, all in 0..1; see retrieval.documents.Hit."""

    key: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True)
class Ranked:
    """A candidate with its scores, all in 0..1; see retrieval.documents.Hit."""

    candidate: Candidate
    score: float
    dense: float
    lexical: float
    sentences: tuple[float, ...]
    cosines: tuple[float, ...]


def fuse(cosines: Mapping[int, float], bm25: Mapping[int, float], pool: int, limit: int) -> list[Fused]:
    """Give the `limit` best passages by .64 cosine + .36 (BM25 - its pool-th best) / best BM25, best first.

    Weighted scores, since reciprocal rank fusion did worse than plain BM25; of BM25 only what stands out from the
    pool-th best counts, so that words that many passages share alike hardly move the order: on six public sets that is
    at least as good as any one fixed weight, and far better where words tell little (MTRAG).
    cosines: of each passage that is considered, by key; bm25: scores by key, missing where no word occurs.
    """
    ordered = sorted(bm25.values(), reverse=True)
    best = ordered[0] if ordered and ordered[0] > 0 else 1.0
    common = max(ordered[pool - 1], 0.0) if len(ordered) >= pool else 0.0
    scores = []
    for key, cosine in cosines.items():
        score = max(bm25.get(key, 0.0), 0.0)
        dense = min(max(cosine, 0.0), 1.0)
        fused = _DENSE * dense + _LEXICAL * max(score - common, 0.0) / best
        scores.append((-fused, key, dense, score / best))
    return [Fused(key, -negated, dense, lexical) for negated, key, dense, lexical in sorted(scores)[:limit]]


def rank(
    terms: Sequence[str], vector: Floats, fused: Sequence[Fused], candidates: Mapping[int, Candidate]
) -> list[Ranked]:
    """Order passages by their fused score and that of their best sentence, best first.

    A passage answers with a sentence. The relevance of one is .6 cosine + .4 of the question's words that it holds,
    which weigh by their inverse document frequency among these candidates, as in BM25; without sentence vectors they
    count alone. terms: the question's words; vector: its (d,) embedding; candidates: by key, those that are gone
    missing.
    """
    share = _share_of_sentence(len(terms))
    present = [one for one in fused if one.key in candidates]
    read = [candidates[one.key] for one in present]
    near, covered, bounds = _by_sentence(terms, vector, read)
    relevance = _weighted(near, covered, _SENTENCE_DENSE).tolist()
    best = _weighted(near, covered, _BEST_DENSE).tolist()
    cosine = [] if near is None else near.tolist()
    ranked = [
        Ranked(
            candidate,
            (1 - share) * one.score + share * max(best[first:last], default=0.0),
            one.dense,
            one.lexical,
            tuple(relevance[first:last]),
            tuple(cosine[first:last]),
        )
        for one, candidate, (first, last) in zip(present, read, pairwise(bounds), strict=True)
    ]
    return sorted(ranked, key=lambda one: -one.score)


def _share_of_sentence(words: int) -> float:
    """How far the best sentence counts for a question of so many words."""
    return _LEAST_BY_SENTENCE + (_MOST_BY_SENTENCE - _LEAST_BY_SENTENCE) * min(1.0, _FEW_WORDS / max(words, 1))


def _by_sentence(
    terms: Sequence[str], vector: Floats, candidates: Sequence[Candidate]
) -> tuple[Floats | None, NDArray[np.float64], list[int]]:
    """Of all sentences in a row: cosines (None if unknown) and shares of words; candidate n's begin at bounds[n]."""
    bounds = np.cumsum([0, *(len(candidate.sentences) for candidate in candidates)]).tolist()
    covered = _coverage(list(dict.fromkeys(map(_singular, terms))), candidates, bounds)
    known = [candidate.sentence_vectors for candidate in candidates if candidate.sentence_vectors is not None]
    whole = known and len(known) == len(candidates)
    return cosines(vector, np.concatenate(known)).clip(0, 1) if whole else None, covered, bounds


def _weighted(near: Floats | None, covered: NDArray[np.float64], dense: float) -> NDArray[np.float64]:
    mixed: NDArray[np.float64] = covered if near is None else dense * near + (1 - dense) * covered
    return mixed.clip(0, 1)


def _coverage(words: Sequence[str], candidates: Sequence[Candidate], bounds: Sequence[int]) -> NDArray[np.float64]:
    """The share of the words, by weight, that each sentence holds; candidate n has the sentences from bounds[n] on.

    All texts are looked through as one: a search for each word costs a tenth of cutting every text into its words.
    """
    text, starts, ends = _joined(candidates)
    holds = np.zeros((len(words), len(starts)))
    weights = np.zeros(len(words))
    for row, word in enumerate(words):
        found = set()
        for at in occurrences(word, text):
            sentence = bisect_right(starts, at) - 1
            if sentence >= 0 and at < ends[sentence]:
                found.add(sentence)
        holds[row, list(found)] = 1
        frequency = len({bisect_right(bounds, sentence) for sentence in found})
        weights[row] = math.log(1 + (len(candidates) - frequency + 0.5) / (frequency + 0.5))
    covered: NDArray[np.float64] = weights @ holds / (weights.sum() or 1.0)
    return covered


def _joined(candidates: Sequence[Candidate]) -> tuple[str, list[int], list[int]]:
    """The candidates' lower-cased texts as one, and where their sentences start and end in it."""
    texts, spans, length = [], [], 0
    for candidate in candidates:
        text = candidate.text.lower()
        if len(text) != len(candidate.text):  # a few letters change their length when lowered
            text = candidate.text
        texts.append(text)
        spans.append(candidate.sentences + (length - candidate.start))
        length += len(text) + 1
    starts, ends = np.concatenate(spans).T.tolist() if spans else ([], [])
    return "\n".join(texts), starts, ends


def occurrences(word: str, text: str) -> Iterator[int]:
    """Where a singular word stands in a lower-cased text as a whole word, or with the plural -s or -ies for -y."""
    for form in (word, f"{word[:-1]}ies") if word.endswith("y") else (word,):
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if form is word and text.startswith("s", end):
                end += 1
            if not text[end : end + 1].isalnum() and not (at and text[at - 1].isalnum()):
                yield at
            at = text.find(form, end)


def _singular(word: str) -> str:
    """Strip a plural (the S-stemmer, Harman 1991): enough to match a question's words, and never two meanings."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3 else word


def cosines(vector: Floats, rows: NDArray[np.float16] | NDArray[np.int8]) -> Floats:
    """The cosine of a (d,) vector with each row of an (n, d) matrix: (n,); 0 where either is all zeros."""
    matrix = rows.astype(np.float32).reshape(len(rows), len(vector))
    lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix)) * np.linalg.norm(vector)
    # Not @: the threads of OpenBLAS spin on when they are done, on the cores that others need.
    found: Floats = np.einsum("ij,j->i", matrix, vector) / np.maximum(lengths, 1e-12)
    return found
