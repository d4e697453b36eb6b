"""What readers think of sentences and answers, kept beside the turns, and as questions for `onrecord eval`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.answer import Answer, Citation, Statement
from app.commands.terminal import safe
from app.evaluation.scoring import is_pattern
from app.web.conversations import unpacked
from app.web.turn import MARKER, Turn
from retrieval.database import Database
from retrieval.errors import LibraryError
from retrieval.records import storable

Verdict = Literal["up", "down"]
WHOLE = -1
"""The statement that stands for a whole answer."""
_LONGEST_REASON = 1_000


@dataclass(frozen=True)
class Rating:
    """What a reader thinks of a statement (an index among the answer's) or, as WHOLE, of an answer, and why."""

    turn: int
    statement: int
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Rated:
    """A turn with the turns before it and what a reader thinks of it."""

    id: str
    turn: Turn
    past: tuple[Turn, ...]
    ratings: tuple[Rating, ...]


class Feedback:
    """Everybody's ratings; each method takes the person and sees nobody else's turns. Safe from any thread."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        """Start with an open file; see app.web.keeping."""
        self._database = database
        self._clock = clock

    def rate(
        self, person: str, id: str, number: int, statement: int, verdict: Verdict | None, reason: str = ""
    ) -> bool:
        """Keep a rating, the newest of its statement; None takes it back. Gives whether there is such a turn.

        Raises LibraryError for a reason that is too long.
        """
        if len(reason) > _LONGEST_REASON:
            raise LibraryError(f"A reason has at most {_LONGEST_REASON:,} characters.")
        with self._database.transaction() as writer:
            row = writer.execute(f"SELECT t.key, t.turn {_CURRENT} AND t.number = ?", (person, id, number)).fetchone()
            if row is None or not WHOLE <= statement < len(_statements(unpacked(row[1]))):
                return False
            if verdict is None:
                writer.execute("DELETE FROM ratings WHERE turn = ? AND statement = ?", (row[0], statement))
            else:
                values = (row[0], statement, verdict, storable(reason.strip()), self._clock())
                writer.execute("INSERT OR REPLACE INTO ratings VALUES (?, ?, ?, ?, ?)", values)
            return True

    def of(self, person: str, id: str) -> list[Rating]:
        """The ratings in one conversation."""
        sql = f"SELECT t.number, r.statement, r.verdict, r.reason {_CURRENT} ORDER BY t.number, r.statement"
        return [Rating(*row) for row in self._database.all(sql.replace(" WHERE", _RATINGS), person, id)]

    def rated(self, person: str | None = None) -> Iterator[Rated]:
        """Every turn that was rated, oldest first; person: whose, None for everybody's."""
        sql = (
            "SELECT DISTINCT c.id, c.person FROM ratings r JOIN turns t ON t.key = r.turn AND t.replaced IS NULL "
            "JOIN conversations c ON c.id = t.conversation WHERE c.deleted IS NULL AND (? IS NULL OR c.person = ?) "
            "ORDER BY c.begun, c.id"
        )
        for id, owner in self._database.all(sql, person, person):
            rows = self._database.all(f"SELECT t.turn {_CURRENT} ORDER BY t.number", owner, id)
            turns = tuple(unpacked(row[0]) for row in rows)
            ratings = self.of(owner, id)
            for n, turn in enumerate(turns):
                mine = tuple(one for one in ratings if one.turn == turn.number)
                if mine:
                    yield Rated(f"{id}-{turn.number}", turn, turns[:n], mine)


_CURRENT = (
    "FROM conversations c JOIN turns t ON t.conversation = c.id AND t.replaced IS NULL "
    "WHERE c.person = ? AND c.id = ? AND c.deleted IS NULL"
)
_RATINGS = " JOIN ratings r ON r.turn = t.key WHERE"


def eval_set(rated: Iterable[Rated]) -> str:
    """Rated turns as a YAML file of questions for `onrecord eval`.

    A sentence that was found good becomes an expected fact, with its exact words where it is verbatim, its speakers and
    its sources; so do all sentences of an answer that was found good, but for those that were not. “The sources don't
    say” that was found good is expected again. What was not found good stands as a comment, with the reason.
    """
    import yaml

    parts = ["# Questions from the web chat's feedback, with what readers found good; run them with `onrecord eval`.\n"]
    for one in rated:
        comments = "".join(f"# {line}\n" for line in _complaints(one))
        dumped = yaml.safe_dump([_question(one)], allow_unicode=True, sort_keys=False, width=110)
        parts.append(comments + dumped)
    return "\n".join(parts)


def _question(rated: Rated) -> dict[str, Any]:
    turn, answer = rated.turn, rated.turn.answer
    item: dict[str, Any] = {"id": rated.id, "question": turn.question.strip()}
    told = [(t.question.strip(), t.answer.text.strip()) for t in rated.past if t.answer]
    history = [{"question": asked, "answer": text} for asked, text in told if asked and text]
    if history:
        item["history"] = history
    verdicts = {one.statement: one.verdict for one in rated.ratings}
    if answer and not answer.answered:
        return item | ({"silence": True} if verdicts.get(WHOLE) == "up" else {})
    good = [statement for n, statement in enumerate(_statements(turn)) if verdicts.get(n, verdicts.get(WHOLE)) == "up"]
    return item | {key: values for key, values in _expected(good, answer).items() if values}


def _expected(good: Sequence[Statement], answer: Answer | None) -> dict[str, list[str]]:
    known = {c.number: c for c in (answer.citations if answer else ())}
    cited = [(one, known[number]) for one in good for number in one.citations if number in known]
    exact = [citation for one, citation in cited if one.support == "verbatim"]
    return {
        "facts": _unique(_fact(one.text) for one in good),
        "quotes": _unique(" ".join(citation.quote.split()) for citation in exact),
        "speakers": _unique(citation.speaker for citation in exact if _speaks_alone(citation, exact)),
        "sources": _unique(citation.document.source or citation.document.title for _, citation in cited),
    }


def _speaks_alone(citation: Citation, exact: Sequence[Citation]) -> bool:
    """Whether every expected quote is this speaker's: the file names speakers for all its quotes together."""
    return bool(citation.speaker) and all(other.speaker == citation.speaker for other in exact)


def _fact(text: str) -> str:
    fact = " ".join(MARKER.sub("", text).split())
    return f"/{re.escape(fact)}/" if is_pattern(fact) else fact


def _unique(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text and text.strip()))


def _complaints(rated: Rated) -> Iterator[str]:
    statements = _statements(rated.turn)
    for one in rated.ratings:
        if one.verdict == "down" or one.reason:
            what = "the answer" if one.statement == WHOLE else f"“{_plain(statements[one.statement].text)}”"
            said = "not good" if one.verdict == "down" else "good"
            yield f"{said}: {what}{f' ({_plain(one.reason)})' if one.reason else ''}"


def _plain(text: str) -> str:
    return " ".join(safe(text).split())


def _statements(turn: Turn) -> list[Statement]:
    return [one for one in turn.checked if isinstance(one, Statement)]
