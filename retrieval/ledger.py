"""The ledger: who said what in every document of a library, found when a document is added and kept beside its text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date

from retrieval.documents import Document, Span
from retrieval.pieces import find_in_pieces
from retrieval.proposals import still_hold
from retrieval.quotations import Kind, Quotation

VERSION = 3
"""Raise it when the finding of quotations changes: each document's quotations are then found anew when first read."""

TABLE = """
    CREATE TABLE quotations (
        document INTEGER NOT NULL, position INTEGER NOT NULL, spans TEXT NOT NULL, kind TEXT NOT NULL, cue TEXT,
        mention TEXT, speaker TEXT, role TEXT, said TEXT, PRIMARY KEY (document, position)) WITHOUT ROWID;
    CREATE INDEX quotations_of_speaker ON quotations (speaker);
    CREATE TABLE ledgers (document INTEGER PRIMARY KEY, version INTEGER NOT NULL)
"""

PROPOSED_BY = "ALTER TABLE quotations ADD COLUMN proposed_by TEXT"
"""The name of the model that proposed an entry; null for those that rules found."""

ENTRIES = "ALTER TABLE ledgers ADD COLUMN entries INTEGER"
"""How many quotations a document's ledger has; null for those written before it was noted."""

_FIELDS = "spans, kind, cue, mention, speaker, role, said, proposed_by"


def record(writer: sqlite3.Connection, key: int, quotations: Iterable[Quotation]) -> None:
    """Store a document's quotations in the place of those it had."""
    forget(writer, key)
    stored = list(quotations)
    writer.executemany(
        f"INSERT INTO quotations (document, position, {_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            (
                key,
                position,
                json.dumps(q.spans),
                q.kind,
                json.dumps(q.cue),
                json.dumps(q.mention),
                q.speaker,
                q.role,
                q.said and q.said.isoformat(),
                q.proposed_by,
            )
            for position, q in enumerate(stored)
        ),
    )
    writer.execute("INSERT INTO ledgers VALUES (?, ?, ?)", (key, VERSION, len(stored)))


def forget(writer: sqlite3.Connection, key: int) -> None:
    """Drop a document's quotations."""
    writer.execute("DELETE FROM quotations WHERE document = ?", (key,))
    writer.execute("DELETE FROM ledgers WHERE document = ?", (key,))


def read(reader: sqlite3.Connection, document: Document) -> list[Quotation]:
    """The quotations of a document, in its order; found anew where an older version found them, or none did."""
    stored = reader.execute(
        "SELECT key, version, entries FROM documents LEFT JOIN ledgers ON document = key WHERE whole AND id = ?",
        (document.id,),
    ).fetchone()
    if stored is None:
        return find_in_pieces(document)
    key, version, entries = stored
    if version != VERSION:
        return renewed(reader, key, document)
    return _stored(reader, key, document) if entries != 0 else []


def renewed(
    reader: sqlite3.Connection, key: int, document: Document, found: Sequence[Quotation] | None = None
) -> list[Quotation]:
    """The quotations that rules find in a document now, with those once proposed for it that still pass the check.

    found: what the rules find, where that is known.
    """
    found = find_in_pieces(document) if found is None else found
    proposed = [quotation for quotation in _stored(reader, key, document) if quotation.proposed_by]
    return in_order([*found, *still_hold(document, found, proposed)] if proposed else found)


def in_order(quotations: Iterable[Quotation]) -> list[Quotation]:
    """Quotations by their first words."""
    return sorted(quotations, key=lambda quotation: quotation.spans[0])


def _stored(reader: sqlite3.Connection, key: int, document: Document) -> list[Quotation]:
    rows = reader.execute(
        f"SELECT {_FIELDS} FROM quotations WHERE document = ? ORDER BY position",  # noqa: S608
        (key,),
    )
    return [_quotation(document, *row) for row in rows]


def outdated(reader: sqlite3.Connection) -> list[int]:
    """The keys of the documents whose quotations have to be found anew."""
    return [
        key
        for (key,) in reader.execute(
            "SELECT key FROM documents LEFT JOIN ledgers ON ledgers.document = key"
            " WHERE whole AND coalesce(version, 0) != ?",
            (VERSION,),
        )
    ]


def speakers(reader: sqlite3.Connection) -> list[tuple[str, str | None]]:
    """Everybody who is quoted, with each role that a document gives them."""
    return reader.execute(
        "SELECT DISTINCT speaker, role FROM quotations WHERE speaker IS NOT NULL"
        " AND document NOT IN (SELECT document FROM removed)"
    ).fetchall()


def documents_quoting(reader: sqlite3.Connection, names: Iterable[str]) -> list[str]:
    """The ids of the documents that quote somebody under one of these names."""
    found: dict[str, None] = {}
    for name in names:
        rows = reader.execute(
            "SELECT DISTINCT id FROM quotations JOIN documents ON key = document WHERE whole AND speaker = ?", (name,)
        )
        found.update((id, None) for (id,) in rows)
    return list(found)


def _quotation(
    document: Document,
    spans: str,
    kind: Kind,
    cue: str,
    mention: str,
    speaker: str | None,
    role: str | None,
    said: str | None,
    proposed_by: str | None,
) -> Quotation:
    quoted, cued, mentioned = json.loads(f"[{spans},{cue},{mention}]")
    return Quotation(
        document,
        tuple((start, end) for start, end in quoted),
        kind,
        _span(cued),
        _span(mentioned),
        speaker,
        role,
        date.fromisoformat(said) if said else None,
        proposed_by,
    )


def _span(pair: Sequence[int] | None) -> Span | None:
    return (pair[0], pair[1]) if pair else None
