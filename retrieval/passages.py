"""Cut a document into passages: runs of whole sentences, the unit that is embedded, indexed and cited."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.boilerplate import merge_spans
from retrieval.documents import Document, Passage, Span
from retrieval.sentences import paragraphs, sentences_in, split_long

_ENOUGH = 120
_MOST = 200
_SECTION = 60
"""Words past which a heading starts a new passage; shorter sections share one."""
_REMNANT = 40
"""Words below which what is left at the end joins the passage before it."""
_OVERLAP = 50
"""Words of the longest sentence that is repeated at the start of the next passage."""

_HEADING = re.compile(r"[^\W_a-z].*[^.!?…:;,。！？\"”]")
_FIGURE = re.compile(r"[$€£¥]\s?\d|\d\s?%|\d[\d.,]*\s(?:[mbt]illion|bn|mn)\b", re.IGNORECASE)

Unit = tuple[int, int, str]
"""Start, end and kind: a sentence, the first sentence of a paragraph, a heading, or a break where noise was."""


def split_passages(document: Document) -> Iterator[Passage]:
    """Cut passages of 120 to 200 words in document order, each sharing one sentence with the one before it.

    Every sentence that is not noise or a heading is in at least one passage; a sentence over 1,200 characters is cut
    at a clause or word and its pieces count as sentences. A passage never reaches over noise, so its text is evidence
    throughout; a heading opens a new passage unless the section before it is short, and is no sentence. The end of a
    section may make a passage longer (up to 240 words) or shorter. A document of nothing but headings keeps them as
    sentences. Runs in the memory of one passage.
    """
    empty = True
    for passage in _passages(document, headings=True):
        empty = False
        yield passage
    if empty:
        yield from _passages(document, headings=False)


def _passages(document: Document, *, headings: bool) -> Iterator[Passage]:
    """Hold each passage back until the next one shows whether it leaves a remnant to take in."""
    held: list[Span] = []
    for spans, fresh in _runs(document, headings=headings):
        new = spans if fresh else spans[1:]
        if held and not fresh and _words(document, new) < _REMNANT:
            held = held + new
            continue
        if held:
            yield _passage(document, held)
        held = spans
    if held:
        yield _passage(document, held)


def _runs(document: Document, *, headings: bool) -> Iterator[tuple[list[Span], bool]]:
    """Fill runs of sentences greedily; the flag says that a run shares nothing with the one before (a new section)."""
    run: list[Span] = []
    words, shared, fresh = 0, 0, True
    for start, end, kind in _units(document, headings=headings):
        size = 0 if kind in ("heading", "break") else len(document.text[start:end].split())
        full = words + size > _MOST or (words >= _ENOUGH and kind == "opening")
        section = kind == "break" or (kind == "heading" and words >= _SECTION)
        if len(run) > shared and (section or (size and full)):
            yield run, fresh
            keep = not section and len(document.text[slice(*run[-1])].split()) <= _OVERLAP
            run = run[-1:] if keep else []
            words = sum(len(document.text[a:b].split()) for a, b in run)
            shared, fresh = len(run), not keep
        elif section:
            run, words, shared, fresh = [], 0, 0, True
        if size:
            run.append((start, end))
            words += size
    if len(run) > shared:
        yield run, fresh


def _units(document: Document, *, headings: bool) -> Iterator[Unit]:
    """Give the document's sentences, headings and breaks in order; three headings in a row are a list, not headings."""
    waiting: list[Span] = []
    first = True
    for spans, after_noise in _evidence(document):
        if after_noise:
            yield from ((start, end, "heading") for start, end in waiting)
            waiting = []
            yield spans[0][0], spans[0][0], "break"
        if (
            headings
            and len(spans) == 1
            and ((first and _is_title(document, spans[0])) or _is_heading(document, spans[0]))
        ):
            waiting.append(spans[0])
            first = False
            continue
        first = False
        yield from ((start, end, "heading" if len(waiting) < 3 else "opening") for start, end in waiting)
        waiting = []
        yield from ((start, end, "sentence" if place else "opening") for place, (start, end) in enumerate(spans))
    yield from ((start, end, "opening") for start, end in waiting)


def _evidence(document: Document) -> Iterator[tuple[list[Span], bool]]:
    """Give the sentences of each paragraph without noise, and whether noise stands before them."""
    noise = merge_spans(document.noise)
    place, crossed = 0, False
    for paragraph in paragraphs(document.text):
        kept: list[Span] = []
        after_noise = crossed
        for sentence in sentences_in(document.text, *paragraph):
            for start, end in split_long(document.text, sentence):
                while place < len(noise) and noise[place][1] <= start:
                    place, crossed = place + 1, True
                if place < len(noise) and noise[place][0] < end:
                    continue
                if crossed and kept:
                    yield kept, after_noise
                    kept = []
                if not kept:
                    after_noise = crossed
                crossed = False
                kept.append((start, end))
        if kept:
            yield kept, after_noise


def _is_title(document: Document, span: Span) -> bool:
    line = document.text[slice(*span)]
    follows = line[len(document.title) :][:1]
    return line.startswith(document.title) and not follows.isalnum() and not line.endswith(".")


def _is_heading(document: Document, span: Span) -> bool:
    """Tell whether a paragraph of one sentence has the shape of a heading."""
    line = document.text[slice(*span)]
    return len(line.split()) <= 12 and bool(_HEADING.fullmatch(line)) and not _FIGURE.search(line)


def _passage(document: Document, spans: list[Span]) -> Passage:
    return Passage(document, spans[0][0], spans[-1][1], tuple(spans))


def _words(document: Document, spans: list[Span]) -> int:
    return sum(len(document.text[start:end].split()) for start, end in spans)
