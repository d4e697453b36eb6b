"""Verifying a stored answer: one as it was given holds; each edit, and each loss in the library, is found and named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer
from app.chatbot import Chatbot
from tests.command import Command
from tests.libraries import sample_bot
from tests.openai_server import OpenAIServer, openai_server
from tests.test_chatbot import QUESTIONS

__all__ = ["openai_server", "sample_bot"]

SHIP = """---
title: Ferry line orders two ships
outlet: The Harbour Post
date: 2025-03-03
---

The Seldon ferry line has ordered two ships from a yard in Turku, the company said on Monday.

“We are buying quiet ships because our passengers asked for quiet ships,” chief executive Mara Oduya told reporters at \
the pier. The order is worth $240 million.
"""
QUIET = "What did Mara Oduya say about quiet ships?"
WORTH = "How much is the order for two ships worth?"
Edit = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("item", QUESTIONS, ids=lambda item: item["question"])
def test_an_answer_as_it_was_given_holds(sample_bot: Chatbot, item: dict[str, Any]) -> None:
    answer = Answer.from_dict(json.loads(json.dumps(sample_bot.ask(item["question"]).to_dict())))
    outcome = sample_bot.verify(answer)
    assert outcome.holds, outcome
    assert {one.status for one in outcome.citations} <= {"unchanged"}
    assert outcome.changes == ()
    assert len(outcome.citations) == len(answer.citations) + len(answer.closest)
    assert len(outcome.statements) == len(answer.statements)


def edited(answer: Answer, edit: Edit) -> Answer:
    plain = json.loads(json.dumps(answer.to_dict()))
    edit(plain)
    assert plain != answer.to_dict(), "the edit changes something"
    return Answer.from_dict(plain)


def with_both(plain: dict[str, Any], old: str, new: str) -> None:
    """Change words in a statement and in the text alike, as a careful forger would."""
    plain["text"] = plain["text"].replace(old, new)
    plain["statements"][0]["text"] = plain["statements"][0]["text"].replace(old, new)


def first(plain: dict[str, Any]) -> dict[str, Any]:
    citation: dict[str, Any] = plain["citations"][0]
    return citation


EDITS: dict[str, tuple[Edit, str]] = {
    "a changed quote": (lambda a: first(a).update(quote="“We are buying loud ships,” she said."), "edited"),
    "shifted offsets": (lambda a: first(a).update(start=a["citations"][0]["start"] + 1), "edited"),
    "offsets beyond the text": (lambda a: first(a).update(start=10**9, end=10**9 + 5), "edited"),
    "an empty quote": (lambda a: first(a).update(quote="", start=0, end=0), "edited"),
    "a forged speaker": (lambda a: first(a).update(speaker="Tim Cook"), "speaker is Mara Oduya"),
    "another first name": (lambda a: first(a).update(speaker="Nora Oduya"), "speaker is Mara Oduya"),
    "a speaker left out": (lambda a: first(a).update(speaker=None), "speaker is Mara Oduya"),
    "a forged role": (lambda a: first(a).update(role="prime minister"), "role is chief executive"),
    "a forged day": (lambda a: first(a).update(said="1999-01-01"), "day of speaking"),
    "a forged outlet": (
        lambda a: first(a)["document"].update(source="The Times"),
        "outlet is The Harbour Post",
    ),
    "a forged title": (lambda a: first(a)["document"].update(title="Loud ships"), "title is Ferry line"),
    "a forged date": (lambda a: first(a)["document"].update(published="2020-01-01"), "day of publication"),
    "a forged address": (lambda a: first(a)["document"].update(uri="https://evil.example/x"), "address is"),
    "an unknown document": (
        lambda a: first(a).update(
            quote="Nobody ever wrote this sentence.", document=dict(a["citations"][0]["document"], id="0" * 12, uri="x")
        ),
        "neither the document",
    ),
    "a statement that the text lacks": (
        lambda a: a["statements"].append({"text": "Pigs fly.", "support": "verbatim", "citations": [1]}),
        "Statement 2 is not in the text",
    ),
    "a sentence in the text only": (
        lambda a: a.update(text=a["text"] + "\n- Pigs fly."),
        "no statement says: Pigs fly.",
    ),
    "a forged heading": (lambda a: a.update(text="**Tim Cook**\n\n" + a["text"]), "no statement says: Tim Cook"),
    "a number out of nowhere": (lambda a: a.update(text=a["text"] + " [9]"), r"cites \[9\]"),
    "a false statement": (lambda a: with_both(a, "quiet", "loud"), "does not pass the check|not bear"),
    "two citations of one number": (
        lambda a: a["citations"].append(a["citations"][0]),
        "2 citations have the number 1",
    ),
    "a citation taken out": (lambda a: a["citations"].clear(), "no such citation"),
    "a silence that speaks": (lambda a: a.update(answered=False), "says to be none"),
    "half of a surrogate pair": (lambda a: first(a).update(quote="\ud83d"), "edited"),
    "a forged remark": (lambda a: a["remarks"][0].update(words="We are buying loud ships"), "words of remark 1"),
    "a remark of somebody else": (
        lambda a: a["remarks"][0].update(speaker="Tim Cook"),
        "Remark 1 is given to Tim Cook",
    ),
}


@pytest.fixture(scope="module")
def ship_bot(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - a fixture that yields
    folder = tmp_path_factory.mktemp("ship")
    (folder / "ship.md").write_text(SHIP)
    with Chatbot(folder / "library") as bot:
        bot.add(folder / "ship.md")
        yield bot


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_found_and_named(ship_bot: Chatbot, name: str) -> None:
    edit, words = EDITS[name]
    answer = ship_bot.ask(QUIET)
    assert ship_bot.verify(answer).holds
    outcome = ship_bot.verify(edited(answer, edit))
    assert not outcome.holds
    found = [
        *outcome.problems,
        *(s.problem for s in outcome.statements),
        *(p for c in outcome.citations for p in c.problems),
    ]

    assert any(re.search(words, one) for one in found), found


def test_a_true_sentence_with_another_quote_does_not_hold(ship_bot: Chatbot) -> None:
    """The quote is real and the sentence is true, but the one does not bear the other out."""
    quiet, worth = ship_bot.ask(QUIET), ship_bot.ask(WORTH)
    other = worth.to_dict()["citations"][0]
    assert other["quote"] != quiet.citations[0].quote
    outcome = ship_bot.verify(edited(quiet, lambda a: first(a).update(other | {"number": 1})))
    assert not outcome.holds
    assert outcome.citations[0].holds
    assert not outcome.statements[0].holds


def test_what_a_model_worded_itself_holds_until_it_is_edited(sample_bot: Chatbot, openai_server: OpenAIServer) -> None:
    openai_server.draft = "Meta’s capital budget for 2025 is $60 billion to $65 billion. [1]"
    answer = sample_bot.ask("How much does Meta plan to spend on capital expenditure in 2025?", llm="openai:verified")
    assert [s.support for s in answer.statements] == ["supported"]
    assert sample_bot.verify(answer).holds
    assert not sample_bot.verify(edited(answer, lambda a: with_both(a, "$65 billion", "$75 billion"))).holds
    assert not sample_bot.verify(edited(answer, lambda a: a["statements"][0].update(support="verbatim"))).holds


def test_documents_that_change_and_go(tmp_path: Path) -> None:
    """A quote that moved with its document, one that went with it, one that stands in another, one that is gone."""
    (tmp_path / "ship.md").write_text(SHIP)
    with Chatbot(tmp_path / "library") as bot:
        bot.add(tmp_path / "ship.md")
        answer = bot.ask(QUIET)
        id = answer.citations[0].document.id

        (tmp_path / "ship.md").write_text(SHIP.replace("The Seldon", "Good news at sea: the Seldon"))
        bot.add(tmp_path / "ship.md")
        moved = bot.verify(answer)
        (one,) = moved.citations
        assert (moved.holds, one.status) == (True, "moved")
        assert one.document is not None
        assert bot.document(one.document).text[one.start : one.end] == answer.citations[0].quote
        assert (one.document, one.start) != (id, answer.citations[0].start)

        (tmp_path / "ship.md").write_text(SHIP.replace("quiet ships because", "very large ships because"))
        bot.add(tmp_path / "ship.md")
        assert [c.status for c in bot.verify(answer).citations] == ["quote gone"]

        (tmp_path / "copy.md").write_text(SHIP)
        bot.remove(bot.documents()[0].id)
        bot.add(tmp_path / "copy.md")
        assert [c.status for c in bot.verify(answer).citations] == ["unchanged"]

        bot.remove(id)
        (tmp_path / "copy.md").write_text("---\ntitle: Other\n---\n\nA preface.\n\n" + SHIP.partition("---\n\n")[2])
        bot.add(tmp_path / "copy.md")
        elsewhere = bot.verify(answer)
        assert [c.status for c in elsewhere.citations] == ["elsewhere"]
        assert not elsewhere.holds, "the outlet that it cites is not that document's"

        bot.remove(bot.documents()[0].id)
        gone = bot.verify(answer)
        assert [c.status for c in gone.citations] == ["document gone"]
        assert not gone.holds
        assert gone.changes == ("Asked today, the question is not answered any more.",)


def test_what_newer_documents_add_is_told_and_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "ship.md").write_text(SHIP)
    with Chatbot(tmp_path / "library") as bot:
        bot.add(tmp_path / "ship.md")
        answer = bot.ask(WORTH)
        later = SHIP.replace("Ferry line orders", "Price of").replace("Harbour Post", "Tide").replace("$240", "$290")
        (tmp_path / "later.md").write_text(later)
        bot.add(tmp_path / "later.md")
        outcome = bot.verify(answer)
        assert outcome.holds
        assert "The Tide: Price of two ships" in " ".join(outcome.changes)
        assert any("disagree" in change and "290" in change for change in outcome.changes), outcome.changes


# The command


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("verify")
    (folder / "ship.md").write_text(SHIP)
    run = Command(folder)
    assert run("add", "ship.md").status == 0
    kept = run("ask", QUIET, "-o", "a.json", "-o", "a.html", "-o", "a.md", "--trace")
    assert kept.status == 0, kept.err
    assert all(f"a.{kind}" in kept.err for kind in ("json", "html", "md"))
    return run


def test_the_command_tells_by_its_status_whether_all_holds(command: Command) -> None:
    held = command("verify", "a.json")
    assert (held.status, held.err) == (0, "")
    assert held.out.rstrip().endswith("All of it holds.")
    plain = json.loads((command.folder / "a.json").read_text("utf-8"))
    assert plain["trace"]["searched"]["query"] == QUIET
    plain["citations"][0]["speaker"] = "Tim\x1b[2J Cook"
    (command.folder / "forged.json").write_text(json.dumps(plain), "utf-8")
    forged = command("verify", "forged.json")
    assert forged.status == 1
    assert "The speaker is Mara Oduya in the library" in " ".join(forged.out.split())
    assert "\x1b" not in forged.out
    assert plain["citations"][0]["quote"][:20] in " ".join(held.out.split())
    plain["citations"] *= 2
    (command.folder / "doubled.json").write_text(json.dumps(plain), "utf-8")
    assert command("verify", "doubled.json").status == 1
    as_json = command("verify", "forged.json", "--json")
    assert (as_json.status, as_json.json()["holds"]) == (1, False)


BAD: dict[str, tuple[bytes, str]] = {
    "not-json.json": (b"Dear Sir or Madam", "is not JSON"),
    "empty.json": (b"", "is not JSON"),
    "binary.json": (bytes(range(256)), "is not JSON"),
    "list.json": (b"[1, 2]", "answer must be an object"),
    "other.json": (b'{"name": "onrecord"}', "answer has no 'question'"),
    "shape.json": (b'{"question": "?", "answered": "yes", "text": ""}', "answer.answered must be true or false"),
    "deep.json": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "digits.json": (b'{"question": ' + b"9" * 10_000 + b"}", "is not JSON"),
    "huge.json": (b" " * 20_000_001, "more than 20,000,000 bytes"),
}


@pytest.mark.parametrize("name", [*BAD, "missing.json", "."])
def test_a_file_that_is_no_answer_is_one_clear_line_and_status_2(command: Command, name: str) -> None:
    content, words = BAD.get(name, (None, "can't be read"))
    if content is not None:
        (command.folder / name).write_bytes(content)
    refused = command("verify", name)
    assert (refused.status, refused.out) == (2, "")
    assert words in refused.complaint(name)


def test_a_file_that_cannot_be_kept_is_refused_before_the_question_is_asked(command: Command) -> None:
    for name, words in (("a.docx", ".md, .html, .json"), ("no/where/a.md", "make it first")):
        refused = command("ask", QUIET, "-o", name)
        assert (refused.status, refused.out) == (2, "")
        assert words in " ".join(refused.err.split())
