"""Fit the metric that tells synonyms from opposites and siblings: python -m tests.benchmarks.train_word_relations

word_relations.txt, our own writing, gives the pairs: on a line, words of one group may stand for one another, words on
different sides of a stroke may not. Writes app/learned/word_relations.npz, and prints how well pairs of which neither
word was seen in training are told apart, beside the cosine.
"""

from __future__ import annotations

import hashlib
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score

from app.check.word_relations import Metric
from retrieval.minilm import MiniLM

Floats = NDArray[np.float64]
RANK = 8
STRENGTH = 0.001
"""Of the penalty on squared weights, against a mean loss: the best of three for words not seen."""
FOLDS = 5
PAIRS = Path(__file__).with_name("word_relations.txt")
SHIPPED = Path(__file__).parents[2] / "app" / "learned" / "word_relations.npz"


class Pairs(NamedTuple):
    """Pairs of words, whether the one may stand for the other, and the vectors of both, (n, d) each."""

    words: list[tuple[str, str]]
    alike: Floats
    ours: Floats
    theirs: Floats


def main() -> None:
    """Cross-validate over words, then fit on all pairs and write."""
    pairs = read(MiniLM())
    scores, seen = np.zeros(len(pairs.alike)), np.ones(len(pairs.alike), bool)
    folds = np.array([[_fold(word) for word in pair] for pair in pairs.words])
    for fold in range(FOLDS):
        here = (folds == fold).all(axis=1)
        scores[here] = score(fit(pairs, ~(folds == fold).any(axis=1)), pairs)[here]
        seen &= ~here
    cosine = (pairs.ours * pairs.theirs).sum(axis=1)
    for name, found in (("metric", scores), ("cosine", cosine)):
        print(f"{name}: AUROC {roc_auc_score(pairs.alike[~seen], found[~seen]):.3f} on {(~seen).sum()} pairs")
    np.savez(SHIPPED, **fit(pairs, np.ones(len(pairs.alike), bool))._asdict())


def read(embed: MiniLM) -> Pairs:
    """The pairs of word_relations.txt."""
    alike, apart = [], []
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        groups = [[word.replace("_", " ") for word in group.split()] for group in line.split("/")]
        alike += [pair for group in groups for pair in combinations(group, 2)]
        apart += [(a, b) for one, other in combinations(groups, 2) for a in one for b in other]
    texts = sorted({word for pair in alike + apart for word in pair})
    vectors = dict(zip(texts, embed(texts).astype(float), strict=True))
    ours, theirs = (np.stack([vectors[pair[side]] for pair in alike + apart]) for side in (0, 1))
    return Pairs(alike + apart, np.repeat([1.0, 0.0], [len(alike), len(apart)]), ours, theirs)


def fit(pairs: Pairs, used: NDArray[np.bool_]) -> Metric:
    """A logistic loss on the pairs used, both kinds weighing the same, minimised by L-BFGS from a fixed start."""
    y, a, b = pairs.alike[used], pairs.ours[used], pairs.theirs[used]
    weight = np.where(y == 1, 0.5 / (y == 1).sum(), 0.5 / (y == 0).sum())
    shape = (2, a.shape[1], RANK)

    def loss(x: Floats) -> tuple[float, Floats]:
        agree, differ = x[:-1].reshape(shape)
        along, other, apart = a @ agree, b @ agree, (a - b) @ differ
        z = (along * other).sum(1) - (apart**2).sum(1) + x[-1]
        error = (weight * (1 / (1 + np.exp(-z)) - y))[:, None]
        slopes = [a.T @ (other * error) + b.T @ (along * error), -2 * (a - b).T @ (apart * error)]
        value = float(weight @ (np.logaddexp(0, z) - y * z) + STRENGTH / 2 * x[:-1] @ x[:-1])
        return value, np.concatenate((np.ravel(slopes) + STRENGTH * x[:-1], [error.sum()]))

    start = np.append(np.random.default_rng(0).normal(0, 0.05, np.prod(shape)), 0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    agree, differ = found[:-1].reshape(shape).astype(np.float32)
    return Metric(agree, differ, float(found[-1]))


def score(metric: Metric, pairs: Pairs) -> Floats:
    """How far the words of each pair may stand for one another, in logits."""
    agree = (pairs.ours @ metric.agree * (pairs.theirs @ metric.agree)).sum(axis=1)
    found: Floats = agree - (((pairs.ours - pairs.theirs) @ metric.differ) ** 2).sum(axis=1) + metric.bias
    return found


def _fold(word: str) -> int:
    return int(hashlib.sha256(word.encode()).hexdigest(), 16) % FOLDS


if __name__ == "__main__":
    main()
