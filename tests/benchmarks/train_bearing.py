"""Fit the measure of free wording: python -m tests.benchmarks.train_bearing

Boosted trees over app.check.laying_features, on the claims in tests/benchmarks/claims but for held_out.json. Prints
what they do in five folds that keep the articles apart, from which app/evidence/strictness.py has the likelihood that
each level asks for, and writes app/learned/bearing.npz, which ships.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from tests.benchmarks.claim_sets import measured, training

SHIPS = Path(__file__).parents[2] / "app" / "learned" / "bearing.npz"
Floats = NDArray[np.float64]


def model() -> HistGradientBoostingClassifier:
    """The trees before they are fitted."""
    return HistGradientBoostingClassifier(
        max_depth=4,
        max_iter=300,
        learning_rate=0.05,
        l2_regularization=3.0,
        min_samples_leaf=15,
        max_features=0.25,
        random_state=0,
    )


def main() -> None:
    """Measure every claim once, fit, write, and print what the folds say."""
    claims = [claim for file in training() for claim in measured(file)]
    names = sorted(set(claims[0].features) - {"another_opens", "others_figure", "only_planned"})
    rows = np.array([[claim.features[name] for name in names] for claim in claims])
    true = np.array([claim.true for claim in claims])
    likely = folds(rows, true, np.array([claim.article for claim in claims]))
    print(f"{len(claims)} claims, {true.sum()} of them true; in folds AUROC {roc_auc_score(true, likely):.3f}")
    for share in (0.9, 0.95, 0.97, 0.98, 0.99):
        least = float(np.quantile(likely[~true], share))
        print(f"lies out {share:.2f}  likelihood {least:.3f}  true kept {(likely[true] > least).mean():.3f}")
    fitted = model().fit(rows, true)
    np.savez_compressed(SHIPS, **arrays(fitted, names))
    print(f"wrote {SHIPS.name}: {SHIPS.stat().st_size // 1024} KiB")


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
