"""What the page shows, as pure functions: nothing foreign becomes markup, whatever it holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Answer, Checked, Event, Found, LeftOut, Remark, Source, Statement, Text, Variant
from app.audit.trace import Decision, Limited, Searched, Trace
from app.check.wording import exact_spans, in_marks
from app.llm.exchange import Exchange, Usage
from app.web import view
from app.web.evidence import evidence
from app.web.html import escape, line, marked
from app.web.policy import policy
from app.web.turn import CONTEXT, WHOLE, Turn, advance, card, remaining, turns
from retrieval.documents import Document
from retrieval.errors import ModelError
from tests.scripted import BUDGET, HARBOUR, OPENING, THIRTEEN, ScriptedBot, cite, harbour, silent, speech

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
    return list(turns(ScriptedBot({"harbour": harbour, "capital": silent, "Verne": speech}), question, ()))[-1]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_escaped_text_is_the_text_and_nothing_else(text: str) -> None:
    escaped = escape(text)
    assert not re.search(r"[<>\"'`*_\[\]()!$\{\}|~@:.\\]", escaped)
    assert html.unescape(escaped) == text


@given(st.text())
def test_a_line_has_no_line_break(text: str) -> None:
    assert len(line(text).splitlines()) <= 1


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_words_are_shown_as_words(payload: str) -> None:
    document = Document(text=f"Before. {payload} After.", title=payload, uri=f"/x/{payload}", source=payload)
    held = cite(1, document, payload, payload)
    answer = Answer(
        payload, True, payload, (Statement(payload, "verbatim", (1,)),), citations=(held,), notes=(payload,)
    )
    turn = advance(Turn(1, payload), answer, lambda _: document.text)
    plain = advance(Turn(1, "x"), replace(answer, question="x"), lambda _: None)
    chat, panel = view.message(turn), evidence([turn])
    assert payload.split("\n")[0].split()[0] in Tags(panel).text
    assert set(Tags(chat).tags) == {"div", "p", "button", "span", "ol", "li", "q"}
    assert set(Tags(panel).tags) == {"section", "h2", "p", "span", "div", "mark", "button"} | (
        {"br"} if "\n" in payload else set()
    )
    assert Tags(chat).tags.count("button") == 6, "our own citation, and two rates each and a copy"
    assert chat.count('class="cite ') == 1
    assert "\n" not in chat + panel + view.question(turn) + view.message(plain)


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_words_in_a_quote_card_are_shown_as_words(payload: str) -> None:
    sentence = f"“{payload},” she said of {payload}."
    document = Document(text=sentence, title=payload, uri="u", source=payload)
    held = replace(cite(1, document, sentence, payload), role=payload, said=payload, dated_by="text")
    variants = (Variant(payload, (1,)), Variant(f"{payload} {payload}", (1,)))
    remark = Remark(payload, payload, payload, "text", "direct", " ".join(payload.split()), (1,), 0, variants)
    for kind in ("direct", "mixed", "indirect"):
        answer = Answer(
            "q",
            True,
            "",
            (Statement(sentence, "verbatim", (1,)),),
            citations=(held,),
            remarks=(replace(remark, kind=kind),),
        )
        turn = advance(Turn(1, "q"), answer, lambda _: document.text)
        chat, panel = Tags(view.message(turn)), Tags(evidence([turn]))
        assert set(chat.tags) == {"div", "p", "span", "button", "details", "summary", "ul", "ol", "li", "q"}
        assert view.message(turn).count('class="cite ') == 3, "one mark at the sentence and one at each wording"
        assert chat.text.count(payload.split()[0]) >= 7
        assert not {"script", "img", "a"} & set(panel.tags)
        assert "\n" not in view.message(turn) + evidence([turn])


def test_a_quote_card_shows_who_when_where_and_each_wording() -> None:
    page = view.message(finished("What did Ada Verne say?"))
    shown = " ".join(Tags(page.replace("<", " <")).text.split())
    for part in (
        "Ada Verne harbour master “The harbour will open in May,” Ada Verne said.",
        "29 January 2025 · The Coast Courier, Tides Weekly · 2 sources, 1 independent · word for word",
        "worded differently “The harbour will open in May” 1 The Coast Courier",
        "or in June at the latest ” 2 Tides Weekly",
        "date not stated · Council weighs the cost · reported speech",
    ):
        assert part in shown, part
    assert '<span class="differs">or in June at the latest</span>' in page
    assert '<span class="exact">“The harbour will open in May&#44;”</span><span class="rest"> Ada Verne' in page
    assert page.count("harbour master") == 1, "a speaker is named once above their remarks"
    assert 'class="exact"' not in page.split("indirect")[1], "reported speech has no exact words"


def test_the_day_of_speaking_is_told_from_that_of_publication() -> None:
    turn = finished("What did Ada Verne say?")
    assert turn.answer is not None
    published = replace(turn.answer.remarks[0], said="2025-01-31", dated_by="publication")
    answer = replace(turn.answer, remarks=(published,))
    assert "reported 31 January 2025 ·" in Tags(view.message(replace(turn, answer=answer))).text
    assert "reported" not in Tags(view.message(turn)).text.split("worded")[0]
    panel = Tags(evidence([turn])).text
    assert "harbour master · said 29 January 2025" in panel
    assert "said 1 February" not in panel


def test_a_models_own_sentence_is_no_card() -> None:
    turn = finished("What did Ada Verne say?")
    assert turn.answer is not None
    own = Statement("Verne expects the opening in May.", "supported", (1,))
    turn = replace(turn, checked=(own,), answer=replace(turn.answer, statements=(own,)))
    page = view.message(turn)
    assert "remark" not in page
    assert "in other words" in page


@pytest.mark.parametrize(
    ("sentence", "words", "set_off"),
    [
        ("“It is,” he said.", "It is", ["“It is,”"]),
        ('He called it "new" and "odd".', "new … odd", ['"new"', '"odd"']),
        ("“It is,” he said, “and will be.”", "It is … and will be", ["“It is,”", "“and will be.”"]),
        ("“Well … no,” he said.", "Well … no", ["“Well … no,”"]),
        ("He said that it is.", "that it is", ["that it is"]),
        ("He said no.", "something else", []),
        ("He said no.", "", []),
    ],
)
def test_exact_words_are_found_in_their_sentence(sentence: str, words: str, set_off: list[str]) -> None:
    assert [sentence[start:end] for start, end in exact_spans(sentence, words)] == set_off


def test_a_wording_is_in_quotation_marks_only_where_its_source_has_it_so() -> None:
    assert in_marks("“It\n is,” he said.", "It is")
    assert in_marks('He called it "new" and "odd".', "new … odd")
    assert not in_marks("He said that it is.", "that it is")
    assert not in_marks("He said that it is.", "nothing")
    turn = finished("What did Ada Verne say?")
    assert turn.answer is not None
    reported = (Variant("The harbour will open in May", (1,)), Variant("the cost of the harbour", (3,)))
    remark = replace(turn.answer.remarks[0], variants=reported)
    page = Tags(view.message(replace(turn, answer=replace(turn.answer, remarks=(remark,))))).text
    assert "“The harbour will open in May”" in page
    assert "the cost of the harbour3" in page


@given(st.text(), st.text())
def test_whatever_is_set_off_stands_in_the_sentence_in_order(sentence: str, words: str) -> None:
    ends = [0]
    for start, end in exact_spans(sentence, words):
        assert ends[-1] <= start < end <= len(sentence)
        ends.append(end)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])), st.data())
def test_light_marks_change_no_character_of_the_document(text: str, data: st.DataObject) -> None:
    text = "".join(text.split()) + "."
    where = st.integers(0, len(text) - 1)
    pairs = data.draw(st.lists(st.tuples(where, where), min_size=1, max_size=4))
    document = Document(text=text, title="t", uri="u")
    cited = tuple(
        replace(OPENING, number=n, quote=text[a : b + 1], start=a, end=b + 1, document=Source.of(document))
        for n, (a, b) in enumerate(((min(p), max(p)) for p in pairs), start=1)
    )
    turn = advance(Turn(1, "q"), Answer("q", True, "", citations=cited), lambda _: text)
    for context in re.findall(r'class="context">(.*?)</div>', evidence([turn])):
        assert Tags(context).text == text
        assert Tags(context).tags.count("mark") == 1


def test_a_script_address_is_never_a_link() -> None:
    for uri in ("javascript:alert(1)", "data:text/html,x", "//evil.invalid/x", "HTTP://x", " https://x"):
        held = cite(1, Document(text="Words.", title="t", uri=uri), "Words.")
        turn = advance(Turn(1, "q"), Answer("q", True, "", citations=(held,)), lambda _: None)
        assert "<a " not in evidence([turn])
    web = cite(1, BUDGET, "The council votes in June.")
    turn = advance(Turn(1, "q"), Answer("q", True, "", citations=(web,)), lambda _: None)
    assert 'rel="noopener noreferrer"' in evidence([turn])


@given(st.text(min_size=1).filter(str.strip), st.sampled_from(["", "word " * (WHOLE // 5)]), st.data())
def test_a_card_is_the_quote_in_its_own_surroundings(text: str, more: str, data: st.DataObject) -> None:
    text = more + text + more
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = Document(text=text, title="t", uri="u")
    held = card(replace(OPENING, quote=text[start:end], start=start, end=end), document.text)
    assert text[start - len(held.before) : end + len(held.after)] == held.before + text[start:end] + held.after
    if len(text) <= WHOLE:
        assert held.before + held.citation.quote + held.after == text
    else:
        assert len(held.before) <= CONTEXT
        assert len(held.after) <= CONTEXT


def test_a_card_without_its_document_keeps_its_quote() -> None:
    assert card(OPENING, None).before == ""
    assert card(OPENING, "quite another text by now").after == ""


def test_long_surroundings_are_cut_between_words() -> None:
    text = HARBOUR.text + " word" * (WHOLE // 5)
    held = card(OPENING, text)
    assert held.cut == (True, True)
    assert text[OPENING.start - len(held.before) - 1].isspace()
    assert text[OPENING.end + len(held.after)].isspace()


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
    for part in ("word for word", "in other words", "Ada Verne", "30 January 2025", "1 sentence left out"):
        assert part in shown
    for part in ("No passage says so.", "The sources differ: the cost", "nearly 13 million", "local:scripted"):
        assert part in shown


def test_silence_shows_what_was_searched_and_what_came_closest() -> None:
    turn = finished("What is the capital?")
    shown = Tags(view.message(turn)).text
    assert "The sources don’t say." in shown
    assert "Searched for: capital" in shown
    assert "Understood as" not in shown
    assert (
        "Understood as “the capital of France”."
        in Tags(view.message(replace(turn, query="the capital of France"))).text
    )
    assert "The council votes in June." in shown
    assert "Closest passages" in evidence([turn])


def test_a_citation_keeps_its_turn() -> None:
    first, second = finished(), replace(finished(), number=2)
    assert "c-1-1" in view.message(first)
    assert "c-2-1" in view.message(second)
    assert evidence([first, second]).count('class="turn shown"') == 1


def test_errors_are_said_and_what_was_checked_stays() -> None:
    def broken(question: str) -> Iterator[Event]:
        yield Found(question, ())
        yield Checked(Statement("Held.", "supported", (1,)), (OPENING,))
        raise ModelError("the model went away; <b>try again</b>")

    def bug(question: str) -> Iterator[Event]:
        yield Found(question, ())
        raise RuntimeError("secret detail")

    bot = ScriptedBot({"broken": broken, "bug": bug})
    *_, last = turns(bot, "broken", ())
    assert "the model went away; <b>try again</b>" in Tags(view.message(last)).text
    assert "Held." in Tags(view.message(last)).text
    *_, last = turns(bot, "bug", ())
    assert "secret detail" not in view.message(last)
    assert "went wrong" in view.message(last)


def test_only_answered_turns_are_history() -> None:
    bot = ScriptedBot({"harbour": harbour})
    past = (finished(), replace(finished(), answer=None, ended="stopped"))
    list(turns(bot, "and the harbour?", past, "openai:x"))
    (question, history, llm) = bot.asked[-1]
    assert question == "and the harbour?"
    assert llm == "openai:x"
    assert [q for q, _ in history] == ["harbour"]


def test_the_first_paint_says_which_library_is_asked() -> None:
    assert "asking the sample library: 10 articles" in Tags(view.welcome(10, sample=True)).text
    assert "asking your library: 1 document." in Tags(view.welcome(1, sample=False)).text
    assert "Your library is empty" in Tags(view.welcome(0, sample=False)).text


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


def test_a_mark_stays_with_the_last_word_where_words_are_spaced() -> None:
    chip = '<button class="cite">1</button>'
    assert marked("It will open.", chip) == f'It will <span class="tail">open.{chip}</span>'
    assert "tail" not in marked("港口将于五月开放", chip)
    assert "tail" not in marked("x" * 100, chip)


def test_sources_that_are_copies_are_told_from_independent_ones() -> None:
    turn = finished()
    assert turn.answer is not None
    held = replace(turn.answer.statements[1], independent=2)
    page = view.message(replace(turn, checked=(held,)))
    assert "2 sources · " in Tags(page).text
    page = view.message(replace(turn, checked=(replace(held, independent=1),)))
    assert "2 sources, 1 independent · " in Tags(page).text


def test_what_a_model_thought_and_cost_is_told_where_it_is_known() -> None:
    turn = finished()
    assert turn.answer is not None
    usage = Usage(900, 100)
    exchange = Exchange("answer", "m", "p", (), False, "d", "First <b>I</b> look.\n\nThen I write.", usage, 0.0021, 1.0)
    searched = Searched("q", "k", "", "", "", (), (), "")
    limits = (Limited(sources=("Civic Byte",), since="2025-01-28"),)
    trace = Trace("q", searched, (), (), Decision(True, 0, 0, None, ()), exchanges=(exchange,), limited=limits)
    page = view.message(replace(turn, answer=replace(turn.answer, trace=trace)))
    shown = Tags(page).text
    assert "What the model thought" in shown
    assert "First <b>I</b> look." in shown
    assert "1,000 tokens · $0.0021" in shown
    assert "\n" not in page
    silence = finished("What is the capital?")
    assert silence.answer is not None
    shown = Tags(view.message(replace(silence, answer=replace(silence.answer, trace=trace)))).text
    assert "Only from Civic Byte." in shown
    assert "Only published since 28 January 2025." in shown
    assert "Read 1 passage; none of them answers the question." in shown
