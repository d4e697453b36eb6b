"""Shows a growing answer at a steady pace: it grows in a thread of its own and is looked at every so often."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from typing import TypeVar

T = TypeVar("T")
FLUSH = 0.15
"""Seconds between two updates of a streaming answer: more often collapses the page at fifty readers."""
SOON = 0.02
"""Seconds between the first two; each further wait is twice as long, up to FLUSH, so that first words come at once."""
BEAT = 1.0
"""Seconds after which a state is given again though nothing is new, so that whoever left is noticed."""
AT_ONCE = 200
"""Answers that may grow at once."""
_growing = ThreadPoolExecutor(AT_ONCE, "answer")  # its threads are used again, and so are their database connections


def paced(states: Generator[T, None, None], every: float = FLUSH, beat: float = BEAT) -> Generator[T, None, None]:
    """The newest state once in `every` seconds where there is a new one, oftener at first; the last at once.

    Nothing that has come is held back while the next is waited for; after `beat` seconds without anything new the
    newest is given again. What `states` raises is raised here. Closing this closes `states` at its next state.
    """
    newest: deque[T] = deque(maxlen=1)
    fresh, ended, left = Event(), Event(), Event()

    def grow() -> None:
        with closing(states):
            for state in states:
                if left.is_set():
                    return
                newest.append(state)
                fresh.set()

    def end(_: object) -> None:
        ended.set()
        fresh.set()

    growing = _growing.submit(grow)
    growing.add_done_callback(end)
    shown: list[T] = []
    wait = min(SOON, every)
    try:
        while not ended.is_set():
            if not fresh.wait(beat if shown else None):
                yield from shown
                continue
            fresh.clear()
            if newest:
                shown = [newest.pop()]
                yield from shown
                ended.wait(wait)
                wait = min(2 * wait, every)
        yield from newest
        growing.result()
    finally:
        left.set()
