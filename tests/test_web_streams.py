"""Many at once: nobody's answer waits for another's, no question is lost, and what nobody waits for stops."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest

from app.answer import Event, Found, Text
from tests.browser import Watched, chromium, served
from tests.readers import Form, asked
from tests.scripted import HARBOUR, ScriptedBot, harbour, hit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

T = TypeVar("T")
CROWD = 60
"""Readers at once: more than Gradio's default of one, and than its hidden cap of 40."""
LONG = 300.0
"""Seconds that no test waits for."""
BEGINNING = "It begins"
release = threading.Event()

HOLD_THE_END = """
(() => {
  const plain = globalThis.fetch;
  let free;
  const freed = new Promise((resolve) => (free = resolve));
  globalThis.freeTheEnd = () => free();
  globalThis.fetch = async (...given) => {
    const url = String(given[0].url ?? given[0]);
    const response = await plain(...given);
    if (url.includes("/queue/join")) globalThis.taken = (globalThis.taken ?? 0) + 1;
    if (!url.includes("/queue/data")) return response;
    const reader = response.body.getReader();
    const slow = new ReadableStream({
      async pull(controller) {
        const { value, done } = await reader.read();
        if (done) return controller.close();
        if (new TextDecoder().decode(value).includes("close_stream")) {
          globalThis.atTheEnd = true;
          await freed;
        }
        controller.enqueue(value);
      },
    });
    return new Response(slow, response);
  };
})();
"""
"""A network on which the word that nothing is left to tell takes as long as the test wants."""


def held(question: str) -> Iterator[Event]:
    """A long answer: its first words come at once, its end when the test lets it."""
    yield Found(question, (hit(HARBOUR),))
    yield Text(BEGINNING)
    assert release.wait(LONG)
    yield from harbour(question)


@pytest.fixture(scope="module")
def bot() -> ScriptedBot:
    return ScriptedBot({"long": held, "harbour": harbour}, [HARBOUR])


@pytest.fixture(scope="module")
def address(bot: ScriptedBot) -> Iterator[str]:
    with served(bot) as at:
        yield at


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run in a thread of its own: in this one Playwright's loop may be running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def test_nobody_waits_for_anothers_long_answer(address: str) -> None:
    release.clear()
    begun: list[str] = []
    done: list[str] = []

    async def read(client: httpx.AsyncClient, form: Form, question: str, name: str, all_begun: asyncio.Event) -> None:
        async with aclosing(asked(client, form, question, name)) as messages:
            async for message in messages:
                if BEGINNING in json.dumps(message.get("output", {})) and name not in begun:
                    begun.append(name)
                    if len(begun) == CROWD:
                        all_begun.set()
                if message["msg"] == "process_completed":
                    assert message["success"]
                    done.append(name)

    async def crowd() -> None:
        one_each = httpx.Limits(max_connections=None, max_keepalive_connections=0)  # none that idles until it is closed
        async with httpx.AsyncClient(base_url=address, timeout=LONG, limits=one_each) as client:
            form = Form.of((await client.get("/config")).json())
            all_begun = asyncio.Event()
            readers = [read(client, form, "a long answer", f"reader{n}", all_begun) for n in range(CROWD)]
            reading = [asyncio.create_task(one) for one in readers]
            await asyncio.wait_for(all_begun.wait(), LONG)
            assert done == [], "all see first words before any answer is whole"
            await read(client, form, "the harbour?", "late", all_begun)
            assert done == ["late"], "who comes late to a crowd is answered whole while it still waits"
            release.set()
            await asyncio.gather(*reading)

    try:
        in_a_loop(crowd())
    finally:
        release.set()
    assert sorted(done) == sorted(["late", *begun])


def test_a_question_sent_while_the_last_stream_ends_is_answered(browser: Browser, address: str) -> None:
    context = browser.new_context()
    context.add_init_script(HOLD_THE_END)
    watched = Watched(context.new_page(), address)
    page = watched.page
    page.wait_for_function("() => globalThis.atTheEnd")
    sent = page.evaluate("globalThis.taken")
    page.locator("#ask textarea").fill("the harbour?")
    page.locator("#ask textarea").press("Enter")
    page.wait_for_function("sent => globalThis.taken > sent", arg=sent)
    page.evaluate("globalThis.freeTheEnd()")
    page.wait_for_selector(".answer .colophon")
    context.close()
    assert watched.troubles == []


def test_stop_and_leaving_need_no_word_from_a_model_that_hangs(
    browser: Browser, address: str, bot: ScriptedBot
) -> None:
    release.clear()
    context = browser.new_context()
    watched = Watched(context.new_page(), address)
    page = watched.page
    try:
        watched.ask("a long answer")
        page.wait_for_selector(".draft")
        page.locator("#ask .stop-button").click()
        page.wait_for_selector("text=Stopped.")
        bot.closed.clear()
    finally:
        release.set()
    assert bot.closed.wait(LONG), "what was stopped goes no further than its next word"
    assert page.locator(".draft").count() == 0
    watched.ask("the harbour?")
    page.wait_for_selector(".answer .colophon")
    context.close()
    assert watched.troubles == []


def test_what_is_skipped_is_sent_as_gradio_sends_it() -> None:
    """Passing skipped outputs by changes nothing of what is sent, whichever are skipped and in whatever shape."""
    import gradio as gr

    from app.web.blocks import Blocks

    message = [{"role": "user", "content": "Who?"}]
    returned = (
        ((1, 2), "words", "typed", message),
        (gr.skip(), "words", gr.skip(), gr.skip()),
        (gr.skip(), gr.skip(), gr.Textbox(value="", submit_btn=False), message),
        (gr.skip(),) * 4,
        [gr.skip(), None, "typed", gr.skip()],
        gr.skip(),
    )

    async def sent(kind: type[gr.Blocks]) -> list[str]:
        with kind() as page:
            outputs = [gr.State(()), gr.Markdown(), gr.Textbox(), gr.Chatbot()]
            page.load(lambda: None, None, outputs)
        return [repr(await page.postprocess_data(page.fns[0], one, None)) for one in returned]

    assert in_a_loop(sent(Blocks)) == in_a_loop(sent(gr.Blocks))


def test_no_component_is_told_how_far_an_event_is(bot: ScriptedBot, tmp_path: Path) -> None:
    """Gradio's page then writes back what they held before: a question that was answered stood in its box again."""
    from app.web.conversations import Conversations
    from app.web.layout import page

    async def events_of(conversations: Conversations) -> list[Any]:
        return list(page(bot, (), conversations).get_config_file()["dependencies"])

    with closing(Conversations.at(tmp_path / "conversations.db")) as conversations:
        events = in_a_loop(events_of(conversations))
    told = [event["show_progress_on"] for event in events if event["outputs"]]
    assert len(told) > 8
    assert told == [[]] * len(told)
