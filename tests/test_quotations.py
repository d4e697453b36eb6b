"""Quotations: marks, clauses and speakers on short texts of our own, and invariants on any text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.documents import Document
from retrieval.quotations import Quotation, find_quotations, speaker_of


def quotations(text: str, published: date | None = None) -> list[Quotation]:
    return find_quotations(Document(text, "t", "u", published=published))


def said(text: str) -> list[tuple[str | None, str, str]]:
    return [(found.speaker, found.kind, found.text) for found in quotations(text)]


DIRECT = [
    ('"Prices will fall," Ada Stone said.', "Ada Stone", '"Prices will fall,"'),
    ("“Prices will fall,” said Ada Stone, a trader at Bix.", "Ada Stone", "“Prices will fall,”"),
    ("‘Prices will fall,’ Ada Stone said.", "Ada Stone", "‘Prices will fall,’"),
    ("'Prices won't fall,' Ada Stone said.", "Ada Stone", "'Prices won't fall,'"),
    ("«Prices will fall», said Ada Stone.", "Ada Stone", "«Prices will fall»"),
    ("Ada Stone told reporters: “Prices will fall.”", "Ada Stone", "“Prices will fall.”"),
    ("“Why would they fall?” Ada Stone asked.", "Ada Stone", "“Why would they fall?”"),
    ("“Prices,” Ada Stone said, “will fall.”", "Ada Stone", "“Prices,” … “will fall.”"),
    ("“He told me ‘go away’ twice,” Ada Stone said.", "Ada Stone", "“He told me ‘go away’ twice,”"),
]


@pytest.mark.parametrize(("text", "speaker", "words"), DIRECT)
def test_direct_speech_keeps_its_exact_words(text: str, speaker: str, words: str) -> None:
    assert said(text) == [(speaker, "direct", words)]


REPORTED = [
    ("Ada Stone said that prices will fall.", "Ada Stone", "indirect", "that prices will fall"),
    ("Prices will fall, Ada Stone said on Monday.", "Ada Stone", "indirect", "Prices will fall"),
    ("Prices, Ada Stone noted, will fall.", "Ada Stone", "indirect", "Prices … will fall"),
    ("According to Ada Stone, prices will fall.", "Ada Stone", "indirect", "prices will fall"),
    ("Prices will fall, according to Ada Stone.", "Ada Stone", "indirect", "Prices will fall"),
    ("Ada Stone told reporters that prices will fall.", "Ada Stone", "indirect", "that prices will fall"),
    ("Ada Stone is confident that prices will fall.", "Ada Stone", "indirect", "that prices will fall"),
    ("Ada Stone vowed to cut prices.", "Ada Stone", "indirect", "to cut prices"),
    ("Ada Stone called the plan “novel” and odd.", "Ada Stone", "mixed", "the plan “novel” and odd"),
    ("Ada Stone said that prices “will fall” soon.", "Ada Stone", "mixed", "that prices “will fall” soon"),
    ("Boats sank after Bob Reed's claim that prices fell.", "Bob Reed", "indirect", "that prices fell"),
]


@pytest.mark.parametrize(("text", "speaker", "kind", "words"), REPORTED)
def test_reported_and_mixed_speech_is_found_as_a_clause(text: str, speaker: str, kind: str, words: str) -> None:
    assert said(text) == [(speaker, kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "Ada Stone did not say that prices will fall.",
        "If Ada Stone said that prices will fall, she was wrong.",
        "Did Ada Stone say that prices will fall?",
        "Ada Stone would say that prices will fall.",
        "Ada Stone never claimed that prices will fall.",
        "The board was told that prices will fall.",
        "Ada Stone declined to comment.",
        "The report by Ada Stone runs to ten pages.",
        'The pipe is 5" wide and the rod is 6" long.',
        "The dogs' owners and the '90s kids' parents met.",
        "They watched “The Long Day” and went home.",
    ],
)
def test_what_nobody_says_is_no_quotation(text: str) -> None:
    assert said(text) == []


def test_a_remark_that_a_speaker_tag_breaks_is_one_quotation() -> None:
    text = "“Prices will fall,” Ada Stone said. “They fell last year.”"
    assert said(text) == [("Ada Stone", "direct", "“Prices will fall,” … “They fell last year.”")]


def test_a_quotation_over_paragraphs_is_reopened_and_closed_once() -> None:
    text = "“Prices will fall,” Ada Stone said. “They always do.\n\n“And they will rise again.”\n\nBoats are blue."
    [found] = quotations(text)
    assert found.speaker == "Ada Stone"
    assert [text[start:end] for start, end in found.spans] == [
        "“Prices will fall,”",
        "“They always do.",
        "“And they will rise again.”",
    ]


def test_a_quote_in_the_next_paragraph_belongs_to_who_spoke_last() -> None:
    text = "Ada Stone dismissed it, saying that boats float.\n\n“Right now, I would bet on boats.”"
    assert [(speaker, kind) for speaker, kind, _ in said(text)][-1] == ("Ada Stone", "direct")


def test_two_verbs_of_one_speaker_are_two_quotations() -> None:
    text = "“Prices will fall,” Ada Stone said, adding that boats float."
    assert said(text) == [
        ("Ada Stone", "direct", "“Prices will fall,”"),
        ("Ada Stone", "indirect", "that boats float"),
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("“Prices fell,” Ada Stone said on Wednesday.", date(2025, 1, 29)),
        ("“Prices fell,” Ada Stone said on Friday.", date(2025, 1, 31)),
        ("“Prices fell,” Ada Stone said yesterday.", date(2025, 1, 30)),
        ("“Prices fell,” Ada Stone said on January 24.", date(2025, 1, 24)),
        ("“Prices fell,” Ada Stone said on March 3.", date(2024, 3, 3)),
        ("“Prices fell,” Ada Stone said on Feb. 30.", None),
        ("“Prices fell on Wednesday,” Ada Stone said.", None),
    ],
)
def test_the_day_of_speaking_is_told_by_the_sentence(text: str, day: date | None) -> None:
    assert [found.said for found in quotations(text, date(2025, 1, 31))] == [day]


def test_a_day_without_a_publication_date_stays_unknown() -> None:
    assert [found.said for found in quotations("“Prices fell,” Ada Stone said on Wednesday.")] == [None]


def test_quoted_words_that_nobody_is_named_for_stay_nobodys() -> None:
    assert said("Boats crossed the “long and winding river” at noon.") == [
        (None, "direct", "“long and winding river”"),
    ]


def test_page_furniture_is_not_quoted() -> None:
    text = "“Prices fell,” Ada Stone said. “Subscribe today,” it said."
    found = find_quotations(Document(text, "t", "u", noise=((31, len(text)),)))
    assert [item.text for item in found] == ["“Prices fell,”"]


PIECES = [
    *"“”\"'‘’«»`:;,.?!()—- \n\n",
    "''",
    " ",
    " said ",
    " that ",
    "according to ",
    "he ",
    "who ",
    "Ada Stone ",
    "Mr. ",
]
PIECES += [
    "Stone",
    "’s ",
    "CEO ",
    "the ",
    "boats sink",
    ", saying ",
    "and ",
    " told ",
    "claim ",
    "Wednesday ",
    "5",
    "put it",
    "As ",
    "called ",
    "for ",
    "was praised by ",
    "its president, ",
    "Ada Stone: ",
    "last week ",
    "on Tuesday ",
    "What ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=80).map("".join) | st.text(max_size=200))
@settings(max_examples=500, deadline=None)
def test_any_text_gives_spans_inside_it_ascending_and_apart(text: str) -> None:
    if not text.strip():
        return
    for found in quotations(text):
        assert found.spans
        edges = [edge for span in found.spans for edge in span]
        assert edges == sorted(edges)
        assert all(start < end for start, end in found.spans)
        assert 0 <= edges[0] <= edges[-1] <= len(text)
        assert all(word in text for word in (found.speaker or "").split())
        assert found.text == " … ".join(text[start:end] for start, end in found.spans)


def test_the_speaker_of_a_cited_sentence_is_the_one_whose_words_it_holds() -> None:
    text = "“Prices will fall,” Ada Stone said. Boats are blue. “No,” said Bob Reed."
    found = quotations(text)
    assert speaker_of(found, 0, 35) == "Ada Stone"
    assert speaker_of(found, 36, 51) is None
    assert speaker_of(found, 0, len(text)) is None


@pytest.mark.parametrize(
    ("text", "speaker", "words"),
    [
        (
            "Adam Stone spoke last. On Bix’s earnings call he allowed that “rivals had new ideas.”",
            "Adam Stone",
            "that “rivals had new ideas.”",
        ),
        (
            "Adam Stone praised it. He followed that with a promise: “we will deliver a better one!”",
            "Adam Stone",
            "“we will deliver a better one!”",
        ),
        (
            "Adam Stone met House Republicans. It came, he wrote, “for a good deal less.”",
            "Adam Stone",
            "“for a good deal less.”",
        ),
    ],
)
def test_remarks_that_a_pronoun_makes(text: str, speaker: str, words: str) -> None:
    assert (speaker, words) in [(who, content) for who, _, content in said(text)]


def test_nobody_calls_on_an_earnings_call() -> None:
    assert said("On Bix’s earnings call on Wednesday he was calm.") == []
