"""Another process does heavy work within limits; whatever happens to it is said, and the next call finds a new one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from retrieval.errors import DocumentError
from retrieval.reading import read
from retrieval.worker import StoppedError, Worker, WorkerError


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker(memory=1 << 30)
    yield worker
    worker.close()


def test_it_is_one_process_of_low_priority(worker: Worker) -> None:
    process = worker.call(os.getpid)
    assert process != os.getpid()
    assert worker.call(os.getpid) == process
    assert worker.call(os.nice, 0) == min(os.nice(0) + 15, 19)


def test_what_is_raised_there_is_raised_here(worker: Worker) -> None:
    process = worker.call(os.getpid)
    with pytest.raises(DocumentError, match=r"pier\.txt does not exist"):
        worker.call(read, "pier.txt")
    with pytest.raises(RuntimeError, match=r"FileNotFoundError: .*/nowhere"):
        worker.call(os.listdir, "/nowhere")
    assert worker.call(os.getpid) == process


def test_what_takes_too_long_is_ended(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="more than 0 seconds of computing"):
        worker.call(sum, range(1 << 60), seconds=0)
    assert worker.call(len, b"ship") == 4


def test_what_takes_too_much_memory_is_ended(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="more than 1 GiB of memory"):
        worker.call(bytes, 2 << 30)
    assert worker.call(len, b"ship") == 4


def test_a_process_that_dies_is_replaced(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="break off"):
        worker.call(os.abort)
    assert worker.call(len, b"ship") == 4


def test_what_is_not_wanted_any_more_is_ended_at_once(worker: Worker) -> None:
    process = worker.call(os.getpid)
    with pytest.raises(StoppedError):
        worker.call(time.sleep, 60, stop=lambda: True)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_calls_from_several_threads_are_made_one_after_the_other(worker: Worker) -> None:
    given: list[int] = []
    threads = [threading.Thread(target=lambda n=n: given.append(worker.call(abs, -n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(8))


def test_it_ends_with_whoever_began_it() -> None:
    worker = Worker()
    process = worker.call(os.getpid)
    del worker
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_it_ends_though_whoever_began_it_was_killed() -> None:
    code = (
        "import os; from retrieval.worker import Worker; worker = Worker(); print(worker.call(os.getpid), flush=True)"
    )
    killed = f"{code}; os.kill(os.getpid(), 9)"
    run = subprocess.run([sys.executable, "-c", killed], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == -9
    assert int(run.stdout), "and the output ended, which the worker held open too"
