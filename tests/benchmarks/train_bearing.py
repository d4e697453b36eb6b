"""Fit the measure of free wording: python -m tests.benchmarks.train_bearing

Boosted trees over app.check.laying_features and, on other claims, trees over these, what the first make of them and
what app.check.reading says; neither reader nor first trees saw those. Prints what they do in five folds that keep the
articles apart, the hard objections on, from which app/evidence/strictness.py has the likelihood that each level asks
for, and writes app/learned/laying.npz and weighing.npz, which ship.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from app.check.bearing import trees, weighed
from tests.benchmarks.claim_sets import READING, WEIGHING, measured

SHIPS = Path(__file__).parents[2] / "app" / "learned"
Floats = NDArray[np.float64]


def model(deep: int = 4, many: int = 300) -> HistGradientBoostingClassifier:
    """Trees before they are fitted: how deep, and how many."""
    return HistGradientBoostingClassifier(
        max_depth=deep,
        max_iter=many,
        learning_rate=0.05,
        l2_regularization=3.0,
        min_samples_leaf=15,
        max_features=0.25,
        random_state=0,
    )


def main() -> None:
    """Measure every claim once, fit, write, and print what the folds say."""
    first = measured(READING, reads=False)
    names = sorted(first[0].features)
    rows = np.array([[one.features[name] for name in names] for one in first])
    ship("laying", model(5, 400).fit(rows, [one.true for one in first]), names)

    laying = trees("laying")
    claims = measured(WEIGHING, reads=True)
    given = [weighed(one.features, one.read, laying) for one in claims]
    names = sorted(given[0])
    rows = np.array([[one[name] for name in names] for one in given])
    true = np.array([one.true for one in claims])
    likely = folds(rows, true, np.array([one.article for one in claims]))
    print(f"{len(claims)} claims, {true.sum()} of them true; in folds AUROC {roc_auc_score(true, likely):.3f}")
    likely[[one.ruled_out for one in claims]] = 0
    for share in (0.9, 0.95, 0.97, 0.98, 0.99):
        least = float(np.quantile(likely[~true], share))
        print(f"lies out {share:.2f}  likelihood {least:.3f}  true kept {(likely[true] > least).mean():.3f}")
    ship("weighing", model().fit(rows, true), names)


def ship(name: str, fitted: HistGradientBoostingClassifier, names: list[str]) -> None:
    """Write fitted trees to where the product looks for them."""
    path = SHIPS / f"{name}.npz"
    np.savez_compressed(path, **arrays(fitted, names))
    print(f"wrote {path.name}: {path.stat().st_size // 1024} KiB")


def folds(rows: Floats, true: NDArray[np.bool_], articles: NDArray[np.str_]) -> Floats:
    """The likelihood of each claim by trees that did not see its article."""
    likely = np.zeros(len(true))
    for fit, test in GroupKFold(5).split(rows, true, articles):
        likely[test] = model().fit(rows[fit], true[fit]).predict_proba(rows[test])[:, 1]
    return likely


def arrays(fitted: HistGradientBoostingClassifier, names: list[str]) -> dict[str, Any]:
    """The fitted trees as plain arrays; see app.check.bearing.Trees."""
    nodes = [trees[0].nodes for trees in fitted._predictors]
    starts = np.cumsum([0, *(len(one) for one in nodes[:-1])]).astype(np.uint32)
    shifted = [one.copy() for one in nodes]
    for one, start in zip(shifted, starts, strict=True):
        inner = one["is_leaf"] == 0
        one["left"][inner] += start
        one["right"][inner] += start
    flat = np.concatenate(shifted)
    return {
        "names": np.array(names),
        "base": fitted._baseline_prediction.ravel()[0],
        "roots": starts.astype(np.int32),
        "feature": flat["feature_idx"].astype(np.int32),
        "threshold": flat["num_threshold"].astype(np.float64),
        "left": np.where(flat["is_leaf"] == 1, 0, flat["left"]).astype(np.int32),
        "right": np.where(flat["is_leaf"] == 1, 0, flat["right"]).astype(np.int32),
        "value": flat["value"].astype(np.float64),
    }


if __name__ == "__main__":
    main()
