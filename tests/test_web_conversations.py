"""Conversations in a real Chromium: kept over reloads and restarts, listed, found, renamed, deleted, asked again."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.answer import Checked, Event, Found, Statement, Text
from tests.browser import Watched, chromium, served, until
from tests.scripted import BUDGET, HARBOUR, OPENING, TIDES, ScriptedBot, harbour, hit, silent, speech

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HARBOUR_QUESTION = "When will the harbour open and what does it cost?"


def slow(question: str) -> Iterator[Event]:
    """One sentence that is checked, and then words without end."""
    yield Found(question, (hit(HARBOUR),))
    yield Checked(Statement(OPENING.quote, "verbatim", (1,)), (OPENING,))
    for number in itertools.count():
        time.sleep(0.02)
        yield Text(f"word{number} ")


def a_bot() -> ScriptedBot:
    return ScriptedBot({"harbour": harbour, "capital": silent, "Verne": speech, "slow": slow}, [HARBOUR, BUDGET, TIDES])


@pytest.fixture(scope="module")
def bot() -> ScriptedBot:
    return a_bot()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address(bot: ScriptedBot) -> Iterator[str]:
    with served(bot) as at:
        yield at


@pytest.fixture
def watched(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    options = getattr(request, "param", {})
    context = browser.new_context(**{"viewport": {"width": 1400, "height": 850}, **options})
    opened = Watched(context.new_page(), address)
    yield opened
    context.close()
    assert opened.troubles == []


def ask(watched: Watched, question: str = HARBOUR_QUESTION) -> Page:
    page = watched.page
    before = page.locator(".answer .colophon, .answer .verdict").count()
    watched.ask(question)
    page.locator(".answer .colophon, .answer .verdict").nth(before).wait_for()
    page.wait_for_selector("#open .ended", state="attached")
    return page


def content(page: Page) -> list[str]:
    """Everything of the answers and their evidence that can be read."""
    page.wait_for_selector("#evidence .card", state="attached")
    return [
        *page.locator("#chat .question").all_inner_texts(),
        *page.locator("#chat .answer").all_inner_texts(),
        *page.locator("#evidence .card").evaluate_all("cards => cards.map(card => card.id + card.textContent)"),
    ]


def id_of(page: Page) -> str:
    page.wait_for_url(re.compile(r"\?c=\w+$"))
    return page.url.rpartition("=")[2]


def test_a_reload_shows_the_same_answers_with_their_evidence(watched: Watched) -> None:
    page = ask(watched)
    ask(watched, "What is the capital of France?")
    before = content(page)
    page.reload()
    page.wait_for_selector(".answer .verdict")
    assert content(page) == before
    page.locator("#chat button.c-1-1").first.click()
    page.wait_for_selector("#reading mark")
    assert page.locator("#reading mark").inner_text() == OPENING.quote


def test_a_restart_keeps_conversations_though_their_documents_are_gone(browser: Browser, tmp_path: Path) -> None:
    bot = a_bot()
    context = browser.new_context(viewport={"width": 1400, "height": 850})
    with served(bot, kept=tmp_path / "conversations.db") as address:
        first = Watched(context.new_page(), address)
        page = ask(first)
        before, id = content(page), id_of(page)
        page.close()
    bot.library.clear()
    with served(bot, kept=tmp_path / "conversations.db") as address:
        second = Watched(context.new_page(), address, f"/?c={id}")
        second.page.wait_for_selector(".answer .colophon")
        assert content(second.page) == before
        second.page.wait_for_selector(f'#conversations [data-id="{id}"] a[aria-current]')
        ask(second, "What is the capital of France?")
        assert [q for q, _ in bot.asked[-1][1]] == [HARBOUR_QUESTION], "the follow-up knows what was asked before"
        assert id_of(second.page) == id
        context.close()  # before the server: a page that loses it says so
    assert first.troubles + second.troubles == []


def test_a_kept_answer_is_not_told_as_a_new_one(watched: Watched) -> None:
    page = ask(watched)
    page.wait_for_selector("#live:has-text('The answer is ready')", state="attached")
    id = id_of(page)
    page.locator("#new").click()
    page.wait_for_selector(".welcome")
    page.evaluate("document.querySelector('#live').textContent = ''")
    page.locator(f'#conversations [data-id="{id}"] a').click()
    page.wait_for_selector("#chat button.cite[aria-label]")  # whoever names the marks has told what there is to tell
    assert page.locator("#live").text_content() == ""
    ask(watched)
    page.wait_for_selector("#live:has-text('The answer is ready')", state="attached")


def test_back_and_forward_go_through_the_conversations(watched: Watched) -> None:
    page = ask(watched)
    first = id_of(page)
    page.locator("#new").click()
    page.wait_for_selector(".welcome")
    page.wait_for_url(re.compile(r"/$"))
    ask(watched, "What is the capital of France?")
    second = id_of(page)
    assert second != first
    page.locator(f'#conversations [data-id="{first}"] a').click()
    page.wait_for_selector(f"#open .k-{first}", state="attached")
    assert id_of(page) == first
    page.go_back()
    page.wait_for_selector(f"#open .k-{second}", state="attached")
    page.wait_for_selector(".answer .verdict")
    assert id_of(page) == second
    page.go_forward()
    page.go_back()
    page.go_forward()
    page.wait_for_selector(f"#open .k-{first}", state="attached")
    page.wait_for_selector(".answer .verdict", state="detached")
    assert id_of(page) == first
    page.locator("#new").click()
    page.wait_for_selector(".welcome")
    held: list[Route] = []
    page.route("**/queue/join*", lambda route: route.continue_() if held else held.append(route))
    page.locator(f'#conversations [data-id="{second}"] a').click()
    until(page, lambda: bool(held), "nothing is opened")
    page.locator(f'#conversations [data-id="{first}"] a').click()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    held[0].continue_()
    page.wait_for_selector(f"#open .k-{first}", state="attached")  # the one that was chosen last
    assert id_of(page) == first


def test_the_list_is_searched_and_shows_what_was_found(watched: Watched) -> None:
    page = ask(watched)
    id = id_of(page)
    ask_new(watched, "What is the capital of France?")
    page.locator("#conversations input").fill("12 million ver")
    row = page.locator(f'#conversations [data-id="{id}"]')
    row.locator(".found mark").first.wait_for()
    assert "found" in page.locator("#conversations .count").inner_text()
    page.locator("#conversations input").fill("nobody ever asked this")
    page.wait_for_selector("#conversations .none")
    page.locator("#conversations input").fill("")
    row.wait_for()


def ask_new(watched: Watched, question: str) -> Page:
    watched.page.locator("#new").click()
    watched.page.wait_for_selector(".welcome")
    return ask(watched, question)


def new_list(page: Page) -> None:
    """Have a new list come while somebody is busy in the one that is shown."""
    with page.expect_response("**/api/conversations?*"):
        page.locator("#conversations input[type=search]").dispatch_event("input")
    page.wait_for_timeout(50)


def test_a_conversation_is_renamed_in_its_place(watched: Watched) -> None:
    page = ask(watched)
    row = page.locator(f'#conversations [data-id="{id_of(page)}"]')
    row.hover()
    row.locator(".menu").click()
    new_list(page)
    row.get_by_role("menuitem", name="Rename").click()
    page.keyboard.type("<b>Harbour</b> &")
    new_list(page)
    page.keyboard.type(" piers")
    page.keyboard.press("Enter")
    expect(page).to_have_title("<b>Harbour</b> & piers · Onrecord")
    assert row.locator("a").inner_text() == "<b>Harbour</b> & piers"
    assert page.evaluate("document.activeElement.matches('#conversations li > a')")
    page.reload()
    page.wait_for_selector("#conversations :text('& piers')")


def test_a_deleted_conversation_can_be_brought_back(watched: Watched) -> None:
    page = ask(watched)
    id = id_of(page)
    before = content(page)
    row = page.locator(f'#conversations [data-id="{id}"]')
    row.hover()
    row.locator(".menu").click()
    row.get_by_role("menuitem", name="Delete").click()
    page.wait_for_selector(".welcome")
    row.wait_for(state="detached")
    page.locator("#conversations .said-so button", has_text="Undo").click()
    page.wait_for_selector(".answer .colophon")
    assert content(page) == before
    assert id_of(page) == id


def test_an_address_of_nothing_is_said(browser: Browser, address: str) -> None:
    watched = Watched(browser.new_page(), address, "/?c=0123456789abcdef")
    page = watched.page
    page.locator("#conversations .said-so", has_text="isn’t here any more").wait_for()
    page.wait_for_selector(".welcome")
    page.wait_for_url(re.compile(r"/$"))
    page.close()
    assert watched.troubles == []


def test_a_question_is_edited_and_what_followed_can_be_brought_back(watched: Watched, bot: ScriptedBot) -> None:
    page = ask(watched)
    ask(watched, "What is the capital of France?")
    page.locator("#chat .user-row").first.hover()
    page.locator("#chat button.edit.q-1").click()
    field = page.locator("#chat .editing textarea")
    assert field.input_value() == HARBOUR_QUESTION
    field.fill("What did Ada Verne say?")
    field.press("Enter")
    page.wait_for_selector(".remark")
    assert page.locator("#chat .question").all_inner_texts() == ["What did Ada Verne say?"]
    assert bot.asked[-1][:2] == ("What did Ada Verne say?", [])
    page.reload()
    page.wait_for_selector(".remark")
    assert page.locator("#chat .question").count() == 1


def test_what_an_edit_put_by_is_brought_back(watched: Watched) -> None:
    page = ask(watched)
    ask(watched, "What is the capital of France?")
    page.locator("#chat .user-row").first.hover()
    page.locator("#chat button.again.q-1").click()
    expect(page.locator("#chat .question")).to_have_count(1)
    page.wait_for_selector(".answer .colophon")
    page.locator("#conversations .said-so button", has_text="Bring back").click()
    page.wait_for_selector(".answer .verdict")
    assert page.locator("#chat .question").count() == 2


def test_a_stopped_answer_and_one_whose_page_was_closed_are_kept_as_far_as_they_were_checked(
    browser: Browser, address: str, bot: ScriptedBot
) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 850})
    for how in ("stop", "close"):
        bot.closed.clear()
        watched = Watched(context.new_page(), address)
        page = watched.page
        watched.ask(f"slow {how}")
        page.wait_for_selector(".draft")
        id = id_of(page)
        if how == "stop":
            page.locator("#ask .stop-button").click()
            page.wait_for_selector("text=Stopped.")
        page.close()
        assert bot.closed.wait(120), "the work goes on though nobody waits for it"
        again = Watched(context.new_page(), address, f"/?c={id}")
        again.page.wait_for_selector("text=Stopped.")
        assert again.page.locator(".said").count() == 1
        assert again.page.locator("#evidence mark").text_content() == OPENING.quote
        again.page.close()
        assert watched.troubles + again.troubles == []
    context.close()


def test_the_keyboard_alone_is_enough(watched: Watched) -> None:
    page = ask(watched)
    id = id_of(page)
    page.wait_for_selector(f'#conversations ul:first-of-type li:first-child[data-id="{id}"] a[aria-current]')
    page.locator("#conversations input").focus()
    page.keyboard.press("Tab")
    focused = "document.activeElement.closest('li')?.dataset.id"
    assert page.evaluate(focused) == id
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Rename"
    for key, expected in (("ArrowDown", "Export as Markdown"), ("End", "Delete"), ("ArrowDown", "Rename")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == expected
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.menu')")
    assert page.locator("[role=menu]").count() == 0
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("F2")
    page.keyboard.type("By key")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'#conversations [data-id="{id}"] a:text("By key")')
    page.keyboard.press("Delete")
    page.wait_for_selector("#conversations .said-so button:text('Undo')")
    page.locator("#conversations .said-so button:text('Undo')").press("Enter")
    page.wait_for_selector(f'#conversations [data-id="{id}"] a:text("By key")')


@pytest.mark.parametrize("watched", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_on_a_telephone_the_list_is_a_drawer(watched: Watched) -> None:
    page = ask(watched)
    assert not page.locator("#past").is_visible()
    page.locator("#show-past").click()
    assert page.locator("#past").is_visible()
    assert page.locator("#show-past").get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.matches('#conversations input')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Escape")
    assert not page.locator("#past").is_visible()
    page.locator("#show-past").click()
    page.locator("#conversations .fresh").click()
    page.wait_for_selector(".welcome")
    assert not page.locator("#past").is_visible()


def test_the_list_folds_and_stays_folded(watched: Watched) -> None:
    page = watched.page
    page.wait_for_selector("#conversations nav")
    page.locator("#show-past").click()
    assert not page.locator("#past").is_visible()
    page.reload()
    page.wait_for_selector("#conversations nav", state="attached")
    assert not page.locator("#past").is_visible()
    page.locator("#show-past").click()
    assert page.locator("#past").is_visible()


def test_a_sentence_and_an_answer_are_rated_with_a_reason_and_the_other_way(watched: Watched) -> None:
    page = ask(watched)
    id = id_of(page)
    up, down = page.locator("#chat .rate.up.s-1-0"), page.locator("#chat .rate.down.a-1")
    page.locator("#chat .said").first.hover()
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    down.click()
    reason = page.locator("#chat .why-so input")
    expect(reason).to_be_focused()
    reason.fill("It says nothing <b>of the boats</b>.")
    reason.press("Enter")
    reason.wait_for(state="detached")
    page.reload()
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#chat .rate.down.s-1-0")).to_have_attribute("aria-pressed", "false")
    kept = page.request.get(page.url.split("?")[0] + "api/feedback.yaml").text()
    assert "# not good: the answer (It says nothing <b>of the boats</b>.)" in kept
    assert OPENING.quote in kept
    up.click(force=True)
    expect(up).to_have_attribute("aria-pressed", "false")
    ratings = page.request.get(page.url.split("?")[0] + f"api/conversations/{id}/ratings").json()
    assert [one["statement"] for one in ratings] == [-1]
