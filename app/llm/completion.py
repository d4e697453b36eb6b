"""One streamed call to a language model: its text as it comes, its thinking kept beside it, the whole call recorded."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import prompts
from app.llm.exchange import Exchange, Record
from app.llm.failures import broke_off, explain, went_on
from app.llm.models import Model
from app.llm.usage import cost, usage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from langchain_core.messages.ai import UsageMetadata

Messages = Sequence[tuple[str, str]]

LONGEST_DRAFT = 40_000
"""Characters of an answer that are read: ten times the longest that a prompt here asks for."""
LONGEST_THOUGHT = 400_000
"""Characters that a model may think before it is taken to turn in circles."""
LONGEST_CALL = 600.0
"""Seconds that a call may take while it drips on; one that says nothing is given up after app.llm.models.TIMEOUT."""

_THINK = re.compile(r"<(/?)think(?:ing)?>", re.IGNORECASE)
_LONGEST_TAG = len("</thinking>")


@dataclass(frozen=True)
class Call:
    """What a call is for, the prompts whose words it sends, and who takes the record of it."""

    purpose: str
    prompts: tuple[str, ...] = ()
    record: Record | None = None


@dataclass
class _Heard:
    """What has come of a call so far."""

    draft: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)
    written: int = 0
    thought: int = 0
    usage: UsageMetadata | None = None
    error: str = ""

    def think(self, text: str) -> None:
        self.thinking.append(text)
        self.thought += len(text)

    def write(self, text: str) -> None:
        self.draft.append(text)
        self.written += len(text)


def complete(
    model: Model,
    messages: Messages,
    call: Call,
    schema: dict[str, Any] | None = None,
    **options: Any,  # noqa: ANN401 - passed to the model
) -> Generator[str, None, None]:
    """Stream the model's answer without its thinking. schema: JSON schema that the provider is to hold it to.

    Raises ModelError, also midway where the stream breaks off or does not end. Closing the iterator closes the
    connection. The exchange is recorded when it ends, however it ends.
    """
    started, heard = time.perf_counter(), _Heard()
    try:
        with closing(_pieces(model, messages, schema, options, heard)) as pieces:
            for text in without_thinking(pieces, heard.think):
                heard.write(text)
                if heard.written > LONGEST_DRAFT:
                    raise went_on(model)
                yield text
    except Exception as error:
        heard.error = str(error)
        raise
    except GeneratorExit:
        heard.error = "given up by the reader"
        raise
    finally:
        if call.record:
            call.record(_exchange(model, messages, call, schema, heard, time.perf_counter() - started))


def _exchange(
    model: Model, messages: Messages, call: Call, schema: dict[str, Any] | None, heard: _Heard, seconds: float
) -> Exchange:
    draft, thinking = "".join(heard.draft), "".join(heard.thinking).strip()
    used = usage(heard.usage, model, messages, draft + thinking)
    return Exchange(
        call.purpose,
        model.name,
        prompts.version(*call.prompts),
        tuple(messages),
        schema is not None,
        draft,
        thinking,
        used,
        cost(used, model),
        seconds,
        heard.error,
    )


def _pieces(
    model: Model, messages: Messages, schema: dict[str, Any] | None, options: dict[str, Any], heard: _Heard
) -> Generator[str, None, None]:
    deadline = time.monotonic() + LONGEST_CALL
    ended, known = "", False
    chunks = _chunks(model, messages, schema, options)
    try:
        for chunk in chunks:
            about = chunk.response_metadata
            known = known or "model_provider" in about
            ended = ended or _ended(about)
            yield from _heard(chunk, heard)
            if heard.thought > LONGEST_THOUGHT or time.monotonic() > deadline:
                raise went_on(model)
    finally:
        chunks.close()
    if known and (not ended or ended in ("length", "max_tokens", "content_filter")):
        raise broke_off(model, ended)


def _chunks(
    model: Model, messages: Messages, schema: dict[str, Any] | None, options: dict[str, Any]
) -> Generator[AIMessageChunk, None, None]:
    """The chunks as they come; whatever an integration raises becomes one sentence."""
    more = {"reasoning": True} if _may_think_apart(model) else {}
    began, stream = False, None
    try:
        with _untraced():
            stream = iter(_bound(model, schema).stream(list(messages), **options, **more))
        while True:
            with _untraced():
                chunk = next(stream, None)
            if chunk is None:
                return
            began = True
            yield chunk
    except Exception as error:
        if more and not began and "does not support thinking" in str(error):
            model.refuses.add("reasoning")
        else:
            raise explain(error, model, began) from error
    finally:
        if close := getattr(stream, "close", None):
            close()
    yield from _chunks(model, messages, schema, options)


def _may_think_apart(model: Model) -> bool:
    """Whether to ask for the thinking: Ollama sends it apart only when asked, and refuses where a model has none."""
    unset = getattr(model.chat, "reasoning", False) is None
    return type(model.chat).__name__ == "ChatOllama" and unset and "reasoning" not in model.refuses


def _bound(model: Model, schema: dict[str, Any] | None) -> Any:  # noqa: ANN401 - a LangChain runnable of messages
    """The chat model, or the same held to a schema: the first step of LangChain's chain, without the parser behind it.

    That parser would wait for the whole answer or parse all of it again at every token.
    """
    if schema is None:
        return model.chat
    return model.chat.with_structured_output(schema, method="json_schema", strict=True).first  # type: ignore[attr-defined]


def _ended(about: dict[str, Any]) -> str:
    reasons = (about.get(key) for key in ("finish_reason", "stop_reason", "done_reason", "status"))
    return next((str(reason) for reason in reasons if reason), "")


def _heard(chunk: AIMessageChunk, heard: _Heard) -> Iterator[str]:
    """The text of a chunk; its thinking and its count of tokens go beside it."""
    from langchain_core.messages.ai import add_usage

    if chunk.usage_metadata:
        heard.usage = add_usage(heard.usage, chunk.usage_metadata)
    blocks = [str(block.get("reasoning", "")) for block in chunk.content_blocks if block["type"] == "reasoning"]
    # LangChain makes a block of it for every provider but those of which it knows how they really send it.
    heard.think("".join(blocks) or str(chunk.additional_kwargs.get("reasoning_content") or ""))
    yield chunk.text


def _untraced() -> AbstractContextManager[None]:
    """Keep LangSmith from sending documents away because of a variable set for another program."""
    if os.environ.get("ONRECORD_TRACING") == "1":
        return nullcontext()
    from langsmith import tracing_context

    return tracing_context(enabled=False)


def without_thinking(pieces: Iterable[str], think: Callable[[str], None] = lambda text: None) -> Iterator[str]:
    """The text without <think>…</think>, wherever the pieces are cut; an unclosed <think> hides the rest.

    think: takes what stands inside, piece by piece.
    """
    held, depth = "", 0

    def sorted_out(text: str) -> Iterator[str]:
        if depth == 0:
            yield text
        else:
            think(text)

    for piece in pieces:
        held += piece
        while tag := _THINK.search(held):
            if tag.start():
                yield from sorted_out(held[: tag.start()])
            depth = max(0, depth - 1) if tag[1] else depth + 1
            held = held[tag.end() :]
        # A "<" near the end may be the beginning of a tag.
        cut = held.rfind("<", max(0, len(held) - _LONGEST_TAG))
        ready, held = (held, "") if cut < 0 else (held[:cut], held[cut:])
        if ready:
            yield from sorted_out(ready)
    if held:
        yield from sorted_out(held)
