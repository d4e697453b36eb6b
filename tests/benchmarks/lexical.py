"""Which lexical index? FTS5, tantivy or bm25s: python -m tests.benchmarks.lexical [--passages N] [--data DIR].

tantivy and bm25s are not dependencies: what is not installed is said to be, and left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import multiprocessing
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from retrieval import lexical
from retrieval.documents import Document

from .corpus import Corpus

Texts = Iterable[tuple[str, str]]
Find = Callable[[str, int], Sequence[int]]
"""(question, limit) -> numbers of passages, best first."""

_COMMIT_EVERY = 512


def fts5(
    texts: Texts, directory: Path, *, tokenize: str = "porter unicode61 remove_diacritics 2", title: float = 1.0
) -> Find:
    """SQLite FTS5 as the catalog uses it: in one file with the text, a commit per window of passages."""
    connection = sqlite3.connect(directory / "fts.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize='{tokenize}')")
    rows = enumerate(texts)
    while batch := list(itertools.islice(rows, _COMMIT_EVERY)):
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", ((at, *text) for at, text in batch)
        )
        connection.execute("COMMIT")

    def find(question: str, limit: int) -> list[int]:
        match = " OR ".join(f'"{term}"' for term in lexical.terms(question))
        sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, ?, 1.0) LIMIT ?"
        return [at for (at,) in connection.execute(sql, (match, title, limit))]

    return find


def catalog_table(texts: Texts, directory: Path) -> Find:
    """The product's own table and query."""
    connection = sqlite3.connect(directory / "fts.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(lexical.TABLE)
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", ((at, *text) for at, text in enumerate(texts))
    )
    connection.execute("COMMIT")
    return lambda question, limit: list(lexical.bm25(connection, question, limit))


def tantivy(texts: Texts, directory: Path) -> Find:
    """Lucene's design in Rust: fast, but its commits are its own, apart from the text's."""
    import tantivy as library

    schema = library.SchemaBuilder()
    schema.add_integer_field("key", stored=True, indexed=True)
    for name in ("title", "body"):
        schema.add_text_field(name, tokenizer_name="en_stem")
    built = schema.build()
    index = library.Index(built, path=str(directory))
    writer = index.writer(num_threads=1)
    rows = enumerate(texts)
    while batch := list(itertools.islice(rows, _COMMIT_EVERY)):
        for at, (title, body) in batch:
            writer.add_document(library.Document(key=at, title=title, body=body))
        writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(question: str, limit: int) -> list[int]:
        query = index.parse_query(" OR ".join(lexical.terms(question)), ["title", "body"])
        return [searcher.doc(address)["key"][0] for _, address in searcher.search(query, limit).hits]

    return find


def bm25s(texts: Texts, directory: Path) -> Find:
    """Sparse matrices in NumPy: nothing can be added or removed without building the whole index again."""
    import bm25s as library
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    corpus = [f"{title} {body}" for title, body in texts]
    index = library.BM25()
    index.index(library.tokenize(corpus, stemmer=stemmer, show_progress=False), show_progress=False)
    index.save(str(directory))

    def find(question: str, limit: int) -> list[int]:
        tokens = library.tokenize([" ".join(lexical.terms(question))], stemmer=stemmer, show_progress=False)
        found, _ = index.retrieve(tokens, k=min(limit, len(corpus)), show_progress=False)
        return [int(at) for at in found[0]]

    return find


ENGINES: dict[str, Callable[..., Find]] = {"fts5": fts5, "catalog": catalog_table, "tantivy": tantivy, "bm25s": bm25s}


def cost(engine: str, count: int) -> dict[str, float]:
    """CPU time of adding and querying an invented corpus, in a process of its own."""
    corpus = Corpus()
    texts = list(corpus.passages(count))
    sample = [texts[at] for at in range(0, count, max(1, count // 300))]
    questions = [corpus.question(Document(body, title, "invented:")) for title, body in sample]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        began = time.process_time()
        find = ENGINES[engine](iter(texts), directory)
        adding = time.process_time() - began
        times = []
        for question in questions:
            began = time.process_time()
            find(question, 50)
            times.append(1000 * (time.process_time() - began))
        size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    cuts = statistics.quantiles(times, n=20)
    return {
        "add_us_per_passage": 1e6 * adding / count,
        "p50_ms": cuts[9],
        "p95_ms": cuts[18],
        "disk_mb": size / 2**20,
        "memory_mb": memory,
    }


def quality(find: Find, questions: Sequence[tuple[str, int]]) -> float:
    """Mean reciprocal rank of the one right passage among the first ten."""
    found = ((list(find(question, 10)), right) for question, right in questions)
    return statistics.fmean(1 / (best.index(right) + 1) if right in best else 0.0 for best, right in found)


def squad(folder: Path) -> tuple[list[tuple[str, str]], list[tuple[str, int]]]:
    """Paragraphs of SQuAD 2.0 dev, and its answerable questions with the paragraph of each."""
    texts: list[tuple[str, str]] = []
    questions: list[tuple[str, int]] = []
    data: dict[str, Any] = json.loads((folder / "squad2/dev/squad2_dev.json").read_text())
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            asked = (one["question"] for one in paragraph["qas"] if not one["is_impossible"])
            questions += [(question, len(texts)) for question in asked]
            texts.append((article["title"].replace("_", " "), paragraph["context"]))
    return texts, questions


def main() -> None:
    """Print a line per index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--data", type=Path, help="the folder with squad2, to measure quality")
    arguments = parser.parse_args()
    missing = [name for name in ("tantivy", "bm25s") if not importlib.util.find_spec(name)]
    for name in missing:
        print(name.ljust(10), f"not installed; `pip install {name}` to compare it")
    engines = [name for name in ENGINES if name not in missing]
    for engine in engines if arguments.passages else []:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            figures = pool.apply(cost, (engine, arguments.passages))
        print(engine.ljust(10), "  ".join(f"{name} {value:.1f}" for name, value in figures.items()), flush=True)
    if arguments.data:
        texts, questions = squad(arguments.data)
        for engine in engines:
            with tempfile.TemporaryDirectory() as name:
                print(engine.ljust(10), f"MRR@10 {quality(ENGINES[engine](iter(texts), Path(name)), questions):.4f}")
        for tokenize in ("unicode61 remove_diacritics 2", "porter unicode61 remove_diacritics 2"):
            for title in (0.5, 1.0, 2.0, 4.0):
                with tempfile.TemporaryDirectory() as name:
                    find = fts5(iter(texts), Path(name), tokenize=tokenize, title=title)
                    print(f"fts5 {tokenize}, title {title}: MRR@10 {quality(find, questions):.4f}", flush=True)


if __name__ == "__main__":
    main()
