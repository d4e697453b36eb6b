"""What the page shows, as pure functions: nothing foreign becomes markup, whatever it holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import BUDGET, HARBOUR, OPENING, THIRTEEN, ScriptedBot, cite, harbour, silent

from app import web_view as view
from app.answer import Answer, Checked, Event, Found, LeftOut, Statement, Text
from app.web_policy import policy
from app.web_turn import CONTEXT, Turn, advance, card, paced, remaining, turns
from retrieval.documents import Document
from retrieval.errors import ModelError

HOSTILE = (
    "<script>pwn()</script>",
    "<img src=x onerror=pwn()>",
    "![x](http://evil.invalid/x.png)",
    "[click](javascript:pwn())",
    "<button class='cite c-1-1'>1</button>",
    "</p></div>\n\n# heading\n\n| a | b |",
    "${pwn()} {{pwn()}} $$x$$ `code` **bold**",
    "http://evil.invalid www.evil.invalid a@evil.invalid",
)


class Tags(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def finished(question: str = "harbour") -> Turn:
    return list(turns(ScriptedBot({"harbour": harbour, "capital": silent}), question, (), None))[-1]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_escaped_text_is_the_text_and_nothing_else(text: str) -> None:
    escaped = view.escape(text)
    assert not re.search(r"[<>\"'`*_\[\]()!$\{\}|~@:.\\]", escaped)
    assert html.unescape(escaped) == text


@given(st.text())
def test_a_line_has_no_line_break(text: str) -> None:
    assert len(view.line(text).splitlines()) <= 1


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_words_are_shown_as_words(payload: str) -> None:
    document = Document(text=f"Before. {payload} After.", title=payload, uri=f"/x/{payload}", source=payload)
    held = cite(1, document, payload, payload)
    answer = Answer(
        payload, True, payload, (Statement(payload, "verbatim", (1,)),), citations=(held,), notes=(payload,)
    )
    turn = advance(Turn(1, payload), answer, lambda _: document.text)
    plain = advance(Turn(1, "x"), replace(answer, question="x"), lambda _: None)
    chat, panel = view.message(turn), view.evidence([turn])
    assert payload.split("\n")[0].split()[0] in Tags(panel).text
    assert set(Tags(chat).tags) == {"div", "p", "button", "span"}
    assert set(Tags(panel).tags) == {"section", "h2", "p", "details", "summary", "span", "div", "mark", "button"} | (
        {"br"} if "\n" in payload else set()
    )
    assert Tags(chat).tags.count("button") == 1, "only our own citation is a button"
    assert "\n" not in chat + panel + view.question(turn) + view.message(plain)
    assert "<" not in re.sub(r"</?(ul|li|span)[^>]*>", "", view.added([(payload, payload, payload)]))


def test_a_script_address_is_never_a_link() -> None:
    for uri in ("javascript:alert(1)", "data:text/html,x", "//evil.invalid/x", "HTTP://x", " https://x"):
        held = cite(1, Document(text="Words.", title="t", uri=uri), "Words.")
        turn = advance(Turn(1, "q"), Answer("q", True, "", citations=(held,)), lambda _: None)
        assert "<a " not in view.evidence([turn])
    web = cite(1, BUDGET, "The council votes in June.")
    turn = advance(Turn(1, "q"), Answer("q", True, "", citations=(web,)), lambda _: None)
    assert 'rel="noopener noreferrer"' in view.evidence([turn])


@given(st.text(min_size=1).filter(str.strip), st.data())
def test_a_card_is_the_quote_in_its_own_surroundings(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = Document(text=text, title="t", uri="u")
    held = card(replace(OPENING, quote=text[start:end], start=start, end=end), document.text)
    assert text[start - len(held.before) : end + len(held.after)] == held.before + text[start:end] + held.after
    assert len(held.before) <= CONTEXT
    assert len(held.after) <= CONTEXT


def test_a_card_without_its_document_keeps_its_quote() -> None:
    assert card(OPENING, None).before == ""
    assert card(OPENING, "quite another text by now").after == ""


def test_long_surroundings_are_cut_between_words() -> None:
    held = card(OPENING, HARBOUR.text)
    assert held.cut == (True, True)
    assert HARBOUR.text[OPENING.start - len(held.before) - 1].isspace()
    assert HARBOUR.text[OPENING.end + len(held.after)].isspace()


def test_a_checked_sentence_replaces_its_draft() -> None:
    draft = "“The harbour will open in May,” Ada Verne said. [1] The mayor is"
    assert remaining(draft, OPENING.quote) == "The mayor is"
    assert remaining("Twelve **million**[1][2], they say. Then", "Twelve million, they say.") == "Then"
    assert remaining(draft, "Another sentence.") == draft
    assert remaining(draft, "[1]") == draft


def test_a_draft_is_shown_as_a_draft_and_never_cites() -> None:
    turn = Turn(1, "q", query="q", passages=3)
    assert "reading 3 passages" in view.message(turn)
    turn = advance(turn, Text("Not checked yet [1] and <b>"), lambda _: None)
    assert 'class="draft"' in view.message(turn)
    assert "Not checked yet and" in view.message(turn)
    assert "<button" not in view.message(turn)
    turn = advance(turn, Checked(Statement("Not checked yet and", "supported", (3,)), (THIRTEEN,)), lambda _: None)
    assert "cite c-1-3" in view.message(turn)
    assert turn.draft.strip() == "<b>"


def test_every_part_of_an_answer_is_shown() -> None:
    shown = Tags(view.message(finished())).text
    for part in ("word for word", "supported by its sources", "Ada Verne", "30 January 2025", "1 sentence left out"):
        assert part in shown
    for part in ("No passage says so.", "The sources differ: the cost", "nearly 13 million", "local:scripted"):
        assert part in shown


def test_silence_shows_what_was_searched_and_what_came_closest() -> None:
    turn = finished("What is the capital?")
    shown = Tags(view.message(turn)).text
    assert "The sources don’t say." in shown
    assert "Searched for “What is the capital?”" in shown
    assert "The council votes in June." in shown
    assert "Closest passages" in view.evidence([turn])


def test_a_citation_keeps_its_turn() -> None:
    first, second = finished(), replace(finished(), number=2)
    assert "c-1-1" in view.message(first)
    assert "c-2-1" in view.message(second)
    assert view.evidence([first, second]).count('class="turn shown"') == 1


def test_errors_are_said_and_what_was_checked_stays() -> None:
    def broken(question: str) -> Iterator[Event]:
        yield Found(question, ())
        yield Checked(Statement("Held.", "supported", (1,)), (OPENING,))
        raise ModelError("the model went away; <b>try again</b>")

    def bug(question: str) -> Iterator[Event]:
        yield Found(question, ())
        raise RuntimeError("secret detail")

    bot = ScriptedBot({"broken": broken, "bug": bug})
    *_, last = turns(bot, "broken", (), None)
    assert "the model went away; <b>try again</b>" in Tags(view.message(last)).text
    assert "Held." in Tags(view.message(last)).text
    *_, last = turns(bot, "bug", (), None)
    assert "secret detail" not in view.message(last)
    assert "went wrong" in view.message(last)


def test_only_answered_turns_are_history() -> None:
    bot = ScriptedBot({"harbour": harbour})
    past = (finished(), replace(finished(), answer=None, ended="stopped"))
    list(turns(bot, "and the harbour?", past, "local:x"))
    (question, history, llm) = bot.asked[-1]
    assert question == "and the harbour?"
    assert llm == "local:x"
    assert [q for q, _ in history] == ["harbour"]


@given(st.lists(st.floats(0, 1), min_size=1))
def test_pacing_keeps_the_first_the_last_and_the_gap(waits: list[float]) -> None:
    now = 0.0
    seen: list[float] = []

    def states() -> Iterator[Turn]:
        nonlocal now
        for number, wait in enumerate(waits):
            now += wait
            yield Turn(number, "q")

    shown = []
    for turn in paced(states(), 0.15, lambda: now):
        shown.append(turn.number)
        seen.append(now)
    assert shown[0] == 0
    assert shown[-1] == len(waits) - 1
    assert shown == sorted(set(shown))
    assert all(later - earlier >= 0.15 for earlier, later in pairwise(seen[:-1]))


def test_the_library_and_the_writers_are_described() -> None:
    listed = Tags(view.library([("A <b>", "The Courier", date(2025, 1, 3)), ("B", None, None)])).text
    assert "2 documents" in listed
    assert "A <b>The Courier · 3 January 2025" in listed
    assert "Nothing leaves this machine" in Tags(view.writer("extractive")).text
    assert "Nothing leaves this machine" in Tags(view.writer("local:smollm2")).text
    assert "are sent to it" in Tags(view.writer("openai:gpt-5")).text
    assert "leaves" not in Tags(view.writer("ollama:qwen3")).text


def test_left_out_sentences_are_counted() -> None:
    answer = Answer("q", True, "", left_out=(LeftOut("A.", "r"), LeftOut("B.", "r")))
    assert "2 sentences left out" in Tags(view.message(advance(Turn(1, "q"), answer, lambda _: None))).text


def test_the_policy_names_the_pages_own_scripts_and_no_others() -> None:
    page = b"<script>one()</script><script src='/a.js'></script><script type=module>two()</script>"
    assert policy(page).count("sha256-") == 2
    directives = dict(part.strip().split(" ", 1) for part in policy(page).split(";"))
    assert directives["default-src"] == "'none'"
    assert "unsafe" not in directives["script-src"]
    assert "http" not in policy(page)
