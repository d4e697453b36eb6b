"""How likely it is that sentences of the sources bear a claim out: one calibrated number between 0 and 1."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.check.support_features import features
from retrieval.embedding import SentenceEmbed

_LEARNED = Path(__file__).parents[1] / "learned" / "support.json"


@dataclass(frozen=True)
class Model:
    """A logistic regression over named features; threshold: from which probability on a claim counts as supported."""

    bias: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, measured: Mapping[str, float]) -> float:
        """The probability for these features; those it has no weight for are left aside."""
        z = self.bias + sum(weight * measured[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-z))


def support(claim: str, sentences: Sequence[str], embed: SentenceEmbed | None = None) -> float:
    """The probability that the sentences, in their order, bear a claim of one sentence out, 0..1; 0 without sentences.

    A logistic regression over app.check.support_features, fitted by tests/benchmarks/train_support.py on claims of
    which as many were supported as not. embed: the library's embedder where it gives sentence vectors; without it the
    words alone are weighed, by a regression of their own. How much a claim needs to count as supported: threshold().
    """
    if not sentences:
        return 0.0
    return model(with_meaning=embed is not None).probability(features(claim, sentences, embed))


def threshold(*, with_meaning: bool = True) -> float:
    """The probability from which on a claim counts as supported: the best balanced accuracy on the training sets."""
    return model(with_meaning=with_meaning).threshold


@cache
def model(*, with_meaning: bool) -> Model:
    """The regression that ships: over words and their meaning in context, or over words alone."""
    learned = json.loads(_LEARNED.read_text(encoding="utf-8"))
    return Model(**learned["meaning" if with_meaning else "words"])
