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
    write: Write,
    model: str,
    watch: Stopwatch | None = None,
    least: Least = BALANCED,
    judge: Judge | None = None,
) -> Iterator[Event]:
    """Answer one question; the last event is the Answer, with its trace.

    asked: as typed; query: the same made to stand alone. write is called only where the passages hold an answer or,
    for a model that can tell by itself, where they may. Where it fails or leaves nothing that holds, the sources' own
    sentences stand in, with a note that says so. watch: takes the times; least: app.evidence.strictness; judge: may
    refuse what the check lets through of a model's draft.
    """
    watch = watch or Stopwatch()
    questions = asked_in(query)
    with watch.time("search"):
        hits = _found_for(questions, query, sources, _HITS if model == "extractive" else _HITS_FOR_A_MODEL)
    if model != "extractive":
        # A model reads the passages in their order, and a small one only the first few.
        with watch.time("weigh"):
            hits = by_evidence(hits, [c for q in questions for c in candidates(q, hits, sources.heard)])
    yield Found(query, hits)
    with watch.time("weigh"):
        assessed = [assess(q, candidates(q, hits, sources.heard), hits, least) for q in questions]
        spoken = [c for one in assessed if one.question.kind == "speech" for c in one.ranked]
        voices = Voices.of((hits[c.hit].passage.document for c in spoken), sources.quotations_of)
    whole = questions[0] if len(questions) == 1 else understand(query)
    trail = Trail(asked, whole, hits, assessed, least, watch)
    answers, opposed = any(one.answer for one in assessed), any(one.opposing for one in assessed)
    reads = least.nearness < NEVER
    in_doubt = reads and not answers and max(nearness(q, hits) for q in questions) >= least.nearness
    told = None
    if answers or in_doubt:
        draft = CheckedDraft(
            hits,
            voices,
            every_place(hits) if reads else trail.relevant,
            judge=judge if model != "extractive" else None,
            wording=least.wording,
        )
        asks = in_doubt or bool(trail.enough)
        told = yield from drafted(query, sources, write, model, trail, draft, asks=asks)
    if told is None or not (told.draft.statements or opposed):
        with watch.time("compose"):
            answer = not_answered(asked, assessed, hits, voices, model, sources.spoken_by, sources.only)
            answer = _declined(answer, told) if told else answer
    else:
        if model != "extractive":
            for one in assessed:
                if one.opposing:
                    own = lines(one.question, one.opposing)
                    yield from trail.checking("extractive, on the premise", told.draft, own, show=False)
        with watch.time("compare"):
            differing = _differing(assessed, told.draft, sources)
        with watch.time("compose"):
            answer = _composed(asked, assessed, told, differing, sources.only)
    yield replace(answer, trace=trail.trace(answered=answer.answered))


def _found_for(questions: Sequence[Question], query: str, sources: Sources, most: int) -> tuple[Hit, ...]:
    """What is found for a question, or for each part of one, every passage once."""
    if len(questions) == 1:
        return _found(questions[0], query, sources, most)
    texts = [query if question.about else question.text for question in questions]
    found = [hit for one, text in zip(questions, texts, strict=True) for hit in _found(one, text, sources, most)]
    unique: dict[tuple[str, int], Hit] = {}
    for hit in sorted(found, key=lambda hit: -hit.score):
        unique.setdefault((hit.passage.document.id, hit.passage.start), hit)
    return tuple(unique.values())


def _found(question: Question, query: str, sources: Sources, most: int) -> tuple[Hit, ...]:
    """What the search finds and, where somebody's words are asked for, what the ledger holds of them beside it."""
    anybody = question.kind == "speech" and not question.who
    hits = list(sources.search(query, _HITS_FOR_ANYBODY if anybody else most))
    if question.kind == "speech" and question.who:
        known = {(hit.passage.document.id, hit.passage.start) for hit in hits}
        hits += [h for h in sources.recall(question) if (h.passage.document.id, h.passage.start) not in known]
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
