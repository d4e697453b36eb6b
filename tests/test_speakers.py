"""Names and roles: when two are one speaker, and whom a mention stands for inside a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents import Document
from retrieval.quotations import find_quotations
from retrieval.speakers import same_role, same_speaker

SAME = [
    ("Stone", "Ada Stone"),
    ("Bix's Stone", "Ada Stone"),
    ("Bix’s Stone", "Stone"),
    ("Mr. Reed", "Bob Reed"),
    ("Bix CEO Ada Stone", "Ada Stone"),
    ("Ada K. Stone", "Ada Stone"),
    ("A. Stone", "Ada Stone"),
    ("Bob Reed Jr.", "Bob Reed"),
    ("José Peña", "Jose Pena"),
    ("ada stone", "Ada Stone"),
    ("Stone", "Bob Reed and Ada Stone"),
    ("the Bix Times", "Bix Times"),
]
DIFFERENT = [
    ("Ada Stone", "Carl Stone"),
    ("Stone", "Ada Reed"),
    ("Ada", "Ada Stone"),
    ("Bix", "Bix Labs"),
    ("", "Ada Stone"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_speaker_under_two_names(a: str, b: str) -> None:
    assert same_speaker(a, b)
    assert same_speaker(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_speakers_stay_two(a: str, b: str) -> None:
    assert not same_speaker(a, b)
    assert not same_speaker(b, a)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_strings_compare_the_same_both_ways(a: str, b: str) -> None:
    assert same_speaker(a, b) == same_speaker(b, a)


@pytest.mark.parametrize(
    ("phrase", "role", "same"),
    [
        ("Bix's CEO", "Bix CEO", True),
        ("the chief executive", "CEO", True),
        ("the company's finance chief", "chief financial officer", True),
        ("Bix's CEO", "Acme CEO", False),
        ("Bix's CEO", "Bix spokeswoman", False),
        ("Bix", "Bix CEO", False),
        ("the CEO", None, False),
    ],
)
def test_a_role_phrase_names_the_holder_of_that_role(phrase: str, role: str | None, same: bool) -> None:
    assert same_role(phrase, role) is same


def speakers(text: str) -> list[str | None]:
    return [found.speaker for found in find_quotations(Document(text, "t", "u"))]


RESOLVED = [
    ("Ada Stone smiled.\n\n“Prices will fall,” she said.", ["Ada Stone"]),
    ("Ada Stone met Bob Reed. “Prices will fall,” he said.", ["Bob Reed"]),
    ("“Yes, they will,” said Ada Stone. “Now we know,” Stone added.", ["Ada Stone", "Ada Stone"]),
    ("Ada Stone, Bix's chief financial officer, spoke. “Prices fell,” the finance chief said.", ["Ada Stone"]),
    ("Bix CEO Ada Stone met Bob Reed. “Prices fell,” the CEO said.", ["Ada Stone"]),
    ("Ada Stone is sure of it. The Bix CEO said that prices fell.", ["Ada Stone"]),
    ("Ada Stone met Bob Reed. The Bix CEO said that prices fell.", [None]),
    ("Bix CEO Ada Stone met Mark Reed. Reed said that prices fell.", ["Mark Reed"]),
    ("“Prices fell,” a trader said.", [None]),
    ("“Prices fell,” the Bix Times reported.", ["Bix Times"]),
    ("Ada Stone and Carl Stone met. Stone said that prices fell.", ["Stone"]),
    ("Ada Stone was asked about it. Mark Reed said that Stone believes in prices.", ["Mark Reed"]),
]


@pytest.mark.parametrize(("text", "names"), RESOLVED)
def test_a_mention_is_resolved_inside_its_document_or_not_at_all(text: str, names: list[str | None]) -> None:
    assert speakers(text) == names


def test_roles_are_those_the_document_gives() -> None:
    texts = ["Bix CEO Ada Stone said that prices fell.", "Ada Stone, the mayor of Bix, said that prices fell."]
    roles = [find_quotations(Document(text, "t", "u"))[0].role for text in texts]
    assert roles == ["Bix CEO", "mayor of Bix"]
