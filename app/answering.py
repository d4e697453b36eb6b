"""How likely each sentence answers a question, how likely the passages hold an answer at all, and which to select."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from statistics import fmean
from typing import Any

from app.answering_features import NAMES, rows
from retrieval.documents import Hit

_SPREAD = tuple(NAMES.index(name) for name in ("covered", "covered_near", "shared", "has_candidate", "relevance"))
"""What counts of all the sentences together, its greatest value and its mean, beside the best sentence."""
Scores = tuple[tuple[float, ...], ...]
"""For each hit one number for each sentence of its passage."""


@dataclass(frozen=True)
class Linear:
    """A logistic regression over numbers in a fixed order."""

    weights: tuple[float, ...]
    bias: float

    def log_odds(self, row: Sequence[float]) -> float:
        """The logarithm of the odds that a row is of the kind looked for."""
        return self.bias + sum(w * x for w, x in zip(self.weights, row, strict=True))


@dataclass(frozen=True)
class Model:
    """What was learned from public data by tests/benchmarks/train_answering.py.

    sentence: over answering_features.NAMES; whole: over what `summary` gives; least_whole: the probability from which
    the passages count as holding an answer; share and least: see `select`.
    """

    sentence: Linear
    whole: Linear
    least_whole: float
    share: float
    least: float

    @classmethod
    def of(cls, learned: dict[str, Any]) -> Model:
        """Read a model as it is kept in JSON."""
        sentence, whole = (Linear(tuple(learned[p]["weights"]), learned[p]["bias"]) for p in ("sentence", "whole"))
        return cls(sentence, whole, learned["least_whole"], learned["share"], learned["least"])


@dataclass(frozen=True)
class Weighed:
    """sentences: the probability that each sentence answers, 0..1; whole: that the passages hold an answer, 0..1."""

    sentences: Scores
    whole: float


@cache
def shipped() -> Model:
    """The model that comes with the product."""
    return Model.of(json.loads((files("app") / "learned" / "answering.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=64)
def weigh(question: str, hits: tuple[Hit, ...], model: Model | None = None) -> Weighed:
    """Weigh every sentence of the passages that a search found, and all of them together.

    Logistic regressions over how the question's words, names and figures are borne out, over what of the asked kind a
    sentence holds, and over the search's relevances; the second one (stacked on the first; Wolpert 1992) sees the best
    sentence. No hits: nothing is held.
    """
    model = model or shipped()
    found = rows(question, hits)
    odds = [[model.sentence.log_odds(row) for row in passage] for passage in found]
    if not any(odds):
        return Weighed(tuple(() for _ in hits), 0.0)
    sentences = tuple(tuple(map(probability, passage)) for passage in odds)
    return Weighed(sentences, probability(model.whole.log_odds(summary(found, odds))))


def holds_answer(question: str, hits: Sequence[Hit], model: Model | None = None) -> bool:
    """Whether the passages hold an answer: likely enough by the threshold that the model was given."""
    return weigh(question, tuple(hits), model).whole >= (model or shipped()).least_whole


def summary(found: Sequence[Sequence[Sequence[float]]], odds: Sequence[Sequence[float]]) -> list[float]:
    """What the passages are judged by: the best sentence's log-odds and row, the runner-up, any and all sentences.

    found: the rows of answering_features; odds: the log-odds of each; at least one sentence.
    """
    ranked = sorted(((value, hit, n) for hit, passage in enumerate(odds) for n, value in enumerate(passage)))
    best, hit, n = ranked[-1]
    second = probability(ranked[-2][0]) if len(ranked) > 1 else 0.0
    none = sum(math.log1p(-min(probability(value), 0.99)) for value, _, _ in ranked)
    columns = list(zip(*(row for passage in found for row in passage), strict=True))
    spread = (pick(columns[at]) for at in _SPREAD for pick in (max, fmean))
    return [best, second, none, *spread, *found[hit][n]]


def select(hits: Sequence[Hit], scores: Scores, share: float, least: float) -> Iterator[tuple[int, int]]:
    """Yield (hit, sentence) of all that score at least a share of the best score, and at least `least`.

    share: of the best, 0..1, where all hits are of one document; the more documents there are, the nearer to the best
    a sentence has to be (its n-th root for n documents), since each has something to say. The best is always chosen.
    """
    best = max((score for passage in scores for score in passage), default=0.0)
    documents = len({hit.passage.document.id for hit in hits}) or 1
    cut = min(max(best * share ** (1 / documents), least), best)
    for hit, passage in enumerate(scores):
        yield from ((hit, n) for n, score in enumerate(passage) if score >= cut)


def probability(log_odds: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-min(max(log_odds, -700.0), 700.0)))
