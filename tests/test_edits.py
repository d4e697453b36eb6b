"""What a claim changed in the sentence that it is near to: an exchange is caught, a completion or a cut is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.check.alignment import tokens
from app.check.checking import check
from app.check.edits import Edited
from app.evidence.strictness import BALANCED
from retrieval.documents import Document
from retrieval.passages import split_passages
from tests import adversary

DOSES = "Patients slept 6.4 hours after the blue pill and 5.1 hours after the red pill, the ward said."
MERGER = "The dairies Aldgate and Borrow have dropped their merger after members of Borrow turned it down."
CARS = "Of every ten cars that left the line in May, four had to be repainted."
PARCELS = "Three parcels, each worth more than $20,000, had vanished, the harbour master said."
SPOTS = "Ada Stone, who was not involved, warned that dust on the lens might imitate the signal."
RECORD = "Theo Lund swam the strait in nine hours, six minutes faster than the previous best."


def exchanged(claim: str, source: str) -> bool:
    return Edited(tokens(claim), tokens(source)).exchanged()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Patients slept 5.1 hours after the blue pill and 6.4 hours after the red pill.", DOSES),
        (MERGER.replace("members of Borrow", "members of Aldgate"), MERGER),
        ("Borrow's sales rose 4% in spring.", "Aldgate's sales rose 4% in spring, and Borrow's fell."),
        (PARCELS.replace("each", "together"), PARCELS),
        (SPOTS.replace("might imitate", "had imitated"), SPOTS),
        ("Ada Stone warned that dust on the lens imitated the signal.", SPOTS),
        (RECORD.replace("the previous best", "his previous best"), RECORD),
    ],
)
def test_a_thing_in_the_place_of_another_is_caught(claim: str, source: str) -> None:
    assert exchanged(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Patients slept 6.4 hours after the blue pill.", DOSES),
        ("The dairies dropped their merger after members of Borrow turned the merger down.", MERGER),
        ("Dust on the lens may imitate the signal, warned Ada Stone.", SPOTS),
        ("Theo Lund swam the strait of Corrin in nine hours.", RECORD),
        ("Ada Stone warned that dust might imitate it.", "She warned that dust might imitate it."),
        ("Shares of Borrow fell 3% on Monday.", "Shares dropped 3% on Monday."),
        ("Net profit dropped by €33 million.", "Net profit dropped to €58 million from €91 million."),
        ("The quay was shut for nine days.", "The quay was closed for nine days."),
    ],
)
def test_a_cut_a_completion_a_synonym_and_a_difference_are_none(claim: str, source: str) -> None:
    assert not exchanged(claim, source)


@pytest.mark.parametrize(
    "false",
    [
        "Patients slept 5.1 hours after the blue pill and 6.4 hours after the red pill, the ward said.",
        "The dairies Aldgate and Borrow have dropped their merger after members of Aldgate turned it down.",
        "Of every ten cars that left the line in May, four had to be scrapped.",
        "Three parcels, together worth more than $20,000, had vanished, the harbour master said.",
        "Ada Stone, who was not involved, warned that dust on the lens had imitated the signal.",
        "Theo Lund swam the strait in nine hours, six minutes faster than his own previous best.",
    ],
)
def test_none_passes_the_check(false: str) -> None:
    document = Document(" ".join([DOSES, MERGER, CARS, PARCELS, SPOTS, RECORD]), "Six reports", "a.txt")
    verdict = check(false, list(split_passages(document)), [1], adversary.says, BALANCED.wording)
    assert verdict.support is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_held_together(one: str, other: str) -> None:
    edited = Edited(tokens(one), tokens(other))
    edited.exchanged()
    measures = edited.measures()
    assert all(value >= 0 for value in measures.values())
    assert 0 <= measures["edit_cover"] <= 1


@given(st.lists(st.sampled_from(["Ada", "sold", "4%", "the", "may", "his", "dock", "$3", "not"]), min_size=1))
def test_a_sentence_changes_nothing_in_itself(some: list[str]) -> None:
    text = " ".join(some)
    edited = Edited(tokens(text), tokens(text))
    assert not edited.exchanged()
    assert edited.measures()["edit_likeness"] == 1
