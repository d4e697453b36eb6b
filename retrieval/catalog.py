"""The catalog: one SQLite file with every document's text, passages and words; what a library holds is what it says."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval import filters, ledger, lexical, records
from retrieval.database import Database
from retrieval.documents import Document, Passage
from retrieval.filters import Scope
from retrieval.pieces import find_in_pieces
from retrieval.quotations import Quotation
from retrieval.records import VECTOR_ID, storable
from retrieval.roster import Roster

Number = TypeVar("Number", np.float16, np.int8)


@dataclass(frozen=True)
class Entry:
    """A document as a listing shows it, without its text."""

    id: str
    title: str
    uri: str
    source: str | None
    author: str | None
    published: date | None
    passages: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A stored passage as ranking its sentences needs it.

    document: its id; sentences: (n, 2) offsets into the document;
    sentence_vectors: (n, d) int8 up to a scale per row, or None where the embedder gives none.
    """

    key: int
    document: str
    start: int
    end: int
    text: str
    sentences: NDArray[np.int32]
    sentence_vectors: NDArray[np.int8] | None


class Catalog:
    """Documents, passages and the full-text index in one file, so that they always agree.

    Reading is safe from any thread, beside one writer; writing happens inside `transaction`.
    """

    def __init__(self, path: Path) -> None:
        """Open or create; see Database for the errors. Documents that were begun and never finished are dropped."""
        self._database = Database(path)
        self.transaction = self._database.transaction
        self.close = self._database.close
        self.exclusive = self._database.exclusive
        with self.transaction() as writer:
            for (key,) in writer.execute("SELECT key FROM documents WHERE NOT whole").fetchall():
                records.discard(writer, key)

    # What it says of itself

    def meta(self, key: str) -> str | None:
        """Give a remembered setting, or None."""
        row = self._database.one("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Remember a setting."""
        with self.transaction() as writer:
            writer.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def is_empty(self) -> bool:
        """Whether there is no document."""
        return self._database.one("SELECT 1 FROM documents WHERE whole LIMIT 1") is None

    @property
    def passage_count(self) -> int:
        """How many passages can be found."""
        return int(self._database.one("SELECT coalesce(sum(passages), 0) FROM documents WHERE whole")[0])

    # Documents

    def entries(self) -> list[Entry]:
        """Every document, in the order of adding."""
        rows = self._database.all(
            "SELECT id, title, uri, source, author, published, passages, (SELECT json_group_array(DISTINCT tag)"
            " FROM sources JOIN tags ON tags.uri = sources.uri WHERE sources.document = documents.key)"
            " FROM documents WHERE whole ORDER BY key"
        )
        return [
            Entry(id, title, uri, source, author, _date(published), passages, tuple(sorted(json.loads(tags))))
            for id, title, uri, source, author, published, passages, tags in rows
        ]

    def ids(self, prefix: str = "") -> list[str]:
        """List the ids that begin with a prefix."""
        end = prefix + "\U0010ffff"
        return [
            row[0]
            for row in self._database.all("SELECT id FROM documents WHERE whole AND id >= ? AND id < ?", prefix, end)
        ]

    def document(self, id: str) -> Document | None:
        """Give the document with exactly this id, or None."""
        return self.documents([id]).get(id)

    def documents(self, ids: Sequence[str]) -> dict[str, Document]:
        """Give those of these documents that there are, by id."""
        rows = self._database.all(
            "SELECT id, text, title, uri, source, author, published, noise, pages FROM documents"  # noqa: S608
            f" JOIN texts ON texts.document = documents.key WHERE whole AND id IN ({_places(ids)})",
            *ids,
        )
        return {row[0]: _document(*row) for row in rows}

    def source(self, uri: str) -> tuple[str, str | None] | None:
        """Give (document id, digest of the raw file) as last read from this uri, or None."""
        row = self._database.one(
            "SELECT id, digest FROM sources JOIN documents ON documents.key = document WHERE sources.uri = ?",
            storable(uri),
        )
        return tuple(row) if row else None

    # Who said what

    def quotations(self, document: Document) -> list[Quotation]:
        """Who says what in a stored document, in its order."""
        row = self._database.one("SELECT key FROM documents WHERE whole AND id = ?", document.id)
        with self._database.errors():
            return ledger.read(self._database.reader, row[0], document) if row else find_in_pieces(document)

    def add_proposed(self, document: Document, proposed: Sequence[Quotation]) -> None:
        """Enter checked quotations into a stored document's ledger; nothing where it was removed meanwhile."""
        with self.transaction() as writer:
            row = writer.execute("SELECT key FROM documents WHERE whole AND id = ?", (document.id,)).fetchone()
            if row:
                ledger.record(writer, row[0], ledger.in_order([*self.quotations(document), *proposed]))

    def roster(self) -> Roster:
        """Everybody who is quoted."""
        with self._database.errors():
            return Roster(ledger.speakers(self._database.reader))

    def quoting(self, names: Iterable[str]) -> list[str]:
        """The ids of the documents that quote somebody under one of these names."""
        with self._database.errors():
            return ledger.documents_quoting(self._database.reader, names)

    def documents_of(self, keys: Iterable[int]) -> list[str]:
        """The ids of the documents that these passages are from."""
        places = ",".join(str(int(key)) for key in keys)
        rows = self._database.all(
            "SELECT DISTINCT id FROM passages JOIN documents ON documents.key = document"  # noqa: S608 - integers only
            f" WHERE whole AND passages.key IN ({places})"
        )
        return [row[0] for row in rows]

    def complete_ledger(self) -> None:
        """Find anew the quotations that an older version of onrecord found."""
        with self._database.errors():
            outdated = ledger.outdated(self._database.reader)
        for key in outdated:
            row = self._database.one("SELECT id FROM documents WHERE whole AND key = ?", key)
            document = self.document(row[0]) if row else None
            if document is not None:
                with self.transaction() as writer:
                    ledger.record(writer, key, ledger.renewed(writer, key, document))

    def passages(self, document: Document, within: Collection[int] | None = None) -> list[Passage]:
        """The passages of a stored document, in its order; within: the only keys that count, where not all do."""
        rows = self._database.all(
            'SELECT passages.key, start, "end", sentences FROM passages JOIN documents ON documents.key = document'
            " WHERE whole AND id = ? ORDER BY start",
            document.id,
        )
        return [
            Passage(
                document, start, end, tuple((int(s), int(e)) for s, e in np.frombuffer(spans, "<i4").reshape(-1, 2))
            )
            for key, start, end, spans in rows
            if within is None or key in within
        ]

    # Searching

    def bm25(self, question: str, limit: int, within: Sequence[int] | None = None) -> dict[int, float]:
        """Passage keys with their BM25, best first; see retrieval.lexical."""
        with self._database.errors():
            return lexical.bm25(self._database.reader, question, limit, within)

    def names(self, kind: Literal["source", "author", "tag"]) -> list[str]:
        """Every outlet, author or tag that a document has."""
        table = "tags" if kind == "tag" else "documents WHERE whole AND"
        only = "" if kind == "tag" else f"{kind} IS NOT NULL"
        return [name for (name,) in self._database.all(f"SELECT DISTINCT {kind} FROM {table} {only}")]  # noqa: S608

    def within(self, scope: Scope) -> list[int]:
        """The keys of the passages that a scope lets through, ascending."""
        sql, values = filters.query(scope, "passages.key")
        return [key for (key,) in self._database.all(sql, *values)]

    def documents_within(self, scope: Scope) -> list[str]:
        """The ids of the documents of which a scope lets a passage through."""
        sql, values = filters.query(scope, "documents.id")
        return [id for (id,) in self._database.all(sql, *values)]

    def keys_of(self, vector_ids: Sequence[str]) -> dict[str, int]:
        """Find the keys of the passages with these vector ids; those that the catalog does not know are left out."""
        wanted = [(id, *_parts(id)) for id in vector_ids]
        rows = (
            self._database.all(
                f"WITH wanted (id, document, start, stop) AS (VALUES {','.join(['(?, ?, ?, ?)'] * len(wanted))})"  # noqa: S608
                " SELECT wanted.id, passages.key FROM wanted CROSS JOIN documents ON documents.id = wanted.document"
                " CROSS JOIN passages ON passages.document = documents.key AND passages.start = wanted.start"
                ' AND passages."end" = stop WHERE whole',
                *(part for one in wanted for part in one),
            )
            if wanted
            else []
        )
        return dict(rows)

    def vectors_of(self, keys: Sequence[int]) -> tuple[list[int], NDArray[np.float16]]:
        """Fetch the vectors of n of these passages, those that are there: their keys, and (n, d) of their vectors."""
        rows = self._database.all(
            "SELECT key, vector FROM passages WHERE key IN (SELECT value FROM json_each(?))", json.dumps(list(keys))
        )
        return [key for key, _ in rows], _matrix(b"".join(half for _, half in rows), np.float16, len(rows))

    def candidates(self, keys: Sequence[int]) -> dict[int, Candidate]:
        """Fetch these passages by key; keys that are gone are left out."""
        rows = self._database.all(
            'SELECT passages.key, id, start, "end", body, sentences, sentence_vectors FROM passages'  # noqa: S608
            " JOIN documents ON documents.key = document JOIN words ON words.rowid = passages.key"
            f" WHERE whole AND passages.key IN ({_places(keys)})",
            *keys,
        )
        return {row[0]: _candidate(*row) for row in rows}

    # The dense index should hold these

    def unsynced(self, limit: int) -> list[str]:
        """At most `limit` vector ids whose place in the dense index is not settled yet."""
        return [row[0] for row in self._database.all("SELECT id FROM unsynced LIMIT ?", limit)]

    def vector_ids(self) -> Iterator[str]:
        """Yield the id of every vector that the dense index should hold."""
        connection = self._database.reader
        with self._database.errors():
            for (id,) in connection.execute(
                f"SELECT {VECTOR_ID} FROM documents JOIN passages ON passages.document = documents.key WHERE whole"  # noqa: S608
            ):
                yield id

    def vectors(self, vector_ids: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """Fetch the (d,) vectors of those ids that the catalog knows."""
        ids = {key: id for id, key in self.keys_of(list(vector_ids)).items()}
        keys, rows = self.vectors_of(list(ids))
        return {ids[key]: row for key, row in zip(keys, rows.astype(np.float32), strict=True)}

    def check(self) -> list[str]:
        """Say what in the file does not fit together; nothing if all is well."""
        findings = [f"catalog: {row[0]}" for row in self._database.all("PRAGMA quick_check") if row[0] != "ok"]
        (passages,) = self._database.one("SELECT count(*) FROM passages JOIN documents ON documents.key = document")
        (words,) = self._database.one("SELECT count(*) FROM words_docsize")
        if not passages == words == self.passage_count:
            findings.append(
                f"catalog: {self.passage_count} passages counted, {passages} stored, {words} indexed by word"
            )
        return findings


def _date(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _matrix(stored: bytes, dtype: type[Number], rows: int) -> NDArray[Number]:
    numbers = np.frombuffer(stored, np.dtype(dtype).newbyteorder("<"))
    return numbers.reshape(rows, len(numbers) // max(rows, 1))


def _places(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _parts(vector_id: str) -> tuple[str, str, str]:
    document, _, span = vector_id.partition(":")
    start, _, end = span.partition("-")
    return document, start, end


def _document(
    id: str,
    text: bytes,
    title: str,
    uri: str,
    source: str | None,
    author: str | None,
    published: str | None,
    noise: str,
    pages: str,
) -> Document:
    document = Document(
        text.decode("utf-8", "surrogatepass"),
        title,
        uri,
        source,
        author,
        _date(published),
        tuple((start, end) for start, end in json.loads(noise)),
        tuple(json.loads(pages)),
    )
    vars(document)["id"] = id  # the cached property would hash the text for it again
    return document


def _candidate(
    key: int, document: str, start: int, end: int, text: str, sentences: bytes, vectors: bytes | None
) -> Candidate:
    spans = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2)
    by_sentence = None if vectors is None else _matrix(vectors, np.int8, len(spans))
    return Candidate(key, document, start, end, text, spans, by_sentence)
