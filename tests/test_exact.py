"""Comparing each passage: the nearest, exactly, of all or of some; small libraries find what larger ones find."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import searching
from retrieval.exact import Compared
from retrieval.filters import Filter
from retrieval.library import Library
from tests.hashing import hashing
from tests.test_crash import version


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 40), limit=st.integers(1, 50), some=st.booleans())
def test_the_nearest_are_those_of_the_greatest_cosines(seed: int, count: int, limit: int, some: bool) -> None:
    random = np.random.default_rng(seed)
    keys = random.permutation(1000)[:count].tolist()
    vectors = random.normal(size=(count, 8)).astype(np.float16)
    question = random.normal(size=8).astype(np.float32)
    among = sorted(keys[: count // 2 + 1]) if some else None
    cosine = {
        key: float(row @ question / np.linalg.norm(row) / np.linalg.norm(question))
        for key, row in zip(keys, vectors.astype(np.float32), strict=True)
        if among is None or key in among
    }
    found = Compared.of(keys, vectors).nearest(question, limit, among)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert list(found.values()) == pytest.approx(sorted(cosine.values(), reverse=True)[:limit], abs=1e-5)
    assert all(found[key] == pytest.approx(cosine[key], abs=1e-5) for key in found)


def test_vectors_that_are_no_numbers_or_nothing_are_near_nothing() -> None:
    vectors = np.array([[np.nan, 1], [0, 0], [1, 1], [np.inf, 0]], np.float16)
    found = Compared.of([4, 3, 2, 1], vectors).nearest(np.array([1, 1], np.float32), 4)
    assert next(iter(found)) == 2
    assert np.isfinite(list(found.values())).all()
    assert found[4] == found[3] == found[1] == 0
    assert Compared.of([], np.zeros((0, 2), np.float16)).nearest(np.ones(2, np.float32), 4) == {}


@pytest.mark.parametrize("filtered", [False, True])
def test_a_small_library_finds_what_the_index_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filtered: bool
) -> None:
    with Library(tmp_path, hashing) as library:
        ids = [added.id for added in library.add(version(number, 0) for number in range(7))]
        where = Filter(documents=(ids[3],)) if filtered else None
        assert not library._searcher.asks_the_index
        exactly = library.search("file 3 round 0", where=where)
        monkeypatch.setattr(searching, "_SMALL", 0)
        library._forget()
        assert library._searcher.asks_the_index
        found = library.search("file 3 round 0", where=where)
        assert [hit.passage for hit in found] == [hit.passage for hit in exactly]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in exactly], abs=1e-3)


def test_what_is_added_or_removed_is_seen_at_once(tmp_path: Path) -> None:
    with Library(tmp_path, hashing) as library:
        added = list(library.add([version(1, 0)]))
        assert library.search("file 1 round 0")
        again = list(library.add([version(2, 0)]))
        assert {hit.passage.document.id for hit in library.search("file 2 round 0")} == {added[0].id, again[0].id}
        library.remove(added[0].id)
        assert {hit.passage.document.id for hit in library.search("file 1 round 0")} == {again[0].id}
