"""A claim that names what its source calls "he" or "the company": borne out where the source means that name alone."""

from __future__ import annotations

import pytest

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


def support(claim: str) -> str | None:
    voices = Voices.of([DOCUMENT], find_quotations)
    return check(claim, list(split_passages(DOCUMENT)), [1], voices.speaker_of).support


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
