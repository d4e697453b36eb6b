"""A server on 127.0.0.1 that speaks OpenAI's chat-completions protocol, with the failures that real ones have."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.loopback import Handler, running


@dataclass
class OpenAIServer:
    """What the server does next, and what it was asked.

    draft: the text it answers with, unless compose makes one of what it was asked. failures: (status, code, headers)
    for the next requests, then it answers. hang: it accepts and says nothing. cut: it ends the connection after this
    many words. unfinished: it closes the stream properly but before its last chunk. thinking: sent as
    reasoning_content before the draft.
    """

    url: str = ""
    draft: str = "Forty-two [1]."
    compose: Callable[[str], str] | None = None
    failures: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    hang: bool = False
    cut: int | None = None
    unfinished: bool = False
    thinking: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    disconnected: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        """Everything that the last request said."""
        return "\n".join(str(message["content"]) for message in self.requests[-1]["messages"])


class _Handler(Handler):
    protocol_version = "HTTP/1.1"
    script: OpenAIServer

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        if self.path != "/v1/models":
            return self.send_json(404, {"error": {"message": "no such page", "code": "not_found"}})
        return self.send_json(
            200, {"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "test"}]}
        )

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        body = self.read_json()
        script = self.script
        script.requests.append(body)
        script.keys.append(self.headers.get("Authorization", ""))
        if script.compose:
            script.draft = script.compose(script.prompt)
        if script.hang:
            script.closing.wait()
            return None
        if script.failures:
            status, code, headers = script.failures.pop(0)
            return self.send_json(
                status, {"error": {"message": f"scripted {code}", "type": code, "code": code}}, headers
            )
        if not body.get("stream"):
            message = {"role": "assistant", "content": script.draft}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            return self.send_json(
                200, {"id": "c", "object": "chat.completion", "model": "scripted", "choices": [choice]}
            )
        return self._stream(body)

    def _stream(self, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for event in self._events(body):
                self._chunk(f"data: {event}\n\n")
            self.wfile.write(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            self.script.disconnected.set()
            self.close_connection = True
        except _CutError:
            self.close_connection = True

    def _events(self, body: dict[str, Any]) -> Iterator[str]:
        script = self.script

        def event(delta: dict[str, Any], reason: str | None = None, **more: object) -> str:
            choices = [] if more else [{"index": 0, "delta": delta, "finish_reason": reason}]
            kind = "chat.completion.chunk"
            return json.dumps(
                {"id": "c", "object": kind, "created": 1, "model": "scripted", "choices": choices, **more}
            )

        yield event({"role": "assistant", "content": ""})
        if script.thinking:
            yield event({"reasoning_content": script.thinking})
        for number, word in enumerate(re.findall(r"\S+\s*", script.draft)):
            if number == script.cut:
                raise _CutError
            yield event({"content": word})
        if script.unfinished:
            return
        yield event({}, "stop")
        if (body.get("stream_options") or {}).get("include_usage"):
            yield event({}, usage={"prompt_tokens": 11, "completion_tokens": 9, "total_tokens": 20})
        yield "[DONE]"

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


class _CutError(Exception):
    """The connection is to end here."""


@contextmanager
def serving() -> Iterator[OpenAIServer]:
    """A running server; its url is what OPENAI_BASE_URL should be."""
    script = OpenAIServer()
    with running(type("_Handler", (_Handler,), {"script": script})) as address:
        script.url = f"{address}/v1"
        try:
            yield script
        finally:
            script.closing.set()


@pytest.fixture
def openai_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    """A running server that OPENAI_BASE_URL points to, with a key in the environment."""
    with serving() as script:
        point_at(script, monkeypatch)
        yield script


def point_at(script: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let openai: models use this server."""
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)
    monkeypatch.setenv("OPENAI_BASE_URL", script.url)
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
