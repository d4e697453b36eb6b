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


@given(st.text(alphabet=st.sampled_from("ab AZ.,“”\"'‘’«»:;()\n—-said that according to he Mr5’s"), max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_spans_inside_it_ascending_and_apart(text: str) -> None:
    if not text.strip():
        return
    for found in quotations(text):
        assert found.spans
        edges = [edge for span in found.spans for edge in span]
        assert edges == sorted(edges)
        assert all(start < end for start, end in found.spans)
        assert 0 <= edges[0] <= edges[-1] <= len(text)
        assert found.text == " … ".join(text[start:end] for start, end in found.spans)


def test_the_speaker_of_a_cited_sentence_is_the_one_whose_words_it_holds() -> None:
    text = "“Prices will fall,” Ada Stone said. Boats are blue. “No,” said Bob Reed."
    found = quotations(text)
    assert speaker_of(found, 0, 35) == "Ada Stone"
    assert speaker_of(found, 36, 51) is None
    assert speaker_of(found, 0, len(text)) is None
