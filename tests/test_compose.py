"""Answers as markdown: markers, speakers, and nothing that a renderer would act on."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.answer import Citation, Source, Statement
from app.compose import inert, listed, prose

HOSTILE = [
    "![x](http://example.org/x.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "`code` <b>bold</b>",
    "[1] is not a citation",
    "[a][b]\n\n[b]: http://example.org",
    "<http://example.org>",
]


def citation(number: int, speaker: str | None) -> Citation:
    return Citation(number, "words", 0, 5, speaker, Source("id", "Title", None, None, "/a"))


def test_groups_by_speaker() -> None:
    statements = [
        Statement("One.", "verbatim", (1,)),
        Statement("Two.", "verbatim", (2, 3)),
        Statement("3.", "verbatim", (1,)),
    ]
    citations = [citation(1, "Ada"), citation(2, "Bo"), citation(3, "Bo")]
    text = listed(statements, citations, by_speaker=True)
    assert text == "**Ada**\n\n- One. [1]\n- 3. [1]\n\n**Bo**\n\n- Two. [2][3]"


def test_prose_and_lists() -> None:
    statements = [Statement("One.", "verbatim", (1,)), Statement("Two.", "supported", (1,))]
    assert prose(statements) == "One. [1] Two. [1]"
    assert listed(statements, [citation(1, None)], by_speaker=False) == "- One. [1]\n- Two. [1]"


@pytest.mark.parametrize("text", HOSTILE)
def test_document_text_stays_text(text: str) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).render("Said: " + inert(text))
    assert not re.search(r"<(?!/?(?:p|em|strong)>)", rendered)


@given(st.text(alphabet="[]()!<>`ab1:/. ", max_size=60))
def test_no_tag_link_or_image_can_be_built(text: str) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).render("Said: " + inert(text))
    assert not re.search(r"<(?:a|img|script|b|code)\b", rendered), html.escape(rendered)
