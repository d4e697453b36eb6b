"""What the product costs beside its bare parts, as ratios: python -m tests.benchmarks.costs [--large].

The documents are invented (see corpus.py). Each ratio is the median over pairs that ran right after one another, so
that a busy machine slows both sides alike. --large adds and asks 100,000 passages and embeds for hours.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
    """Print the table of design budgets with what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also peak memory with 100,000 passages")
    parser.add_argument("--passages", type=int, default=10_000, help="for the warm question (default: 10000)")
    arguments = parser.parse_args()
    _row("import app, seconds", 0.1, _import_app())
    _row("cold ask / bare parts", 2.0, _cold_ask())
    _row("adding / bare embedding and upsert", 1.15, _adding())
    search, ask = _warm(arguments.passages)
    _row(f"warm search / bare, {arguments.passages} passages", 1.5, search)
    _row(f"warm question / bare, {arguments.passages} passages", 1.5, ask)
    if arguments.large:
        _row("peak memory, 100,000 passages, GiB", 2.0, _memory(100_000))


def _row(what: str, budget: float, measured: float) -> None:
    print(f"{what:48} budget {budget:<6g} measured {measured:.2f}", flush=True)


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _ratio(ours: Callable[[int], object], bare: Callable[[int], object], pairs: int) -> float:
    """The median of ours / bare over interleaved pairs; each is given the number of its pair."""
    return statistics.median(_seconds(lambda n=n: ours(n)) / _seconds(lambda n=n: bare(n)) for n in range(pairs))  # type: ignore[misc]


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def _import_app() -> float:
    def best(code: str) -> float:
        return min(_seconds(lambda: _python("-c", code)) for _ in range(9))

    return max(best("import app") - best("pass"), 0.0)


def _cold_ask() -> float:
    with tempfile.TemporaryDirectory() as name:
        library, bare = str(Path(name) / "library"), str(Path(name) / "bare")
        _fill(Path(library), 60)
        ask = ("-m", "app.cli", "ask", "What does it say?", "--library", library, "--llm", "extractive")
        return _ratio(lambda n: _python(*ask), lambda n: _python("-c", _BARE_COLD, bare), 5)


def _fill(directory: Path, passages: int) -> None:
    from retrieval.library import Library

    with Library(directory) as library:
        for _ in library.add(Corpus().documents(passages)):
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


def _directions(texts: list[str]) -> Floats:
    """Vectors that cost nothing, to fill a library whose size alone matters: the real embedder then asks."""
    rows = [np.random.default_rng(abs(hash(text))).normal(size=384) for text in texts]
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


def _warm(passages: int) -> tuple[float, float]:
    """(Library.search, Chatbot.ask) against embedding the question and querying Chroma, on the same index."""
    from app.chatbot import Chatbot
    from retrieval.library import Library
    from retrieval.minilm import MiniLM

    embed, corpus = MiniLM(), Corpus()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name) / "library"
        with Library(directory, _Filler(embed.identity)) as library:  # type: ignore[arg-type]
            documents = list(corpus.documents(passages))
            for _ in library.add(documents):
                pass
            questions = [corpus.question(document) for document in documents[:120]]
        with Chatbot(directory, embed=embed) as bot:
            library = bot._library
            library.warm()
            dense = library._dense
            bot.ask(questions[0])

            def bare(n: int) -> object:
                return dense.nearest(embed([questions[n]])[0], 12)

            search = _ratio(lambda n: library.search(questions[n]), bare, len(questions))
            return search, _ratio(lambda n: bot.ask(questions[n]), bare, len(questions))


def _memory(passages: int) -> float:
    """Peak resident GiB of a process that adds this many passages and asks ten questions."""
    script = (
        "import sys, resource; from pathlib import Path; from tests.benchmarks.costs import _fill;"
        "from app.chatbot import Chatbot; _fill(Path(sys.argv[1]), int(sys.argv[2]));\n"
        "with Chatbot(sys.argv[1]) as bot:\n    for n in range(10): bot.ask(f'What does number {n} say?')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-c", script, name, str(passages)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 2**20


if __name__ == "__main__":
    main()
