"""A claim that names what its source calls "he" or "the company": borne out where the source means that name alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.check.anaphora import as_its_source
from app.check.checking import check
from app.evidence.voices import Voices
from retrieval.documents import Document
from retrieval.passages import split_passages
from retrieval.quotations import find_quotations

TEXT = (
    "Harbour Foods closed nine shops in March. The company posted a net profit of $46 million. Its shares rose 3% on "
    "Monday.\n\n"
    "Rivals Quay Bakers and Orrin Mills fared worse. The company closed its oldest mill.\n\n"
    "With Quay Bakers, CEO Nils Aas had no luck. The company hired 40 bakers.\n\n"
    "Orrin Mills’ AI unit beat what Wall Street expected in Q4. The company plans to hire.\n\n"
    "“We sold fewer loaves,” chief executive Marta Lindholm said. She predicted that sales could double by 2027."
)
DOCUMENT = Document(TEXT, "Harbour Foods closes shops", "a.txt")
PEOPLE = Document(
    "Kofi Lindahl came on for Daan Verhoef. Lindahl scored in the last minute. He had trained alone for a year.\n\n"
    "Mayor Ruth Amsel met Ivan Moss. She promised a new bridge. His lawyers left early.\n\n"
    "Karl Voll owns the quarry. A driver was hurt. He sued. The judge dismissed it.\n\n"
    "Ana Berg paints. Jo Berg sells. Berg won a prize. The bank refused a loan.\n\n"
    "Engineers closed the Kellan footbridge on Monday. The footbridge has 44 hangers. During Tarn’s audit, Peter Roos "
    "defended the company’s budget.",
    "Notes from Tarn",
    "people.txt",
)


def support(claim: str, document: Document = DOCUMENT) -> str | None:
    voices = Voices.of([document], find_quotations)
    return check(claim, list(split_passages(document)), [1], voices.speaker_of).support


@pytest.mark.parametrize(
    "claim",
    [
        "Harbour Foods posted a net profit of $46 million.",
        "Harbour Foods' shares rose 3% on Monday.",
        "Quay Bakers hired 40 bakers.",
        "Orrin Mills plans to hire.",
        "Marta Lindholm predicted that sales could double by 2027.",
    ],
)
def test_a_name_may_stand_for_he_and_the_company(claim: str) -> None:
    assert support(claim) == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Quay Bakers posted a net profit of $46 million.",
        "Harbour Foods closed its oldest mill.",
        "Theo Brandt predicted that sales could double by 2027.",
        "Harbour Foods predicted that sales could double by 2027.",
        "Quay Bakers closed its oldest mill.",
        "Harbour Foods Logistics posted a net profit of $46 million.",
    ],
)
def test_no_name_may_that_the_source_does_not_mean(claim: str) -> None:
    assert support(claim) is None


@pytest.mark.parametrize(
    "claim",
    [
        "Kofi Lindahl scored in the last minute.",
        "Kofi Lindahl had trained alone for a year.",
        "Ruth Amsel promised a new bridge.",
        "Ivan Moss’s lawyers left early.",
        "The Kellan footbridge has 44 hangers.",
        "During Tarn’s audit, Peter Roos defended Tarn’s budget.",
    ],
)
def test_a_surname_a_pronoun_or_a_noun_may_mean_one_name(claim: str) -> None:
    assert support(claim, PEOPLE) == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Daan Verhoef scored in the last minute.",
        "Daan Verhoef had trained alone for a year.",
        "Ivan Moss promised a new bridge.",
        "Ruth Amsel’s lawyers left early.",
        "Karl Voll sued.",
        "Karl Voll dismissed it.",
        "Ana Berg won a prize.",
        "Tarn refused a loan.",
        "The Quay footbridge has 44 hangers.",
        "During Kellan’s audit, Peter Roos defended Kellan’s budget.",
    ],
)
def test_none_may_where_several_are_meant_or_nobody_by_name(claim: str) -> None:
    assert support(claim, PEOPLE) is None


@given(st.permutations(re.findall(r"[A-Z]\w+|\w+", PEOPLE.text)))
@settings(max_examples=30)
def test_any_claim_may_be_put_as_its_source(shuffled: list[str]) -> None:
    claim = f"{' '.join(shuffled[:12])}."
    for passage in split_passages(PEOPLE):
        for window in passage.sentences:
            assert all(form != claim for form in as_its_source(claim, passage, window, frozenset()))
