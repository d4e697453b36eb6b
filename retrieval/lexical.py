"""The lexical side of a search: a question's terms, and the SQLite FTS5 table that ranks passages by BM25.

FTS5, because a passage's words are stored in the transaction that stores its text, so that the two agree after a crash
by construction. At 100,000 passages of public question-answering sets and mixtures of them (CPU time, one thread):

    index     query p50 / p95   add a passage       disk              memory    MRR@10, SQuAD 2.0
    FTS5      18.6 / 46.7 ms     66 µs              142 MB with text            .867
    tantivy    0.9 /  1.3 ms    115 µs               29 MB             92 MB    .868
    bm25s     15.0 / 17.5 ms    133 µs, no update    54 MB            462 MB    .861

tests/benchmarks/lexical.py repeats this on invented passages (FTS5 there: 9.8 / 26.6 ms, 109 µs, 291 MB). tantivy is
the one to take if searches by words ever become what a question waits for.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence

from retrieval.documents import Document

TABLE = "CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize='porter unicode61 remove_diacritics 2')"

_TITLE_WEIGHT, _BODY_WEIGHT = 1.0, 1.0
_MAX_TERMS = 64

_STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be been before being but by can could did do does doing during
    each for from had has have having he her here hers him his how i if in into is it its just may me might more most
    must my no nor not of on once only or other our out over own s same shall she should so some such t than that the
    their them then there these they this those through to too under until up us very was we were what when where
    which while who whom whose why will with would you your""".split()
)


def terms(question: str) -> list[str]:
    """List the distinct words of a question that are worth looking up, lower-cased; stop words if it has no others.

    At most 64: a page pasted as a question must not become a query of thousands of terms.
    """
    words = list(dict.fromkeys(re.findall(r"[^\W_]+", question.lower())))
    return ([word for word in words if word not in _STOP_WORDS] or words)[:_MAX_TERMS]


def heading(document: Document) -> str:
    """What a passage is found by beside its own words: its document's title, and its outlet, which questions name."""
    return f"{document.title} {document.source}" if document.source else document.title


def prefixes(word: str) -> str:
    """The query for passages with a word that begins so; of one with marks inside, all its parts; "" for none."""
    return " ".join(f'"{part}"*' for part in re.findall(r"[^\W_]+", word.lower()))


def bm25(
    connection: sqlite3.Connection, question: str, limit: int, within: Sequence[int] | None = None
) -> dict[int, float]:
    """Passage keys with their BM25 (higher is better), best first, at most `limit`; empty if no word occurs.

    within: the only keys that count, where not all do; how rare a word is, is still told from all passages.
    Okapi BM25 as FTS5 computes it (k1 = 1.2, b = 0.75; Robertson and Zaragoza 2009).
    """
    return _ranked(connection, " OR ".join(f'"{term}"' for term in terms(question)), limit, within)


def bm25_of(
    connection: sqlite3.Connection,
    names: Sequence[str],
    some: Sequence[str],
    limit: int,
    within: Sequence[int] | None = None,
) -> dict[int, float]:
    """As bm25, of the passages that hold each of the names, or stand under a title that does, and some of the words."""
    each = [f'"{term}"' for term in terms(" ".join(names))]
    any_of = " OR ".join(f'"{term}"' for term in terms(" ".join(some)))
    return _ranked(connection, " AND ".join([*each, f"({any_of})"] if any_of else each), limit, within)


def _ranked(connection: sqlite3.Connection, match: str, limit: int, within: Sequence[int] | None) -> dict[int, float]:
    if not match:
        return {}
    # The plus keeps SQLite from running the whole query anew for each key: 123 ms, not 2, for 1,007 of 100,003.
    only = "" if within is None else "AND +rowid IN (SELECT value FROM json_each(?))"
    keys = [] if within is None else [json.dumps(list(within))]
    rows = connection.execute(
        f"SELECT rowid, -bm25(words, ?, ?) AS score FROM words WHERE words MATCH ? {only}"  # noqa: S608 - no values
        " ORDER BY score DESC LIMIT ?",
        (_TITLE_WEIGHT, _BODY_WEIGHT, match, *keys, limit),
    )
    return dict(rows.fetchall())
