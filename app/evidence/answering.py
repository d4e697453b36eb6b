"""How likely each sentence answers a question, how likely the passages hold an answer at all, and which it takes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from app.evidence.answering_features import NAMES, rows
from app.evidence.answering_selection import Scores, in_place, overlaps, select
from app.evidence.regression import Boosted, Linear, probability
from retrieval.documents import Hit

_SPREAD = tuple(
    map(NAMES.index, "covered covered_near shared has_candidate relevance cosine shared_passage dense".split())
)
"""What counts of all the sentences together, its greatest value and its mean, beside the best sentence."""


@dataclass(frozen=True)
class Model:
    """What was learned from public data by tests/benchmarks/train_answering.py.

    sentence: over answering_features.NAMES; whole and boosted: over what `summary` gives; least_whole: the probability
    from which the passages count as holding an answer; chosen: over answering_selection.IN_PLACE; share and least: see
    answering_selection.select.
    """

    sentence: Linear
    whole: Linear
    boosted: Boosted
    least_whole: float
    chosen: Linear
    share: float
    least: float

    @classmethod
    def of(cls, learned: dict[str, Any]) -> Model:
        """Read a model as it is kept in JSON."""
        sentence, whole, chosen = (Linear.of(learned[part]) for part in ("sentence", "whole", "chosen"))
        boosted = Boosted.of(learned["boosted"])
        return cls(sentence, whole, boosted, learned["least_whole"], chosen, learned["share"], learned["least"])

    def held(self, row: Sequence[float]) -> float:
        """The probability that passages with this summary hold an answer: the mean log-odds of both models."""
        return probability((self.whole.log_odds(row) + self.boosted.log_odds(row)) / 2)


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

    A logistic regression over how the question's words, names and figures are borne out, over what of the asked kind a
    sentence holds, and over the search's relevances; and, stacked on it (Wolpert 1992), another one and boosted trees
    over the best sentence and what holds of all. No hits: nothing is held.
    """
    model = model or shipped()
    found = rows(question, hits)
    odds = [[model.sentence.log_odds(row) for row in passage] for passage in found]
    if not any(odds):
        return Weighed(tuple(() for _ in hits), 0.0)
    sentences = tuple(tuple(map(probability, passage)) for passage in odds)
    return Weighed(sentences, model.held(summary(found, odds)))


def chosen(question: str, hits: Sequence[Hit], model: Model | None = None) -> list[tuple[int, int]]:
    """The (hit, sentence) that a full answer would take: what answers, and what a person would put beside it.

    Learned from which sentences people selected or quoted. A document whose best sentence names clearly fewer of the
    question's words than another's is left out. No hits: nothing.
    """
    model = model or shipped()
    found = rows(question, hits)
    odds = [[model.sentence.log_odds(row) for row in passage] for passage in found]
    scores = tuple(
        tuple(probability(model.chosen.log_odds(row)) for row in passage) for passage in in_place(hits, found, odds)
    )
    return list(select(hits, scores, model.share, model.least, overlaps(question, hits)))


def summary(found: Sequence[Sequence[Sequence[float]]], odds: Sequence[Sequence[float]]) -> list[float]:
    """What the passages are judged by: the best sentence's log-odds and row, the runner-up, any and all sentences.

    found: the rows of answering_features; odds: the log-odds of each; at least one sentence.
    """
    ranked = sorted(((value, hit, n) for hit, passage in enumerate(odds) for n, value in enumerate(passage)))
    best, hit, n = ranked[-1]
    second = probability(ranked[-2][0]) if len(ranked) > 1 else 0.0
    none = sum(math.log1p(-min(probability(value), 0.99)) for value, _, _ in ranked)
    every = [row for passage in found for row in passage]
    columns = {at: [row[at] for row in every] for at in _SPREAD}
    spread = (value for at in _SPREAD for value in (max(columns[at]), sum(columns[at]) / len(ranked)))
    return [best, second, none, *spread, *found[hit][n]]
