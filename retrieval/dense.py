"""Keeping the dense index in line with the catalog: what a crash or damage took from it is written again."""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import records
from retrieval.catalog import Catalog
from retrieval.errors import LibraryError
from retrieval.vectors import Vectors, intact

_BATCH = 2000

_log = logging.getLogger("onrecord")


class DenseIndex:
    """The Chroma index of a catalog, opened at first use, and repaired then if need be.

    The catalog notes every vector id that a change concerns in the same transaction; `sync` settles what is noted.
    """

    def __init__(self, directory: Path, catalog: Catalog, *, suspect: bool) -> None:
        """Prepare only; suspect: the last owner was killed, so look before opening."""
        self._directory = directory
        self._catalog = catalog
        self._suspect = suspect
        self._vectors: Vectors | None = None
        self._opening = threading.Lock()

    def open(self) -> Vectors:
        """Open once, whatever state the index is in; raises LibraryError where even a new one can't be written."""
        with self._opening:
            if self._vectors is None:
                vectors = self._open_or_replace()
                self._settle(vectors)
                self._reconcile(vectors)
                self._vectors = vectors
            return self._vectors

    def nearest(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Give the cosine of each of the passages nearest to this (d,) vector by id, nearest first."""
        return self.open().nearest(vector, limit)

    def sync(self) -> None:
        """Bring in line what the catalog has noted; call it inside `catalog.exclusive`."""
        self._settle(self.open())

    def check(self) -> list[str]:
        """Say which vectors are missing or in excess."""
        have, want = set(self.open().ids()), set(self._catalog.vector_ids())
        differences = (("lacks", want - have), ("should not hold", have - want))
        return [f"vectors: the index {verb} {len(ids)} of {len(want)}" for verb, ids in differences if ids]

    def close(self) -> None:
        """Let go of the files."""
        if self._vectors is not None:
            self._vectors.close()

    def _open_or_replace(self) -> Vectors:
        existed = self._directory.exists()
        if not (existed and self._suspect) or intact(self._directory):
            try:
                return Vectors(self._directory)
            except LibraryError:
                if not existed:
                    raise
        _log.warning("The vector index %s is damaged; it will be written again from the catalog.", self._directory)
        shutil.rmtree(self._directory, ignore_errors=True)
        return Vectors(self._directory)

    def _reconcile(self, vectors: Vectors) -> None:
        count = self._catalog.passage_count
        if len(vectors) == count:
            return
        _log.warning(
            "The vector index %s holds %d of %d passages; bringing it in line …", self._directory, len(vectors), count
        )
        have, want = set(vectors.ids()), set(self._catalog.vector_ids())
        with self._catalog.transaction() as writer:
            records.unsettle(writer, have ^ want)
        self._settle(vectors)
        _log.warning("The vector index %s is whole again.", self._directory)

    def _settle(self, vectors: Vectors) -> None:
        while ids := self._catalog.unsynced(_BATCH):
            known = self._catalog.vectors(ids)
            if known:
                vectors.upsert(list(known), np.stack(list(known.values())))
            vectors.delete([id for id in ids if id not in known])
            with self._catalog.transaction() as writer:
                records.settle(writer, ids)
