"""A page of a library's list: searched, filtered and sorted by SQLite, so that a large one lists at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from retrieval import lexical
from retrieval.entries import ENTRY, Entry, to_entries

Order = Literal["added", "title", "source", "published", "passages"]
ORDERS: tuple[Order, ...] = get_args(Order)
_ORDERS = {
    "added": "key DESC",
    "title": "title COLLATE NOCASE, key",
    "source": "source IS NULL, source COLLATE NOCASE, published DESC, key",
    "published": "published IS NULL, published DESC, key DESC",
    "passages": "passages DESC, key",
}
_WORDS = 16
_MOST = 500


@dataclass(frozen=True)
class Wanted:
    """Which documents to list: those that have every word, any one of the outlets, any one of the tags, and the days.

    words: of the title, the outlet, the author or the text, the last letters of each may be missing; since, until:
    half-open; skip, limit: which of them, 500 at most.
    """

    words: str = ""
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    order: Order = "added"
    skip: int = 0
    limit: int = 50


@dataclass(frozen=True)
class Page:
    """Some of the documents found, of how many, in a library of how many; its outlets and tags, the most used first."""

    entries: tuple[Entry, ...]
    found: int
    total: int
    sources: tuple[tuple[str, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()


def page(reader: sqlite3.Connection, wanted: Wanted) -> Page:
    """The wanted documents; outlets and tags only with the first page of them."""
    conditions, values = ["whole"], list[object]()
    for condition, some in _conditions(wanted):
        conditions.append(condition)
        values += some
    where = " AND ".join(conditions)
    (found,) = reader.execute(f"SELECT count(*) FROM documents WHERE {where}", values).fetchone()  # noqa: S608
    (total,) = reader.execute("SELECT count(*) FROM documents WHERE whole").fetchone()
    order = _ORDERS[wanted.order]
    # The keys first, so that what is told of a document is looked up for those of the page alone.
    rows = reader.execute(
        f"WITH chosen (at) AS (SELECT key FROM documents WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?)"  # noqa: S608
        f" {ENTRY} JOIN chosen ON at = key ORDER BY {order}",
        (*values, max(0, min(wanted.limit, _MOST)), max(0, wanted.skip)),
    ).fetchall()
    entries = tuple(to_entries(rows))
    return Page(entries, found, total) if wanted.skip else Page(entries, found, total, *_facets(reader))


def _conditions(wanted: Wanted) -> Iterator[tuple[str, list[object]]]:
    for word in wanted.words.split()[:_WORDS]:
        looked_up = lexical.prefixes(word)
        like = f"%{word.translate(_LITERAL)}%"
        condition = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in ("title", "source", "author"))
        if looked_up:
            condition += (
                " OR key IN (SELECT document FROM words JOIN passages ON passages.key = words.rowid"
                " WHERE words MATCH ?)"
            )
        yield f"({condition})", [like, like, like, *([looked_up] if looked_up else [])]
    if wanted.sources:
        yield "source IN (SELECT value FROM json_each(?))", [json.dumps(wanted.sources)]
    if wanted.tags:
        yield (
            "key IN (SELECT document FROM sources JOIN tags ON tags.uri = sources.uri"
            " WHERE tag IN (SELECT value FROM json_each(?)))",
            [json.dumps(wanted.tags)],
        )
    for comparison, day in ((">=", wanted.since), ("<", wanted.until)):
        if day:
            yield f"published {comparison} ?", [day.isoformat()]


_LITERAL = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


def _facets(reader: sqlite3.Connection) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    sources = reader.execute(
        "SELECT source, count(*) AS n FROM documents WHERE whole AND source IS NOT NULL GROUP BY source"
        " ORDER BY n DESC, source COLLATE NOCASE"
    ).fetchall()
    tags = reader.execute(
        "SELECT tag, count(DISTINCT document) AS n FROM tags JOIN sources ON sources.uri = tags.uri GROUP BY tag"
        " ORDER BY n DESC, tag COLLATE NOCASE"
    ).fetchall()
    return tuple(sources), tuple(tags)
