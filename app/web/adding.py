"""Adding in the page: one document at a time, in turns between the people who add, each told how far it is."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from app.adding import Received
from app.web.turn import UNEXPECTED, Bot
from retrieval.errors import OnrecordError
from retrieval.preparing import Apart
from retrieval.worker import StoppedError, Worker, WorkerError

MOST = 200
"""Documents of one person that may wait at once."""
MOST_BYTES = 512 << 20
"""Bytes that may wait at once, of all people together."""
IDLE = 60.0
"""Seconds without work after which the process that reads and embeds is ended."""

Step = dict[str, Any]
"""What happens to a document, as the page is told: {"step": "waiting" | "reading" | "embedding" | "stored" | …}."""
log = logging.getLogger(__name__)


class FullError(OnrecordError):
    """So much is waiting to be added that no more is taken."""


@dataclass(eq=False)
class _Job:
    take: Callable[[], Received]
    size: int
    tell: Callable[[Step], None]
    cancelled: threading.Event = field(default_factory=threading.Event)


class Adding:
    """What waits to be added to a library, by person; a thread and a process work while there is anything."""

    def __init__(self, bot: Bot) -> None:
        """Begin with nothing waiting."""
        self._bot = bot
        self._waiting: dict[str, deque[_Job]] = {}
        self._bytes = 0
        self._changed = threading.Condition()
        self._working = False

    async def add(self, who: str, take: Callable[[], Received], size: int) -> AsyncIterator[Step]:
        """Add what `take` gives once it is this person's turn; the steps as they happen, the last "stored" or "failed".

        who: with whom turns are taken; size: bytes that wait for it. Leaving the iterator cancels. Raises FullError.
        """
        steps: asyncio.Queue[Step] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(step: Step) -> None:
            with suppress(RuntimeError):  # the server has ended, and nobody listens
                loop.call_soon_threadsafe(steps.put_nowait, step)

        job = _Job(take, size, tell)
        before = self._enqueue(who, job)
        try:
            yield {"step": "waiting", "before": before}
            while True:
                step = await steps.get()
                yield step
                if step["step"] in ("stored", "failed"):
                    return
        finally:
            job.cancelled.set()

    def _enqueue(self, who: str, job: _Job) -> int:
        """Let a job wait; gives how many do so already."""
        with self._changed:
            mine = self._waiting.setdefault(who, deque())
            if len(mine) >= MOST:
                raise FullError(f"{MOST} of your documents are waiting already. Let some be added, then send the rest.")
            if self._bytes + job.size > MOST_BYTES:
                raise FullError("Too much is waiting to be added just now. Try again in a minute.")
            before = sum(map(len, self._waiting.values()))
            mine.append(job)
            self._bytes += job.size
            self._changed.notify()
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, name="onrecord-adding", daemon=True).start()
            return before

    def _next(self) -> _Job | None:
        """The first job of whoever's turn it is, who is then the last in line; None where none comes for a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting, IDLE)
            for who in list(self._waiting):
                mine = self._waiting.pop(who)
                if mine:
                    job = mine.popleft()
                    if mine:
                        self._waiting[who] = mine
                    self._bytes -= job.size
                    return job
            self._working = False
            return None

    def _work(self) -> None:
        worker = Worker()
        while job := self._next():
            if not job.cancelled.is_set():
                job.tell(self._done(job, worker))
        worker.close()

    def _done(self, job: _Job, worker: Worker) -> Step:
        """Add one document; the last step of it."""

        def report(what: str, done: int, total: int) -> None:
            if job.cancelled.is_set():
                raise StoppedError
            reading = what.startswith("Reading")
            job.tell({"step": "reading"} if reading else {"step": "embedding", "done": done, "total": total})

        try:
            apart = Apart(worker, job.cancelled.is_set)
            [result] = self._bot.add(job.take(), progress=report, apart=apart)
        except StoppedError:
            return {"step": "failed", "error": "Cancelled; nothing of it was stored."}
        except OnrecordError as error:
            return {"step": "failed", "error": str(error)}
        except WorkerError as error:
            return {"step": "failed", "error": f"It {error}, and nothing of it was stored."}
        except Exception:
            log.exception("a document could not be added")
            return {"step": "failed", "error": UNEXPECTED}
        if result.status == "failed":
            return {"step": "failed", "error": result.error}
        told = asdict(result)
        return {"step": "stored", "id": told.pop("document"), **told}
