"""Small learned models as plain numbers: a logistic regression and boosted trees, with the log-odds that they give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any


@dataclass(frozen=True)
class Linear:
    """A logistic regression over numbers in a fixed order."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def of(cls, learned: dict[str, Any]) -> Linear:
        """Read one as it is kept in JSON."""
        return cls(tuple(learned["weights"]), learned["bias"])

    def log_odds(self, row: Sequence[float]) -> float:
        """The logarithm of the odds that a row is of the kind looked for."""
        if len(row) != len(self.weights):
            raise ValueError(f"{len(self.weights)} weights don't fit {len(row)} numbers")
        products: Iterable[float] = map(mul, self.weights, row)
        return self.bias + sum(products)


Node = tuple[int, float, int, int]
"""(column, threshold, node for at most the threshold, node for more); a leaf is (-1, value, 0, 0)."""


@dataclass(frozen=True)
class Boosted:
    """Gradient-boosted regression trees (Friedman 2001) over numbers in a fixed order; each tree starts at node 0."""

    bias: float
    trees: tuple[tuple[Node, ...], ...]

    @classmethod
    def of(cls, learned: dict[str, Any]) -> Boosted:
        """Read them as they are kept in JSON."""
        return cls(learned["bias"], tuple(tuple((n[0], n[1], n[2], n[3]) for n in t) for t in learned["trees"]))

    def log_odds(self, row: Sequence[float]) -> float:
        """The logarithm of the odds that a row is of the kind looked for."""
        return self.bias + sum(_value(tree, row) for tree in self.trees)


def _value(tree: Sequence[Node], row: Sequence[float]) -> float:
    column, value, left, right = tree[0]
    while column >= 0:
        column, value, left, right = tree[left if row[column] <= value else right]
    return value


def probability(log_odds: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-min(max(log_odds, -700.0), 700.0)))
