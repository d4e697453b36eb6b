"""A GGUF model run by llama.cpp inside this process, as a LangChain chat model."""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
from collections.abc import Iterator
from functools import lru_cache
from http.client import HTTPConnection
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.exceptions import ContextOverflowError, ModelInvalidRequestError
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGenerationChunk, ChatResult

MOST_CONTEXT = 8192
"""Tokens of context at most: a longer one costs memory for every token and nothing here fills it."""

# What chat templates use as control words (<|im_end|>, </s>, <start_of_turn>, [INST], …). llama.cpp reads them as
# such wherever they stand, so a document that holds one could end its own quotation.
_CONTROL = re.compile(r"<(?=[|｜/a-zA-Z_])|\[(?=/?[A-Z_]+\])")


def defused(text: str) -> str:
    """The text with a space inside every control word of a chat template, so that it is read as plain text."""
    return _CONTROL.sub(lambda found: f"{found[0]} ", text)


class Engine:
    """One loaded GGUF file. Requests wait for each other; a generation stops when its consumer does.

    llama.cpp's server opens a port on 127.0.0.1 whether asked to or not: a random key keeps other users out of it.
    """

    def __init__(self, path: Path, context: int = MOST_CONTEXT) -> None:
        """Load the file; context is in tokens and is cut to what the model was trained on.

        Raises ImportError without xllamacpp, RuntimeError where llama.cpp can't load the file.
        """
        # GNU OpenMP's threads otherwise spin while they wait, which on a busy machine made answers seven times slower.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        import xllamacpp  # type: ignore[import-untyped]

        self._key = secrets.token_urlsafe(32)
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = context
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(2, min(8, os.cpu_count() or 2))
        params.verbosity = -1
        params.no_perf = True
        params.cache_ram_mib = 0
        params.ui = False
        params.api_keys = [self._key]
        self._server = xllamacpp.Server(params)
        about = self._ask("GET", "/v1/models")["data"][0]["meta"]
        self.context = min(int(about["n_ctx"]), int(about["n_ctx_train"]))
        self.parameters = int(about["n_params"])

    def count(self, text: str) -> int:
        """The number of tokens that this model makes of the text, by its own vocabulary."""
        return len(self._ask("POST", "/tokenize", {"content": defused(text), "add_special": False})["tokens"])

    def generate(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Run a chat completion and yield its chunks in OpenAI's form; closing the iterator ends the generation."""
        chunks: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        stopped = threading.Event()

        def take(chunk: dict[str, Any]) -> bool:
            chunks.put(chunk)
            return stopped.is_set()

        def run() -> None:
            try:
                self._server.handle_chat_completions({**request, "stream": True}, take)
            except (RuntimeError, ValueError) as error:
                chunks.put({"error": {"message": str(error)}})
            finally:
                chunks.put(None)

        thread = threading.Thread(target=run, daemon=True, name="llama.cpp")
        thread.start()
        try:
            while (chunk := chunks.get()) is not None:
                yield chunk
        finally:
            stopped.set()
            thread.join()

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        address = urlsplit(self._server.listening_address)
        connection = HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            connection.request(method, path, json.dumps(body) if body else None, headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@lru_cache(maxsize=2)
def engine(path: Path) -> Engine:
    """The engine for this file, loaded once and kept while it is one of the last two."""
    return Engine(path)


class LocalChat(BaseChatModel):
    """LangChain's face of an Engine: deterministic (temperature 0, a fixed seed); takes `max_tokens` and `grammar`."""

    engine: Engine

    @property
    def _llm_type(self) -> str:
        return "onrecord-local"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> Iterator[ChatGenerationChunk]:
        written = [
            {"role": m["role"], "content": defused(m["content"])}
            for m in convert_to_openai_messages(messages, text_format="string")
        ]
        request = {"messages": written, "temperature": 0, "seed": 0, "cache_prompt": False, **kwargs}
        if stop:
            request["stop"] = stop
        for chunk in self.engine.generate(request):
            if "error" in chunk:
                raise _failure(chunk["error"])
            generation = _generation(chunk)
            if run_manager and generation.text:
                run_manager.on_llm_new_token(generation.text, chunk=generation)
            yield generation


def _generation(chunk: dict[str, Any]) -> ChatGenerationChunk:
    choice = chunk["choices"][0]
    reason = choice.get("finish_reason")
    message = AIMessageChunk(
        content=choice["delta"].get("content") or "", response_metadata={"finish_reason": reason} if reason else {}
    )
    return ChatGenerationChunk(message=message)


def _failure(error: dict[str, Any]) -> Exception:
    kind = ContextOverflowError if error.get("type") == "exceed_context_size_error" else ModelInvalidRequestError
    return kind(str(error.get("message", "llama.cpp gave no reason")))
