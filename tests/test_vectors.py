"""The dense index on disk, with the real Chroma."""

from __future__ import annotations

from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from retrieval.errors import LibraryError
from retrieval.vectors import BATCH, Vectors, intact

_AXES = np.eye(4, dtype=np.float32)


def test_nearest_comes_first_and_fewer_than_asked_is_fine(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    vectors.upsert(["a", "b", "c"], _AXES[:3])
    near = vectors.nearest(np.array([0.1, 0.9, 0.2, 0], np.float32), 10)
    assert list(near) == ["b", "c", "a"]
    assert near == pytest.approx({"b": 0.9 / 0.86**0.5, "c": 0.2 / 0.86**0.5, "a": 0.1 / 0.86**0.5}, abs=1e-5)
    vectors.close()


def test_writing_twice_keeps_the_last_vector(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    vectors.upsert(["a", "b"], _AXES[:2])
    vectors.upsert(["a"], _AXES[3:])
    assert len(vectors) == 2
    assert list(vectors.nearest(_AXES[3], 1)) == ["a"]
    vectors.close()


def test_what_is_deleted_or_unknown_is_gone(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    vectors.upsert(["a", "b"], _AXES[:2])
    vectors.delete(["a", "never there"])
    vectors.delete([])
    assert list(vectors.ids()) == ["b"]
    vectors.close()


def test_more_than_one_batch_is_written_and_listed(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    ids = [str(number) for number in range(BATCH + 500)]
    vectors.upsert(ids, np.random.default_rng(1).normal(size=(len(ids), 4)).astype(np.float32))
    assert len(vectors) == len(ids)
    assert set(vectors.ids()) == set(ids)
    vectors.close()


def test_an_index_of_an_older_version_is_searched_as_broadly_as_a_new_one(tmp_path: Path) -> None:
    client = chromadb.PersistentClient(str(tmp_path), Settings(anonymized_telemetry=False))
    client.create_collection("passages", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    client.close()  # type: ignore[attr-defined] # missing in ClientAPI
    random = np.random.default_rng(1)
    rows = random.normal(size=(3000, 48)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    old = Vectors(tmp_path)
    old.upsert([str(n) for n in range(len(rows))], rows)
    asked = random.normal(size=(50, 48)).astype(np.float32)
    wanted = [{str(n) for n in np.argsort(-rows @ vector)[:24]} for vector in asked]
    found = [set(old.nearest(vector, 24)) for vector in asked]
    old.close()
    missed = sum(len(want - has) for want, has in zip(wanted, found, strict=True))
    assert missed < 0.005 * 24 * len(asked)  # at the breadth that Chroma comes with it misses more than 1%


def test_it_lasts_and_is_found_intact(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    vectors.upsert(["a", "b"], _AXES[:2])
    vectors.close()
    assert intact(tmp_path)
    again = Vectors(tmp_path)
    assert list(again.nearest(_AXES[1], 1)) == ["b"]
    again.close()


def test_a_damaged_index_is_told_apart_and_named(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"no database " * 1000)
    assert not intact(tmp_path)
    with pytest.raises(LibraryError, match=str(tmp_path)):
        Vectors(tmp_path)
