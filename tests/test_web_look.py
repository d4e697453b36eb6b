"""The page's main states, light and dark, narrow to very wide: nothing overflows, and axe finds nothing grave.

Pictures are kept where $ONRECORD_SCREENSHOTS names a folder. axe-core runs past the content security policy, in these
tests' own browser alone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.answer import Answer, Event, Found, Statement, Text
from retrieval.documents import Document
from retrieval.errors import ModelError
from tests.browser import Watched, chromium, served
from tests.scripted import BUDGET, HARBOUR, TIDES, ScriptedBot, cite, harbour, hit, silent, speech

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHOTS = os.environ.get("ONRECORD_SCREENSHOTS")
EXAMPLES = ("When will the harbour open?", "What did Ada Verne say?", "What is the capital of France?")
WIDTHS = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900), "wall": (3840, 2160)}
ARABIC = Document(
    text="قالت آدا فيرن إن الميناء سيفتح في شهر مايو. وسيكلف اثني عشر مليوناً.",
    title="الميناء يفتح في الربيع",
    uri="/news/ar.txt",
    source="بريد الساحل",
)
CHINESE = Document(
    text="艾达·维恩说:“港口将于五月开放,最迟六月。”这将耗资一千二百万。" * 3,
    title="港口将于春季开放",
    uri="/news/zh.txt",
    source="海岸信使报",
)
going = threading.Event()


def slowly(question: str) -> Iterator[Event]:
    """A draft that stands still until the test has looked at it."""
    yield Found(question, (hit(HARBOUR), hit(BUDGET)))
    for word in ("The harbour will open in May, ", "and it is said ", "to cost about "):
        yield Text(word)
        going.wait(0.3)  # longer than what is collected for one update of the page
    going.wait(60)
    yield from silent(question)


def refused(question: str) -> Iterator[Event]:
    yield Found(question, ())
    raise ModelError("The key for this model was refused. Set OPENAI_API_KEY and ask again.")


def scripts_of_others(question: str) -> Iterator[Event]:
    held = (
        cite(1, ARABIC, "قالت آدا فيرن إن الميناء سيفتح في شهر مايو."),
        cite(2, CHINESE, "艾达·维恩说:“港口将于五月开放,最迟六月。”"),
    )
    said = tuple(Statement(c.quote, "verbatim", (c.number,)) for c in held)
    yield Found(question, (hit(ARABIC), hit(CHINESE)))
    yield Answer(question, True, "…", said, citations=held)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    scripts: dict[str, Callable[[str], Iterator[Event]]] = {
        "harbour": harbour,
        "Verne": speech,
        "capital": silent,
        "slowly": slowly,
        "key": refused,
        "ميناء": scripts_of_others,
    }
    with served(ScriptedBot(scripts, [HARBOUR, BUDGET, TIDES, ARABIC, CHINESE]), EXAMPLES) as at:
        yield at


@pytest.fixture(scope="module")
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python")
    return (Path(package.__path__[0]) / "axe.min.js").read_text("utf-8")


STILL = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished))"""
"""Waits for what moves or fades to come to rest, but for what never does."""


class Looked:
    """A page that is looked at in each state: kept as a picture, measured, and searched by axe."""

    def __init__(self, watched: Watched, name: str, axe: str) -> None:
        self.page, self.watched, self.name, self.axe = watched.page, watched, name, axe
        self.page.evaluate(axe)

    def ask(self, question: str, until: str) -> None:
        self.watched.ask(question)
        self.page.locator(until).last.wait_for()
        self.page.wait_for_selector("#ask button.submit-button, #ask button")

    def at(self, state: str) -> None:
        self.page.wait_for_timeout(250)
        self.page.evaluate(STILL)
        if SHOTS:
            self.page.screenshot(path=Path(SHOTS) / f"{self.name}-{state}.png")
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], f"{state} is wider than the window"  # type: ignore[index]
        found: list[dict[str, Any]] = self.page.evaluate(
            "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)"
        )
        grave = [
            (one["id"], [node["html"][:200] for node in one["nodes"]])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert grave == [], f"{self.name}, {state}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", WIDTHS)
def test_every_main_state_is_fit_to_be_seen(browser: Browser, address: str, axe: str, size: str, scheme: str) -> None:
    width, height = WIDTHS[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    going.clear()
    looked = Looked(Watched(context.new_page(), address), f"{size}-{scheme}", axe)
    page = looked.page
    page.wait_for_selector(".example")
    looked.at("first-visit")
    looked.ask("When will the harbour open and what does it cost?", ".answer .colophon")
    looked.at("answered")
    if size in ("desk", "phone"):
        page.locator("#chat button.cite").first.hover()
        page.wait_for_selector(".tip")
        looked.at("mark")
        page.mouse.move(1, height - 1)
    page.locator(".out summary").click()
    looked.at("left-out")
    page.locator("#chat button.cite").first.click()
    page.wait_for_selector("#reading .piece mark")
    looked.at("evidence")
    page.locator("#reading .back").click()
    if size in ("desk", "phone"):
        fresh(page)
        looked.ask("What did Ada Verne say?", ".remark")
        page.wait_for_selector(".answer .colophon")
        looked.at("quote-cards")
        looked.ask("What is the capital of France?", ".silence")
        looked.at("silence")
        looked.ask("key", ".failed")
        looked.at("error")
        looked.ask("متى يفتح الميناء؟", ".colophon")
        page.locator("#chat .said", has_text="قالت").wait_for()
        looked.at("other-scripts")
        looked.watched.ask("slowly")
        page.wait_for_selector(".draft")
        looked.at("streaming")
        going.set()
        page.wait_for_selector(".draft", state="detached")
    if page.locator("#tools .side").get_attribute("aria-expanded") == "false":
        page.locator("#tools .side").click()
    page.locator("#side [role=tab]").nth(1).click()
    page.wait_for_selector("#library .documents .title")
    looked.at("library")
    context.close()
    assert looked.watched.troubles == []


def fresh(page: Page) -> None:
    page.locator("#new").click()
    page.wait_for_selector(".welcome")


def test_a_right_to_left_answer_reads_from_the_right(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    watched = Watched(context.new_page(), address)
    watched.ask("متى يفتح الميناء؟")
    page = watched.page
    page.wait_for_selector(".answer .colophon")
    words = page.locator("#chat .said .words")
    assert [words.nth(n).evaluate("e => getComputedStyle(e).direction") for n in (0, 1)] == ["rtl", "ltr"]
    page.locator("#chat button.cite").first.click()
    page.wait_for_selector("#reading .piece mark")
    text, mark = (page.locator(f"#reading {name}").bounding_box() for name in (".text", "mark"))
    assert text is not None
    assert mark is not None
    assert text["x"] + text["width"] - (mark["x"] + mark["width"]) < 40, "it begins at the right"
    context.close()
    assert watched.troubles == []


def test_the_look_is_switched_and_remembered(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="light")
    watched = Watched(context.new_page(), address)
    page = watched.page
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(250, 249, 245)"
    page.locator("#tools .look").click()
    assert page.evaluate(paper) == "rgb(17, 21, 26)"
    page.emulate_media(color_scheme="dark")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(paper) == "rgb(17, 21, 26)", "what was chosen outlasts the system's change"
    page.reload(wait_until="commit")
    page.wait_for_selector("#waiting", state="attached")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark", "already at the first paint"
    page.wait_for_selector("#ask textarea")
    assert page.evaluate(paper) == "rgb(17, 21, 26)"
    page.locator("#tools .look").click()
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => {paper} === 'rgb(17, 21, 26)'")
    context.close()
    assert watched.troubles == []


def test_on_paper_each_answer_is_followed_by_its_sources_and_panels_are_gone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 800, "height": 1100})
    watched = Watched(context.new_page(), address)
    watched.ask("When will the harbour open?")
    page = watched.page
    page.wait_for_selector(".answer .colophon")
    assert not page.locator(".sources").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".sources li").count() == 3
    assert page.locator(".sources").is_visible()
    shown = page.locator(".sources li").first.inner_text()
    assert "“The harbour will open in May,” Ada Verne said." in shown
    assert "Harbour to open in spring · The Coast Courier · 30 January 2025 · /news/harbour.md" in shown
    for gone in ("#side", "#past", "#ask", "#new", "#tools", ".copy"):
        assert not page.locator(gone).first.is_visible(), gone
    if SHOTS:
        page.pdf(path=Path(SHOTS) / "paper.pdf")
        page.screenshot(path=Path(SHOTS) / "paper.png", full_page=True)
    context.close()
    assert watched.troubles == []


def test_a_screen_reader_is_told_when_the_answer_is_ready_and_not_each_word(browser: Browser, address: str) -> None:
    context = browser.new_context()
    watched = Watched(context.new_page(), address)
    page = watched.page
    watched.ask("When will the harbour open?")
    page.wait_for_selector("#live:text('The answer is ready: 2 sentences.')", state="attached")
    assert page.locator('#chat [role="log"]').get_attribute("aria-live") == "off"
    page.keyboard.press("Control+Home")
    page.evaluate("document.activeElement.blur(); document.body.focus()")
    page.locator("#skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#ask textarea')")
    context.close()
    assert watched.troubles == []


def test_nothing_of_a_demo_is_left(browser: Browser, address: str) -> None:
    context = browser.new_context()
    watched = Watched(context.new_page(), address)
    page = watched.page
    assert "gradio" not in page.locator("body").inner_text().lower()
    assert page.locator("head").evaluate("e => e.querySelectorAll('meta[property^=og]').length") == 0
    assert page.locator("link[rel=icon]").get_attribute("href") is not None
    assert page.locator("footer:visible").count() == 0
    context.close()
    assert watched.troubles == []
