"""Documents as a listing shows them, and how they are read from the catalog."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from retrieval.address import Place
from retrieval.errors import LibraryError
from retrieval.rows import day

ENTRY = (
    "SELECT id, title, uri, source, author, published, passages,"
    " coalesce((SELECT entries FROM ledgers WHERE document = documents.key),"
    " (SELECT count(*) FROM quotations WHERE document = documents.key)), (SELECT json_group_array(DISTINCT tag)"
    " FROM sources JOIN tags ON tags.uri = sources.uri WHERE sources.document = documents.key),"
    " (SELECT first.id FROM sketches mine JOIN sketches theirs ON theirs.story = mine.story"
    " JOIN documents first ON first.key = theirs.document WHERE mine.document = documents.key"
    " AND first.key < documents.key AND first.whole ORDER BY first.key LIMIT 1)"
    " FROM documents"
)
"""What a listing tells of a document."""
ENTRIES = f"{ENTRY} WHERE whole ORDER BY key"


@dataclass(frozen=True)
class Entry:
    """A document as a listing shows it, without its text.

    passages, quotations: how many; copy_of: the id of an earlier document that it is a copy of.
    """

    id: str
    title: str
    uri: str
    source: str | None
    author: str | None
    published: date | None
    passages: int
    tags: tuple[str, ...] = ()
    copy_of: str | None = None
    quotations: int = 0


def to_entries(rows: Iterable[Any]) -> list[Entry]:
    """The entries of rows that begin with ENTRY."""
    return [
        Entry(id, title, uri, source, author, day(published), passages, tuple(sorted(json.loads(tags))), copy_of, said)
        for id, title, uri, source, author, published, passages, said, tags, copy_of in rows
    ]


def the_one(id: str, found: Sequence[str], entries: Callable[[], list[Entry]], place: Place) -> str:
    """The id that is meant by one, or by the beginning of one, found: those that begin so.

    Raises LibraryError with near misses where it is none of a document in this place, or of several.
    """
    if len(found) == 1 or id in found:
        return id if id in found else found[0]
    if found:
        raise LibraryError(f"{len(found)} documents begin with {id!r}: {', '.join(found[:5])}. Give more of the id.")
    titles = {entry.id: entry.title for entry in entries()}
    near = difflib.get_close_matches(id, titles, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]} ({titles[near[0]]})?" if near else "`onrecord list` shows all of them."
    raise LibraryError(f"There is no document {id!r} in {place}: {hint}")
