"""Quotations of documents of any length in bounded memory: a long one is read in pieces that end with a paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from retrieval.documents import Document, Span
from retrieval.quotations import Quotation, find_quotations

LONGEST = 200_000
"""Characters of a piece: far longer than any article, so that only books and archives are read in several."""


def find_in_pieces(document: Document) -> list[Quotation]:
    """Find the quotations of a document, in its order; see find_quotations.

    Who "he" is, is told from the piece alone; a piece is some thirty thousand words.
    """
    if len(document.text) <= LONGEST:
        return find_quotations(document)
    found: list[Quotation] = []
    for start, end in _pieces(document.text):
        text = document.text[start:end]
        if text.strip():
            noise = tuple((s - start, e - start) for s, e in document.noise if start <= s and e <= end)
            piece = replace(document, text=text, noise=noise, pages=())
            found += [_moved(quotation, document, start) for quotation in find_quotations(piece)]
    return found


def _pieces(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        end = min(start + LONGEST, len(text))
        if end < len(text):
            cut = max(text.rfind("\n", start + LONGEST // 2, end), text.rfind(". ", start + LONGEST // 2, end))
            end = cut + 1 if cut > 0 else end
        yield start, end
        start = end


def _moved(quotation: Quotation, document: Document, by: int) -> Quotation:
    """The same quotation with its offsets counted in the whole document."""

    def move(span: Span | None) -> Span | None:
        return (span[0] + by, span[1] + by) if span else None

    return replace(
        quotation,
        document=document,
        spans=tuple((start + by, end + by) for start, end in quotation.spans),
        cue=move(quotation.cue),
        mention=move(quotation.mention),
    )
