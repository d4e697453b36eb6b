"""Whom a document names: presidents in appositions, bare surnames, and words that are nobody's name."""

from __future__ import annotations

import pytest

from retrieval.documents import Document
from retrieval.quotations import Quotation, find_quotations


def quotations(text: str) -> list[Quotation]:
    return find_quotations(Document(text, "t", "u"))


def speakers(text: str) -> list[str | None]:
    return [found.speaker for found in quotations(text)]


APPOSED = [
    ("The ferry's captain, Odo Marsh, said that tides rose.", "Odo Marsh", "captain"),
    ("Its chair, Ilse Tamm, called the quay “narrow and old”.", "Ilse Tamm", "chair"),
    ("Lumo's founder, Odo Marsh, insisted that tides rose.", "Odo Marsh", "Lumo's founder"),
    ("In March, the firm's finance chief, Ilse Tamm, told reporters that tides rose.", "Ilse Tamm", "finance chief"),
    (
        "In a note to the Quay Herald, her chief adviser, Odo Marsh, wrote that tides rose.",
        "Odo Marsh",
        "chief adviser",
    ),
    ("Odo Marsh, who steers the ferry, said that tides rose.", "Odo Marsh", None),
    ("Odo Marsh, the ferry's captain, said tides rose.", "Odo Marsh", "captain"),
    ("“Tides rose,” said its captain, Odo Marsh.", "Odo Marsh", "captain"),
    ("Tides rose, said its captain, Odo Marsh.", "Odo Marsh", "captain"),
    ("According to the ferry's captain, Odo Marsh, tides rose.", "Odo Marsh", "captain"),
    ("A spokesman for Lumo, Odo Marsh, said that tides rose.", "Odo Marsh", "spokesman for Lumo"),
    ("The ferry's captain, Odo Marsh, 61, said that tides rose.", "Odo Marsh", "captain"),
    ("The yard kept its forecast for 2026, its chief, Odo Marsh, said.", "Odo Marsh", "chief"),
    ("The group, Lumo Alliance, said that tides rose.", "Lumo Alliance", None),
]


@pytest.mark.parametrize(("text", "name", "role"), APPOSED)
def test_a_role_and_the_name_beside_it_are_one_speaker(text: str, name: str, role: str | None) -> None:
    [found] = quotations(text)
    assert (found.speaker, found.role) == (name, role)
    assert name not in found.text


NOT_APPOSED = [
    ("Officials in Bix and the captain, Odo Marsh, said that tides rose.", None),
    ("Unlike the captain, Ilse Tamm said that tides rose.", "Ilse Tamm"),
    ("In a letter to the ferry's captain, Odo Marsh, Ilse Tamm said that tides rose.", "Ilse Tamm"),
    ("The mayor, Ilse Tamm, and her deputy, Odo Marsh, said that tides rose.", "Ilse Tamm and Odo Marsh"),
]


@pytest.mark.parametrize(("text", "name"), NOT_APPOSED)
def test_a_name_beside_another_role_is_not_taken_for_its_holder(text: str, name: str | None) -> None:
    assert [(found.speaker, found.role) for found in quotations(text)] == [(name, None)]


@pytest.mark.parametrize("word", ["Many", "Some", "Others", "Critics", "Analysts", "Everyone", "Most", "Doubters"])
def test_words_for_unnamed_people_are_nobodys_name(word: str) -> None:
    assert speakers(f"{word} said that tides rose.") == [None]


@pytest.mark.parametrize("subject", ["None", "None of them", "Nobody", "No pilot", "Neither"])
def test_what_none_has_said_is_no_quotation(subject: str) -> None:
    assert quotations(f"{subject} has said that tides rose.") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Siemens said that tides rose.", ["Siemens"]),
        ("Lumo says tides rose. Tides, it adds, will fall.", ["Lumo", None]),
        ("Odo Marsh on Friday said that tides rose.", ["Odo Marsh"]),
        ("Odo Marsh last week said that tides rose.", ["Odo Marsh"]),
        ("On 29 January Odo Marsh said that tides rose. “They did,” he said.", ["Odo Marsh", "Odo Marsh"]),
    ],
)
def test_days_and_plurals_are_told_apart_from_names(text: str, names: list[str | None]) -> None:
    assert speakers(text) == names


BARE = [
    ("Tamm opened the lock. She said that tides rose.", ["Tamm"]),
    ("Marsh said that tides rose. Boats came in. “All of them,” he said.", ["Marsh", "Marsh"]),
    ("Mr Marsh left early. He said that tides rose.", ["Marsh"]),
    ("Tamm met Marsh at the quay. He said that tides rose.", [None]),
    ("Tamm and Marsh spoke. He said that tides rose.", [None]),
    ("Marsh opened the lock. Ferries ran. Boats sank. Tides rose. He said so to Bix.", []),
    ("Lumo opened a lock. Its founder smiled. He said that tides rose.", [None]),
    ("Lumo's shares fell. Lumo said little. He said that tides rose.", [None]),
    ("Spending fell. Inflation rose. He said that tides rose.", [None]),
    ("Odo Marsh and Carl Marsh met. Marsh said that tides rose. He said so did sales.", ["Marsh", "Marsh"]),
    ("Odo Marsh, Ilse Tamm and Carl Marsh said that tides rose.", ["Odo Marsh, Ilse Tamm and Carl Marsh"]),
]


@pytest.mark.parametrize(("text", "names"), BARE)
def test_he_is_a_bare_surname_only_where_no_other_fits(text: str, names: list[str | None]) -> None:
    assert speakers(text) == names


def test_an_article_written_as_a_name_is_nobody() -> None:
    assert speakers("Drifter, The Captain, Commander Ilse Tamm said that “tides rose”.") in ([None], ["Ilse Tamm"])


@pytest.mark.parametrize("name", ["June Carter", "April Ryan", "Jan Berg", "August Wilson", "Theresa May", "Anna May"])
def test_a_month_in_a_name_is_no_date(name: str) -> None:
    assert speakers(f"It rained. “The quay is full,” {name} said.") == [name]
    assert speakers(f"{name} said that the quay was full.") == [name]


@pytest.mark.parametrize(
    "text",
    [
        "On 29 January Ada Stone said that the quay was full.",
        "In May Ada Stone said that the quay was full.",
        "Last June Ada Stone said that the quay was full.",
    ],
)
def test_a_date_before_a_name_is_not_part_of_it(text: str) -> None:
    assert speakers(text) == ["Ada Stone"]
