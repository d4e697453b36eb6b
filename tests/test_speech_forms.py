"""Reports that no verb with its content right after it makes, and acts that look like reports."""

from __future__ import annotations

import pytest

from retrieval.documents import Document
from retrieval.quotations import find_quotations


def said(text: str) -> list[tuple[str | None, str]]:
    return [(found.speaker, found.text) for found in find_quotations(Document(text, "t", "u"))]


REPORTED = [
    ("Ilse Tamm called for a ban on rafts.", "a ban on rafts"),
    ("Ilse Tamm called on Lumo to ban rafts.", "Lumo to ban rafts"),
    ("Ilse Tamm called the quay a disgrace.", "the quay a disgrace"),
    ("Ilse Tamm called it narrow.", "it narrow"),
    ("The quay was criticised by Ilse Tamm for its length.", "for its length"),
    ("The quay has been described by Ilse Tamm as a maze.", "as a maze"),
    ("Ilse Tamm raised doubts about rafts.", "doubts about rafts"),
    ("Ilse Tamm reaffirmed the ban on rafts.", "the ban on rafts"),
    ("As Ilse Tamm put it, rafts are slow.", "rafts are slow"),
    ("Ilse Tamm said rafts sank.", "rafts sank"),
]


@pytest.mark.parametrize(("text", "words"), REPORTED)
def test_a_report_is_found_without_a_that_clause(text: str, words: str) -> None:
    assert said(text) == [("Ilse Tamm", words)]


@pytest.mark.parametrize(
    "text",
    [
        "Lumo raised its forecast for 2026 after its yard built 48 rafts.",
        "Lumo cut its expectation that sales would rise.",
        "Lumo kept its forecast that sales would rise 4%.",
        "Lumo raised $3 million from its owners.",
        "Ilse Tamm maintained a wide lead.",
        "Ilse Tamm called her mother on Friday.",
        "Ilse Tamm called them back.",
        "What Ilse Tamm has said in public fits on a card.",
        "The raft, as Ilse Tamm calls it, is to cross the lake.",
        "The quay was not criticised by Ilse Tamm for its length.",
        "The quay was built by Ilse Tamm for its owners.",
        "Ilse Tamm refused to ban rafts.",
    ],
)
def test_an_act_is_not_taken_for_speech(text: str) -> None:
    assert said(text) == []


def test_a_name_and_a_colon_quote_the_person_that_the_document_knows() -> None:
    text = "Tamm: Rafts will sink this year\n\nIlse Tamm spoke on Friday.\n\nUpdate: Rafts will sail this year."
    assert said(text) == [("Ilse Tamm", "Rafts will sink this year")]


def test_a_headline_gives_the_full_name() -> None:
    text = "Tamm Says Rafts Will Sink This Year\n\nAda Tamm spoke on Friday."
    assert said(text) == [("Ada Tamm", "Rafts Will Sink This Year")]
