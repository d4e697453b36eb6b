"""Reading the evidence in a real Chromium: the card over a mark, the reader at the quote, documents that are gone."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.error import HTTPError

import pytest

from app.answer import Answer, Event, Found, Statement
from app.web.routes_documents import PIECE, missing, stretch
from retrieval.documents import Document
from tests.browser import Watched, chromium, served
from tests.scripted import BUDGET, HARBOUR, OPENING, TIDES, ScriptedBot, cite, harbour, hit, silent, speech

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EARTH = "\N{EARTH GLOBE EUROPE-AFRICA}"
LONG = Document(
    text=f"{EARTH} The pier is old. " * 20_000
    + f"It was {EARTH} “built in 1890,” they say. "
    + "Ships come. " * 60_000,
    title="A very long history of the pier",
    uri="/news/pier.txt",
    source="Tides Weekly",
)
going = threading.Event()
BUILT = f"It was {EARTH} “built in 1890,” they say."


def long(question: str) -> Iterator[Event]:
    held = (
        cite(1, LONG, BUILT),
        cite(2, LONG, "Ships come. Ships come."),
        cite(3, BUDGET, "The council votes in June."),
    )
    said = tuple(Statement(c.quote, "verbatim", (c.number,)) for c in held)
    yield Found(question, (hit(LONG),))
    yield Answer(question, True, "…", said, citations=held)


def slow(question: str) -> Iterator[Event]:
    """An answer that waits until the test has done something else."""
    yield Found(question, (hit(HARBOUR),))
    assert going.wait(300)
    yield from speech(question)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def bot() -> ScriptedBot:
    scripts = {"harbour": harbour, "capital": silent, "Verne": speech, "pier": long, "slow": slow}
    return ScriptedBot(scripts, [HARBOUR, BUDGET, TIDES, LONG])


@pytest.fixture(scope="module")
def address(bot: ScriptedBot) -> Iterator[str]:
    with served(bot) as at:
        yield at


@pytest.fixture
def watched(browser: Browser, address: str, bot: ScriptedBot, request: pytest.FixtureRequest) -> Iterator[Watched]:
    options = getattr(request, "param", {})
    before = list(bot.library)
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    opened = Watched(context.new_page(), address)
    yield opened
    context.close()
    bot.library[:] = before
    assert [trouble for trouble in opened.troubles if "404" not in trouble] == []


NEXT_ANSWER = """() => {
  const next = document.querySelector("#evidence-1").cloneNode(true);
  next.id = "evidence-2";
  for (const card of next.querySelectorAll(".card")) card.id = card.id.replace("e-1-", "e-2-");
  document.querySelector("#evidence-1").after(next);
  next.querySelector(".open").click();
}"""
"""The evidence of another answer comes, and its first card is chosen before the page has drawn it."""


def reader(page: Page) -> str:
    """The quote that the reader shows, once it does."""
    page.wait_for_selector("#reading mark")
    return page.locator("#reading mark").inner_text()


def answered(watched: Watched, question: str = "When will the harbour open?") -> Page:
    watched.ask(question)
    watched.page.wait_for_selector(".answer .colophon")
    return watched.page


def test_a_card_over_a_mark_says_who_where_when_and_what(watched: Watched) -> None:
    page = answered(watched)
    mark = page.locator("#chat button.cite").first
    mark.hover()
    page.wait_for_selector(".tip")
    assert page.locator(".tip .who").inner_text().split("\n")[-1].endswith("Ada Verne")
    assert page.locator(".tip .quote").inner_text() == OPENING.quote
    assert page.locator(".tip .where").inner_text() == "Harbour to open in spring · The Coast Courier · 30 January 2025"
    assert mark.get_attribute("aria-describedby") == "tip"
    assert mark.get_attribute("title") is None
    page.locator(".tip").hover()
    page.wait_for_timeout(300)
    assert page.locator(".tip").is_visible(), "one can point at the card itself"
    page.keyboard.press("Escape")
    assert page.locator(".tip").count() == 0
    assert mark.get_attribute("aria-describedby") is None


def test_a_card_comes_though_its_evidence_comes_after_the_pointer(watched: Watched) -> None:
    page = answered(watched)
    page.wait_for_selector("#evidence .card")
    page.evaluate(
        "() => { globalThis.held = document.querySelector('#e-1-1'); held.next = held.nextSibling; held.remove(); }"
    )
    page.locator("#chat button.c-1-1").first.hover()
    assert page.locator(".tip").count() == 0
    page.evaluate("() => held.next.before(held)")
    page.wait_for_selector(".tip")
    page.keyboard.press("Escape")
    page.evaluate("() => document.body.append(document.createElement('p'))")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator(".tip").count() == 0, "what was put away stays away"
    page.evaluate("() => held.remove()")
    page.locator("#chat button.c-1-1").first.click()
    assert page.locator("#reading .reader").count() == 0
    page.evaluate("() => held.next.before(held)")
    assert reader(page) == OPENING.quote
    page.keyboard.press("Escape")
    page.evaluate(NEXT_ANSWER)
    assert reader(page) == OPENING.quote


def test_the_keyboard_brings_the_card_too_and_escape_hides_it(watched: Watched) -> None:
    page = answered(watched)
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('button.c-1-1')"):
            break
    page.wait_for_selector(".tip")
    page.keyboard.press("Escape")
    assert page.locator(".tip").count() == 0
    assert page.evaluate("document.activeElement.matches('button.c-1-1')"), "the focus stays where it was"


@pytest.mark.parametrize("watched", [{"has_touch": True, "viewport": {"width": 390, "height": 844}}], indirect=True)
def test_a_finger_shows_the_card_first_and_opens_then(watched: Watched) -> None:
    page = answered(watched)
    page.locator("#chat button.cite").first.tap()
    page.wait_for_selector(".tip .go")
    assert page.locator("#reading .reader").count() == 0
    page.locator(".tip .go").tap()
    page.wait_for_selector("#reading mark")
    page.locator("#reading .back").tap()
    page.locator("#chat button.cite").first.tap()
    page.locator("#chat button.cite").first.tap()
    page.wait_for_selector("#reading mark")


def test_a_document_of_a_megabyte_opens_at_the_quote_and_goes_on_where_one_reads_on(watched: Watched) -> None:
    page = answered(watched, "How old is the pier?")
    page.locator("#chat button.cite").first.click()
    page.wait_for_selector("#reading mark")
    assert page.locator("#reading mark").evaluate("e => e.textContent") == BUILT
    first = page.locator("#reading .text").evaluate("e => e.textContent.length")
    assert first < len(LONG.text) / 5, "only what stands around the quote is fetched"
    box = page.locator("#reading mark").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 800
    page.locator("#side").evaluate("e => { e.scrollTop = e.scrollHeight }")
    page.wait_for_function("n => document.querySelector('#reading .text').textContent.length > n", arg=first)
    page.locator("#side").evaluate("e => { e.scrollTop = 0 }")
    page.wait_for_function("n => document.querySelector('#reading .text').textContent.length > n + 40000", arg=first)
    shown = page.locator("#reading .text").evaluate(
        "e => [...e.querySelectorAll('.piece')].map(piece => piece.textContent).join('')"
    )
    assert shown in LONG.text
    assert page.locator("#reading mark").evaluate("e => e.textContent") == BUILT
    page.keyboard.press("n")
    page.wait_for_selector("#reading .place:text('Quote 2 of 3')")
    assert page.locator("#reading mark").evaluate("e => e.textContent") == "Ships come. Ships come."


def test_what_is_gone_or_changed_is_said_and_shown_as_it_was(watched: Watched, bot: ScriptedBot) -> None:
    page = answered(watched)
    bot.library.remove(HARBOUR)
    page.locator("#chat button.c-1-1").click()
    page.wait_for_selector("#reading .alert:text('no longer in the library')")
    assert page.locator("#reading mark").inner_text() == OPENING.quote
    assert "It will cost 12 million." in page.locator("#reading .text").inner_text()
    page.keyboard.press("Escape")
    bot.library.append(Document(text="Now it says otherwise.", title="Changed", uri=HARBOUR.uri))
    page.locator("#chat button.c-1-1").click()
    page.wait_for_selector("#reading .alert:text('has changed since')")
    page.locator("#reading .now").click()
    page.wait_for_selector("#reading .text:has-text('Now it says otherwise.')")
    assert page.locator("#reading h2").inner_text() == "Changed"


def test_the_marks_come_back_after_the_reader_closed_and_all_quotes_lists_them(watched: Watched) -> None:
    page = answered(watched)
    page.locator("#evidence .card .open").nth(1).click()
    page.wait_for_selector("#reading mark")
    assert page.locator("#chat button.cite.on").count() == 2, "the mark in the sentence and the one in the table"
    page.locator("#reading .all").click()
    assert page.locator("#evidence .turn.shown .card").count() == 3
    assert page.locator("#chat button.cite.on").count() == 0


def test_a_new_answer_shows_its_own_evidence_and_the_way_back_to_what_was_read(watched: Watched) -> None:
    page = answered(watched)
    page.locator("#chat button.c-1-2").first.click()
    page.wait_for_selector("#reading .place:text('Quote 2 of 3')")
    watched.ask("What did Ada Verne say?")
    page.wait_for_selector("#evidence-2.shown .card >> nth=2")
    page.locator("#evidence-2 .card .open").first.click()
    page.wait_for_selector("#reading .place:text('Quote 1 of 3')")
    watched.ask("When will the harbour open?")
    page.wait_for_selector("#evidence-3.shown .card >> nth=2")
    back = page.locator("#reading .aside")
    assert back.inner_text() == f"← {HARBOUR.title}"
    assert page.locator("#reading .reader").count() == 0
    back.click()
    page.wait_for_selector("#reading mark")
    assert page.locator("#reading mark").inner_text() == OPENING.quote
    assert page.locator("#chat button.c-2-1.on").count() > 0, "it is the older answer's quote again"
    assert page.locator("#reading .aside").count() == 0
    page.locator("#new").click()
    page.wait_for_selector(".welcome")
    page.wait_for_selector("#reading:empty", state="attached")


def test_who_reads_while_an_answer_comes_goes_on_reading(watched: Watched) -> None:
    page = answered(watched)
    going.clear()
    try:
        watched.ask("A slow one?")
        page.wait_for_selector(".a-2 .busy")
        page.locator("#chat .bubble-wrap").hover()
        page.mouse.wheel(0, -5000)  # whoever scrolls is no longer kept at the newest question
        page.locator("#chat button.c-1-1").first.click()
        page.wait_for_selector("#reading .text:focus")
    finally:
        going.set()
    page.wait_for_selector(".a-2 .colophon")
    assert page.locator("#reading mark").inner_text() == OPENING.quote
    page.keyboard.press("Escape")
    page.wait_for_selector("#evidence-2.shown .card >> nth=2")


def test_an_answer_is_copied_with_its_sources(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    watched = Watched(context.new_page(), address)
    page = answered(watched)
    page.locator("#chat .copy").click()
    page.wait_for_selector("#chat .copy:text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    context.close()
    assert watched.troubles == []
    assert f"{OPENING.quote} [1]\nThe harbour costs 12 to 13 million. [2][3]" in copied
    assert "- 12 million · The Coast Courier [2] · 30 January 2025" in copied
    assert f"[1] “{OPENING.quote}” Ada Verne · Harbour to open in spring · The Coast Courier" in copied
    assert "good" not in copied


def test_a_document_is_given_in_stretches_by_its_own_characters(address: str, bot: ScriptedBot) -> None:
    def get(path: str) -> tuple[int, dict[str, object]]:
        try:
            with urllib.request.urlopen(f"{address}/api/documents/{path}") as reply:
                return reply.status, json.load(reply)
        except HTTPError as error:
            return error.code, json.load(error)

    start = LONG.text.index(BUILT)
    status, given = get(f"{LONG.id}?start={start}&end={start + len(BUILT)}")
    assert (status, given["text"], given["length"]) == (200, BUILT, len(LONG.text))
    assert get(LONG.id)[1]["end"] == PIECE
    assert get(f"{LONG.id}?start=-5&end=99999999")[1]["text"] == LONG.text[:PIECE]
    assert get(f"{LONG.id}?start=99999999")[1]["text"] == ""
    assert get(f"{LONG.id}?start=x")[0] == 422
    assert get("nowhere")[0] == 404
    assert get(LONG.id[:6])[0] == 404, "only the whole id names a document"
    assert get("../../etc/passwd")[0] == 404


def test_half_a_surrogate_pair_in_a_document_is_survived() -> None:
    odd = Document(text="a\ud83d b", title="t", uri="u")
    assert json.loads(json.dumps(stretch(odd, 0, 9)))["text"] == odd.text
    bot = ScriptedBot({}, [HARBOUR])
    assert missing(bot, HARBOUR.uri)["now"] == HARBOUR.id
    assert missing(bot, "")["now"] is None
