"""Ranking: from a question's candidates to scored passages, by weighted fusion and what single sentences say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.catalog import Candidate

_DENSE, _LEXICAL = 0.6, 0.4


@dataclass(frozen=True)
class Ranked:
    """A candidate with its scores, all in 0..1; see retrieval.documents.Hit."""

    candidate: Candidate
    score: float
    dense: float
    lexical: float
    sentences: tuple[float, ...]


def rank(
    terms: Sequence[str], vector: NDArray[np.float32], candidates: Sequence[Candidate], bm25: Mapping[int, float]
) -> list[Ranked]:
    """Order candidates by .6 cosine + .4 BM25 / best BM25, best first.

    terms: the question's words; vector: its (d,) embedding; bm25: scores by passage key, missing where no word occurs.
    Weighted scores rather than ranks: reciprocal rank fusion lost to plain BM25 where this won.
    """
    best = max(bm25.values(), default=0.0) or 1.0
    unit = vector / max(float(np.linalg.norm(vector)), 1e-12)
    ranked = []
    for candidate in candidates:
        dense = min(max(float(candidate.vector @ unit), 0.0), 1.0)
        lexical = max(bm25.get(candidate.key, 0.0), 0.0) / best
        sentences = _sentence_scores(terms, unit, candidate)
        ranked.append(Ranked(candidate, _DENSE * dense + _LEXICAL * lexical, dense, lexical, sentences))
    return sorted(ranked, key=lambda one: -one.score)


def _sentence_scores(terms: Sequence[str], unit: NDArray[np.float32], candidate: Candidate) -> tuple[float, ...]:
    found = []
    for start, end in candidate.sentences:
        words = set(re.findall(r"[^\W_]+", candidate.text[start - candidate.start : end - candidate.start].lower()))
        found.append(len(words.intersection(terms)) / max(len(terms), 1))
    overlap = np.array(found)
    if candidate.sentence_vectors is not None and len(overlap):
        vectors = candidate.sentence_vectors.astype(np.float32)
        cosine = vectors @ unit / np.maximum(np.linalg.norm(vectors, axis=1), 1e-12)
        overlap = _DENSE * np.clip(cosine, 0, 1) + _LEXICAL * overlap
    return tuple(float(value) for value in overlap)
