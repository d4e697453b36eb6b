"""What a library holds: documents, the passages they are cut into, and what a search finds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

Span = tuple[int, int]
"""Half-open character offsets [start, end) into a document's text."""


@dataclass(frozen=True)
class Document:
    r"""One text with what it states about itself; what it does not state is None, never a guess.

    text: the stored text, newlines as \n; every offset in the product counts its characters.
    uri: where it was read from (an absolute path or a URL).
    noise: spans that are page furniture (ads, share links, disclosures); shown, never used as evidence.
    pages: for paged formats the start offset of each page, ascending, pages[0] == 0; else empty.

    Raises ValueError where the parts don't fit each other.
    """

    text: str
    title: str
    uri: str
    source: str | None = None
    author: str | None = None
    published: date | None = None
    noise: tuple[Span, ...] = ()
    pages: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a document needs text")
        if not self.title.strip():
            raise ValueError("a document needs a title")
        for start, end in self.noise:
            if not 0 <= start < end <= len(self.text):
                raise ValueError(f"noise span {start}:{end} lies outside the text")
        if self.pages and (self.pages[0] != 0 or list(self.pages) != sorted(self.pages)):
            raise ValueError("pages must ascend from 0")

    def __hash__(self) -> int:
        return hash((self.uri, self.title, len(self.text)))  # equal ones agree; the whole of it is long to read

    @cached_property
    def id(self) -> str:
        """The first 12 hex digits of the text's sha256: the same text is the same document."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def page_of(self, offset: int) -> int | None:
        """The 1-based page that holds this offset, or None for a document without pages."""
        return sum(start <= offset for start in self.pages) or None


@dataclass(frozen=True)
class Passage:
    """A run of whole sentences of one document: the unit that is embedded, indexed and cited.

    sentences: the span of each sentence, in document offsets, ascending, inside [start, end).
    """

    document: Document
    start: int
    end: int
    sentences: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.document.text):
            raise ValueError(f"passage {self.start}:{self.end} lies outside its document")
        if any(not self.start <= start < end <= self.end for start, end in self.sentences):
            raise ValueError("a sentence lies outside its passage")

    def __hash__(self) -> int:
        return hash((self.document, self.start, self.end))

    @property
    def text(self) -> str:
        """The passage's exact words."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True)
class Hit:
    """A passage that a search found, with why: every score is in 0..1, higher is better.

    score: the fused score by which hits are ordered; dense: cosine of question and passage, floored at 0;
    lexical: BM25 divided by the best BM25 of this search; sentences: one relevance per passage sentence; cosines: of
    the question with each sentence, floored at 0, empty where the embedder gives no vectors of sentences.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    sentences: tuple[float, ...] = field(default=())
    cosines: tuple[float, ...] = field(default=())

    def __hash__(self) -> int:
        return hash((self.passage, self.score))
