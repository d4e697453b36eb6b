"""One call to a model over HTTP: other providers' thinking and counts, and whatever a broken server sends."""

from __future__ import annotations

import json

import pytest

import app.llm.completion
import app.llm.models
from app.llm.completion import Call, complete
from app.llm.exchange import Exchange
from app.llm.models import load_model
from retrieval.errors import ModelError
from tests.canned_server import Canned, canned
from tests.openai_server import OpenAIServer, openai_server

__all__ = ["canned", "openai_server"]


def said(name: str, seen: list[Exchange]) -> str:
    return "".join(complete(load_model(name), [("user", "Hi")], Call("answer", record=seen.append)))


def sse(*events: dict[str, object]) -> bytes:
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


def test_anthropics_thinking_is_kept_beside_the_answer(canned: Canned, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_anthropic")
    usage = {"input_tokens": 50, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 0, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": "claude", "content": [], "usage": usage}
    body = sse(
        {"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None}},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": "", "signature": ""},
        },
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Let me see."}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Fine [1]."}},
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {**usage, "output_tokens": 12},
        },
        {"type": "message_stop"},
    )
    canned.answers = [(200, "text/event-stream", body)]
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", canned.url)
    seen: list[Exchange] = []
    assert said("anthropic:claude-sonnet-5", seen) == "Fine [1]."
    assert seen[0].thinking == "Let me see."
    assert (seen[0].usage.input, seen[0].usage.output, seen[0].usage.cached) == (80, 12, 30)


def test_ollamas_thinking_is_asked_for_and_not_insisted_on(canned: Canned, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_ollama")
    lines = [
        {"message": {"role": "assistant", "content": "", "thinking": "Let me see."}, "done": False},
        {"message": {"role": "assistant", "content": "Fine [1]."}, "done": False},
        {
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": 7,
            "eval_count": 5,
        },
    ]
    body = b"".join(
        json.dumps({"model": "m", "created_at": "2025-01-01T00:00:00Z", **line}).encode() + b"\n" for line in lines
    )
    refusal = json.dumps({"error": '"m" does not support thinking'}).encode()
    monkeypatch.setenv("OLLAMA_HOST", canned.url)
    seen: list[Exchange] = []
    canned.answers = [(200, "application/x-ndjson", body)]
    assert said("ollama:m", seen) == "Fine [1]."
    assert (seen[0].thinking, seen[0].usage.input, seen[0].usage.output) == ("Let me see.", 7, 5)
    canned.answers = [(400, "application/json", refusal), (200, "application/x-ndjson", body)]
    assert said("ollama:m", seen) == "Fine [1]."
    assert [request.get("think") for request in canned.requests] == [True, True, None]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_thinking_of_openai_protocol_servers_is_kept(
    canned: Canned, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    deltas: list[tuple[dict[str, str], str | None]] = [
        ({field: "Let me "}, None),
        ({field: "see."}, None),
        ({"content": "Fine [1]."}, None),
        ({}, "stop"),
    ]
    chunks = [
        {
            "id": "c",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }
        for delta, reason in deltas
    ]
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode() + b"data: [DONE]\n\n"
    canned.answers = [(200, "text/event-stream", body)]
    seen: list[Exchange] = []
    _point_to(canned, monkeypatch)
    assert said("openai:m", seen) == "Fine [1]."
    assert seen[0].thinking == "Let me see."
    assert seen[0].usage.estimated


def _point_to(canned: Canned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.llm.models, "RETRIES", 0)
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{canned.url}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "k")


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", b"<html><body>Please log in</body></html>"),
        (200, "application/json", b'{"ok": true}'),
        (200, "text/event-stream", b""),
        (200, "text/event-stream", b"data: \xff\xfe\xfa\n\n"),
        (200, "text/event-stream", b"data: {not json\n\n"),
        (200, "text/event-stream", b'data: {"error": {"message": "overloaded", "code": 503}}\n\n'),
        (200, "text/event-stream", b"data: [DONE]\n\n"),
        (502, "text/html", b"<html>Bad gateway</html>"),
        (418, "text/plain", b"\xff"),
    ],
)
@pytest.mark.parametrize("model", ["openai:m", "openai:gpt-4o"])
def test_nonsense_is_one_clear_line(
    canned: Canned, monkeypatch: pytest.MonkeyPatch, model: str, status: int, kind: str, body: bytes
) -> None:
    _point_to(canned, monkeypatch)
    canned.answers = [(status, kind, body)]
    seen: list[Exchange] = []
    with pytest.raises(ModelError) as raised:
        said(model, seen)
    assert "\n" not in str(raised.value)
    assert model in str(raised.value)
    assert seen[0].error == str(raised.value)


def test_an_answer_without_end_is_stopped(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.llm.completion, "LONGEST_DRAFT", 500)
    openai_server.draft = "word " * 100_000
    seen: list[Exchange] = []
    with pytest.raises(ModelError, match="did not come to an end"):
        said("openai:scripted", seen)
    assert openai_server.disconnected.wait(20)
    assert len(seen[0].draft) < 600


def test_thinking_without_end_is_stopped(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.llm.completion, "LONGEST_THOUGHT", 500)
    openai_server.draft = "<think>" + "Hm. " * 100_000
    with pytest.raises(ModelError, match="did not come to an end"):
        said("openai:scripted", [])
    assert openai_server.disconnected.wait(20)


def test_a_call_that_drips_on_is_stopped(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.llm.completion, "LONGEST_CALL", 0.0)
    openai_server.draft = "word " * 1000
    with pytest.raises(ModelError, match="did not come to an end"):
        said("openai:scripted", [])


def test_an_answer_of_nothing_is_nothing(openai_server: OpenAIServer) -> None:
    openai_server.draft = ""
    seen: list[Exchange] = []
    assert said("openai:scripted", seen) == ""
    assert seen[0].error == ""
