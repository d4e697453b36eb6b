"""A hundred readers at once: our page beside Gradio's plain ChatInterface, with the same answers, each in a process.

Run: python -m tests.benchmarks.streams [--readers 100] [--kinds onrecord …]; docs/web.md holds what it printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import platform
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from app.answer import Answer, Checked, Event, Found, Statement, Text
from tests.readers import Form, asked
from tests.scripted import HARBOUR, OPENING, ScriptedBot, hit

WORDS = 200
EVERY = 0.02
"""Seconds between two words of an answer, as a model might write them."""
KINDS = {
    "onrecord": "Onrecord",
    "open": "ChatInterface, `concurrency_limit=None`",
    "plain": "ChatInterface as it comes",
}


@dataclass
class Stream:
    """What one reader saw: seconds until the first word and until the end, and the events between."""

    first: float = math.nan
    events: int = 0
    whole: float = math.nan


def told(question: str) -> Iterator[Event]:
    """An answer as a model would write it."""
    yield Found(question, (hit(HARBOUR),))
    for number in range(WORDS):
        time.sleep(EVERY)
        yield Text(f"word{number} ")
    statement = Statement(OPENING.quote, "verbatim", (1,))
    yield Checked(statement, (OPENING,))
    yield Answer(question, True, OPENING.quote, (statement,), citations=(OPENING,))


def serve(kind: str, port: int) -> None:
    """Serve one of KINDS until killed."""
    os.environ.update({"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"})
    import gradio as gr

    from app.web.conversations import Conversations
    from app.web.serving import server, site

    if kind == "onrecord":
        with (
            TemporaryDirectory() as folder,
            closing(Conversations.at(Path(folder) / "c.db")) as kept,
            socket.create_server(("127.0.0.1", port)) as listening,
        ):
            server(site(ScriptedBot({"": told}), kept), lambda: None).run(sockets=[listening])
        return

    def answer(question: str, history: list[Any]) -> Iterator[str]:
        text = ""
        for event in told(question):
            if isinstance(event, Text):
                text += event.delta
                yield text

    limit: dict[str, Any] = {"concurrency_limit": None} if kind == "open" else {}
    gr.ChatInterface(answer, api_name="chat", **limit).launch(server_port=port, quiet=True, ssr_mode=False)


async def read(client: httpx.AsyncClient, form: Form, name: str) -> Stream:
    """Ask as the page does, and read to the end."""
    stream, begun = Stream(), time.perf_counter()
    async with aclosing(asked(client, form, f"Question of {name}?", name)) as messages:
        async for message in messages:
            generating, ended = message["msg"] == "process_generating", message["msg"] == "process_completed"
            stream.events += generating
            if (generating or ended) and math.isnan(stream.first) and "word0" in json.dumps(message["output"]):
                stream.first = time.perf_counter() - begun
            if ended:
                if not message["success"]:
                    raise RuntimeError(f"{name} was not answered: {message['output']}")
                stream.whole = time.perf_counter() - begun
    return stream


async def measure(address: str, readers: int) -> dict[str, float]:
    """Have so many readers ask at once, and one more in the middle of their answers."""
    one_each = httpx.Limits(max_connections=None, max_keepalive_connections=0)  # none that idles until it is closed
    async with httpx.AsyncClient(base_url=address, timeout=1200, limits=one_each) as client:
        form = Form.of((await client.get("/config")).json())
        await read(client, form, "warm")
        begun = time.perf_counter()
        tasks = [asyncio.create_task(read(client, form, f"reader{n}")) for n in range(readers)]
        await asyncio.sleep(WORDS * EVERY / 2)
        late = await read(client, form, "late")
        streams: Sequence[Stream] = await asyncio.gather(*tasks)
        took = time.perf_counter() - begun
    events = sum(one.events for one in streams) + late.events
    return {
        "first word, p50": at(0.5, [one.first for one in streams]),
        "first word, p95": at(0.95, [one.first for one in streams]),
        "first word of one who comes in the middle": late.first,
        "whole answer, p50": at(0.5, [one.whole for one in streams]),
        "whole answer, p95": at(0.95, [one.whole for one in streams]),
        "all answered after": took,
        "events a second (number)": events / took,
        "events an answer (number)": events / (readers + 1),
    }


def at(share: float, values: Sequence[float]) -> float:
    """The value that so large a share of the values doesn't exceed."""
    return sorted(values)[math.ceil(len(values) * share) - 1]


@contextmanager
def running(kind: str) -> Iterator[str]:
    """One kind in a process of its own; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.benchmarks.streams", "--serve", kind, "--port", str(port)]
    with subprocess.Popen(command) as process:
        try:
            for _ in range(600):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/config", timeout=30).raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.25)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def run(kind: str, readers: int) -> dict[str, float]:
    """Measure one kind; its server's processor time is what the children of this process used meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with running(kind) as address:
        found = asyncio.run(measure(address, readers))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {**found, "processor time, start included": used}


def table(found: dict[str, dict[str, float]], readers: int) -> str:
    """The figures as a Markdown table: seconds, unless a line says otherwise."""
    rows = [f"| {readers} readers at once; seconds | {' | '.join(KINDS[kind] for kind in found)} |"]
    rows.append("| --- |" + " ---: |" * len(found))
    for name in next(iter(found.values())):
        shape = ".0f" if "number" in name else ".2f"
        rows.append(f"| {name} | {' | '.join(f'{measured[name]:{shape}}' for measured in found.values())} |")
    return "\n".join(rows)


def machine() -> str:
    """Where and when this was measured."""
    made = (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, Gradio {version('gradio')}"
    )
    return f"{made}, {datetime.now(UTC):%-d %B %Y}"


def main() -> None:
    """Print the table, or serve one kind for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--serve", choices=KINDS)
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve, chosen.port)
        return
    found = {kind: run(kind, chosen.readers) for kind in chosen.kinds}
    print(f"{machine()}\n\n{table(found, chosen.readers)}")


if __name__ == "__main__":
    main()
