"""What a library on a Chroma server costs beside one in a folder: python -m tests.benchmarks.served [--passages N].

The documents are invented (see corpus.py); the server is a real one on 127.0.0.1. Ratios are medians over pairs that
ran right after one another. A cold opening fetches everything into a new copy, a warm one finds the copy in line.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

import numpy as np

from retrieval.library import Library
from tests.chroma_server import ChromaServer

from .corpus import Corpus
from .costs import Floats, _Filler, _ratio, _seconds

_QUESTIONS = 100


def main() -> None:
    """Print the ratios, and the seconds of opening."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    passages = parser.parse_args().passages
    with tempfile.TemporaryDirectory() as name:
        os.environ["ONRECORD_CACHE"] = str(Path(name) / "cache")
        chroma = ChromaServer(Path(name) / "data")
        try:
            _measure(chroma.url, Path(name), passages)
        finally:
            chroma.stop()


def _measure(url: str, folder: Path, passages: int) -> None:
    from app.chatbot import Chatbot
    from retrieval.minilm import MiniLM

    embed = MiniLM()
    filler, corpus, asking = _Filler(embed.identity), Corpus(), Corpus(2)
    documents = list(corpus.documents(passages))
    seconds = []
    for place in (folder / "embedded", url):
        with Library(place, filler) as library:  # type: ignore[arg-type]
            seconds.append(_seconds(lambda library=library: list(library.add(documents))))  # type: ignore[misc]
            count = library.passage_count
    print(f"adding {count} passages without embedding: {seconds[0]:.1f} s embedded, {seconds[1]:.1f} s on the server")
    questions = [asking.question(one) for one in documents[:: max(1, len(documents) // _QUESTIONS)]][:_QUESTIONS]
    with Chatbot(folder / "embedded", embed=embed) as embedded, Chatbot(url, embed=embed) as served:
        for bot in (embedded, served):
            bot.warm()
            bot.ask(questions[0])
        ask = _ratio(lambda n: served.ask(questions[n]), lambda n: embedded.ask(questions[n]), len(questions))
        one, other = served._library, embedded._library
        search = _ratio(
            lambda n: (one.refresh(), one.search(questions[n])), lambda n: other.search(questions[n]), len(questions)
        )
        recall = [_recall(library, [embed([question])[0] for question in questions]) for library in (one, other)]
    print(f"warm question, served / embedded: {ask:.2f}; search: {search:.2f}")
    print(f"of the 24 nearest vectors found: {recall[0]:.3f} served, {recall[1]:.3f} embedded (random directions)")

    def opened(place: Path | str) -> float:
        return _seconds(lambda: Library(place, embed).close())

    warm, embedded_warm = (sorted(opened(place) for _ in range(5))[2] for place in (url, folder / "embedded"))
    os.environ["ONRECORD_CACHE"] = str(folder / "new")
    cold = opened(url)
    print(f"opening: {warm:.2f} s with a copy in line, {cold:.1f} s with none; {embedded_warm:.2f} s embedded")


def _recall(library: Library, vectors: list[Floats]) -> float:
    """The share of the 24 nearest passages that the index finds."""
    every = library._catalog.vectors(library._catalog.vector_ids())
    ids, matrix = list(every), np.stack(list(every.values()))
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    nearest = ({ids[at] for at in np.argsort(-matrix @ vector)[:24]} for vector in vectors)
    found = (library._dense.nearest(vector, 24) for vector in vectors)
    return statistics.mean(len(wanted & set(has)) / 24 for wanted, has in zip(nearest, found, strict=True))


if __name__ == "__main__":
    main()
