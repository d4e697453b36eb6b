"""Filters: what a search may look into, by name, day, tag and speaker; over a real library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.documents import Document
from retrieval.errors import LibraryError
from retrieval.filters import Filter, naming
from retrieval.library import Library
from tests.hashing import hashing

HARBOUR = Document(
    "“The harbour wall will hold,” said Maria Stone, the engineer. Storms are expected at the harbour.",
    "Harbour wall",
    "/n/harbour.txt",
    "The Coast Post",
    "Ann Lee",
    date(2025, 1, 31),
)
STORM = Document(
    "The storm damaged the harbour. “Nobody was hurt at the harbour,” said Peter Hill, the mayor.",
    "After the storm",
    "/n/storm.txt",
    "Coast Evening News",
    "Bo Dahl",
    date(2025, 2, 1),
)
UNDATED = Document("A harbour is a place where ships are safe from storms.", "Harbours", "/n/what.txt")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("filters"), hashing) as opened:
        list(opened.add([HARBOUR, STORM, UNDATED]))
        yield opened


def found(library: Library, where: Filter | None) -> set[str]:
    return {hit.passage.document.title for hit in library.search("harbour storm", where=where)}


@pytest.mark.parametrize(
    ("where", "titles"),
    [
        (None, {"Harbour wall", "After the storm", "Harbours"}),
        (Filter(), {"Harbour wall", "After the storm", "Harbours"}),
        (Filter(sources=("coast post",)), {"Harbour wall"}),
        (Filter(sources=("Coast",)), {"Harbour wall", "After the storm"}),
        (Filter(authors=("dahl",)), {"After the storm"}),
        (Filter(since=date(2025, 2, 1)), {"After the storm"}),
        (Filter(until=date(2025, 2, 1)), {"Harbour wall"}),
        (Filter(since=date(2025, 1, 31), until=date(2025, 2, 2)), {"Harbour wall", "After the storm"}),
        (Filter(since=date(2030, 1, 1)), set()),
        (Filter(documents=(UNDATED.id[:6],)), {"Harbours"}),
        (Filter(speakers=("Stone",)), {"Harbour wall"}),
        (Filter(speakers=("the mayor", "Maria Stone")), {"Harbour wall", "After the storm"}),
        (Filter(sources=("coast",), speakers=("Hill",), until=date(2025, 2, 1)), set()),
    ],
)
def test_only_what_a_filter_lets_through_is_found(library: Library, where: Filter | None, titles: set[str]) -> None:
    assert found(library, where) == titles


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (Filter(sources=("Coast Pots",)), "did you mean The Coast Post"),
        (Filter(authors=("Nobody",)), "there are: Ann Lee, Bo Dahl"),
        (Filter(tags=("urgent",)), "no document has one"),
        (Filter(documents=("ffffff",)), "There is no document 'ffffff'"),
        (Filter(speakers=("Zoe Quill",)), "Nobody is quoted in the library under the name Zoe Quill"),
    ],
)
def test_a_name_that_the_library_does_not_have_is_said(library: Library, where: Filter, words: str) -> None:
    with pytest.raises(LibraryError, match=words):
        library.search("harbour", where=where)


def test_days_that_leave_none_between_them_are_refused() -> None:
    with pytest.raises(ValueError, match="no day lies between"):
        Filter(since=date(2025, 2, 1), until=date(2025, 2, 1))


def test_tags_outlast_a_change_of_the_text_and_go_with_the_document(tmp_path: Path) -> None:
    with Library(tmp_path, hashing) as library:
        list(library.add([HARBOUR, STORM]))
        library.tag(HARBOUR.id, ["sea ", "walls", ""])
        assert found(library, Filter(tags=("sea",))) == {"Harbour wall"}
        changed = replace(HARBOUR, text=HARBOUR.text + " It was built in 1901.")
        list(library.add([changed]))
        assert [entry.tags for entry in library.documents() if entry.id == changed.id] == [("sea", "walls")]
        library.tag(changed.id, ["sea"])
        assert found(library, Filter(tags=("sea",))) == {"Harbour wall"}
        library.remove(changed.id)
        with pytest.raises(LibraryError, match="no tag"):
            library.search("harbour", where=Filter(tags=("sea",)))


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 39), min_size=1), st.integers(1, 12))
def test_a_filtered_search_finds_what_is_best_of_the_few(chosen: set[int], limit: int) -> None:
    library, documents = _forty()
    ids = {documents[n].id for n in chosen}
    every = [hit.passage.document.id for hit in library.search("tide table", 40)]
    few = [hit.passage.document.id for hit in library.search("tide table", limit, Filter(documents=tuple(ids)))]
    assert set(few) <= ids
    assert len(few) == min(limit, len(ids))
    assert set(every) >= set(few)


@pytest.fixture(scope="module", autouse=True)
def _close_the_forty() -> Iterator[None]:
    yield
    for library, _ in _made:
        library.close()
    _made.clear()


_made: list[tuple[Library, list[Document]]] = []


def _forty() -> tuple[Library, list[Document]]:
    if not _made:
        import tempfile

        library = Library(Path(tempfile.mkdtemp(prefix="onrecord-test-")), hashing)
        documents = [
            Document(f"The tide table of pier {n} has {n * 3} rows.", f"Pier {n}", f"/p/{n}") for n in range(40)
        ]
        list(library.add(documents))
        _made.append((library, documents))
    return _made[0]


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_a_name_finds_itself_and_never_what_lacks_its_words(name: str, others: list[str]) -> None:
    named = naming(name, [name, *others])
    assert name in named or not naming(name, [name])
    assert all(one in [name, *others] for one in named)
