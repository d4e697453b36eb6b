"""A library on disk, with a real Chroma and a real SQLite; only the embedder is a small one of our own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retrieval.documents import Document
from retrieval.errors import EmbedderMismatchError, LibraryBusyError, LibraryError
from retrieval.indexing import WINDOW, Added
from retrieval.library import Library
from tests.hashing import HashingEmbedder, hashing
from tests.libraries import cut_again

MOON = Document("The moon pulls the sea. High water comes twice a day.", "Tides", "/notes/tides.txt", "Coast Post")
BREAD = Document("Flour, water and salt make bread. It wants an hour in the oven.", "Bread", "/notes/bread.txt")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", hashing) as opened:
        yield opened


def add(library: Library, *documents: Document) -> list[Added]:
    return list(library.add(documents))


def long_document(sentences: int, uri: str = "/notes/long.txt") -> Document:
    lines = (
        f"Entry {number} of the log tells that ship {number * 7} left harbour {number % 13}."
        for number in range(sentences)
    )
    return Document("\n\n".join(lines), "Log", uri)


def test_what_is_added_is_found_with_its_exact_words(library: Library) -> None:
    added = add(library, MOON, BREAD)
    assert [(one.id, one.outcome, one.passages) for one in added] == [(MOON.id, "added", 1), (BREAD.id, "added", 1)]
    best = library.search("When does high water come at sea?")[0]
    assert best.passage.document == MOON
    assert best.passage.text == MOON.text[best.passage.start : best.passage.end]
    assert len(best.sentences) == len(best.passage.sentences) == 2
    assert best.sentences[1] > best.sentences[0]
    assert all(0 <= value <= 1 for value in (best.score, best.dense, best.lexical, *best.sentences))


def test_a_document_comes_back_as_it_was_stored(library: Library) -> None:
    text = "Erste Zeile — Ökonomie 经济 🌊 e\u0301.\x00\n\nZweite Seite: أخبار."
    document = Document(
        text, "Ünïcode \udfff", "/ö/\udc80.txt", "Börse", "Ä. B.", date(2025, 1, 31), ((0, 5),), (0, 12)
    )
    add(library, document)
    stored = library.document(document.id)
    assert stored.text == text
    assert (stored.published, stored.noise, stored.pages) == (date(2025, 1, 31), ((0, 5),), (0, 12))
    assert library.check() == []


def test_it_is_all_there_when_opened_again(tmp_path: Path) -> None:
    with Library(tmp_path, hashing) as library:
        add(library, MOON, BREAD)
        before = library.search("bread")
    with Library(tmp_path, hashing) as library:
        assert library.search("bread") == before
        assert [entry.title for entry in library.documents()] == ["Tides", "Bread"]
        assert library.check() == []


def test_the_same_text_again_adds_nothing(library: Library) -> None:
    add(library, MOON)
    again, copy = add(library, MOON, replace(MOON, uri="/copy.txt"))
    assert (again.outcome, copy.outcome) == ("unchanged", "unchanged")
    assert library.passage_count == 1
    assert library.document(MOON.id).uri == MOON.uri


def test_the_same_text_twice_in_one_run_is_stored_once(library: Library) -> None:
    assert [one.outcome for one in add(library, MOON, replace(MOON, uri="/copy.txt"))] == ["added", "unchanged"]
    assert library.passage_count == 1


def test_a_changed_file_replaces_its_old_version(library: Library) -> None:
    add(library, MOON, BREAD)
    changed = replace(MOON, text="The moon is full tonight.")
    (added,) = add(library, changed)
    assert (added.outcome, added.replaced) == ("replaced", MOON.id)
    assert {entry.id for entry in library.documents()} == {changed.id, BREAD.id}
    assert all(hit.passage.document.id != MOON.id for hit in library.search("high water"))
    assert library.check() == []


def test_two_versions_in_one_run_leave_the_last(library: Library) -> None:
    changed = replace(MOON, text="The moon is full tonight.")
    add(library, MOON, changed)
    assert [entry.id for entry in library.documents()] == [changed.id]
    assert library.check() == []


def test_a_text_that_moves_from_file_to_file_in_one_run_is_not_lost(library: Library) -> None:
    changed = replace(MOON, text="The moon is full tonight.")
    add(library, MOON, changed, MOON)
    assert [entry.id for entry in library.documents()] == [MOON.id]
    add(library, changed, replace(MOON, uri="/copy.txt"))
    assert {entry.uri: entry.id for entry in library.documents()} == {MOON.uri: changed.id, "/copy.txt": MOON.id}
    assert library.check() == []


def test_a_text_that_another_file_still_gives_stays(library: Library) -> None:
    add(library, MOON, replace(MOON, uri="/copy.txt"))
    add(library, replace(MOON, text="The moon is full tonight."))
    assert library.document(MOON.id).uri == "/copy.txt"
    assert library.passage_count == 2


def test_a_corrected_date_is_taken_over(library: Library) -> None:
    add(library, MOON)
    (added,) = add(library, replace(MOON, published=date(2025, 1, 30)))
    assert added.outcome == "replaced"
    assert library.document(MOON.id).published == date(2025, 1, 30)
    assert library.passage_count == 1
    assert library.check() == []


def test_a_replacement_shows_only_once_it_is_whole(library: Library) -> None:
    add(library, replace(MOON, uri="/notes/long.txt"))
    long = long_document(WINDOW * 14)
    seen: list[list[str]] = []

    def look(embedded: int, found: int) -> None:
        seen.append([entry.id for entry in library.documents()])

    (added,) = library.add([long], look)
    assert added.replaced == MOON.id
    assert added.passages > WINDOW
    assert all(ids == [MOON.id] for ids in seen)
    assert [entry.id for entry in library.documents()] == [long.id]
    assert library.check() == []


def test_an_addition_that_breaks_off_leaves_no_piece(tmp_path: Path) -> None:
    def broken() -> Iterator[Document]:
        yield MOON
        yield long_document(WINDOW * 14)
        raise OSError("the stick was pulled out")

    with Library(tmp_path, hashing) as library:
        add(library, BREAD)
        with pytest.raises(OSError, match="pulled out"):
            list(library.add(broken()))
        whole = {entry.id for entry in library.documents()}
        assert BREAD.id in whole
        assert library.check() == []


def test_an_embedder_that_fails_midway_leaves_no_piece(tmp_path: Path) -> None:
    embed = HashingEmbedder()
    with Library(tmp_path, embed) as library:
        add(library, BREAD)
        embed.fail_after(WINDOW + 100)
        with pytest.raises(RuntimeError, match="out of order"):
            list(library.add([replace(long_document(WINDOW * 14), uri=BREAD.uri)]))
        assert [entry.id for entry in library.documents()] == [BREAD.id]
        assert library.check() == []


def test_progress_counts_up_to_all_passages(library: Library) -> None:
    seen: list[tuple[int, int]] = []
    (added,) = library.add([long_document(3000)], lambda embedded, found: seen.append((embedded, found)))
    assert seen == sorted(seen)
    assert seen[-1] == (added.passages, added.passages)


def test_a_removed_document_is_gone_from_everywhere(library: Library) -> None:
    add(library, MOON, BREAD)
    assert library.remove(MOON.id[:6]).title == "Tides"
    assert [hit.passage.document for hit in library.search("moon water sea")] == [BREAD]
    assert library.check() == []
    assert add(library, MOON)[0].outcome == "added"


def test_unchanged_files_are_known_by_their_digest(library: Library) -> None:
    list(library.add([MOON], digest={MOON.uri: "d1"}.get))
    assert library.unchanged(MOON.uri, "d1")
    assert not library.unchanged(MOON.uri, "d2")
    assert not library.unchanged(BREAD.uri, "d1")
    list(library.add([MOON], digest={MOON.uri: "d2"}.get))
    assert library.unchanged(MOON.uri, "d2")
    cut_again(library)
    assert library.unchanged(MOON.uri, "d2")
    library.remove(MOON.id)
    assert not library.unchanged(MOON.uri, "d2")


def test_an_unknown_id_says_what_may_be_meant(library: Library) -> None:
    add(library, MOON)
    with pytest.raises(LibraryError, match=rf"did you mean {MOON.id} \(Tides\)"):
        library.document(MOON.id[:-1] + ("0" if MOON.id[-1] != "0" else "1"))
    with pytest.raises(LibraryError, match="onrecord list"):
        library.document("")


def test_an_ambiguous_beginning_lists_the_candidates(library: Library) -> None:
    documents = [replace(BREAD, text=f"Loaf {number}.", uri=f"/{number}") for number in range(40)]
    add(library, *documents)
    first = {document.id[0] for document in documents if sum(other.id[0] == document.id[0] for other in documents) > 1}
    with pytest.raises(LibraryError, match="documents begin with"):
        library.document(first.pop())


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "???!",
        '"',
        '"moon',
        "moon AND",
        "NEAR(moon sea, 2)",
        "title:moon OR -body:*",
        "moon*",
        "(moon",
        "^moon + sea",
        "' ; DROP TABLE documents; --",
        "\x00moon\ud800",
        "{title}: moon",
        "sea " * 25_000,
        "x" * 100_000,
        "who is it that they are?",
        "经济 الاقتصاد",
    ],
)
def test_no_question_is_a_query_language(library: Library, question: str) -> None:
    add(library, MOON, BREAD)
    hits = library.search(question)
    assert len(hits) == (2 if question.strip() else 0)
    assert library.check() == []


def test_a_library_with_nothing_in_it_finds_nothing(library: Library) -> None:
    assert library.search("moon") == []
    assert library.documents() == []
    assert add(library) == []


def test_another_embedder_is_refused_by_name(tmp_path: Path) -> None:
    def other(texts: object) -> object:
        raise AssertionError

    with Library(tmp_path, hashing) as library:
        add(library, MOON)
    with pytest.raises(EmbedderMismatchError, match=r"hashing.*other.*onrecord reindex"):
        Library(tmp_path, other)  # type: ignore[arg-type]
    with Library(tmp_path, hashing) as library:
        assert library.search("moon")


def test_an_embedder_without_sentence_vectors_serves(tmp_path: Path) -> None:
    def plain(texts: list[str]) -> object:
        return hashing(texts)

    with Library(tmp_path, plain) as library:  # type: ignore[arg-type]
        add(library, MOON, BREAD)
        best = library.search("high water comes")[0]
        assert best.passage.document == MOON
        assert best.sentences[1] > best.sentences[0]


def test_a_second_owner_is_refused_with_the_first_ones_process(tmp_path: Path) -> None:
    with Library(tmp_path, hashing):
        with pytest.raises(LibraryBusyError, match=str(tmp_path)):
            Library(tmp_path, hashing)
        script = (
            "import sys; from pathlib import Path; from retrieval.library import Library; Library(Path(sys.argv[1]))"
        )
        second = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False)
        assert "LibraryBusyError" in second.stderr
        assert "process " in second.stderr
    with Library(tmp_path, hashing) as library:
        assert library.documents() == []


def test_searching_goes_on_while_another_thread_adds(library: Library) -> None:
    add(library, MOON, BREAD)
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                assert library.search("high water at sea", 1)[0].passage.document == MOON
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        add(library, long_document(200 + number, f"/{number}"))
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert library.check() == []


def test_cutting_again_changes_nothing_that_can_be_seen(library: Library) -> None:
    add(library, MOON, BREAD, long_document(300))
    before = library.search("ship 21 harbour")
    cut_again(library)
    assert library.search("ship 21 harbour") == before
    assert library.check() == []


def test_a_closed_library_can_be_closed_again(tmp_path: Path) -> None:
    library = Library(tmp_path, hashing)
    library.close()
    library.close()
    Library(tmp_path, hashing).close()
