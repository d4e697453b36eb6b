"""Fit the measure of support: python -m tests.benchmarks.train_support --data DIR

A logistic regression whose weights may only have the sign that their meaning demands (a missing name never counts in
favour), over the dev halves of WiCE, SummEdits (news) and CLAPNQ, each weighing the same and half of each supported.
Writes app/learned/support.json, which ships, and tests/benchmarks/learned/support.json: a model for each fifth of the
articles and questions, fitted without it, so that figures on dev are of claims that their model did not see.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, roc_auc_score

from app.check.support import Model
from app.check.support_features import features
from tests.benchmarks import support_data
from tests.benchmarks.embedding_cache import CachedMiniLM
from tests.benchmarks.support_data import FOLDS, Case

Floats = NDArray[np.float64]
FEATURES: dict[str, dict[str, int]] = {
    "meaning": {
        "alike": 1,
        "standing": 1,
        "names_absent": -1,
        "figures_absent": -1,
        "negation_added": -1,
        "length": -1,
        "laid": 1,
    },
    "words": {"named_near": 1, "named": 1, "names_absent": -1, "figures_absent": -1},
}
"""For each model its features and the sign of each weight."""
SETS = ("wice", "summedits", "clapnq")
"""Each weighs the same, and half of each is supported."""
REPORTED = ("wice", "summedits")
"""The threshold is the best for these two, where what is not supported is as people wrote it."""
STRENGTH = 0.001
"""Of the penalty on squared weights, against a mean loss."""
ROOT = Path(__file__).parents[2]
TRAINED_ON = "dev halves of WiCE (ODC-BY), SummEdits news (Apache-2.0) and CLAPNQ (Apache-2.0)"


def main() -> None:
    """Measure every case once, fit, write, and print what the folds say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    sets = (support_data.wice, support_data.summedits, support_data.clapnq)
    cases = list(chain.from_iterable(read(data, "dev") for read in sets))
    embed = CachedMiniLM()
    measured = [features(case.claim, case.evidence, embed) for case in cases]
    shipped: dict[str, Any] = {"trained_on": TRAINED_ON}
    folded: dict[str, Any] = {}
    for name, signs in FEATURES.items():
        x = np.array([[row[feature] for feature in signs] for row in measured])
        models, scores = cross_fit(cases, x, signs)
        cut = best_threshold(cases, scores)
        shipped[name] = _model(fit(cases, x, signs), signs, cut)
        folded[name] = [
            _model(beta, signs, best_threshold(cases, scores, without=fold)) for fold, beta in enumerate(models)
        ]
        report(name, cases, scores, cut)
    write(ROOT / "app" / "learned" / "support.json", shipped)
    write(ROOT / "tests" / "benchmarks" / "learned" / "support.json", folded)


def fit(cases: Sequence[Case], x: Floats, signs: dict[str, int], without: int | None = None) -> Floats:
    """Bias and weights of the regression on the cases outside one fold."""
    used = np.array([case.fold != without for case in cases])
    y = np.array([case.supported for case in cases], float)[used]
    weight = weights([case for case in cases if case.fold != without])
    mean, scale = x[used].mean(0), x[used].std(0) + 1e-9
    z = (x[used] - mean) / scale

    def loss(beta: Floats) -> tuple[float, Floats]:
        margin = z @ beta[1:] + beta[0]
        error = weight * (1 / (1 + np.exp(-margin)) - y)
        value = float(weight @ (np.logaddexp(0, margin) - y * margin) + STRENGTH / 2 * beta[1:] @ beta[1:])
        return value, np.concatenate(([error.sum()], z.T @ error + STRENGTH * beta[1:]))

    bounds = [(None, None), *((0, None) if sign > 0 else (None, 0) for sign in signs.values())]
    beta = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return np.concatenate(([beta[0] - beta[1:] @ (mean / scale)], beta[1:] / scale))


def weights(cases: Sequence[Case]) -> Floats:
    """The weight of each case: sets alike, and both outcomes alike within each; they add up to 1."""
    kinds = [(case.source, case.supported) for case in cases]
    count = {kind: kinds.count(kind) for kind in set(kinds)}
    found = np.array([1 / count[kind] for kind in kinds])
    total: float = found.sum()
    return found / total


def cross_fit(cases: Sequence[Case], x: Floats, signs: dict[str, int]) -> tuple[list[Floats], Floats]:
    """For each fold the model without it; for each case the probability by the model that did not see its group."""
    models = [fit(cases, x, signs, without=fold) for fold in range(FOLDS)]
    margins = [models[case.fold][0] + row @ models[case.fold][1:] for case, row in zip(cases, x, strict=True)]
    return models, 1 / (1 + np.exp(-np.array(margins)))


def best_threshold(cases: Sequence[Case], scores: Sequence[float] | Floats, without: int | None = None) -> float:
    """The cut with the best balanced accuracy, averaged over the sets in REPORTED, on the cases outside one fold."""
    kept = [
        ([case.supported for case, _ in chosen], np.array([score for _, score in chosen]))
        for name in REPORTED
        if (chosen := [p for p in zip(cases, scores, strict=True) if p[0].source == name and p[0].fold != without])
    ]
    cuts = np.unique(np.quantile(np.concatenate([s for _, s in kept]), np.linspace(0.02, 0.98, 97)))
    worth = [np.mean([balanced_accuracy_score(y, s >= cut) for y, s in kept]) for cut in cuts]
    # The middle of what is nearly best moves less with the sample than the best itself.
    return float(np.mean(cuts[np.array(worth) >= max(worth) - 0.005]))


def report(name: str, cases: Sequence[Case], scores: Floats, cut: float) -> None:
    """Print how well and how honestly each set is judged by models that did not see it."""
    measures: dict[str, Callable[[Any, Any], float]] = {"AUROC": roc_auc_score, "Brier": brier_score_loss}
    for source in SETS:
        chosen = np.array([case.source == source for case in cases])
        y = np.array([case.supported for case in cases])[chosen]
        if y.any() and not y.all():
            parts = [f"{label} {measure(y, scores[chosen]):.3f}" for label, measure in measures.items()]
            balanced = balanced_accuracy_score(y, scores[chosen] >= cut)
            print(f"{name}: {source}: {', '.join(parts)}, balanced accuracy at {cut:.2f} {balanced:.3f}")


def _model(beta: Floats, signs: dict[str, int], cut: float) -> dict[str, Any]:
    named = {name: round(float(weight), 4) for name, weight in zip(signs, beta[1:], strict=True)}
    return vars(Model(round(float(beta[0]), 4), named, round(cut, 4)))


def write(path: Path, learned: dict[str, Any]) -> None:
    """Write learned numbers as JSON that a reader can compare line by line."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(learned, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
