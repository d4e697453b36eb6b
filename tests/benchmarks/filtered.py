"""What a filter that keeps 1% of a library costs a warm question: python -m tests.benchmarks.filtered DIR [--passages].

The documents are invented (see corpus.py) and stand in for 100 outlets; DIR keeps their library from one run to the
next. Bare is embedding the question and querying Chroma for all passages, on the same index, in interleaved pairs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from retrieval.documents import Document
from retrieval.filters import Filter, Scope

from .corpus import Corpus
from .costs import _Filler, _ratio, _row

_OUTLETS = 100
_QUESTIONS = 100


def main() -> None:
    """Print, for a filter by outlet and for one by days, the ratios of a warm search and a warm question to bare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="where the library is, or is to be")
    parser.add_argument("--passages", type=int, default=100_000)
    arguments = parser.parse_args()
    measure(arguments.directory, filled(arguments.directory, arguments.passages))


def _documents(passages: int) -> Iterator[Document]:
    for number, document in enumerate(Corpus().documents(passages)):
        day = date(2025, 1, 1) + timedelta(days=number % _OUTLETS)
        yield replace(document, source=f"The {number % _OUTLETS}. Gazette", published=day)


def filled(directory: Path, passages: int) -> list[str]:
    """Fill the library where it is empty; questions on some of its documents."""
    from retrieval.library import Library
    from retrieval.minilm import MiniLM

    asking = Corpus(2)
    with Library(directory, _Filler(MiniLM().identity)) as library:  # type: ignore[arg-type]
        if library.passage_count < passages:
            for _ in library.add(_documents(passages)):
                pass
        every = library.documents()
        asked = every[:: max(1, len(every) // _QUESTIONS)][:_QUESTIONS]
        return [asking.question(library.document(entry.id)) for entry in asked]


def measure(directory: Path, questions: list[str]) -> list[bool]:
    """Print the rows; gives whether each holds."""
    from app.chatbot import Chatbot
    from retrieval.minilm import MiniLM

    embed, held = MiniLM(), []
    with Chatbot(directory, embed=embed) as bot:
        bot.warm()
        library = bot._library
        count, outlet = library.passage_count, library.sources()[7]
        for name, where in (
            ("an outlet", Filter(sources=(outlet,))),
            ("a day", Filter(since=date(2025, 1, 8), until=date(2025, 1, 9))),
        ):
            scope = library.scope(where)
            kept = len(library._searcher.within(scope)[0])
            library.search(questions[0], where=scope)
            print(f"{name}: {kept} of {count} passages", flush=True)

            def bare(n: int) -> object:
                return library._dense.nearest(embed([questions[n]])[0], 12)

            def search(n: int, scope: Scope = scope) -> object:
                return library.search(questions[n], where=scope)

            def ask(n: int, where: Filter = where) -> object:
                library._searcher._recent = {}  # the search before has read the same documents
                return bot.ask(questions[n], where=where)

            held.append(_row("  warm search / bare", 2.0, _ratio(search, bare, len(questions))))
            held.append(_row("  warm question refused / bare", 2.0, _ratio(ask, bare, len(questions))))
    return held


if __name__ == "__main__":
    main()
