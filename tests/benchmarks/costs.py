"""What the product costs beside its bare parts, as ratios: python -m tests.benchmarks.costs [--large].

The documents are invented (see corpus.py). Each ratio is the median over pairs that ran right after one another, so
that a busy machine slows both sides alike. --large adds and asks 100,000 passages, also with a filter that keeps 1% of
them, and takes about half an hour.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Document

from .corpus import Corpus

_BARE_COLD = """
import chromadb, sys
from chromadb.config import Settings
from retrieval.minilm import MiniLM
client = chromadb.PersistentClient(sys.argv[1], Settings(anonymized_telemetry=False))
client.get_or_create_collection("passages", embedding_function=None)
MiniLM()(["What is the question?"])
"""

Floats = NDArray[np.float32]


def main() -> None:
    """Print the table of design budgets: what, bar, measured, and whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also memory and questions at 100,000 passages")
    parser.add_argument("--passages", type=int, default=10_000, help="for the warm question (default: 10000)")
    parser.add_argument("--strict", action="store_true", help="exit with status 1 when a bar is missed")
    arguments = parser.parse_args()
    held = [
        _row("import app, seconds", 0.1, _import_app()),
        _row("cold ask / bare parts", 2.0, _cold_ask()),
        _row("adding / bare embedding and upsert", 1.15, _adding()),
        _row("finding quotations / embedding their text", 1 / 3, _quotations()),
    ]
    with _library(arguments.passages) as (directory, questions, count):
        search, refused, answered = _warm(directory, questions)
        held.append(_row(f"warm search / bare, {count} passages", 1.5, search))
        held.append(_row(f"warm question refused / bare, {count} passages", 1.5, refused))
        held.append(_row(f"warm question answered / bare, {count} passages", 1.5, answered))
    if arguments.large:
        with _library(100_000) as (directory, questions, count):
            for name, cut in zip(("p50", "p95"), _percentiles(directory, questions), strict=True):
                print(f"warm question, {count} passages, {name}".ljust(48), f"{cut:>20.1f} ms", flush=True)
        held += _filtered(100_000)
        held.append(_row("peak memory, 100000 passages, GiB", 2.0, _memory(100_000)))
    if arguments.strict and not all(held):
        sys.exit(1)


def _row(what: str, bar: float, measured: float) -> bool:
    held = measured <= bar
    print(f"{what:48} bar {bar:<6.3g} measured {measured:<6.3f} {'pass' if held else 'FAIL'}", flush=True)
    return held


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _ratio(ours: Callable[[int], object], bare: Callable[[int], object], pairs: int) -> float:
    """The median of ours / bare over interleaved pairs; each is given the number of its pair."""
    return statistics.median(_seconds(lambda n=n: ours(n)) / _seconds(lambda n=n: bare(n)) for n in range(pairs))  # type: ignore[misc]


def _python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout


def _import_app() -> float:
    """The best of nine processes, each timing its own import."""
    timed = "import time; began = time.perf_counter(); import app; print(time.perf_counter() - began)"
    return min(float(_python("-c", timed)) for _ in range(9))


def _cold_ask() -> float:
    with tempfile.TemporaryDirectory() as name:
        library, bare = str(Path(name) / "library"), str(Path(name) / "bare")
        _fill(Path(library), 60)
        ask = ("-m", "app.cli", "ask", "What does it say?", "--library", library, "--llm", "extractive")
        return _ratio(lambda n: _python(*ask), lambda n: _python("-c", _BARE_COLD, bare), 5)


def _fill(directory: Path, passages: int, shortest: int = 300, longest: int = 1200) -> None:
    from retrieval.library import Library

    with Library(directory) as library:
        for _ in library.add(Corpus().documents(passages, shortest, longest)):
            pass


def _adding() -> float:
    """Ours reads, splits, embeds with sentences and stores; bare embeds and upserts the same passages' texts."""
    import chromadb
    from chromadb.config import Settings

    from retrieval.library import Library
    from retrieval.minilm import MiniLM
    from retrieval.passages import split_passages

    embed = MiniLM()
    with tempfile.TemporaryDirectory() as name, Library(Path(name) / "ours", embed) as library:
        library.warm()
        client = chromadb.PersistentClient(str(Path(name) / "bare"), Settings(anonymized_telemetry=False))
        bare = client.create_collection("bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
        rounds = [list(Corpus(seed).documents(300)) for seed in range(5)]
        split = [[passage for document in documents for passage in split_passages(document)] for documents in rounds]
        texts = [[f"{passage.document.title}. {passage.text}" for passage in passages] for passages in split]
        ids = [[f"{one.document.id}:{one.start}" for one in passages] for passages in split]
        return _ratio(
            lambda n: list(library.add(rounds[n])),
            lambda n: bare.upsert(ids=ids[n], embeddings=embed(texts[n])),
            len(rounds),
        )


def _quotations() -> float:
    """On the bundled sample articles, since invented words quote nobody."""
    from app.libraries import SAMPLE
    from retrieval.minilm import MiniLM
    from retrieval.passages import split_passages
    from retrieval.quotations import find_quotations
    from retrieval.reading import read

    embed = MiniLM()
    documents = [read(path) for path in sorted(SAMPLE.iterdir()) if path.suffix in {".txt", ".md", ".html"}]
    texts = [passage.text for document in documents for passage in split_passages(document)]
    embed(texts)
    return _ratio(lambda n: [find_quotations(document) for document in documents], lambda n: embed(texts), 7)


def _directions(texts: list[str]) -> Floats:
    """Vectors that cost nothing, to fill a library whose size alone matters: the real embedder then asks."""
    rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=384) for text in texts]
    return np.stack(rows).astype(np.float32)


class _Filler:
    """Fills like all-MiniLM-L6-v2, with vectors and sentence vectors of the same sizes, without its cost."""

    def __init__(self, identity: str) -> None:
        self.identity = identity

    def __call__(self, texts: list[str]) -> Floats:
        return _directions(texts)

    def with_sentences(self, texts: list[str], spans: list[list[tuple[int, int]]]) -> tuple[Floats, list[Floats]]:
        vectors = _directions(texts)
        return vectors, [np.repeat(row[None], len(of), axis=0) for row, of in zip(vectors, spans, strict=True)]


@contextmanager
def _library(passages: int) -> Iterator[tuple[Path, list[str], int]]:
    """A library of at least so many passages, questions on its documents, and how many passages there are.

    Invented words answer nothing; the bundled sample articles among them do.
    """
    from app.libraries import SAMPLE
    from retrieval.library import Library
    from retrieval.minilm import MiniLM
    from retrieval.reading import read

    corpus = Corpus()
    questions: list[str] = []

    def documents() -> Iterator[Document]:
        for document in corpus.documents(passages):
            if len(questions) < 120:
                questions.append(corpus.question(document))
            yield document

    with tempfile.TemporaryDirectory() as name:
        with Library(Path(name), _Filler(MiniLM().identity)) as library:  # type: ignore[arg-type]
            for _ in library.add(documents()):
                pass
        with Library(Path(name)) as library:
            for _ in library.add(read(path) for path in sorted(SAMPLE.iterdir()) if path.suffix != ""):
                pass
            count = library.passage_count
        yield Path(name), questions, count


def _warm(directory: Path, questions: list[str]) -> tuple[float, float, float]:
    """A search, a question refused and one answered, to embedding it and querying Chroma on the same index."""
    from app.chatbot import Chatbot
    from retrieval.minilm import MiniLM

    embed = MiniLM()
    written = json.loads((Path(__file__).parents[1] / "sample_questions.json").read_text(encoding="utf-8"))
    answerable = [one["question"] for one in written if one["answered"]]
    with Chatbot(directory, embed=embed) as bot:
        bot.warm()
        library, dense = bot._library, bot._library._dense

        def bare(question: str) -> object:
            return dense.nearest(embed([question])[0], 12)

        def ask(question: str) -> bool:
            library._searcher._recent = {}  # the search before has read the same documents
            return bot.ask(question).answered

        search = _ratio(lambda n: library.search(questions[n]), lambda n: bare(questions[n]), len(questions))
        refused = _ratio(lambda n: ask(questions[n]), lambda n: bare(questions[n]), len(questions))
        first, *others = answerable  # with the first of a kind, patterns are compiled and files of figures read
        assert ask(first), "the sample articles answer it"
        return search, refused, _ratio(lambda n: ask(others[n]), lambda n: bare(others[n]), len(others))


def _percentiles(directory: Path, questions: list[str]) -> tuple[float, float]:
    """Milliseconds that half, and 95 of 100, warm questions take at most."""
    from app.chatbot import Chatbot

    with Chatbot(directory) as bot:
        bot.warm()
        times = [1000 * _seconds(lambda one=one: bot.ask(one)) for one in questions]  # type: ignore[misc]
    cuts = statistics.quantiles(times, n=20)
    return cuts[9], cuts[18]


def _filtered(passages: int) -> list[bool]:
    """The rows of questions with a filter; see filtered.py."""
    from .filtered import filled, measure

    with tempfile.TemporaryDirectory() as name:
        return measure(Path(name), filled(Path(name), passages))


def _memory(passages: int) -> float:
    """Peak resident GiB of a process that adds this many passages with the real embedder and asks ten questions.

    Most of them are of 15 to 30 words, for an hour less of embedding; two thousand are as long as passages get.
    """
    script = (
        "import sys, resource; from pathlib import Path; from tests.benchmarks.costs import _fill;"
        "from app.chatbot import Chatbot; at, count = Path(sys.argv[1]), int(sys.argv[2]);"
        "_fill(at, 2000); _fill(at, count - 2000, 15, 30)\n"
        "with Chatbot(at) as bot:\n    for n in range(10): bot.ask(f'What does number {n} say?')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    with tempfile.TemporaryDirectory() as name:
        return int(_python("-c", script, name, str(passages))) / 2**20


if __name__ == "__main__":
    main()
