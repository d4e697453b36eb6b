"""Documents put aside: out of the library at once, kept whole for a day, so that removing one can be undone."""

from __future__ import annotations

import json
import sqlite3
import time

from retrieval import records
from retrieval.rows import DOCUMENTS, to_document

TABLE = """
    CREATE TABLE removed (document INTEGER PRIMARY KEY, at INTEGER NOT NULL, sources TEXT NOT NULL, tags TEXT NOT NULL)
"""
"""at: seconds since 1970; sources: [uri, digest of the raw file] of each address; tags: [uri, tag] of each."""

KEPT = 24 * 3600
"""Seconds for which a document that was put aside can come back."""


def put_aside(writer: sqlite3.Connection, id: str) -> None:
    """Take a document out of the library: nothing finds it any more, and what is known of it is kept."""
    found = writer.execute("SELECT key FROM documents WHERE whole AND id = ?", (id,)).fetchone()
    if found is None:  # somebody was faster
        return
    (key,) = found
    sources = writer.execute("SELECT uri, digest FROM sources WHERE document = ?", (key,)).fetchall()
    tags = writer.execute("SELECT uri, tag FROM tags WHERE uri IN (SELECT uri FROM sources WHERE document = ?)", (key,))
    row = (key, int(time.time()), json.dumps(sources), json.dumps(tags.fetchall()))
    writer.execute("INSERT OR REPLACE INTO removed VALUES (?, ?, ?, ?)", row)
    records.withdraw(writer, key)


def bring_back(writer: sqlite3.Connection, id: str) -> bool:
    """Let a document that was put aside be as it was; gives whether there was one.

    Where its text was added anew meanwhile, that gets the tags back. An address that gives another text by now keeps
    doing so.
    """
    found = writer.execute(
        "SELECT key, sources, tags FROM removed JOIN documents ON key = document WHERE id = ? ORDER BY at DESC", (id,)
    ).fetchone()
    if found is None:
        return False
    key, sources, tags = found[0], json.loads(found[1]), json.loads(found[2])
    again = writer.execute("SELECT key FROM documents WHERE whole AND id = ?", (id,)).fetchone()
    writer.execute("DELETE FROM removed WHERE document = ?", (key,))
    now = again[0] if again else key
    writer.executemany(
        "INSERT OR IGNORE INTO sources VALUES (?, ?, ?)", ((uri, digest, now) for uri, digest in sources)
    )
    if again:
        records.discard(writer, key)
    else:
        _address(writer, key, id)
        row = writer.execute(f"{DOCUMENTS} WHERE documents.key = ?", (key,)).fetchone()
        records.show(writer, key, to_document(*row[1:]))
    mine = writer.execute("SELECT uri FROM sources WHERE document = ?", (now,)).fetchall()
    had = {tag for _, tag in tags}
    writer.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", ((*uri, tag) for uri in mine for tag in had))
    return True


def _address(writer: sqlite3.Connection, key: int, id: str) -> None:
    """Give the document an address that is its own: one of those it had, or one of a new name."""
    has = writer.execute("SELECT uri FROM sources WHERE document = ? LIMIT 1", (key,)).fetchone()
    (before,) = writer.execute("SELECT uri FROM documents WHERE key = ?", (key,)).fetchone()
    uri = has[0] if has else f"{before}#{id}"
    writer.execute("INSERT OR IGNORE INTO sources VALUES (?, NULL, ?)", (uri, key))
    writer.execute(
        "UPDATE documents SET uri = ? WHERE key = ? AND uri NOT IN (SELECT uri FROM sources WHERE document = ?)",
        (uri, key, key),
    )


def aside(reader: sqlite3.Connection) -> list[tuple[str, str]]:
    """The id and the title of each document that can come back, the last one first."""
    return reader.execute(
        "SELECT id, title FROM removed JOIN documents ON key = document WHERE at > ? ORDER BY at DESC, key DESC",
        (int(time.time()) - KEPT,),
    ).fetchall()


def clear(writer: sqlite3.Connection) -> None:
    """Forget the documents that were put aside longer ago than they are kept."""
    rows = writer.execute("SELECT document FROM removed WHERE at <= ?", (int(time.time()) - KEPT,)).fetchall()
    for (key,) in rows:
        writer.execute("DELETE FROM removed WHERE document = ?", (key,))
        records.discard(writer, key)
