"""Auditing a catalog: everything that it derives from its texts is compared with them, each misfit said in words."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from retrieval import lexical
from retrieval.records import storable
from retrieval.rows import DOCUMENTS, to_document

STRAYS = (
    ("texts that belong to no document", "texts", "document NOT IN (SELECT key FROM documents)"),
    ("passages that belong to no document", "passages", "document NOT IN (SELECT key FROM documents)"),
    ("addresses that lead to no document", "sources", "document NOT IN (SELECT key FROM documents WHERE whole)"),
    ("tags of addresses that are not there", "tags", "uri NOT IN (SELECT uri FROM sources)"),
    ("quotations that belong to no document", "quotations", "document NOT IN (SELECT key FROM documents)"),
    ("ledgers that belong to no document", "ledgers", "document NOT IN (SELECT key FROM documents)"),
    ("sketches that belong to no document", "sketches", "document NOT IN (SELECT key FROM documents)"),
    ("stories that no document tells", "stories", "key NOT IN (SELECT story FROM sketches)"),
    ("bands that belong to no story", "bands", "story NOT IN (SELECT key FROM stories)"),
    ("new vectors that belong to no passage", "pending", "passage NOT IN (SELECT key FROM passages)"),
)
"""What they are called, the table they are in, and the condition that holds for them alone."""

_NAMED = 3


@dataclass(frozen=True)
class Damage:
    """What does not fit; keys are those of documents.

    words: the index by words is to be written anew; lost: their text is gone; altered: their text is not the one that
    was added; recut: to be cut into passages and embedded again; retold: their quotations are to be found again.
    """

    findings: tuple[str, ...] = ()
    words: bool = False
    lost: tuple[int, ...] = ()
    altered: tuple[int, ...] = ()
    recut: tuple[int, ...] = ()
    retold: tuple[int, ...] = ()


def audit(writer: sqlite3.Connection) -> Damage:
    """Read the whole catalog once, one document at a time, and change nothing.

    writer: the connection of a transaction. The keys of all kinds of damage are disjoint but for `retold`.
    """
    findings = [
        f"{count} {what}"
        for what, table, condition in STRAYS
        if (count := writer.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0])  # noqa: S608
    ]
    by_document, recut, retold, lost, altered = _documents(writer)
    words = list(_words(writer, lost | altered | recut))
    return Damage(
        (*findings, *by_document, *words),
        bool(words),
        tuple(sorted(lost)),
        tuple(sorted(altered)),
        tuple(sorted(recut)),
        tuple(sorted(retold)),
    )


def _documents(writer: sqlite3.Connection) -> tuple[list[str], set[int], set[int], set[int], set[int]]:
    """What is found of single documents, and the keys of those to be (recut, retold), lost and altered ones."""
    found: dict[str, list[str]] = defaultdict(list)
    recut, retold, lost, altered = set[int](), set[int](), set[int](), set[int]()
    dimension = _dimension(writer)
    sourced = {key for (key,) in writer.execute("SELECT DISTINCT document FROM sources")}
    listed = writer.execute("SELECT key, title, passages FROM documents WHERE whole ORDER BY key").fetchall()
    for key, title, passages in listed:
        if key not in sourced:
            found["without the address that it was added from"].append(title)
        row = writer.execute(f"{DOCUMENTS} WHERE documents.key = ?", (key,)).fetchone()
        if row is None:
            lost.add(key)
            found["without a text, to be added again"].append(title)
            continue
        try:
            document = to_document(*row[1:])
            same = hashlib.sha256(row[2]).hexdigest().startswith(document.id) and len(document.id) == 12
        except (ValueError, TypeError, AttributeError):  # bytes that are no text, facts that are no JSON or no day
            same = False
        if not same:
            altered.add(key)
            found["with another text, or other facts, than were added; add again"].append(title)
            continue
        try:
            reason = _misfit(writer, key, len(document.text), passages, dimension)
        except (ValueError, TypeError):
            reason = "with a passage that is none"
        if reason:
            recut.add(key)
            found[reason].append(title)
        if not _quotations_fit(writer, key, len(document.text)):
            retold.add(key)
            found["whose ledger of quotations is incomplete or outside of its text"].append(title)
    return [_sentence(what, titles) for what, titles in found.items()], recut, retold, lost, altered


def _sentence(what: str, titles: Sequence[str]) -> str:
    named = ", ".join(titles[:_NAMED]) + (", …" if len(titles) > _NAMED else "")
    return f"{len(titles)} document{'s'[: len(titles) > 1]} {what}: {named}"


def _dimension(writer: sqlite3.Connection) -> int:
    row = writer.execute(
        "SELECT value FROM meta WHERE key = 'dimension' UNION ALL SELECT * FROM"
        " (SELECT length(vector) / 2 FROM passages GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) LIMIT 1"
    ).fetchone()
    return int(row[0]) if row else 0


def _misfit(writer: sqlite3.Connection, key: int, length: int, passages: int, dimension: int) -> str | None:
    """What is wrong with the passages of a document of `length` characters, or None."""
    rows = writer.execute(
        'SELECT start, "end", sentences, vector, sentence_vectors FROM passages WHERE document = ?', (key,)
    ).fetchall()
    if len(rows) != passages or not rows:
        return "of whose passages some are missing, or too many"
    for start, end, sentences, vector, by_sentence in rows:
        if len(sentences) % 8:
            return "with a passage whose sentences can't be told"
        spans = np.frombuffer(sentences, "<i4").reshape(-1, 2)
        inside = 0 <= start < end <= length and bool(np.all(spans[:, 0] < spans[:, 1]))
        if not inside or (len(spans) and (spans.min() < start or spans.max() > end)):
            return "with a passage outside of its text"
        if len(vector) != 2 * dimension or not np.isfinite(np.frombuffer(vector, "<f2")).all():
            return "with a vector that is none"
        if by_sentence is not None and len(by_sentence) != len(spans) * dimension:
            return "with a vector for a sentence that is none"
    return None


def _quotations_fit(writer: sqlite3.Connection, key: int, length: int) -> bool:
    entries = writer.execute("SELECT entries FROM ledgers WHERE document = ?", (key,)).fetchone()
    rows = writer.execute("SELECT spans, cue, mention, said FROM quotations WHERE document = ?", (key,)).fetchall()
    if (entries is None and rows) or (entries and entries[0] is not None and entries[0] != len(rows)):
        return False
    try:
        spans = [span for stored, *_ in rows for span in json.loads(stored)]
        spans += [span for _, *others, _ in rows for stored in others if (span := json.loads(stored))]
        days = [date.fromisoformat(said) for *_, said in rows if said]
        return len(days) <= len(rows) and all(0 <= start < end <= length for start, end in spans)
    except (ValueError, TypeError):
        return False


def _words(writer: sqlite3.Connection, skipped: set[int]) -> Iterator[str]:
    """How the index by words differs from the passages of all documents but these."""
    missing = other = 0
    rows = writer.execute(
        'SELECT document, start, "end", c0, c1 FROM documents JOIN passages ON document = documents.key'
        " LEFT JOIN words_content ON words_content.id = passages.key WHERE whole ORDER BY document"
    )
    read, heading, text = None, "", ""
    for key, start, end, indexed, body in rows:
        if key in skipped:
            continue
        if key != read:
            row = writer.execute(f"{DOCUMENTS} WHERE documents.key = ?", (key,)).fetchone()
            document = to_document(*row[1:])
            read, heading, text = key, storable(lexical.heading(document)), document.text
        if body is None:
            missing += 1
        elif (indexed, body) != (heading, storable(text[start:end])):
            other += 1
    (extra,) = writer.execute(
        "SELECT count(*) FROM words_content WHERE id NOT IN"
        " (SELECT passages.key FROM passages JOIN documents ON documents.key = document WHERE whole)"
    ).fetchone()
    if missing:
        yield f"{missing} passages are missing from the index of words"
    if extra:
        yield f"{extra} passages are in the index of words that are not in the library"
    if other:
        yield f"{other} passages are in the index of words with other words than their own"
    try:
        writer.execute("INSERT INTO words (words) VALUES ('integrity-check')")  # writes nothing
    except sqlite3.DatabaseError:
        yield "the index of words does not agree with itself"
