"""Where sources give different values for what was asked: each value with its sources; rounding is agreement."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from app.answer import Citation, Disagreement, Position, Variant
from app.check.words import bag, stem
from app.compare.facts import Fact, differing_facts
from app.compare.figures import NO_NAMES, Figure, figures
from app.compare.measures import RESULTS, asks_for_expected, direction, measures, measures_asked, quarters, years
from app.compare.positions import Side, differ, groups, kind_of, sides
from app.questions.question import Question
from app.questions.thesaurus import named
from retrieval.documents import Passage, Span
from retrieval.duplicates import independent

Cite = Callable[[Passage, Span], Citation]
_NO_FIGURES = frozenset(("time", "person", "place"))
_NAMED = 0.5
"""The share of a question's other words that the sentences of a disagreement have to name."""
_SHARE = re.compile(r"\bper\s?cent(?:age)?\b|%", re.IGNORECASE)
_ASKING = frozenset(
    map(stem, "big large high low size plan plans total year figure figures source sources report".split())
)


def disagreements(
    question: Question, passages: Sequence[Passage], shown: Collection[tuple[str, Span]], cite: Cite
) -> list[Disagreement]:
    """What the passages give differently for the thing asked, in the order of the answer's own sentences.

    shown: places (document id, sentence) that the answer rests on; cite: gives the citation of a sentence, a new one
    where the answer has none there.
    """
    homes = {(p.document.id, span): p for p in passages for span in p.sentences}
    places = sorted(homes, key=lambda place: place not in shown)
    counted = places if question.kind not in _NO_FIGURES else ()
    read = [f for id, span in counted for f in figures(homes[id, span].document, span) if _in_period(question, f)]
    found = []
    for group in groups(read):
        values = sides(_one_voice(group))
        if len(values) < 2 or not differ(values) or not _asked(question, group, shown):
            continue
        kind, later = kind_of(values)
        stated = (_position(side, homes, cite, later=n in later) for n, side in enumerate(values))
        found.append(Disagreement(_about(question, group), tuple(stated), kind))
    return found + _of_facts(question, passages, shown, cite)


def _of_facts(
    question: Question, passages: Sequence[Passage], shown: Collection[tuple[str, Span]], cite: Cite
) -> list[Disagreement]:
    """The dates or names that differ, where the answer shows a sentence that gives one of them."""
    differing = differing_facts(question, passages)
    if not differing or not any((f.passage.document.id, f.span) in shown for side in differing[1] for f in side):
        return []
    kind, values = differing
    about = " ".join(dict.fromkeys(w.text for w in question.terms))
    return [Disagreement(about, tuple(_stated(side, cite) for side in values), kind)]


def _stated(side: Sequence[Fact], cite: Cite) -> Position:
    cited = [(f.answer, f.passage.document, cite(f.passage, f.span).number) for f in side]
    days = sorted({d.published.isoformat() for _, d, _ in cited if d.published})
    wordings: dict[str, list[int]] = {}
    for answer, _, number in cited:
        wordings.setdefault(answer, []).append(number)
    return Position(
        side[0].answer,
        tuple(number for _, _, number in cited),
        tuple(d.source or d.title for _, d, _ in cited),
        tuple(days),
        independent((f.passage.document, f.span) for f in side),
        wordings=tuple(Variant(w, tuple(n)) for w, n in wordings.items()) if len(wordings) > 1 else (),
    )


def _in_period(question: Question, figure: Figure) -> bool:
    asked_years, asked_quarters = years(question.text, None), quarters(question.text)
    return not (
        (asked_years and figure.years and asked_years.isdisjoint(figure.years))
        or (asked_quarters and figure.quarters and asked_quarters.isdisjoint(figure.quarters))
    )


def _one_voice(group: Sequence[Figure]) -> list[Figure]:
    """The group with one value of each document: that which another document gives too, else the first.

    A document that gives two values of one measure means two things by them, however alike they look.
    """
    kept = []
    for figure in group:
        own = [f for f in group if f.document.id == figure.document.id]
        others = [f for f in group if f.document.id != figure.document.id]
        shared = [f for f in own if any(f.quantity.agrees_with(o.quantity) for o in others)]
        if figure.quantity.agrees_with((shared or own)[0].quantity):
            kept.append(figure)
    return kept


def _asked(question: Question, group: Sequence[Figure], shown: Collection[tuple[str, Span]]) -> bool:
    """Whether a question asks for what the figures of a group are of.

    One that names a measure asks for that, for what was expected only if it says so; one that names none has to be
    about the sentences themselves, of which the answer has to show one.
    """
    asked, first = measures_asked(question.text), group[0]
    around = frozenset().union(*(f.around | f.names for f in group))
    if not _names(question) <= around:
        return False
    if first.expected and not asks_for_expected(question.text) and asked != RESULTS:
        return False
    if first.quantity.unit != "%" and _SHARE.search(question.text):
        return False
    moved = direction(question.text)
    if moved and first.direction and moved != first.direction and first.quantity.unit == "%":
        return False
    if asked and first.measure not in asked:
        return False
    told = frozenset().union(*(bag(question.text[s:e]) for _, s, e in measures(question.text)))
    others = [
        w.stem
        for w in question.terms
        if w.stem not in told | NO_NAMES | _ASKING and not w.capital and not w.text[0].isdigit()
    ]
    others = [] if asks_for_expected(question.text) or asked == RESULTS else others
    if others and sum(named(other, around) > 0 for other in others) < _NAMED * len(others):
        return False
    return bool(asked) or any((f.document.id, f.span) in shown for f in group)


def _names(question: Question) -> frozenset[str]:
    return frozenset(w.stem for w in question.names) - NO_NAMES


def _position(side: Side, homes: dict[tuple[str, Span], Passage], cite: Cite, *, later: bool) -> Position:
    cited = [(f, cite(homes[f.document.id, f.span], f.span)) for f in side.figures]
    wordings: dict[str, list[int]] = {}
    for figure, citation in cited:
        wordings.setdefault(figure.written, []).append(citation.number)
    documents = [f.document for f in side.figures]
    return Position(
        side.value,
        tuple(dict.fromkeys(c.number for _, c in cited)),
        tuple(d.source or d.title for d in {d.id: d for d in documents}.values()),
        tuple(day.isoformat() for day in side.published),
        independent((f.document, f.span) for f in side.figures),
        later,
        tuple(Variant(w, tuple(dict.fromkeys(n))) for w, n in wordings.items()) if len(wordings) > 1 else (),
    )


def _about(question: Question, group: Sequence[Figure]) -> str:
    """What the figures are of, in the terms of the field where those are known, else in the question's own words."""
    first = group[0]
    whose = [w.text.removesuffix("’s").removesuffix("'s") for w in question.names if w.stem in first.names]
    if first.measure is None:
        terms = [w.text for w in question.terms if any(named(w.stem, f.around | f.names) for f in group)]
        return " ".join(dict.fromkeys(terms)) or "the figure"
    measure = first.measure
    if first.quantity.unit == "%":
        moves = {f.direction for f in group if f.direction}
        measure = f"the {moves.pop()} in {measure}" if len(moves) == 1 else f"the change in {measure}"
    told = ("expected " if first.expected else "") + measure
    named_years = frozenset().union(*(f.years for f in group))
    when = f" in {next(iter(named_years))}" if len(named_years) == 1 else ""
    return f"{' '.join(whose)}: {told}{when}" if whose else told + when
