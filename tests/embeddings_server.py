"""A server on 127.0.0.1 that speaks OpenAI's embeddings protocol, and can refuse."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from tests.hashing import hashing


@dataclass
class EmbeddingsServer:
    """What it was asked, and what it does: refuse with a status, or give vectors of `dimension` numbers at most."""

    url: str = ""
    status: int = 200
    dimension: int = 64
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: EmbeddingsServer

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append(asked)
        self.script.keys.append(self.headers.get("Authorization", ""))
        if self.script.status != 200 or self.path != "/v1/embeddings":
            return self._json(self.script.status, {"error": {"message": "scripted refusal", "code": "refused"}})
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        vectors = hashing(texts)[:, : self.script.dimension].astype("<f4")
        as_text = asked.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "index": at,
                "embedding": base64.b64encode(np.ascontiguousarray(vector).tobytes()).decode()
                if as_text
                else vector.tolist(),
            }
            for at, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return self._json(200, {"object": "list", "data": data, "model": asked["model"], "usage": usage})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serving() -> Iterator[EmbeddingsServer]:
    """A running server; its url is what OPENAI_BASE_URL should be."""
    script = EmbeddingsServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"script": script}))
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
