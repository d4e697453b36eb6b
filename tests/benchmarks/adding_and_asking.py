"""What a question takes while others add documents in the page: python -m tests.benchmarks.adding_and_asking.

In one run, over one library that begins with the sample: how long --documents files take to go through the page's queue
while nobody asks; then a question every tenth of a second while nothing is added, while as many again are, and after.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.adding import Received
from app.chatbot import Chatbot
from app.libraries import SAMPLE
from app.web.adding import Adding

_QUESTIONS = (
    "What did Zuckerberg say about DeepSeek?",
    "How far did Nvidia's share price fall?",
    "How much does Meta plan to spend in 2025?",
    "Who criticised the chip export rules?",
)
_PAUSE = 0.1
"""Seconds that whoever asks thinks before the next question."""


def main() -> None:
    """Print a line for each state."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--documents", type=int, default=50)
    parser.add_argument("--questions", type=int, default=60, help="while nothing is added")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Chatbot(Path(folder)) as bot:
        bot.add(SAMPLE)
        bot.warm()
        _asked(bot, times=8)
        adding = Adding(bot)
        alone = _seconds(lambda: _add(adding, 0, arguments.documents))
        idle = _asked(bot, times=arguments.questions)
        began = time.perf_counter()
        thread = threading.Thread(target=_add, args=(adding, 1, arguments.documents))
        thread.start()
        busy = _asked(bot, until=lambda: not thread.is_alive())
        took = time.perf_counter() - began
        after = _asked(bot, times=arguments.questions)
        passages = bot._library.passage_count
    print(f"{2 * arguments.documents} documents added, {passages} passages in the library at the end")
    _tell("nothing is added, before", idle)
    _tell(f"{arguments.documents} documents are added", busy)
    _tell("nothing is added, afterwards", after)
    print(f"adding {arguments.documents} documents: {alone:.1f} s while nobody asks, {took:.1f} s while somebody does")
    worst = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"the largest process had {worst / 1024:.0f} MiB at most")


def _tell(state: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles(seconds, n=20)
    p50, p95, most = (1000 * value for value in (cuts[9], cuts[18], max(seconds)))
    print(f"a question while {state}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, most {most:.0f} ms, of {len(seconds)}")


def _asked(bot: Chatbot, times: int = 0, until: Callable[[], bool] = lambda: False) -> list[float]:
    """Seconds of each question: so many, or as many as there is time for."""
    took: list[float] = []
    while len(took) < times or not (times or until()):
        question = _QUESTIONS[len(took) % len(_QUESTIONS)]
        took.append(_seconds(lambda question=question: bot.ask(question)))  # type: ignore[misc]
        time.sleep(_PAUSE)
    return took


def _add(adding: Adding, seed: int, count: int) -> None:
    """Send so many files, all at once, as the page does, and wait until they are stored."""

    async def one(number: int) -> None:
        data = _report(seed, number).encode()
        async for step in adding.add("somebody", lambda: Received(f"{seed}/{number}.txt", data), len(data)):
            assert step["step"] != "failed", step

    async def everything() -> None:
        await asyncio.gather(*(one(number) for number in range(count)))

    asyncio.run(everything())


def _report(seed: int, number: int) -> str:
    """About 2,500 words of the sample in another order, with somebody quoted in every paragraph."""
    chance = random.Random(1000 * seed + number)
    words = [word for file in sorted(SAMPLE.glob("*.md")) for word in file.read_text("utf-8").split()]

    def run(length: int) -> str:
        return " ".join(chance.choices(words, k=length))

    paragraphs = (f"{run(12).capitalize()}. “{run(8)},” said Ada Verne. {run(60)}." for _ in range(30))
    return f"Report {number} of {seed}\n\n" + "\n\n".join(paragraphs)


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
