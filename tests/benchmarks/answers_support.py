"""Is a claim borne out? WiCE (AUROC), AttributionBench (AUROC, macro-F1) and SummEdits news (balanced accuracy).

wice_auroc: supported against partially and not supported, over all sentences of the cited page. attributionbench_*: a
statement against its references; no part of ours was fitted to it. summedits_balanced: a summary against its article.
Beside app.check.support.support: overlap, the share of the claim's content words that its best sentence holds, and
cosine, of the claim and its nearest sentence. All thresholds are chosen alike: the best balanced accuracy on WiCE and
SummEdits dev, in folds where that is the split scored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from app.check.support import Model, model
from app.check.support_features import Floats, features
from app.check.words import content_bag
from tests.benchmarks import support_data
from tests.benchmarks.embedding_cache import CachedMiniLM
from tests.benchmarks.support_data import Case
from tests.benchmarks.train_support import best_threshold

FITTED = "dev"
FOLDED = Path(__file__).with_name("learned") / "support.json"
Scorer = Callable[[Sequence[Case]], list[float]]


def scores(data: Path, split: str) -> dict[str, float]:
    """The figures of the sets that are there, ours and, behind overlap_ and cosine_, those of the simple measures."""
    cases = {
        "wice": list(support_data.wice(data, split)),
        "summedits": list(support_data.summedits(data, split)),
        "attributionbench": list(support_data.attributionbench(data, split)),
    }
    embed = CachedMiniLM()
    found = _figures(cases, _ours(cases, embed, split))
    vectors: dict[str, Floats] = {}
    peers: dict[str, Scorer] = {"overlap_": overlap, "cosine_": lambda chosen: cosine(chosen, embed, vectors)}
    for prefix, peer in peers.items():
        figures = _figures(cases, _peer(cases, data, split, peer))
        found |= {prefix + key: value for key, value in figures.items()}
    return found


Scored = dict[str, tuple[list[float], list[bool]]]
"""For each set the score of each case, and whether that reaches the threshold."""


def _ours(cases: Mapping[str, Sequence[Case]], embed: CachedMiniLM, split: str) -> Scored:
    folds = [Model(**fold) for fold in json.loads(FOLDED.read_text(encoding="utf-8"))["meaning"]]
    shipped = model(with_meaning=True)
    scored: Scored = {}
    for name, chosen in cases.items():
        unseen = split == FITTED and name != "attributionbench"
        models = [folds[case.fold] if unseen else shipped for case in chosen]
        found = [
            one.probability(features(case.claim, case.evidence, embed)) if case.evidence else 0.0
            for one, case in zip(models, chosen, strict=True)
        ]
        scored[name] = (found, [score >= one.threshold for score, one in zip(found, models, strict=True)])
    return scored


def _peer(cases: Mapping[str, Sequence[Case]], data: Path, split: str, peer: Scorer) -> Scored:
    known = [*support_data.wice(data, FITTED), *support_data.summedits(data, FITTED)]
    if not known:
        return {}
    raw = peer(known)
    scored: Scored = {}
    for name, chosen in cases.items():
        found = peer(chosen)
        unseen = split == FITTED and name != "attributionbench"
        cuts = {fold: best_threshold(known, raw, without=fold if unseen else None) for fold in range(5)}
        scored[name] = (found, [s >= cuts[case.fold] for s, case in zip(found, chosen, strict=True)])
    return scored


def overlap(cases: Sequence[Case]) -> list[float]:
    """The share of each claim's content words, by stem, that the sentence holding most of them holds."""
    found = []
    for case in cases:
        mine = content_bag(case.claim)
        most = max((len(mine & content_bag(s)) for s in case.evidence), default=0)
        found.append(most / max(len(mine), 1))
    return found


def cosine(cases: Sequence[Case], embed: CachedMiniLM, vectors: dict[str, Floats]) -> list[float]:
    """The cosine of each claim and the sentence nearest to it; vectors: of the texts seen so far, grows."""
    texts = dict.fromkeys(text for case in cases for text in (case.claim, *case.evidence))
    fresh = [text for text in texts if text not in vectors]
    vectors.update(zip(fresh, embed(fresh), strict=True))
    return [max((float(np.dot(vectors[case.claim], vectors[s])) for s in case.evidence), default=0.0) for case in cases]


def _figures(cases: Mapping[str, Sequence[Case]], scored: Scored) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, (score, passed) in scored.items():
        truth = [case.supported for case in cases[name]]
        if not truth:
            continue
        if name == "summedits":
            found["summedits_balanced"] = float(balanced_accuracy_score(truth, passed))
        else:
            found[f"{name}_auroc"] = float(roc_auc_score(truth, score))
        if name == "attributionbench":
            found["attributionbench_macro_f1"] = float(f1_score(truth, passed, average="macro"))
    return found
