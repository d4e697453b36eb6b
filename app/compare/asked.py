"""Whether a figure is one that a question asks for: its measure, owner, period and standing."""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import pairwise

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
from app.questions.thesaurus import named
from retrieval.documents import Document, Span

_NAMED = 0.5
"""The share of a question's other words that the sentences around a figure have to name."""
_RATE = re.compile(r"\b(?:shares?|stocks?|rate|margin|growth)\b", re.IGNORECASE)
_SHARE = re.compile(r"\bper\s?cent(?:age)?\b|%", re.IGNORECASE)
_ASKING = bag(
    "big large high low size plan plans total year figure figures source sources report quarter first second third "
    "fourth"
)


def names_asked(question: Question) -> frozenset[str]:
    """The stems of the names whose figure a question asks for."""
    return frozenset(w.stem for w in question.names) - NO_NAMES


def in_period(question: Question, figure: Figure) -> bool:
    """Whether a figure can be of the year and quarter that a question names, if any; a quarter's is not the year's."""
    asked_years, asked_quarters = years(question.text, None), quarters(question.text)
    if asked_years.isdisjoint(figure.years) and asked_years and not asked_quarters and figure.quarters - {"year"}:
        return False
    return not (
        (asked_years and figure.years and asked_years.isdisjoint(figure.years))
        or (asked_quarters and figure.quarters and asked_quarters.isdisjoint(figure.quarters))
    )


def is_of(question: Question, figure: Figure, around: Set[str]) -> bool:
    """Whether a figure is of what a question asks, as far as its own words and those around it tell.

    around: the stems of the words around the figure. A question that names a measure asks for that, and for what was
    expected only if it says so.
    """
    asked = measures_asked(question.text)
    if figure.expected and not asks_for_expected(question.text) and asked != RESULTS:
        return False
    if figure.quantity.unit != "%" and _SHARE.search(question.text):
        return False
    moved = direction(question.text)
    if moved and figure.direction and moved != figure.direction and figure.quantity.unit == "%":
        return False
    if asked and figure.measure not in asked:
        return False
    told = frozenset().union(*(bag(question.text[s:e]) for _, s, e in measures(question.text)))
    others = [
        w.stem
        for w in question.terms
        if w.stem not in told | NO_NAMES | _ASKING and not w.capital and not w.text[0].isdigit()
    ]
    others = [] if asks_for_expected(question.text) or asked == RESULTS else others
    least = _NAMED if asked or question.kind == "quantity" else 1.0
    return not others or sum(named(other, around) > 0 for other in others) >= least * len(others)


def given(question: Question, document: Document, span: Span) -> Figure | None:
    """The figure of a sentence that is of the very measure, owner, period and standing that a question names, if any.

    None too where the question names no measure. Where neither the sentence nor what stands before it tells whose a
    figure is, it may be anybody's.
    """
    asked = measures_asked(question.text) if question.kind in ("quantity", "other") else frozenset()
    if not asked or not any(name in asked for name, _, _ in measures(document.text[span[0] : span[1]])):
        return None
    return next((f for f in figures(document, span) if _is_given(question, asked, f)), None)


def _is_given(question: Question, asked: Set[str], figure: Figure) -> bool:
    whose, wanted = names_asked(question), qualifiers(question.text)
    return (
        figure.measure in asked
        and (figure.quantity.unit != "%" or _asks_for_share(question.text))
        and _qualified(question) <= figure.around
        and figure.expected == asks_for_expected(question.text)
        and figure.total == is_cumulative(question.text)
        and not (figure.past and not years(question.text, None))
        and not (wanted and figure.qualifiers and wanted.isdisjoint(figure.qualifiers))
        and not (whose and figure.names and whose.isdisjoint(figure.names))
        and in_period(question, figure)
        and is_of(question, figure, figure.around)
    )


def _asks_for_share(question: str) -> bool:
    """Whether a share or a move is asked for, which a percentage may tell, and not an amount."""
    return bool(_SHARE.search(question) or _RATE.search(question) or direction(question))


def _qualified(question: Question) -> frozenset[str]:
    """The stems of capitals that make one name with the one before: AI of "Meta AI", which is not all of Meta."""
    return frozenset(
        b.stem
        for a, b in pairwise(words(question.text))
        if a.capital and a.content and a.stem not in NO_NAMES and b.capital and question.text[a.end : b.start] == " "
    ) & frozenset(("ai",))


def of_another(question: Question, document: Document, span: Span) -> bool:
    """Whether every figure of a sentence is somebody else's, whom the sentence names and the question does not."""
    whose, own = names_asked(question), bag(document.text[span[0] : span[1]])
    if not whose or not whose.isdisjoint(own):
        return False
    found = figures(document, span)
    return bool(found) and all(f.names and f.names <= own and whose.isdisjoint(f.names) for f in found)


def look_up(question: Question) -> tuple[list[str], list[str]] | None:
    """The names and words by which more passages with figures of the measure asked for are found; None without both."""
    names = [w.text.removesuffix("’s").removesuffix("'s") for w in question.names if w.stem not in NO_NAMES]
    asked = measures_asked(question.text)
    return (names, searched(asked)) if names and asked else None
