"""A turn of the conversation as the page knows it: what the events of an answer add up to, at every moment."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from app.adding import Received, Report, Result
from app.answer import Answer, Checked, Citation, Event, Found, LeftOut, Statement, Text
from app.evidence.strictness import Strictness
from app.web.asking import Asking
from retrieval.documents import Document
from retrieval.errors import ModelError, OnrecordError
from retrieval.filters import Filter
from retrieval.listing import Page, Wanted
from retrieval.preparing import Apart
from retrieval.quotations import Quotation

WHOLE = 4_000
"""Characters of the longest document that is kept whole around a quote."""
CONTEXT = 1200
"""Characters of a longer document kept on each side of a quote."""
MARKER = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")
UNEXPECTED = "Something went wrong in Onrecord itself. The terminal that runs it shows the details; please report them."
log = logging.getLogger(__name__)


class Listed(Protocol):
    """What the page shows of a document in the library."""

    @property
    def id(self) -> str:
        """What tells it from every other."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def uri(self) -> str:
        """Where it was read from."""

    @property
    def source(self) -> str | None:
        """The outlet it appeared in, where it says so."""

    @property
    def published(self) -> date | None:
        """The day it appeared, where it says so."""


class Bot(Protocol):
    """What the page needs of a chatbot; app.chatbot.Chatbot is one."""

    @property
    def model(self) -> str:
        """The writer that answers unless another is named."""

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
        """Yield the events of an answer; the Answer is the last. See Chatbot.stream."""

    def add(
        self, *paths: str | Path | Received, progress: Report | None = None, apart: Apart | None = None
    ) -> Sequence[Result]:
        """Add documents; see Chatbot.add, and Chatbot for the rest."""

    def page(self, wanted: Wanted) -> Page:
        """Give some of the documents."""

    def tag(self, id: str, tags: Collection[str], *, remove: bool = False) -> tuple[str, ...]:
        """Put tags on a document, or take them off."""

    def put_aside(self, *ids: str) -> list[str]:
        """Take documents out."""

    def bring_back(self, *ids: str) -> list[str]:
        """Undo that."""

    def aside(self) -> list[tuple[str, str]]:
        """List what can be brought back."""

    def documents(self) -> Sequence[Listed]:
        """List the documents."""

    def document(self, id: str) -> Document:
        """Give a document by its id; raises OnrecordError for an unknown one."""

    def quotations_of(self, document: Document) -> Sequence[Quotation]:
        """Who says what in one document of the library."""


@dataclass(frozen=True)
class Card:
    """A citation with the document's text around its quote, kept as it stood when the answer was given."""

    citation: Citation
    before: str = ""
    after: str = ""
    cut: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class Turn:
    """One question and what has come of it so far; number is 1-based and names its citations in the page."""

    number: int
    question: str
    query: str | None = None
    passages: int = 0
    draft: str = ""
    checked: tuple[Statement | LeftOut, ...] = ()
    cards: tuple[Card, ...] = ()
    answer: Answer | None = None
    ended: Literal["", "stopped", "failed"] = ""
    problem: str = ""


def card(citation: Citation, text: str | None) -> Card:
    """A citation with the text around it, all of it or up to CONTEXT characters on each side, cut at a space.

    There is none where the text no longer holds the quote.
    """
    if text is None or text[citation.start : citation.end] != citation.quote:
        return Card(citation)
    if len(text) <= WHOLE:
        return Card(citation, text[: citation.start], text[citation.end :])
    low, high = max(0, citation.start - CONTEXT), min(len(text), citation.end + CONTEXT)
    if low:
        space = re.search(r"\s", text[low : citation.start])
        low += space.end() if space else 0
    if high < len(text):
        space = re.search(r"\s\S*$", text[citation.end : high])
        high = citation.end + space.start() if space else high
    return Card(citation, text[low : citation.start], text[citation.end : high], (low > 0, high < len(text)))


def advance(turn: Turn, event: Event, text_of: Callable[[str], str | None]) -> Turn:
    """The turn after one more event; text_of gives a document's stored text by id, or None."""
    if isinstance(event, Found):
        return replace(turn, query=event.query, passages=len(event.hits))
    if isinstance(event, Text):
        return replace(turn, draft=turn.draft + event.delta)
    if isinstance(event, Checked):
        known = {known.citation.number for known in turn.cards}
        new = tuple(card(c, text_of(c.document.id)) for c in event.citations if c.number not in known)
        draft = remaining(turn.draft, event.statement.text)
        return replace(turn, draft=draft, checked=(*turn.checked, event.statement), cards=turn.cards + new)
    cited = event.citations if event.answered else event.closest
    held = {held.citation: held for held in turn.cards}
    cards = tuple(held.get(c) or card(c, text_of(c.document.id)) for c in cited)
    return replace(turn, draft="", checked=(*event.statements, *event.left_out), cards=cards, answer=event)


def remaining(draft: str, sentence: str) -> str:
    """The draft after a sentence that has been checked, or the whole draft where that sentence isn't in it."""
    words = re.findall(r"\w+", MARKER.sub("", sentence))
    if not words:
        return draft
    gap = r"(?:\s*\[[\d\s,;–-]*\]|[^\w\[])+"
    found = re.search(gap.join(map(re.escape, words)) + r"[.!?…,;:\"”’')*]*(?:\s*\[[\d\s,;–-]*\])*[.!?…]*\s*", draft)
    return draft[found.end() :] if found else draft


def turns(
    bot: Bot, question: str, past: Sequence[Turn], model: str = "", scope: str = ""
) -> Generator[Turn, None, None]:
    """The turn that this question opens, again after each event; errors become part of the last one.

    model, scope: the choice of a model and what the question is restricted to, as app.web.asking reads them.
    """
    turn = Turn(len(past) + 1, question)
    yield turn
    history = [(turn.question, turn.answer.text) for turn in past if turn.answer]
    try:
        asking = Asking.of(model, scope)
        llm = None if asking.llm == bot.model else asking.llm
        for event in _answered(bot, question, history, replace(asking, llm=llm)):
            turn = advance(turn, event, lambda id: _text_of(bot, id))
            yield turn
    except OnrecordError as error:
        yield replace(turn, ended="failed", problem=str(error))
    except Exception:
        log.exception("the question %r could not be answered", question)
        yield replace(turn, ended="failed", problem=UNEXPECTED)


def _answered(
    bot: Bot, question: str, history: Sequence[tuple[str, str]], asking: Asking
) -> Generator[Event, None, None]:
    """The events of the answer; by the sources' own words, with a note that says why, where a model can't be had."""
    how = {"strictness": asking.strictness}
    begun = False
    try:
        for event in bot.stream(question, history, asking.llm, asking.where, judge=asking.judge, **how):
            begun = True
            yield event
    except ModelError as error:
        if begun:
            raise
        why = (str(error), "These are the sources’ own words.")
        for event in bot.stream(question, history, "extractive", asking.where, judge="", **how):
            yield replace(event, notes=(*why, *event.notes)) if isinstance(event, Answer) else event


def _text_of(bot: Bot, id: str) -> str | None:
    try:
        return bot.document(id).text
    except OnrecordError:
        return None
