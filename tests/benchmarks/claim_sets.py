"""Claims about invented articles, true and false, by which the measure of free wording is fitted and measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.check.laying import lay
from app.check.laying_features import features
from retrieval.minilm import MiniLM
from tests import adversary, paraphrases

FOLDER = Path(__file__).with_name("claims")
HELD_OUT = FOLDER / "held_out.json"
"""Never fitted on, and never looked at but for its counts."""


@dataclass(frozen=True)
class Measured:
    """A claim with its features; article: what it is about, so that folds can be kept apart."""

    article: str
    kind: str
    text: str
    features: dict[str, float]

    @property
    def true(self) -> bool:
        """Whether the article bears it out."""
        return self.kind == paraphrases.TRUE


def training() -> list[Path]:
    """The files that are fitted on."""
    return sorted(path for path in FOLDER.glob("*.json") if path != HELD_OUT)


def measured(file: Path) -> Iterator[Measured]:
    """Each claim of a file laid on the passage of its article that holds most of it."""
    found = paraphrases.passages(file)
    for claim in paraphrases.claims(file):
        laid = [one for passage in found[claim.article] if (one := lay(claim.text, passage, _embed()))]
        if laid:
            best = max(laid, key=lambda one: float((one.same > 0).any(axis=1).sum()))
            yield Measured(f"{file.stem}: {claim.article}", claim.kind, claim.text, features(best, adversary.says))


@cache
def _embed() -> MiniLM:
    return MiniLM()
