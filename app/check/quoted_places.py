"""Where the quotations of a claim stand in its source: word for word, inside one pair of marks, "…" and [words]."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.check.alignment import tokens
from app.check.attribution import quoted_spans
from app.check.clause_words import CONDITIONS
from app.check.clauses import gap_problem
from app.check.words import find_all_folded
from retrieval.documents import Passage, Span
from retrieval.speech_words import MODALS

_ELLIPSIS = re.compile(r"\s*(?:…|\.\s?\.\s?\.|\[[^\]]*\])\s*")


@dataclass(frozen=True)
class Quoted:
    """A quotation of a claim: its span there, the document spans of its pieces, the stretch of marks they lie in."""

    claimed: Span
    spans: tuple[Span, ...]
    stretch: Span


def beside(passage: Passage, window: Span) -> list[Span]:
    """The sentence and its neighbours in the passage, at most one on either side."""
    at = passage.sentences.index(window)
    return list(passage.sentences[max(at - 1, 0) : at + 2])


def located(claim: str, passage: Passage, near: Sequence[Span], window: Span) -> list[Quoted]:
    """Each quotation of the claim where its source has it, or nothing if one of them is nowhere."""
    text, found = passage.document.text, []
    marked = quoted_spans(text)
    for start, end in quoted_spans(claim):
        pieces = [p.strip(" \"'“”„«»‘’`,.;:!?") for p in _ELLIPSIS.split(claim[start:end])]
        places = list(_places([p for p in pieces if p], text, [window, *(s for s in near if s != window)], marked))
        if not places:
            return []
        spans, stretch = places[0]
        found.append(Quoted((start, end), spans, stretch))
    return found


def _places(
    pieces: Sequence[str], text: str, near: Sequence[Span], marked: Sequence[Span]
) -> Iterator[tuple[tuple[Span, ...], Span]]:
    """Where the pieces of a quotation stand one behind the other inside one pair of marks."""
    for low, high in near:
        for stretch in marked:
            if not (stretch[0] < high and low < stretch[1]):
                continue
            at, spans = stretch[0], []
            for piece in pieces:
                hit = next(find_all_folded(piece, text[at : stretch[1]]), None)
                if hit is None:
                    break
                spans.append((at + hit[0], at + hit[1]))
                at += hit[1]
            whole = pieces and len(spans) == len(pieces) and any(low <= s[0] < high for s in spans)
            if whole and all(_skippable(text, a[1], b[0]) for a, b in zip(spans, spans[1:], strict=False)):
                yield tuple(spans), stretch


def _skippable(text: str, start: int, end: int) -> bool:
    """Whether an ellipsis may stand for this: whole sentences, or what app.check.clauses lets go."""
    gap = tokens(text[start:end])
    if not any(t.content or t.negative or t.lower in CONDITIONS | MODALS for t in gap):
        return True
    if re.match(r"[.!?]", text[start:end].lstrip()) and re.search(r"[.!?]\W*$", text[start:end]):
        return True
    after = next((t for t in tokens(text[end : end + 60]) if t.kind != "mark"), None)
    return not gap or (after is not None and gap_problem(gap, after, before=(), strict=False, reported=True) is None)


def without_quotes(text: str, span: Span, marked: Sequence[Span]) -> str:
    """A span of a text with the stretches between quotation marks blanked out."""
    out = text[slice(*span)]
    for low, high in (m for m in marked if m[0] < span[1] and span[0] < m[1]):
        a, b = max(low, span[0]) - span[0], min(high, span[1]) - span[0]
        out = out[:a] + " " * max(b - a, 0) + out[b:]
    return out
