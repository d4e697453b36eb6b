"""What adding makes of a document before it is stored; pure, so that another process can do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.documents import Document, Passage, Span
from retrieval.duplicates import sketch_of
from retrieval.embedding import Embed, Floats
from retrieval.passages import split_passages
from retrieval.pieces import find_in_pieces
from retrieval.quotations import Quotation
from retrieval.worker import SECONDS, Worker

if TYPE_CHECKING:
    from retrieval.minilm import MiniLM

_SECONDS_PER_BYTE = 20 / (1 << 20)
"""Ten times what reading plain text takes, cutting it and finding its quotations included."""


@dataclass(frozen=True)
class Prepared:
    """A document, sketched, with the passages that it is cut into and who says what in it."""

    document: Document
    passages: tuple[Passage, ...]
    quotations: tuple[Quotation, ...]


def prepare(document: Document) -> Prepared:
    """Cut a document, find its quotations and sketch it; the sketch is kept with the document."""
    sketch_of(document)
    return Prepared(document, tuple(split_passages(document)), tuple(find_in_pieces(document)))


class Apart:
    """Reads, cuts and embeds in the process of a worker, so that only storing is left to be done here.

    stop: whether what is added is not wanted any more. Each method raises WorkerError and StoppedError; see Worker.
    """

    def __init__(self, worker: Worker, stop: Callable[[], bool] = lambda: False) -> None:
        self._worker = worker
        self._stop = stop

    def prepared(self, size: int, read: Callable[..., Document], *arguments: object) -> Prepared:
        """What `read` gives for these arguments, prepared; size: bytes that are read. Raises what `read` raises."""
        seconds = SECONDS + size * _SECONDS_PER_BYTE
        return self._worker.call(_prepared, read, arguments, seconds=seconds, stop=self._stop)

    def embedder(self) -> Embed:
        """MiniLM, as it embeds there. Raises WeightsError."""
        return _MiniLMApart(self._worker, self._stop)


class _MiniLMApart:
    """MiniLM in the process of a worker."""

    def __init__(self, worker: Worker, stop: Callable[[], bool]) -> None:
        self._worker = worker
        self._stop = stop
        self.identity = worker.call(_identity, stop=stop)

    def __call__(self, texts: Sequence[str]) -> Floats:
        return self._worker.call(_embedded, texts, stop=self._stop)

    def with_sentences(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Floats, list[Floats]]:
        return self._worker.call(_embedded_with_sentences, texts, spans, stop=self._stop)


# What is called in the worker


def _prepared(read: Callable[..., Document], arguments: tuple[object, ...]) -> Prepared:
    return prepare(read(*arguments))


@lru_cache(maxsize=1)
def _minilm() -> MiniLM:
    from retrieval.minilm import MiniLM

    return MiniLM()


def _identity() -> str:
    return _minilm().identity


def _embedded(texts: Sequence[str]) -> Floats:
    return _minilm()(texts)


def _embedded_with_sentences(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Floats, list[Floats]]:
    return _minilm().with_sentences(texts, spans)
