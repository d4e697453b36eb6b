"""Questions that the library can really answer: to go on with after an answer, and to begin with at the first visit."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain, islice, zip_longest

from app.answer import Answer
from app.questions.question import understand
from app.web.turn import Bot, Turn
from retrieval.database import Database
from retrieval.documents import Document
from retrieval.errors import OnrecordError
from retrieval.quotations import Quotation

MOST = 3
"""Questions offered at once."""
_TRIES = 8
"""Questions tried for them at most; each is asked as a reader would ask it, without a model."""
_DOCUMENTS = 60
"""Documents that a library's examples are drawn from, at most."""
_LONGEST_TOPIC = 40
_NAMES = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w’'-]+)(?: [A-Z][\w’'-]+){0,2}")
_OWNING = re.compile(r"[’']s?$")
log = logging.getLogger(__name__)


def after(bot: Bot, turn: Turn, asked: Iterable[str] = ()) -> list[str]:
    """Questions that lead on from an answer, each tried: the sources answer it, and with something else.

    They come from the quotations in the documents cited: others on the same matter, the same people on other matters,
    and how somebody's words changed where there are some of several days. asked: questions asked before.
    """
    documents = _documents(bot, {card.citation.document.id: None for card in turn.cards})
    quotations = [quotation for document in documents for quotation in bot.quotations_of(document)]
    known = {_plain(question) for question in (*asked, turn.question)}
    told = {_plain(one.text) for one in (turn.answer.statements if turn.answer else ())}
    return list(islice(_answerable(bot, _candidates(turn, quotations), known, told), MOST))


def _candidates(turn: Turn, quotations: Sequence[Quotation]) -> Iterator[str]:
    question = understand(turn.query or turn.question)
    names = [word.text for word in question.names]
    matter = _OWNING.sub("", question.topic if question.kind == "speech" else names[-1] if names else "")
    matter = matter if len(matter) <= _LONGEST_TOPIC else ""
    heard = {card.citation.speaker for card in turn.cards if card.citation.speaker}
    speakers = Counter(one.speaker for one in quotations if one.speaker)
    others = (
        f"What did {who} say about {matter}?"
        for who, _ in speakers.most_common()
        if matter and who not in heard and _apart(who, matter)
    )
    theirs = [one for one in quotations if one.speaker in heard] or list(quotations)
    elsewhere = questions_from(theirs, turn.question)
    changed = (
        f"How has {who}’s view of {matter} changed?"
        for who in sorted(heard)
        if matter and _apart(who, matter) and len({one.dated[0] for one in quotations if one.speaker == who}) > 1
    )
    for group in zip_longest(others, elsewhere, changed):
        yield from (one for one in group if one)


def questions_from(quotations: Iterable[Quotation], besides: str = "") -> Iterator[str]:
    """What people who are quoted said about the names that they speak of most, the most quoted first.

    besides: names in this text are not asked about.
    """
    topics: dict[str, Counter[str]] = {}
    for one in quotations:
        if one.speaker:
            said = [_OWNING.sub("", name) for name in _NAMES.findall(one.text)]
            topics.setdefault(one.speaker, Counter()).update(
                name for name in said if name not in besides and name not in one.speaker and one.speaker not in name
            )
    ranked = sorted(topics.items(), key=lambda item: -sum(item[1].values()))
    rows = [[f"What did {who} say about {topic}?" for topic, _ in named.most_common(2)] for who, named in ranked]
    return chain.from_iterable((one for one in row if one) for row in zip_longest(*rows))


def _answerable(bot: Bot, candidates: Iterable[str], known: set[str], told: set[str]) -> Iterator[str]:
    """Those that the library answers in full, and with a sentence that was not told before."""
    for question in islice((one for one in candidates if _plain(one) not in known), _TRIES):
        try:
            answer = next(
                (event for event in bot.stream(question, (), "extractive") if isinstance(event, Answer)), None
            )
        except OnrecordError:
            continue
        if answer and answer.answered and not answer.missing:
            new = {_plain(one.text) for one in answer.statements} - told
            if new:
                told |= new
                known.add(_plain(question))
                yield question


def _documents(bot: Bot, ids: Iterable[str]) -> Iterator[Document]:
    for id in ids:
        try:
            yield bot.document(id)
        except OnrecordError:
            continue


def _apart(who: str, matter: str) -> bool:
    """Whether a person, or a company that speaks, isn't asked about itself."""
    return not set(_plain(who).split()) & set(_plain(matter).split())


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


class Examples:
    """Questions to begin with, drawn from the library once for each change of it and kept."""

    def __init__(self, database: Database, bot: Bot) -> None:
        """Start with an open file; see app.web.keeping."""
        self._database = database
        self._bot = bot
        self._drawing = threading.Lock()

    def __call__(self) -> tuple[str, ...]:
        """The examples of the library as it is; none yet while they are being drawn, which this begins."""
        ids = sorted(document.id for document in self._bot.documents())
        library = sha256("\n".join(ids).encode()).hexdigest()
        kept = self._database.one("SELECT questions FROM examples WHERE library = ?", library)
        if kept:
            return tuple(json.loads(kept[0]))
        if ids and self._drawing.acquire(blocking=False):
            threading.Thread(target=self._draw, args=(library, ids), daemon=True).start()
        return ()

    def draw(self, library: str, ids: Sequence[str]) -> list[str]:
        """Draw and keep them. Raises LibraryError where they can't be kept."""
        step = max(1, len(ids) // _DOCUMENTS)
        documents = _documents(self._bot, ids[::step][:_DOCUMENTS])
        quotations = [one for document in documents for one in self._bot.quotations_of(document)]
        found = list(islice(_answerable(self._bot, questions_from(quotations), set(), set()), MOST))
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM examples")
            writer.execute("INSERT INTO examples VALUES (?, ?, ?)", (library, json.dumps(found), time.time()))
        return found

    def _draw(self, library: str, ids: Sequence[str]) -> None:
        try:
            self.draw(library, ids)
        except OnrecordError as error:
            log.info("examples could not be drawn from the library: %s", error)
        finally:
            self._drawing.release()
