"""Adding in the page: turns between people, and a document that takes too much holds nobody up."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.adding import Received
from app.chatbot import Chatbot
from app.web.adding import Adding, FullError, Step
from retrieval import preparing
from retrieval.preparing import Apart
from retrieval.worker import Worker, WorkerError

LONG = "".join(
    f"“The pier {n} will be long,” said Ada Verne, the chief executive.\n\n" for n in range(120_000)
).encode()


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    with Chatbot(tmp_path_factory.mktemp("library")) as bot:
        yield bot


@pytest.fixture(scope="module")
def adding(bot: Chatbot) -> Adding:
    return Adding(bot)


def short(name: str) -> Received:
    return Received(f"{name}.txt", f"The {name} is open.".encode())


async def added(adding: Adding, who: str, what: Received) -> Step:
    """The last step of adding this."""
    steps = [step async for step in adding.add(who, lambda: what, len(what.data))]
    return {**steps[-1], "name": what.name}


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_added(
    adding: Adding, bot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "SECONDS", 1)
    monkeypatch.setattr(preparing, "_SECONDS_PER_BYTE", 0)

    async def both() -> tuple[Step, Step]:
        return await asyncio.gather(
            added(adding, "ada", Received("long.txt", LONG)), added(adding, "ada", short("quay"))
        )

    long, quay = asyncio.run(both())
    assert long["step"] == "failed"
    assert long["error"].startswith("long.txt takes more than 1 seconds of computing, and was given up")
    assert quay["step"] == "stored"
    assert [entry.uri.rpartition("/")[2] for entry in bot.documents()] == ["quay.txt"]


def test_leaving_ends_the_reading_and_the_next_is_added(adding: Adding, bot: Chatbot) -> None:
    async def leave() -> Step:
        steps = adding.add("ada", lambda: Received("long.txt", LONG), len(LONG))
        while (await anext(steps))["step"] != "reading":
            pass
        await steps.aclose()  # type: ignore[attr-defined]
        return await added(adding, "ada", short("ferry"))

    assert asyncio.run(leave())["step"] == "stored"
    assert "long" not in {entry.uri.rpartition("/")[2] for entry in bot.documents()}
    assert bot.check() == []


def test_a_process_that_dies_while_it_embeds_leaves_nothing_behind(tmp_path: Path) -> None:
    worker = Worker()
    book = Received("book.txt", LONG[:75_000])

    def kill(what: str, done: int, total: int) -> None:
        if done:
            os.kill(worker.call(os.getpid), signal.SIGKILL)

    with Chatbot(tmp_path) as bot, closing(worker):
        with pytest.raises(WorkerError, match="memory"):
            bot.add(book, progress=kill, apart=Apart(worker))
        assert bot.is_empty
        assert bot.check() == []
        assert [one.status for one in bot.add(book, apart=Apart(worker))] == ["added"]
        assert bot.ask("What did Ada Verne say about the pier?").citations
        assert bot.check() == []


def test_people_take_turns(adding: Adding) -> None:
    waiting = threading.Event()
    order: list[str] = []

    async def one(who: str, name: str) -> None:
        def take() -> Received:
            assert waiting.wait(300)
            return short(name)

        async for step in adding.add(who, take, 0):
            if step["step"] == "stored":
                order.append(name)

    async def everybody() -> None:
        many = [asyncio.create_task(one("ada", f"lock {n}")) for n in range(4)]
        await asyncio.sleep(0)
        few = asyncio.create_task(one("bob", "buoy"))
        await asyncio.sleep(0)
        waiting.set()
        await asyncio.gather(*many, few)

    asyncio.run(everybody())
    assert len(order) == 5
    assert order.index("buoy") <= 2, "two of those who came first, where one was begun before"


def test_nobody_may_let_more_than_so_many_wait(adding: Adding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.adding.MOST", 0)
    with pytest.raises(FullError, match="are waiting already"):
        asyncio.run(added(adding, "ada", short("mast")))


def test_what_can_t_be_read_is_said(adding: Adding, tmp_path: Path) -> None:
    empty = asyncio.run(added(adding, "ada", Received("empty.txt", b"")))
    assert (empty["step"], "is empty" in empty["error"]) == ("failed", True)
