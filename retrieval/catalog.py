"""The catalog: one SQLite file with every document's text, passages and words; what a library holds is what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import ledger, lexical, records
from retrieval.database import Database
from retrieval.documents import Document, Passage
from retrieval.quotations import Quotation
from retrieval.records import VECTOR_ID, storable


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


@dataclass(frozen=True)
class Candidate:
    """A stored passage as ranking needs it.

    vector: (d,) float32; sentences: (n, 2) offsets into the document;
    sentence_vectors: (n, d) int8 up to a scale per row, or None where the embedder gives none.
    """

    key: int
    document: str
    start: int
    end: int
    title: str
    text: str
    vector: NDArray[np.float32]
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
    def passage_count(self) -> int:
        """How many passages can be found."""
        return int(self._database.one("SELECT coalesce(sum(passages), 0) FROM documents WHERE whole")[0])

    # Documents

    def entries(self) -> list[Entry]:
        """Every document, in the order of adding."""
        rows = self._database.all(
            "SELECT id, title, uri, source, author, published, passages FROM documents WHERE whole ORDER BY key"
        )
        return [
            Entry(id, title, uri, source, author, _date(published), passages)
            for id, title, uri, source, author, published, passages in rows
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
        row = self._database.one(
            "SELECT text, title, uri, source, author, published, noise, pages FROM documents"
            " JOIN texts ON texts.document = documents.key WHERE whole AND id = ?",
            id,
        )
        if row is None:
            return None
        text, title, uri, source, author, published, noise, pages = row
        return Document(
            text=text.decode("utf-8", "surrogatepass"),
            title=title,
            uri=uri,
            source=source,
            author=author,
            published=_date(published),
            noise=tuple((start, end) for start, end in json.loads(noise)),
            pages=tuple(json.loads(pages)),
        )

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
            found = ledger.read(self._database.reader, row[0], document) if row else None
        return ledger.find(document) if found is None else found

    def quoting(self, who: str) -> list[str]:
        """The ids of the documents that quote a speaker, by name or role; see retrieval.ledger."""
        with self._database.errors():
            return ledger.documents_quoting(self._database.reader, who)

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
                quotations = ledger.find(document)
                with self.transaction() as writer:
                    ledger.record(writer, key, quotations)

    def passages(self, document: Document) -> list[Passage]:
        """The passages of a stored document, in its order."""
        rows = self._database.all(
            'SELECT start, "end", sentences FROM passages JOIN documents ON documents.key = document'
            " WHERE whole AND id = ? ORDER BY start",
            document.id,
        )
        return [
            Passage(
                document, start, end, tuple((int(s), int(e)) for s, e in np.frombuffer(spans, "<i4").reshape(-1, 2))
            )
            for start, end, spans in rows
        ]

    # Searching

    def bm25(self, question: str, limit: int) -> dict[int, float]:
        """Passage keys with their BM25, best first; see retrieval.lexical."""
        with self._database.errors():
            return lexical.bm25(self._database.reader, question, limit)

    def key_of(self, vector_id: str) -> int | None:
        """Find the key of the passage with this vector id, or None if the catalog does not know it (any more)."""
        document, _, span = vector_id.partition(":")
        start, _, end = span.partition("-")
        row = self._database.one(
            "SELECT passages.key FROM documents JOIN passages ON passages.document = documents.key"
            ' WHERE whole AND id = ? AND start = ? AND "end" = ?',
            document,
            start,
            end,
        )
        return int(row[0]) if row else None

    def candidates(self, keys: Sequence[int]) -> list[Candidate]:
        """Fetch these passages, in no particular order; keys that are gone are left out."""
        places = ",".join("?" * len(keys))
        places = ",".join("?" * len(keys))
        rows = self._database.all(
            'SELECT passages.key, id, start, "end", words.title, body, vector, sentences, sentence_vectors'  # noqa: S608
            " FROM passages JOIN documents ON documents.key = document JOIN words ON words.rowid = passages.key"
            f" WHERE whole AND passages.key IN ({places})",
            *keys,
        )
        return [_candidate(*row) for row in rows]

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
        keys = {id: self.key_of(id) for id in vector_ids}
        found = {}
        for id, key in keys.items():
            row = key and self._database.one("SELECT vector FROM passages WHERE key = ?", key)
            if row:
                found[id] = _floats(row[0])
        return found

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


def _floats(half: bytes) -> NDArray[np.float32]:
    return np.frombuffer(half, dtype="<f2").astype(np.float32)


def _candidate(
    key: int,
    document: str,
    start: int,
    end: int,
    title: str,
    text: str,
    vector: bytes,
    sentences: bytes,
    sv: bytes | None,
) -> Candidate:
    spans = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2)
    sentence_vectors = None if sv is None else np.frombuffer(sv, dtype=np.int8).reshape(len(spans), -1)
    return Candidate(key, document, start, end, title, text, _floats(vector), spans, sentence_vectors)
