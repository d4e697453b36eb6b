"""The keeping of the audit trail: a stopwatch with exclusive times, and the pipe's own values made into a Trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from app.answer import Event
from app.audit.trace import (
    BornOut,
    Decision,
    Draft,
    DraftedSentence,
    Limit,
    Limited,
    ReadPassage,
    Searched,
    Stage,
    Trace,
    Version,
    WeighedSentence,
)
from app.checked_draft import CheckedDraft, Judged, Place, places_of
from app.evidence.candidates import Candidate
from app.evidence.strictness import Least
from app.evidence.sufficiency import LEAST_COVERAGE, LEAST_TOPICALITY, Assessment, strength
from app.questions.question import Question
from retrieval.documents import Hit
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from retrieval.filters import Filter
    from retrieval.library import Library

T = TypeVar("T")
_MOST_WEIGHED = 24


class Stopwatch:
    """The time of each stage, the stages inside it not counted, nor the time between the draws of an iterator."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Count the body for this stage."""
        self._turn(stage)
        try:
            yield
        finally:
            self._turn(None)

    def drawing(self, stage: str, items: Iterable[T]) -> Iterator[T]:
        """Give the items, and count for this stage the time that each takes to come."""
        drawn, ended = iter(items), object()
        while True:
            self._turn(stage)
            try:
                item = next(drawn, ended)
            finally:
                self._turn(None)
            if item is ended:
                return
            yield item  # type: ignore[misc]

    def _turn(self, stage: str | None) -> None:
        """Begin a stage, or with None end the one begun last."""
        now = perf_counter()
        if self._running:
            self._spent[self._running[-1]] = self._spent.get(self._running[-1], 0.0) + now - self._since
        if stage is None:
            self._running.pop()
        else:
            self._running.append(stage)
        self._since = now

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in the order in which they first ended or were interrupted."""
        return tuple(Stage(name, seconds) for name, seconds in self._spent.items())


@dataclass
class Written:
    """One writer's draft: the pieces as they came, what the check made of them, and why it ended early, or ""."""

    writer: str
    pieces: list[str] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    broke: str = ""


@dataclass
class Trail:
    """What the pipe leaves behind of one question, until it is made into a Trace.

    assessed: each of the questions that it asks, weighed; least: how strong a sentence had to be.
    """

    asked: str
    question: Question
    hits: tuple[Hit, ...]
    assessed: Sequence[Assessment]
    least: Least
    watch: Stopwatch
    written: list[Written] = field(default_factory=list)

    @cached_property
    def enough(self) -> frozenset[Place]:
        """Where the sentences stand that are enough to answer with."""
        return places_of(c for one in self.assessed for c in one.enough)

    @cached_property
    def relevant(self) -> frozenset[Place]:
        """Where the sentences stand that have to do with what is asked."""
        return places_of(c for one in self.assessed for c in one.relevant)

    def checking(self, writer: str, draft: CheckedDraft, pieces: Iterable[str], *, show: bool) -> Iterator[Event]:
        """Check a draft as it is written, and keep what comes, up to a ModelError; see CheckedDraft.check."""
        written, before = Written(writer), len(draft.judged)
        self.written.append(written)
        try:
            drawn = _kept(self.watch.drawing("write", pieces), written.pieces)
            yield from self.watch.drawing("check", draft.check(drawn, show=show))
        except ModelError as error:
            written.broke = str(error)
            raise
        finally:
            written.judged = draft.judged[before:]

    def trace(self, *, answered: bool) -> Trace:
        """Make the trace; answered: whether anything was left to answer with."""
        weighed = tuple(
            self._weighed(one, best, c)
            for one in self.assessed
            for best in (max((c.score for c in one.ranked), default=0.0),)
            for c in one.ranked[:_MOST_WEIGHED]
        )
        ranked = sum(len(one.ranked) for one in self.assessed)
        first = max(weighed, key=lambda one: one.strength, default=None)
        return Trace(
            self.asked,
            _searched(self.question),
            tuple(_passage(number, hit) for number, hit in enumerate(self.hits, 1)),
            weighed,
            Decision(answered, ranked, len(self.enough), first, _limits(self.least)),
            tuple(self._draft(one) for one in self.written),
            stages=self.watch.stages,
            parts=tuple(_searched(one.question) for one in self.assessed) if len(self.assessed) > 1 else (),
        )

    def _weighed(self, one: Assessment, best: float, c: Candidate) -> WeighedSentence:
        strong = strength(one.question, c, best)
        enough = (c.document, c.span) in self.enough
        return WeighedSentence(
            c.hit + 1, *c.span, c.text, c.score, c.coverage, c.confidence, c.fits, strong, c.stands < 0, enough
        )

    def _draft(self, one: Written) -> Draft:
        sentences = tuple(self._sentence(judged) for judged in one.judged)
        return Draft(one.writer, "".join(one.pieces), sentences, one.broke)

    def _sentence(self, judged: Judged) -> DraftedSentence:
        verdict = judged.verdict
        borne_out = []
        for evidence in verdict.evidence:
            text = self.hits[evidence.passage].passage.document.text
            borne_out.append(BornOut(evidence.passage + 1, *evidence.span, text[slice(*evidence.span)]))
        kept = not judged.refused
        return DraftedSentence(
            judged.unit.text,
            judged.unit.cites,
            "left out" if not kept else "repaired" if verdict.repaired else "kept",
            verdict.support,
            verdict.text if kept else "",
            judged.refused or verdict.repaired,
            tuple(borne_out),
        )


def _kept(pieces: Iterable[str], here: list[str]) -> Iterator[str]:
    for piece in pieces:
        here.append(piece)
        yield piece


def versions(library: Library, strictness: str) -> tuple[Version, ...]:
    """What is in use: the product, the embedder, the library, and how sure it is to be."""
    return (
        Version("onrecord", _installed()),
        Version("embedder", library.embedder or "none yet"),
        Version("library", str(library.directory)),
        Version("strictness", strictness),
    )


def limited(where: Filter) -> Limited:
    """A filter as plain values."""
    plain: dict[str, Any] = {n: v.isoformat() if isinstance(v, date) else v for n, v in vars(where).items()}
    return Limited(**plain)


def filter_of(plain: Limited) -> Filter:
    """The filter that plain values tell. Raises ValueError where they tell none."""
    from retrieval.filters import Filter

    told: dict[str, Any] = {n: date.fromisoformat(v) if isinstance(v, str) else v for n, v in vars(plain).items()}
    return Filter(**told)


@cache
def _installed() -> str:
    from importlib.metadata import version

    return version("onrecord")


def _limits(least: Least) -> tuple[Limit, ...]:
    return (
        Limit("least strength", least.strength),
        Limit("least likelihood", least.likelihood),
        Limit("least coverage", LEAST_COVERAGE),
        Limit("least topicality of a remark", LEAST_TOPICALITY),
    )


def _searched(question: Question) -> Searched:
    terms, names = ([w.text for w in some] for some in (question.terms, question.names))
    return Searched(
        question.text,
        question.kind,
        question.who,
        question.topic,
        question.tone,
        tuple(dict.fromkeys(terms)),
        tuple(dict.fromkeys(names)),
        question.focus,
    )


def _passage(number: int, hit: Hit) -> ReadPassage:
    passage, document = hit.passage, hit.passage.document
    # The ledger gives its passages no score at all; a search gives none to a passage that shares nothing.
    by_search = hit.sentences or hit.score
    return ReadPassage(
        number,
        document.id,
        document.title,
        document.source,
        document.published.isoformat() if document.published else None,
        passage.start,
        passage.end,
        passage.text,
        "search" if by_search else "ledger",
        hit.score,
        hit.dense,
        hit.lexical,
        max(hit.sentences, default=0.0),
    )
