"""Sentences that name the document they rest on: taken at their word where it is that document, and no further."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.check.checking import check
from app.check.told import told
from retrieval.documents import Document
from retrieval.passages import split_passages
from tests.adversary import says

TEXT = (
    "Harbour Foods opened nine shops in Austria in March. Its net profit rose 14% to $46 million.\n\n"
    "“We sold fewer loaves and better ones,” chief executive Marta Lindholm told reporters."
)
LEDGER = Document(TEXT, "Harbour Foods opens shops", "a.txt", source="The Quay Ledger", published=date(2025, 5, 3))
POST = Document(TEXT, "Shops in Austria", "b.txt", source="Morning Post", published=date(2025, 5, 4))
PASSAGES = tuple(passage for document in (POST, LEDGER) for passage in split_passages(document))
FACT = "Harbour Foods opened nine shops in Austria in March"


@pytest.mark.parametrize(
    "sentence",
    [
        f"According to the Quay Ledger, {FACT}.",
        f"According to The Quay Ledger of 3 May 2025, {FACT}.",
        f"{FACT}, according to the Quay Ledger of 2025-05-03.",
        f"The Quay Ledger reported on 3 May that {FACT}.",
        f"On 3 May 2025 the Quay Ledger wrote that {FACT}.",
        f"{FACT}, the Quay Ledger reported on May 3.",
        f"{FACT}, according to a report of 2025-05-03.",
    ],
)
def test_a_sentence_told_of_its_source_rests_on_that_source_alone(sentence: str) -> None:
    verdict = check(sentence, PASSAGES, [1, 2], says)
    assert (verdict.support, verdict.text) == ("supported", sentence)
    assert {PASSAGES[e.passage].document for e in verdict.evidence} == {LEDGER}


@pytest.mark.parametrize(
    "sentence",
    [
        f"According to the Evening Star, {FACT}.",
        f"According to the Quay Ledger of 4 May 2025, {FACT}.",
        f"The Quay Ledger reported on 31 April that {FACT}.",
        f"{FACT}, according to a report of 2025-05-05.",
        "According to the Quay Ledger, Harbour Foods opened ten shops in Austria in March.",
        "The Quay Ledger reported on 3 May that it sold fewer loaves and better ones.",
    ],
)
def test_another_outlet_day_or_fact_is_not_borne_out(sentence: str) -> None:
    assert check(sentence, PASSAGES, [1, 2], says).support is None


@given(st.text(st.characters(), max_size=200))
def test_any_text_is_read_without_failing(text: str) -> None:
    for said in told(text):
        assert isinstance(said.of(LEDGER), bool)


def test_a_sentence_of_many_commas_is_read_at_once() -> None:
    assert [said.outlet for said in told("According to The A, " * 400 + "said on 3 May that")] == ["The A"]
