"""A server on 127.0.0.1 that answers every POST with the bytes it is given, for protocols and for nonsense."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


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

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

        def do_POST(self) -> None:
            script.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
