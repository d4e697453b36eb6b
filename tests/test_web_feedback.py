"""Exports and feedback: files that others can read, and an eval set that `onrecord eval` accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html  # type: ignore[import-untyped]  # it ships no types
from markdown_it import MarkdownIt

from app.answer import Answer
from app.cli import main
from app.evaluation.file import read_questions
from app.web.conversations import Conversation, Conversations
from app.web.exporting import to_html, to_json, to_markdown
from app.web.feedback import WHOLE, Feedback, Rated, Rating, eval_set
from app.web.keeping import FILE
from app.web.turn import Turn, turns
from retrieval.errors import LibraryError
from tests.scripted import OPENING
from tests.test_conversations import answered, ask

NAMED = Conversation("0a", "Ships & <b>piers</b>", 0.0, 0.0, 2)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with closing(Conversations.at(tmp_path / FILE)) as conversations:
        yield conversations


def two_turns() -> list[Turn]:
    first = answered("the harbour?")
    return [first, answered("What did Verne say?", (first,))]


def test_every_citation_of_an_exported_page_leads_to_its_quote_and_back() -> None:
    stopped = replace(answered("the harbour?"), number=3, answer=None, ended="stopped")
    page = lxml_html.fromstring(to_html(NAMED, [*two_turns(), stopped]))
    assert page.findtext(".//h1") == NAMED.name
    ids = {node.get("id") for node in page.iterfind(".//*[@id]")}
    assert len(ids) == len(page.findall(".//*[@id]")), "each anchor is there once"
    links = [a.get("href") for a in page.iterfind(".//a[@class='cite']")]
    assert len(links) == 8
    assert {link[1:] for link in links} <= ids
    back = {a.get("href")[1:] for a in page.iterfind(".//a[@class='back']")}
    assert {f"1-use-{n}" for n in (1, 2, 3)} <= back <= ids
    marks = [mark.text_content() for mark in page.iterfind(".//mark")]
    assert marks.count(OPENING.quote) == 3
    assert "It will cost 12 million." in page.text_content()
    assert page.find(".//b") is None


def test_exported_markdown_has_a_footnote_for_every_mark() -> None:
    text = to_markdown(NAMED, two_turns())
    defined = re.findall(r"^\[\^(\S+)\]: ", text, re.MULTILINE)
    used = set(re.findall(r"\[\^(\S+?)\](?!:)", text))
    assert sorted(defined) == sorted(set(defined)) == ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3"]
    assert used == set(defined)
    assert "<b>" not in MarkdownIt().render(text)


def test_exported_json_holds_each_answer_as_the_contract_has_it() -> None:
    plain = json.loads(to_json(NAMED, two_turns()))
    assert [Answer.from_dict(turn["answer"]) for turn in plain["turns"]] == [turn.answer for turn in two_turns()]
    assert "trace" not in plain["turns"][0]["answer"]


def test_a_rating_is_kept_changed_and_taken_back(kept: Conversations) -> None:
    feedback = Feedback(kept.database)
    id = ask(kept, "the harbour?")
    assert feedback.rate("", id, 1, 0, "up")
    assert feedback.rate("", id, 1, WHOLE, "down", " Too short. ")
    assert feedback.of("", id) == [Rating(1, WHOLE, "down", "Too short."), Rating(1, 0, "up")]
    assert feedback.rate("", id, 1, 0, "down")
    assert feedback.rate("", id, 1, WHOLE, None)
    assert feedback.of("", id) == [Rating(1, 0, "down")]
    for number, statement in ((2, 0), (1, 2), (1, -2), (0, 0)):
        assert not feedback.rate("", id, number, statement, "up")
    with pytest.raises(LibraryError, match="1,000"):
        feedback.rate("", id, 1, 0, "up", "x" * 1001)


def test_ratings_are_their_persons_own_and_go_with_their_turn(kept: Conversations) -> None:
    feedback = Feedback(kept.database)
    id = ask(kept, "the harbour?", person="ada")
    feedback.rate("ada", id, 1, 0, "up")
    assert not feedback.rate("bob", id, 1, 0, "down")
    assert feedback.of("bob", id) == []
    assert list(feedback.rated("bob")) == []
    assert [one.id for one in feedback.rated()] == [f"{id}-1"]
    ask(kept, "the capital?", id, person="ada", number=1)
    assert feedback.of("ada", id) == []
    kept.restore("ada", id)
    assert feedback.of("ada", id) == [Rating(1, 0, "up")]
    kept.delete("ada", id)
    assert list(feedback.rated("ada")) == []


def test_what_was_found_good_is_expected_and_the_rest_is_a_comment(tmp_path: Path) -> None:
    first, second = two_turns()
    third = answered("the capital?", (first, second))
    rated = [
        Rated("a-1", first, (), (Rating(1, 0, "up"), Rating(1, 1, "down", "No: 12\nis it!"))),
        Rated("a-2", second, (first,), (Rating(2, WHOLE, "up"), Rating(2, 1, "down"))),
        Rated("a-3", third, (first, second), (Rating(3, WHOLE, "up"),)),
        Rated("a-4", replace(third, number=4), (), (Rating(4, WHOLE, "down", "It is in there."),)),
    ]
    file = tmp_path / "set.yaml"
    file.write_text(eval_set(rated), "utf-8")
    one, two, three, four = read_questions(file)
    assert (one.question, one.facts, one.quotes) == ("the harbour?", ((OPENING.quote,),), ((OPENING.quote,),))
    assert (one.speakers, one.sources) == (("Ada Verne",), ("The Coast Courier",))
    assert [turn[0] for turn in two.history] == ["the harbour?"]
    assert two.sources == ("The Coast Courier", "Tides Weekly")
    assert three.silence
    assert len(three.history) == 2
    assert not four.silence
    assert "# not good: “The harbour costs 12 to 13 million.” (No: 12 is it!)" in file.read_text("utf-8")
    assert "# not good: the answer (It is in there.)" in file.read_text("utf-8")


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=4))
def test_whatever_was_asked_and_said_the_file_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, str]]
) -> None:
    rated = []
    past: tuple[Turn, ...] = ()
    for n, (question, text) in enumerate(said, 1):
        turn = answered("the harbour?")
        assert turn.answer
        statement = replace(turn.answer.statements[0], text=text or "x")
        checked = (statement, *turn.checked[1:])
        answer = replace(turn.answer, text=text)
        turn = replace(turn, number=n, question=question or "?", checked=checked, answer=answer)
        if question.strip():
            rated.append(Rated(f"a-{n}", turn, past, (Rating(n, 0, "up", text), Rating(n, WHOLE, "down", question))))
        past = (*past, turn)
    if rated:
        file = tmp_path_factory.mktemp("eval") / "set.yaml"
        file.write_bytes(eval_set(rated).encode("utf-8", "replace"))
        assert len(read_questions(file)) == len(rated)


def test_feedback_on_real_answers_is_met_when_they_are_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.chatbot import Chatbot
    from app.libraries import SAMPLE
    from app.web.keeping import file_for

    library = tmp_path / "library"
    with Chatbot(library) as bot, closing(Conversations.at(file_for(library))) as conversations:
        bot.add(SAMPLE)
        feedback = Feedback(conversations.database)
        id = ""
        for question in (
            "What did Zuckerberg say about DeepSeek?",
            "How far did Nvidia's share price fall?",
            "Who won?",
        ):
            begun = conversations.begin("", id, question)
            id = begun.conversation
            turn = list(turns(bot, question, begun.past))[-1]
            conversations.end(begun.key, turn)
            assert feedback.rate("", id, turn.number, WHOLE, "up")
    file = tmp_path / "set.yaml"
    assert main(["feedback", "--library", str(library), "-o", str(file)]) == 0
    assert "3 rated answers" in capsys.readouterr().err
    assert len(read_questions(file)) == 3
    status = main(["eval", str(file), "--library", str(library), "--min", "passed=1", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert status == 0, report


def test_a_library_without_feedback_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "--library", str(tmp_path)]) == 1
    assert "Nothing has been asked" in capsys.readouterr().err
    Conversations.at(tmp_path / FILE).close()
    assert main(["feedback", "--library", str(tmp_path)]) == 1
    assert "Nothing has been rated" in capsys.readouterr().err
