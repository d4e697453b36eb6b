"""What a ranking is worth: measures of one question, figures over many, and the chance in the difference of two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

Measure = Callable[[Sequence[str], frozenset[str]], float]
"""(ids found, best first; relevant ids) -> 0..1."""

_DRAWS = 2000


def ndcg(k: int) -> Measure:
    """Normalised discounted cumulative gain of the first k, binary relevance (Järvelin and Kekäläinen 2002)."""

    def measure(found: Sequence[str], relevant: frozenset[str]) -> float:
        gained = sum(1 / log2(rank + 2) for rank, id in enumerate(found[:k]) if id in relevant)
        return gained / sum(1 / log2(rank + 2) for rank in range(min(k, len(relevant))))

    return measure


def recall(k: int) -> Measure:
    """The share of the relevant ones among the first k."""
    return lambda found, relevant: len(relevant.intersection(found[:k])) / len(relevant)


def mrr(k: int) -> Measure:
    """The reciprocal rank of the first relevant one among the first k, else 0."""
    return lambda found, relevant: next((1 / rank for rank, id in enumerate(found[:k], 1) if id in relevant), 0.0)


MEASURES: Mapping[str, Mapping[str, Measure]] = {
    "scifact": {"ndcg10": ndcg(10), "recall10": recall(10)},
    "squad2": {"mrr10": mrr(10), "hit1": mrr(1)},
    "clapnq": {"mrr10": mrr(10)},
    "multihop": {"recall10": recall(10), "mrr10": mrr(10)},
    "mtrag": {"ndcg5": ndcg(5), "recall5": recall(5)},
}


@dataclass(frozen=True)
class Figure:
    """One figure over n questions: the mean of their values or, where truth is given, the AUROC of values for it.

    values: (n,); truth: (n,) whether each question has an answer.
    """

    values: NDArray[np.float64]
    truth: NDArray[np.bool_] | None = None

    @classmethod
    def of(cls, values: Sequence[float], truth: Sequence[bool] | None = None) -> Figure:
        """Make one of plain values."""
        return cls(np.asarray(values, np.float64), None if truth is None else np.asarray(truth, np.bool_))

    def value(self, drawn: NDArray[np.int64] | None = None) -> float:
        """The figure over all questions, or over those drawn, by index."""
        values = self.values if drawn is None else self.values[drawn]
        if self.truth is None:
            return float(values.mean())
        return auroc(values, self.truth if drawn is None else self.truth[drawn])


def auroc(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """How often a true one scores above a false one, ties half (Mann and Whitney 1947); .5 where either is missing."""
    true, false = int(truth.sum()), int((~truth).sum())
    if not true or not false:
        return 0.5
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[truth].sum() - true * (true + 1) / 2) / (true * false))


def interval(ours: Figure, theirs: Figure) -> tuple[float, float]:
    """The 95% interval of the difference, by a paired bootstrap over questions (Efron 1979)."""
    count = len(ours.values)
    random = np.random.default_rng(1)
    drawn = (random.integers(0, count, count) for _ in range(_DRAWS))
    low, high = np.quantile([ours.value(one) - theirs.value(one) for one in drawn], (0.025, 0.975))
    return float(low), float(high)
