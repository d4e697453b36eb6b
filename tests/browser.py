"""A real Chromium for the page's tests, and the page served on a free port of this machine."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import uvicorn
    from playwright.sync_api import Browser, Page

    from app.web.login import Door
    from app.web.turn import Bot

PATIENCE = 60_000
"""Milliseconds that a busy machine may take for what a quiet one does at once."""
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium: $ONRECORD_CHROMIUM, else the system's, else the one Playwright installed; skip without any."""
    from playwright.sync_api import Error, expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    system = os.environ.get("ONRECORD_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=system if Path(system).exists() else None, args=FLAGS)
        except Error as error:
            pytest.skip(f"no Chromium here: {error.message.splitlines()[0]}")
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(
    bot: Bot,
    examples: tuple[str, ...] = (),
    kept: Path | None = None,
    door: Door | None = None,
) -> Iterator[str]:
    """Serve the page for this chatbot from a thread; gives its address. kept: a file for conversations that last."""
    from app.web.conversations import Conversations
    from app.web.login import EVERYBODY
    from app.web.serving import server, site

    up = threading.Event()
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        TemporaryDirectory() as folder,
        closing(Conversations.at(kept or Path(folder) / "conversations.db")) as conversations,
    ):
        running: list[uvicorn.Server] = []

        async def run() -> None:  # Gradio makes an event loop of its own, and never closes it, where none is running
            running.append(server(site(bot, conversations, examples, door or EVERYBODY), up.set))
            await running[0].serve(sockets=[listening])

        thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
        thread.start()
        assert up.wait(300), "the page's server did not start"
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running[0].should_exit = True
            thread.join(20)


class Watched:
    """A page that remembers what it must not do: reach outside, log an error, run a hostile script."""

    def __init__(self, page: Page, address: str, path: str = "/") -> None:
        self.page = page
        self.troubles: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self._request(request.url, address))
        page.on("console", lambda line: self._trouble(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self._trouble(str(error)))
        page.on("dialog", lambda dialog: self._trouble(f"dialog: {dialog.message}"))
        page.goto(address + path)
        page.wait_for_selector("#ask textarea")

    def _request(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self._trouble(f"request to {url}")

    def _trouble(self, text: str) -> None:
        self.troubles.append(text)

    def ask(self, question: str) -> None:
        """Type a question and send it."""
        send(self.page, question)


def send(page: Page, question: str) -> None:
    """Type a question and send it; again where the page was still busy with the last one and kept the text.

    Not soon: where the server takes seconds to take the first, a second press asks twice.
    """
    page.locator("#ask .submit-button").wait_for()
    box = page.locator("#ask textarea")
    box.fill(question)
    for _ in range(3):
        box.press("Enter")
        for _ in range(240):
            if not box.input_value().strip():
                return
            page.wait_for_timeout(50)
    raise AssertionError("the page did not take the question")


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """Wait, while the page goes on, for what no selector can tell."""
    for _ in range(PATIENCE // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(what)
