"""The pipe from a question to its answer: search, weigh the evidence, write, check each sentence, compose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.answer import Answer, Checked, Citation, Event, Found, LeftOut, Source, Statement, Text, Write
from app.checking import Evidence, Verdict, check
from app.compose import markdown
from app.draft import Unit, units
from app.entailment import SpeakerOf
from app.evidence import Candidate, QuotationsOf, candidates, sufficient
from app.extractive import extractive
from app.question import Question, understand
from retrieval.documents import Hit, Passage, Span
from retrieval.quotations import speaker_of

Search = Callable[[str, int], Sequence[Hit]]
"""A search: (query, most hits) -> hits, best first."""

_HITS = 12
_HITS_FOR_SPEECH = 24
_CLOSEST = 3


@dataclass
class _Ledger:
    """The citations of one answer, numbered in the order in which statements first use them."""

    speaker_of: SpeakerOf
    citations: dict[tuple[str, Span], Citation] = field(default_factory=dict)

    def cite(self, passage: Passage, span: Span) -> Citation:
        """The citation of this span, with a number of its own the first time."""
        key = (passage.document.id, span)
        if key not in self.citations:
            self.citations[key] = citation(len(self.citations) + 1, passage, span, self.speaker_of)
        return self.citations[key]


def answer_events(
    asked: str, query: str, search: Search, write: Write, model: str, quotations_of: QuotationsOf
) -> Iterator[Event]:
    """Answer one question; the last event is the Answer.

    asked: as typed; query: the same made to stand alone. write is called only where the passages hold an answer, so a
    model has no chance to make one up where they don't.
    """
    question = understand(query)
    hits = tuple(search(query, _HITS_FOR_SPEECH if question.kind == "speech" else _HITS))
    yield Found(query, hits)

    def says(passage: Passage, span: Span) -> str | None:
        return speaker_of(quotations_of(passage.document), span[0], span[1])

    ranked = candidates(question, hits, quotations_of)
    if not sufficient(question, ranked):
        yield _not_answered(asked, question, hits, ranked, says, model)
        return
    ledger = _Ledger(says)
    statements: list[Statement] = []
    left_out: list[LeftOut] = []
    notes: tuple[str, ...] = ()
    yield from _checked(write(query, hits), hits, ledger, statements, left_out, show_draft=model != "extractive")
    if not statements and model != "extractive":
        notes = (f"{model} wrote nothing that its passages bear out; these are the sources’ own sentences.",)
        model = "extractive"
        yield from _checked(extractive(quotations_of)(query, hits), hits, ledger, statements, [], show_draft=False)
    if not statements:
        yield _not_answered(asked, question, hits, ranked, says, model, tuple(left_out), notes)
        return
    citations = tuple(ledger.citations.values())
    speech = question.kind == "speech" and model == "extractive"
    text = markdown(statements, citations, by_speaker=speech, as_list=model == "extractive")
    text = "\n\n".join([text, *(f"_{note}_" for note in notes)])
    yield Answer(asked, True, text, tuple(statements), tuple(left_out), citations, model=model, notes=notes)


def _checked(
    pieces: Iterable[str],
    hits: Sequence[Hit],
    ledger: _Ledger,
    statements: list[Statement],
    left_out: list[LeftOut],
    *,
    show_draft: bool,
) -> Iterator[Event]:
    """Check a draft as it is written; statements and left_out are filled on the way."""
    shown: list[Text] = []

    def tee() -> Iterator[str]:
        for piece in pieces:
            shown.append(Text(piece))
            yield piece

    passages = [hit.passage for hit in hits]
    for unit in units(tee()):
        if show_draft:
            yield from shown
        shown.clear()
        for verdict in _verdicts(unit, passages, ledger.speaker_of):
            if verdict.support is None:
                refused = LeftOut(verdict.text, verdict.reason)
                if refused.text and refused not in left_out:
                    left_out.append(refused)
                    yield Checked(refused)
                continue
            cited = [ledger.cite(passages[e.passage], e.span) for e in verdict.evidence]
            statement = Statement(verdict.text, verdict.support, tuple(dict.fromkeys(c.number for c in cited)))
            if statement not in statements:
                statements.append(statement)
                yield Checked(statement, tuple(cited))


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
