"""What of a library stands on a server: which uri gives which document, the documents, and what may be cleared away.

A library NAME is four collections:

    NAME.sources    a record for each uri: the document and the upload it gives, its digest and tags. This is the truth:
                    a document is in the library while a uri gives it. Written last, together with a new state.
                    What is removed leaves its record, which says so to those who look later.
    NAME.texts      each upload's text with what is known of the document
    NAME.passages   each upload's passages: vectors, sentences
    NAME.doubts     uploads that may turn out to belong to no document, from before they are begun or replaced

An upload is one writing of one document by one process; nobody changes it, and its name is never used again. So two
writers can't get into each other's way: each writes uploads of its own, and the last to say what a uri gives decides.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from retrieval.address import Address
from retrieval.errors import EmbedderMismatchError, LibraryError
from retrieval.server import Metadata, Record, Server
from retrieval.uploads import Content, assembled, records_of

_FORMAT = 1
"""Of these records; raise it when older versions of onrecord can't read what is written."""
COMMIT_WITHIN = 15 * 60
"""Seconds from looking at the library to saying what a uri gives: a writer that takes longer gives up."""
_GRACE = 4 * COMMIT_WITHIN * 1000
"""Milliseconds for which an upload in doubt is kept: no writer that saw it in use can still refer to it after that."""
_OVERLAP = COMMIT_WITHIN * 1000
"""Milliseconds by which a look at what changed goes back behind the last: writes land in another order than stamped."""
_PAGE = 1000
_BREADTH = 400
"""Vectors looked at in a search: of the 24 nearest of 3,000 it missed none, where Chroma's own 100 missed 5%."""
_TOGETHER = 50
_STATE, _LIBRARY, _SOURCE = "state", "library", "uri:"


@dataclass(frozen=True)
class Source:
    """What a uri gives: a document as some upload holds it, or nothing any more, where upload is empty."""

    uri: str
    document: str
    upload: str
    digest: str | None
    tags: tuple[str, ...]


class Shared:
    """The records of one library on a server. Every method raises ServerError where the server can't be used."""

    def __init__(self, address: Address) -> None:
        """Connect, and create the library where it is not there. Raises LibraryError for one of a newer version."""
        self.server = Server(address)
        try:
            self._sources = self.server.collection(f"{address.name}.sources")
            self._texts = self.server.collection(f"{address.name}.texts")
            self._passages = self.server.collection(f"{address.name}.passages", space="cosine", ef_search=_BREADTH)
            self._doubts = self.server.collection(f"{address.name}.doubts")
            self.embedder = self._embedder()
        except BaseException:
            self.server.close()
            raise
        self.place = str(address)
        self.id = self._sources.id
        self.nearest = self._passages.nearest
        self.close = self.server.close

    # Reading

    def state(self) -> str:
        """A word that is another one after every change."""
        found = self._sources.get([_STATE])
        return str(found[_STATE].metadata["token"]) if found else ""

    def sources(self, since: int | None = None) -> list[Source]:
        """What each uri gives, or those that changed since a time of the server's clock, and some more."""
        where = None if since is None else {"at": {"$gt": since - _OVERLAP}}
        records = self._sources.find(where)
        return [_source(one.metadata) for one in records if one.id.startswith(_SOURCE)]

    def contents(self, uploads: Sequence[str]) -> dict[str, Content]:
        """The documents that these uploads hold, by upload; those of which something is missing are left out."""
        where = {"upload": {"$in": list(uploads)}}
        passages = self._passages.find(where, page=_PAGE)
        return assembled(self._texts.find(where, page=_PAGE, texts=True), passages)

    def ids(self) -> set[str]:
        """The id of every passage's record, and of every text's."""
        return {*self._passages.ids(), *self._texts.ids()}

    # Writing

    def claim(self, embedder: str) -> None:
        """Say whose vectors these are, unless somebody has. Raises EmbedderMismatchError where it is another's."""
        if self.embedder is None:
            self._sources.add(Record(_LIBRARY, {"embedder": embedder, "format": _FORMAT}))
            self.embedder = self._embedder()
        self.agree(embedder)

    def agree(self, embedder: str | None) -> None:
        """See that the library's vectors are this embedder's. Raises EmbedderMismatchError."""
        self.embedder = self.embedder or self._embedder()
        if self.embedder and embedder and self.embedder != embedder:
            raise EmbedderMismatchError(
                f"The library {self.place} was built with the embedder {self.embedder} and can't take vectors of "
                f"{embedder}. Use {self.embedder}, or another library there ({self.server.address.server}/NAME)."
            )

    def new_uploads(self, count: int) -> list[str]:
        """Names for uploads that nobody else has; they sort in the order of time."""
        now = self.server.now()
        return [f"{now:012x}{number:04x}{secrets.token_hex(6)}" for number in range(count)]

    def put(self, uploads: dict[str, Content]) -> None:
        """Write whole documents that no uri gives yet."""
        texts, passages = records_of(uploads)
        self._texts.upsert(texts)
        self._passages.upsert(passages)

    def commit(self, sources: Iterable[Source]) -> None:
        """Say what these uris give from now on: everybody's next look sees it."""
        now = self.server.now()
        state = Record(_STATE, {"token": secrets.token_hex(8)})
        self._sources.upsert([*(_record(one, now) for one in sources), state])

    def doubt(self, uploads: Collection[str]) -> None:
        """Note that these uploads may turn out to be nobody's, before that may happen."""
        if uploads:
            now = self.server.now()
            self._doubts.upsert(Record(upload, {"at": now}) for upload in uploads)

    def settle(self, uploads: Sequence[str]) -> None:
        """Take back the doubt about these uploads."""
        if uploads:
            self._doubts.delete(uploads)

    def sweep(self) -> int:
        """Clear away what killed writers and replaced documents left an hour ago or longer; gives how many uploads."""
        before = self.server.now() - _GRACE
        old = [one.id for one in self._doubts.find({"at": {"$lt": before}})]
        if not old:
            return 0
        used = {one.upload for one in self.sources()}
        unused = [upload for upload in old if upload not in used]
        for at in range(0, len(unused), _TOGETHER):
            where = {"upload": {"$in": unused[at : at + _TOGETHER]}}
            self._passages.delete_where(where)
            self._texts.delete_where(where)
        self.settle(old)
        return len(unused)

    def _embedder(self) -> str | None:
        found = self._sources.get([_LIBRARY]).get(_LIBRARY)
        if found is None:
            return None
        if int(found.metadata["format"]) > _FORMAT:
            raise LibraryError(
                f"The library {self.server.address} was made by a newer version of onrecord: update yours to open it."
            )
        return str(found.metadata["embedder"])


def _record(source: Source, now: int) -> Record:
    known: dict[str, str | int] = {
        "uri": source.uri,
        "document": source.document,
        "upload": source.upload,
        "tags": json.dumps(source.tags),
        "at": now,
    }
    if source.digest:
        known["digest"] = source.digest
    return Record(f"{_SOURCE}{hashlib.sha256(source.uri.encode()).hexdigest()[:32]}", known)


def _source(known: Metadata) -> Source:
    uri, document, upload = str(known["uri"]), str(known["document"]), str(known["upload"])
    digest = known.get("digest")
    return Source(uri, document, upload, str(digest) if digest else None, tuple(json.loads(str(known["tags"]))))
