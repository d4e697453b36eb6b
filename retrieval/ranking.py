"""Ranking: from a question's candidates to scored passages, by weighted fusion and by what their best sentence says."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.catalog import Candidate

_DENSE, _LEXICAL = 0.6, 0.4
_READ = 20
"""Passages whose sentences are compared at least: 40 find nothing more and cost twice the time."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Ranked:
    """A candidate with its scores, all in 0..1; see retrieval.documents.Hit."""

    candidate: Candidate
    score: float
    dense: float
    lexical: float
    sentences: tuple[float, ...]


def rank(
    terms: Sequence[str],
    vector: NDArray[np.float32],
    candidates: Sequence[Candidate],
    bm25: Mapping[int, float],
    limit: int = _READ,
) -> list[Ranked]:
    """Give the `limit` best candidates by the mean of two scores, best first; the second is of the first's best only.

    The first is .6 cosine + .4 BM25 / best BM25 of the passage: weighted scores, since reciprocal rank fusion did worse
    than plain BM25. The second is the relevance of its best sentence, for a passage answers with one.
    terms: the question's words; vector: its (d,) embedding; bm25: scores by passage key, missing where no word occurs.
    """
    unit = vector / max(float(np.linalg.norm(vector)), 1e-12)
    best = max(bm25.values(), default=0.0) or 1.0
    cosines = np.stack([one.vector for one in candidates]) @ unit if candidates else np.zeros(0)
    first = []
    for candidate, cosine in zip(candidates, cosines.tolist(), strict=True):
        dense = min(max(cosine, 0.0), 1.0)
        lexical = max(bm25.get(candidate.key, 0.0), 0.0) / best
        first.append((_DENSE * dense + _LEXICAL * lexical, dense, lexical, candidate))
    first = sorted(first, key=lambda one: (-one[0], one[3].key))[: max(_READ, limit)]
    relevance = sentence_relevance(terms, unit, [candidate for *_, candidate in first])
    ranked = [
        Ranked(candidate, (fused + max(sentences, default=0.0)) / 2, dense, lexical, sentences)
        for (fused, dense, lexical, candidate), sentences in zip(first, relevance, strict=True)
    ]
    return sorted(ranked, key=lambda one: -one.score)[:limit]


def sentence_relevance(
    terms: Sequence[str], unit: NDArray[np.float32], candidates: Sequence[Candidate]
) -> list[tuple[float, ...]]:
    """Relevance in 0..1 of each sentence of each candidate: .6 cosine + .4 of the question's words that it holds.

    Words weigh by their inverse document frequency among these candidates, as in BM25; without sentence vectors they
    count alone. unit: the question's embedding, (d,), of length 1.
    """
    forms = {form: _singular(term) for term in terms for form in _forms(_singular(term))}
    found = [_words_by_sentence(forms, candidate) for candidate in candidates]
    frequency = Counter(word for sentences in found for word in set().union(*sentences))
    weights = {
        word: math.log(1 + (len(found) - frequency[word] + 0.5) / (frequency[word] + 0.5))
        for word in sorted(set(forms.values()))
    }
    total = sum(weights.values()) or 1.0
    covered = [[sum(weights[word] for word in words) / total for words in sentences] for sentences in found]
    return [
        tuple(_blend(candidate, unit, np.array(covers)).clip(0, 1).tolist())
        for candidate, covers in zip(candidates, covered, strict=True)
    ]


def _words_by_sentence(forms: Mapping[str, str], candidate: Candidate) -> list[set[str]]:
    text = candidate.text.lower()
    if len(text) != len(candidate.text):  # a few letters change their length when lowered
        text = candidate.text
    spans = (candidate.sentences - candidate.start).tolist()
    return [{forms[word] for word in forms.keys() & set(_WORD.findall(text, start, end))} for start, end in spans]


def _forms(word: str) -> list[str]:
    return [word, f"{word}s", *([f"{word[:-1]}ies"] if word.endswith("y") else [])]


def _singular(word: str) -> str:
    """Strip a plural (the S-stemmer, Harman 1991): enough to match a question's words, and never two meanings."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3 else word


def _blend(candidate: Candidate, unit: NDArray[np.float32], covered: NDArray[np.float64]) -> NDArray[np.float64]:
    if candidate.sentence_vectors is None or not len(covered):
        return covered
    rows = candidate.sentence_vectors.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    cosines = (rows @ unit) / np.maximum(lengths, 1e-12)
    blend: NDArray[np.float64] = _DENSE * cosines.clip(0, 1) + _LEXICAL * covered
    return blend
