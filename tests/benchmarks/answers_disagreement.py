"""Do sources answer a question alike? RAMDocs and NAnCo.

ramdocs_conflict_f1: over every pair of a question's documents: do the two give conflicting answers? They do where each
gives an answer to the question (as RAMDocs labels it) and not the same one; a document that gives none ("noise")
conflicts with nothing. F1 of the pairs that conflict, all questions together. The product finds each document's answer
in its text and compares; the labels are used for nothing but to score. Beside it: ramdocs_answering_f1, the same over
the pairs in which both documents are known to answer (72% of dev conflict: calling each a conflict gives .84), and
ramdocs_conflict_auroc, without a threshold.

nanco_balanced: over every pair of short answers to a question: are they in one cluster of people's? Balanced accuracy
over all pairs together.

overlap_ and cosine_: the same decisions from the F1 of the words of two texts, and from the cosine of their vectors,
each in the direction and with the threshold that is best where ours were fitted: for dev on the other folds, for any
other split on dev.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from app.compare.sameness import Model, conflict, learned, profiles, read, same_answer
from retrieval.minilm import MiniLM
from tests.benchmarks.disagreement_data import FOLDS, Asked, Clustered, nanco, overlap, ramdocs
from tests.benchmarks.train_sameness import best_balanced, best_f1, cosines, question_key

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Best = Callable[[Floats, Bools], float]
_FOLDS = Path(__file__).parent / "learned" / "sameness.json"


def scores(data: Path, split: str) -> dict[str, float]:
    """The figures of this module's head for those sets that the folder holds."""
    embed = MiniLM()
    return _ramdocs(data, split, embed) | _nanco(data, split, embed)


def _ramdocs(data: Path, split: str, embed: MiniLM) -> dict[str, float]:
    asked = ramdocs(data, split)
    if not asked:
        return {}
    right = np.array([conflicting for q in asked for _, _, conflicting in q.pairs()])
    both = np.array([bool(q.answers[a] and q.answers[b]) for q in asked for a, b, _ in q.pairs()])
    folds = np.array([q.fold for q in asked for _ in q.pairs()])
    models = json.loads(_FOLDS.read_text("utf-8"))["ramdocs"] if split == "dev" else [learned()] * FOLDS
    told = [_conflicts(q, models[q.fold]) for q in asked]
    ours = np.array([p for some, _ in told for p in some])
    called = np.array([c for some, cut in told for c in np.array(some) >= cut])
    found = _conflict_figures("", ours, called, right, both)
    dev = [] if split == "dev" else ramdocs(data, "dev")
    for name, measure in (("overlap_", _overlaps), ("cosine_", lambda some: _cosines(some, embed))):
        measured = measure(asked)
        known = (measure(dev), np.array([c for q in dev for _, _, c in q.pairs()])) if dev else None
        sign, called = _peer(measured, right, folds if split == "dev" else None, known, best_f1)
        found |= _conflict_figures(name, sign * measured, called, right, both)
    return found


def _conflicts(q: Asked, model: dict[str, Model]) -> tuple[list[float], float]:
    found = read(q.texts, q.tables, model["answer"])
    rated = [conflict(q.question, found[a], found[b], model["conflict"]) for a, b, _ in q.pairs()]
    return rated, model["conflict"]["threshold"]


def _conflict_figures(name: str, rated: Floats, called: Bools, right: Bools, both: Bools) -> dict[str, float]:
    return {
        f"{name}ramdocs_conflict_f1": float(f1_score(right, called)),
        f"{name}ramdocs_answering_f1": float(f1_score(right[both], called[both])),
        f"{name}ramdocs_conflict_auroc": float(roc_auc_score(right, rated)),
    }


def _peer(
    measured: Floats, right: Bools, folds: Ints | None, known: tuple[Floats, Bools] | None, best: Best
) -> tuple[int, Bools]:
    """Which way a peer's measure points, and what it calls: with the threshold best on the other folds, or on dev."""
    if folds is None:
        sign, cut = _cut(*(known or (measured, right)), best)
        return sign, sign * measured >= cut
    called = np.zeros(len(right), bool)
    for fold in set(folds.tolist()):
        sign, cut = _cut(measured[folds != fold], right[folds != fold], best)
        called[folds == fold] = sign * measured[folds == fold] >= cut
    return _cut(measured, right, best)[0], called


def _cut(measured: Floats, right: Bools, best: Best) -> tuple[int, float]:
    sign = 1 if roc_auc_score(right, measured) >= 0.5 else -1
    return sign, best(sign * measured, right)


def _overlaps(asked: Sequence[Asked]) -> Floats:
    return np.array([overlap(q.texts[a], q.texts[b]) for q in asked for a, b, _ in q.pairs()])


def _cosines(asked: Sequence[Asked], embed: MiniLM) -> Floats:
    found = []
    for q in asked:
        vectors = embed(list(q.texts))
        found += [float(vectors[a] @ vectors[b]) for a, b, _ in q.pairs()]
    return np.array(found)


def _nanco(data: Path, split: str, embed: MiniLM) -> dict[str, float]:
    asked = nanco(data, split)
    if not asked:
        return {}
    right = np.array([same for q in asked for _, _, same in q.pairs()])
    folds = np.array([n for n, q in enumerate(asked) for _ in q.pairs()])
    left_out: dict[str, Any] = json.loads(_FOLDS.read_text("utf-8"))["nanco"] if split == "dev" else {}
    near = [profiles(cosines(q.answers, embed)) for q in asked]
    called = np.array(
        [
            same_answer(q.question, q.answers[a], q.answers[b], alike[a, b], model) >= model["threshold"]
            for q, alike in zip(asked, near, strict=True)
            for model in (left_out.get(question_key(q.question)) or learned()["same"],)
            for a, b, _ in q.pairs()
        ]
    )
    found = {"nanco_balanced": float(balanced_accuracy_score(right, called))}
    dev = [] if split == "dev" else nanco(data, "dev")
    for name, measure in (("overlap_", _word_pairs), ("cosine_", lambda some: _near_pairs(some, embed))):
        known = (measure(dev), np.array([s for q in dev for _, _, s in q.pairs()])) if dev else None
        _, called = _peer(measure(asked), right, folds if split == "dev" else None, known, best_balanced)
        found[f"{name}nanco_balanced"] = float(balanced_accuracy_score(right, called))
    return found


def _word_pairs(asked: Sequence[Clustered]) -> Floats:
    return np.array([overlap(q.answers[a], q.answers[b]) for q in asked for a, b, _ in q.pairs()])


def _near_pairs(asked: Sequence[Clustered], embed: MiniLM) -> Floats:
    found = []
    for q in asked:
        between = cosines(q.answers, embed)
        found += [float(between[a, b]) for a, b, _ in q.pairs()]
    return np.array(found)
