"""A server on 127.0.0.1 that speaks OpenAI's embeddings protocol, and can refuse."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.hashing import hashing
from tests.loopback import Handler, running


@dataclass
class EmbeddingsServer:
    """What it was asked, and what it does: refuse with a status, or give vectors of `dimension` numbers at most."""

    url: str = ""
    status: int = 200
    dimension: int = 64
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class _Handler(Handler):
    protocol_version = "HTTP/1.1"
    script: EmbeddingsServer

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        asked = self.read_json()
        self.script.requests.append(asked)
        self.script.keys.append(self.headers.get("Authorization", ""))
        if self.script.status != 200 or self.path != "/v1/embeddings":
            return self.send_json(self.script.status, {"error": {"message": "scripted refusal", "code": "refused"}})
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
        return self.send_json(200, {"object": "list", "data": data, "model": asked["model"], "usage": usage})


@contextmanager
def serving() -> Iterator[EmbeddingsServer]:
    """A running server; its url is what OPENAI_BASE_URL should be."""
    script = EmbeddingsServer()
    with running(type("_Handler", (_Handler,), {"script": script})) as address:
        script.url = f"{address}/v1"
        yield script
