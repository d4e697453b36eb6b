"""The sources don't say: what was looked for, what comes closest, and what the person asked about is quoted on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from app.answer import Answer
from app.check.words import bag
from app.checked_draft import citation
from app.compose import inert
from app.evidence.candidates import Candidate
from app.evidence.sufficiency import Assessment
from app.evidence.voices import Voices
from app.questions.question import Question
from app.remarks import subjects
from retrieval.documents import Hit, Passage, Span
from retrieval.quotations import Quotation

_CLOSEST = 3
_LONG = 3
"""Words of a topic past which it is quoted, since it may be a clause."""
_POSSESSIVE = re.compile(r"[’']s?$")


def not_answered(
    asked: str,
    assessed: Sequence[Assessment],
    hits: Sequence[Hit],
    voices: Voices,
    model: str,
    spoken_by: Callable[[str], Sequence[Quotation]],
    only: str = "",
) -> Answer:
    """The answer where nothing supports one.

    spoken_by: gives all that somebody is quoted with; only: what the library was limited to, in words.
    """
    places: dict[tuple[str, Span], Passage] = {}
    for passage, span in (place for one in assessed for place in _nearest(one.question, hits, one.ranked)):
        places.setdefault((passage.document.id, span), passage)
        if len(places) == _CLOSEST:
            break
    closest = tuple(citation(n, p, span, voices) for n, ((_, span), p) in enumerate(places.items(), start=1))
    text = " ".join(dict.fromkeys(_words(one.question, hits, spoken_by) for one in assessed))
    if only:
        text += f" Nothing {inert(only)} answers this; the rest of the library was left aside."
    return Answer(asked, False, text, closest=closest, model=model, notes=(limited(only),) if only else ())


def limited(only: str) -> str:
    """The note that tells what the library was limited to."""
    return f"Only {inert(only)}."


def _nearest(question: Question, hits: Sequence[Hit], ranked: Sequence[Candidate]) -> Iterator[tuple[Passage, Span]]:
    """Candidate sentences, those that name the question's subject first, then the best sentence of each passage."""
    terms = {w.stem for w in question.terms}
    subject = {w.stem for w in question.names} | {question.focus} if question.kind != "speech" else set()
    ordered = sorted(ranked, key=lambda c: -len(subject & bag(c.text)))
    yield from ((hits[c.hit].passage, c.span) for c in ordered if c.score > 0)
    best = []
    for hit in hits[: 2 * _CLOSEST]:
        passage = hit.passage
        for n, (start, end) in enumerate(passage.sentences):
            shared = len(terms & bag(passage.document.text[start:end])) / max(len(terms), 1)
            best.append((shared + (hit.sentences[n] if hit.sentences else 0.0), passage, (start, end)))
    best.sort(key=lambda one: -one[0])
    documents: set[str] = set()
    for _, passage, span in best:
        if passage.document.id not in documents:
            documents.add(passage.document.id)
            yield passage, span


def _words(question: Question, hits: Sequence[Hit], spoken_by: Callable[[str], Sequence[Quotation]]) -> str:
    if question.tone:
        return f"The sources don’t say: none of them quotes anybody with {question.tone} words on {question.topic}."
    if question.kind != "speech" or not question.who:
        looked = list(dict.fromkeys(_POSSESSIVE.sub("", w.text) for w in question.terms))
        sought = [w for w in question.terms if w.capital or w.text[0].isdigit()]
        read = hits if sought else ()
        held = frozenset().union(*(bag(f"{h.passage.document.title} {h.passage.text}") for h in read))
        absent = list(dict.fromkeys(_POSSESSIVE.sub("", w.text) for w in sought if w.stem not in held))
        text = "The sources don’t say." + (f" Searched for: {', '.join(looked)}." if looked else "")
        return text + (f" No passage found mentions {' or '.join(absent)}." if absent and hits else "")
    topic = f"“{question.topic}”" if len(question.topic.split()) > _LONG else question.topic
    about = f" on {topic}" if topic else ""
    text = f"The sources don’t say: none of them quotes {question.who}{about}."
    elsewhere = spoken_by(question.who) if about else []
    if elsewhere:
        named = subjects(elsewhere)
        text += f" They do quote {question.who} on {', '.join(named) if named else 'other things'}."
    return text
