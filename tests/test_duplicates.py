"""Copies of one story are told from two reports of one event, and an agency's paragraph is found in two articles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.libraries import SAMPLE
from retrieval.documents import Document
from retrieval.duplicates import independent, is_copied, is_copy, resemblance, sketch, stories
from retrieval.reading import read

WIRE = (
    "The bridge at Lornmouth was closed on Tuesday after divers found cracks in two of its seven piers. The "
    "harbour board said that repairs would take until June and cost 4 million crowns, most of it for steel. "
    "Lorries are sent round by Tarvik, an hour longer. Ferries will run twice as often until the bridge can "
    "carry traffic again, the board said."
)
OWN = (
    "Nobody who drives to Lornmouth will like the news. Its bridge is shut, and it will stay so until the "
    "summer: the piers are cracked. Four million crowns is what the harbour board wants to spend, and a detour "
    "of an hour by way of Tarvik is what everybody else pays. More ferries are promised, and we have heard "
    "that one before."
)


def document(text: str, title: str = "A title") -> Document:
    return Document(text, title, f"/{title}")


def test_a_light_edit_is_a_copy_and_another_report_is_not() -> None:
    edited = "BREAKING: " + WIRE.replace("on Tuesday", "Tuesday").replace(
        "an hour longer", "which takes an hour longer"
    )
    assert is_copy(document(WIRE), document(edited))
    assert not is_copy(document(WIRE), document(OWN))


def test_the_wire_story_of_the_sample_counts_once() -> None:
    names = (
        "northgate-meta-capex.txt",
        "bayport-meta-capex.md",
        "meta-q4-results.html",
        "gadget-lantern-zuckerberg.txt",
    )
    documents = [read(SAMPLE / name) for name in names]
    told = stories(documents)
    assert told[documents[0].id] == told[documents[1].id]
    assert len(set(told.values())) == 3


def test_a_paragraph_of_an_agency_in_two_articles_is_one_source() -> None:
    one = document(f"{OWN}\n\n{WIRE}\n\nWe asked the mayor, who had nothing to add.", "One")
    other = document(
        f"A quiet week at the harbour, and then this.\n\n{WIRE.replace('said.', 'says.')}\n\n{OWN[::-1]}", "Other"
    )
    at = one.text.index("4 million"), one.text.index("4 million") + 9
    there = other.text.index("4 million"), other.text.index("4 million") + 9
    assert not is_copy(one, other)
    assert is_copied(one, at, other)
    assert independent([(one, at), (other, there)]) == 1
    assert independent([(one, (0, 20)), (other, (0, 20))]) == 2


def test_a_few_words_are_no_copy_of_anything() -> None:
    assert sketch("The bridge is closed.") == ()
    short = document("The bridge is closed.", "One"), document("The bridge is closed!", "Two")
    assert not is_copy(*short)


@given(st.lists(st.sampled_from("harbour board bridge pier steel ferry road crown week storm".split()), max_size=80))
def test_resemblance_is_a_share_and_a_text_resembles_itself(some: list[str]) -> None:
    mine, theirs = sketch(" ".join(some)), sketch(WIRE)
    assert 0 <= resemblance(mine, theirs) == resemblance(theirs, mine) <= 1
    assert not mine or resemblance(mine, mine) == 1
