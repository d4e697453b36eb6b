"""The pipe from a question to its answer: search, weigh the evidence, write, check each sentence, compose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.answer import Answer, Checked, Citation, Event, Found, LeftOut, Source, Statement, Text, Write
from app.checking import Evidence, Verdict, check
from app.compose import markdown
from app.draft import Unit, cut
from app.entailment import SpeakerOf
from app.evidence import Candidate, QuotationsOf, by_evidence, candidates, on_topic, sufficient
from app.extractive import extractive
from app.question import Question, understand
from retrieval.documents import Hit, Passage, Span
from retrieval.errors import ModelError
from retrieval.quotations import speaker_of

Search = Callable[[str, int], Sequence[Hit]]
"""A search: (query, most hits) -> hits, best first."""

_HITS = 12
_HITS_FOR_SPEECH = 24
_CLOSEST = 3


def answer_events(
    asked: str, query: str, search: Search, write: Write, model: str, quotations_of: QuotationsOf
) -> Iterator[Event]:
    """Answer one question; the last event is the Answer.

    asked: as typed; query: the same made to stand alone. write is called only where the passages hold an answer, so a
    model has no chance to make one up where they don't. Where it fails or leaves nothing that holds, the sources' own
    sentences stand in, with a note that says so.
    """
    question = understand(query)
    found = tuple(search(query, _HITS_FOR_SPEECH if question.kind == "speech" else _HITS))
    hits = by_evidence(found, candidates(question, found, quotations_of))
    yield Found(query, hits)

    def says(passage: Passage, span: Span) -> str | None:
        return speaker_of(quotations_of(passage.document), span[0], span[1])

    ranked = candidates(question, hits, quotations_of)
    enough = _places(sufficient(question, ranked))
    if not enough:
        yield _not_answered(asked, question, hits, ranked, says, model)
        return
    draft = _Draft(hits, says, _places(c for c in ranked if on_topic(question, c)))
    notes: tuple[str, ...] = ()
    try:
        yield from draft.check(write(query, hits), show=model != "extractive")
    except ModelError as error:
        notes = (str(error),)
    if model != "extractive" and not draft.answers(enough):
        why = () if notes else (f"{model} wrote nothing that answers the question and that its passages bear out.",)
        notes = (*notes, *why, "These are the sources’ own words.")
        model, left_out = "extractive", draft.all_left_out()
        draft = _Draft(hits, says, draft.relevant, left_out)
        yield from draft.check(extractive(quotations_of)(query, hits), show=False)
    citations = tuple(draft.citations.values())
    speech = question.kind == "speech" and model == "extractive"
    text = markdown(draft.statements, citations, by_speaker=speech, as_list=model == "extractive")
    text = "\n\n".join([text, *(f"_{note}_" for note in notes)])
    yield Answer(asked, True, text, tuple(draft.statements), tuple(draft.left_out), citations, model=model, notes=notes)


Place = tuple[str, Span]
"""A span of a document, by the document's id."""


def _places(some: Iterable[Candidate]) -> frozenset[Place]:
    return frozenset((c.document, c.span) for c in some)


@dataclass
class _Draft:
    """One draft under check: its statements, what was left out, and its citations in the order of their first use."""

    hits: Sequence[Hit]
    says: SpeakerOf
    relevant: frozenset[Place]
    left_out: list[LeftOut] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    citations: dict[Place, Citation] = field(default_factory=dict)

    def check(self, pieces: Iterable[str], *, show: bool) -> Iterator[Event]:
        """Check a draft as it is written; show: hand its text out too, as events of their own."""
        pending = ""
        for piece in pieces:
            if show:
                yield Text(piece)
            ready, pending = cut(pending + piece)
            yield from self._check_units(ready)
        yield from self._check_units(cut(pending + "\n")[0])

    def _check_units(self, ready: Sequence[Unit]) -> Iterator[Checked]:
        passages = [hit.passage for hit in self.hits]
        for unit in ready:
            for verdict in _verdicts(unit, passages, self.says):
                yield from self._take(verdict)

    def _take(self, verdict: Verdict) -> Iterator[Checked]:
        places = {self._place(e): e for e in verdict.evidence}
        reason = verdict.reason
        if places and self.relevant.isdisjoint(places):
            reason = "true as its source has it, but it does not answer the question"
        if reason:
            refused = LeftOut(verdict.text, reason)
            if refused.text and refused not in self.left_out:
                self.left_out.append(refused)
                yield Checked(refused)
            return
        assert verdict.support is not None, "without a reason against it, a sentence has support"
        cited = [self._cite(place, evidence) for place, evidence in places.items()]
        statement = Statement(verdict.text, verdict.support, tuple(c.number for c in cited))
        if statement not in self.statements:
            self.statements.append(statement)
            yield Checked(statement, tuple(cited))

    def _place(self, evidence: Evidence) -> Place:
        return self.hits[evidence.passage].passage.document.id, evidence.span

    def _cite(self, place: Place, evidence: Evidence) -> Citation:
        if place not in self.citations:
            passage = self.hits[evidence.passage].passage
            self.citations[place] = citation(len(self.citations) + 1, passage, evidence.span, self.says)
        return self.citations[place]

    def answers(self, enough: frozenset[Place]) -> bool:
        """Whether a statement rests on one of the places that are enough to answer with."""
        return not enough.isdisjoint(self.citations)

    def all_left_out(self) -> list[LeftOut]:
        """Everything of a draft that is given up: what failed, and what passed but answered nothing."""
        beside = "it does not answer the question"
        return [*self.left_out, *(LeftOut(s.text, beside) for s in self.statements)]


def _verdicts(unit: Unit, passages: Sequence[Passage], says: SpeakerOf) -> list[Verdict]:
    """The unit as a whole where it stands so in a passage, else sentence by sentence."""
    whole = check(unit.text, passages, unit.cites, says)
    if whole.support == "verbatim":
        return [whole]
    sentences = unit.sentences()
    return [whole] if len(sentences) < 2 else [check(s.text, passages, s.cites, says) for s in sentences]


def citation(number: int, passage: Passage, span: Span, says: SpeakerOf) -> Citation:
    """Cite a span of a passage's document, with who speaks there."""
    document = passage.document
    quote = document.text[span[0] : span[1]]
    return Citation(number, quote, span[0], span[1], says(passage, span), Source.of(document))


def _not_answered(
    asked: str,
    question: Question,
    hits: Sequence[Hit],
    ranked: Sequence[Candidate],
    says: SpeakerOf,
    model: str,
    left_out: tuple[LeftOut, ...] = (),
    notes: tuple[str, ...] = (),
) -> Answer:
    """Say that the sources don't, what was looked for, and which passages come closest."""
    nearest = [Evidence(c.hit, c.span) for c in ranked if c.score > 0]
    nearest += [Evidence(n, hit.passage.sentences[0]) for n, hit in enumerate(hits) if hit.passage.sentences]
    unique = {(hits[e.passage].passage.document.id, e.span): e for e in reversed(nearest)}
    order = sorted(unique.values(), key=nearest.index)[:_CLOSEST]
    closest = tuple(citation(n, hits[e.passage].passage, e.span, says) for n, e in enumerate(order, start=1))
    if question.kind == "speech" and question.who:
        about = f" on {question.topic}" if question.topic else ""
        text = f"The sources don’t say: none of them quotes {question.who}{about}."
    else:
        looked = ", ".join(dict.fromkeys(w.text for w in question.terms))
        text = "The sources don’t say." + (f" Searched for: {looked}." if looked else "")
    return Answer(asked, False, text, left_out=left_out, closest=closest, model=model, notes=notes)
