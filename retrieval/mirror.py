"""The copy of a shared library that each process keeps: an ordinary catalog that follows the server's records.

What the server holds is the truth; the copy can be deleted at any time. It has the texts and the index by words, so
that a question asks the server for nothing but its state and the nearest vectors.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from retrieval import ledger, lexical, records
from retrieval.catalog import Catalog
from retrieval.shared import Shared, Source
from retrieval.uploads import Content

_TABLES = (
    "CREATE TABLE IF NOT EXISTS given (uri TEXT PRIMARY KEY, document TEXT NOT NULL, upload TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS copies (document TEXT PRIMARY KEY, upload TEXT NOT NULL)",
)
"""given: what the server said that each uri gives; copies: which upload the document here was made from."""

_TOGETHER = 50
"""Documents fetched and stored at a time."""
_FETCHED = "fetched:"
"""Begins the uri of a document here until it is told which uris give it: no path or address begins so."""

_log = logging.getLogger("onrecord")


class Mirror:
    """A catalog that follows a shared library; nobody else writes to it while it is open."""

    def __init__(self, shared: Shared, catalog: Catalog) -> None:
        """Take a catalog, empty or of an earlier time; `refresh` brings it in line."""
        self._shared = shared
        self._catalog = catalog
        self._transaction = catalog.transaction  # its own, also where the catalog gets one that publishes
        self._looking = threading.Lock()
        with self._transaction() as writer:
            for table in _TABLES:
                writer.execute(table)
        self.copies: Mapping[str, str] = {}
        """The document that is a copy of each upload."""
        self.reload()

    def reload(self) -> None:
        """Read anew which uploads the documents are copies of."""
        with self._transaction() as writer:
            self.copies = {upload: document for document, upload in writer.execute("SELECT * FROM copies")}

    def refresh(self, *, everything: bool = False) -> bool:
        """Bring the copy in line; gives whether there was anything to do.

        While another thread publishes a change, which begins with a refresh, this does nothing. everything: look also
        at what did not change. Raises ServerError; what was fetched by then is kept.
        """
        with self._looking:
            if not self._catalog.exclusive.acquire(blocking=False):
                return False
            try:
                state = self._shared.state()
                if state == self._catalog.meta("state") and not everything:
                    return False
                self._shared.agree(self._catalog.meta("embedder"))
                seen = self._catalog.meta("seen")
                now = self._shared.server.now()
                self._follow(self._shared.sources(None if everything or not seen else int(seen)))
                with self._transaction() as writer:
                    records.note(writer, {"state": state, "seen": str(now)})
                self.reload()
                return True
            finally:
                self._catalog.exclusive.release()

    def begin_again(self) -> None:
        """Drop the whole copy, and fetch it anew."""
        with self._transaction() as writer:
            writer.execute("DROP TABLE words")
            writer.execute(lexical.TABLE)
            tables = writer.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'words*'"
                " AND name NOT GLOB 'sqlite_*' AND name != 'meta'"
            ).fetchall()
            for (table,) in tables:
                writer.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
            writer.execute("DELETE FROM meta WHERE key IN ('state', 'seen')")
        self.refresh(everything=True)

    def _follow(self, sources: Sequence[Source]) -> None:
        with self._transaction() as writer:
            given = {uri: (document, upload) for uri, document, upload in writer.execute("SELECT * FROM given")}
            copies = dict(writer.execute("SELECT document, upload FROM copies"))
        for one in sources:
            given.pop(one.uri, None)
            if one.upload:
                given[one.uri] = (one.document, one.upload)
        wanted: dict[str, str] = {}
        for document, upload in given.values():
            wanted[document] = max(upload, wanted.get(document, ""))  # the latest, so that all agree on one
        missing = sorted(upload for document, upload in wanted.items() if copies.get(document) != upload)
        for at in range(0, len(missing), _TOGETHER):
            self._fetch(missing[at : at + _TOGETHER])
        with self._transaction() as writer:
            _tell(writer, sources)
            stored = [id for (id,) in writer.execute("SELECT id FROM documents WHERE whole")]
            for id in stored:
                if id not in wanted:
                    records.remove(writer, id)
                    writer.execute("DELETE FROM copies WHERE document = ?", (id,))
            _tidy(writer)

    def _fetch(self, uploads: Sequence[str]) -> None:
        contents = self._shared.contents(uploads)
        for upload in uploads:
            if upload not in contents:
                _log.warning("A document on %s lacks some of its records (upload %s).", self._shared.place, upload)
        with self._transaction() as writer:
            for upload in uploads:
                if upload in contents:
                    _store(writer, upload, contents[upload])


def _store(writer: sqlite3.Connection, upload: str, content: Content) -> None:
    document = content.document
    key = records.begin(writer, document)
    writer.executemany(
        'INSERT INTO passages (document, start, "end", sentences, vector, sentence_vectors) VALUES (?, ?, ?, ?, ?, ?)',
        ((key, one.start, one.end, one.sentences, one.vector, one.sentence_vectors) for one in content.passages),
    )
    records.finish(writer, key, replace(document, uri=_FETCHED + document.id), None, content.quotations or ())
    if content.quotations is None:
        ledger.forget(writer, key)
    writer.execute("INSERT OR REPLACE INTO copies VALUES (?, ?)", (document.id, upload))


def _tell(writer: sqlite3.Connection, sources: Iterable[Source]) -> None:
    """Let uris give the documents that they give on the server, as far as those are here."""
    for one in sources:
        for table in ("sources", "tags", "given"):
            writer.execute(f"DELETE FROM {table} WHERE uri = ?", (one.uri,))  # noqa: S608 - fixed names
        if one.upload:
            note(writer, one)
            writer.execute(
                "INSERT INTO sources SELECT ?, ?, key FROM documents WHERE whole AND id = ?",
                (one.uri, one.digest, one.document),
            )
            writer.executemany("INSERT INTO tags VALUES (?, ?)", ((one.uri, tag) for tag in one.tags))


def note(writer: sqlite3.Connection, source: Source) -> None:
    """Keep what a uri gives on the server, inside a transaction."""
    if source.upload:
        row = (source.uri, source.document, source.upload)
        writer.execute("INSERT OR REPLACE INTO given VALUES (?, ?, ?)", row)
    else:
        writer.execute("DELETE FROM given WHERE uri = ?", (source.uri,))


def _tidy(writer: sqlite3.Connection) -> None:
    writer.execute("DELETE FROM sources WHERE substr(uri, 1, ?) = ?", (len(_FETCHED), _FETCHED))
    writer.execute(
        "UPDATE documents SET uri = (SELECT min(uri) FROM sources WHERE document = key)"
        " WHERE whole AND EXISTS (SELECT 1 FROM sources WHERE document = key)"
        " AND NOT EXISTS (SELECT 1 FROM sources WHERE document = key AND sources.uri = documents.uri)"
    )
    writer.execute("DELETE FROM unsynced")  # the vectors are the server's
