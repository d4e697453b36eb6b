"""Stories: which documents of a library are copies of one another, told when a document is added."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from retrieval.duplicates import COPY, packed, resemblance, unpacked

TABLES = """
    CREATE TABLE stories (key INTEGER PRIMARY KEY, sketch BLOB NOT NULL);
    CREATE TABLE bands (band INTEGER NOT NULL, story INTEGER NOT NULL, PRIMARY KEY (band, story)) WITHOUT ROWID;
    CREATE TABLE sketches (document INTEGER PRIMARY KEY, story INTEGER NOT NULL, sketch BLOB NOT NULL);
    CREATE INDEX sketches_of_story ON sketches (story)
"""
"""A story has the key and the sketch of its first document, and lasts as long as one of its documents does."""

_BANDS = 32
_LOOKED_AT = 8
"""Stories that share the most bands with a document, which are compared with it."""


def bands(sketch: Sequence[int]) -> list[int]:
    """Numbers of which copies share some: one for each two smallest hashes of a sketch that follow one another.

    Locality-sensitive hashing (Indyk and Motwani 1998) of a bottom-k sketch: a number is shared with a text of
    resemblance J with a chance of about J². Of 32, one at least is where J is .5 in all but 1 of 10,000 cases.
    """
    pairs = zip(sketch, sketch[1:] or sketch, strict=False)
    mixed = ((one * 0x9E3779B97F4A7C15 + other) % 2**64 for one, other in list(pairs)[:_BANDS])
    return [number - 2**63 for number in mixed]


def record(writer: sqlite3.Connection, key: int, sketch: Sequence[int]) -> str | None:
    """Store the sketch of a whole document; gives the id of the first other one that it is a copy of, if any."""
    story, stored = _story_of(writer, sketch), packed(sketch)
    if story is None:
        story = key
        writer.execute("INSERT OR REPLACE INTO stories VALUES (?, ?)", (key, stored))
        writer.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", ((band, key) for band in bands(sketch)))
    writer.execute("INSERT OR REPLACE INTO sketches VALUES (?, ?, ?)", (key, story, stored))
    first = writer.execute(
        "SELECT id FROM sketches JOIN documents ON documents.key = document"
        " WHERE story = ? AND whole AND document != ? ORDER BY document LIMIT 1",
        (story, key),
    ).fetchone()
    return first[0] if first else None


def forget(writer: sqlite3.Connection, key: int) -> None:
    """Drop the sketch of a document, and its story with the last one that tells it."""
    row = writer.execute("DELETE FROM sketches WHERE document = ? RETURNING story", (key,)).fetchone()
    if row is None or writer.execute("SELECT 1 FROM sketches WHERE story = ? LIMIT 1", row).fetchone():
        return
    (sketch,) = writer.execute("DELETE FROM stories WHERE key = ? RETURNING sketch", row).fetchone() or (b"",)
    writer.executemany(
        "DELETE FROM bands WHERE band = ? AND story = ?", ((band, *row) for band in bands(unpacked(sketch)))
    )


def _story_of(reader: sqlite3.Connection, sketch: Sequence[int]) -> int | None:
    rows = reader.execute(
        "SELECT story, count(*) AS shared FROM bands WHERE band IN (SELECT value FROM json_each(?))"
        " GROUP BY story ORDER BY shared DESC, story LIMIT ?",
        (json.dumps(bands(sketch)), _LOOKED_AT),
    ).fetchall()
    near = []
    for story, _ in rows:
        (stored,) = reader.execute("SELECT sketch FROM stories WHERE key = ?", (story,)).fetchone() or (b"",)
        near.append((resemblance(sketch, unpacked(stored)), -story))
    best = max(near, default=(0.0, 0))
    return -best[1] if best[0] >= COPY else None
