"""Whether a figure is one that a question asks for: its measure, owner, period and standing."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.check.quantities import quantities
from app.check.words import bag, words
from app.compare.figures import NO_NAMES, Figure, figures
from app.compare.measures import (
    RESULTS,
    asks_for_expected,
    direction,
    is_cumulative,
    measures,
    measures_asked,
    qualifiers,
    quarters,
    searched,
    years,
)
from app.questions.question import Question
from app.questions.slots import counts
from app.questions.thesaurus import named
from retrieval.documents import Document, Span

_NAMED = 0.5
"""The share of a question's other words that the sentences around a figure have to name."""
_RATE = re.compile(r"\b(?:shares?|stocks?|rate|margin|growth)\b", re.IGNORECASE)
_SHARE = re.compile(r"\bper\s?cent(?:age)?\b|%", re.IGNORECASE)
_OWNED = RESULTS | {"shares", "market value"}
"""Measures that belong to whom a question names with them."""
_SPENT = frozenset(("spending",))
_SPENDER = re.compile(r"\b(?:did|does|will|would|has|have)\s+(?:the\s+)?[A-Z]")
_ASKING = bag(
    "big large high low size plan plans total year figure figures source sources report quarter first second third "
    "fourth"
)


@dataclass(frozen=True)
class _Asked:
    """What a question says of the figure that it asks for; others: its words that no measure or period takes up."""

    names: frozenset[str]
    measures: frozenset[str]
    others: tuple[str, ...]
    qualifiers: frozenset[str]
    part: frozenset[str]
    years: frozenset[int]
    quarters: frozenset[str]
    moved: str
    expected: bool
    total: bool
    share: bool
    rate: bool
    counted: bool


@lru_cache(maxsize=64)
def _asked(question: Question) -> _Asked:
    """Read a question once for all the figures that it is held against."""
    text, measured = question.text, measures_asked(question.text)
    expected = asks_for_expected(text)
    told = frozenset().union(*(bag(text[s:e]) for _, s, e in measures(text))) | NO_NAMES | _ASKING
    others = (w.stem for w in question.terms if w.stem not in told and not w.capital and not w.text[0].isdigit())
    share, moved = _SHARE.search(text) is not None, direction(text)
    return _Asked(
        names_asked(question),
        measured,
        () if expected or measured == RESULTS else tuple(others),
        qualifiers(text),
        _part(question),
        years(text, None),
        quarters(text),
        moved,
        expected,
        is_cumulative(text),
        share,
        bool(share or moved or _RATE.search(text)),
        counts(text),
    )


def names_asked(question: Question) -> frozenset[str]:
    """The stems of the names whose figure a question asks for."""
    return frozenset(w.stem for w in question.names) - NO_NAMES


def _part(question: Question) -> frozenset[str]:
    """The AI of "Meta AI", which is not all of Meta: by itself it is no name, behind one it tells a part of it."""
    text = question.text
    return frozenset(
        b.stem
        for a, b in pairwise(words(text))
        if a.capital and a.content and a.stem not in NO_NAMES and b.text == "AI" and text[a.end : b.start] == " "
    )


def in_period(question: Question, figure: Figure) -> bool:
    """Whether a figure can be of the year and quarter that a question names, if any; a quarter's is not the year's."""
    asked = _asked(question)
    of_another = asked.years and asked.years.isdisjoint(figure.years)
    if of_another and (figure.years or (not asked.quarters and figure.quarters - {"year"})):
        return False
    return not (asked.quarters and figure.quarters and asked.quarters.isdisjoint(figure.quarters))


def is_of(question: Question, figure: Figure, around: Set[str]) -> bool:
    """Whether a figure is of what a question asks, as far as its own words and those around it tell.

    around: the stems of the words around the figure.
    """
    if not can_be_of(question, figure):
        return False
    asked = _asked(question)
    least = _NAMED if asked.measures or question.kind == "quantity" else 1.0
    return sum(named(other, around) > 0 for other in asked.others) >= least * len(asked.others)


def can_be_of(question: Question, figure: Figure) -> bool:
    """Whether a figure is of the measure, the unit and the standing that a question asks for, as far as it names them.

    A question that names a measure asks for that, and for what was expected only if it says so.
    """
    asked, is_share = _asked(question), figure.quantity.unit == "%"
    if figure.expected and not asked.expected and asked.measures != RESULTS:
        return False
    if (asked.share and not is_share) or (asked.counted and figure.quantity.unit == "$"):
        return False
    if is_share and asked.moved and figure.direction and asked.moved != figure.direction:
        return False
    return not asked.measures or figure.measure in asked.measures


def given(question: Question, document: Document, span: Span) -> Figure | None:
    """The figure of a sentence that is of the very measure, owner, period and standing that a question names, if any.

    None too where the question names no measure. Where neither the sentence nor what stands before it tells whose a
    figure is, it may be anybody's.
    """
    asked = measures_asked(question.text) if question.kind in ("quantity", "other") else frozenset()
    text = document.text[span[0] : span[1]]
    if not asked or not quantities(text) or not any(name in asked for name, _, _ in measures(text)):
        return None
    return next((f for f in figures(document, span) if _is_given(question, f)), None)


def _is_given(question: Question, figure: Figure) -> bool:
    asked = _asked(question)
    return (
        figure.measure in asked.measures
        and (figure.quantity.unit != "%" or asked.rate)
        and figure.expected == asked.expected
        and asked.part <= figure.around
        and figure.total == asked.total
        and not (figure.past and not asked.years)
        and not (asked.qualifiers and figure.qualifiers and asked.qualifiers.isdisjoint(figure.qualifiers))
        and not (asked.names and figure.names and asked.names.isdisjoint(figure.names))
        and in_period(question, figure)
        and is_of(question, figure, figure.around)
    )


def of_another(question: Question, document: Document, span: Span) -> bool:
    """Whether every figure of a sentence is somebody else's, as the sentence tells, or of another measure.

    That somebody's revenue is another's may be told of "the company" alone, and beside the name asked for; of another
    figure, such as a cost, only where the sentence names others and not what is asked about.
    """
    asked, own = _asked(question), bag(document.text[span[0] : span[1]])
    found = figures(document, span)
    if not asked.names or not found:
        return False
    if asked.measures and all(f.measure in _OWNED - asked.measures for f in found):
        return True
    owned = (_OWNED | _SPENT if _SPENDER.search(question.text) else _OWNED) & asked.measures
    if owned and any(f.measure in owned for f in found):
        return all(f.told and asked.names.isdisjoint(f.told) for f in found if f.measure in owned)
    apart = asked.names.isdisjoint(own)
    return apart and all(f.names and f.names <= own and asked.names.isdisjoint(f.names) for f in found)


def look_up(question: Question) -> tuple[list[str], list[str]] | None:
    """The names and words by which more passages with figures of the measure asked for are found; None without both."""
    names = [w.text.removesuffix("’s").removesuffix("'s") for w in question.names if w.stem not in NO_NAMES]
    asked = _asked(question).measures
    return (names, searched(asked)) if names and asked else None
