"""Documents that are put aside are out of the library at once, come back as they were, and outlive the process."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retrieval import removed
from retrieval.documents import Document
from retrieval.errors import LibraryError
from retrieval.filters import Filter
from retrieval.library import Library
from retrieval.listing import Page, Wanted

PIER = Document(
    text="The pier is long.\n\n“The pier will be longer,” said Ada Verne, the harbour master.\n",
    title="The pier",
    uri="/news/pier.txt",
    source="The Coast Courier",
    published=date(2025, 1, 30),
)
QUAY = Document(text="The quay is old. Nobody knows who built it.\n", title="The quay 100%", uri="/news/quay.txt")
LOCK = Document(
    text="The lock opens at noon.\n", title="The lock", uri="/news/lock.txt", source="Tides", published=date(2024, 5, 1)
)


def known(library: Library, id: str) -> object:
    document = library.document(id)
    entry = next(entry for entry in library.documents() if entry.id == id)
    return document, entry, library.quotations_of(document), library.passages(document)


def test_a_document_comes_back_as_it_was_also_after_the_process_has_ended(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        list(library.add([PIER, QUAY], digest=lambda uri: f"digest of {uri}"))
        library.tag(PIER.id, ["sea"])
        before = known(library, PIER.id)
        assert library.put_aside(PIER.id[:6]) == [PIER.id]
        assert [entry.id for entry in library.documents()] == [QUAY.id]
        assert {hit.passage.document.id for hit in library.search("How long is the pier?")} <= {QUAY.id}
        assert list(library.quoting("Ada Verne")) == []
        assert not library.unchanged(PIER.uri, f"digest of {PIER.uri}")
        assert library.check() == []
        with pytest.raises(LibraryError, match="knows no tag"):
            library.search("pier", where=Filter(tags=("sea",)))
    with Library(tmp_path) as library:
        assert library.aside() == [(PIER.id, PIER.title)]
        assert library.bring_back(PIER.id, "nobody") == [PIER.id]
        assert known(library, PIER.id) == before
        assert library.unchanged(PIER.uri, f"digest of {PIER.uri}")
        assert library.search("How long is the pier?")[0].passage.document.id == PIER.id
        assert [document.id for document, _ in library.quoting("Ada Verne")] == [PIER.id]
        assert library.aside() == []
        assert library.bring_back(PIER.id) == []
        assert library.check() == []


def test_none_is_put_aside_where_one_is_unknown(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        list(library.add([PIER]))
        with pytest.raises(LibraryError, match="no document"):
            library.put_aside(PIER.id, "ffffff")
        assert [entry.id for entry in library.documents()] == [PIER.id]


def test_a_text_that_was_added_again_meanwhile_gets_the_tags_back(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        list(library.add([PIER]))
        library.tag(PIER.id, ["sea"])
        library.put_aside(PIER.id)
        list(library.add([PIER]))
        assert library.bring_back(PIER.id) == [PIER.id]
        assert [entry.tags for entry in library.documents()] == [("sea",)]
        assert library.check() == []


def test_an_address_that_gives_another_text_by_now_keeps_doing_so(tmp_path: Path) -> None:
    newer = Document(text="The pier is gone.\n", title="The pier", uri=PIER.uri)
    with Library(tmp_path) as library:
        list(library.add([PIER]))
        library.tag(PIER.id, ["sea"])
        library.put_aside(PIER.id)
        list(library.add([newer]))
        assert library.bring_back(PIER.id) == [PIER.id]
        entries = {entry.id: entry for entry in library.documents()}
        assert entries[newer.id].uri == PIER.uri
        assert entries[newer.id].tags == ()
        assert entries[PIER.id].uri != PIER.uri
        assert entries[PIER.id].tags == ("sea",)
        assert library.check() == []


def test_after_a_day_it_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library(tmp_path) as library:
        list(library.add([PIER, QUAY]))
        library.put_aside(PIER.id)
        monkeypatch.setattr(removed, "KEPT", -1)
        assert library.aside() == []
        library.put_aside(QUAY.id)
        assert library.bring_back(PIER.id) == []
        assert library.check() == []
    with Library(tmp_path) as library:
        assert library.bring_back(QUAY.id) == []
        assert library.is_empty
        assert library.check() == []


def test_a_library_moves_to_another_embedder_with_what_is_put_aside(tmp_path: Path) -> None:
    import numpy as np

    with Library(tmp_path) as library:
        list(library.add([PIER, QUAY]))
        library.put_aside(PIER.id)
        library.reindex(lambda texts: np.tile(np.eye(1, 8, dtype=np.float32), (len(texts), 1)))
        library.bring_back(PIER.id)
        assert {hit.passage.document.id for hit in library.search("pier")} == {PIER.id, QUAY.id}
        assert library.check() == []


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("shelf"))
    list(library.add([PIER, QUAY, LOCK]))
    library.tag(PIER.id, ["sea", "new"])
    library.tag(LOCK.id, ["sea"])
    return library


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (Wanted(), ["The lock", "The quay 100%", "The pier"]),
        (Wanted(order="title"), ["The lock", "The pier", "The quay 100%"]),
        (Wanted(order="published"), ["The pier", "The lock", "The quay 100%"]),
        (Wanted(order="source"), ["The pier", "The lock", "The quay 100%"]),
        (Wanted("longer harb"), ["The pier"]),
        (Wanted("courier pier"), ["The pier"]),
        (Wanted("the"), ["The lock", "The quay 100%", "The pier"]),
        (Wanted("100%"), ["The quay 100%"]),
        (Wanted("_"), []),
        (Wanted("' OR 1=1 --"), []),
        (Wanted('"*'), []),
        (Wanted("verne lock"), []),
        (Wanted(tags=("new",)), ["The pier"]),
        (Wanted(sources=("Tides", "The Coast Courier"), order="title"), ["The lock", "The pier"]),
        (Wanted(since=date(2025, 1, 1)), ["The pier"]),
        (Wanted(until=date(2025, 1, 30)), ["The lock"]),
        (Wanted(skip=1, limit=1), ["The quay 100%"]),
        (Wanted(limit=0), []),
    ],
)
def test_a_page_lists_what_is_wanted(shelf: Library, wanted: Wanted, titles: list[str]) -> None:
    page = shelf.page(wanted)
    assert [entry.title for entry in page.entries] == titles
    assert page.total == 3


def test_a_page_tells_the_outlets_and_tags_and_the_quotations_of_each_document(shelf: Library) -> None:
    page = shelf.page(Wanted())
    assert isinstance(page, Page)
    assert page.sources == (("The Coast Courier", 1), ("Tides", 1))
    assert page.tags == (("sea", 2), ("new", 1))
    assert [entry.quotations for entry in page.entries] == [0, 0, 1]
    assert page.found == 3
    assert shelf.page(Wanted(skip=1)).sources == ()
