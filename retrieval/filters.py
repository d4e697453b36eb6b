"""Filters: which documents and passages of a library a search may look into, by what is known of them."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from retrieval.errors import LibraryError

if TYPE_CHECKING:
    from retrieval.quotations import Quotation

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Filter:
    """What a passage must have to be found; where a part gives several values, any one of them; all parts must hold.

    documents: ids; sources: outlets; authors; speakers: somebody of that name or role is quoted in the passage;
    tags: as put on documents; since, until: days of publication, half-open [since, until), so that the undated are out.
    said_since, said_until: days of saying, half-open too: somebody is quoted in the passage for what they said then; a
    quotation has the day that its text gives it, else that of publication. Of a passage with several quotations, those
    that a filter of speakers or of days of saying lets through are the ones that answer who said what.
    Outlets and authors are found by some of their words in a row ("Times" finds The New York Times). Raises ValueError
    where no day can lie between two days.
    """

    documents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    said_since: date | None = None
    said_until: date | None = None

    def __post_init__(self) -> None:
        for since, until in ((self.since, self.until), (self.said_since, self.said_until)):
            if since and until and since >= until:
                raise ValueError(f"no day lies between {since} and {until}, which is itself not included")

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True)
class Scope:
    """Filters that all have to hold, with every name as the library has it; Library.scope makes one."""

    filters: tuple[Filter, ...] = ()

    def __bool__(self) -> bool:
        return any(self.filters)

    @property
    def is_of_quotations(self) -> bool:
        """Whether it tells one quotation of a passage from another."""
        return any(one.speakers or one.said_since or one.said_until for one in self.filters)

    def hears(self, quotation: Quotation) -> bool:
        """Whether it lets a quotation through, from a document that it lets through."""
        day = quotation.dated[0] or date.min
        return all(
            (not one.speakers or quotation.speaker in one.speakers)
            and (not one.said_since or day >= one.said_since)
            and (not one.said_until or date.min < day < one.said_until)
            for one in self.filters
        )


def naming(wanted: str, known: Iterable[str]) -> list[str]:
    """Those of the known names that hold the wanted one's words, in a row; a leading "the" does not matter."""
    words = _words(wanted)
    return [name for name in known if words and _in_a_row(words, _words(name))]


def resolved(where: Filter, names: Callable[[Literal["source", "author", "tag"]], Sequence[str]]) -> Filter:
    """The filter with outlets, authors and tags as the library has them; names: all that there are of a kind.

    Raises LibraryError for one that it does not have.
    """
    return replace(
        where,
        sources=where.sources and _known("outlet", where.sources, names("source")),
        authors=where.authors and _known("author", where.authors, names("author")),
        tags=where.tags and tuple(_tag(tag, names("tag")) for tag in where.tags),
    )


def query(scope: Scope, wanted: Literal["passages.key", "documents.id"]) -> tuple[str, list[object]]:
    """SQL for the passages, by key, or the documents, by id, that a scope lets through, ascending; and its values."""
    conditions, values = ["documents.whole"], list[object]()
    for where in scope.filters:
        for condition, some in _conditions(where):
            conditions.append(condition)
            values += some
    sql = f"SELECT DISTINCT {wanted} FROM documents JOIN passages ON passages.document = documents.key"  # noqa: S608
    return f"{sql} WHERE {' AND '.join(conditions)} ORDER BY {wanted}", values


def _conditions(where: Filter) -> Iterator[tuple[str, list[object]]]:
    for column, wanted in (("id", where.documents), ("source", where.sources), ("author", where.authors)):
        if wanted:
            yield f"documents.{column} IN (SELECT value FROM json_each(?))", [json.dumps(wanted)]  # noqa: S608
    for comparison, day in ((">=", where.since), ("<", where.until)):
        if day:
            yield f"documents.published {comparison} ?", [day.isoformat()]
    if where.tags:
        yield (
            "documents.key IN (SELECT document FROM sources JOIN tags ON tags.uri = sources.uri"
            " WHERE tag IN (SELECT value FROM json_each(?)))",
            [json.dumps(where.tags)],
        )
    yield from _of_quotations(where)


def _of_quotations(where: Filter) -> Iterator[tuple[str, list[object]]]:
    """That a quotation of these speakers and days overlaps the passage; first, that the document has one."""
    heard, values = list[str](), list[object]()
    if where.speakers:
        heard.append("speaker IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(where.speakers))
    for comparison, day in ((">=", where.said_since), ("<", where.said_until)):
        if day:
            heard.append(f"coalesce(quotations.said, documents.published) {comparison} ?")
            values.append(day.isoformat())
    if where.speakers:
        yield f"documents.key IN (SELECT document FROM quotations WHERE {heard[0]})", values[:1]  # noqa: S608
    if heard:
        yield (
            "EXISTS (SELECT 1 FROM quotations, json_each(quotations.spans) AS span"  # noqa: S608
            f" WHERE quotations.document = passages.document AND {' AND '.join(heard)}"
            " AND json_extract(span.value, '$[0]') < passages.\"end\" AND json_extract(span.value, '$[1]') > start)",
            values,
        )


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
