"""Exports keep every citation and let no text act; an answer comes back from its JSON as it was."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from lxml import html as lxml_html  # type: ignore[import-untyped]  # it ships no types
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.answer import Answer, Citation, LeftOut, Source, Statement
from app.audit.export import link, to_json, to_markdown, write
from app.audit.export_html import to_html
from app.chatbot import Chatbot
from app.commands.terminal import safe
from app.compose import blocks
from retrieval.errors import AnswerError
from tests.generated import answers
from tests.libraries import sample_bot

__all__ = ["sample_bot"]

SHIPS = Source("0123456789ab", "Of ships", "The Walrus", "2025-01-30", "https://walrus.example/a b?x=<1>")


def shown(text: str) -> str:
    """As a page or a Markdown reader shows it, white space aside."""
    return " ".join(safe(text).encode("utf-8", "replace").decode().split())


@given(answers())
def test_an_answer_comes_back_from_its_json(answer: Answer) -> None:
    plain = answer.to_dict()
    assert Answer.from_dict(json.loads(json.dumps(plain))) == answer
    assert Answer.from_dict(json.loads(to_json(answer))).to_dict() == plain


def test_an_answer_with_its_trace_comes_back_from_its_json(sample_bot: Chatbot) -> None:
    for question in ("What did Zuckerberg say about DeepSeek?", "How high is Mount Everest?"):
        answer = sample_bot.ask(question)
        back = Answer.from_dict(json.loads(to_json(answer, trace=True)))
        assert (back, back.trace) == (answer, answer.trace)
        assert "trace" not in answer.to_dict()


class _Tags(HTMLParser):
    """The tags of a page, as a browser's tokenizer finds them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))


OUR_TAGS = set(
    """html head meta title style body main h1 h2 section p ul ol li a table caption tbody tr th td blockquote mark span
    cite footer""".split()
)


@given(answers())
def test_a_page_has_every_citation_and_no_tag_of_a_document(answer: Answer) -> None:
    page = to_html(answer)
    tags = _Tags(page).tags
    assert {tag for tag, _ in tags} <= OUR_TAGS
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "src"]
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    for _, attributes in tags:
        target = attributes.get("href") or ""
        assert not target or target.startswith(("#", "https://", "http://"))
        assert not target.startswith("#source") or target[1:] in ids
    tree = lxml_html.document_fromstring(page)
    for name, citations in (("source", answer.citations), ("closest", answer.closest)):
        for citation in citations:
            (item,) = tree.xpath(f"//li[@id='{name}-{citation.number}']")
            (marked,) = item.xpath(".//mark")
            assert shown(marked.text_content()) == shown(citation.quote)
            assert shown(citation.document.title) in shown(item.text_content())
            assert f"characters {citation.start}–{citation.end}" in item.text_content()


def tokens(of: list[Token]) -> list[Token]:
    return [one for token in of for one in (token, *tokens(token.children or []))]


@given(answers())
def test_markdown_has_every_citation_and_nothing_of_a_document_acts(answer: Answer) -> None:
    text = to_markdown(answer).encode("utf-8", "replace").decode()  # as it is written to a file
    definitions = dict(re.findall(r"^\[\^(\d+)\]: (.+)$", text, re.MULTILINE))
    body = re.sub(r"^\[\^\d+\]:", "", text, flags=re.MULTILINE)
    assert {int(n) for n in definitions} == {c.number for c in answer.citations}
    for citation in answer.citations:
        assert f"[^{citation.number}]" in body
        rendered = MarkdownIt("gfm-like", {"linkify": False}).render(definitions[str(citation.number)])
        assert shown(citation.quote) in shown(lxml_html.fromstring(f"<div>{rendered}</div>").text_content())
    found = tokens(MarkdownIt("gfm-like", {"linkify": False}).parse(body))
    assert not {"html_block", "html_inline", "image", "code_inline", "fence", "code_block"} & {t.type for t in found}
    assert all(str(t.attrs["href"]).startswith(("http://", "https://")) for t in found if t.type == "link_open")
    assert {t.tag for t in found if t.type == "heading_open"} <= {"h1", "h2"}


def test_a_bare_address_in_a_quote_becomes_no_link() -> None:
    quote = "See http://a.example, www.a.example and a@b.example at 10:30."
    answer = Answer("?", True, "x [1]", (), (), (Citation(1, quote, 0, len(quote), None, SHIPS),))
    text = to_markdown(answer).encode("utf-8", "replace").decode()  # as it is written to a file
    for address in ("http://a.example", "www.a.example", "a@b.example"):
        assert address not in text
    assert "10:30" in text


def test_markdown_reads_as_the_answer_with_footnotes() -> None:
    citation = Citation(
        1, "The order is worth\n$240 million.", 5, 37, "Mara Oduya", SHIPS, "chief executive", "2025-01-29", "text"
    )
    other = Citation(2, "2 ships", 1, 8, None, Source("ba9876543210", "A note", None, None, "/home/me/note.txt"))
    answer = Answer(
        "How much?",
        True,
        "- It is worth $240 million. [1]\n- Not a marker: \\[1] [2]",
        (Statement("It is worth $240 million.", "supported", (1,)),),
        (LeftOut("It is cheap.", "no passage says so"),),
        (citation, other),
    )
    assert to_markdown(answer) == (
        "# How much?\n\n- It is worth \\$240 million. [^1]\n- Not a marker: \\[1\\] [^2]\n\n"
        "## Left out, because the check found no support for it\n\n- It is cheap. (no passage says so)\n\n---\n\n"
        "Answered by Onrecord from the documents cited, picked word for word, by no model; every sentence was checked "
        "against them.\n\n"
        "[^1]: “The order is worth \\$240 million.” · Mara Oduya, chief executive · said 2025-01-29 · The Walrus · "
        "2025-01-30 · [Of ships](<https://walrus.example/a%20b?x=%3C1%3E>) · "
        "characters 5–37 of document 0123456789ab\n\n"
        "[^2]: “2 ships” · A note · characters 1–8 of document ba9876543210\n"
    )


def test_a_page_shows_a_quote_in_the_passage_it_is_from(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("What did Zuckerberg say about DeepSeek?")
    tree = lxml_html.document_fromstring(to_html(answer))
    for citation in answer.citations:
        (quoted,) = tree.xpath(f"//li[@id='source-{citation.number}']/blockquote")
        whole = shown(quoted.text_content())
        assert len(whole) > len(shown(citation.quote))
        assert whole in shown(sample_bot.document(citation.document.id).text)
        assert tree.xpath(f"//a[@href='#source-{citation.number}']")
        assert tree.xpath(f"//*[@id='use-{citation.number}']")


def test_a_page_may_load_and_run_nothing() -> None:
    page = to_html(Answer("?", False, "The sources don’t say."))
    policy = dict(_Tags(page).tags[3][1] or {})["content"] or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script" not in page


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "/home/me/a.md",
        "http://[",
        "http:///x",
        "//a.example",
    ],
)
def test_only_addresses_on_the_web_are_linked(uri: str) -> None:
    assert link(uri) is None


def test_blocks_tell_markers_from_words_that_look_like_them() -> None:
    (heading, bullet, prose) = blocks("**Ada \\[1] Verne**\n\n- said \\<b> [1][2]\n\nProse.")
    assert (heading.kind, heading.parts) == ("heading", ("Ada [1] Verne",))
    assert (bullet.kind, bullet.parts) == ("bullet", ("said <b> ", 1, 2))
    assert (prose.kind, prose.parts) == ("prose", ("Prose.",))


def test_a_file_is_written_by_its_suffix(sample_bot: Chatbot, tmp_path: Path) -> None:
    answer = sample_bot.ask("What did Zuckerberg say about DeepSeek?")
    for name, content in (("a.md", to_markdown(answer)), ("a.HTML", to_html(answer)), ("a.json", to_json(answer))):
        write(answer, tmp_path / name)
        assert (tmp_path / name).read_text("utf-8") == content
    with pytest.raises(AnswerError, match=r"\.md, \.html, \.json"):
        write(answer, tmp_path / "a.docx")
    with pytest.raises(AnswerError, match="can't be written"):
        write(answer, tmp_path / "no" / "a.md")
