"""The command: what it prints, where, and with which exit status, over a real library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.chatbot import Chatbot
from app.cli import COMMANDS, main

SHIP = """---
title: Ferry line orders two ships
author: Ines Quell
outlet: The Harbour Post
date: 2025-03-03
---

The Seldon ferry line has ordered two ships from a yard in Turku, the company said on Monday.

“We are buying quiet ships because our passengers asked for quiet ships,” chief executive Mara Oduya told reporters at \
the pier. The order is worth $240 million.

The first ship will sail in 2028.
"""
GARDEN = """---
title: A garden on the roof
outlet: The Harbour Post
date: 2025-04-09
---

The library has planted a garden on its roof. It grows beans, thyme and 14 kinds of tomato.
"""
LONG = "A long report\n\n" + "\n\n".join(
    f"Measurement {n} was taken at the weir and showed {n % 7} grams." for n in range(4000)
)


class Outcome(NamedTuple):
    """What a run of the command gave."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run_command(*arguments: object) -> Outcome:
        capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Outcome(status, out, err)

    return run_command


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "ship.md").write_text(SHIP)
    (folder / "garden.md").write_text(GARDEN)
    library = tmp_path_factory.mktemp("library")
    assert main(["add", str(folder), "--library", str(library)]) == 0
    return library


def described(run: Run, library: Path) -> dict[str, Any]:
    return {one["title"]: one for one in json.loads(run("list", "--json", "--library", library).out)}


# Adding and removing


def test_adding_counts_what_was_added_unchanged_and_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(SHIP)
    (tmp_path / "b.md").write_text(GARDEN)
    add = ("add", tmp_path / "a.md", tmp_path / "b.md", "--library", tmp_path / "library")
    first = run(*add)
    assert (first.status, first.out) == (0, "2 added, 0 unchanged, 0 replaced\n")
    assert "a.md" in first.err
    assert run(*add)[:2] == (0, "0 added, 2 unchanged, 0 replaced\n")
    (tmp_path / "b.md").write_text(GARDEN.replace("14 kinds", "15 kinds"))
    assert run(*add)[:2] == (0, "0 added, 1 unchanged, 1 replaced\n")


def test_a_bad_file_is_named_at_the_end_and_stops_no_other(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "good.md").write_text(SHIP)
    library = tmp_path / "library"
    added = run("add", tmp_path / "empty.txt", tmp_path / "missing.txt", tmp_path / "good.md", "--library", library)
    assert added.status == 1
    assert added.out == "1 added, 0 unchanged, 0 replaced\n"
    errors = [line for line in added.err.splitlines() if line.startswith("onrecord: ")]
    assert len(errors) == 2
    assert [name for name in ("empty.txt", "missing.txt") if not any(name in line for line in errors)] == []
    assert "Traceback" not in added.err


def test_removing_takes_a_document_out_and_names_an_unknown_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(SHIP)
    library = tmp_path / "library"
    run("add", tmp_path / "a.md", "--library", library)
    id = next(iter(described(run, library).values()))["id"]
    removed = run("remove", "ffffffffffff", id, "--library", library)
    assert (removed.status, removed.out) == (1, f"removed {id}\n")
    assert "ffffffffffff" in removed.err
    assert run("list", "--library", library).status == 1


# Asking and showing


def test_json_is_the_contract_and_its_quotations_are_in_what_show_prints(run: Run, library: Path) -> None:
    question = "What did Mara Oduya say about quiet ships?"
    asked = run("ask", question, "--json", "--library", library)
    answer = json.loads(asked.out)
    assert (asked.status, answer["answered"]) == (0, True)
    with Chatbot(library) as bot:
        assert answer == bot.ask(question).to_dict()
    for citation in answer["citations"]:
        shown = run("show", citation["document"]["id"], "--library", library).out
        assert shown[citation["start"] : citation["end"]] == citation["quote"]
    assert "because our passengers asked for quiet ships" in str(answer["citations"])


def test_an_answer_in_the_terminal_has_its_sources(run: Run, library: Path) -> None:
    asked = run("ask", "What did Mara Oduya say about quiet ships?", "--library", library)
    text = " ".join(asked.out.split())
    assert asked.status == 0
    assert asked.err == ""
    assert "[1]" in text.partition("Sources")[0]
    assert "Mara Oduya, chief executive · The Harbour Post · 2025-03-03" in text
    assert max(map(len, asked.out.splitlines())) <= 80


def test_a_question_without_an_answer_is_no_error(run: Run, library: Path) -> None:
    asked = run("ask", "Who won the chess championship of Peru?", "--json", "--library", library)
    answer = json.loads(asked.out)
    assert (asked.status, answer["answered"], answer["citations"]) == (0, False, [])
    assert answer["closest"]


def test_words_need_no_quotation_marks(run: Run, library: Path) -> None:
    asked = run("ask", "How", "many", "tomatoes?", "--json", "--library", library)
    assert json.loads(asked.out)["question"] == "How many tomatoes?"


def test_list_gives_one_line_for_each_document(run: Run, library: Path) -> None:
    lines = run("list", "--library", library).out.splitlines()
    assert len(lines) == 2
    ship = described(run, library)["Ferry line orders two ships"]
    assert f"{ship['id']}  2025-03-03  The Harbour Post: Ferry line orders two ships" in lines
    assert (ship["author"], ship["published"]) == ("Ines Quell", "2025-03-03")


def test_show_prints_the_stored_text_and_nothing_else(run: Run, library: Path) -> None:
    for document in described(run, library).values():
        with Chatbot(library) as bot:
            text = bot.document(document["id"]).text
        assert run("show", document["id"], "--library", library) == (
            0,
            text if text.endswith("\n") else text + "\n",
            "",
        )


# Which library


def test_an_empty_own_library_gives_way_to_the_sample_and_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_LIBRARY", str(tmp_path / "own"))
    asked = run("ask", "What did Zuckerberg say about DeepSeek?", "--json")
    assert json.loads(asked.out)["answered"]
    assert "sample" in asked.err
    assert not (tmp_path / "own").exists()
    assert len(json.loads(run("list", "--json").out)) >= 8
    (tmp_path / "a.md").write_text(SHIP)
    assert run("add", tmp_path / "a.md").status == 0
    listed = run("list", "--json")
    assert [one["title"] for one in json.loads(listed.out)] == ["Ferry line orders two ships"]
    assert listed.err == ""


def test_a_named_library_is_never_swapped_for_the_sample(run: Run, tmp_path: Path) -> None:
    asked = run("ask", "What did Zuckerberg say?", "--library", tmp_path / "typo")
    assert (asked.status, asked.out) == (1, "")
    assert "typo" in asked.err
    assert "onrecord add" in asked.err
    assert not (tmp_path / "typo").exists()


def test_chat_serves_the_library_it_is_told(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[list[str], tuple[object, ...]]] = []
    monkeypatch.setattr(
        "app.web.serving.serve",
        lambda bot, *where, **more: served.append(([one.title for one in bot.documents()], where)),
    )
    assert run("chat", "--library", library, "--port", 0, "--host", "127.0.0.2", "--no-browser").status == 0
    assert run().status == 0
    (titles, where), (sample, default) = served
    assert (sorted(titles), where) == (["A garden on the roof", "Ferry line orders two ships"], ("127.0.0.2", 0, False))
    assert (len(sample) >= 8, default) == (True, ("127.0.0.1", 7860, True))


# When something is wrong


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "ffffffffffff"), "ffffffffffff"),
        (("ask", ""), "question"),
        (("ask", "x" * 100_000), "question"),
        (("ask", "Why?", "--llm", "opnai:gpt"), "opnai"),
    ],
)
def test_an_expected_error_is_one_line_and_status_1(
    run: Run, library: Path, arguments: tuple[str, ...], words: str
) -> None:
    failed = run(*arguments, "--library", library)
    assert (failed.status, failed.out) == (1, "")
    assert failed.err.startswith("onrecord: ")
    assert words in failed.err
    assert "Traceback" not in failed.err
    assert len(failed.err) < 1000


@pytest.mark.parametrize(
    "arguments", [("ask",), ("add",), ("show",), ("frobnicate",), ("chat", "--port", "99999"), ("-x",)]
)
def test_wrong_usage_is_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    failed = run(*arguments)
    assert (failed.status, failed.out) == (2, "")
    assert "Usage: onrecord" in failed.err


def test_an_interruption_is_status_130(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Chatbot, "ask", interrupted)
    failed = run("ask", "Why?", "--library", library)
    assert (failed.status, failed.out, failed.err.strip()) == (130, "", "onrecord: interrupted")


def test_a_fault_of_ours_is_short_unless_asked_for(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(Chatbot, "ask", faulty)
    failed = run("ask", "Why?", "--library", library)
    assert failed.status == 1
    assert "ZeroDivisionError: a fault" in failed.err
    assert "ONRECORD_DEBUG=1" in failed.err
    assert "Traceback" not in failed.err
    monkeypatch.setenv("ONRECORD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("ask", "Why?", "--library", library)


@pytest.mark.parametrize("command", ["", *sorted(COMMANDS)])
def test_every_command_has_help(run: Run, command: str) -> None:
    helped = run(*([command] if command else []), "--help")
    assert helped.status == 0
    assert helped.out.startswith(f"Usage: onrecord {command}".rstrip())


def test_setup_with_everything_in_place_says_so(run: Run) -> None:
    done = run("setup")
    assert done.status == 0
    assert done.out == "Everything is in place.\n"


# Where the output goes


def command(*arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
        cwd=Path(__file__).parents[1],
    )


def test_text_is_utf8_where_the_locale_is_not(library: Path, run: Run) -> None:
    id = described(run, library)["Ferry line orders two ships"]["id"]
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    out, err = command("show", id, "--library", library, **ascii_only).communicate(timeout=60)
    assert "“We are buying quiet ships" in out.decode("utf-8")
    assert err == b""
    asked = command("ask", "What did Mara Oduya say about quiet ships?", "--library", library, **ascii_only)
    out, err = asked.communicate(timeout=60)
    assert (asked.returncode, err) == (0, b"")
    assert "We are buying quiet ships" in out.decode("ascii")


def test_a_reader_that_goes_away_is_no_error_message(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(LONG)
    library = tmp_path / "library"
    run("add", tmp_path / "long.txt", "--library", library)
    id = next(iter(described(run, library).values()))["id"]
    with command("show", id, "--library", library) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(10) == b"A long rep"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (0, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_an_error(library: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "list", "--library", str(library)],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("onrecord: ")
    assert len(done.stderr.splitlines()) == 1
