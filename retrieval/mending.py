"""Mending a catalog: what an audit found is put right from the stored texts, inside one transaction."""

from __future__ import annotations

import sqlite3

from retrieval import ledger, lexical, records, stories
from retrieval.audit import STRAYS, Damage
from retrieval.documents import Document
from retrieval.rows import DOCUMENTS, to_document


def mend(writer: sqlite3.Connection, damage: Damage) -> None:
    """Put right all but the documents to be cut again, which takes an embedder, and quotations to be found again.

    A document whose text is gone is removed. One whose text was altered gets the id of the text that is there, and its
    address no digest, so that adding it again replaces it.
    """
    if damage.words:  # first, since a broken index fails at any deletion
        writer.execute("DROP TABLE words")
        writer.execute(lexical.TABLE)
    for key in damage.lost:
        records.remove_key(writer, key)
    for key in damage.altered:
        _rename(writer, key)
    for key in damage.retold:
        ledger.forget(writer, key)
    for _, table, condition in STRAYS:
        writer.execute(f"DELETE FROM {table} WHERE {condition}")  # noqa: S608 - constants
    _give_addresses(writer)
    if damage.words:
        _index_words(writer)


def _rename(writer: sqlite3.Connection, key: int) -> None:
    row = writer.execute(f"{DOCUMENTS} WHERE documents.key = ?", (key,)).fetchone()
    text = row[2].decode("utf-8", "replace") if isinstance(row[2], bytes) else str(row[2])
    writer.execute("UPDATE texts SET text = ? WHERE document = ?", (text.encode("utf-8", "surrogatepass"), key))
    try:
        to_document(row[1], text.encode("utf-8", "surrogatepass"), *row[3:])
    except (ValueError, TypeError, AttributeError):
        writer.execute("UPDATE documents SET published = NULL, noise = '[]', pages = '[]' WHERE key = ?", (key,))
    ledger.forget(writer, key)
    stories.forget(writer, key)
    writer.execute("DELETE FROM meta WHERE key = 'stories'")  # so that it is sketched again
    id = Document(text, "Any", "any").id if text.strip() else ""
    taken = writer.execute("SELECT 1 FROM documents WHERE whole AND id = ? AND key != ?", (id, key)).fetchone()
    if taken or not id:
        records.remove_key(writer, key)
    else:
        writer.execute("UPDATE documents SET id = ? WHERE key = ?", (id, key))
        writer.execute("UPDATE sources SET digest = NULL WHERE document = ?", (key,))


def _give_addresses(writer: sqlite3.Connection) -> None:
    """A document without an address gets its own back, or goes where that address gives another document by now."""
    lacking = "SELECT key FROM documents WHERE whole AND key NOT IN (SELECT document FROM sources)"
    writer.execute(f"INSERT OR IGNORE INTO sources SELECT uri, NULL, key FROM documents WHERE key IN ({lacking})")  # noqa: S608
    for (key,) in writer.execute(lacking).fetchall():
        records.remove_key(writer, key)


def _index_words(writer: sqlite3.Connection) -> None:
    for (key,) in writer.execute("SELECT key FROM documents WHERE whole").fetchall():
        row = writer.execute(f"{DOCUMENTS} WHERE documents.key = ?", (key,)).fetchone()
        records.index_words(writer, key, to_document(*row[1:]))
