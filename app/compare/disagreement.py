"""Where sources give different values for what was asked: each value with its sources; rounding is agreement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from app.answer import Citation, Disagreement, Position, Variant
from app.compare.asked import can_be_of, given, in_period, is_of, names_asked
from app.compare.facts import Fact, differing_facts
from app.compare.figures import Figure, figures
from app.compare.measures import measures_asked
from app.compare.positions import Side, differ, groups, kind_of, sides, sort_of
from app.questions.definitions import defined
from app.questions.question import Question
from app.questions.thesaurus import named
from retrieval.documents import Passage, Span
from retrieval.duplicates import independent

Cite = Callable[[Passage, Span], Citation]
_NO_FIGURES = frozenset(("time", "person", "place"))


def disagreements(
    question: Question,
    passages: Sequence[Passage],
    shown: Collection[tuple[str, Span]],
    cite: Cite,
    beside: Sequence[Passage] = (),
) -> list[Disagreement]:
    """What the passages give differently for the thing asked, in the order of the answer's own sentences.

    shown: places (document id, sentence) that the answer rests on; cite: gives the citation of a sentence, a new one
    where the answer has none there; beside: further passages, of whose figures only those count that are of the very
    thing that the question names.
    """
    homes = {(p.document.id, span): p for p in passages for span in p.sentences}
    places = sorted(homes, key=lambda place: place not in shown)
    counted = places if _may_differ(question, homes, shown) else ()
    read = [f for id, span in counted for f in figures(homes[id, span].document, span) if in_period(question, f)]
    for passage in beside if counted else ():
        for span in passage.sentences:
            if (passage.document.id, span) not in homes and (figure := given(question, passage.document, span)):
                homes[passage.document.id, span] = passage
                read.append(figure)
    found = []
    for group in groups(_like_the_asked(question, read, shown)):
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


def _may_differ(
    question: Question, homes: dict[tuple[str, Span], Passage], shown: Collection[tuple[str, Span]]
) -> bool:
    """Whether a group of figures can be what is asked for (see _asked), told before the other sentences are read."""
    if question.kind in _NO_FIGURES or defined(question.text):
        return False
    if measures_asked(question.text):
        return True
    if not question.terms or (question.kind == "other" and not names_asked(question)):
        return False
    return any(figures(homes[place].document, place[1]) for place in shown if place in homes)


def _like_the_asked(question: Question, read: Sequence[Figure], shown: Collection[tuple[str, Span]]) -> list[Figure]:
    """The figures of those sorts of which a group can be what is asked for (see _asked); others need no grouping."""
    sorts = {sort_of(f) for f in read if can_be_of(question, f)}
    if not measures_asked(question.text):
        sorts &= {sort_of(f) for f in read if (f.document.id, f.span) in shown}
    return [f for f in read if sort_of(f) in sorts]


def _asked(question: Question, group: Sequence[Figure], shown: Collection[tuple[str, Span]]) -> bool:
    """Whether a question asks for what the figures of a group are of.

    One that names a measure asks for that, for what was expected only if it says so; one that names none has to be
    about the sentences themselves, of which the answer has to show one.
    """
    around, whose = frozenset().union(*(f.around | f.names for f in group)), names_asked(question)
    if not whose <= around or not is_of(question, group[0], around):
        return False
    if measures_asked(question.text):
        return True
    if whose and all(whose.isdisjoint(f.names) for f in group if f.names):
        return False  # of another, whom the sentences of the answer happen to name
    return any((f.document.id, f.span) in shown for f in group)


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
