"""The library: documents on disk, found by meaning and by words. The one class of this package that others use."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from retrieval import care, records, removed
from retrieval.address import Place
from retrieval.dense import DenseIndex
from retrieval.documents import Document, Hit, Passage
from retrieval.embedder_in_use import EmbedderInUse
from retrieval.embedders import DEFAULT, load_embedder
from retrieval.embedding import Embed, identity
from retrieval.entries import Entry
from retrieval.errors import LibraryError
from retrieval.filters import Filter, Scope
from retrieval.gate import Gate
from retrieval.indexing import Added, Digest, Indexer, Progress
from retrieval.known import Known
from retrieval.listing import Page, Wanted
from retrieval.parts import open_parts
from retrieval.preparing import Prepared
from retrieval.quotations import Quotation
from retrieval.reindexing import reindex
from retrieval.reranking import DEEPER, Rerank, by_name, reranked
from retrieval.roster import names_speaker
from retrieval.searching import Searcher
from retrieval.vectors import Vectors

_NEAR = 200
"""Passages, best first by words, whose documents are looked through for quotations about something."""

Where = Filter | Scope | None
"""What a search is limited to: nothing, a filter, or what Library.scope made of several."""


class Library:
    """A directory of documents that this process owns until `close`, or one on a server that many may share.

    Searching is safe from any thread, also while another one adds. The catalog (SQLite) is the truth, the vectors
    (Chroma) follow it, and what a crash left undone is done at the next opening.
    """

    def __init__(self, directory: Place, embed: Embed | str = DEFAULT, rerank: Rerank | str | None = None) -> None:
        """Open or create a library. embed: an embedder, or the name of one; see retrieval.embedders.

        rerank: a reranker, or the name of one, or none; see retrieval.reranking.

        directory: a folder, or http://host:port[/NAME] of a Chroma server; see retrieval.served.
        A named embedder and the vectors are loaded by `warm`, or else by the first search or addition.
        Raises LibraryBusyError while another process has it, LibraryError if it can't be written or is damaged,
        EmbedderMismatchError if another embedder built it (for a named one when it is loaded).
        """
        self._gate = Gate()
        parts = open_parts(directory)
        self.directory, self._catalog = parts.place, parts.catalog
        self._dense, self._refresh = parts.index, parts.refresh
        self._searcher = Searcher(self._catalog, self._dense, alone=isinstance(self._dense, DenseIndex))
        self._known = Known(self._catalog, self.directory)
        self._rerank = by_name(rerank) if isinstance(rerank, str) else rerank
        self._close = weakref.finalize(self, _close, self._searcher, parts.close)
        try:
            self._embedder = EmbedderInUse(embed, self.directory, self._catalog, self._dense)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the directory up to the next process; done at exit if not before."""
        self._close()

    def refresh(self) -> bool:
        """See what other processes have changed in a library on a server; gives whether there was anything.

        A library in a folder has none. Raises ServerError.
        """
        changed = self._refresh()
        if changed:
            self._forget()
        return changed

    def warm(self) -> None:
        """Load the embedder and the vectors now, and search once, so that the first question is as fast as any."""
        with ThreadPoolExecutor(1) as pool:
            loading = pool.submit(self._embedder)
            if self._searcher.asks_the_index:
                self._dense.open()
            loading.result()
        self.search("What was said, and when?")

    # What it holds

    @property
    def is_empty(self) -> bool:
        """Whether there is no document, told without listing them."""
        return self._catalog.is_empty

    @property
    def passage_count(self) -> int:
        """How many passages a search looks through."""
        return self._catalog.passage_count

    @property
    def embedder(self) -> str | None:
        """The identity of the embedder that its passages are searched with; None before there is one."""
        return self._catalog.meta("embedder")

    def documents(self, where: Where = None) -> list[Entry]:
        """List what there is, or what a filter lets through a passage of, without the texts, in the order of adding."""
        entries, scope = self._catalog.entries(), self._known.scope(where)
        if not scope:
            return entries
        let_through = set(self._catalog.documents_within(scope))
        return [entry for entry in entries if entry.id in let_through]

    def page(self, wanted: Wanted) -> Page:
        """Some of the documents: searched, filtered and sorted as wanted."""
        return self._catalog.page(wanted)

    def document(self, id: str) -> Document:
        """Give the document with this id, or the only one whose id begins so; raises LibraryError with near misses."""
        document = self._catalog.document(self._known.id(id))
        if document is None:
            raise LibraryError(f"The document {id} was removed a moment ago.")
        return document

    # Adding and removing

    def unchanged(self, uri: str, digest: str) -> bool:
        """Tell whether the raw file at this uri had this digest when it was last added, so that it need not be read."""
        return self._digest(uri) == digest

    def given_at(self, beginning: str) -> list[tuple[str, str]]:
        """Each uri that begins so, with the id of the document that it gives, the last added first."""
        return self._catalog.given_at(beginning)

    def add(
        self,
        documents: Iterable[Document | Prepared],
        progress: Progress | None = None,
        digest: Digest | None = None,
        embed: Embed | None = None,
    ) -> Iterator[Added]:
        """Store documents; an iterator that has to be run through, each document handed out once it is on the disk.

        A text that is there already adds nothing. A document whose uri gave another text before takes its place once
        it is whole. digest: uri -> digest of the raw file, kept for `unchanged`. embed: embeds in the place of the
        library's own embedder, where it is the same one. Whatever is not handed out when an exception stops it is not
        stored; raises LibraryError where the disk is full.
        """
        return self._indexer(progress, embed).run(documents, digest)

    def remove(self, id: str) -> Entry:
        """Delete a document by its id or a unique beginning of it; gives what was deleted."""
        id = self._known.id(id)
        with self._catalog.exclusive:
            entry = next(entry for entry in self._catalog.entries() if entry.id == id)
            with self._catalog.transaction() as writer:
                records.remove(writer, id)
            self._sync()
        return entry

    def put_aside(self, *ids: str) -> list[str]:
        """Take documents out of the library, so that for a day they can be brought back; gives their ids.

        Nothing is lost, whenever the process ends. Raises LibraryError for an unknown id, and takes none out then.
        """
        ids = tuple(map(self._known.id, ids))
        with self._catalog.exclusive:
            with self._catalog.transaction() as writer:
                removed.clear(writer)
                for id in ids:
                    removed.put_aside(writer, id)
            self._sync()
        return list(ids)

    def bring_back(self, *ids: str) -> list[str]:
        """Undo put_aside: the same ids, addresses, tags, days and quotations; gives the ids of those that were there.

        A document whose text was added anew meanwhile is that one, with its tags beside.
        """
        with self._catalog.exclusive:
            with self._catalog.transaction() as writer:
                back = [id for id in ids if removed.bring_back(writer, id)]
            self._sync()
        return back

    def aside(self) -> list[tuple[str, str]]:
        """Id and title of the documents that can be brought back, the last one put aside first."""
        return self._catalog.aside()

    # Searching

    def search(self, query: str, limit: int = 12, where: Where = None) -> list[Hit]:
        """Find the passages that answer a question best, best first, by meaning and by words together.

        where: look only into these. Raises LibraryError where it names an outlet, author, tag or document that is not
        there.
        """
        scope = self._known.scope(where)
        self._embedder()
        if self._searcher.asks_the_index:
            self._dense.open()  # what may have to write is done before the gate, which a writer may be waiting at
        with self._gate.shared():
            found = self._searcher.search(self._embedder(), query, limit * (DEEPER if self._rerank else 1), scope)
        return reranked(self._rerank, query, found)[:limit] if self._rerank else found

    def mentioning(self, names: Sequence[str], some: Sequence[str], limit: int, where: Where = None) -> list[Passage]:
        """The passages, best first by words, that name all of these, or whose title does, and use some of the words."""
        scope = self._known.scope(where)
        with self._gate.shared():
            return self._searcher.mentioning(names, some, limit, scope)

    def scope(self, *filters: Filter) -> Scope:
        """What filters let through together; each raises LibraryError for a name that the library does not have."""
        return self._known.scope_of(*filters)

    def sources(self) -> list[str]:
        """The outlets of the documents."""
        return list(self._known.outlets)

    def tags(self, id: str) -> set[str]:
        """The tags of a document. Raises LibraryError for an unknown id."""
        return set(self._catalog.tags(self._known.id(id)))

    def tag(self, id: str, tags: Collection[str]) -> None:
        """Give a document these tags and no others. Raises LibraryError for an unknown id."""
        id = self._known.id(id)
        with self._catalog.transaction() as writer:
            records.tag(writer, id, sorted({tag.strip() for tag in tags if tag.strip()}))
        self._forget()

    def _recall(self, id: str) -> Document | None:
        return self._searcher.recall([id]).get(id)

    def _sync(self) -> None:
        try:
            self._dense.sync()
        finally:
            self._forget()

    def _forget(self) -> None:
        self._known = Known(self._catalog, self.directory)
        self._searcher.forget()

    # Who said what

    def quotations_of(self, document: Document) -> list[Quotation]:
        """Who says what in a document of this library, in its order."""
        return self._catalog.quotations(document)

    def quoting(
        self, who: str = "", about: str = "", where: Where = None
    ) -> Iterator[tuple[Document, list[Quotation]]]:
        """Yield each document that quotes a speaker, by name or role phrase, with that speaker's quotations in it.

        An empty name means every speaker that could be told. about: only documents with some of these words, those
        of the best 200 passages by BM25. where: only the documents and the quotations that a filter lets through.
        """
        known = self._known
        found, scope = self._catalog.quoting(known.speakers.find(who)), known.scope(where)
        if found and scope:
            let_through = set(self._catalog.documents_within(scope))
            found = [id for id in found if id in let_through]
        if found and about:
            within = self._searcher.within(scope)[0] if scope else None
            near = set(self._catalog.documents_of(self._catalog.bm25(about, _NEAR, within)))
            found = [id for id in found if id in near]
        for id in found:
            document = self._recall(id)
            if document is not None:
                spoken = self._catalog.quotations(document)
                heard = [q for q in spoken if q.speaker and names_speaker(who, q.speaker, q.role)]
                yield document, [q for q in heard if not scope or scope.hears(q)]

    def add_proposed(self, document: Document, proposed: Sequence[Quotation]) -> None:
        """Enter quotations that passed the check of retrieval.proposals into the ledger of a document."""
        self._catalog.add_proposed(document, proposed)
        self._forget()

    def passages(self, document: Document, where: Where = None) -> list[Passage]:
        """The passages that a document of this library was cut into, or those that a filter lets through, in order."""
        scope = self._known.scope(where)
        return self._catalog.passages(document, self._searcher.within(scope)[1] if scope else None)

    # Care

    def check(self) -> list[str]:
        """Compare everything that was made from the stored texts with them; gives findings in words, none if all fits.

        Nothing is mended, but for what an interrupted process left to be done. Raises LibraryError where SQLite finds
        its file damaged.
        """
        return care.check(self._catalog, self._dense)

    def repair(self, progress: Progress | None = None) -> list[str]:
        """Make anew, from the stored texts, whatever `check` finds; gives what it had found.

        The embedder is loaded only where a document has to be embedded again. Raises LibraryError as `check` does, and
        changes nothing then.
        """

        def add_again(documents: Iterable[Document]) -> None:
            for _ in self._indexer(progress).run(documents, self._digest, again=True):
                pass

        try:
            return care.repair(self._catalog, self._dense, self._gate, add_again)
        finally:
            self._forget()

    def reindex(self, embed: Embed | str, progress: Progress | None = None) -> None:
        """Move to another embedder; the old one serves until the new vectors are whole, and what is added goes to both.

        An interrupted move changes nothing; the next one towards the same embedder goes on where it was left.
        progress: called with the numbers of passages (embedded, in all). Raises EmbedderError and LibraryError.
        """
        dense = self._dense
        if not isinstance(dense, DenseIndex):
            raise LibraryError(
                f"The library {self.directory} is on a server, where it keeps its embedder: "
                "add its documents to another library of that server, under a NAME of its own."
            )
        embed = load_embedder(embed) if isinstance(embed, str) else embed

        def switched(vectors: Vectors) -> None:
            self._embedder.replace(embed)
            self._forget()
            dense.replace(vectors)

        dense.open()
        reindex(self._catalog, self._gate, Path(self.directory), embed, switched, progress)
        dense.tidy()

    def _digest(self, uri: str) -> str | None:
        source = self._catalog.source(uri)
        return source[1] if source else None

    def _indexer(self, progress: Progress | None, embed: Embed | None = None) -> Indexer:
        def embedder() -> Embed:
            own = self._embedder()
            return embed if embed and identity(embed) == identity(own) else own

        return Indexer(self._catalog, embedder, self._sync, progress)


def _close(searcher: Searcher, close: Callable[[], None]) -> None:
    searcher.close()
    close()
