"""The catalog: one SQLite file with every document's text, passages and words; what a library holds is what it says."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval import filters, ledger, lexical, records, removed, stories
from retrieval.audit import Damage, audit
from retrieval.database import Database, soundness
from retrieval.documents import Document, Passage, Span
from retrieval.duplicates import sketch_of
from retrieval.entries import ENTRIES, Entry, to_entries
from retrieval.filters import Scope
from retrieval.listing import Page, Wanted, page
from retrieval.quotations import Quotation
from retrieval.records import VECTOR_ID, storable
from retrieval.roster import Roster
from retrieval.rows import DOCUMENTS, Candidate, matrix, parts, places, to_candidate, to_document, to_spans


class Catalog:
    """Documents, passages and the full-text index in one file, so that they always agree.

    Reading is safe from any thread, beside one writer; writing happens inside `transaction`.
    """

    def __init__(self, path: Path) -> None:
        """Open or create; see Database for the errors.

        Documents that were begun and never finished are dropped, and those that were put aside long ago.
        """
        self._database = Database(path)
        self.transaction = self._database.transaction
        self.close = self._database.close
        self.exclusive = self._database.exclusive
        with self.transaction() as writer:
            removed.clear(writer)
            unfinished = "SELECT key FROM documents WHERE NOT whole AND key NOT IN (SELECT document FROM removed)"
            for (key,) in writer.execute(unfinished).fetchall():
                records.discard(writer, key)

    # What it says of itself

    def meta(self, key: str) -> str | None:
        """Give a remembered setting, or None."""
        row = self._database.one("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else None

    @property
    def is_empty(self) -> bool:
        """Whether there is no document."""
        return self._database.one("SELECT 1 FROM documents WHERE whole LIMIT 1") is None

    @property
    def passage_count(self) -> int:
        """How many passages can be found."""
        return int(self._database.one("SELECT coalesce(sum(passages), 0) FROM documents WHERE whole")[0])

    @property
    def dimension(self) -> int | None:
        """How many numbers a passage's vector has; None while there is no passage."""
        row = self._database.one(
            "SELECT value FROM meta WHERE key = 'dimension' UNION ALL SELECT length(vector) / 2 FROM passages LIMIT 1"
        )
        return int(row[0]) if row else None

    def use_embedder(self, identity: str) -> None:
        """Remember who embeds the passages that are to come; there are none yet."""
        with self.transaction() as writer:
            writer.execute("DELETE FROM meta WHERE key = 'dimension'")
            records.note(writer, {"embedder": identity})

    @property
    def index_name(self) -> str:
        """The folder of the dense index, beside the catalog; each reindexing makes a new one."""
        return self.meta("index") or "chroma"

    # Documents

    def entries(self) -> list[Entry]:
        """Every document, in the order of adding."""
        return to_entries(self._database.all(ENTRIES))

    def page(self, wanted: Wanted) -> Page:
        """Some of the documents; see retrieval.listing."""
        with self._database.errors():
            return page(self._database.reader, wanted)

    def aside(self) -> list[tuple[str, str]]:
        """Id and title of the documents that were put aside; see retrieval.removed."""
        with self._database.errors():
            return removed.aside(self._database.reader)

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
        rows = self._database.all(f"{DOCUMENTS} WHERE whole AND id IN ({places(ids)})", *ids)
        return {row[1]: to_document(*row[1:]) for row in rows}

    def documents_by_key(self, keys: Sequence[int]) -> dict[int, Document]:
        """Give those of these documents that there are, by key; also those that are not whole yet."""
        rows = self._database.all(f"{DOCUMENTS} WHERE documents.key IN ({places(keys)})", *keys)
        return {row[0]: to_document(*row[1:]) for row in rows}

    def source(self, uri: str) -> tuple[str, str | None] | None:
        """Give (document id, digest of the raw file) as last read from this uri, or None."""
        row = self._database.one(
            "SELECT id, digest FROM sources JOIN documents ON documents.key = document WHERE sources.uri = ?",
            storable(uri),
        )
        return tuple(row) if row else None

    def given_at(self, beginning: str) -> list[tuple[str, str]]:
        """Each uri that begins so, with the id of the document that it gives, the last added first."""
        beginning = storable(beginning)
        return self._database.all(
            "SELECT sources.uri, id FROM sources JOIN documents ON documents.key = document"
            " WHERE sources.uri >= ? AND sources.uri < ? ORDER BY documents.key DESC",
            beginning,
            beginning + "\U0010ffff",
        )

    def tags(self, id: str) -> list[str]:
        """The tags of the document with exactly this id."""
        sql = (
            "SELECT DISTINCT tag FROM documents JOIN sources ON sources.document = documents.key"
            " JOIN tags ON tags.uri = sources.uri WHERE whole AND id = ? ORDER BY tag"
        )
        return [tag for (tag,) in self._database.all(sql, id)]

    # Who said what

    def quotations(self, document: Document) -> list[Quotation]:
        """Who says what in a stored document, in its order."""
        with self._database.errors():
            return ledger.read(self._database.reader, document)

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

    def complete_stories(self) -> None:
        """Sketch the documents that a version of onrecord without stories added; once in the life of a library."""
        if self.meta("stories") is not None:
            return
        lacking = "SELECT id, key FROM documents LEFT JOIN sketches ON document = key WHERE whole AND document IS NULL"
        for id, key in self._database.all(f"{lacking} ORDER BY key"):
            document = self.document(id)
            if document is not None:
                with self.transaction() as writer:
                    stories.record(writer, key, sketch_of(document))
        with self.transaction() as writer:
            records.note(writer, {"stories": "1"})

    def passages(self, document: Document, within: Collection[int] | None = None) -> list[Passage]:
        """The passages of a stored document, in its order; within: the only keys that count, where not all do."""
        rows = self._database.all(
            'SELECT passages.key, start, "end", sentences FROM passages JOIN documents ON documents.key = document'
            " WHERE whole AND id = ? ORDER BY start",
            document.id,
        )
        return [
            Passage(document, start, end, to_spans(sentences))
            for key, start, end, sentences in rows
            if within is None or key in within
        ]

    def spans_of(self, keys: Sequence[int]) -> dict[int, tuple[str, int, int, tuple[Span, ...]]]:
        """Where these passages stand, by key: document id, start, end, sentences; keys that are gone are left out."""
        rows = self._database.all(
            'SELECT passages.key, id, start, "end", sentences FROM passages JOIN documents ON documents.key = document'  # noqa: S608
            f" WHERE whole AND passages.key IN ({places(keys)})",
            *keys,
        )
        return {key: (id, start, end, to_spans(sentences)) for key, id, start, end, sentences in rows}

    # Searching

    def bm25(self, question: str, limit: int, within: Sequence[int] | None = None) -> dict[int, float]:
        """Passage keys with their BM25, best first; see retrieval.lexical."""
        with self._database.errors():
            return lexical.bm25(self._database.reader, question, limit, within)

    def bm25_of(
        self, names: Sequence[str], some: Sequence[str], limit: int, within: Sequence[int] | None = None
    ) -> dict[int, float]:
        """Passage keys with their BM25, best first, of those with all the names and some of the words."""
        with self._database.errors():
            return lexical.bm25_of(self._database.reader, names, some, limit, within)

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
        wanted = [(id, *parts(id)) for id in vector_ids]
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
        return [key for key, _ in rows], matrix(b"".join(half for _, half in rows), np.float16, len(rows))

    def all_vectors(self) -> tuple[list[int], NDArray[np.float16]]:
        """Fetch the vectors of all n passages that can be found: their keys, and (n, d); damaged ones are left out."""
        rows = self._database.all(
            "SELECT passages.key, vector FROM passages JOIN documents ON documents.key = document"
            " WHERE whole AND typeof(vector) = 'blob' AND length(vector) = ?",
            2 * (self.dimension or 0),
        )
        return [key for key, _ in rows], matrix(b"".join(half for _, half in rows), np.float16, len(rows))

    def candidates(self, keys: Sequence[int]) -> dict[int, Candidate]:
        """Fetch these passages by key; keys that are gone are left out."""
        rows = self._database.all(
            'SELECT passages.key, id, start, "end", body, sentences, sentence_vectors FROM passages'  # noqa: S608
            " JOIN documents ON documents.key = document JOIN words ON words.rowid = passages.key"
            f" WHERE whole AND passages.key IN ({places(keys)})",
            *keys,
        )
        return {row[0]: to_candidate(*row) for row in rows}

    def audit(self) -> Damage:
        """What in the file does not fit together; raises LibraryError where SQLite can't read it."""
        with self.transaction() as writer:
            soundness(writer)
            return audit(writer)

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
        """Fetch the (d,) vectors of those ids that the catalog knows; a damaged one is as good as none."""
        ids = {key: id for id, key in self.keys_of(list(vector_ids)).items()}
        rows = self._database.all(
            "SELECT key, vector FROM passages WHERE key IN (SELECT value FROM json_each(?))"
            " AND typeof(vector) = 'blob' AND length(vector) = ?",
            json.dumps(list(ids)),
            2 * (self.dimension or 0),
        )
        vectors = {ids[key]: np.frombuffer(stored, "<f2").astype(np.float32) for key, stored in rows}
        return {id: vector for id, vector in vectors.items() if np.isfinite(vector).all()}

    @property
    def pending_count(self) -> int:
        """How many passages have vectors of another embedder pending."""
        return int(self._database.one("SELECT count(*) FROM pending")[0])

    def unmoved(self, after: int, limit: int, *, whole: bool) -> list[tuple[int, int, int, int, bytes]]:
        """At most `limit` passages of documents that are whole, or not, for which no vectors are pending.

        In the order of their keys, behind `after`. Gives passage and document (by key), start, end and sentences.
        """
        return self._database.all(
            'SELECT passages.key, document, start, "end", sentences FROM passages JOIN documents ON documents.key ='
            " document LEFT JOIN pending ON passage = passages.key"
            " WHERE whole = ? AND passages.key > ? AND passage IS NULL ORDER BY passages.key LIMIT ?",
            whole,
            after,
            limit,
        )
