"""How likely each sentence answers a question, how likely the passages hold an answer at all, and which to select."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from app.answering_features import rows
from retrieval.documents import Hit

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
    """What the passages are judged by: the best sentence's log-odds and row, the runner-up, and any sentence at all.

    found: the rows of answering_features; odds: the log-odds of each; at least one sentence.
    """
    ranked = sorted(((value, hit, n) for hit, passage in enumerate(odds) for n, value in enumerate(passage)))
    best, hit, n = ranked[-1]
    second = probability(ranked[-2][0]) if len(ranked) > 1 else 0.0
    none = sum(math.log1p(-min(probability(value), 0.99)) for value, _, _ in ranked)
    return [best, second, none, *found[hit][n]]


def select(scores: Scores, share: float, least: float) -> Iterator[tuple[int, int]]:
    """Yield (hit, sentence) of all that score at least `share` of the best score, and at least `least`."""
    best = max((score for passage in scores for score in passage), default=0.0)
    for hit, passage in enumerate(scores):
        yield from ((hit, n) for n, score in enumerate(passage) if score >= max(share * best, least))


def probability(log_odds: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-min(max(log_odds, -700.0), 700.0)))
