"""The dense index: one Chroma collection on disk, from passage ids to their vectors."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import LibraryError

BATCH = 5000
"""Chroma takes at most 5,461 records in one call."""

_COLLECTION = "passages"

_BREADTH = 200
"""Vectors looked at in a search; see docs/retrieval.md for what fewer would miss and more would cost."""


class Vectors:
    """Passage vectors under their ids, compared by cosine.

    It follows the catalog: whatever it loses can be written again from there.
    """

    def __init__(self, directory: Path) -> None:
        """Open or create the index; raises LibraryError where Chroma cannot open what is there."""
        self._directory = directory
        with self._errors("opened"):
            import chromadb
            from chromadb.api.shared_system_client import SharedSystemClient
            from chromadb.config import Settings

            try:
                client = chromadb.PersistentClient(str(directory), Settings(anonymized_telemetry=False))
            except BaseException:
                SharedSystemClient.clear_system_cache()  # else the next try is given the half-made one again
                raise
            self._close: Callable[[], None] = client.close  # type: ignore[attr-defined] # missing in ClientAPI
            self._collection = client.get_or_create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": _BREADTH}},
            )
            if self._collection.configuration_json["hnsw"]["ef_search"] != _BREADTH:  # an older version's
                with warnings.catch_warnings(category=DeprecationWarning, action="ignore"):  # it names no embedder
                    self._collection.modify(configuration={"hnsw": {"ef_search": _BREADTH}})

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Write (n, d) vectors under n ids; an id that is there already gets the new vector."""
        with self._errors("written"):
            for at in range(0, len(ids), BATCH):
                self._collection.upsert(ids=list(ids[at : at + BATCH]), embeddings=vectors[at : at + BATCH])

    def delete(self, ids: Sequence[str]) -> None:
        """Take these ids out; ids that are not there are ignored."""
        with self._errors("written"):
            for at in range(0, len(ids), BATCH):
                self._collection.delete(ids=list(ids[at : at + BATCH]))

    def nearest(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Find at most `limit` vectors that are nearest to this (d,) vector: their cosine by id, nearest first."""
        with self._errors("searched"):
            found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        (distances,) = found["distances"] or ([],)
        return {id: 1 - distance for id, distance in zip(found["ids"][0], distances, strict=True)}

    def ids(self) -> Iterator[str]:
        """Every id, in pages so that a large index never stands in memory at once."""
        offset = 0
        while True:
            with self._errors("read"):
                page = self._collection.get(limit=BATCH, offset=offset, include=[])["ids"]
            yield from page
            if len(page) < BATCH:
                return
            offset += len(page)

    def read(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The (d,) vectors of those of at most BATCH ids that are there; they keep their direction, not every bit."""
        with self._errors("read"):
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        vectors = found["embeddings"]
        return {} if vectors is None else dict(zip(found["ids"], np.asarray(vectors, np.float32), strict=True))

    def __len__(self) -> int:
        with self._errors("read"):
            return int(self._collection.count())

    def close(self) -> None:
        """Let go of the files; the object is of no use afterwards."""
        self._close()

    @contextmanager
    def _errors(self, verb: str) -> Iterator[None]:
        try:
            yield
        except (KeyboardInterrupt, SystemExit, GeneratorExit, ImportError):
            raise
        except BaseException as error:  # Chroma's Rust side panics with a BaseException
            raise LibraryError(
                f"The vector index in {self._directory} could not be {verb}: {error}. "
                "The documents themselves are safe in the catalog beside it; free disk space if it is full, "
                "and open the library again."
            ) from error


def intact(directory: Path, *, thorough: bool = False) -> bool:
    """Whether the index opens, counts and answers: tried in another process, since a broken one may segfault.

    thorough: whether every vector can be read, too.
    """
    path = f"import sys; sys.path[:] = {sys.path!r}"
    probe = f"{path}; from retrieval.vectors import _probe; _probe(sys.argv[1], {thorough})"
    finished = subprocess.run([sys.executable, "-c", probe, str(directory)], capture_output=True, check=False)  # noqa: S603
    return finished.returncode == 0


def _probe(directory: str, thorough: bool) -> None:
    vectors = Vectors(Path(directory))
    ids = list(vectors.ids()) if thorough else []
    if any(not vectors.read(ids[at : at + BATCH]) for at in range(0, len(ids), BATCH)):
        sys.exit(1)
    if len(vectors):
        one = vectors._collection.get(limit=1, include=["embeddings"])["embeddings"]
        if one is None or not vectors.nearest(np.asarray(one[0], dtype=np.float32), 10):
            sys.exit(1)
    vectors.close()
