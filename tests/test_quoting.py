"""Claims that are exact quotation in a frame of other words: kept, and their false twins refused."""

from __future__ import annotations

import pytest

from app.check.checking import Verdict, check
from retrieval.documents import Document
from retrieval.passages import split_passages
from retrieval.quotations import find_quotations, speaker_of

TEXT = (
    "Vell ended the year well, and its chief executive Anna Berg spoke to investors on Tuesday. "
    "“I think the mill is going to be a strong asset for us over time,” Berg said. "
    "“It is too early to say what the new law means for prices.” "
    "Asked about Orn, Berg would not say much: “They did a number of good things that we are still studying.”\n\n"
    "“The mill is a burden to the town,” said Jon Lind, who fishes there."
)
PASSAGES = list(split_passages(Document(TEXT, "Vell and its mill", "a.txt")))
HEARD = find_quotations(PASSAGES[0].document)


def verdict(claim: str) -> Verdict:
    return check(claim, PASSAGES, (1,), lambda passage, span: speaker_of(HEARD, *span))


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Berg told investors the mill is “a strong asset.”", "Lind told investors the mill is “a strong asset.”"),
        ("Anna Berg said the mill would be “a strong asset for us.”", "Anna Berg said Orn would be “a strong asset.”"),
        ("Berg said it is “too early to say” what the law means.", "Berg said it is not “too early to say.”"),
        ("Berg said the mill is “going to be a strong asset … over time.”", "Berg said it is “a strong … burden.”"),
        ("Berg said “the mill [is] going to be a strong asset.”", "Berg said: “The mill is … a burden to the town.”"),
        ("Jon Lind called the mill “a burden to the town.”", "Jon Lind never called the mill “a burden.”"),
    ],
)
def test_a_framed_quotation_and_its_false_twin(true: str, false: str) -> None:
    kept, refused = verdict(true), verdict(false)
    assert refused.support is None, false
    assert kept.support == "supported", (true, kept.reason)


@pytest.mark.parametrize(
    "claim",
    [
        "Berg said the mill “is going to be a strong asset for the town.”",
        "Berg said: “The mill is too early to say.”",
        "Investors told Anna Berg that the mill is “a strong asset for us.”",
        "Berg said “it is too early to say” because Orn closed.",
        "Berg said “it is too early to say” in 2023.",
        "Berg said on Friday that “it is too early to say what the new law means.”",
        "Berg said “they did a number of good things that we are.”",
        "Berg said profits are “a strong asset for us.”",
    ],
)
def test_what_is_altered_spliced_or_added_is_refused(claim: str) -> None:
    assert verdict(claim).support is None
