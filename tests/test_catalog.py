"""The catalog alone: transactions, the journal of vectors, and words as FTS5 finds them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval import lexical, records
from retrieval.catalog import Catalog
from retrieval.documents import Document, Passage

FERRY = Document("The ferries sail at noon. Ferry tickets cost ten crowns.", "Timetable", "/ferry")
MÜHLE = Document("Die Mühle mahlt. A mill grinds corn.", "Ferry landing", "/mill")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "onrecord.db")
    yield opened
    opened.close()


def store(catalog: Catalog, document: Document, uri_digest: str | None = None) -> str | None:
    passage = Passage(document, 0, len(document.text), ((0, len(document.text)),))
    vectors = np.array([[0.5, -1, 0, 1]], np.float32)
    with catalog.transaction() as writer:
        key = records.begin(writer, document)
        records.add_passage(writer, key, passage, vectors[0], vectors)
        return records.finish(writer, key, document, uri_digest)


def test_words_are_found_by_their_stems_and_without_accents(catalog: Catalog) -> None:
    store(catalog, FERRY)
    store(catalog, MÜHLE)
    assert list(catalog.bm25("When is a ferry sailing?", 10)) == [1, 2]
    assert list(catalog.bm25("muhle", 10)) == [2]
    assert list(catalog.bm25("When is a ferry sailing?", 1)) == [1]
    assert catalog.bm25("unheard", 10) == {}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What did Ada Byrd say about her GPT-4?", ["ada", "byrd", "say", "gpt", "4"]),
        ("who is it?", ["who", "is", "it"]),
        ('"NEAR" (a_b) * OR', ["near", "b"]),
        ("?!", []),
        ("a b " * 9, ["b"]),
    ],
)
def test_terms_are_the_words_worth_looking_up(question: str, found: list[str]) -> None:
    assert lexical.terms(question) == found


def test_a_page_of_words_is_cut_to_64_terms() -> None:
    assert len(lexical.terms(" ".join(f"w{number}" for number in range(5000)))) == 64


def test_what_fails_in_a_transaction_never_was(catalog: Catalog) -> None:
    store(catalog, FERRY)

    def fail() -> None:
        with catalog.transaction() as writer:
            records.remove(writer, FERRY.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert catalog.document(FERRY.id) == FERRY
    assert catalog.audit().findings == ()


def test_every_change_notes_the_vectors_it_concerns(catalog: Catalog) -> None:
    vector_id = f"{FERRY.id}:0-{len(FERRY.text)}"
    store(catalog, FERRY)
    assert catalog.unsynced(10) == [vector_id] == list(catalog.vector_ids())
    with catalog.transaction() as writer:
        records.settle(writer, [vector_id])
    assert catalog.unsynced(10) == []
    with catalog.transaction() as writer:
        records.remove(writer, FERRY.id)
    assert catalog.unsynced(10) == [vector_id]
    assert catalog.vectors([vector_id, "unknown:0-1", "odd"]) == {}


def test_vectors_come_back_as_half_floats_and_sentences_as_bytes(catalog: Catalog) -> None:
    store(catalog, FERRY)
    candidate = catalog.candidates([1, 99])[1]
    assert candidate.text == FERRY.text
    keys, vectors = catalog.vectors_of([1, 99])
    assert (keys, vectors.tolist()) == ([1], [[0.5, -1, 0, 1]])
    assert catalog.vectors_of([99])[0] == []
    assert candidate.sentence_vectors is not None
    assert candidate.sentence_vectors.tolist() == [[64, -127, 0, 127]]
    assert candidate.sentences.tolist() == [[0, len(FERRY.text)]]


def test_passages_are_found_by_their_vector_ids(catalog: Catalog) -> None:
    store(catalog, FERRY)
    store(catalog, MÜHLE)
    ids = [f"{one.id}:0-{len(one.text)}" for one in (MÜHLE, FERRY)]
    assert catalog.keys_of([*ids, f"{FERRY.id}:0-1", f"{FERRY.id}:x-", "odd", ""]) == {ids[0]: 2, ids[1]: 1}
    assert catalog.keys_of([]) == {}


def test_documents_come_back_together_with_their_ids(catalog: Catalog) -> None:
    store(catalog, FERRY)
    store(catalog, MÜHLE)
    found = catalog.documents([MÜHLE.id, "unknown", FERRY.id])
    assert found == {MÜHLE.id: MÜHLE, FERRY.id: FERRY}
    assert [document.id for document in found.values()] == list(found)
    assert catalog.documents([]) == {}


def test_what_was_begun_and_never_finished_is_dropped_at_opening(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "onrecord.db")
    with catalog.transaction() as writer:
        key = records.begin(writer, FERRY)
        passage = Passage(FERRY, 0, 10, ())
        records.add_passage(writer, key, passage, np.zeros(4, np.float32), None)
    assert catalog.entries() == []
    assert catalog.document(FERRY.id) is None
    catalog.close()
    catalog = Catalog(tmp_path / "onrecord.db")
    assert catalog.audit().findings == ()
    catalog.close()
