"""Adding documents: passages of many are embedded together; each document is stored whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from retrieval import records, stories
from retrieval.catalog import Catalog
from retrieval.documents import Document, Passage
from retrieval.duplicates import sketch_of
from retrieval.embedding import Embed, Floats, embed_passages, expect
from retrieval.passages import split_passages
from retrieval.pieces import find_in_pieces
from retrieval.preparing import Prepared
from retrieval.quotations import Quotation

WINDOW = 512
"""Passages that are sorted by length and stored together: a few MB, and some seconds between two commits."""

Progress = Callable[[int, int], None]
"""Called with the numbers of passages (embedded, found so far)."""

Digest = Callable[[str], str | None]
"""A uri -> the digest of the raw file that was read from it."""


@dataclass(frozen=True)
class Added:
    """What became of one document; when it is handed out, this is on the disk.

    replaced: the id of the document that the uri gave before, where this one took its place; copy_of: the id of the
    first document of the library that this one is a copy of, lightly edited at most.
    """

    id: str
    title: str
    uri: str
    outcome: Literal["added", "replaced", "unchanged"]
    passages: int
    replaced: str | None = None
    copy_of: str | None = None


@dataclass(eq=False)
class _Incoming:
    document: Document
    digest: str | None
    new: bool
    before: str | None = None
    key: int | None = None
    passages: int = 0
    quotations: Sequence[Quotation] | None = None

    def read(self) -> None:
        """Find who says what in a new document, and sketch it, where nobody did before."""
        if self.new and self.quotations is None:
            self.quotations = find_in_pieces(self.document)
            sketch_of(self.document)


class Indexer:
    """One run of adding: holds at most a window of passages, and stores them together.

    A document larger than a window is stored piece by piece and becomes visible with its last piece.
    """

    def __init__(
        self, catalog: Catalog, embedder: Callable[[], Embed], sync: Callable[[], None], progress: Progress | None
    ) -> None:
        """Prepare a run; embedder: gives the library's present one; sync: brings the dense index in line."""
        self._catalog = catalog
        self._embedder = embedder
        self._sync = sync
        self._progress = progress or (lambda embedded, found: None)
        self._window: list[tuple[_Incoming, Passage]] = []
        self._complete: list[_Incoming] = []
        self._open: _Incoming | None = None
        self._embedded = self._found = 0

    def run(
        self, documents: Iterable[Document | Prepared], digest: Digest | None, *, again: bool = False
    ) -> Iterator[Added]:
        """Add documents, each handed out in order once it is durable.

        again: also those that are there already, in place of themselves. An exception drops what was not handed out.
        """
        self._catalog.complete_stories()
        try:
            for one in documents:
                document, prepared = (one.document, one) if isinstance(one, Prepared) else (one, None)
                yield from self._take(document, prepared, digest(document.uri) if digest else None, again)
            yield from self._flush()
        finally:
            begun = [one.key for one in (self._open, *self._complete) if one and one.key is not None]
            if begun:
                with self._catalog.transaction() as writer:
                    for key in begun:
                        records.discard(writer, key)

    def _take(self, document: Document, prepared: Prepared | None, digest: str | None, again: bool) -> Iterator[Added]:
        if any(one.before == document.id != one.document.id for one in self._complete):
            yield from self._flush()  # the text was there, and what waits takes its place: it has to be stored again
        before = self._given(document.uri)
        self._open = incoming = _Incoming(document, digest, again or self._is_new(document), before)
        passages = prepared.passages if prepared else split_passages(document)
        for passage in passages if incoming.new else ():
            self._window.append((incoming, passage))
            incoming.passages += 1
            self._found += 1
            if len(self._window) >= WINDOW:
                yield from self._flush()
        incoming.quotations = prepared.quotations if prepared else None
        self._complete.append(incoming)
        self._open = None
        if not self._window or len(self._complete) >= WINDOW:
            yield from self._flush()

    def _given(self, uri: str) -> str | None:
        """The id of the document that this uri gave last."""
        waiting = [one.document.id for one in self._complete if one.document.uri == uri]
        source = None if waiting else self._catalog.source(uri)
        return waiting[-1] if waiting else source and source[0]

    def _is_new(self, document: Document) -> bool:
        """Tell whether to store it: a known text only where its own uri now says something else of it."""
        waiting = [one.document for one in self._complete if one.document.id == document.id]
        known = waiting[-1] if waiting else self._catalog.document(document.id)
        return known is None or (known.uri == document.uri and known != document)

    def _flush(self) -> list[Added]:
        if not self._window and all(self._is_settled(one) for one in self._complete):
            added = [_outcome(one, None) for one in self._complete]
            self._complete = []
            return added
        while True:
            embed = self._embedder() if self._window else None
            vectors = self._read_and_embedded(embed)
            with self._catalog.exclusive:
                if embed is None or embed is self._embedder():  # else the library was moved to another one meanwhile
                    if embed and vectors:
                        expect(embed, len(vectors[0][0]), self._catalog.dimension)
                    self._embedded += len(vectors)
                    return self._store(vectors)

    def _read_and_embedded(self, embed: Embed | None) -> list[tuple[Floats, Floats | None]]:
        """The vectors of the window; who says what in its documents is found meanwhile, so that no core is idle."""
        pool = ThreadPoolExecutor(1, "onrecord-read")
        try:
            reading = [pool.submit(one.read) for one in self._complete]
            vectors = self._vectors(embed) if embed else []
            for one in reading:
                one.result()
        finally:
            pool.shutdown(cancel_futures=True)  # where the embedder failed or was stopped
        return vectors

    def _store(self, vectors: Sequence[tuple[Floats, Floats | None]]) -> list[Added]:
        with self._catalog.transaction() as writer:
            if vectors:
                records.note(writer, {"dimension": str(len(vectors[0][0]))})
            keys = self._begin(writer)
            for (incoming, passage), (vector, sentences) in zip(self._window, vectors, strict=True):
                records.add_passage(writer, keys[incoming], passage, vector, sentences)
            added = [_finish(writer, one, keys.get(one)) for one in self._complete]
        for incoming, key in keys.items():
            incoming.key = key
        self._window, self._complete = [], []
        self._sync()
        return added

    def _begin(self, writer: sqlite3.Connection) -> dict[_Incoming, int]:
        documents = [one for one, _ in self._window] + [one for one in self._complete if one.new]
        return {one: one.key or records.begin(writer, one.document) for one in dict.fromkeys(documents)}

    def _is_settled(self, incoming: _Incoming) -> bool:
        source = self._catalog.source(incoming.document.uri)
        return not incoming.new and source == (incoming.document.id, incoming.digest)

    def _vectors(self, embed: Embed) -> list[tuple[Floats, Floats | None]]:
        vectors: dict[int, tuple[Floats, Floats | None]] = {}
        for batch in embed_passages(embed, [passage for _, passage in self._window]):
            vectors.update((at, (vector, sentences)) for at, vector, sentences in batch)
            self._progress(self._embedded + len(vectors), self._found)
        return [vectors[at] for at in range(len(vectors))]


def _finish(writer: sqlite3.Connection, incoming: _Incoming, key: int | None) -> Added:
    document = incoming.document
    if key is None:
        return _outcome(incoming, records.link(writer, document.uri, incoming.digest, document.id))
    replaced = records.finish(writer, key, document, incoming.digest, incoming.quotations or ())
    return _outcome(incoming, replaced, stories.record(writer, key, sketch_of(document)))


def _outcome(incoming: _Incoming, replaced: str | None, copy_of: str | None = None) -> Added:
    document = incoming.document
    outcome: Literal["added", "replaced", "unchanged"] = (
        "replaced" if replaced else "added" if incoming.new else "unchanged"
    )
    return Added(document.id, document.title, document.uri, outcome, incoming.passages, replaced, copy_of)
