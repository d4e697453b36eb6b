"""A chatbot with a script, for the page's tests: the seam between the page and whatever answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from app.adding import Received, Report, Result
from app.answer import (
    Answer,
    Checked,
    Citation,
    Disagreement,
    Event,
    Found,
    LeftOut,
    Position,
    Remark,
    Source,
    Statement,
    Text,
    Variant,
)
from app.evidence.strictness import Strictness
from retrieval.documents import Document, Hit, Passage
from retrieval.entries import Entry
from retrieval.errors import DocumentError, LibraryError
from retrieval.filters import Filter
from retrieval.listing import Page, Wanted
from retrieval.preparing import Apart
from retrieval.quotations import Quotation

FILLER = "The company spent the rest of the call on its plans for the year. Analysts asked about costs. " * 25
HARBOUR = Document(
    text=FILLER + "\n\n“The harbour will open in May,” Ada Verne said. It will cost 12 million.\n\n" + FILLER,
    title="Harbour to open in spring",
    uri="/news/harbour.md",
    source="The Coast Courier",
    published=date(2025, 1, 30),
)
BUDGET = Document(
    text="Ada Verne put the cost of the harbour at nearly 13 million. The council votes in June.",
    title="Council weighs the cost",
    uri="https://example.invalid/budget",
)


TIDES = Document(
    text="“The harbour will open in May, or in June at the latest,” said Ada Verne. Ships may come.",
    title="A date for the harbour",
    uri="/news/tides.md",
    source="Tides Weekly",
    published=date(2025, 2, 1),
)


def cite(number: int, document: Document, quote: str, speaker: str | None = None) -> Citation:
    start = document.text.index(quote)
    return Citation(number, quote, start, start + len(quote), speaker, Source.of(document))


def speech(question: str) -> Iterator[Event]:
    """What somebody said: one remark in two outlets that word it differently, and one that is only reported."""
    spoken = replace(OPENING, role="harbour master", said="2025-01-29", dated_by="text")
    longer = replace(LONGER, role="master", said="2025-02-01", dated_by="publication")
    reported = replace(THIRTEEN, number=3)
    remarks = (
        Remark(
            "Ada Verne",
            "harbour master",
            "2025-01-29",
            "text",
            "direct",
            "The harbour will open in May",
            (1, 2),
            0,
            (
                Variant("The harbour will open in May", (1,)),
                Variant("The harbour will open in May, or in June at the latest", (2,)),
            ),
        ),
        Remark("Ada Verne", None, None, None, "indirect", "the cost of the harbour at nearly 13 million", (3,), 1),
    )
    statements = (Statement(OPENING.quote, "verbatim", (1, 2)), Statement(THIRTEEN.quote, "verbatim", (3,)))
    yield Found(question, (hit(HARBOUR), hit(TIDES), hit(BUDGET)))
    yield Checked(statements[0], (spoken, longer))
    yield Checked(statements[1], (reported,))
    yield Answer(question, True, "…", statements, citations=(spoken, longer, reported), remarks=remarks)


def hit(document: Document) -> Hit:
    return Hit(Passage(document, 0, len(document.text), ()), 1.0, 1.0, 1.0)


OPENING = cite(1, HARBOUR, "“The harbour will open in May,” Ada Verne said.", "Ada Verne")
TWELVE = cite(2, HARBOUR, "It will cost 12 million.")
LONGER = cite(2, TIDES, "“The harbour will open in May, or in June at the latest,” said Ada Verne.", "Ada Verne")
THIRTEEN = cite(3, BUDGET, "Ada Verne put the cost of the harbour at nearly 13 million.", "Ada Verne")


def harbour(question: str) -> Iterator[Event]:
    """A model's answer: drafted, checked sentence by sentence, one left out, two sources that differ."""
    statements = (
        Statement(OPENING.quote, "verbatim", (1,)),
        Statement("The harbour costs 12 to 13 million.", "supported", (2, 3)),
    )
    out = LeftOut("The mayor is delighted.", "No passage says so.")
    yield Found(question, (hit(HARBOUR), hit(BUDGET)))
    for word in f"{statements[0].text} [1] The mayor is delighted. {statements[1].text} [2][3]".split(" "):
        yield Text(word + " ")
    yield Checked(statements[0], (OPENING,))
    yield Checked(out)
    yield Checked(statements[1], (TWELVE, THIRTEEN))
    yield Answer(
        question,
        True,
        f"{statements[0].text} [1] {statements[1].text} [2][3]",
        statements,
        (out,),
        (OPENING, TWELVE, THIRTEEN),
        (Disagreement("the cost", (Position("12 million", (2,)), Position("nearly 13 million", (3,)))),),
        model="local:scripted",
        notes=("One sentence of the draft was left out.",),
    )


def silent(question: str) -> Iterator[Event]:
    yield Found(question, (hit(BUDGET),))
    yield Answer(
        question,
        False,
        "The sources don’t say. Searched for: capital.",
        closest=(cite(1, BUDGET, "The council votes in June."),),
    )


@dataclass
class ScriptedBot:
    """Answers with the script whose key is in the question; remembers what it was asked."""

    scripts: Mapping[str, Callable[[str], Iterator[Event]]]
    library: list[Document] = field(default_factory=lambda: [HARBOUR, BUDGET, TIDES])
    model: str = "extractive"
    asked: list[tuple[str, list[tuple[str, str]], str | None]] = field(default_factory=list)
    tags: dict[str, set[str]] = field(default_factory=dict)
    away: list[Document] = field(default_factory=list)
    restricted: list[Filter | Sequence[Filter]] = field(default_factory=list)
    quotations: dict[str, Sequence[Quotation]] = field(default_factory=dict)
    closed: threading.Event = field(default_factory=threading.Event)

    def stream(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        llm: str | None = None,
        where: Filter | Sequence[Filter] = (),
        *,
        strictness: Strictness | None = None,
        judge: str | None = None,
    ) -> Iterator[Event]:
        self.asked.append((question, list(history), llm))
        self.restricted.append(where)
        try:
            yield from next(script for key, script in self.scripts.items() if key in question)(question)
        finally:
            self.closed.set()

    def add(
        self, *paths: str | Path | Received, progress: Report | None = None, apart: Apart | None = None
    ) -> list[Result]:
        for one in paths:
            assert isinstance(one, Received)
            if not one.data.strip():
                raise DocumentError(f"{one.name} is empty; there is nothing to read in it.")
            self.library.append(Document(text=one.data.decode(), title=Path(one.name).stem, uri=one.uri))
        return [Result(one.uri, "added") for one in paths if isinstance(one, Received)]

    def page(self, wanted: Wanted) -> Page:
        entries = [
            Entry(d.id, d.title, d.uri, d.source, d.author, d.published, 1, tuple(sorted(self.tags.get(d.id, ()))))
            for d in self.library
            if wanted.words.lower() in f"{d.title} {d.source} {d.text}".lower()
        ]
        shown = entries[wanted.skip : wanted.skip + wanted.limit]
        return Page(tuple(shown), len(entries), len(self.library))

    def tag(self, id: str, tags: Collection[str], *, remove: bool = False) -> tuple[str, ...]:
        had = self.tags.setdefault(id, set())
        (had.difference_update if remove else had.update)(tags)
        return tuple(sorted(had))

    def put_aside(self, *ids: str) -> list[str]:
        self.away += [document for document in self.library if document.id in ids]
        self.library[:] = [document for document in self.library if document.id not in ids]
        return list(ids)

    def bring_back(self, *ids: str) -> list[str]:
        self.library += [document for document in self.away if document.id in ids]
        self.away = [document for document in self.away if document.id not in ids]
        return list(ids)

    def aside(self) -> list[tuple[str, str]]:
        return [(document.id, document.title) for document in self.away]

    def documents(self) -> list[Document]:
        return self.library

    def quotations_of(self, document: Document) -> Sequence[Quotation]:
        return self.quotations.get(document.id, ())

    def document(self, id: str) -> Document:
        for document in self.library:
            if document.id == id:
                return document
        raise LibraryError(f"there is no document {id}")
