"""The page in a real Chromium: asking, reading the evidence, and everything that must not happen."""

from __future__ import annotations

import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import app
from app.answer import (
    Answer,
    Checked,
    Disagreement,
    Event,
    Found,
    LeftOut,
    Position,
    Remark,
    Statement,
    Text,
    Variant,
)
from app.web.serving import serve
from retrieval.documents import Document
from retrieval.errors import ModelError, OnrecordError
from tests.browser import Watched, chromium, served, until
from tests.scripted import BUDGET, HARBOUR, OPENING, TIDES, ScriptedBot, cite, harbour, hit, silent, speech
from tests.test_web_view import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

EXAMPLES = ("When will the harbour open?", "What is the capital of France?")
LINES_OF_WORDS = """cells => cells.map(cell => {
  const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode();
  return [...text.data.matchAll(/\\S+/g)].map(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(box => box.top)).size;
  });
})"""
"""For each cell, on how many lines each of its words stands."""
PUT_BACK = """(box, text) => new MutationObserver((_, watching) => {
  if (!document.querySelector("#chat .colophon")) return;
  watching.disconnect();
  setTimeout(() => {
    box.value = text;
    document.querySelector("#ask").classList.add("put-back");
  }, 300);
}).observe(document, { childList: true, subtree: true })"""
"""Puts a text into the box once the answer is there."""
SHOTS = os.environ.get("ONRECORD_SCREENSHOTS")
"""A folder to keep pictures of the page's main states in, for looking at."""
TRAP = "globalThis.pwned=1"
NASTY = "\n\n".join(payload.replace("pwn()", TRAP) for payload in HOSTILE)
POISON = Document(
    text=f"Start.\n\n{NASTY}\n\nThe end.",
    title=f"<img src=x onerror='{TRAP}'>![t](http://evil.invalid/t)",
    uri=f"javascript:{TRAP}",
    source="<script>globalThis.pwned=1</script>",
)


def endless(question: str) -> Iterator[Event]:
    yield Found(question, (hit(HARBOUR),))
    for number in itertools.count():
        time.sleep(0.02)
        yield Text(f"word{number} ")


def hostile(question: str) -> Iterator[Event]:
    held = replace(cite(1, POISON, NASTY), speaker=HOSTILE[1])
    statement = Statement(NASTY, "supported", (1,))
    out = LeftOut(NASTY, NASTY)
    yield Found(NASTY, (hit(POISON),))
    yield Text(NASTY)
    time.sleep(0.4)
    yield Checked(statement, (held,))
    differ = Disagreement(NASTY, (Position(NASTY, (1,)), Position(HOSTILE[4], (1,))))
    yield Answer(question, True, NASTY, (statement,), (out,), (held,), (differ,), model=NASTY, notes=(NASTY,))


def slander(question: str) -> Iterator[Event]:
    """A quote card in which everything that comes from a document is hostile."""
    held = replace(cite(1, POISON, NASTY), speaker=NASTY, role=NASTY, said=NASTY, dated_by="text")
    statement = Statement(NASTY, "verbatim", (1,))
    variants = (Variant(NASTY, (1,)), Variant(f"{HOSTILE[1]} {NASTY}", (1,)))
    remark = Remark(NASTY, NASTY, NASTY, "text", "direct", " ".join(NASTY.split()), (1,), 0, variants)
    yield Found(question, (hit(POISON),))
    yield Answer(question, True, NASTY, (statement,), citations=(held,), remarks=(remark,))


def refused(question: str) -> Iterator[Event]:
    yield Found(question, ())
    raise ModelError("The key for this model was refused. Set OPENAI_API_KEY and ask again.")


@pytest.fixture(scope="module")
def bot() -> ScriptedBot:
    scripts = {
        "harbour": harbour,
        "capital": silent,
        "endless": endless,
        "poison": hostile,
        "key": refused,
        "Verne": speech,
        "slander": slander,
    }
    return ScriptedBot(scripts, [HARBOUR, BUDGET, TIDES, POISON])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address(bot: ScriptedBot) -> Iterator[str]:
    with served(bot, EXAMPLES) as at:
        yield at


@pytest.fixture
def watched(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    options = getattr(request, "param", {})
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    opened = Watched(context.new_page(), address)
    yield opened
    context.close()
    assert opened.troubles == []


def keep(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_timeout(600)
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def reader(page: Page) -> Locator:
    """The reader, once it shows a quote in its document."""
    page.wait_for_selector("#reading mark")
    return page.locator("#reading")


def answered(watched: Watched, question: str = "When will the harbour open and what does it cost?") -> Page:
    watched.ask(question)
    watched.page.wait_for_selector(".answer .colophon")
    return watched.page


def in_view(page: Page, selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    size = page.viewport_size
    return bool(box and size and box["y"] >= 0 and box["y"] < size["height"])


def test_the_first_visit_offers_the_librarys_own_questions(watched: Watched, bot: ScriptedBot) -> None:
    page = watched.page
    assert page.title() == "Onrecord"
    page.wait_for_selector(".example")
    assert page.locator(".example").all_inner_texts() == list(EXAMPLES)
    assert page.locator(".welcome .which").inner_text().startswith("You are asking your library: ")
    assert page.locator("footer").count() == 0 or not page.locator("footer").is_visible()
    keep(page, "first-visit")
    page.locator(".example").first.click()
    page.wait_for_selector(".answer .colophon")
    assert bot.asked[-1][0] == EXAMPLES[0]


def test_a_mark_opens_the_quote_in_its_document(watched: Watched) -> None:
    page = answered(watched)
    assert page.locator("#chat button.cite").count() == 5
    keep(page, "answer")
    page.locator("#chat button.cite").first.click()
    opened = reader(page)
    assert opened.locator("mark").inner_text() == OPENING.quote
    assert "It will cost 12 million." in opened.locator(".text").inner_text()
    assert in_view(page, "#reading mark")
    keep(page, "evidence")
    page.locator("#chat button.cite").nth(2).click()
    page.wait_for_selector("#reading .place:text('Quote 3 of 3')")
    assert page.locator("#reading mark").inner_text().startswith("Ada Verne put the cost")


def test_left_out_sentences_and_disagreements_are_there(watched: Watched) -> None:
    page = answered(watched)
    page.locator(".out summary").click()
    assert "No passage says so." in page.locator(".out").inner_text()
    assert page.locator(".differ tbody th").all_inner_texts() == ["12 million", "nearly 13 million"]


def test_the_sources_dont_say(watched: Watched) -> None:
    watched.ask("What is the capital of France?")
    page = watched.page
    page.wait_for_selector(".verdict")
    assert page.locator(".verdict").inner_text() == "The sources don’t say. Searched for: capital."
    keep(page, "silence")
    page.locator(".closest button.cite").click()
    assert reader(page).locator("mark").inner_text() == "The council votes in June."


def test_quote_cards_set_off_the_words_and_open_every_wording(watched: Watched) -> None:
    page = answered(watched, "What did Ada Verne say?")
    keep(page, "speech")
    exact, rest = page.locator(".remark .exact"), page.locator(".remark .rest")
    assert exact.inner_text() == "“The harbour will open in May,”"
    size, ink = "e => parseFloat(getComputedStyle(e).fontSize)", "e => getComputedStyle(e).color"
    assert exact.evaluate(size) > rest.evaluate(size)
    assert exact.evaluate(ink) != rest.evaluate(ink)
    assert page.locator(".worded li").count() == 2
    assert not page.locator(".worded li").first.is_visible()
    page.locator(".worded summary").click()
    keep(page, "worded")
    page.locator(".worded li button.cite").nth(1).click()
    opened = reader(page)
    assert opened.locator("mark").inner_text().startswith("“The harbour will open in May, or in June")
    assert page.locator(".worded li").first.is_visible()


def test_a_document_opens_whole_at_the_quote_with_the_other_quotes_marked_lightly(watched: Watched) -> None:
    page = answered(watched)
    page.locator("#chat button.cite").first.click()
    opened = reader(page)
    assert opened.locator(".also").inner_text() == "It will cost 12 million."
    assert opened.locator(".text").evaluate("e => e.textContent") == HARBOUR.text
    before = opened.locator(".text").evaluate("e => e.textContent.indexOf(e.querySelector('mark').textContent)")
    assert before == OPENING.start
    assert page.locator("#side").evaluate("e => e.scrollTop") > 0
    assert in_view(page, "#reading mark")
    assert opened.locator(".where").inner_text() == "The Coast Courier · 30 January 2025"
    opened.locator(".also").click()
    page.wait_for_selector("#reading .place:text('Quote 2 of 3')")
    assert opened.locator("mark").inner_text() == "It will cost 12 million."


def newest_is_in_sight(page: Page) -> bool:
    newest, above = page.locator("#chat .question").last.bounding_box(), page.locator("#top").bounding_box()
    return bool(newest and above and above["y"] + above["height"] <= newest["y"] < 700)


def test_an_answer_is_read_from_its_question_on(watched: Watched) -> None:
    page = watched.page
    for number in range(4):
        watched.ask("What did Ada Verne say?")
        page.locator("#chat .colophon").nth(number).wait_for()
        until(page, lambda: newest_is_in_sight(page), "the newest question is out of sight")
    page.locator("#chat .bubble-wrap").hover()
    page.mouse.wheel(0, -5000)
    until(page, lambda: in_view(page, "#chat .question >> nth=0"), "the wheel does not scroll")
    page.locator("#chat button.cite").first.click()
    reader(page)
    page.wait_for_timeout(300)
    assert in_view(page, "#chat .question >> nth=0"), "whoever scrolls away is left where they are"


def test_earlier_turns_keep_their_evidence(watched: Watched, bot: ScriptedBot) -> None:
    page = answered(watched)
    watched.ask("What is the capital of France?")
    page.wait_for_selector(".verdict")
    assert [q for q, _ in bot.asked[-1][1]] == ["When will the harbour open and what does it cost?"]
    expect(page.locator("#evidence .turn.shown")).to_have_id("evidence-2")
    page.locator("#chat button.c-1-1").first.click()
    assert reader(page).locator("mark").inner_text() == OPENING.quote
    expect(page.locator("#evidence .turn.shown")).to_have_id("evidence-1")
    page.locator("#new").click()
    page.wait_for_selector(".welcome")
    expect(page.locator("#evidence .card")).to_have_count(0)
    answered(watched)
    assert bot.asked[-1][1] == []


def test_a_draft_shows_as_a_draft_and_stop_really_stops(watched: Watched, bot: ScriptedBot) -> None:
    page = watched.page
    bot.closed.clear()
    watched.ask("endless")
    page.wait_for_selector(".draft")
    assert "checking…" in page.locator(".answer").inner_text()
    keep(page, "draft")
    page.locator("#ask .stop-button").click()
    page.wait_for_selector("text=Stopped.")
    assert bot.closed.wait(120), "the answer's generator was never closed"
    for _ in range(10):  # a late update of the answer must not overwrite what stopping showed
        page.wait_for_timeout(30)
        assert page.locator(".draft").count() == 0
    answered(watched)
    assert page.locator(".note", has_text="Stopped.").count() == 1


def test_closing_the_tab_stops_the_work(browser: Browser, address: str, bot: ScriptedBot) -> None:
    bot.closed.clear()
    opened = Watched(browser.new_page(), address)
    opened.ask("endless")
    opened.page.wait_for_selector(".draft")
    opened.page.close()
    assert bot.closed.wait(120), "the answer's generator outlived its reader"


def test_errors_are_said_in_words(watched: Watched) -> None:
    watched.ask("key")
    watched.page.wait_for_selector(".failed")
    assert "Set OPENAI_API_KEY and ask again." in watched.page.locator(".failed").inner_text()
    keep(watched.page, "error")


def test_hostile_words_run_nothing_and_reach_nowhere(watched: Watched) -> None:
    page = watched.page
    page.evaluate("globalThis.pwned = 0")
    watched.ask("poison ![q](http://evil.invalid/q) <img src=x onerror='globalThis.pwned=1'> [a](javascript:1)")
    page.wait_for_selector(".answer .colophon")
    page.locator("#chat button.cite").first.click()
    page.wait_for_selector("#reading mark")
    keep(page, "hostile")
    shown = page.evaluate("document.querySelector('#reading mark').textContent")
    assert shown == NASTY
    page.locator("#side [role=tab]").nth(1).click()
    page.wait_for_selector("#library .documents .title")
    page.wait_for_timeout(300)
    assert page.evaluate("globalThis.pwned") == 0
    foreign = "#chat .answer, #chat .question, #evidence, #reading, #library .documents"
    for tag in ("script", "img", "iframe", "a", "h1", "code"):
        assert page.locator(foreign).locator(tag).count() == 0, tag
    assert page.locator("#chat .answer p:first-child button.cite").count() == 1


def test_hostile_words_in_a_quote_card_run_nothing(watched: Watched) -> None:
    page = watched.page
    page.evaluate("globalThis.pwned = 0")
    answered(watched, "slander")
    page.locator(".worded summary").click()
    page.locator(".worded button.cite").first.click()
    page.wait_for_selector("#reading mark")
    keep(page, "hostile-card")
    page.wait_for_timeout(300)
    assert page.evaluate("globalThis.pwned") == 0
    for tag in ("script", "img", "iframe", "a", "h1", "code"):
        assert page.locator("#chat .answer, #evidence, #reading").locator(tag).count() == 0, tag
    assert page.locator("#chat .answer button.cite").count() == 3
    assert page.locator("#chat .answer button:not(.cite, .rate, .copy)").count() == 0


def test_a_script_that_got_in_would_not_run(watched: Watched) -> None:
    page = watched.page
    page.evaluate(
        """() => { globalThis.pwned = 0; const div = document.createElement('div');
        div.innerHTML = '<img src=x onerror="globalThis.pwned=1">'; document.body.append(div);
        const script = document.createElement('script'); script.textContent = 'globalThis.pwned=2';
        document.body.append(script);
        const image = new Image(); image.src = 'http://evil.invalid/x.png'; document.body.append(image); }"""
    )
    refused = ("inline event handler", "inline script", "Loading the image", "evil.invalid", "404")
    until(page, lambda: all(any(one in told for told in watched.troubles) for one in refused), "not all was refused")
    assert page.evaluate("globalThis.pwned") == 0
    page.wait_for_timeout(300)
    watched.troubles.clear()


def test_the_keyboard_alone_is_enough(watched: Watched) -> None:
    page = answered(watched)
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('button.c-1-1')"):
            break
    else:
        pytest.fail("no citation can be reached with the keyboard")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("#reading .text:focus")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == "Quote 1 in its document: Harbour to open in spring"
    for key, number in (("n", 2), ("j", 3), ("n", 3), ("p", 2), ("k", 1)):
        page.keyboard.press(key)
        page.wait_for_selector(f"#reading .place:text('Quote {number} of 3')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('#chat button.cite')")
    assert page.locator("#reading .reader").count() == 0
    page.keyboard.press("Space")
    assert reader(page).count() == 1


def test_a_screen_reader_hears_names_and_not_markup(watched: Watched) -> None:
    page = answered(watched)
    name = page.locator("#chat button.cite").first.get_attribute("aria-label")
    assert name is not None
    assert name.startswith("Quote 1: Ada Verne, The Coast Courier")
    page.wait_for_selector("#chat [aria-label*='<']", state="detached")


@pytest.mark.parametrize("watched", [{"color_scheme": "dark"}], indirect=True)
def test_dark_is_dark(watched: Watched) -> None:
    page = answered(watched)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    ink = page.evaluate("getComputedStyle(document.querySelector('.said p')).color.match(/\\d+/g).map(Number)")
    assert max(paper[:3]) < 60
    assert min(ink[:3]) > 180
    page.locator("#chat button.cite").first.click()
    keep(page, "dark")


def test_a_question_that_was_taken_leaves_its_box_though_gradio_puts_it_back(watched: Watched) -> None:
    page, box = watched.page, watched.page.locator("#ask textarea")
    question = "When will the harbour open?"
    box.evaluate(PUT_BACK, question)
    answered(watched, question)
    page.wait_for_selector("#ask.put-back")
    expect(box).to_have_value("")
    box.fill(question)  # whoever types the same once more finds it there
    page.wait_for_timeout(300)
    assert box.input_value() == question


@pytest.mark.parametrize("watched", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_a_telephone_is_wide_enough(watched: Watched) -> None:
    page = watched.page
    keep(page, "narrow-first-visit")
    answered(watched)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    keep(page, "narrow-answer")
    page.locator(".differ td:not(.when)").evaluate_all("all => all.forEach(one => one.prepend('A title. '.repeat(30)))")
    assert page.locator(".differ tbody th").evaluate_all(LINES_OF_WORDS) == [[1, 1], [1, 1, 1]], "no value is cut up"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#chat button.cite").first.click()
    reader(page)
    assert in_view(page, "#reading mark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    keep(page, "narrow-evidence")
    page.locator("#reading .back").click()
    until(page, lambda: in_view(page, "#chat button.c-1-1 >> nth=0"), "the way back does not lead to the mark")


def test_a_busy_port_is_said_before_anything_is_loaded(bot: ScriptedBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OnrecordError, match="--port"):
        serve(bot, port=taken.getsockname()[1], open_browser=False)
    with pytest.raises(OnrecordError, match="--port"):
        serve(bot, port=70_000, open_browser=False)


def test_the_address_is_said_once_it_answers_and_ctrl_c_ends_it_though_a_page_is_open(browser: Browser) -> None:
    start = (
        "from scripted import ScriptedBot, harbour\nfrom app.web.serving import serve\n"
        "serve(ScriptedBot({'harbour': harbour}), port=0, open_browser=False)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(
        [sys.executable, "-c", start], stdout=PIPE, stderr=PIPE, text=True, env=environment
    ) as served:
        assert served.stdout is not None
        said = re.fullmatch(r"Onrecord is at (http://127\.0\.0\.1:\d+) \(Ctrl-C ends it\)\n", served.stdout.readline())
        assert said
        page = browser.new_page()
        answered(Watched(page, said[1]))
        served.send_signal(signal.SIGINT)
        _, complaints = served.communicate(timeout=120)
        page.close()
    assert served.returncode == 0
    assert complaints == ""


def test_the_real_chatbot_answers_in_the_page(browser: Browser, tmp_path: Path) -> None:
    from app.chatbot import Chatbot

    with Chatbot(tmp_path) as bot:
        assert {result.status for result in bot.add(Path(app.__file__).parent / "sample")} == {"added"}
        with served(bot) as address:
            watched = Watched(browser.new_page(viewport={"width": 1280, "height": 800}), address)
            page = answered(watched, "What did Zuckerberg say about DeepSeek?")
            keep(page, "real")
            for fold in page.locator(".worded summary").all():
                fold.click()
            marks = page.locator("#chat button.cite")
            assert marks.count() >= 2
            for number in range(marks.count()):
                marks.nth(number).click()
                name = marks.nth(number).evaluate("e => [...e.classList].find(c => c.startsWith('c-'))")
                page.wait_for_selector("#reading .place")
                page.wait_for_selector(f"#chat button.on.{name}")
                shown = reader(page).locator("mark").evaluate("mark => mark.textContent")
                card = page.locator(f"#{name.replace('c-', 'e-')}")
                id, start, end = re.findall(r"d-(\w+) at-(\d+)-(\d+)", card.get_attribute("class") or "")[0]
                assert shown == bot.document(id).text[int(start) : int(end)]
            watched.ask("What is the capital of France?")
            page.wait_for_selector(".verdict")
            page.close()
    assert watched.troubles == []


def test_nothing_of_the_page_is_a_public_endpoint(address: str) -> None:
    from gradio_client import Client  # type: ignore[import-untyped]

    client = Client(address, verbose=False, analytics_enabled=False)
    try:
        assert client.view_api(return_format="dict")["named_endpoints"] == {}
    finally:
        client.close()
