"""Keeping the dense index in line with the catalog: what a crash or damage took from it is written again."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import records
from retrieval.catalog import Catalog
from retrieval.errors import LibraryError
from retrieval.vectors import BATCH, Vectors, intact

_BATCH = 2000

_SAME = 0.999
"""Cosine of a stored vector to the catalog's: half floats keep it above .9999, any other text's is far below."""

_log = logging.getLogger("onrecord")


@dataclass(frozen=True)
class Differences:
    """Vector ids that the index lacks, that it should not hold, and under which it holds another vector."""

    missing: frozenset[str]
    extra: frozenset[str]
    other: frozenset[str]

    def findings(self) -> list[str]:
        """In words; none if there is no difference."""
        words = (
            (self.missing, "passages are missing from the index of vectors"),
            (self.extra, "passages are in the index of vectors that are not in the library"),
            (self.other, "passages have a vector in the index that is not theirs"),
        )
        return [f"{len(ids)} {what}" for ids, what in words if ids]


class DenseIndex:
    """The Chroma index of a catalog, opened at first use, and repaired then if need be.

    The catalog notes every vector id that a change concerns in the same transaction; `sync` settles what is noted.
    """

    def __init__(self, root: Path, catalog: Catalog, *, suspect: bool) -> None:
        """Prepare only, and clear away the folders that a change of embedder left.

        suspect: the last owner was killed, so look before opening.
        """
        self._root = root
        self._catalog = catalog
        self._suspect = suspect
        self._vectors: Vectors | None = None
        self._in_line = False
        self._opening = catalog.exclusive  # which whoever writes holds before it asks for the index
        self.tidy()

    @property
    def directory(self) -> Path:
        """Where it is."""
        return self._root / self._catalog.index_name

    @property
    def settled(self) -> bool:
        """Whether the next one to open it need not look first."""
        return self._in_line or not self._suspect

    def tidy(self) -> None:
        """Delete the indexes that are neither in use nor being built."""
        kept = {self._catalog.index_name, self._catalog.meta("next index")}
        for folder in self._root.glob("chroma*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def open(self) -> Vectors:
        """Open once, whatever state the index is in; raises LibraryError where even a new one can't be written."""
        if self._in_line and self._vectors is not None:
            return self._vectors
        with self._opening:
            if self._vectors is None:
                self._vectors = self._open_or_replace()
            if not self._in_line:
                self._settle(self._vectors)
                self._reconcile(self._vectors)
                self._in_line = True
            return self._vectors

    def nearest(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Give the cosine of each of the passages nearest to this (d,) vector by id, nearest first."""
        return self.open().nearest(vector, limit)

    def sync(self) -> None:
        """Bring in line what the catalog has noted; call it inside `catalog.exclusive`."""
        self._settle(self.open())

    def check(self) -> list[str]:
        """Say what of the index is not as the catalog has it, without mending it."""
        with self._opening:
            differences = self._differences()
            return ["the index of vectors can't be read"] if differences is None else differences.findings()

    def repair(self) -> None:
        """Write again what `check` finds, from the catalog's vectors; nobody may search meanwhile."""
        with self._opening:
            differences = self._differences()
            if differences is not None:
                self._correct(differences)
                differences = self._differences()
            if differences is None or differences.findings():
                self.clear()
                self._in_line = True
                self._vectors = Vectors(self.directory)
                self._unsettle(self._catalog.vector_ids())
                self._settle(self._vectors)

    def clear(self) -> None:
        """Delete the whole index; nobody may search meanwhile."""
        with self._opening:
            self.close()
            self._vectors, self._in_line = None, False
            shutil.rmtree(self.directory, ignore_errors=True)

    def replace(self, vectors: Vectors) -> None:
        """Use this index, which the catalog names by now, in place of the old; nobody may search meanwhile."""
        with self._opening:
            self.close()
            self._vectors, self._in_line = vectors, False
            self.open()

    def close(self) -> None:
        """Let go of the files."""
        if self._vectors is not None:
            self._vectors.close()

    def _open_or_replace(self) -> Vectors:
        existed = self.directory.exists()
        if not (existed and self._suspect) or intact(self.directory):
            try:
                return Vectors(self.directory)
            except LibraryError:
                if not existed:
                    raise
        _log.warning("The vector index %s is damaged; it will be written again from the catalog.", self.directory)
        shutil.rmtree(self.directory, ignore_errors=True)
        return Vectors(self.directory)

    def _differences(self) -> Differences | None:
        """What differs once the catalog's notes are settled; None where the index can't be read."""
        try:
            if self._vectors is None:
                if not self.directory.exists():
                    return Differences(frozenset(self._catalog.vector_ids()), frozenset(), frozenset())
                if not intact(self.directory, thorough=True):
                    return None
                self._vectors = Vectors(self.directory)
            self._settle(self._vectors)
            have, want = frozenset(self._vectors.ids()), frozenset(self._catalog.vector_ids())
            return Differences(want - have, have - want, frozenset(self._others(self._vectors, have & want)))
        except LibraryError:
            return None

    def _others(self, vectors: Vectors, ids: frozenset[str]) -> set[str]:
        others: set[str] = set()
        ordered = sorted(ids)
        for at in range(0, len(ordered), BATCH):
            page = ordered[at : at + BATCH]
            have, want = vectors.read(page), self._catalog.vectors(page)
            others.update(id for id in page if id not in have or not _same(have[id], want.get(id)))
        return others

    def _correct(self, differences: Differences) -> None:
        vectors = self.open()
        self._unsettle(differences.missing | differences.extra | differences.other)
        self._settle(vectors)

    def _reconcile(self, vectors: Vectors) -> None:
        count = self._catalog.passage_count
        if len(vectors) == count:
            return
        _log.warning(
            "The vector index %s holds %d of %d passages; bringing it in line …", self.directory, len(vectors), count
        )
        have, want = set(vectors.ids()), set(self._catalog.vector_ids())
        self._unsettle(have ^ want)
        self._settle(vectors)
        _log.warning("The vector index %s is whole again.", self.directory)

    def _unsettle(self, ids: Iterable[str]) -> None:
        with self._catalog.transaction() as writer:
            records.unsettle(writer, ids)

    def _settle(self, vectors: Vectors) -> None:
        while ids := self._catalog.unsynced(_BATCH):
            known = self._catalog.vectors(ids)
            if known:
                vectors.upsert(list(known), np.stack(list(known.values())))
            vectors.delete([id for id in ids if id not in known])
            with self._catalog.transaction() as writer:
                records.settle(writer, ids)


def _same(one: NDArray[np.float32], other: NDArray[np.float32] | None) -> bool:
    """Whether two vectors point the same way; what the catalog does not have can't differ from it."""
    if other is None:
        return True
    if one.shape != other.shape:
        return False
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return bool(one @ other >= _SAME * lengths)
