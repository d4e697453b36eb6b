"""Claims about invented articles, true and false, by which the measure of free wording is fitted and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from app.check.background import source
from app.check.bearing import ruled_out
from app.check.laying import Laid, lay
from app.check.laying_features import features
from app.check.reading import Reader, read
from retrieval.minilm import MiniLM
from tests import adversary, paraphrases

FOLDER = Path(__file__).with_name("claims")
HELD_OUT = FOLDER / "held_out.json"
"""Never fitted on, and never looked at but for its counts; nor are held_out_answers.json and held_out_reworded.json."""
READING = (*sorted((FOLDER / "reading").glob("*.json")), paraphrases.WRITTEN)
"""What the reader of claim and source is fitted to."""
WEIGHING = tuple(sorted((FOLDER / "weighing").glob("*.json")))
"""What the trees are fitted to, which weigh what the reader says: it never saw these."""


@dataclass(frozen=True)
class Placed:
    """A claim laid on the passage of its article that holds most of it; article: kept apart from others in folds."""

    article: str
    kind: str
    laid: Laid

    @property
    def true(self) -> bool:
        """Whether the article bears it out."""
        return self.kind == paraphrases.TRUE

    @property
    def text(self) -> str:
        """The claim."""
        return self.laid.claim.text

    @property
    def source(self) -> str:
        """What the reader reads beside it."""
        return source(self.laid)


@dataclass(frozen=True)
class Measured:
    """A claim's features, whether a hard rule objects to it, and what the reader says of it where it was asked."""

    article: str
    true: bool
    features: dict[str, float]
    ruled_out: bool
    read: float


def measured(files: Iterable[Path], *, reads: bool) -> list[Measured]:
    """Every claim of some files, a process for each core; reads: whether the reader is asked."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return [one for found in pool.map(partial(_measured, reads=reads), files) for one in found]


def _measured(file: Path, *, reads: bool) -> list[Measured]:
    says, found = adversary.says, []
    for claim in placed(file):
        own = features(claim.laid, says)
        out = ruled_out(claim.laid, own, says)
        said = read(claim.laid, _reader()) if reads else 0.0
        found.append(Measured(claim.article, claim.true, own, out, said))
    return found


def placed(file: Path) -> Iterator[Placed]:
    """Each claim of a file of which its article has any word."""
    found = paraphrases.passages(file)
    for claim in paraphrases.claims(file):
        laid = [one for passage in found[claim.article] if (one := lay(claim.text, passage, _embed()))]
        if laid:
            best = max(laid, key=lambda one: float((one.same > 0).any(axis=1).sum()))
            yield Placed(f"{file.stem}: {claim.article}", claim.kind, best)


@cache
def _embed() -> MiniLM:
    return MiniLM()


@cache
def _reader() -> Reader:
    return Reader()
