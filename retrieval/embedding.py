"""The embedder as a library sees it: a function from texts to vectors, who it is, and what of a passage it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Passage, Span
from retrieval.errors import EmbedderMismatchError

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
"""Texts -> (len(texts), d) float32 vectors. An `identity` attribute names the model; else the function's name does."""

_BATCH = 64


@runtime_checkable
class SentenceEmbed(Protocol):
    """An embedder that also gives a vector for each sentence of a text."""

    def with_sentences(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Floats, list[Floats]]:
        """Embed texts, and the sentences at these character spans of each text."""
        ...


@runtime_checkable
class QueryEmbed(Protocol):
    """An embedder that treats a question otherwise than a passage."""

    def query(self, text: str) -> Floats:
        """Embed a question: (d,)."""
        ...


def identity(embed: Embed) -> str:
    """Name an embedder, so that a library can refuse another."""
    name = getattr(embed, "identity", None) or getattr(embed, "__qualname__", None)
    if name is None or hasattr(embed, "identity"):
        return str(name or type(embed).__qualname__)
    return f"{embed.__module__}.{name}"


def embed_query(embed: Embed, query: str, dimension: int | None = None) -> Floats:
    """Embed a question: (d,); dimension: what d has to be, if that is known. Raises EmbedderMismatchError."""
    given = embed.query(query)[None, :] if isinstance(embed, QueryEmbed) else embed([query])
    vector: Floats = _checked(given, 1)[0]
    expect(embed, len(vector), dimension)
    return vector


def expect(embed: Embed, given: int, dimension: int | None) -> None:
    """Raises EmbedderMismatchError where an embedder gives vectors of another dimension than it gave before."""
    if dimension and given != dimension:
        raise EmbedderMismatchError(
            f"The embedder {identity(embed)} gives vectors of {given} numbers now, and the library's have {dimension}: "
            "another model answers to its name. Bring the old one back, or name the new one otherwise and run "
            "`onrecord reindex --embed NAME`."
        )


def embed_passages(embed: Embed, passages: Sequence[Passage]) -> Iterator[list[tuple[int, Floats, Floats | None]]]:
    """Embed passages under their document's title, in batches of like length, longest first.

    Yields for each batch (index into passages, (d,) vector, (n, d) vectors of its n sentences or None).
    """
    order = sorted(range(len(passages)), key=lambda at: passages[at].start - passages[at].end)
    for first in range(0, len(order), _BATCH):
        batch = order[first : first + _BATCH]
        prefixes = [_prefix(passages[at]) for at in batch]
        texts = [prefix + passages[at].text for prefix, at in zip(prefixes, batch, strict=True)]
        sentences: Sequence[Floats | None] = [None] * len(batch)
        if isinstance(embed, SentenceEmbed):
            spans = [_spans(passages[at], len(prefix)) for prefix, at in zip(prefixes, batch, strict=True)]
            vectors, sentences = embed.with_sentences(texts, spans)
        else:
            vectors = embed(texts)
        yield list(zip(batch, _checked(vectors, len(batch)), sentences, strict=True))


def _prefix(passage: Passage) -> str:
    """The title, unless the passage begins with it, as the first one of an untitled text does."""
    title = passage.document.title
    return "" if passage.text.startswith(title.rstrip("…. ")) else f"{title}. "


def _spans(passage: Passage, shift: int) -> list[Span]:
    shift -= passage.start
    return [(start + shift, end + shift) for start, end in passage.sentences]


def _checked(vectors: Floats, count: int) -> Floats:
    vectors = np.asarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
        raise ValueError(f"the embedder must give {count} finite vectors of one length, not shape {vectors.shape}")
    return vectors
