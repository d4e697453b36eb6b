"""Conversations on disk: what was answered stays as it was answered, for the person who asked and nobody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.web.conversations import NAME, UNDO, Conversations
from app.web.keeping import FILE, file_for, opened
from app.web.turn import Turn, turns
from retrieval.errors import LibraryError
from tests.scripted import BUDGET, HARBOUR, TIDES, ScriptedBot, harbour, silent, speech

SCRIPTS = {"harbour": harbour, "capital": silent, "Verne": speech}


class Clock:
    """A clock that goes on when it is told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> Iterator[Conversations]:
    with closing(Conversations(opened(tmp_path / FILE), clock)) as conversations:
        yield conversations


def answered(question: str, past: tuple[Turn, ...] = ()) -> Turn:
    return list(turns(ScriptedBot(SCRIPTS, [HARBOUR, BUDGET, TIDES]), question, past))[-1]


def ask(kept: Conversations, question: str, id: str = "", person: str = "", number: int | None = None) -> str:
    begun = kept.begin(person, id, question, number)
    kept.end(begun.key, answered(question, begun.past))
    return begun.conversation


def test_a_turn_is_read_as_it_was_answered_by_another_process(kept: Conversations, tmp_path: Path) -> None:
    id = ask(kept, "the harbour?")
    ask(kept, "the capital?", id)
    ask(kept, "What did Verne say?", id)
    with closing(Conversations.at(tmp_path / FILE)) as again:
        read = again.turns("", id)
    assert read is not None
    assert [turn.number for turn in read] == [1, 2, 3]
    for turn in read:
        assert turn == answered(turn.question, read[: turn.number - 1])
        assert turn.cards


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(question=st.text(min_size=1).filter(str.strip))
def test_any_question_can_be_kept_named_and_listed(kept: Conversations, question: str) -> None:
    begun = kept.begin("", "", question)
    read = kept.turns("", begun.conversation)
    assert read is not None
    assert read[0].question == question
    assert len(kept.listed("")[0].name) <= NAME + 1


def test_what_did_not_end_is_kept_as_far_as_it_was_checked(kept: Conversations) -> None:
    begun = kept.begin("", "", "the harbour?")
    states = list(turns(ScriptedBot(SCRIPTS), "the harbour?", ()))
    halfway = next(state for state in states if len(state.checked) == 1)
    kept.keep(begun.key, halfway)
    read = kept.turns("", begun.conversation)
    assert read is not None
    assert read[0].checked == halfway.checked
    assert read[0].cards == halfway.cards
    assert (read[0].ended, read[0].draft) == ("stopped", "")
    kept.end(begun.key, replace(halfway, ended="stopped"))
    kept.end(begun.key, states[-1])
    assert kept.turns("", begun.conversation) == read, "what has ended does not change"


def test_a_failed_turn_keeps_its_problem(kept: Conversations) -> None:
    begun = kept.begin("", "", "key?")
    kept.end(begun.key, Turn(1, "key?", ended="failed", problem="The key was refused."))
    read = kept.turns("", begun.conversation)
    assert read is not None
    assert (read[0].ended, read[0].problem) == ("failed", "The key was refused.")


def test_the_newest_comes_first_and_a_name_is_cut_between_words(kept: Conversations, clock: Clock) -> None:
    first = ask(kept, "the harbour, " + "and what it costs " * 20)
    clock.now += 60
    second = ask(kept, "the capital?")
    assert [one.id for one in kept.listed("")] == [second, first]
    clock.now += 60
    ask(kept, "the capital, again?", first)
    newest = kept.listed("")[0]
    assert (newest.id, newest.turns) == (first, 2)
    assert newest.name.startswith("the harbour, and what it costs")
    assert len(newest.name) <= NAME + 1
    assert newest.name.endswith("…")
    assert [one.id for one in kept.listed("", 1, 1)] == [second]


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("harbour cost", True),
        ("HARB", True),
        ("12 to 13", True),
        ("港口", True),
        ("のし", True),
        ('"harbour', False),
        ("harbour submarine", False),
        ("' OR 1=1 --", False),
        ("NEAR(harbour", False),
        ("ha", True),
    ],
)
def test_questions_and_answers_are_searched_by_words_and_parts_of_words(
    kept: Conversations, query: str, finds: bool
) -> None:
    id = ask(kept, "the harbour (港口) のしごと?")
    ask(kept, "the capital?")
    found = kept.search("", query)
    assert ([one.id for one in found] == [id]) == finds
    if finds and any(len(term) > 2 for term in query.split()):
        assert any(marked for _, marked in found[0].found)


def test_a_name_is_searched_too_and_the_words_of_a_deleted_one_are_gone(kept: Conversations) -> None:
    id = ask(kept, "the harbour?")
    renamed = kept.rename("", id, "  Ships\nand piers ")
    assert renamed is not None
    assert renamed.name == "Ships and piers"
    assert [one.id for one in kept.search("", "piers")] == [id]
    kept.delete("", id)
    assert kept.search("", "harbour") == []
    for bad in ("", "  ", "x" * 300):
        with pytest.raises(LibraryError, match="1 to 200"):
            kept.rename("", id, bad)


def test_a_deleted_conversation_can_be_brought_back_for_a_while(
    kept: Conversations, clock: Clock, tmp_path: Path
) -> None:
    id, other = ask(kept, "the harbour?"), ask(kept, "the capital?")
    before = kept.turns("", id)
    assert kept.delete("", id)
    assert not kept.delete("", id)
    assert kept.turns("", id) is None
    assert [one.id for one in kept.listed("")] == [other]
    assert kept.undelete("", id)
    assert kept.turns("", id) == before
    kept.delete("", id)
    clock.now += UNDO + 1
    kept.delete("", other)
    assert kept.undelete("", id) is None
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT count(*) FROM turns WHERE conversation = ?", (id,)).fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM words").fetchone() == (1,)
    connection.close()


def test_a_question_asked_again_takes_the_place_of_what_followed_until_that_is_brought_back(
    kept: Conversations, clock: Clock
) -> None:
    id = ask(kept, "the harbour?")
    for question in ("the capital?", "What did Verne say?"):
        ask(kept, question, id)
    assert not kept.restore("", id)
    clock.now += 1
    ask(kept, "the capital, once more?", id, number=2)

    def questions() -> list[str]:
        return [turn.question for turn in kept.turns("", id) or ()]

    new, old = ["the harbour?", "the capital, once more?"], ["the harbour?", "the capital?", "What did Verne say?"]
    assert questions() == new
    assert kept.search("", "What did") == []
    for expected in (old, new, old):
        assert kept.restore("", id)
        assert questions() == expected
    assert len(kept.search("", "What did")) == 1


def test_nobody_reaches_what_is_somebody_elses(kept: Conversations) -> None:
    hers = ask(kept, "the harbour?", person="ada")
    his = ask(kept, "the harbour?", hers, person="bob")
    assert his != hers, "a question in another's conversation begins one of one's own"
    for person in ("bob", ""):
        assert kept.turns(person, hers) is None
        assert kept.one(person, hers) is None
        assert kept.rename(person, hers, "mine") is None
        assert not kept.delete(person, hers)
        assert not kept.restore(person, hers)
        assert kept.undelete(person, hers) is None
        assert kept.running(person, hers) is None
        assert hers not in [one.id for one in kept.search(person, "harbour") + kept.listed(person)]
    assert len(kept.turns("ada", hers) or ()) == 1
    assert [one.name for one in kept.listed("ada")] == ["the harbour?"]


def test_many_threads_write_and_read_at_once(kept: Conversations) -> None:
    def talk(n: int) -> str:
        id = ask(kept, f"the harbour {n}?")
        ask(kept, "the capital?", id)
        kept.search("", "harbour")
        return id

    with ThreadPoolExecutor(16) as pool:
        ids = set(pool.map(talk, range(64)))
    assert {one.id for one in kept.listed("")} == ids
    assert all(len(kept.turns("", id) or ()) == 2 for id in ids)


def test_questions_asked_in_one_conversation_at_once_all_stay(kept: Conversations) -> None:
    id = ask(kept, "the harbour?")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ask(kept, "the capital?", id), range(20)))
    assert [turn.number for turn in kept.turns("", id) or ()] == list(range(1, 22))


def test_a_damaged_file_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_bytes(b"no database at all, yet somebody's" * 200)
    before = file.read_bytes()
    with pytest.raises(LibraryError, match="damaged or not a record of conversations"):
        Conversations.at(file)
    assert file.read_bytes() == before


def test_a_file_of_a_newer_version_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / FILE
    with closing(Conversations.at(file)) as kept:
        ask(kept, "the harbour?")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="newer version"):
        Conversations.at(file)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (1,)


def test_one_turn_that_cant_be_read_takes_no_other_conversation_with_it(kept: Conversations, tmp_path: Path) -> None:
    bad, good = ask(kept, "the harbour?"), ask(kept, "the capital?")
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("UPDATE turns SET turn = x'00ff' WHERE conversation = ?", (bad,))
        connection.commit()
    with pytest.raises(LibraryError, match="can't be read"):
        kept.turns("", bad)
    assert kept.turns("", good)
    assert len(kept.listed("")) == 2


def test_a_folder_that_cant_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="can't be kept"):
        Conversations.at(tmp_path / "file" / FILE)


def test_where_conversations_are_kept(tmp_path: Path) -> None:
    assert file_for(tmp_path) == tmp_path.resolve() / FILE
    one, other = file_for("http://127.0.0.1:8000/one"), file_for("http://127.0.0.1:8000/other")
    assert one != other
    assert one.name == FILE


def test_what_people_say_alone_makes_no_library(tmp_path: Path) -> None:
    from app.libraries import holds_documents

    with closing(Conversations.at(file_for(tmp_path))) as kept:
        ask(kept, "the harbour?")
        assert not holds_documents(tmp_path)
    assert not (tmp_path / "onrecord.db").exists()
