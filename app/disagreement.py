"""Where sources give different figures for the same thing; rounding is agreement, and each side keeps its sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answer import Citation, Disagreement, Position
from app.quantities import Quantity, is_withdrawn, quantities
from app.question import Question
from app.thesaurus import named
from app.words import Word, collapse, stem, words
from retrieval.documents import Span

_BEFORE, _AFTER = 9, 6
_SENTENCE = 25
"""Words on either side of a figure that tell what it is a figure of; before it, where that stands further off."""
_TELLING = 4
"""Content words that a clause needs to tell what its figure is of; one with fewer is read beyond its commas."""
_RATIO = 1.6
"""Figures further apart than this are hardly about the same thing."""
_LEADING = re.compile(
    r"(?:about|around|approximately|roughly|nearly|almost|some|close to|more than|over|at least|up to|as much as|"
    r"less than|under|below|above|between)\s+$",
    re.IGNORECASE,
)
_EXPECTED = frozenset(
    map(stem, "expect expected expectations forecast consensus estimate versus vs ahead analysts".split())
)
_VAGUE = frozenset(map(stem, "nearly about around approximately roughly almost close least said say percent".split()))
_PAST = frozenset(map(stem, "last previous previously earlier prior ago before".split()))
_HARD_BREAK = re.compile(r"[();:—]|\s[-–]\s")
_BREAK = re.compile(r"[();:—]|,\s|\s[-–]\s")
_EARLIER = re.compile(
    r"(?:up|down|rising|rose|fell|compared with|compared to|increase|increased)?\s*\bfrom\s+$", re.IGNORECASE
)


@dataclass(frozen=True)
class _Figure:
    """A figure in a cited sentence, with the words around it that tell what it is of.

    kind: whether it was expected, and whether it is of an earlier time.
    """

    quantity: Quantity
    written: str
    citation: Citation
    around: tuple[Word, ...]
    years: frozenset[float]
    kind: tuple[bool, bool]

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(w.stem for w in self.around)


def disagreements(question: Question, citations: Sequence[Citation]) -> list[Disagreement]:
    """The figures in an answer's evidence that different documents give differently for the same thing."""
    figures = [f for c in citations for f in _figures(c) if _asked(question, f)]
    found = []
    for group in _same_thing(figures):
        positions = _positions(group)
        if len(positions) > 1 and len({f.citation.document.id for f in group}) > 1:
            found.append(Disagreement(_about(question, group), tuple(positions)))
    return found


def _figures(citation: Citation) -> list[_Figure]:
    text = citation.quote
    every, spoken = quantities(text), words(text)
    found = []
    for q in every:
        if q.unit in ("year", "label") or _EARLIER.search(text[: q.start]) or is_withdrawn(text, q):
            continue
        start, end = _clause(text, q, every, _BREAK)
        before, after = _beside(spoken, q, start, end)
        if sum(w.content for w in (*before, *after)) < _TELLING:
            start, end = _clause(text, q, every, _HARD_BREAK)
            before, after = _beside(spoken, q, start, end)
        if not _EXPECTED.isdisjoint(w.stem for w in (*before, *after)):
            # "…, ahead of the $46.99 billion expected" names what was expected anywhere in its sentence.
            before, after = _beside(spoken, q, 0, len(text), _SENTENCE)
        around = tuple(w for w in (*before, *after) if w.content and w.stem not in _VAGUE and not w.text[0].isdigit())
        years = frozenset(y.low for y in every if y.unit == "year" and start <= y.start and y.end <= end)
        lead = _LEADING.search(text[: q.start])
        written = collapse(text[lead.start() if lead else q.start : q.end])
        stems = {w.stem for w in (*before, *after)}
        kind = (not stems.isdisjoint(_EXPECTED), not stems.isdisjoint(_PAST))
        found.append(_Figure(q, written, citation, around, years, kind))
    return found


def _beside(
    spoken: Sequence[Word], figure: Quantity, start: int, end: int, reach: int = _BEFORE
) -> tuple[list[Word], list[Word]]:
    """The words of a stretch before and after a figure."""
    before = [w for w in spoken if start <= w.start and w.end <= figure.start][-reach:]
    return before, [w for w in spoken if figure.end <= w.start and w.end <= end][:_AFTER]


def _clause(text: str, figure: Quantity, every: Sequence[Quantity], stop: re.Pattern[str]) -> Span:
    """The stretch around a figure up to the next such punctuation or other figure, whichever comes first."""
    others = [q for q in every if q.unit not in ("year", "label")]
    start = max([0, *(q.end for q in others if q.end <= figure.start)])
    start = max([start, *(m.end() for m in stop.finditer(text, start, figure.start))])
    end = min([len(text), *(q.start for q in others if q.start >= figure.end)])
    found = stop.search(text, figure.end, end)
    return start, found.start() if found else end


def _asked(question: Question, figure: _Figure) -> bool:
    """Whether a figure's surroundings hold a word of the question, or one that may stand for it."""
    return any(named(t.stem, figure.stems) for t in question.terms)


def _same_thing(figures: Sequence[_Figure]) -> list[list[_Figure]]:
    """Figures grouped by what they are of: one joins a group if it is of the same thing as any member."""
    groups: list[list[_Figure]] = []
    for figure in figures:
        joined = [g for g in groups if any(_comparable(figure, other) for other in g)]
        merged = [figure, *(f for g in joined for f in g)]
        groups = [g for g in groups if g not in joined] + [sorted(merged, key=lambda f: f.citation.number)]
    return groups


def _comparable(one: _Figure, other: _Figure) -> bool:
    a, b = one.quantity, other.quantity
    if a.unit != b.unit or one.kind != other.kind or one.citation.document == other.citation.document:
        return False
    if one.years and other.years and one.years.isdisjoint(other.years):
        return False
    low, high = sorted((max(a.high, 1e-9), max(b.high, 1e-9)))
    if high > _RATIO * low:
        return False
    shared = sum(named(s, other.stems) > 0 for s in one.stems)
    return shared >= max(2, 0.25 * min(len(one.stems), len(other.stems)))


def _positions(group: Sequence[_Figure]) -> list[Position]:
    sides: list[list[_Figure]] = []
    for figure in group:
        side = next((s for s in sides if s[0].quantity.agrees_with(figure.quantity)), None)
        if side is None:
            sides.append([figure])
        else:
            side.append(figure)
    return [Position(s[0].written, tuple(dict.fromkeys(f.citation.number for f in s))) for s in sides]


def _about(question: Question, group: Sequence[_Figure]) -> str:
    """The question's own words that stand around the figures, else those that the figures' surroundings share."""
    stems = frozenset().union(*(f.stems for f in group))
    asked = [w.text for w in question.terms if named(w.stem, stems)]
    shared = [w.text for w in group[0].around if any(named(w.stem, f.stems) for f in group[1:])]
    return " ".join(dict.fromkeys(asked or shared[:6])) or "the figure"
