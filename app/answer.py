"""The contract of an answer: what every door of the product returns, and the events that lead up to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from app.audit.trace import Trace
from retrieval.documents import Document, Hit

Support = Literal["verbatim", "supported"]
DisagreementKind = Literal["different figures", "different dates", "different names", "updated later", "rounding"]
Write = Callable[[str, Sequence[Hit]], Iterator[str]]
"""A writer: (question, passages) -> pieces of text in which [n] cites passages[n - 1]."""


@dataclass(frozen=True)
class Source:
    """The document a citation points into, as it stood when it was cited."""

    id: str
    title: str
    source: str | None
    published: str | None
    uri: str

    @classmethod
    def of(cls, document: Document) -> Source:
        """Describe a document; published becomes an ISO date."""
        published = document.published.isoformat() if document.published else None
        return cls(document.id, document.title, document.source, published, document.uri)


@dataclass(frozen=True)
class Citation:
    """Exact words of one document: quote == text[start:end] of the document's stored text.

    speaker: who says the quoted words, where they are reported or quoted speech; else None. role: as the document
    gives it; said: the ISO date of speaking, and dated_by whether the "text" tells it or only the "publication" date
    is known.
    """

    number: int
    quote: str
    start: int
    end: int
    speaker: str | None
    document: Source
    role: str | None = None
    said: str | None = None
    dated_by: Literal["text", "publication"] | None = None


@dataclass(frozen=True)
class Statement:
    """One checked sentence of an answer; citations are numbers into Answer.citations, never empty.

    independent: how many sources are behind it where copies of one story, or of one paragraph, count once.
    """

    text: str
    support: Support
    citations: tuple[int, ...]
    independent: int = 1


@dataclass(frozen=True)
class LeftOut:
    """A sentence that the check kept from the reader, with a reason they can understand."""

    text: str
    reason: str


@dataclass(frozen=True)
class Variant:
    """One outlet's wording of a remark or value, where outlets differ."""

    words: str
    citations: tuple[int, ...]


@dataclass(frozen=True)
class Position:
    """One side of a disagreement: a value as its first source gives it.

    sources: the outlet, or else the title, of each document that gives it; dates: ISO days of their publication,
    ascending; independent: how many of its documents are no copies of another; later: it is later information, which
    need not be better; wordings: how its sources put the value, where they put it differently.
    """

    value: str
    citations: tuple[int, ...]
    sources: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    independent: int = 1
    later: bool = False
    wordings: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Disagreement:
    """Sources that give different values for the same thing; at least two positions.

    kind: "updated later" where a value comes only from documents of a later day than those with the others;
    "rounding" where the values differ by less than the last digit of the coarser one.
    """

    about: str
    positions: tuple[Position, ...]
    kind: DisagreementKind = "different figures"


@dataclass(frozen=True)
class Remark:
    """What one person said once, with every source that carries it.

    words: exactly as its first citation has them, without the marks; kind: direct, mixed or indirect; statement: index
    into Answer.statements; variants: each wording with its sources, where outlets cut or word it differently.
    """

    speaker: str
    role: str | None
    said: str | None
    dated_by: Literal["text", "publication"] | None
    kind: Literal["direct", "mixed", "indirect"]
    words: str
    citations: tuple[int, ...]
    statement: int
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the sources say to a question, or that they don't.

    text: markdown with [n] markers; closest: the nearest passages' citations when not answered.
    notes: sentences for the reader about how this answer came to be (a model that fell back, say).
    remarks: where somebody's words were asked for, one for each statement that reports some.
    trace: how it came to be, no part of what it says: neither compared nor, unless asked for, in to_dict.
    missing: where only a part was answered, each question that was not; or what the question takes for granted and the
    sources don't say ("that Meta did cut its budget").
    """

    question: str
    answered: bool
    text: str
    statements: tuple[Statement, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    citations: tuple[Citation, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    closest: tuple[Citation, ...] = ()
    model: str = "extractive"
    notes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    trace: Trace | None = field(default=None, compare=False, repr=False)
    missing: tuple[str, ...] = ()

    def to_dict(self, *, trace: bool = False) -> dict[str, Any]:
        """The contract's JSON object: plain dicts, lists, strings, numbers, booleans and None; trace: with "trace"."""
        plain: dict[str, Any] = _plain(asdict(self if trace else replace(self, trace=None)))
        if not trace:
            del plain["trace"]
        return plain

    @classmethod
    def from_dict(cls, plain: object) -> Answer:
        """Read what to_dict gave. Raises AnswerError, which says where another value does not fit."""
        from app.decoding import decode

        answer: Answer = decode(cls, plain, "answer")
        return answer

    def to_markdown(self) -> str:
        """The answer as Markdown: its text, and a footnote for each citation with its exact words and their place."""
        from app.audit.export import to_markdown

        return to_markdown(self)

    def to_html(self) -> str:
        """The answer as one HTML page that loads nothing: a number in the text leads to the words that bear it out."""
        from app.audit.export_html import to_html

        return to_html(self)


def _plain(value: Any) -> Any:  # noqa: ANN401 - walks arbitrary JSON
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True)
class Found:
    """Event: the passages that the search found, best first; query is the standalone question searched for."""

    query: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Text:
    """Event: a piece of the writer's draft, not checked yet."""

    delta: str


@dataclass(frozen=True)
class Checked:
    """Event: one sentence that passed the check, with the citations that first appear in it, or one left out."""

    statement: Statement | LeftOut
    citations: tuple[Citation, ...] = ()


Event = Found | Text | Checked | Answer
"""What Chatbot.stream yields; the last one is always the Answer."""
