"""Checking a library and repairing it: each kind of damage is found, said in words, and mended from the texts."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.documents import Document
from retrieval.errors import LibraryError
from retrieval.library import Library
from retrieval.quotations import Quotation
from tests.command import SHIP, Command
from tests.hashing import hashing

MOON = Document("The moon pulls the sea. High water comes twice a day.", "Tides", "/tides.txt", "Coast Post")
FERRY = Document(SHIP, "Ferries", "/ferries.txt", "Harbour News")
LOG = Document("\n\n".join(f"Entry {n}: ship {n * 7} left harbour {n % 13}." for n in range(300)), "Log", "/log.txt")
DOCUMENTS = (MOON, FERRY, LOG)


def filled(folder: Path) -> Library:
    library = Library(folder, hashing)
    list(library.add(DOCUMENTS, digest=lambda uri: "digest of " + uri))
    return library


def is_as_it_was(library: Library) -> None:
    """Nothing is found wrong, and all that was added is found, with its words, its quotations and its address."""
    assert library.check() == []
    assert [library.document(document.id) for document in DOCUMENTS] == list(DOCUMENTS)
    assert library.search("high water sea")[0].passage.document == MOON
    assert library.search("ship 2051 left harbour")[0].passage.document == LOG
    assert [quotation.speaker for quotation in quotations(library)] == ["Mara Oduya"]


def quotations(library: Library) -> list[Quotation]:
    return [one for one in library.quotations_of(FERRY) if one.kind == "direct"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled(tmp_path_factory.mktemp("care")) as opened:
        is_as_it_was(opened)
        yield opened


def damage(library: Library, *statements: str) -> None:
    connection = sqlite3.connect(Path(library.directory) / "onrecord.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


LOG_KEY = "(SELECT key FROM documents WHERE title = 'Log')"


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (f"DELETE FROM passages WHERE key IN (SELECT key FROM passages WHERE document = {LOG_KEY} LIMIT 2)", "missing"),
        (f"DELETE FROM passages WHERE document = {LOG_KEY}", "some are missing"),
        ("UPDATE documents SET passages = 40 WHERE title = 'Log'", "too many"),
        (f'UPDATE passages SET start = 10, "end" = 99999 WHERE document = {LOG_KEY} AND start = 0', "outside of its"),
        ("UPDATE passages SET sentences = x'0000000000000000' WHERE start = 0", "outside of its text"),
        ("UPDATE passages SET sentences = x'00'", "sentences can't be told"),
        (f"UPDATE passages SET vector = x'00' WHERE document = {LOG_KEY}", "with a vector that is none"),
        (
            f"UPDATE passages SET vector = CAST(zeroblob(126) || x'007e' AS BLOB) WHERE document = {LOG_KEY}",
            "that is none",
        ),
        (f"UPDATE passages SET vector = zeroblob(126) || x'007e' WHERE document = {LOG_KEY}", "a passage that is none"),
        ("UPDATE passages SET sentence_vectors = x'00'", "a vector for a sentence"),
        ("DELETE FROM words WHERE rowid IN (SELECT rowid FROM words LIMIT 2)", "2 passages are missing from the index"),
        ("INSERT INTO words (rowid, title, body) VALUES (99999, 'Ghost', 'Nobody wrote this.')", "not in the library"),
        ("UPDATE words SET body = 'something else' WHERE title LIKE 'Tides%'", "other words than their own"),
        ("DELETE FROM words_data WHERE id > 10", "does not agree with itself"),
        ("DELETE FROM words_content", "missing from the index of words"),
        ("INSERT INTO texts VALUES (99999, x'61')", "texts that belong to no document"),
        ("INSERT INTO sources VALUES ('/nowhere', NULL, 99999)", "addresses that lead to no document"),
        ("INSERT INTO passages SELECT 99999, 99999, 0, 1, x'', vector, NULL FROM passages LIMIT 1", "belong to no"),
        ("INSERT INTO tags VALUES ('/nowhere', 'lost')", "tags of addresses that are not there"),
        ("INSERT INTO ledgers VALUES (99999, 1, 0)", "ledgers that belong to no document"),
        ("INSERT INTO pending VALUES (99999, x'00', NULL)", "vectors that belong to no passage"),
        ("DELETE FROM quotations", "ledger of quotations is incomplete"),
        ("UPDATE quotations SET spans = '[[0, 99999]]'", "outside of its text"),
        ("UPDATE quotations SET cue = '['", "ledger of quotations"),
    ],
)
def test_what_is_wrong_in_the_catalog_is_found_and_mended(library: Library, statement: str, finding: str) -> None:
    damage(library, statement)
    assert any(finding in one for one in library.check()), library.check()
    assert any(finding in one for one in library.repair())
    is_as_it_was(library)


def test_a_document_that_lost_its_address_gets_it_back(library: Library) -> None:
    damage(library, "DELETE FROM sources WHERE uri = '/tides.txt'")
    assert any("without the address" in one for one in library.repair())
    is_as_it_was(library)
    assert not library.unchanged(MOON.uri, "digest of " + MOON.uri)


@pytest.mark.parametrize("kind", ["missing", "extra", "other", "all"])
def test_what_is_wrong_in_the_index_of_vectors_is_found_and_mended(library: Library, kind: str) -> None:
    vectors = library._dense.open()
    assert vectors is not None
    ids = sorted(vectors.ids())
    other = np.ones((1, 64), np.float32)
    if kind == "missing":
        vectors.delete(ids[:2])
    elif kind == "extra":
        vectors.upsert(["ghost:0-1"], other)
    elif kind == "other":
        vectors.upsert(ids[:1], other)
    else:
        vectors.delete(ids[1:3])
        vectors.upsert([ids[0], "ghost:0-1"], np.repeat(other, 2, axis=0))
    assert len(library.check()) == (3 if kind == "all" else 1)
    assert library.repair()
    is_as_it_was(library)


def test_a_text_that_is_gone_is_said_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        damage(library, "DELETE FROM texts WHERE document IN (SELECT key FROM documents WHERE title = 'Tides')")
        assert any("without a text, to be added again: Tides" in one for one in library.repair())
        assert library.check() == []
        assert [entry.title for entry in library.documents()] == ["Ferries", "Log"]
        assert [added.outcome for added in library.add([MOON])] == ["added"]
        is_as_it_was(library)


def test_an_altered_text_is_not_taken_for_the_one_that_was_added(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        key = "(SELECT key FROM documents WHERE title = 'Tides')"
        damage(library, f"UPDATE texts SET text = x'54686520ff6d6f6f6e2e' WHERE document = {key}")
        damage(library, "UPDATE documents SET published = 'someday' WHERE title = 'Ferries'")
        assert any("another text, or other facts" in one for one in library.repair())
        assert library.check() == []
        with pytest.raises(LibraryError, match="no document"):
            library.document(MOON.id)
        assert not library.unchanged(MOON.uri, "digest of " + MOON.uri)
        assert [added.outcome for added in library.add([MOON, FERRY])] == ["replaced", "unchanged"]
        is_as_it_was(library)


@pytest.mark.parametrize("name", ["chroma.sqlite3", "data_level0.bin", "link_lists.bin", "header.bin", ""])
def test_a_truncated_index_of_vectors_is_found_and_mended(tmp_path: Path, name: str) -> None:
    with filled(tmp_path) as library:
        many = (replace(LOG, text=f"{n} {LOG.text}", uri=f"/log/{n}") for n in range(60))
        list(library.add(many))  # so many that Chroma writes them out
        count = library.passage_count
    if name:
        for file in (tmp_path / "chroma").rglob(name):
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])
    else:
        shutil.rmtree(tmp_path / "chroma")
    with Library(tmp_path, hashing) as library:
        found = library.check()
        assert found or name == "link_lists.bin", name
        assert library.repair() == found
        assert (library.check(), library.passage_count) == ([], count)
        assert library.search("high water sea")[0].passage.document == MOON


def test_the_commands_say_what_they_find_and_mend(tmp_path: Path) -> None:
    onrecord = Command(tmp_path)
    (tmp_path / "ship.txt").write_text(SHIP)
    assert onrecord("add", "ship.txt").status == 0
    checked = onrecord("check")
    assert (checked.status, checked.out) == (0, "1 document: all is well\n")
    database = tmp_path / "library" / "onrecord.db"
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("DELETE FROM words")
    connection.close()
    checked = onrecord("check")
    assert checked.status == 1
    assert checked.out == "found: 1 passages are missing from the index of words\n"
    mended = onrecord("check", "--repair")
    assert mended.status == 0
    assert mended.out.splitlines() == [checked.out.strip().replace("found", "mended"), "1 document: all is well again"]
    onrecord.assert_answers()
    damaged = bytearray(database.read_bytes())
    damaged[4096 * 2 : 4096 * 6] = b"\xa5" * (4096 * 4)
    database.write_bytes(damaged)
    for arguments in (["check"], ["check", "--repair"]):
        refused = onrecord(*arguments)
        assert refused.status == 2
        refused.complaint("damaged", "backup", str(database.name))
        assert database.read_bytes() == bytes(damaged)
