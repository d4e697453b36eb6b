"""Fit how answers are found and compared: python -m tests.benchmarks.train_sameness --data DIR

Three logistic regressions: "answer" (which stretch of a text answers a question) and "conflict" (do two texts answer it
differently) on RAMDocs dev (MIT), "same" (do two short answers say the same) on NAnCo dev (BSD-3-Clause). Writes
app/learned/sameness.json, which ships, and tests/benchmarks/learned/sameness.json: models that have not seen one fifth
of RAMDocs' questions, and one question of NAnCo, so that figures on dev are of pairs that their model did not see.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.preprocessing import StandardScaler

from app.compare.sameness import Model, conflict_features, probability, profiles, read, same_features
from retrieval.minilm import MiniLM
from tests.benchmarks.disagreement_data import FOLDS, Asked, Clustered, nanco, overlap, ramdocs

Floats = NDArray[np.float64]
_INNER = 3
"""Parts of the questions by which "conflict" is fitted on answers found by a model that did not see them."""
_RIGHT = 0.5
"""The share of words from which a candidate is the answer."""
_STRENGTH = {"answer": 0.3, "conflict": 0.3, "same": 0.05}
ROOT = Path(__file__).parents[2]
TRAINED_ON = "dev halves of RAMDocs (MIT) and NAnCo (BSD-3-Clause)"


def main() -> None:
    """Fit on all of dev and without each part of it, and write both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    asked, clustered = ramdocs(data, "dev"), nanco(data, "dev")
    measured = [_measured(one) for one in clustered]
    shipped = {"trained_on": TRAINED_ON, **_fit_ramdocs(asked), "same": _fit_same(measured)}
    folds = [_fit_ramdocs([q for q in asked if q.fold != k]) for k in range(FOLDS)]
    left_out = {
        question_key(one.question): _fit_same(measured[:n] + measured[n + 1 :]) for n, one in enumerate(clustered)
    }
    _write(ROOT / "app/learned/sameness.json", shipped)
    _write(ROOT / "tests/benchmarks/learned/sameness.json", {"ramdocs": folds, "nanco": left_out})


def question_key(question: str) -> str:
    """A question's name in the file of folds, which holds no text."""
    return f"{crc32(question.encode()):08x}"


def cosines(answers: Sequence[str], embed: MiniLM) -> Floats:
    """The (n, n) cosines of n answers."""
    vectors = embed(answers).astype(np.float64)
    return vectors @ vectors.T


def best_f1(scores: Floats, right: NDArray[np.bool_]) -> float:
    """The threshold with the best F1 of what reaches it."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    return float(scores[order][np.argmax(2 * hits / (np.arange(1, len(scores) + 1) + right.sum()))])


def best_balanced(scores: Floats, right: NDArray[np.bool_]) -> float:
    """The threshold with the best balanced accuracy."""
    cuts = np.quantile(scores, np.linspace(0.01, 0.99, 99))
    return float(max(cuts, key=lambda cut: balanced_accuracy_score(right, scores >= cut)))


def _fit_ramdocs(asked: Sequence[Asked]) -> dict[str, Model]:
    table: list[list[float]] = []
    labels: list[bool] = []
    for part in range(_INNER):
        seen, held = asked[:], asked[part::_INNER]
        seen = [q for q in asked if q not in held]
        model = _fit_answer(seen)
        for q in held:
            found = read(q.texts, q.tables, model)
            for a, b, conflicting in q.pairs():
                table.append(conflict_features(q.question, found[a], found[b]))
                labels.append(conflicting)
    return {"answer": _fit_answer(asked), "conflict": _regression("conflict", table, labels, best_f1)}


def _fit_answer(asked: Sequence[Asked]) -> Model:
    table: list[list[float]] = []
    labels: list[bool] = []
    for q in asked:
        for answer, (found, rows) in zip(q.answers, q.tables, strict=True):
            table += rows
            labels += [answer is not None and overlap(c.text, answer) >= _RIGHT for c in found]
    return _regression("answer", table, labels, best_f1)


def _measured(one: Clustered) -> tuple[list[list[float]], list[bool]]:
    embed = MiniLM()
    alike = profiles(cosines(one.answers, embed))
    table, labels = [], []
    for a, b, same in one.pairs():
        table.append(same_features(one.question, one.answers[a], one.answers[b], float(alike[a, b])))
        labels.append(same)
    return table, labels


def _fit_same(measured: Sequence[tuple[list[list[float]], list[bool]]]) -> Model:
    table = [row for rows, _ in measured for row in rows]
    labels = [label for _, some in measured for label in some]
    return _regression("same", table, labels, best_balanced)


def _regression(name: str, table: Sequence[Sequence[float]], labels: Sequence[bool], best: Any) -> Model:  # noqa: ANN401
    x, y = np.array(table), np.array(labels)
    scaler = StandardScaler().fit(x)
    balance = "balanced" if name == "same" else None
    fitted = LogisticRegression(C=_STRENGTH[name], max_iter=2000, class_weight=balance).fit(scaler.transform(x), y)
    model: dict[str, Any] = {
        "mean": [round(float(v), 5) for v in scaler.mean_],
        "scale": [round(float(v), 5) or 1.0 for v in scaler.scale_],
        "weights": [round(float(v), 5) for v in fitted.coef_[0]],
        "intercept": round(float(fitted.intercept_[0]), 5),
    }
    model["threshold"] = round(best(np.array([probability(model, row) for row in table]), y), 4)
    return model


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value) + "\n", "utf-8")


if __name__ == "__main__":
    main()
