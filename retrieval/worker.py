"""A process of low priority that does heavy work for this one, within limits, so that nobody here waits for it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from retrieval.errors import OnrecordError

SECONDS = 60
"""Processor time of a call, unless it is given more."""
MEMORY = 3 << 30
"""Bytes of the process."""
_LOOK = 0.1
"""Seconds between two looks whether what is waited for is still wanted."""
_OUT_OF_MEMORY = 3
_PRIORITY = 15
"""A thirtieth of a usual process's share of a processor that both want: enough to come on beside other work."""

Made = TypeVar("Made")


class WorkerError(Exception):
    """The process ended in the middle of a call; the message says why, in words that go on from "it …"."""


class StoppedError(Exception):
    """What a call was to give is not wanted any more."""


class Worker:
    """Calls functions in a process that begins with the first call, one at a time, and again after it was ended."""

    def __init__(self, memory: int = MEMORY) -> None:
        """Nothing begins yet. memory: bytes that the process may have."""
        self._memory = memory
        self._calling = threading.Lock()
        self._running: tuple[subprocess.Popen[bytes], Connection] | None = None
        self._kill: Callable[[], object] = lambda: None

    def call(
        self,
        function: Callable[..., Made],
        *arguments: object,
        seconds: float = SECONDS,
        stop: Callable[[], bool] = lambda: False,
    ) -> Made:
        """What a function of a module gives there; function, arguments and result have to be picklable.

        seconds: of processor time, within which it has to end; stop: looked at while it is waited for. Raises what the
        function raises (as RuntimeError, unless it is an OnrecordError), StoppedError, and WorkerError where the
        process ended: after too long, for want of memory, or by a fault. The next call begins a new one.
        """
        with self._calling:
            process, pipe = self._running = self._running or self._begun()
            try:
                pipe.send((seconds, function, arguments))
                while not pipe.poll(_LOOK):
                    if stop():
                        raise StoppedError
                fine, given = pipe.recv()
            except (EOFError, ConnectionError):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)
                self._end()
                raise WorkerError(_why(process.returncode, seconds, self._memory)) from None
            except BaseException:
                self._end()
                raise
        if fine:
            made: Made = given
            return made
        raise given

    def close(self) -> None:
        """End the process, if there is one."""
        with self._calling:
            self._end()

    def _begun(self) -> tuple[subprocess.Popen[bytes], Connection]:
        ours, theirs = Pipe()
        with theirs:
            serve = f"from retrieval.worker import _serve; _serve({theirs.fileno()}, {self._memory})"
            code = f"import sys; sys.path[:] = {sys.path!r}; {serve}"
            # A process group of its own, since Ctrl-C reaches all of the terminal's; no session of its own, since Linux
            # shares processors between sessions before it looks at priorities.
            process = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], process_group=0)  # noqa: S603
        self._kill = weakref.finalize(self, _end, process, ours)
        return process, ours

    def _end(self) -> None:
        self._kill()
        self._running = None


def _end(process: subprocess.Popen[bytes], pipe: Connection) -> None:
    pipe.close()
    process.kill()
    process.wait()


def _why(code: int | None, seconds: float, memory: int) -> str:
    if code == -signal.SIGXCPU:
        return f"takes more than {seconds:.0f} seconds of computing"
    if code == -signal.SIGKILL:
        return "takes more memory than there is"
    if code == _OUT_OF_MEMORY:
        return f"takes more than {memory / (1 << 30):g} GiB of memory"
    return "made the process that reads it break off"


def _serve(descriptor: int, memory: int) -> None:
    """Do what is asked for until nobody can ask any more."""
    os.nice(_PRIORITY)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # where memory runs out, this goes, and not who answers
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_DATA, memory)
    pipe = Connection(descriptor)
    while True:
        try:
            seconds, function, arguments = pipe.recv()
            used = resource.getrusage(resource.RUSAGE_SELF)
            _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1)
            pipe.send(_done(function, arguments))
        except (EOFError, ConnectionError):
            return
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)  # at once, without anything that might take more


def _done(function: Callable[..., object], arguments: tuple[object, ...]) -> tuple[bool, Any]:
    try:
        return True, function(*arguments)
    except MemoryError:
        raise
    except OnrecordError as error:
        return False, error
    except Exception as error:  # of a class that may not be there, or may not be built again, on the other side
        return False, RuntimeError(f"{type(error).__name__}: {error}")


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    with suppress(ValueError, OSError):  # a system without this limit has to do without
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
