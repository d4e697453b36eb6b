"""Whether a stored answer still holds: its quotes, its sentences and its text against the library as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from app.answer import Answer, Citation, Source, Statement
from app.audit.verify_text import text_problems
from app.check.recheck import recheck
from app.check.words import find_folded
from app.checked_draft import citation as cite
from app.evidence.candidates import QuotationsOf
from app.evidence.strictness import LEVELS, least_of
from app.evidence.voices import Voices
from retrieval.documents import Document, Passage, Span
from retrieval.speakers import same_speaker

if TYPE_CHECKING:
    from retrieval.library import Library

Status = Literal["unchanged", "moved", "elsewhere", "altered", "quote gone", "document gone"]
_CANDIDATES = 12
_WEB = ("http://", "https://")
_LONGEST_QUERY = 2000


@dataclass(frozen=True)
class CitationCheck:
    """What became of one citation.

    status: "unchanged": the document has these words there; "moved": a changed version of the document has them, at
    start and end; "elsewhere": the document is gone and another has them; "altered": the document is the one cited and
    does not have them there, so the answer was edited; "quote gone": the document has changed and lost them; "document
    gone": nothing in the library has them. closest: it is one of Answer.closest. holds: the words are on record, and
    all that the citation tells about them (speaker, day, outlet, …) is what the library tells. document: the id of the
    one that was looked at; problems: what doesn't hold, in words.
    """

    number: int
    closest: bool
    status: Status
    holds: bool
    document: str | None
    start: int | None
    end: int | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class StatementCheck:
    """Whether a sentence passes the check against the quotes that it cites; number: from 1; problem: why not, or ""."""

    number: int
    text: str
    holds: bool
    problem: str


@dataclass(frozen=True)
class Verification:
    """What became of an answer.

    holds: whether all of it does; problems: what does not fit together in it; changes: what the library would say
    differently today, which is no fault of the answer.
    """

    question: str
    holds: bool
    citations: tuple[CitationCheck, ...]
    statements: tuple[StatementCheck, ...]
    problems: tuple[str, ...]
    changes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class _Place:
    """Where a citation's words were looked for, and whether and where they are there."""

    status: Status
    document: Document | None
    span: Span | None


def verify(answer: Answer, library: Library, quotations_of: QuotationsOf, now: Answer | None = None) -> Verification:
    """Hold an answer against a library; whatever it says of itself counts for nothing, but for its strictness.

    now: what the library answers to the same question today, for changes.
    """
    entries = library.documents()
    ids, by_uri = {entry.id for entry in entries}, {entry.uri: entry.id for entry in entries}
    cited = [(one, False) for one in answer.citations] + [(one, True) for one in answer.closest]
    places = [_find(one, library, ids, by_uri) for one, _ in cited]
    voices = Voices.of([place.document for place in places if place.document], quotations_of)
    citations = tuple(
        _checked(one, closest, place, voices, library) for (one, closest), place in zip(cited, places, strict=True)
    )
    wording = least_of(_strictness(answer)).wording
    by_number = dict(zip((one.number for one in answer.citations), places, strict=False))
    statements = tuple(
        _statement(number, statement, by_number, voices, library, wording)
        for number, statement in enumerate(answer.statements, 1)
    )
    problems = tuple(text_problems(answer))
    holds = not problems and all(one.holds for one in citations) and all(one.holds for one in statements)
    changes = tuple(_changes(answer, now)) if now else ()
    return Verification(answer.question, holds, citations, statements, problems, changes)


def _strictness(answer: Answer) -> str:
    """How sure the answer had to be: as its trace tells, which is taken at its word; strict where no model wrote it."""
    if answer.model == "extractive":
        return "strict"
    told = (version.value for version in answer.trace.versions if version.name == "strictness") if answer.trace else ()
    level = next(iter(told), "balanced")
    return level if level in LEVELS else "balanced"


def _find(citation: Citation, library: Library, ids: set[str], by_uri: Mapping[str, str]) -> _Place:
    """Look for a citation's words: in its document, else in the version that took its place, else anywhere."""
    at, quote = (citation.start, citation.end), citation.quote
    if citation.document.id in ids:
        document = library.document(citation.document.id)
        exact = bool(quote) and 0 <= at[0] < at[1] and document.text[slice(*at)] == quote
        return _Place("unchanged", document, at) if exact else _Place("altered", document, _span(quote, document))
    newer = by_uri.get(citation.document.uri)
    changed = library.document(newer) if newer else None
    if changed and (span := _span(quote, changed)):
        return _Place("moved", changed, span)
    documents = {
        hit.passage.document.id: hit.passage.document for hit in library.search(quote[:_LONGEST_QUERY], _CANDIDATES)
    }
    for document in documents.values():
        if span := _span(quote, document):
            return _Place("elsewhere", document, span)
    return _Place("quote gone", changed, None) if changed else _Place("document gone", None, None)


def _span(quote: str, document: Document) -> Span | None:
    """Where a document has exactly these words, or else the same but for typographic variants and white space."""
    start = document.text.find(quote) if quote.strip() else -1
    return (start, start + len(quote)) if start >= 0 else find_folded(quote, document.text)


def _checked(citation: Citation, closest: bool, place: _Place, voices: Voices, library: Library) -> CitationCheck:
    document, span = place.document, place.span
    problems = [_lost(citation, place)] if place.status in ("altered", "quote gone", "document gone") else []
    if document and span:
        problems += _details(citation, document, span, voices, library)
    start, end = span or (None, None)
    return CitationCheck(
        citation.number,
        closest,
        place.status,
        not problems,
        document.id if document else None,
        start,
        end,
        tuple(problems),
    )


def _lost(citation: Citation, place: _Place) -> str:
    if place.status == "document gone":
        return f"The library has neither the document {citation.document.id} nor these words in another."
    if place.status == "quote gone":
        assert place.document is not None
        return f"The document has changed (it is {place.document.id} now) and no longer has these words."
    here = f"characters {citation.start}–{citation.end} of document {citation.document.id}"
    if place.span:
        return f"The answer was edited: {here} are not the words quoted; those are {place.span[0]}–{place.span[1]}."
    return f"The answer was edited: {here} are not the words quoted, and the document has them nowhere."


def _details(citation: Citation, document: Document, span: Span, voices: Voices, library: Library) -> Iterator[str]:
    """What a citation tells of its words and the library tells otherwise."""
    real = cite(citation.number, Passage(document, *span, (span,)), span, voices)
    told: list[tuple[str, str | None, str | None]] = [
        ("title", citation.document.title, real.document.title),
        ("outlet", citation.document.source, real.document.source),
        ("day of publication", citation.document.published, real.document.published),
    ]
    if citation.document.uri.startswith(_WEB):
        told.append(("address", citation.document.uri, real.document.uri))
    if not _same_person(citation.speaker, real.speaker, library):
        told.append(("speaker", citation.speaker, real.speaker))
    else:
        told += [("speaker’s role", citation.role, real.role), ("day of speaking", citation.said, real.said)]
        told.append(("source of that day", citation.dated_by, real.dated_by))
    for what, given, known in told:
        if given != known:
            yield f"The {what} is {known or 'not known'} in the library, and {given or 'not given'} in the answer."


def _same_person(given: str | None, known: str | None, library: Library) -> bool:
    """Whether a name stands for the speaker: the same, or one that the ledger has, of which the other may be short."""
    if given == known or given is None or known is None:
        return given == known
    return same_speaker(given, known) and any(q.speaker == given for _, said in library.quoting(given) for q in said)


def _statement(
    number: int, statement: Statement, places: Mapping[int, _Place], voices: Voices, library: Library, wording: float
) -> StatementCheck:
    passages: list[Passage] = []
    for n in statement.citations:
        place = places.get(n)
        if place is None:
            return StatementCheck(
                number, statement.text, False, f"It cites [{n}], and the answer has no such citation."
            )
        if place.document is None or place.span is None:
            return StatementCheck(number, statement.text, False, f"The words of [{n}] are gone.")
        passages.append(_around(place.document, place.span, library))
    if not passages:
        return StatementCheck(number, statement.text, False, "It cites nothing.")
    verdict, bearing = recheck(statement.text, passages, voices.speaker_of, wording)
    vain = [f"[{n}]" for index, n in enumerate(statement.citations) if index not in bearing]
    problem = ""
    if verdict.support is None:
        problem = f"It does not pass the check: {verdict.reason}."
    elif vain:
        problem = f"{' and '.join(vain)} {'does' if len(vain) == 1 else 'do'} not bear it out."
    elif statement.support == "verbatim" != verdict.support:
        problem = "It says to be word for word in its source, and is not."
    return StatementCheck(number, statement.text, not problem, problem)


def _around(document: Document, span: Span, library: Library) -> Passage:
    """The sentences of a document that a quote reaches into, and nothing else: the quote itself has to bear out."""
    every = {s for passage in library.passages(document) for s in passage.sentences}
    sentences = sorted(s for s in every if s[0] < span[1] and span[0] < s[1]) or [span]
    start, end = min(span[0], sentences[0][0]), max(span[1], *(s[1] for s in sentences))
    return Passage(document, start, end, tuple(sentences))


def _changes(answer: Answer, now: Answer) -> Iterator[str]:
    """What the answer of today says that this one does not."""
    if answer.answered != now.answered:
        yield f"Asked today, the question is {'answered' if now.answered else 'not answered any more'}."
        return
    cited = {(c.document.title, c.document.source) for c in answer.citations}
    new = {c.document.id: c.document for c in now.citations if (c.document.title, c.document.source) not in cited}
    if new:
        yield f"Asked today, the answer also rests on {'; '.join(map(_named, new.values()))}."
    known = {position.value for one in answer.disagreements for position in one.positions}
    for one in now.disagreements:
        if not {position.value for position in one.positions} <= known:
            values = "; ".join(position.value for position in one.positions)
            yield f"The sources now disagree on {one.about}: {values}."


def _named(document: Source) -> str:
    return f"{document.source}: {document.title}" if document.source else document.title
