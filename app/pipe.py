"""The pipe from a question to its answer: search, weigh the evidence, write, check each sentence, compose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.answer import Answer, Disagreement, Event, Found, Write
from app.audit.tracing import Stopwatch, Trail
from app.cards import remarks
from app.check.judges import Judge
from app.checked_draft import CheckedDraft, every_place
from app.compare.asked import look_up
from app.compare.disagreement import disagreements
from app.compose import closing_lines, inert, listed, prose, unsaid
from app.drafting import Drafted, drafted
from app.evidence.candidates import candidates
from app.evidence.silence import limited, not_answered
from app.evidence.sources import Sources
from app.evidence.strictness import BALANCED, NEVER, Least
from app.evidence.sufficiency import Assessment, assess, by_evidence, nearness
from app.evidence.voices import Voices
from app.extractive import lines
from app.questions.parts import asked_in
from app.questions.question import Question, understand
from retrieval.documents import Hit

_HITS = 8
_HITS_FOR_A_MODEL = 12
_HITS_FOR_ANYBODY = 24


def answer_events(
    asked: str,
    query: str,
    sources: Sources,
    write: Write | None,
    model: str,
    watch: Stopwatch | None = None,
    least: Least = BALANCED,
    judge: Judge | None = None,
) -> Iterator[Event]:
    """Answer one question; the last event is the Answer, with its trace.

    asked: as typed; query: the same made to stand alone. write is called only where the passages hold an answer or,
    for a model that can tell by itself, where they may; None leaves the writing to the sources' own sentences. These
    stand in too, with a note that says so, where it fails or leaves nothing that holds. watch: takes the times; least:
    app.evidence.strictness; judge: may refuse what the check lets through of a model's draft.
    """
    watch = watch or Stopwatch()
    questions, heard = asked_in(query), sources.heard
    with watch.time("search"):
        found = _found_for(questions, query, sources, _HITS_FOR_A_MODEL if write else _HITS)
        hits = _together(found)
    if write:
        # A model reads the passages in their order, and a small one only the first few.
        with watch.time("weigh"):
            weighed = [candidates(q, _scored(hits, own), heard) for q, own in zip(questions, found, strict=True)]
            hits = by_evidence(hits, [c for some in weighed for c in some])
    yield Found(query, hits)
    with watch.time("weigh"):
        scored = [_scored(hits, own) for own in found]
        assessed = [assess(q, candidates(q, s, heard), s, least) for q, s in zip(questions, scored, strict=True)]
        spoken = [c for one in assessed if one.question.kind == "speech" for c in one.ranked]
        voices = Voices.of((hits[c.hit].passage.document for c in spoken), sources.quotations_of)
    whole = questions[0] if len(questions) == 1 else understand(query)
    trail = Trail(asked, whole, hits, assessed, least, watch)
    answers, opposed = any(one.answer for one in assessed), any(one.opposing for one in assessed)
    reads = least.nearness < NEVER
    in_doubt = reads and not answers and max(map(nearness, questions, scored)) >= least.nearness
    told = None
    if answers or in_doubt:
        draft = CheckedDraft(
            hits,
            voices,
            every_place(hits) if reads else trail.relevant,
            judge=judge if write else None,
            wording=least.wording,
        )
        asks = in_doubt or bool(trail.enough)
        told = yield from drafted(query, write, model, trail, draft, asks=asks)
    if told is None or not (told.draft.statements or opposed):
        with watch.time("compose"):
            answer = not_answered(asked, assessed, hits, voices, model, sources.spoken_by, sources.only)
            answer = _declined(answer, told) if told else answer
    else:
        if write:
            for one in assessed:
                if one.opposing:
                    told_instead = lines(one.question, one.opposing)
                    yield from trail.checking("extractive, on the premise", told.draft, told_instead, show=False)
        with watch.time("compare"):
            differing = _differing(assessed, told.draft, sources)
        with watch.time("compose"):
            answer = _composed(asked, assessed, told, differing, sources.only)
    yield replace(answer, trace=trail.trace(answered=answer.answered))


def _found_for(questions: Sequence[Question], query: str, sources: Sources, most: int) -> list[tuple[Hit, ...]]:
    """What is found for a question, or for each part of one."""
    if len(questions) == 1:
        return [_found(questions[0], query, sources, most)]
    return [_found(one, query if one.about else one.text, sources, most) for one in questions]


def _together(found: Sequence[tuple[Hit, ...]]) -> tuple[Hit, ...]:
    """The hits of several searches, best first, every passage once."""
    if len(found) == 1:
        return found[0]
    unique: dict[tuple[str, int], Hit] = {}
    for hit in sorted((hit for some in found for hit in some), key=lambda hit: -hit.score):
        unique.setdefault(_place(hit), hit)
    return tuple(unique.values())


def _scored(hits: Sequence[Hit], found: Sequence[Hit]) -> tuple[Hit, ...]:
    """These hits as one search scores them: what is near to one half of a question says nothing of the other half."""
    own = {_place(hit): hit for hit in found}
    return tuple(own.get(_place(hit), Hit(hit.passage, 0.0, 0.0, 0.0)) for hit in hits)


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.document.id, hit.passage.start


def _found(question: Question, query: str, sources: Sources, most: int) -> tuple[Hit, ...]:
    """What the search finds and, where somebody's words are asked for, what the ledger holds of them beside it."""
    anybody = question.kind == "speech" and not question.who
    hits = list(sources.search(query, _HITS_FOR_ANYBODY if anybody else most))
    if question.kind == "speech" and question.who:
        known = {_place(hit) for hit in hits}
        hits += [hit for hit in sources.recall(question) if _place(hit) not in known]
    return tuple(hits)


def _declined(answer: Answer, told: Drafted) -> Answer:
    """An answer that says that there is none, with what came of asking a model."""
    notes = (*answer.notes, *told.notes)
    text = answer.text
    if told.declined:
        text = (
            f"The sources don’t say: {told.model} finds no answer in the passages found. These sentences come closest."
        )
    return replace(answer, text=text, left_out=tuple(told.draft.left_out), notes=notes)


def _composed(
    asked: str,
    assessed: Sequence[Assessment],
    told: Drafted,
    differing: tuple[Disagreement, ...],
    only: str,
) -> Answer:
    draft = told.draft
    notes = (*((limited(only),) if only else ()), *told.notes)
    speech = all(one.question.kind == "speech" for one in assessed if one.answer)
    citations = tuple(draft.citations.values())
    worded, own = draft.statements[: told.worded], draft.statements[told.worded :]
    body = "\n\n".join(filter(None, [prose(worded), listed(own, citations, by_speaker=speech)]))
    untrue = [one.claim for one in assessed if one.opposing]
    open_still = [one.question.text for one in assessed if not one.answer and not worded]
    parts = [*(inert(unsaid(one)) for one in untrue), body, *(inert(unsaid(one)) for one in open_still)]
    return Answer(
        asked,
        True,
        "\n\n".join([*parts, *closing_lines(differing, notes)]),
        tuple(draft.statements),
        tuple(draft.left_out),
        citations,
        differing,
        model=told.model,
        notes=notes,
        remarks=tuple(remarks(draft.statements, citations, draft.quotation_at)) if speech else (),
        missing=(*untrue, *open_still),
    )


def _differing(assessed: Sequence[Assessment], draft: CheckedDraft, sources: Sources) -> tuple[Disagreement, ...]:
    """Where the sources differ on what was asked, in the passages found and in all that give the same measure."""
    passages = [hit.passage for hit in draft.hits]
    found: list[Disagreement] = []
    for question in (one.question for one in assessed if one.enough and one.question.kind != "speech"):
        wider = look_up(question)
        beside = sources.mentioning(*wider) if wider else ()
        found += disagreements(question, passages, set(draft.citations), draft.cite, beside)
    return tuple(dict.fromkeys(found))
