"""Writing to a shared library: whatever a transaction of the mirror changes is on the server before it is committed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from retrieval import ledger
from retrieval.catalog import Catalog
from retrieval.errors import LibraryError, ServerError
from retrieval.mirror import Mirror, note
from retrieval.rows import DOCUMENTS, to_document
from retrieval.shared import COMMIT_WITHIN, Shared, Source
from retrieval.uploads import Content, Stored

_WATCH = (
    "CREATE TEMP TABLE changed_uris (uri TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TEMP TABLE changed_documents (key INTEGER PRIMARY KEY)",
    *(
        f"CREATE TEMP TRIGGER {table}_{verb} AFTER {verb} ON main.{table}"  # noqa: S608 - fixed names
        f" BEGIN INSERT OR IGNORE INTO changed_uris VALUES ({row}.uri); END"
        for table in ("sources", "tags")
        for verb, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old"))
    ),
    "CREATE TEMP TRIGGER documents_whole AFTER UPDATE OF whole ON main.documents WHEN new.whole"
    " BEGIN INSERT OR IGNORE INTO changed_documents VALUES (new.key); END",
    "CREATE TEMP TRIGGER quotations_proposed AFTER INSERT ON main.quotations WHEN new.proposed_by IS NOT NULL"
    " BEGIN INSERT OR IGNORE INTO changed_documents VALUES (new.document); END",
)
"""SQLite itself notes what a transaction changes, so that no way of changing a library has to know of servers."""

_SWEEP_EVERY = 3600
"""Seconds between two looks for what killed writers left."""


class Publisher:
    """Lets every transaction of a mirror's catalog begin with a refresh and end on the server."""

    def __init__(self, shared: Shared, catalog: Catalog, mirror: Mirror) -> None:
        """Take the place of the catalog's own transaction."""
        self._shared = shared
        self._catalog = catalog
        self._mirror = mirror
        self._swept = 0.0
        self._transaction = catalog.transaction
        with self._transaction() as writer:
            for statement in _WATCH:
                writer.execute(statement)
        catalog.transaction = self.transaction

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction of the catalog that is on the server once it is committed here, or else not at all.

        Raises ServerError, and then nothing is changed here; should the server have taken it before it went away, the
        next refresh shows it.
        """
        with self._catalog.exclusive:
            self._mirror.refresh()
            until = time.monotonic() + COMMIT_WITHIN
            with self._transaction() as writer:
                writer.execute("DELETE FROM changed_uris")
                writer.execute("DELETE FROM changed_documents")
                yield writer
                published = self._publish(writer, until)
            if published:
                self._mirror.reload()

    def _publish(self, writer: sqlite3.Connection, until: float) -> bool:
        contents = dict(_contents(writer))
        writer.execute(
            "INSERT OR IGNORE INTO changed_uris SELECT uri FROM sources JOIN changed_documents ON document = key"
        )
        uris = [uri for (uri,) in writer.execute("SELECT uri FROM changed_uris")]
        if not uris:
            return False
        if contents:
            self._shared.claim(str(self._catalog.meta("embedder")))
        names = dict(zip(contents, self._shared.new_uploads(len(contents)), strict=True))
        for id, upload in names.items():
            writer.execute("INSERT OR REPLACE INTO copies VALUES (?, ?)", (id, upload))
        sources = [_source(writer, uri) for uri in uris]
        replaced = {row[0] for uri in uris for row in writer.execute("SELECT upload FROM given WHERE uri = ?", (uri,))}
        self._shared.doubt([*names.values(), *replaced - {one.upload for one in sources}])
        self._shared.put({names[id]: content for id, content in contents.items()})
        if time.monotonic() > until:
            raise LibraryError(f"Writing to {self._shared.place} took too long to be safe: add fewer files at a time.")
        self._shared.commit(sources)
        with suppress(ServerError):  # what is not cleared away now is at the next change
            self._shared.settle(list(names.values()))
            if not self._swept or time.monotonic() > self._swept + _SWEEP_EVERY:
                self._shared.sweep()
                self._swept = time.monotonic()
        for one in sources:
            note(writer, one)
        writer.execute("DELETE FROM copies WHERE document NOT IN (SELECT id FROM documents WHERE whole)")
        writer.execute("DELETE FROM unsynced")
        return True


def _contents(writer: sqlite3.Connection) -> Iterator[tuple[str, Content]]:
    """The changed documents, by id."""
    for row in writer.execute(f"{DOCUMENTS} JOIN changed_documents USING (key) WHERE whole").fetchall():
        key, document = row[0], to_document(*row[1:])
        passages: Iterable[tuple[int, int, bytes, bytes, bytes | None]] = writer.execute(
            'SELECT start, "end", sentences, vector, sentence_vectors FROM passages WHERE document = ?', (key,)
        )
        yield document.id, Content(document, ledger.read(writer, document), [Stored(*one) for one in passages])


def _source(writer: sqlite3.Connection, uri: str) -> Source:
    """What a uri gives by now."""
    row = writer.execute(
        "SELECT id, upload, digest FROM sources JOIN documents ON key = sources.document"
        " JOIN copies ON copies.document = id WHERE sources.uri = ?",
        (uri,),
    ).fetchone()
    tags = tuple(tag for (tag,) in writer.execute("SELECT tag FROM tags WHERE uri = ? ORDER BY tag", (uri,)))
    return Source(uri, row[0], row[1], row[2], tags) if row else Source(uri, "", "", None, ())
