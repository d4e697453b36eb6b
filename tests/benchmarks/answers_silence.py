"""Answerable or not: squad2_auroc, clapnq_auroc, nomiracl_auroc, nomiracl_balanced.

Every question comes with its passages as hits (squad2 with its paragraph, clapnq with its passage, nomiracl with its
ten passages); ours is app.evidence.answering.weigh(...).whole, and balanced accuracy is taken at the shipped threshold.
overlap: the share of the question's content words that the passage with most of them holds; cosine: of the question
with the sentence nearest to it. Their thresholds are chosen on the training split as ours is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.check.words import content_bag
from app.evidence.answering import weigh
from retrieval.documents import Hit
from tests.benchmarks import asked
from tests.benchmarks.answering_folds import model_for, peer_for
from tests.benchmarks.asked import Hits
from tests.benchmarks.measuring import balanced_accuracy

_SETS = {"squad2": asked.squad2, "clapnq": asked.clapnq, "nomiracl": asked.nomiracl}


def scores(data: Path, split: str) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    found: dict[str, float] = {}
    for name in _SETS:
        judged = list(judgements(data, split, name))
        if len({truth for truth, _, _ in judged}) < 2:
            continue
        truth = [t for t, _, _ in judged]
        for measure in ("", "overlap_", "cosine_"):
            found[f"{measure}{name}_auroc"] = float(roc_auc_score(truth, [s[measure] for _, s, _ in judged]))
            if name == "nomiracl":
                said = [s[measure] >= least[measure] for _, s, least in judged]
                found[f"{measure}{name}_balanced"] = balanced_accuracy(truth, said)
    return found


def judgements(data: Path, split: str, name: str) -> Iterator[tuple[bool, dict[str, float], dict[str, float]]]:
    """For each question whether it is answerable, and the score and threshold of each measure."""
    questions = list(_SETS[name](data, split))
    hits = Hits()
    hits.learn([passage for one in questions for passage in one.passages])
    if not questions:
        return
    model_of = model_for(split)
    overlap_of, cosine_of = peer_for(split, "overlap"), peer_for(split, "cosine")
    for one in questions:
        found, model = hits.of(one.question, one.passages), model_of(one)
        cosines = hits.cosines(one.question, found)
        measured = {
            "": weigh(one.question, found, model).whole,
            "overlap_": overlap(one.question, found),
            "cosine_": max((value for passage in cosines for value in passage), default=0.0),
        }
        least = {
            "": model.least_whole,
            "overlap_": overlap_of(one)["least_whole"],
            "cosine_": cosine_of(one)["least_whole"],
        }
        yield bool(one.answerable), measured, least


def overlap(question: str, hits: Sequence[Hit]) -> float:
    """The share of the question's content words that the passage with most of them holds."""
    terms = content_bag(question)
    return max((len(terms & content_bag(h.passage.text)) for h in hits), default=0) / max(len(terms), 1)


def brier_and_ece(truth: Sequence[bool], said: Sequence[float], bins: int = 10) -> tuple[float, float]:
    """The mean squared error of probabilities (Brier 1950), and their expected calibration error in equal bins."""
    brier = sum((p - t) ** 2 for t, p in zip(truth, said, strict=True)) / len(truth)
    parts: list[list[tuple[bool, float]]] = [[] for _ in range(bins)]
    for t, p in zip(truth, said, strict=True):
        parts[min(int(p * bins), bins - 1)].append((t, p))
    ece = sum(abs(sum(p - t for t, p in part)) for part in parts) / len(truth)
    return brier, ece
