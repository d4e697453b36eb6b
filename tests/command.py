"""The command as a person runs it: a process of its own, with a home, a library and a terminal of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.chatbot import Chatbot

ONRECORD = Path(sys.executable).with_name("onrecord")
SHIP = """The Seldon ferry line has ordered two ships from a yard in Turku, the company said on Monday.

"We are buying quiet ships because our passengers asked for quiet ships," chief executive Mara Oduya told reporters.
"""
QUIET = "What did Mara Oduya say about quiet ships?"


@dataclass(frozen=True)
class Outcome:
    """What a run gave."""

    status: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The messages about what went wrong, one for each line."""
        return [line.removeprefix("onrecord: ") for line in self.err.splitlines() if line.startswith("onrecord: ")]

    def complaint(self, *words: str) -> str:
        """Give the one complaint that holds all these words."""
        found = [line for line in self.complaints if all(word in line for word in words)]
        assert len(found) == 1, (words, self.err)
        return found[0]

    def json(self) -> Any:  # noqa: ANN401 - what the command chose to print
        """Read what was printed."""
        return json.loads(self.out)


@dataclass
class Command:
    """Runs `onrecord` in a folder, with the library of that folder unless the arguments name another.

    before: words that the command line starts with, such as `setpriv`.
    """

    folder: Path
    before: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start it and don't wait."""
        hidden = ("XDG_", "ONRECORD_", "OPENAI_", "COLUMNS")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        own = {"HOME": str(self.folder), "ONRECORD_LIBRARY": "library", "ONRECORD_CACHE": os.environ["ONRECORD_CACHE"]}
        return subprocess.Popen(
            [*self.before, str(ONRECORD), *map(str, arguments)],
            cwd=self.folder,
            env=kept | own | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background has SIGINT ignored, and a child would inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def __call__(self, *arguments: object) -> Outcome:
        """Run it to its end; no run may end in a traceback, or in a message that a person can't act on."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=120)
        outcome = Outcome(process.returncode, out, err)
        assert "Traceback" not in err + out, err
        assert "should not have happened" not in err, err
        return outcome

    def titles(self) -> list[str]:
        """The titles of the documents that the library holds."""
        listed = self("list", "--json")
        assert listed.status == 0, listed.err
        return [document["title"] for document in listed.json()]

    def assert_answers(self) -> None:
        """The library opens and quotes what SHIP says, word for word."""
        with Chatbot(self.folder / "library") as bot:
            answer = bot.ask(QUIET)
            assert any("our passengers asked for quiet ships" in citation.quote for citation in answer.citations)
