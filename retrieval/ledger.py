"""The ledger: who said what in every document of a library, found when a document is added and kept beside its text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from retrieval.documents import Document, Span
from retrieval.pieces import find_in_pieces
from retrieval.quotations import Kind, Quotation
from retrieval.speakers import same_role, same_speaker

VERSION = 1
"""Raise it when the finding of quotations changes: each document's quotations are then found anew when first read."""

TABLE = """
    CREATE TABLE quotations (
        document INTEGER NOT NULL, position INTEGER NOT NULL, spans TEXT NOT NULL, kind TEXT NOT NULL, cue TEXT,
        mention TEXT, speaker TEXT, role TEXT, said TEXT, PRIMARY KEY (document, position)) WITHOUT ROWID;
    CREATE INDEX quotations_of_speaker ON quotations (speaker);
    CREATE TABLE ledgers (document INTEGER PRIMARY KEY, version INTEGER NOT NULL)
"""

_same_speaker = lru_cache(maxsize=65536)(same_speaker)


def record(writer: sqlite3.Connection, key: int, quotations: Iterable[Quotation]) -> None:
    """Store a document's quotations in the place of those it had."""
    forget(writer, key)
    writer.executemany(
        "INSERT INTO quotations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            )
            for position, q in enumerate(quotations)
        ),
    )
    writer.execute("INSERT INTO ledgers VALUES (?, ?)", (key, VERSION))


def forget(writer: sqlite3.Connection, key: int) -> None:
    """Drop a document's quotations."""
    writer.execute("DELETE FROM quotations WHERE document = ?", (key,))
    writer.execute("DELETE FROM ledgers WHERE document = ?", (key,))


def read(reader: sqlite3.Connection, key: int, document: Document) -> list[Quotation] | None:
    """The quotations of a document, in its order; None where an older version found them, or none did."""
    found = reader.execute("SELECT version FROM ledgers WHERE document = ?", (key,)).fetchone()
    if found != (VERSION,):
        return None
    rows = reader.execute(
        "SELECT spans, kind, cue, mention, speaker, role, said FROM quotations WHERE document = ? ORDER BY position",
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


def documents_quoting(reader: sqlite3.Connection, who: str) -> list[str]:
    """The ids of the documents that quote somebody of this name or role; of everybody's where it is empty."""
    rows = reader.execute("SELECT DISTINCT speaker, role FROM quotations WHERE speaker IS NOT NULL").fetchall()
    names = sorted({speaker for speaker, role in rows if names_speaker(who, speaker, role)})
    found: dict[str, None] = {}
    for name in names:
        for (id,) in reader.execute(
            "SELECT DISTINCT id FROM quotations JOIN documents ON key = document WHERE whole AND speaker = ?", (name,)
        ):
            found[id] = None
    return list(found)


def names_speaker(who: str, speaker: str, role: str | None) -> bool:
    """Whether a name or a role phrase, as in a question, can mean this speaker; an empty one means anybody."""
    return not who or _same_speaker(who, speaker) or same_role(who, role)


def find(document: Document) -> list[Quotation]:
    """The document's quotations, found anew."""
    return find_in_pieces(document)


def _quotation(
    document: Document,
    spans: str,
    kind: Kind,
    cue: str,
    mention: str,
    speaker: str | None,
    role: str | None,
    said: str | None,
) -> Quotation:
    return Quotation(
        document,
        tuple((start, end) for start, end in json.loads(spans)),
        kind,
        _span(json.loads(cue)),
        _span(json.loads(mention)),
        speaker,
        role,
        date.fromisoformat(said) if said else None,
    )


def _span(pair: Sequence[int] | None) -> Span | None:
    return (pair[0], pair[1]) if pair else None
