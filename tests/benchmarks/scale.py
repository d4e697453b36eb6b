"""How a library grows: python -m tests.benchmarks.scale DIR --passages 100000 [--invented] [--minutes 30].

The documents are invented (see corpus.py); so are their vectors with --invented, which leaves out what embedding costs.
For each tenth of the passages: processor time and wall time a passage, memory, the size on disk of the catalog and of
the index of vectors, and what 50 questions take then, embedded for real. It ends after --minutes, however far it got.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from retrieval.documents import Document
from retrieval.library import Library
from retrieval.minilm import MiniLM

from .corpus import Corpus
from .costs import _Filler, _seconds

_QUESTIONS = 50
_TOGETHER = 50
"""Documents that are added between two looks at the clock."""


def main() -> None:
    """Print a line for each tenth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path, help="where the library is to be; it is kept")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--invented", action="store_true", help="invented vectors in the place of embedding")
    parser.add_argument("--minutes", type=float, default=30)
    arguments = parser.parse_args()
    embed = MiniLM()
    adding = _Filler(embed.identity) if arguments.invented else embed
    ends = time.monotonic() + 60 * arguments.minutes
    # More documents than are needed: the library says how many passages there are.
    documents = Corpus().documents(2 * arguments.passages)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print("passages | CPU ms, wall ms a passage | peak GiB | catalog, index GB | search p50, p95 ms")
    before = 0
    while before < arguments.passages and time.monotonic() < ends:
        wall, cpu = time.perf_counter(), time.process_time()
        with Library(arguments.directory, adding) as library:  # type: ignore[arg-type]
            asked = _add(library, documents, before + arguments.passages // 10, ends)
            count = library.passage_count
        added = max(count - before, 1)
        spent = 1000 * (time.process_time() - cpu) / added, 1000 * (time.perf_counter() - wall) / added
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        disk = (_gigabytes(arguments.directory, "onrecord.db*"), _gigabytes(arguments.directory, "chroma*/**/*"))
        told = [(f"{count:8}",), spent, (peak,), disk, _asked(arguments.directory, embed, asked)]
        print(" | ".join(", ".join(one if isinstance(one, str) else f"{one:.2f}" for one in some) for some in told))
        before = count


def _add(library: Library, documents: Iterator[Document], until: int, ends: float) -> list[str]:
    """Add documents up to so many passages, or until time is up; gives questions on the first of them."""
    asking, asked = Corpus(2), list[str]()
    while library.passage_count < until and time.monotonic() < ends:
        some = list(itertools.islice(documents, _TOGETHER))
        if len(asked) < _QUESTIONS:
            asked += [asking.question(document) for document in some[: _QUESTIONS - len(asked)]]
        for _ in library.add(some):
            pass
    return asked


def _asked(directory: Path, embed: MiniLM, questions: list[str]) -> tuple[float, float]:
    """Milliseconds that half, and 95 of 100, of the searches take at most."""
    with Library(directory, embed) as library:
        library.warm()
        times = [1000 * _seconds(lambda one=one: library.search(one)) for one in questions]  # type: ignore[misc]
    cuts = statistics.quantiles(times, n=20)
    return cuts[9], cuts[18]


def _gigabytes(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file()) / 1e9


if __name__ == "__main__":
    main()
