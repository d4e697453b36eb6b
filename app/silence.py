"""The sources don't say: what was looked for, what comes closest, and what the person asked about is quoted on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.answer import Answer
from app.checked_draft import citation
from app.evidence import Assessment, Candidate
from app.question import Question
from app.remarks import subjects
from app.voices import Voices
from app.words import bag
from retrieval.documents import Hit, Passage, Span
from retrieval.quotations import Quotation

_CLOSEST = 3


def not_answered(
    asked: str,
    assessed: Sequence[Assessment],
    hits: Sequence[Hit],
    voices: Voices,
    model: str,
    spoken_by: Callable[[str], Sequence[Quotation]],
) -> Answer:
    """The answer where nothing supports one; spoken_by gives all that somebody is quoted with."""
    places: dict[tuple[str, Span], Passage] = {}
    for one in assessed:
        for passage, span in _nearest(one.question, hits, one.ranked):
            places.setdefault((passage.document.id, span), passage)
    chosen = list(places.items())[:_CLOSEST]
    closest = tuple(citation(n, passage, span, voices) for n, ((_, span), passage) in enumerate(chosen, start=1))
    text = " ".join(dict.fromkeys(_words(one.question, spoken_by) for one in assessed))
    return Answer(asked, False, text, closest=closest, model=model)


def _nearest(question: Question, hits: Sequence[Hit], ranked: Sequence[Candidate]) -> Iterator[tuple[Passage, Span]]:
    """Candidate sentences, then the best sentence of each passage found, those with the question's words first."""
    yield from ((hits[c.hit].passage, c.span) for c in ranked if c.score > 0)
    terms = {w.stem for w in question.terms}
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


def _words(question: Question, spoken_by: Callable[[str], Sequence[Quotation]]) -> str:
    if question.tone:
        return f"The sources don’t say: none of them quotes anybody with {question.tone} words on {question.topic}."
    if question.kind != "speech" or not question.who:
        looked = ", ".join(dict.fromkeys(w.text for w in question.terms))
        return "The sources don’t say." + (f" Searched for: {looked}." if looked else "")
    about = f" on {question.topic}" if question.topic else ""
    text = f"The sources don’t say: none of them quotes {question.who}{about}."
    elsewhere = spoken_by(question.who) if about else []
    if elsewhere:
        named = subjects(elsewhere)
        text += f" They do quote {question.who} on {', '.join(named) if named else 'other things'}."
    return text
