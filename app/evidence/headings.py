"""The heading that stands above a sentence: it tells what the sentence is about, and is no sentence of its passage."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.check.words import bag
from retrieval.documents import Document, Span

_LINE = re.compile(r"^[^\S\n]*(?:#+\s*)?(?P<heading>[^\W_a-z][^\n]{0,98}[^\s.!?…:;,\"”])[^\S\n]*$", re.MULTILINE)
_LONGEST = 100
"""Characters of a heading, as _LINE has it."""
_REACH = 2500
"""Characters below a heading that it still stands over."""
_NOTHING: frozenset[str] = frozenset()


def stems_above(document: Document, spans: Sequence[Span]) -> list[frozenset[str]]:
    """For each sentence, in order, the stems of the heading that it stands under; none where it stands under none."""
    starts, stems = _headings(document)
    found = []
    for start, _ in spans:
        at = bisect_right(starts, start) - 1
        found.append(stems[at] if at >= 0 and start - starts[at] <= _REACH else _NOTHING)
    return found


def is_heading(document: Document, span: Span) -> bool:
    """Whether a sentence, as the text was cut, is a heading that tells nothing by itself: none with a figure is."""
    starts, _ = _headings(document)
    at = bisect_right(starts, span[0]) - 1
    stands = at >= 0 and starts[at] == span[0]
    return stands and not any(c.isdigit() for c in document.text[slice(*span)])


@lru_cache(maxsize=256)
def _headings(document: Document) -> tuple[list[int], list[frozenset[str]]]:
    """Where the lines of a document that may be headings start, ascending, and their stems.

    A line without a full stop, of at most a hundred characters, behind a line of text; the first line is the title.
    Page furniture is none, nor is one of several such lines in a row, which make a list.
    """
    text = document.text
    lines = [m for m in _lines(text) if not any(s < m.end() and m.start() < e for s, e in document.noise)]
    beside = [not text[a.end() : b.start()].strip() for a, b in zip(lines, lines[1:], strict=False)]
    kept = [
        m
        for n, m in enumerate(lines)
        if text[: m.start()].strip() and not ((n and beside[n - 1]) or (n < len(beside) and beside[n]))
    ]
    return [m.start() for m in kept], [bag(m["heading"]) for m in kept]


def _lines(text: str) -> Iterator[re.Match[str]]:
    """What _LINE.finditer finds, tried only where a line begins that is not too long."""
    start = 0
    while True:
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)].strip()
        found = _LINE.match(text, start) if line.startswith("#") or 0 < len(line) <= _LONGEST else None
        if found:
            yield found
            end = text.find("\n", found.end())
        if end < 0:
            return
        start = end + 1
