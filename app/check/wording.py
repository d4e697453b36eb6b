"""Where the words of a remark stand in the sentence that reports them."""

from __future__ import annotations

import re

_OPENING = re.compile(r"[“\"«„‘']\s*$")
_CLOSING = re.compile(r"[,.;:!?…]*[”\"»“’']")


def exact_spans(sentence: str, words: str) -> list[tuple[int, int]]:
    """Where the words stand in their sentence, marks and all; they may be broken by " … " where the sentence goes on.

    Gives no span where one part of the words isn't there: nothing is then set off that nobody said.
    """
    found: list[tuple[int, int]] = []
    for part in [words] if words in sentence else words.split(" … "):
        at = sentence.find(part, found[-1][1] if found else 0)
        if not part or at < 0:
            return []
        start, end = at, at + len(part)
        opening, closing = _OPENING.search(sentence, 0, start), _CLOSING.match(sentence, end)
        if opening:
            start = opening.start()
            end = closing.end() if closing else end
        found.append((start, end))
    return found


def in_marks(sentence: str, words: str) -> bool:
    """Whether the words stand in quotation marks in their sentence, all of them."""
    flat = " ".join(sentence.split())
    spans = exact_spans(flat, words)
    return bool(spans) and all(_OPENING.match(flat[start]) for start, _ in spans)
