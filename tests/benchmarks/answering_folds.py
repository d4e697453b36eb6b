"""Which model may score a question: on the split that trained the models, one that has not seen its group."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.evidence.answering import Model, shipped
from tests.benchmarks.asked import Asked

SHIPPED = Path(__file__).parents[2] / "app" / "learned" / "answering.json"
FOLDS_FILE = Path(__file__).parent / "learned" / "answering_folds.json"
FOLDS = 5


def fold_of(one: Asked) -> int:
    """The fold that a question's group is in, the same in every run."""
    return zlib.crc32(f"{one.name} {one.group}".encode()) % FOLDS


def model_for(split: str) -> Callable[[Asked], Model]:
    """The model that may score a question of this split."""
    kept = _kept()
    if split != kept["split"]:
        return lambda one: shipped()
    models = [Model.of(fold["model"]) for fold in kept["folds"]]
    return lambda one: models[fold_of(one)]


def peer_for(split: str, name: str) -> Callable[[Asked], dict[str, float]]:
    """The threshold (least_whole) and the selection (share, least) of "overlap" or "cosine", chosen as ours are."""
    kept = _kept()
    if split != kept["split"]:
        return lambda one: dict(kept[name])
    return lambda one: dict(kept["folds"][fold_of(one)][name])


def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(FOLDS_FILE.read_text())
    return kept
