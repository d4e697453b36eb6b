"""The reader of claim and source: what it is given, and that it tells a claim from its false twin."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.check.bearing import bearings
from app.check.laying import lay
from app.check.reading import Reader, kinds, read, source
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
