"""The audit trail of one answer: what was asked, searched, read, sent, drafted, judged and decided, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.llm.exchange import Exchange


@dataclass(frozen=True)
class Searched:
    """What was looked for.

    query: the question made to stand alone, as searched; kind: of answer that it asks for; who: whose words, for kind
    "speech"; topic: of those words; tone: "critical", "approving" or any; terms: what evidence has to share; names:
    those of the terms that are names; focus: the stem of the word whose value is asked, or "".
    """

    query: str
    kind: str
    who: str
    topic: str
    tone: str
    terms: tuple[str, ...]
    names: tuple[str, ...]
    focus: str


@dataclass(frozen=True)
class ReadPassage:
    """A passage that was found, in the order in which the writer is given it; number is the [n] that cites it there.

    document: its id; start and end: offsets into its stored text, which there is text. found_by: "search", or "ledger"
    where the person asked about speaks in it. Scores, 0..1: score, by which a search orders; dense: the cosine;
    lexical: BM25 over the best; sentence: the relevance of its best sentence. A passage from the ledger has none.
    """

    number: int
    document: str
    title: str
    source: str | None
    published: str | None
    start: int
    end: int
    text: str
    found_by: Literal["search", "ledger"]
    score: float
    dense: float
    lexical: float
    sentence: float


@dataclass(frozen=True)
class WeighedSentence:
    """A sentence that was weighed as an answer.

    passage: the number of one that holds it. score: by which they are ordered; coverage: the share of the question's
    terms that it or its surroundings hold; confidence: how likely it is about the question; slots: whether it holds
    what the kind of question asks for; strength: what of it all is held against the least that is asked for; opposes:
    whether it says the opposite of what the question takes for granted; enough: whether it is enough to answer with.
    """

    passage: int
    start: int
    end: int
    text: str
    score: float
    coverage: float
    confidence: float
    slots: bool
    strength: float
    opposes: bool
    enough: bool


@dataclass(frozen=True)
class Limit:
    """A number that the decision was held against."""

    name: str
    value: float


@dataclass(frozen=True)
class Decision:
    """Whether there was enough to answer with, and the numbers behind it.

    best: the strongest of the sentences weighed, None where there was none; enough: how many were strong enough.
    """

    answered: bool
    weighed: int
    enough: int
    best: WeighedSentence | None
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class BornOut:
    """The sentence of a passage that bears a drafted one out, with its offsets into the document."""

    passage: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class DraftedSentence:
    """A sentence of a draft and what became of it.

    drafted: as it was written, without its markers; cites: the passage numbers it gave; verdict: "repaired" where
    not all of those bear it out but others may; reason: what was repaired, or why it is left out; shown: as the reader
    sees it, "" where it is left out.
    """

    drafted: str
    cites: tuple[int, ...]
    verdict: Literal["kept", "repaired", "left out"]
    support: Literal["verbatim", "supported"] | None
    shown: str
    reason: str
    borne_out_by: tuple[BornOut, ...]


@dataclass(frozen=True)
class Draft:
    """What one writer wrote, as it came, and each of its sentences; broke: why it ended early, or ""."""

    writer: str
    text: str
    sentences: tuple[DraftedSentence, ...]
    broke: str = ""


@dataclass(frozen=True)
class Stage:
    """Seconds that a stage of the pipe took by the clock, without the stages inside it."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Version:
    """What was in use: a part of the product or a setting, and which."""

    name: str
    value: str


@dataclass(frozen=True)
class Limited:
    """A filter that the library was limited to, as retrieval.filters.Filter has it; days as ISO dates."""

    documents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    said_since: str | None = None
    said_until: str | None = None


@dataclass(frozen=True)
class Trace:
    """How an answer came to be; to be read beside the answer, which holds the outcome.

    exchanges: every call to a model, a follow-up's rewriting included, in the order in which they ended; parts: what
    was looked for in each of the questions that it asks, where it asks several; limited: the filters that all had to
    hold, those that were given and those that the question itself names.
    """

    asked: str
    searched: Searched
    passages: tuple[ReadPassage, ...]
    weighed: tuple[WeighedSentence, ...]
    decision: Decision
    drafts: tuple[Draft, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    stages: tuple[Stage, ...] = ()
    versions: tuple[Version, ...] = ()
    parts: tuple[Searched, ...] = ()
    limited: tuple[Limited, ...] = ()
