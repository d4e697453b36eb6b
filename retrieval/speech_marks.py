"""Quotation marks: which stretches of a text stand between them, told apart from apostrophes and inches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.documents import Span

_MARK = re.compile(r"'(?=''(?!'))|``|''|[\"“”„«»‘’']")
_CLOSERS = {'"': '"”', "“": '”"', "„": "“”", "«": "»", "»": "«", "``": "''", "''": "''", "‘": "’", "'": "'"}
_ELIDED = re.compile(r"(?:\d|(?:em|til|tis|twas|cause|n|bout|round|cuz|am)\b)", re.IGNORECASE)
_BEFORE_OPENING = " \t\n\r\u00a0\u2009([{—–-:;/,>*_“\"‘'«"
_LEAD = re.compile(r"[\s>*•–—-]*")
_SENTENCE_END = (".", "!", "?", ":", "”", '"', "’", ")", "…", ";", "»")


@dataclass(frozen=True)
class Marked:
    """A stretch [start, end) with its marks; open when the next paragraph re-opens it without a closing mark."""

    start: int
    end: int
    open: bool = False


def paragraphs(text: str) -> list[Span]:
    """Split a text into paragraphs: at blank lines, and at single line ends unless the block is hard-wrapped."""
    found: list[Span] = []
    block: list[Span] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        if line.strip():
            block.append((at, end))
        elif block:
            found += _lines_of(text, block)
            block = []
        at = end + 1
    return found + _lines_of(text, block)


def _lines_of(text: str, block: list[Span]) -> list[Span]:
    ends_open = sum(not text[start:end].rstrip().endswith(_SENTENCE_END) for start, end in block[:-1])
    lengths = [end - start for start, end in block]
    wrapped = len(block) > 1 and ends_open * 2 > len(block) - 1 and max(lengths) <= 120 and min(lengths[:-1]) >= 40
    return [(block[0][0], block[-1][1])] if wrapped else block


def marked_stretches(text: str, blocks: list[Span]) -> list[Marked]:
    """Return the outermost marked stretches of each paragraph, in order, none overlapping.

    Straight, curly, low, angled and doubled single marks are known. A single mark only opens before a word and only
    where a closing one follows; a straight mark after a digit is inches unless it must close. Time is linear.
    """
    found: list[Marked] = []
    for number, (start, end) in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        found += _in_paragraph(text, start, end, following)
    return found


def _in_paragraph(text: str, start: int, end: int, following: Span | None) -> Iterator[Marked]:
    marks = [(match.start(), match.group()) for match in _MARK.finditer(text, start, end)]
    index, opened = 0, -1
    while index < len(marks):
        at, mark = marks[index]
        if opened < 0:
            if mark in "‘'":
                close = _single_close(text, marks, index, start, end)
                if close > index:
                    yield Marked(at, marks[close][0] + 1)
                    index = close
            elif mark in _CLOSERS and mark != "»" and _opens(text, at, len(mark), start, end):
                opened = index
        elif _closes(text, marks, index, marks[opened][1], end):
            yield Marked(marks[opened][0], at + len(mark))
            opened = -1
        elif mark == marks[opened][1] and _opens(text, at, len(mark), start, end):
            opened = index
        index += 1
    if opened >= 0:
        at, mark = marks[opened]
        last = start + len(text[start:end].rstrip())
        reopened = following is not None and text.startswith(mark, _LEAD.match(text, *following).end())  # type: ignore[union-attr]
        leads = not text[start:at].strip(" \t>*•–—-") or text[start:at].rstrip().endswith((":", ","))
        if last > at + len(mark) and (reopened or leads):
            yield Marked(at, last, reopened)


def _opens(text: str, at: int, width: int, start: int, end: int) -> bool:
    after = text[at + width : at + width + 1]
    if at + width >= end or not after or after.isspace():
        return False
    return text[at] in "“„«`" or at == start or text[at - 1] in _BEFORE_OPENING


def _closes(text: str, marks: list[tuple[int, str]], index: int, opener: str, end: int) -> bool:
    at, mark = marks[index]
    if mark == "“" and opener == "“":
        glued = at > 0 and not text[at - 1].isspace()
        return glued and not text[at + 1 : min(at + 2, end)].strip().isalnum()
    if mark not in _CLOSERS[opener] or (len(mark) != len(opener)):
        return False
    if mark not in ('"', "''"):
        return True
    at += len(mark) - 1
    before, after = text[marks[index][0] - 1], text[at + 1 : min(at + 2, end)]
    if before.isspace():
        return not after or after.isspace() or not after.isalnum()
    if before.isdigit() and after.isspace() and index + 1 < len(marks):
        later_at, later = marks[index + 1]
        return not (later == '"' and not text[later_at - 1].isspace() and text[at + 2 : at + 3].islower())
    return not after.isalnum()


def _single_close(text: str, marks: list[tuple[int, str]], index: int, start: int, end: int) -> int:
    """Return the index of the mark that closes the single mark at index, or -1 where that is an apostrophe."""
    at, mark = marks[index]
    if not _opens(text, at, 1, start, end) or not text[at + 1].isalnum() or _ELIDED.match(text, at + 1, end):
        return -1
    if at > start and text[at - 1] not in _BEFORE_OPENING:
        return -1
    first = -1
    for later in range(index + 1, len(marks)):
        later_at, other = marks[later]
        if other in _CLOSERS[mark]:
            after = text[later_at + 1 : min(later_at + 2, end)]
            if after.isalnum() or text[later_at - 1].isspace():
                if mark == "'" and after.isalnum() and text[later_at - 1].isspace():
                    break
                continue
            if text[later_at - 1] in ".,!?…":
                return later
            first = later if first < 0 else first
        elif other == mark:
            break
    return first
