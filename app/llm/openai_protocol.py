"""A server of one's own that speaks OpenAI's protocol: LangChain's client for it, with the thinking it sends apart."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI


class OpenAIProtocolChat(ChatOpenAI):
    """ChatOpenAI that keeps `reasoning_content` (DeepSeek, older vLLM) or `reasoning` (vLLM, Ollama, OpenRouter).

    langchain-openai leaves fields that OpenAI itself does not send to such subclasses; langchain-deepseek is another.
    """

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        generation = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        # A call that is held to a schema wraps the chunk in an event of the client's own.
        choices = chunk.get("choices") or (chunk.get("chunk") or {}).get("choices") or [{}]
        delta = choices[0].get("delta") or {}
        thinking = delta.get("reasoning_content") or delta.get("reasoning")
        if generation and isinstance(generation.message, AIMessageChunk) and isinstance(thinking, str):
            generation.message.additional_kwargs["reasoning_content"] = thinking
        return generation
