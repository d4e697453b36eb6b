"""Filters: which documents and passages of a library a search may look into, by what is known of them."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from retrieval.errors import LibraryError

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Filter:
    """What a passage must have to be found; where a part gives several values, any one of them; all parts must hold.

    documents: ids; sources: outlets; authors; speakers: somebody of that name or role is quoted in the passage;
    tags: as put on documents; since, until: days of publication, half-open [since, until), so that the undated are out.
    Outlets and authors are found by some of their words in a row ("Times" finds The New York Times). Raises ValueError
    where no day can lie between since and until.
    """

    documents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since >= self.until:
            raise ValueError(f"no day lies between {self.since} and {self.until}, which is itself not included")

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))


def naming(wanted: str, known: Iterable[str]) -> list[str]:
    """Those of the known names that hold the wanted one's words, in a row; a leading "the" does not matter."""
    words = _words(wanted)
    return [name for name in known if words and _in_a_row(words, _words(name))]


def resolved(where: Filter, sources: Sequence[str], authors: Sequence[str], tags: Sequence[str]) -> Filter:
    """The filter with names as the library has them. Raises LibraryError for a name that it does not have."""
    return replace(
        where,
        sources=_known("outlet", where.sources, sources),
        authors=_known("author", where.authors, authors),
        tags=tuple(_tag(tag, tags) for tag in where.tags),
    )


def query(where: Filter) -> tuple[str, list[object]]:
    """SQL for the keys of the passages that a filter lets through, and its values; every name as the catalog has it."""
    conditions, values = ["documents.whole"], list[object]()
    for column, wanted in (("id", where.documents), ("source", where.sources), ("author", where.authors)):
        if wanted:
            conditions.append(f"documents.{column} IN (SELECT value FROM json_each(?))")  # noqa: S608 - fixed names
            values.append(json.dumps(wanted))
    for comparison, day in ((">=", where.since), ("<", where.until)):
        if day:
            conditions.append(f"documents.published {comparison} ?")
            values.append(day.isoformat())
    if where.tags:
        conditions.append(
            "documents.key IN (SELECT document FROM sources JOIN tags ON tags.uri = sources.uri"
            " WHERE tag IN (SELECT value FROM json_each(?)))"
        )
        values.append(json.dumps(where.tags))
    if where.speakers:
        conditions.append(
            "EXISTS (SELECT 1 FROM quotations, json_each(quotations.spans) AS span"
            " WHERE quotations.document = passages.document AND speaker IN (SELECT value FROM json_each(?))"
            " AND json_extract(span.value, '$[0]') < passages.\"end\" AND json_extract(span.value, '$[1]') > start)"
        )
        values.append(json.dumps(where.speakers))
    sql = "SELECT passages.key FROM documents JOIN passages ON passages.document = documents.key"
    return f"{sql} WHERE {' AND '.join(conditions)} ORDER BY passages.key", values


def _known(what: str, wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in wanted:
        named = naming(name, known)
        if not named:
            raise _unknown(what, name, known)
        found.update(dict.fromkeys(named))
    return tuple(found)


def _tag(tag: str, known: Sequence[str]) -> str:
    if tag not in known:
        raise _unknown("tag", tag, known)
    return tag


def _unknown(what: str, name: str, known: Sequence[str]) -> LibraryError:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    there = f"there are: {', '.join(sorted(known)[:10])}" if known else "no document has one"
    return LibraryError(f"The library knows no {what} {name!r}: " + (f"did you mean {close[0]}?" if close else there))


def _words(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = _WORD.findall(plain.casefold())
    return words[1:] if words[:1] == ["the"] else words


def _in_a_row(words: Sequence[str], name: Sequence[str]) -> bool:
    return any(list(name[at : at + len(words)]) == list(words) for at in range(len(name) - len(words) + 1))
