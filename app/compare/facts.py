"""Dates and names that sources give differently for one fact: "founded in 1921" here, "founded in 1934" there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.answer import DisagreementKind
from app.check.words import bag, stem
from app.compare.measures import is_planned
from app.compare.sameness import conflict, learned, readings
from app.compare.short_answers import Short
from app.questions.question import Question
from app.questions.thesaurus import named
from retrieval.documents import Passage, Span

_LEAST = 0.4
"""How likely a stretch has to be the answer, raised by what other documents give."""
_NAMED = 0.99
"""The share of a question's words, by the sentence that gives the fact, below which it may be about something else."""
_SOME = frozenset(map(stem, "year date day month time name person company firm".split()))
_FORM = {"time": "date", "person": "name"}
_KIND: dict[str, DisagreementKind] = {"time": "different dates", "person": "different names"}


@dataclass(frozen=True)
class Fact:
    """What a sentence of a passage answers: the words and the place."""

    passage: Passage
    span: Span
    answer: str


def differing_facts(
    question: Question, passages: Sequence[Passage]
) -> tuple[DisagreementKind, list[list[Fact]]] | None:
    """The dates or names that documents give as the answer, grouped by value; None where they don't differ.

    Only sentences that hold every word of the question count, one of each document, so that another event or another
    person's doing is not taken for a second answer.
    """
    form = _FORM.get(question.kind)
    if form is None or is_planned(question.text):
        return None
    places = list(_telling(question, passages))
    if len(places) < 2:
        return None
    read = readings(question.text, [p.document.text[slice(*span)] for p, span in places])
    found: list[tuple[Fact, int]] = []
    for n, ((passage, span), reading) in enumerate(zip(places, read, strict=True)):
        best = reading.found[reading.best] if reading.found else None
        if best and best.form == form and reading.backed[reading.best] >= _LEAST and not _is_asked(question, best):
            found.append((Fact(passage, span, best.text), n))
    sides: list[list[tuple[Fact, int]]] = []
    for fact, n in found:
        side = next((s for s in sides if _agree(form, s[0][0].answer, fact.answer)), None)
        if side is None:
            sides.append([(fact, n)])
        else:
            side.append((fact, n))
    cut = learned()["conflict"]["threshold"]
    told = [[f for f, _ in side] for side in sides]
    apart = all(
        conflict(question.text, read[one[0][1]], read[other[0][1]]) >= cut
        for n, one in enumerate(sides)
        for other in sides[:n]
    )
    return (_KIND[question.kind], told) if len(told) > 1 and apart else None


def _telling(question: Question, passages: Sequence[Passage]) -> Iterator[tuple[Passage, Span]]:
    """The first sentence of each document that holds every word of the question."""
    terms = {w.stem for w in question.terms} - _SOME
    seen: set[str] = set()
    for passage in passages:
        for start, end in passage.sentences:
            if passage.document.id in seen:
                break
            stems = bag(passage.document.text[start:end])
            if terms and sum(named(t, stems) > 0 for t in terms) >= _NAMED * len(terms):
                seen.add(passage.document.id)
                yield passage, (start, end)


def _is_asked(question: Question, found: Short) -> bool:
    return bag(found.text) <= bag(question.text)


def _agree(form: str, one: str, other: str) -> bool:
    """Whether two dates can be one, the year alone being enough, or two names share a word."""
    a, b = (frozenset(re.findall(r"\w+", text.lower())) for text in (one, other))
    if form == "name":
        return not a.isdisjoint(b)
    years = [{w[:4] for w in words if re.fullmatch(r"\d{4}s?", w)} for words in (a, b)]
    if years[0] and years[1] and years[0].isdisjoint(years[1]):
        return False
    return a <= b or b <= a or not (_days(a) and _days(b))


def _days(words: frozenset[str]) -> bool:
    """Whether a date names more than a year."""
    return any(not re.fullmatch(r"\d{4}s?", w) for w in words)
