"""From passages to a checked draft: a model's words as far as they hold, and the sources' own where they don't."""

from __future__ import annotations

from collections.abc import Container, Generator, Sequence
from dataclasses import dataclass

from app.answer import Event, Write
from app.audit.tracing import Trail
from app.check.words import collapse, content_bag
from app.checked_draft import CheckedDraft, Judged, Place
from app.extractive import own_words
from retrieval.documents import Hit, Span
from retrieval.errors import ModelError

_NEAREST = 0.5
"""The share of a sentence's words that a source's must hold to stand in for it."""
_BEYOND = 0.34
"""The share that a second one must hold beyond that."""


@dataclass(frozen=True)
class Drafted:
    """A checked draft, the first `worded` of whose statements are as a model put them, the others the sources' own.

    model: who wrote it, "extractive" where nothing is left that a model worded; notes: for the reader, on how it came;
    declined: a model was asked and found no answer in the passages.
    """

    draft: CheckedDraft
    model: str
    notes: tuple[str, ...] = ()
    worded: int = 0
    declined: bool = False


def drafted(
    query: str, write: Write | None, model: str, trail: Trail, draft: CheckedDraft, *, asks: bool
) -> Generator[Event, None, Drafted]:
    """Have a draft written and checked, and the sources' own words put where a model's don't hold.

    write: None for the sources' own words alone; asks: whether a model is asked at all. Where no sentence found is
    enough to answer with, only what a model words makes an answer: its lies have true sentences near them too. One that
    says that the passages don't answer is believed.
    """
    if not write:
        yield from trail.checking(model, draft, own_words(trail.assessed), show=False)
        return Drafted(draft, model)
    notes: tuple[str, ...] = ()
    failed = f"{model} wrote nothing that answers the question and that its passages bear out." if asks else ""
    try:
        if asks:
            yield from trail.checking(model, draft, write(query, trail.hits), show=True)
    except ModelError as error:
        notes, failed = (str(error),), ""
    worded = len(draft.statements)
    declined = bool(draft.judged) and all(one.unit.declines for one in draft.judged)
    if declined or (asks and not trail.enough and not worded):
        return Drafted(draft, model, notes, declined=declined)
    instead = stand_ins(query, draft.judged, trail.hits, trail.relevant)
    if instead:
        yield from trail.checking("extractive, for what was left out", draft, instead, show=False)
    if not (draft.answers(trail.enough) if trail.enough else worded):
        yield from trail.checking("extractive, beside the model", draft, own_words(trail.assessed), show=False)
    if not worded:
        return Drafted(draft, "extractive", (*notes, *filter(None, [failed]), "These are the sources’ own words."))
    if len(draft.statements) > worded:
        notes = (*notes, "The sources’ own words follow what the model wrote.")
    missing = [one.unit.text for one in draft.judged if one.unit.declines and _only_asks(one.unit.text, query)]
    return Drafted(draft, model, (*notes, *(f"{model}: {text}" for text in missing)), worded)


def _only_asks(text: str, question: str) -> bool:
    """Whether a sentence that says what is missing says it in the question's words, and so tells nothing unchecked."""
    return content_bag(text) - content_bag("The passages do not say") <= content_bag(question)


def stand_ins(question: str, judged: Sequence[Judged], hits: Sequence[Hit], relevant: Container[Place]) -> list[str]:
    """For each sentence that was not borne out, what the passages that it cites say instead, as lines of a draft.

    That is the sentence that holds most of its words and, where it tells more than that, another; none where they hold
    too few, none that a sentence which was kept rests on already, and none that has nothing of the question in it:
    what a document wants to have said would else come in by a model that obeyed it.
    """
    known = {
        (hits[e.passage].passage.document.id, e.span) for one in judged if not one.refused for e in one.verdict.evidence
    }
    found: dict[str, None] = {}
    asked = content_bag(question)
    for one in judged:
        if not one.refused or one.verdict.support or one.unit.declines:
            continue
        for number, span in _nearest(one, hits, relevant):
            document = hits[number].passage.document
            if (document.id, span) not in known and asked & content_bag(document.text[slice(*span)]):
                known.add((document.id, span))
                found[f"{collapse(document.text[slice(*span)])} [{number + 1}]\n"] = None
    return list(found)


def _nearest(one: Judged, hits: Sequence[Hit], relevant: Container[Place]) -> list[tuple[int, Span]]:
    said = content_bag(one.unit.text)
    cited = [n - 1 for n in one.unit.cites if 1 <= n <= len(hits)]
    held = {
        (n, span): said & content_bag(hits[n].passage.document.text[slice(*span)])
        for n in cited
        for span in hits[n].passage.sentences
        if (hits[n].passage.document.id, span) in relevant
    }
    chosen: list[tuple[int, Span]] = []
    missing = said
    for least in (_NEAREST, _BEYOND):
        best = max(held, key=lambda place: len(held[place] & missing), default=None)
        if best is None or len(held[best] & missing) < least * len(said):
            break
        chosen.append(best)
        missing = missing - held[best]
    return chosen
