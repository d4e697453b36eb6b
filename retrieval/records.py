"""Writing to the catalog: every function here works inside the transaction whose connection it is given."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval import ledger, lexical, stories
from retrieval.documents import Document, Passage
from retrieval.errors import LibraryError
from retrieval.quotations import Quotation

VECTOR_ID = """documents.id || ':' || passages.start || '-' || passages."end" """


def begin(writer: sqlite3.Connection, document: Document) -> int:
    """Store a document that no reader sees until `finish`; gives its key."""
    cursor = writer.execute(
        "INSERT INTO documents (id, title, uri, source, author, published, noise, pages, whole, passages)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
        (
            document.id,
            storable(document.title),
            storable(document.uri),
            document.source and storable(document.source),
            document.author and storable(document.author),
            document.published and document.published.isoformat(),
            json.dumps(document.noise),
            json.dumps(document.pages),
        ),
    )
    key = int(cursor.lastrowid or 0)
    writer.execute("INSERT INTO texts VALUES (?, ?)", (key, document.text.encode("utf-8", "surrogatepass")))
    return key


def add_passage(
    writer: sqlite3.Connection,
    key: int,
    passage: Passage,
    vector: NDArray[np.float32],
    sentence_vectors: NDArray[np.float32] | None,
) -> None:
    """Store one passage of a document that was begun: its (d,) vector, and (n, d) for its n sentences or None."""
    writer.execute(
        'INSERT INTO passages (document, start, "end", sentences, vector, sentence_vectors) VALUES (?, ?, ?, ?, ?, ?)',
        (
            key,
            passage.start,
            passage.end,
            np.array(passage.sentences, dtype="<i4").tobytes(),
            *_stored(vector, sentence_vectors),
        ),
    )


def add_pending(
    writer: sqlite3.Connection,
    passage: int,
    vector: NDArray[np.float32],
    sentence_vectors: NDArray[np.float32] | None,
) -> None:
    """Keep what another embedder gives for a passage, until all are there; nothing where the passage is gone."""
    writer.execute(
        "INSERT OR REPLACE INTO pending SELECT key, ?, ? FROM passages WHERE key = ?",
        (*_stored(vector, sentence_vectors), passage),
    )


def adopt_pending(writer: sqlite3.Connection) -> None:
    """Let every passage have the vectors that are pending for it."""
    writer.execute(
        "UPDATE passages SET (vector, sentence_vectors) ="
        " (SELECT vector, sentence_vectors FROM pending WHERE passage = passages.key)"
    )
    writer.execute("DELETE FROM pending")


def finish(
    writer: sqlite3.Connection, key: int, document: Document, digest: str | None, quotations: Sequence[Quotation] = ()
) -> str | None:
    """Make a begun document visible in place of what its uri gave before; gives the id that it replaced, if any."""
    same = writer.execute("SELECT key FROM documents WHERE whole AND id = ?", (document.id,)).fetchone()
    if same:
        quotations = ledger.renewed(writer, same[0], document, quotations)
        writer.execute("UPDATE sources SET document = ? WHERE document = ?", (key, *same))
        _delete(writer, *same)
    passages = index_words(writer, key, document)
    writer.execute("UPDATE documents SET whole = 1, passages = ? WHERE key = ?", (passages, key))
    ledger.record(writer, key, quotations)
    _unsync(writer, key)
    return link(writer, document.uri, digest, document.id) or (document.id if same else None)


def index_words(writer: sqlite3.Connection, key: int, document: Document) -> int:
    """Enter the words of a document's passages into the index by words; gives the number of passages."""
    spans = writer.execute('SELECT key, start, "end" FROM passages WHERE document = ?', (key,)).fetchall()
    writer.executemany(
        "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
        ((k, storable(lexical.heading(document)), storable(document.text[start:end])) for k, start, end in spans),
    )
    return len(spans)


def link(writer: sqlite3.Connection, uri: str, digest: str | None, id: str) -> str | None:
    """Record that this uri now gives this document; deletes what it gave before if no other uri gives that.

    Gives the id of the document whose place was taken, if there was one.
    """
    uri = storable(uri)
    found = writer.execute("SELECT key FROM documents WHERE whole AND id = ?", (id,)).fetchone()
    if found is None:
        raise LibraryError(f"The document {id} was removed while {uri} was read, which gives it again: add that anew.")
    (key,) = found
    before = writer.execute(
        "SELECT documents.key, id FROM sources JOIN documents ON documents.key = document WHERE sources.uri = ?",
        (uri,),
    ).fetchone()
    writer.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (uri, digest, key))
    if before is None or before[0] == key:
        return None
    other = writer.execute("SELECT uri FROM sources WHERE document = ?", before[:1]).fetchone()
    if other:
        writer.execute("UPDATE documents SET uri = ? WHERE key = ?", (*other, before[0]))
    else:
        _delete(writer, before[0])
    return str(before[1])


def remove(writer: sqlite3.Connection, id: str) -> None:
    """Delete a document and every uri that gives it."""
    found = writer.execute("SELECT key FROM documents WHERE whole AND id = ?", (id,)).fetchone()
    if found:  # else somebody was faster
        remove_key(writer, found[0])


def remove_key(writer: sqlite3.Connection, key: int) -> None:
    """Delete the document with this key, its tags and every uri that gives it."""
    writer.execute("DELETE FROM tags WHERE uri IN (SELECT uri FROM sources WHERE document = ?)", (key,))
    writer.execute("DELETE FROM sources WHERE document = ?", (key,))
    _delete(writer, key)


def tag(writer: sqlite3.Connection, id: str, tags: Iterable[str]) -> None:
    """Give a document these tags and no others; they belong to its uris, so that they outlast a change of its text."""
    uris = writer.execute(
        "SELECT sources.uri FROM sources JOIN documents ON documents.key = document WHERE whole AND id = ?", (id,)
    ).fetchall()
    writer.executemany("DELETE FROM tags WHERE uri = ?", uris)
    writer.executemany(
        "INSERT OR IGNORE INTO tags VALUES (?, ?)", [(*uri, storable(tag)) for tag in tags for uri in uris]
    )


def discard(writer: sqlite3.Connection, key: int) -> None:
    """Drop a document that was begun and will not be finished."""
    writer.execute("DELETE FROM pending WHERE passage IN (SELECT key FROM passages WHERE document = ?)", (key,))
    writer.execute("DELETE FROM passages WHERE document = ?", (key,))
    writer.execute("DELETE FROM texts WHERE document = ?", (key,))
    ledger.forget(writer, key)
    stories.forget(writer, key)
    writer.execute("DELETE FROM documents WHERE key = ?", (key,))


def withdraw(writer: sqlite3.Connection, key: int) -> None:
    """Let nobody find a document any more, and forget its addresses and tags; the rest of it stays."""
    writer.execute("DELETE FROM tags WHERE uri IN (SELECT uri FROM sources WHERE document = ?)", (key,))
    writer.execute("DELETE FROM sources WHERE document = ?", (key,))
    _hide(writer, key)
    writer.execute("UPDATE documents SET whole = 0 WHERE key = ?", (key,))


def show(writer: sqlite3.Connection, key: int, document: Document) -> None:
    """Let a document that was withdrawn be found again; its addresses and tags are the caller's to give."""
    index_words(writer, key, document)
    writer.execute("UPDATE documents SET whole = 1 WHERE key = ?", (key,))
    _unsync(writer, key)


def _delete(writer: sqlite3.Connection, key: int) -> None:
    _hide(writer, key)
    discard(writer, key)


def _hide(writer: sqlite3.Connection, key: int) -> None:
    _unsync(writer, key)
    writer.execute("DELETE FROM words WHERE rowid IN (SELECT key FROM passages WHERE document = ?)", (key,))


def _unsync(writer: sqlite3.Connection, key: int) -> None:
    writer.execute(
        f"INSERT OR IGNORE INTO unsynced SELECT {VECTOR_ID} FROM documents"  # noqa: S608
        " JOIN passages ON passages.document = documents.key WHERE documents.key = ?",
        (key,),
    )


def note(writer: sqlite3.Connection, values: dict[str, str]) -> None:
    """Remember settings."""
    writer.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def settle(writer: sqlite3.Connection, vector_ids: Sequence[str]) -> None:
    """Note that the dense index now agrees about these ids."""
    writer.executemany("DELETE FROM unsynced WHERE id = ?", ((id,) for id in vector_ids))


def unsettle(writer: sqlite3.Connection, vector_ids: Iterable[str]) -> None:
    """Note that the dense index has to be brought in line about these ids."""
    writer.executemany("INSERT OR IGNORE INTO unsynced VALUES (?)", ((id,) for id in vector_ids))


def storable(text: str) -> str:
    """Replace lone surrogates, which SQLite can't store in its text columns."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _stored(vector: NDArray[np.float32], by_sentence: NDArray[np.float32] | None) -> tuple[bytes, bytes | None]:
    return vector.astype("<f2").tobytes(), None if by_sentence is None else _quantize(by_sentence).tobytes()


def _quantize(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    quantized: NDArray[np.int8] = np.round(vectors * (127 / np.maximum(largest, 1e-12))).astype(np.int8)
    return quantized
