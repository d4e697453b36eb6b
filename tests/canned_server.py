"""A server on 127.0.0.1 that answers every POST with the bytes it is given, for protocols and for nonsense."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.loopback import Handler, running


@dataclass
class Canned:
    """What comes back; several answers are given one after the other, the last one again and again.

    answers: (status, content type, body); drip: seconds between two lines of a body.
    """

    url: str = ""
    answers: list[tuple[int, str, bytes]] = field(default_factory=list)
    drip: float = 0.0
    requests: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def canned() -> Iterator[Canned]:
    """A running server."""
    script = Canned()

    class Answering(Handler):
        def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
            script.requests.append(self.read_json())
            status, kind, body = script.answers[0] if len(script.answers) == 1 else script.answers.pop(0)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            try:
                for line in body.splitlines(keepends=True):
                    self.wfile.write(line)
                    self.wfile.flush()
                    time.sleep(script.drip)
            except (BrokenPipeError, ConnectionResetError):
                pass

    with running(Answering) as script.url:
        yield script
