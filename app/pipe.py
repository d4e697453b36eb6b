"""The pipe from a question to its answer: search, weigh the evidence, write, check each sentence, compose."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from app.answer import Answer, Event, Found, Write
from app.cards import remarks
from app.checked_draft import CheckedDraft, places_of
from app.compose import disagreement_line, markdown
from app.disagreement import disagreements
from app.evidence import QuotationsOf, by_evidence, candidates, on_topic, sufficient
from app.extractive import extractive
from app.question import Question, understand
from app.silence import not_answered
from app.tracing import Stopwatch, Trail
from app.voices import Voices
from retrieval.documents import Hit
from retrieval.errors import ModelError
from retrieval.quotations import Quotation

_HITS = 8
_HITS_FOR_A_MODEL = 12
_HITS_FOR_ANYBODY = 24


@dataclass(frozen=True)
class Sources:
    """What the pipe needs of a library.

    search: (query, most hits) -> hits, best first; quotations_of: who says what in a document; recall: passages in
    which the person that a question asks about speaks on its topic; spoken_by: all that somebody of a name says.
    """

    search: Callable[[str, int], Sequence[Hit]]
    quotations_of: QuotationsOf
    recall: Callable[[Question], Sequence[Hit]]
    spoken_by: Callable[[str], Sequence[Quotation]]


def answer_events(
    asked: str, query: str, sources: Sources, write: Write, model: str, watch: Stopwatch | None = None
) -> Iterator[Event]:
    """Answer one question; the last event is the Answer, with its trace.

    asked: as typed; query: the same made to stand alone. write is called only where the passages hold an answer, so a
    model has no chance to make one up where they don't. Where it fails or leaves nothing that holds, the sources' own
    sentences stand in, with a note that says so. watch: takes the times.
    """
    watch = watch or Stopwatch()
    question = understand(query)
    with watch.time("search"):
        hits = _found(question, query, sources, _HITS if model == "extractive" else _HITS_FOR_A_MODEL)
    if model != "extractive":
        # A model reads the passages in their order, and a small one only the first few.
        with watch.time("weigh"):
            hits = by_evidence(hits, candidates(question, hits, sources.quotations_of))
    yield Found(query, hits)
    with watch.time("weigh"):
        ranked = candidates(question, hits, sources.quotations_of)
        enough = places_of(sufficient(question, ranked))
        heard = [hits[c.hit].passage.document for c in ranked] if question.kind == "speech" else []
        voices = Voices.of(heard, sources.quotations_of)
    trail = Trail(asked, question, hits, ranked, enough, watch)
    if not enough:
        with watch.time("compose"):
            answer = not_answered(asked, question, hits, ranked, voices, model, sources.spoken_by)
    else:
        relevant = places_of(c for c in ranked if on_topic(question, c))
        draft, model, notes = yield from _drafted(
            query, sources, write, model, trail, CheckedDraft(hits, voices, relevant)
        )
        with watch.time("compose"):
            answer = _composed(asked, question, draft, model, notes)
    yield replace(answer, trace=trail.trace(answered=answer.answered))


def _drafted(
    query: str, sources: Sources, write: Write, model: str, trail: Trail, draft: CheckedDraft
) -> Generator[Event, None, tuple[CheckedDraft, str, tuple[str, ...]]]:
    """Have a draft written and checked, by the extractive writer where the model's is nothing worth.

    Gives the draft, who wrote it and the notes on that.
    """
    notes: tuple[str, ...] = ()
    try:
        yield from trail.checking(model, draft, write(query, trail.hits), show=model != "extractive")
    except ModelError as error:
        notes = (str(error),)
    if model != "extractive" and not draft.answers(trail.enough):
        why = () if notes else (f"{model} wrote nothing that answers the question and that its passages bear out.",)
        notes = (*notes, *why, "These are the sources’ own words.")
        model = "extractive"
        draft = CheckedDraft(trail.hits, draft.voices, draft.relevant, draft.all_left_out())
        own_words = extractive(sources.quotations_of)(query, trail.hits)
        yield from trail.checking(model, draft, own_words, show=False)
    return draft, model, notes


def _found(question: Question, query: str, sources: Sources, most: int) -> tuple[Hit, ...]:
    """What the search finds and, where somebody's words are asked for, what the ledger holds of them beside it."""
    anybody = question.kind == "speech" and not question.who
    hits = list(sources.search(query, _HITS_FOR_ANYBODY if anybody else most))
    if question.kind == "speech" and question.who:
        known = {(hit.passage.document.id, hit.passage.start) for hit in hits}
        hits += [h for h in sources.recall(question) if (h.passage.document.id, h.passage.start) not in known]
    return tuple(hits)


def _composed(asked: str, question: Question, draft: CheckedDraft, model: str, notes: tuple[str, ...]) -> Answer:
    speech = question.kind == "speech"
    passages = [hit.passage for hit in draft.hits]
    differing = () if speech else tuple(disagreements(question, passages, set(draft.citations), draft.cite))
    citations = tuple(draft.citations.values())
    text = markdown(
        draft.statements, citations, by_speaker=speech and model == "extractive", as_list=model == "extractive"
    )
    return Answer(
        asked,
        True,
        "\n\n".join([text, *map(disagreement_line, differing), *(f"_{note}_" for note in notes)]),
        tuple(draft.statements),
        tuple(draft.left_out),
        citations,
        differing,
        model=model,
        notes=notes,
        remarks=tuple(remarks(draft.statements, citations, draft.quotation_at)) if speech else (),
    )
