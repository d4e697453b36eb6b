"""Copies are recognised when they are added, by bands of their sketches; what only shares a subject is not."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import stories
from retrieval.documents import Document
from retrieval.duplicates import COPY, is_copy, packed, resemblance, sketch, unpacked
from retrieval.library import Library
from tests.hashing import hashing
from tests.libraries import cut_again
from tests.test_duplicates import OWN, WIRE

WORDS = [
    f"{a}{b}" for a in "bridge harbour ferry steel pier lorry board road".split() for b in ("", "s", "ing", "ed", "er")
]


def text(seed: int, length: int = 120) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


@pytest.fixture(scope="module")
def catalog() -> Iterator[sqlite3.Connection]:
    """A hundred stories, of which the keys are 1 to 100."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE documents (key INTEGER PRIMARY KEY, id TEXT, whole INTEGER);" + stories.TABLES
    )
    for key in range(1, 101):
        connection.execute("INSERT INTO documents VALUES (?, ?, 1)", (key, f"id{key}"))
        assert stories.record(connection, key, sketch(" ".join(text(key)))) is None
    yield connection
    connection.close()


def copied(catalog: sqlite3.Connection, words: list[str]) -> str | None:
    """Of what these words would be a copy; nothing stays stored."""
    catalog.execute("INSERT INTO documents VALUES (1000, 'new', 1)")
    found = stories.record(catalog, 1000, sketch(" ".join(words)))
    stories.forget(catalog, 1000)
    catalog.execute("DELETE FROM documents WHERE key = 1000")
    return found


@settings(deadline=None)
@given(st.integers(1, 100), st.lists(st.tuples(st.integers(0, 119), st.sampled_from(["", "brand", "new"])), max_size=5))
def test_a_text_with_a_few_words_changed_is_recognised(
    catalog: sqlite3.Connection, key: int, edits: list[tuple[int, str]]
) -> None:
    words = text(key)
    for at, word in edits:
        words[at] = word
    before = catalog.total_changes, *catalog.execute("SELECT count(*) FROM bands")
    assert copied(catalog, words) == f"id{key}"
    assert before[1:] == tuple(catalog.execute("SELECT count(*) FROM bands"))


@settings(deadline=None)
@given(st.integers(101, 10**6), st.integers(0, 60), st.integers(1, 100))
def test_another_text_is_not_even_where_it_quotes_a_third(
    catalog: sqlite3.Connection, seed: int, quoted: int, key: int
) -> None:
    words = text(seed)
    words[:quoted] = text(key)[:quoted]
    alike = resemblance(sketch(" ".join(words)), sketch(" ".join(text(key))))
    assert alike < COPY
    assert copied(catalog, words) is None


@given(st.lists(st.integers(0, 2**64 - 1), max_size=128, unique=True).map(sorted))
def test_a_sketch_is_stored_as_it_is_and_has_bands_that_fit(numbers: list[int]) -> None:
    assert unpacked(packed(numbers)) == tuple(numbers)
    assert all(-(2**63) <= band < 2**63 for band in stories.bands(numbers))
    assert bool(stories.bands(numbers)) is bool(numbers)


def article(text: str, name: str) -> Document:
    return Document(text, name, f"/{name}")


def test_adding_says_what_is_a_copy_and_questions_use_what_was_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, copy = article(WIRE, "Wire"), article("BREAKING. " + WIRE, "Copy")
    other, again = article(OWN, "Own"), article(WIRE.replace("Lorries", "Trucks"), "Again")
    with Library(tmp_path, hashing) as library:
        added = list(library.add([wire, copy, other]))
        assert [one.copy_of for one in added] == [None, wire.id, None]
        assert [one.copy_of for one in library.add([wire, again])] == [None, wire.id]
        assert [entry.copy_of for entry in library.documents()] == [None, wire.id, None, wire.id]
        monkeypatch.setattr("retrieval.duplicates.sketch", lambda text: pytest.fail("it was stored"))
        assert is_copy(library.document(wire.id), library.document(copy.id))
        assert not is_copy(library.document(wire.id), library.document(other.id))
        monkeypatch.undo()
        library.remove(wire.id)
        assert [entry.copy_of for entry in library.documents()] == [None, None, copy.id]
        list(library.add([replace(copy, text=OWN + " And so on."), wire]))
        assert [entry.copy_of for entry in library.documents()] == [None, None, other.id, again.id]
        cut_again(library)
        assert {e.title: e.copy_of for e in library.documents()}["Copy"] == other.id
        library.remove(again.id)
        library.remove(wire.id)
        assert library._catalog._database.one("SELECT count(*) FROM stories") == (1,)


def test_a_library_from_before_is_sketched_at_the_next_addition(tmp_path: Path) -> None:
    with Library(tmp_path, hashing) as library:
        list(library.add([article(WIRE, "Wire"), article(WIRE + " Or so.", "Copy")]))
        with library._catalog.transaction() as writer:
            for table in ("sketches", "stories", "bands", "meta WHERE key = 'stories'"):
                writer.execute(f"DELETE FROM {table}")
        assert [entry.copy_of for entry in library.documents()] == [None, None]
        (third,) = library.add([article(WIRE.upper(), "Third")])
        first = library.documents()[0].id
        assert third.copy_of == first
        assert [entry.copy_of for entry in library.documents()] == [None, first, first]
