"""Embedders by name: all-MiniLM-L6-v2, or one of fastembed's, sentence-transformers' or a provider's that one names."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from retrieval.embedding import Embed, Floats
from retrieval.errors import EmbedderError

DEFAULT = "minilm"
LOCAL = ("fastembed", "sentence-transformers")
TIMEOUT = 60.0
"""Seconds without a byte from a server before a request is given up."""
RETRIES = 3

_KEYS = {
    "openai": ("OPENAI_API_KEY",),
    "google_genai": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "cohere": ("COHERE_API_KEY",),
    "mistralai": ("MISTRAL_API_KEY",),
}


class NamedEmbedder:
    """An embedder whose identity is the name it was asked for by; every failure is said in words.

    passages, question: what the library behind it calls, each from texts to (n, d).
    """

    def __init__(
        self, name: str, passages: Callable[[Sequence[str]], Any], question: Callable[[str], Any], where: str = ""
    ) -> None:
        """where: the server's address, if one is known."""
        self.identity = name
        self._passages = passages
        self._question = question
        self._where = where

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Embed passages: (len(texts), d). Raises EmbedderError."""
        return self._ask(lambda: self._passages(list(texts)))

    def query(self, text: str) -> Floats:
        """Embed a question: (d,). Raises EmbedderError."""
        return self._ask(lambda: self._question(text))

    def _ask(self, call: Callable[[], Any]) -> Floats:
        try:
            return np.asarray(call(), dtype=np.float32)
        except Exception as error:  # every library and provider raises its own
            raise EmbedderError(f"The embedder {self.identity} {_reason(error, self._where)}") from error


def load_embedder(name: str) -> Embed:
    """Make an embedder ready; texts go elsewhere only with an embedder of a provider, which is one by being named here.

    name: "minilm", "fastembed:MODEL", "sentence-transformers:MODEL", or "provider:MODEL" as LangChain's
    `init_embeddings` knows them (openai, ollama, …). Raises EmbedderError for an unknown one, or where its package, key
    or model is missing; WeightsError where MiniLM's weights are.
    """
    provider, _, model = name.strip().partition(":")
    if name.strip() == DEFAULT:
        from retrieval.minilm import MiniLM

        return MiniLM()
    if provider == "fastembed" and model:
        embedding = load_class(name, "fastembed", "fastembed", "TextEmbedding")(model)
        return NamedEmbedder(
            name,
            lambda texts: list(embedding.passage_embed(texts)),
            lambda text: next(iter(embedding.query_embed(text))),
        )
    if provider == "sentence-transformers" and model:
        transformer = load_class(name, "sentence_transformers", "sentence-transformers", "SentenceTransformer")(model)
        # From version 5 on, a model may have a prompt of its own for each kind.
        document = getattr(transformer, "encode_document", transformer.encode)
        question = getattr(transformer, "encode_query", transformer.encode)
        return NamedEmbedder(name, document, question)
    return _provided(name.strip(), provider, model.strip())


def load_class(name: str, module: str, package: str, attribute: str) -> Callable[[str], Any]:
    """A class of a package that is not installed along; its constructor finds or downloads the model.

    name: what it is asked for by, for the messages of the EmbedderError that is raised where either is missing.
    """
    if find_spec(module.partition(".")[0]) is None:
        raise EmbedderError(f"{name} needs a package that is not installed: pip install {package}")

    def construct(model: str) -> Any:  # noqa: ANN401
        try:
            return getattr(import_module(module), attribute)(model)
        except Exception as error:
            raise EmbedderError(
                f"{name} can't be loaded: {_line(error)} Check the model's name, and the connection if it is not on "
                "this machine yet."
            ) from error

    return construct


def _provided(name: str, provider: str, model: str) -> Embed:
    from langchain.embeddings import init_embeddings
    from langchain.embeddings.base import _BUILTIN_PROVIDERS

    if provider not in _BUILTIN_PROVIDERS or not model:
        raise EmbedderError(_unknown(name, provider, model, [DEFAULT, *LOCAL, *_BUILTIN_PROVIDERS]))
    package = _BUILTIN_PROVIDERS[provider][0].partition(".")[0]
    if find_spec(package) is None:
        raise EmbedderError(f"{name} needs a package that is not installed: pip install {package.replace('_', '-')}")
    own = os.environ.get("OPENAI_API_BASE") or os.environ.get("OPENAI_BASE_URL") if provider == "openai" else None
    keys = _KEYS.get(provider, ())
    if keys and not own and not any(os.environ.get(key) for key in keys):
        raise EmbedderError(
            f'{name} needs a key, and {" or ".join(keys)} is not set. Set it to your key: export {keys[0]}="…"'
        )
    try:
        embeddings = init_embeddings(model, provider=provider, **_options(provider, own))
    except Exception as error:
        raise EmbedderError(f"{name} can't be set up: {_line(error)}") from error
    where = own or (os.environ.get("OLLAMA_HOST", "http://127.0.0.1:11434") if provider == "ollama" else "")
    return NamedEmbedder(
        f"{provider}:{model}", lambda texts: embeddings.embed_documents(list(texts)), embeddings.embed_query, where
    )


def _options(provider: str, own: str | None) -> dict[str, Any]:
    if provider == "ollama":
        return {"client_kwargs": {"timeout": TIMEOUT}}
    if provider != "openai":
        return {}
    # Counting tokens would download a vocabulary, without a time limit; passages are far below the models' limit.
    options: dict[str, Any] = {"check_embedding_ctx_length": False, "timeout": TIMEOUT, "max_retries": RETRIES}
    # A server of one's own mostly wants no key, but the client insists on one.
    return options if os.environ.get("OPENAI_API_KEY") or not own else {**options, "api_key": "none"}


def _unknown(name: str, provider: str, model: str, known: Sequence[str]) -> str:
    if provider in known and not model and provider != DEFAULT:
        return f"Name a model after {provider}: — {provider}:MODEL."
    close = get_close_matches(provider.lower(), known, n=1, cutoff=0.6)
    if close:
        meant = close[0] if close[0] == DEFAULT or not model else f"{close[0]}:{model}"
        return f"There is no embedder {name!r}. Did you mean {meant}?"
    return f"There is no embedder {name!r}. There are minilm and PROVIDER:MODEL, of {', '.join(sorted(known)[:-1])}."


def _reason(error: BaseException, where: str) -> str:
    """Why a call failed, by its HTTP status where there is one, and what to do next."""
    link: BaseException | None = error
    status = None
    while link is not None and status is None:
        status = getattr(link, "status_code", None) or getattr(getattr(link, "response", None), "status_code", None)
        lost = "timeout" in type(link).__name__.lower()
        link = link.__cause__ or link.__context__
    at = f" at {where}" if where else ""
    if status in (401, 403):
        return f"refused the key ({status}). Check the provider's key in your environment."
    if status == 404:
        return f"is not known{at} (404): {_line(error)} Check the model's name; Ollama has to pull it first."
    if status == 429:
        return "turns requests down (429): too many of them, or no credit left. What was stored is kept; try later."
    if isinstance(status, int):
        return f"failed{at} ({status}): {_line(error)}"
    if lost:
        return f"said nothing{at} for {TIMEOUT:.0f} seconds. What was stored before is kept; try again."
    return f"can't be used{at}: {_line(error)} Check that its server runs and can be reached."


def _line(error: BaseException) -> str:
    """The first line of an exception, as a sentence."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]
    return line if line.endswith((".", "!", "?")) else f"{line}."
