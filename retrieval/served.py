"""A library on a server as the rest of the package sees it: a catalog, an index of vectors, and how both stay fresh."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import records
from retrieval.address import Address
from retrieval.catalog import Catalog
from retrieval.errors import LibraryBusyError, LibraryError
from retrieval.mirror import Mirror
from retrieval.ownership import Ownership
from retrieval.publishing import Publisher
from retrieval.shared import Shared
from retrieval.weights import cache_dir

_MOST_AT_ONCE = 64
"""Processes of one person that may have one library open on this machine."""


class ServedIndex:
    """The server's index of vectors, in the place of one on disk; the publisher has written what is searched here."""

    def __init__(self, shared: Shared, mirror: Mirror, catalog: Catalog) -> None:
        """Prepare only."""
        self._shared = shared
        self._mirror = mirror
        self._catalog = catalog

    def open(self) -> None:
        """Nothing to load: the server has it open."""

    def nearest(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """The cosine of each of the passages nearest to this (d,) vector by id, nearest first. Raises ServerError.

        Vectors of documents that are not in the library (yet, or any more) are passed over.
        """
        copies = self._mirror.copies
        asked = limit
        while copies:
            found = self._shared.nearest(vector, asked)
            parts = ((id.partition(":"), cosine) for id, cosine in found.items())
            known = {f"{copies[upload]}:{span}": cosine for (upload, _, span), cosine in parts if upload in copies}
            if len(known) >= limit or len(found) < asked:
                return dict(islice(known.items(), limit))
            asked *= 4
        return {}

    def clear(self) -> None:
        """Nothing: what others may have written stays, and the server says whose vectors it takes."""

    def sync(self) -> None:
        """Nothing is left to do once a transaction is committed."""

    def check(self) -> list[str]:
        """Compare the server's records with each other and with the copy here; gives findings in words."""
        self._mirror.refresh(everything=True)
        lacking = len(self._lacking())
        missing = len({one.document for one in self._shared.sources() if one.upload} - set(self._catalog.ids()))
        findings = [f"{lacking} documents lack some of their passages or texts on {self._shared.place}"] * bool(lacking)
        return findings + [f"{missing} documents of {self._shared.place} can't be read"] * bool(missing)

    def repair(self) -> None:
        """Fetch a damaged copy again, write again from here what the server lacks, clear away what is nobody's."""
        if self._catalog.audit().findings:
            self._mirror.begin_again()
        self._shared.sweep()
        lacking = self._lacking()
        if lacking:
            with self._catalog.transaction() as writer:
                for id in lacking:
                    writer.execute("UPDATE documents SET whole = 1 WHERE whole AND id = ?", (id,))

    def close(self) -> None:
        """Nothing to let go of: the server keeps it open."""

    def _lacking(self) -> set[str]:
        """The ids of documents here of which the server lacks records."""
        uploads = {document: upload for upload, document in self._mirror.copies.items()}
        spans = (id.partition(":") for id in self._catalog.vector_ids())
        wanted = {(document, f"{uploads[document]}:{span}") for document, _, span in spans if document in uploads}
        wanted |= {(document, f"{upload}/0") for document, upload in uploads.items()}
        there = self._shared.ids()
        return {document for document, id in wanted if id not in there}


@dataclass(frozen=True)
class Served:
    """The open parts of a library on a server."""

    shared: Shared
    catalog: Catalog
    index: ServedIndex
    refresh: Callable[[], bool]
    close: Callable[[], None]


def open_served(address: Address) -> Served:
    """Connect, and bring this machine's copy in line. Raises ServerError and LibraryError."""
    shared = Shared(address)
    folder = cache_dir() / "mirrors" / hashlib.sha256(f"{address} {shared.id}".encode()).hexdigest()[:16]
    try:
        ownership, path = _own(folder)
    except BaseException:
        shared.close()
        raise
    catalog: Catalog | None = None
    try:
        catalog = _open(path, folder)
        mirror = Mirror(shared, catalog)
        if shared.embedder:
            with catalog.transaction() as writer:
                records.note(writer, {"embedder": shared.embedder})
        mirror.refresh()
        Publisher(shared, catalog, mirror)
    except BaseException:
        _close(shared, catalog, ownership)
        raise
    index = ServedIndex(shared, mirror, catalog)
    return Served(shared, catalog, index, mirror.refresh, lambda: _close(shared, catalog, ownership))


def _own(folder: Path) -> tuple[Ownership, Path]:
    """The first copy that no other process has open, or a new one."""
    for number in range(_MOST_AT_ONCE):
        try:
            return Ownership(folder / str(number)), folder / str(number) / "onrecord.db"
        except LibraryBusyError:
            continue
    raise LibraryBusyError(f"{_MOST_AT_ONCE} processes have this library open on this machine: close one first.")


def _open(path: Path, folder: Path) -> Catalog:
    """Open a copy; a new one starts as the latest of another process, and a damaged one is begun again."""
    others = sorted((one for one in folder.glob("*/onrecord.db") if one != path), key=lambda one: one.stat().st_mtime)
    try:
        if others and not path.exists():
            _duplicate(others[-1], path)
        return Catalog(path)
    except LibraryError:
        for file in path.parent.glob("onrecord.db*"):
            file.unlink()
        return Catalog(path)


def _duplicate(source: Path, target: Path) -> None:
    """Copy a catalog that another process may be writing to, as of its last transaction."""
    part = target.with_suffix(".part")
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(part)) as other:
        one.backup(other)
    shutil.move(part, target)


def _close(shared: Shared, catalog: Catalog | None, ownership: Ownership) -> None:
    if catalog:
        catalog.close()
    shared.close()
    ownership.release()
