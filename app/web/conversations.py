"""Conversations kept in SQLite: begun, each turn as it was answered, listed, searched, renamed, deleted, restored."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.answer import Statement
from app.decoding import decode
from app.web.keeping import opened
from app.web.turn import Turn
from retrieval.database import Database
from retrieval.errors import AnswerError, LibraryError
from retrieval.records import storable

NAME = 80
"""Characters of the longest name that a question gives its conversation."""
UNDO = 600
"""Seconds in which a deleted conversation can be brought back, at least."""
_LONGEST_NAME = 200
_MARKS = ("\x02", "\x03")
_SHORTEST_TERM = 3


@dataclass(frozen=True)
class Conversation:
    """A conversation as the list shows it; begun and touched: seconds since 1970; turns: how many it has.

    found: where a search found it, as stretches of text with whether each is what was searched for.
    """

    id: str
    name: str
    begun: float
    touched: float
    turns: int
    found: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Begun:
    """A turn that has begun: its key in the file, its conversation and the turns before it."""

    key: int
    conversation: str
    past: tuple[Turn, ...]


class Conversations:
    """Everybody's conversations; each method takes the person and sees nobody else's. Safe from any thread."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        """Start with an open file; what was deleted before goes now."""
        self.database = database
        self._clock = clock
        with database.transaction() as writer:
            writer.execute("DELETE FROM conversations WHERE deleted IS NOT NULL")

    @classmethod
    def at(cls, file: Path) -> Conversations:
        """Open or create a file of conversations; errors as app.web.keeping.opened."""
        return cls(opened(file))

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    # A turn comes to be

    def begin(self, person: str, id: str, question: str, number: int | None = None) -> Begun:
        """Begin a turn, in a conversation that this question begins and names where there is none with the id.

        number: which turn the question takes the place of; it and those after it are put by (see `restore`).
        """
        now = self._clock()
        with self.database.transaction() as writer:
            if not _owned(writer, person, id):
                id, number = secrets.token_hex(8), None
                writer.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, NULL)", (id, person, _name(question), now, now)
                )
            if number is not None:
                _put_by(writer, id, number, now)
            (last,) = writer.execute(
                "SELECT coalesce(max(number), 0) FROM turns WHERE conversation = ? AND replaced IS NULL", (id,)
            ).fetchone()
            turn = Turn(last + 1, question, ended="stopped")
            key = writer.execute(
                "INSERT INTO turns (conversation, number, asked, state, turn) VALUES (?, ?, ?, 'running', ?)",
                (id, turn.number, now, _packed(turn)),
            ).lastrowid
            writer.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (key, _text(turn)))
            writer.execute("UPDATE conversations SET touched = ? WHERE id = ?", (now, id))
            assert key is not None
            return Begun(key, id, self._past(writer, id, turn.number))

    def keep(self, key: int, turn: Turn) -> None:
        """Keep a turn that goes on as far as it was checked, so that it can be read whatever happens next."""
        self._store(key, replace(turn, draft="", ended="stopped"), "running")

    def end(self, key: int, turn: Turn) -> None:
        """Keep a turn as it ended; one that has ended already stays as it is."""
        if turn.answer:
            self._store(key, turn, "answered")
        else:
            ended = turn.ended or "stopped"
            self._store(key, replace(turn, draft="", ended=ended), ended)

    def running(self, person: str, id: str) -> int | None:
        """The key of the newest turn that has not ended."""
        row = self.database.one(
            "SELECT max(key) FROM turns JOIN conversations ON id = conversation "
            "WHERE id = ? AND person = ? AND state = 'running' AND replaced IS NULL",
            id,
            person,
        )
        return row[0] if row else None

    # What there is

    def turns(self, person: str, id: str) -> tuple[Turn, ...] | None:
        """A conversation's turns as they were answered; None where this person has none with the id."""
        if not self.database.one(
            "SELECT 1 FROM conversations WHERE id = ? AND person = ? AND deleted IS NULL", id, person
        ):
            return None
        return self._past(self.database.reader, id)

    def one(self, person: str, id: str) -> Conversation | None:
        """A conversation; None where this person has none with the id."""
        rows = self.database.all(f"{_LISTED} AND c.id = ? GROUP BY c.id", person, id)
        return Conversation(*rows[0]) if rows else None

    def listed(self, person: str, most: int = 200, skip: int = 0) -> list[Conversation]:
        """A person's conversations, newest first."""
        sql = f"{_LISTED} GROUP BY c.id ORDER BY c.touched DESC, c.id LIMIT ? OFFSET ?"
        return [Conversation(*row) for row in self.database.all(sql, person, most, skip)]

    def search(self, person: str, query: str, most: int = 100) -> list[Conversation]:
        """Those with all the words of a query in one question with its answer, or in their names; newest first.

        A word of three characters or more is found within words too, so that text without spaces can be searched.
        """
        terms = query.split()
        if not terms:
            return self.listed(person, most)
        found = {id: _stretches(text) for id, text in self._mentions(person, terms)}
        listed = self.listed(person, -1)
        named = {one.id for one in listed if all(term.lower() in one.name.lower() for term in terms)}
        return [replace(one, found=found.get(one.id, ())) for one in listed if one.id in found or one.id in named][
            :most
        ]

    # What is done with it

    def rename(self, person: str, id: str, name: str) -> Conversation | None:
        """Give a conversation another name; None where this person has none with the id. Raises LibraryError."""
        name = storable(" ".join(name.split()))
        if not name or len(name) > _LONGEST_NAME:
            raise LibraryError(f"A conversation's name has 1 to {_LONGEST_NAME} characters.")
        self._change(
            "UPDATE conversations SET name = ? WHERE id = ? AND person = ? AND deleted IS NULL", name, id, person
        )
        return self.one(person, id)

    def delete(self, person: str, id: str) -> bool:
        """Delete a conversation; `undelete` brings it back for a while. Gives whether there was one."""
        now = self._clock()
        with self.database.transaction() as writer:
            writer.execute("DELETE FROM conversations WHERE deleted < ?", (now - UNDO,))
            sql = "UPDATE conversations SET deleted = ? WHERE id = ? AND person = ? AND deleted IS NULL"
            return writer.execute(sql, (now, id, person)).rowcount > 0

    def undelete(self, person: str, id: str) -> Conversation | None:
        """Bring a deleted conversation back; None where there is none to bring."""
        self._change("UPDATE conversations SET deleted = NULL WHERE id = ? AND person = ?", id, person)
        return self.one(person, id)

    def restore(self, person: str, id: str) -> bool:
        """Exchange the turns that were put by last for those that took their place; gives whether there were any."""
        with self.database.transaction() as writer:
            if not _owned(writer, person, id):
                return False
            sql = "SELECT replaced, min(number) FROM turns WHERE conversation = ? AND replaced IS NOT NULL"
            row = writer.execute(f"{sql} GROUP BY replaced ORDER BY replaced DESC", (id,)).fetchone()
            if row is None:
                return False
            stamp, number = row
            _put_by(writer, id, number, max(self._clock(), stamp + 1e-3))
            writer.execute("UPDATE turns SET replaced = NULL WHERE conversation = ? AND replaced = ?", (id, stamp))
            return True

    def _store(self, key: int, turn: Turn, state: str) -> None:
        with self.database.transaction() as writer:
            changed = writer.execute(
                "UPDATE turns SET turn = ?, state = ? WHERE key = ? AND state = 'running'", (_packed(turn), state, key)
            )
            if changed.rowcount and state != "running":
                writer.execute("UPDATE words SET text = ? WHERE rowid = ?", (_text(turn), key))

    def _past(self, connection: sqlite3.Connection, id: str, before: int = 2**31) -> tuple[Turn, ...]:
        sql = "SELECT turn FROM turns WHERE conversation = ? AND replaced IS NULL AND number < ? ORDER BY number"
        with self.database.errors():
            return tuple(unpacked(row[0]) for row in connection.execute(sql, (id, before)))

    def _mentions(self, person: str, terms: Sequence[str]) -> list[tuple[str, str]]:
        """(conversation, its newest turn that has all the terms with them marked)."""
        long = [term for term in terms if len(term) >= _SHORTEST_TERM]
        quoted = " ".join('"' + term.replace('"', '""') + '"' for term in long)
        shown = f"snippet(words, 0, '{_MARKS[0]}', '{_MARKS[1]}', '…', 60)" if long else "substr(text, 1, 90)"
        matching = "words MATCH ? AND " if long else ""
        short = "".join(" AND instr(lower(text), ?)" for term in terms if len(term) < _SHORTEST_TERM)
        sql = (
            f"SELECT c.id, {shown} FROM words JOIN turns t ON t.key = words.rowid JOIN conversations c "  # noqa: S608
            f"ON c.id = t.conversation WHERE {matching}t.replaced IS NULL AND c.person = ? AND c.deleted IS NULL"
            f"{short} ORDER BY t.key"
        )
        values = [quoted] if long else []
        return self.database.all(sql, *values, person, *(t.lower() for t in terms if len(t) < _SHORTEST_TERM))

    def _change(self, sql: str, *values: object) -> None:
        with self.database.transaction() as writer:
            writer.execute(sql, values)


_LISTED = (
    "SELECT c.id, c.name, c.begun, c.touched, count(t.key) FROM conversations c "
    "LEFT JOIN turns t ON t.conversation = c.id AND t.replaced IS NULL WHERE c.person = ? AND c.deleted IS NULL"
)


def _owned(writer: sqlite3.Connection, person: str, id: str) -> bool:
    sql = "SELECT 1 FROM conversations WHERE id = ? AND person = ? AND deleted IS NULL"
    return writer.execute(sql, (id, person)).fetchone() is not None


def _put_by(writer: sqlite3.Connection, id: str, number: int, stamp: float) -> None:
    """A turn that still runs ends here, for nobody sees it any more."""
    sql = "UPDATE turns SET replaced = ? WHERE conversation = ? AND replaced IS NULL AND number >= ?"
    writer.execute(sql, (stamp, id, number))


def _name(question: str) -> str:
    """The question as a name, cut between words."""
    whole = storable(" ".join(question.split()))
    return whole if len(whole) <= NAME else whole[:NAME].rsplit(" ", 1)[0] + "…"


def _packed(turn: Turn) -> bytes:
    """A turn as JSON, compressed: the document around a quote stands in it once for each quote."""
    plain = asdict(replace(turn, answer=None))
    plain["answer"] = turn.answer and turn.answer.to_dict(trace=True)
    return zlib.compress(json.dumps(plain, separators=(",", ":")).encode())


def unpacked(data: bytes) -> Turn:
    """Read a turn as the file has it. Raises LibraryError."""
    try:
        turn: Turn = decode(Turn, json.loads(zlib.decompress(data)), "turn")
    except (zlib.error, ValueError, AnswerError) as error:
        raise LibraryError(
            f"An answer of this conversation can't be read ({error}). Its file is damaged, or newer than this "
            "Onrecord: restore it from a backup, or update; the other conversations are as they were."
        ) from error
    return turn


def _text(turn: Turn) -> str:
    """What a search looks through: the question and the answer's sentences."""
    statements = [one.text for one in turn.checked if isinstance(one, Statement)]
    said = statements or ([turn.answer.text] if turn.answer else [])
    return storable("\n".join([turn.question, *said]))


def _stretches(text: str) -> tuple[tuple[str, bool], ...]:
    """Marked text as stretches with whether each was marked."""
    parts: list[tuple[str, bool]] = []
    for n, part in enumerate(" ".join(text.split()).split(_MARKS[0])):
        marked, _, rest = part.partition(_MARKS[1]) if n else ("", "", part)
        parts += [(marked, True), (rest, False)]
    return tuple(one for one in parts if one[0])
