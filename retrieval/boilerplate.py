"""Page furniture in plain text: the lines and sentences that belong to the page and not to the article."""

from __future__ import annotations

import re
from collections.abc import Iterable

from retrieval.documents import Span
from retrieval.furniture import (
    AGENCY_CREDIT,
    CALL_TO_ACTION,
    FIGURE,
    FILE_NAME,
    KEYWORDS,
    LABEL,
    LEGAL,
    POINTER,
    POLICY,
    READER,
    SLUG,
    SPEECH,
    WHAT_IS_OFFERED,
)
from retrieval.sentences import paragraphs, sentences_in

_LONGEST = 1500
"""Characters of a paragraph past which it is an article's own; furniture is short."""
_WORD = re.compile(r"[a-z]+")


def find_noise(text: str) -> list[Span]:
    """Find the spans of `text` that are page furniture, ascending and disjoint: whole paragraphs or whole sentences.

    Furniture is what labels, links, sells or warns: "Related News", photo credits, share buttons, calls to subscribe,
    cookie and copyright notices, a site's praise of its own editing. In doubt a sentence is content: one that reports
    speech or carries a figure stays, unless it opens like a link ("Also Read: …") or is a legal notice.
    """
    noise: list[Span] = []
    for start, end in paragraphs(text):
        if end - start > _LONGEST:
            continue
        if _is_label(text[start:end]):
            noise.append((start, end))
        elif _has_keyword(text[start:end]):
            spans = sentences_in(text, start, end)
            flagged = [span for span in spans if is_furniture(text[slice(*span)])]
            whole = len(flagged) >= min(2, len(spans)) and 2 * len(flagged) >= len(spans)
            if whole and not any(_is_content(text[slice(*span)]) for span in spans):
                noise.append((start, end))
            else:
                noise.extend(flagged)
    return noise


def is_furniture(line: str) -> bool:
    """Tell whether one line or sentence is page furniture by itself."""
    return _is_label(line.strip()) or _is_notice(line.strip())


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort spans and join those that touch or overlap."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _is_label(line: str) -> bool:
    words = len(line.split())
    if words <= 12 and any(shape.fullmatch(line) for shape in (LABEL, FILE_NAME, AGENCY_CREDIT)):
        return True
    if words <= 5 and SLUG.fullmatch(line):
        return True
    return words <= 30 and bool(POINTER.match(line))


def _is_notice(line: str) -> bool:
    words = len(line.split())
    if not _has_keyword(line):
        return False
    if words <= 80 and LEGAL.search(line) and not SPEECH.search(line):
        return True
    if words > 60 or _is_content(line):
        return False
    if len({match.group().lower() for match in POLICY.finditer(line)}) > 1:
        return True
    call = CALL_TO_ACTION.search(line)
    offered = {match.group().lower() for match in WHAT_IS_OFFERED.finditer(line)} if call else set()
    if not call or not offered:
        return False
    return (words <= 12 and not call.group().startswith("and ")) or len(offered) > 2 or bool(READER.search(line))


def _has_keyword(text: str) -> bool:
    return "©" in text or not KEYWORDS.isdisjoint(_WORD.findall(text.lower()))


def _is_content(line: str) -> bool:
    return bool(FIGURE.search(line) or SPEECH.search(line))
