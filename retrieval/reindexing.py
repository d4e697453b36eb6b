"""Moving a library to another embedder: its vectors are made beside the old ones, which serve until all are there."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np

from retrieval import records
from retrieval.catalog import Catalog
from retrieval.documents import Passage
from retrieval.embedding import Embed, embed_passages, identity
from retrieval.errors import LibraryError
from retrieval.gate import Gate
from retrieval.rows import to_spans
from retrieval.vectors import Vectors, intact

WINDOW = 512
"""Passages that are embedded and stored together."""


def reindex(
    catalog: Catalog,
    gate: Gate,
    root: Path,
    embed: Embed,
    switched: Callable[[Vectors], None],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Move a catalog and its index, in this folder, to another embedder; see Library.reindex.

    switched: given the new index once the catalog names it; until it returns, nobody passes the gate.
    """
    with Reindexing(catalog, root, embed, progress) as move, ExitStack() as held:
        move.embed_all()
        held.enter_context(catalog.exclusive)
        move.embed_all()
        move.embed_all(whole=False)
        move.align()
        with catalog.transaction() as writer:
            move.adopt(writer)
            held.enter_context(gate.alone())  # searches wait for the last of it only
        switched(move.vectors)


class Reindexing:
    """One run towards another embedder: it goes on where an earlier run towards the same one was interrupted.

    The new index is a folder of its own; the new vectors wait in the catalog's table `pending`.
    """

    def __init__(
        self, catalog: Catalog, root: Path, embed: Embed, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Take up or begin the move. progress: called with the numbers of passages (embedded, in all)."""
        self._catalog = catalog
        self._embed = embed
        self._progress = progress or (lambda done, total: None)
        self._target = identity(embed)
        self._name = "chroma-" + hashlib.sha256(f"{catalog.index_name} {self._target}".encode()).hexdigest()[:8]
        folder = root / self._name
        if catalog.meta("next embedder") != self._target or catalog.meta("next index") != self._name:
            shutil.rmtree(folder, ignore_errors=True)
            with catalog.transaction() as writer:
                writer.execute("DELETE FROM pending")
                records.note(writer, {"next embedder": self._target, "next index": self._name})
        elif folder.exists() and not intact(folder):
            shutil.rmtree(folder, ignore_errors=True)  # `align` has it written again from what is pending
        self.vectors = Vectors(folder)
        self._done = catalog.pending_count
        self._missing: list[str] = []
        self._adopted = False

    def __enter__(self) -> Reindexing:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not self._adopted:
            self.vectors.close()

    def embed_all(self, *, whole: bool = True) -> None:
        """Embed every passage that is still to be; whole: of documents that can be found, else of those being added.

        Raises LibraryError for a document that needs mending first.
        """
        stuck: list[int] | None = None
        while keys := self._pass(whole):  # what became whole meanwhile, or is new, is found by the next pass
            if keys == stuck:
                raise LibraryError(
                    "A document can't be read, so that the library can't be moved to another embedder: "
                    "run `onrecord check --repair` first."
                )
            stuck = keys

    def _pass(self, whole: bool) -> list[int]:
        """Go once through the passages, in the order of their keys; gives the keys of those that were lacking."""
        keys: list[int] = []
        while rows := self._catalog.unmoved(keys[-1] if keys else 0, WINDOW, whole=whole):
            self._window(rows, whole)
            keys += [key for key, *_ in rows]
        return keys

    def _window(self, rows: Sequence[tuple[int, int, int, int, bytes]], whole: bool) -> None:
        try:
            documents = self._catalog.documents_by_key(sorted({document for _, document, *_ in rows}))
            found = [
                (key, Passage(documents[document], start, end, to_spans(sentences)))
                for key, document, start, end, sentences in rows
                if document in documents
            ]
        except ValueError:
            return  # embed_all meets these passages again, and says so
        passages = [passage for _, passage in found]
        for batch in embed_passages(self._embed, passages):
            if whole:  # before they are noted, so that none that is noted lacks there, or has an older vector
                ids = [f"{passages[at].document.id}:{passages[at].start}-{passages[at].end}" for at, *_ in batch]
                self.vectors.upsert(ids, np.stack([vector for _, vector, _ in batch]).astype("<f2").astype("<f4"))
            with self._catalog.transaction() as writer:
                for at, vector, by_sentence in batch:
                    records.add_pending(writer, found[at][0], vector, by_sentence)
            self._done += len(batch)
            self._progress(self._done, max(self._done, self._catalog.passage_count))

    def align(self) -> None:
        """Take out of the new index what was removed meanwhile, and see what it lacks."""
        have, want = set(self.vectors.ids()), set(self._catalog.vector_ids())
        self.vectors.delete(sorted(have - want))
        self._missing = sorted(want - have)

    def adopt(self, writer: sqlite3.Connection) -> None:
        """Switch, in a transaction: the pending vectors become the passages' own, the new index the one in use."""
        records.adopt_pending(writer)
        records.unsettle(writer, self._missing)
        writer.execute("DELETE FROM meta WHERE key = 'dimension'")
        writer.execute("INSERT INTO meta SELECT 'dimension', length(vector) / 2 FROM passages LIMIT 1")
        records.note(writer, {"embedder": self._target, "index": self._name})
        writer.execute("DELETE FROM meta WHERE key IN ('next embedder', 'next index')")
        self._adopted = True
