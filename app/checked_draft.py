"""A draft under check: pieces of text in, checked statements out, with citations numbered in the order of their use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.answer import Checked, Citation, Event, LeftOut, Source, Statement, Text
from app.check.attribution import attributions, names_speaker
from app.check.checking import Evidence, Verdict, check
from app.check.judges import Judge, refuses
from app.draft import Unit, units
from app.evidence.candidates import Candidate
from app.evidence.orders import is_order
from app.evidence.strictness import NEVER
from app.evidence.voices import Voices
from retrieval.documents import Document, Hit, Passage, Span
from retrieval.duplicates import independent
from retrieval.quotations import Quotation

_PRONOUN = re.compile(
    r"^(?:According to [^,“”\"]{2,60},\s+|[^,“”\"]{2,60}\s+(?:reports|says|writes)\s+that\s+)?(?P<who>[Hh]e|[Ss]he)\b"
)
"""A sentence about somebody who was named before, behind the mention of its source or without one."""
Place = tuple[str, Span]
"""A span of a document, by the document's id."""


def places_of(some: Iterable[Candidate]) -> frozenset[Place]:
    """Where these candidates stand."""
    return frozenset((c.document, c.span) for c in some)


def every_place(hits: Iterable[Hit]) -> frozenset[Place]:
    """Where every sentence of these hits stands."""
    return frozenset((hit.passage.document.id, span) for hit in hits for span in hit.passage.sentences)


@dataclass(frozen=True)
class Judged:
    """A unit of a draft, or a sentence of one, with its verdict; refused: why it is left out, or ""."""

    unit: Unit
    verdict: Verdict
    refused: str


@dataclass
class CheckedDraft:
    """One draft under check: its statements, what was left out, and its citations in the order of their first use.

    wording: see app.evidence.strictness.Least.
    """

    hits: Sequence[Hit]
    voices: Voices
    relevant: frozenset[Place]
    left_out: list[LeftOut] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    citations: dict[Place, Citation] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)
    judge: Judge | None = None
    wording: float = NEVER
    _documents: dict[str, Document] = field(default_factory=dict)

    def check(self, pieces: Iterable[str], *, show: bool) -> Iterator[Event]:
        """Check a draft as it is written; show: hand its text out too, as events of their own."""
        passages = [hit.passage for hit in self.hits]
        for part in units(pieces):
            if isinstance(part, Unit):
                for unit, verdict in self._verdicts(part, passages):
                    yield from self._take(unit, verdict)
            elif show:
                yield Text(part)

    def _verdicts(self, unit: Unit, passages: Sequence[Passage]) -> Iterator[tuple[Unit, Verdict]]:
        """The unit as a whole where it stands so in a passage, else each sentence, once those before it are taken."""
        sentences = unit.sentences()
        if len(sentences) > 1:
            whole = check(unit.text, passages, unit.cites, self.voices.speaker_of)
            if whole.support == "verbatim":
                yield unit, whole
                return
        for one in sentences if len(sentences) > 1 else [unit]:
            yield one, self._verdict(one, passages)

    def _verdict(self, unit: Unit, passages: Sequence[Passage]) -> Verdict:
        """The verdict on a sentence; where a pronoun opens it, also as said of the speaker that was named last."""
        if unit.declines:
            return Verdict(unit.text, None, reason="it says what is missing")
        says = self.voices.speaker_of
        verdict = check(unit.text, passages, unit.cites, says, self.wording)
        opening = _PRONOUN.search(unit.text)
        speaker = self._named_last() if verdict.support is None and opening else ""
        if opening and speaker:
            start, end = opening.span("who")
            named = unit.text[:start] + speaker + unit.text[end:]
            found = check(named, passages, unit.cites, says, self.wording)
            verdict = found if found.support else verdict
        return verdict

    def _named_last(self) -> str:
        """Whom the last sentence before this is about that names one speaker; "" for nobody."""
        return next(filter(None, (self._speaker_named(one.unit.text) for one in reversed(self.judged))), "")

    def _speaker_named(self, text: str) -> str:
        """The one person, by the fullest name, whom a sentence gives words to, or whom alone it names; "" for none."""
        known = set(self.voices.names.values())
        for part in (" ".join(said.who for said in attributions(text)), text):
            heard = [name for name in known if names_speaker(part, name)]
            if heard:
                return heard[0] if len(heard) == 1 else ""
        return ""

    def _take(self, unit: Unit, verdict: Verdict) -> Iterator[Checked]:
        places = {self._place(e): e for e in verdict.evidence}
        reason = verdict.reason
        if unit.declines:
            self.judged.append(Judged(unit, verdict, reason))
            return
        if places and not any(self._is_beside(e) for e in verdict.evidence):
            reason = "true as its source has it, but it does not answer the question"
        if not reason and verdict.support == "supported" and refuses(self.judge, verdict.text, self._sources(verdict)):
            reason = "the second judge finds that its source does not say all of it"
        self.judged.append(Judged(unit, verdict, reason))
        if reason:
            refused = LeftOut(verdict.text, reason)
            if refused.text and refused not in self.left_out:
                self.left_out.append(refused)
                yield Checked(refused)
            return
        assert verdict.support is not None, "without a reason against it, a sentence has support"
        cited = [self.cite(self.hits[e.passage].passage, e.span) for e in places.values()]
        behind = independent((self.hits[e.passage].passage.document, e.span) for e in places.values())
        statement = Statement(verdict.text, verdict.support, tuple(c.number for c in cited), behind)
        if statement not in self.statements:
            self.statements.append(statement)
            yield Checked(statement, tuple(cited))

    def _is_beside(self, evidence: Evidence) -> bool:
        """Whether a sentence rests on a passage that holds something relevant, and is no order to whoever reads it."""
        passage = self.hits[evidence.passage].passage
        if is_order(passage.document.text[slice(*evidence.span)]):
            return False
        return any(id == passage.document.id and passage.start <= span[0] < passage.end for id, span in self.relevant)

    def _sources(self, verdict: Verdict) -> list[str]:
        return [self.hits[e.passage].passage.document.text[slice(*e.span)] for e in verdict.evidence]

    def _place(self, evidence: Evidence) -> Place:
        return self.hits[evidence.passage].passage.document.id, evidence.span

    def cite(self, passage: Passage, span: Span) -> Citation:
        """The citation of a sentence, a new one where the draft has none there yet."""
        place = passage.document.id, span
        if place not in self.citations:
            self._documents[passage.document.id] = passage.document
            self.citations[place] = citation(len(self.citations) + 1, passage, span, self.voices)
        return self.citations[place]

    def quotation_at(self, citation: Citation) -> Quotation | None:
        """The quotation that a citation of this draft reports."""
        document = self._documents[citation.document.id]
        return self.voices.heard_at(document, (citation.start, citation.end))[1]

    def answers(self, enough: frozenset[Place]) -> bool:
        """Whether a statement rests on one of the places that are enough to answer with."""
        cited = self.citations
        return any(id == one and span[0] < b and a < span[1] for id, span in cited for one, (a, b) in enough)


def citation(number: int, passage: Passage, span: Span, voices: Voices) -> Citation:
    """Cite a span of a passage's document, with who speaks there, in which role and when."""
    document = passage.document
    quote = document.text[span[0] : span[1]]
    speaker, quotation = voices.heard_at(document, span)
    said, dated_by = quotation.dated if quotation else (None, None)
    return Citation(
        number,
        quote,
        span[0],
        span[1],
        speaker,
        Source.of(document),
        quotation.role if quotation else None,
        said.isoformat() if said else None,
        dated_by,
    )
