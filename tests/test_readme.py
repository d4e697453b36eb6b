"""The README's examples, run as a newcomer would run them, and the output it shows, held against the real one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^(?:<!-- (not run: [^\n]+) -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = {"sh", "python", "text", "yaml"}


@dataclass(frozen=True)
class Block:
    """A fenced block of the README; output is the text block that follows it, if one does."""

    line: int
    language: str
    code: str
    skipped: bool
    output: str | None = None


def blocks() -> list[Block]:
    found: list[Block] = []
    for match in BLOCK.finditer(README):
        line = README.count("\n", 0, match.start()) + 1
        block = Block(line, match[2], match[3], bool(match[1]))
        if block.language == "text":
            assert found, "a text block shows the output of the block before it"
            previous = found.pop()
            block = Block(previous.line, previous.language, previous.code, previous.skipped, match[3])
        found.append(block)
    return found


Run = Callable[[Block], str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a block in a home that holds nothing but a folder of articles, and returns what it prints on stdout."""
    home = tmp_path_factory.mktemp("home")
    (home / ".venv").symlink_to(sys.prefix)
    shutil.copytree(ROOT / "app" / "sample", home / "articles")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ONRECORD_", "COLUMNS"))}
    environment = kept | {"HOME": str(home), "TERM": "dumb", "LC_ALL": "C.UTF-8"}

    def run_block(block: Block) -> str:
        shell = ["bash", "-euo", "pipefail", "-c", block.code]
        command = shell if block.language == "sh" else [sys.executable, "-c", block.code]
        done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"README line {block.line}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run_block


@pytest.mark.parametrize(
    "block", [one for one in blocks() if not one.skipped and one.language != "yaml"], ids=lambda one: f"line {one.line}"
)
def test_every_example_runs_and_prints_what_the_readme_shows(block: Block, run: Run) -> None:
    printed = run(block)
    assert printed.strip()
    if block.output is not None:
        assert_shown(block.output, printed)


def assert_shown(shown: str, printed: str) -> None:
    """Every line shown is printed, in this order and next to each other save where a line "…" stands for others."""
    pieces = [piece.strip("\n") for piece in re.split(r"^…\n", shown, flags=re.MULTILINE)]
    at = 0
    for piece in filter(None, pieces):
        at = printed.find(piece, at)
        assert at >= 0, f"the README shows\n{piece}\nbut this is printed:\n{printed}"
        at += len(piece)


def test_blocks_are_of_a_kind_that_is_checked() -> None:
    assert README.count("\n```") == 2 * len(BLOCK.findall(README))
    assert {match[2] for match in BLOCK.finditer(README)} <= LANGUAGES
    assert sum(not block.skipped for block in blocks()) >= 3


def test_a_newcomer_meets_an_answer_within_twenty_lines() -> None:
    asking = next(block for block in blocks() if "onrecord ask" in block.code)
    assert asking.line <= 20
    assert not asking.skipped
    assert asking.output
    assert "[1]" in asking.output
    assert "Zuckerberg" in asking.output


def test_links_lead_to_files_that_exist() -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", README)
    assert targets
    assert all((ROOT / target).exists() for target in targets)


def test_make_targets_that_the_readme_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z-]+)`", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
