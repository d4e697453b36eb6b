"""Sentences as exact spans: where each begins and ends in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.documents import Span

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1200
"""Characters of the longest sentence that is indexed whole; split_long cuts what is longer."""

_LONG_QUOTATION = 500
"""Characters past which the sentences inside one pair of quotation marks become sentences of their own."""

_LONG_PARAGRAPH = 10_000
"""Characters past which a paragraph's quotation marks no longer hold sentences together."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"(?:[-–—*•‣▪◦·●■►➤→]|\d{1,3}[.)])[ \t]+")
_TAIL = re.compile(r"[”’»)\]]+(?=\s|$)|[\"'](?=\s*$)")
_ATTRIBUTION = re.compile(
    r"[a-z]|(?!(?:He|She|They|It|We|I|You|Who)\b)(?:[A-Z][\w.'’-]*\s){1,3}(?:said|says|told|added|asked|wrote|noted|stated|replied|explained|continued)\b"
)
_MARKS = str.maketrans(dict.fromkeys('"“”«»„', " "))
_CUTS = (
    re.compile(r"[.!?…][\"”’»)]*\s|[。！？]"),
    re.compile(r"[;:]\s|\s[-–—]+\s|—"),
    re.compile(r",\s|[、，]"),
    re.compile(r"\s+"),
)


def split_sentences(text: str) -> list[Span]:
    """Find the span of each sentence of `text`, ascending and disjoint, without surrounding whitespace or list bullet.

    A blank line always ends a sentence; so does a line end, unless the lines are one hard-wrapped paragraph. Headings
    and list items are spans of their own. What no span covers is whitespace and bullets. The rules for full stops,
    abbreviations and quotation marks are those of sentencex (Wikimedia), in English.
    """
    return [span for start, end in paragraphs(text) for span in sentences_in(text, start, end)]


def paragraphs(text: str) -> Iterator[Span]:
    """Find the span of each paragraph: a line, or the lines of one hard-wrapped block, trimmed; bullets left off."""
    for block_start, block_end in _blocks(text):
        block = text[block_start:block_end]
        for start, end in _unwrapped(block):
            bullet = _BULLET.match(block, start, end)
            trimmed = _trim(text, block_start + (bullet.end() if bullet else start), block_start + end)
            if trimmed:
                yield trimmed


def sentences_in(text: str, start: int, end: int) -> list[Span]:
    """Find the sentences of the one paragraph text[start:end], as spans of `text`."""
    # A lone surrogate can't be UTF-8, which sentencex needs; one character for one keeps every offset.
    paragraph = _SURROGATE.sub("\ufffd", text[start:end].replace("\n", " "))
    spans: list[Span] = []
    # sentencex takes quadratic time over quotation marks that never close.
    whole = [(0, len(paragraph))] if len(paragraph) > _LONG_PARAGRAPH else _segments(paragraph)
    for sentence_start, sentence_end in whole:
        if sentence_end - sentence_start <= _LONG_QUOTATION:
            spans.append((sentence_start, sentence_end))
        else:
            spans.extend(_inside(paragraph, sentence_start, sentence_end))
    return [(start + a, start + b) for a, b in _mend(paragraph, spans)]


def _segments(paragraph: str) -> Iterator[Span]:
    """Find sentencex's sentences, trimmed; it gives their text, in order and without gaps."""
    offset = 0
    for piece in _segmenter()("en", paragraph):
        end = paragraph.find(piece, offset) + len(piece)
        if end < offset + len(piece):
            continue
        if trimmed := _trim(paragraph, offset, end):
            yield trimmed
        offset = end
    if rest := _trim(paragraph, offset, len(paragraph)):
        yield rest


def _inside(paragraph: str, start: int, end: int) -> Iterator[Span]:
    """Split a long sentence at the ends of the sentences that quotation marks hold together."""
    origin = start
    for _, stop in _segments(paragraph[start:end].translate(_MARKS)):
        cut = origin + stop
        while cut < end and not paragraph[cut].isspace():
            cut += 1
        if trimmed := _trim(paragraph, start, cut):
            yield trimmed
        start = max(start, cut)
    if rest := _trim(paragraph, start, end):
        yield rest


def split_long(text: str, span: Span, limit: int = LONGEST) -> Iterator[Span]:
    """Cut a span longer than `limit` characters at its last clause, comma or word end before the limit."""
    start, end = span
    while end - start > limit:
        cut = _last_cut(text, start, start + limit)
        if piece := _trim(text, start, cut):
            yield piece
        start = cut
    if piece := _trim(text, start, end):
        yield piece


def _last_cut(text: str, start: int, end: int) -> int:
    """Choose where to cut text[start:end]: past its middle, after the strongest mark that there is, else at `end`."""
    for mark in _CUTS:
        ends = [match.end() for match in mark.finditer(text, (start + end) // 2, end)]
        if ends:
            return ends[-1]
    return end


def _blocks(text: str) -> Iterator[Span]:
    """Find the runs of lines between blank lines."""
    start, offset = -1, 0
    while offset < len(text):
        end = text.find("\n", offset)
        end = len(text) if end < 0 else end
        blank = not text[offset:end].strip()
        if blank and start >= 0:
            yield start, offset - 1
            start = -1
        elif not blank and start < 0:
            start = offset
        offset = end + 1
    if start >= 0:
        yield start, len(text)


def _unwrapped(block: str) -> Iterator[Span]:
    """Join the lines of a block where a line ends only because the next word did not fit any more."""
    lines = [match.span() for match in _LINE.finditer(block)]
    width = max(end - start for start, end in lines)
    start = lines[0][0]
    for (line_start, line_end), (next_start, next_end) in pairwise(lines):
        head = block[next_start:next_end].lstrip()
        word = head.split(None, 1)[0]
        wrapped = (
            50 <= width <= 120
            and (word[0].islower() or (len(lines) > 2 and line_end - line_start + 1 + len(word) > width))
            and not _BULLET.match(head)
        )
        if not wrapped:
            yield start, line_end
            start = next_start
    yield start, lines[-1][1]


def _mend(paragraph: str, spans: list[Span]) -> list[Span]:
    """Give a closing mark back to its sentence, and keep “…!” he said together."""
    mended: list[Span] = []
    for start, end in spans:
        if mended:
            last_start, last_end = mended[-1]
            if tail := _TAIL.match(paragraph, start, end):
                mended[-1] = (last_start, last_end) = (last_start, tail.end())
                trimmed = _trim(paragraph, tail.end(), end)
                if not trimmed:
                    continue
                start, end = trimmed
            if paragraph[last_end - 1] in '"”’»' and _ATTRIBUTION.match(paragraph, start, end):
                mended[-1] = (last_start, end)
                continue
        mended.append((start, end))
    return mended


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


@cache
def _segmenter() -> Callable[[str, str], list[str]]:
    import sentencex  # type: ignore[import-untyped]  # it ships no types

    segment: Callable[[str, str], list[str]] = sentencex.segment
    return segment
