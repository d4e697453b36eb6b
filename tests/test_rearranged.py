"""A claim that says in another order what its source says, and those that only look like it."""

from __future__ import annotations

import pytest

from app.check.checking import check
from app.check.rearranged import rearranged
from app.evidence.voices import Voices
from retrieval.documents import Document
from retrieval.passages import split_passages
from retrieval.quotations import find_quotations

TEXT = (
    "Calder Freight lost $18 million in the third quarter, compared with a profit a year earlier. A jury "
    "convicted Colm Daly of fraud on Wednesday. Mayor Siri Dahl promised in 2021 to build 900 flats. Kestrel Air "
    "and the pilots’ union signed the deal early on Friday.\n\n"
    "Dana Whitlock, who replaced Roy Pruitt in January, said Calder would close two depots in May. The harbour "
    "board, which suspended Jan Moss in 2020, tightened its rules. Rents in Halden rose 8 percent last year, "
    "according to a survey by the Lindqvist Institute.\n\n"
    "Alan Pike left the council in 2022 and joined Brightwater six months later. The share of lorries rose from "
    "18 percent to 21 percent. Deputy Mayor Ole Ruud resigned. The mediator, Lou Castell, kept both sides in a "
    "hotel. Ferry owner Tove Falk, a chemist, asked for more time. Roy Berg, whom the board fired, sued.\n\n"
    "On Monday, Vell’s stock dropped 20% as investors feared that demand would fall. Vell earned $8 a share "
    "versus the $6 expected by analysts. In June, the Vell CEO announced plans to hire 90 people. The firm sold "
    "mills—those that run on coal—by 2024, for $9 million."
)
DOCUMENT = Document(TEXT, "Notes of the week", "notes.txt")


def support(claim: str) -> str | None:
    voices = Voices.of([DOCUMENT], find_quotations)
    return check(claim, list(split_passages(DOCUMENT)), [1], voices.speaker_of).support


@pytest.mark.parametrize(
    "claim",
    [
        "In the third quarter, Calder Freight lost $18 million.",
        "On Wednesday, a jury convicted Colm Daly of fraud.",
        "In 2021, Mayor Siri Dahl promised to build 900 flats.",
        "Early on Friday, Kestrel Air and the pilots’ union signed the deal.",
        "According to a survey by the Lindqvist Institute, rents in Halden rose 8 percent last year.",
        "Calder would close two depots in May, Dana Whitlock said.",
        "The harbour board suspended Jan Moss in 2020.",
        "Alan Pike joined Brightwater six months later.",
        "The share of lorries rose to 21 percent.",
        "Lou Castell, the mediator, kept both sides in a hotel.",
        "Tove Falk, the ferry owner, asked for more time.",
        "Chemist Tove Falk asked for more time.",
        "Vell’s stock dropped 20% on Monday.",
        "Vell’s stock dropped 20% on Monday as investors feared that demand would fall.",
        "Vell earned $8 a share.",
        "The Vell CEO announced plans to hire 90 people.",
        "The firm sold mills by 2024.",
    ],
)
def test_another_order_says_the_same(claim: str) -> None:
    assert support(claim) == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "In May, Dana Whitlock said Calder would close two depots.",
        "On Friday, a jury convicted Colm Daly of fraud.",
        "In 2022, Alan Pike joined Brightwater.",
        "Alan Pike joined Brightwater in 2022.",
        "The harbour board fired Jan Moss in 2020.",
        "Roy Pruitt replaced Dana Whitlock in January.",
        "Roy Berg fired the board.",
        "Mayor Ole Ruud resigned.",
        "Lou Castell, the mayor, kept both sides in a hotel.",
        "Siri Dahl, the mediator, kept both sides in a hotel.",
        "The share of lorries rose to 18 percent.",
        "Demand would fall on Monday.",
        "Vell earned $6 a share.",
        "The Vell chairman announced plans to hire 90 people in June.",
        "According to Roy Pruitt, Calder would close two depots in May.",
    ],
)
def test_what_only_looks_like_another_order_is_left_out(claim: str) -> None:
    assert support(claim) is None


def test_a_claim_with_a_quotation_stays_as_it_is() -> None:
    passage = next(iter(split_passages(DOCUMENT)))
    assert list(rearranged("On Friday, Ruud said: “I resign.”", passage, passage.sentences[0])) == []
