"""The reader of claim and source: what it is given, and that it tells a claim from its false twin."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.check.background import source
from app.check.bearing import bearings
from app.check.laying import lay
from app.check.reading import Reader, kinds, read
from retrieval.documents import Document
from retrieval.errors import WeightsError
from retrieval.minilm import MiniLM
from retrieval.passages import split_passages
from tests import paraphrases
from tests.adversary import says
from tests.benchmarks.claim_sets import WEIGHING

TEXT = "Harbour Foods named Ada Lund its chief.\n\nShe said that net profit rose 14% to $46 million. Sales fell."
PASSAGE = next(iter(split_passages(Document(TEXT, "Harbour Foods lifts profit", "harbour.txt"))))
TWINS = next(path for path in WEIGHING if path.stem == "short_twins")
"""Its false claims are its true ones, but for one thing, in the same order."""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_a_token_knows_its_side_and_whether_the_other_side_has_it() -> None:
    ids, sides = np.array([101, 7, 8, 102, 8, 9, 102]), np.array([0, 0, 0, 0, 1, 1, 1])
    assert kinds(ids, sides).tolist() == [0, 0, 1, 1, 3, 2, 3]


def test_the_sentence_before_tells_who_is_meant_and_the_title_where_there_is_none() -> None:
    embed = MiniLM()
    second, first = lay("Net profit rose 14%.", PASSAGE, embed), lay("Ada Lund was named chief.", PASSAGE, embed)
    assert second is not None
    assert source(second).startswith("Harbour Foods named Ada Lund its chief. She said that")
    assert first is not None
    assert source(first).startswith("Harbour Foods lifts profit Harbour Foods named")


def test_what_a_claim_names_and_its_sentences_leave_out_is_read_beside_them() -> None:
    filler = " ".join(f"Line {n} runs on time." for n in range(9))
    text = f"Ada Lund of Harbour Foods spoke in Oslo. {filler} She said that net profit rose 14%. {filler}"
    passage = next(iter(split_passages(Document(text, "A good year", "harbour.txt"))))
    claim = lay("In Oslo she said of the year that net profit rose 14%.", passage, MiniLM())
    assert claim is not None
    assert source(claim) == (
        "A good year Ada Lund of Harbour Foods spoke in Oslo. … Line 8 runs on time. She said that net profit rose 14%."
    )


def test_of_a_document_without_line_ends_no_more_is_read_than_stands_near() -> None:
    line = " ".join(f"Line {n} runs on time." for n in range(900))
    document = Document(f"Ada Lund spoke. {line} Net profit rose 14%. {line}", "A year", "line.txt")
    passage = next(p for p in split_passages(document) if "profit" in p.text)
    claim = lay("Ada Lund said that net profit rose 14%.", passage, MiniLM())
    assert claim is not None
    assert source(claim) == "Line 899 runs on time. Net profit rose 14%."


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["Ada Lund spoke.", "Profit rose 14%.", "Sales fell in May.", "Costs did not.\n\n"])))
def test_what_is_read_beside_a_claim_is_its_documents_sentences_in_their_order(some: list[str]) -> None:
    document = Document(" ".join([*some, "Profit rose 14% in May."]), "Title", "a.txt")
    for passage in split_passages(document):
        laid = lay("Ada Lund said that profit rose 14% in May.", passage, MiniLM())
        assert laid
        parts = source(laid).removeprefix("Title ").split(" … ")
        at = -1
        for part in parts:
            at = " ".join(document.text.split()).find(part, at + 1)
            assert at >= 0
        assert all(one.text in source(laid) for one in laid.sentences)


def test_most_claims_are_told_from_their_false_twins(reader: Reader) -> None:
    found, embed = paraphrases.passages(TWINS), MiniLM()
    sets = json.loads(TWINS.read_text(encoding="utf-8"))
    rightly = []
    for article in list(sets["true"])[:6]:
        for true, (_, false) in zip(sets["true"][article], sets["false"][article], strict=True):
            pair = [lay(claim, found[article][0], embed) for claim in (true, false)]
            rightly += [read(a, reader) > read(b, reader) for a, b in [pair] if a and b]
    assert len(rightly) > 70
    assert sum(rightly) > 0.7 * len(rightly)


ANY = st.text(st.characters(), max_size=400)
"""Lone surrogates too."""


@settings(max_examples=25, deadline=None)
@given(ANY, ANY)
def test_any_two_texts_get_a_finite_number(reader: Reader, claim: str, text: str) -> None:
    assert math.isfinite(reader(claim, text))


def test_where_its_graph_cannot_be_kept_free_wording_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(WeightsError, match="ONRECORD_CACHE"):
        Reader()
    monkeypatch.setattr("app.check.bearing._loaded", Reader)
    assert bearings("Net profit rose 14%.", [PASSAGE], says) == []
