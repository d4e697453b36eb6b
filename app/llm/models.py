"""Language models by name: "provider:model", "local:smollm2", "local:FILE.gguf", or any LangChain chat model object."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.llm.tokens import Count, byte_estimate, tiktoken_count
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

DEFAULT_CONTEXT = 8192
"""Tokens a model is taken to read where nobody says how many: small enough for nearly every model in use."""
HOSTED_CONTEXT = 32_768
"""The same of a provider's model. Tokens that can't be counted are taken for bytes, so that this holds 12 passages."""
OLLAMA_CONTEXT = 16_384
"""What Ollama is told to make room for: 10 passages or more, for some 2 GiB beside a model of 8 billion parameters."""
TIMEOUT = 60.0
"""Seconds without a byte from a provider before a call is given up."""
RETRIES = 2
"""Attempts after the first, by the provider's own client, for 429, 5xx and lost connections."""
SMALL = 1_500_000_000
"""Below this many parameters a model is asked to copy sentences rather than to write."""

# For the providers that onrecord has an extra for: the extra and the variables that may hold the key.
EXTRAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "openai": ("openai", ("OPENAI_API_KEY",)),
    "anthropic": ("anthropic", ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")),
    "deepseek": ("deepseek", ("DEEPSEEK_API_KEY",)),
    "google_genai": ("google", ("GOOGLE_API_KEY", "GEMINI_API_KEY")),
    "ollama": ("ollama", ()),
}


@dataclass(frozen=True)
class Model:
    """A language model that is ready to be called.

    context: tokens it reads and writes in one call; count: tokens of a text, exact where exact_count, else an upper
    bound; small: it is asked to copy, not to write; leaves_machine: passages and questions are sent elsewhere.
    structured: the provider can hold an answer to a JSON schema; address: where it is sent, "" where that is not known.
    refuses: what its server turned out to refuse, learned from call to call.
    """

    name: str
    chat: BaseChatModel
    context: int
    count: Count
    exact_count: bool
    small: bool
    leaves_machine: bool
    structured: bool = False
    address: str = ""
    refuses: set[str] = field(default_factory=set, compare=False)


def install(extra: str) -> str:
    """How to install one of the extras."""
    return f"In Onrecord’s folder: .venv/bin/uv pip install --python .venv/bin/python -e '.[{extra}]'"


def load_model(name: str | BaseChatModel) -> Model:
    """Make a model ready. Nothing is sent anywhere; a key in the environment is used only for the provider named here.

    Raises ModelError, or WeightsError where a bundled model's weights are missing or wrong.
    """
    if not isinstance(name, str):
        return _from_object(name)
    provider, colon, model_name = name.strip().partition(":")
    if provider == "local" and colon:
        return _local(model_name)
    return _remote(provider, model_name if colon else "")


def _from_object(chat: BaseChatModel) -> Model:
    from langchain_core.language_models import BaseChatModel

    if not isinstance(chat, BaseChatModel):
        raise ModelError(
            f"A model is a name such as openai:gpt-5.5 or a LangChain chat model, not a {type(chat).__name__}."
        )
    name = getattr(chat, "model_name", None) or getattr(chat, "model", None) or type(chat).__name__
    return _described(str(name), chat)


def _described(name: str, chat: BaseChatModel) -> Model:
    exact = tiktoken_count(name.partition(":")[2] or name) if "OpenAI" in type(chat).__name__ else None
    profile = chat.profile or {}
    addresses = _addresses(chat)
    guess = HOSTED_CONTEXT if addresses and not _is_loopback(addresses) else DEFAULT_CONTEXT
    context = int(profile.get("max_input_tokens") or getattr(chat, "num_ctx", None) or guess)
    return Model(
        name,
        chat,
        context,
        exact or byte_estimate,
        exact is not None,
        small=False,
        leaves_machine=not _is_loopback(addresses),
        structured=bool(profile.get("structured_output")),
        address=addresses[0] if addresses else "",
    )


def _addresses(chat: BaseChatModel) -> list[str]:
    """Every address that the model's client has."""
    clients = (chat, getattr(chat, "root_client", None), getattr(getattr(chat, "_client", None), "_client", None))
    fields = ("base_url", "openai_api_base", "anthropic_api_url")
    return [str(address) for client in clients for field in fields if (address := getattr(client, field, None))]


def _is_loopback(addresses: Sequence[str]) -> bool:
    """Whether every address is on this machine; a model without one may call anywhere."""
    hosts = {urlsplit(address if "://" in address else f"http://{address}").hostname for address in addresses}
    return bool(hosts) and hosts <= {"localhost", "127.0.0.1", "::1"}


def _local(model_name: str) -> Model:
    if find_spec("xllamacpp") is None:
        raise ModelError(f"A local model needs xllamacpp, which is not installed. {install('local')}")
    from app.llm.local import LocalChat, engine

    path = _smollm2() if model_name == "smollm2" else _gguf(model_name)
    try:
        loaded = engine(path)
    except ImportError as error:
        raise ModelError(
            f"xllamacpp is installed but can't start: {one_sentence(error)}. Where libgomp is missing, install it "
            "(Debian and Ubuntu: apt install libgomp1)."
        ) from error
    except RuntimeError as error:
        raise ModelError(
            f"llama.cpp can't load {path}: the file is damaged, or of a kind that this version of xllamacpp does not "
            "know. Download it again or update xllamacpp."
        ) from error
    small = loaded.parameters < SMALL
    return Model(f"local:{model_name}", LocalChat(engine=loaded), loaded.context, loaded.count, True, small, False)


def _smollm2() -> Path:
    from retrieval import weights

    return weights.locate(weights.SMOLLM2)[0]


def _gguf(model_name: str) -> Path:
    path = Path(model_name).expanduser().absolute()
    if not model_name or not path.is_file():
        hint = "" if path.suffix else " (the model that comes along is local:smollm2)"
        raise ModelError(
            f"There is no model file at {path}{hint}. Give the path of a .gguf file: local:/path/to/it.gguf"
        )
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelError(f"{path} is not a GGUF file, the format that llama.cpp reads.")
    return path


def _remote(provider: str, model_name: str) -> Model:
    from langchain.chat_models import init_chat_model
    from langchain.chat_models.base import _BUILTIN_PROVIDERS

    provider = provider.replace("-", "_")
    if provider not in _BUILTIN_PROVIDERS or not model_name.strip():
        raise ModelError(_unknown(provider, model_name, list(_BUILTIN_PROVIDERS)))
    package = _BUILTIN_PROVIDERS[provider][0].partition(".")[0]
    if find_spec(package) is None:
        how = install(EXTRAS[provider][0]) if provider in EXTRAS else f"pip install {package.replace('_', '-')}"
        raise ModelError(f"{provider}:{model_name} needs a package that is not installed: {how}")
    keys = EXTRAS[provider][1] if provider in EXTRAS else ()
    options = _options(provider)
    if keys and "api_key" not in options and not any(os.environ.get(key) for key in keys):
        raise ModelError(
            f"{provider}:{model_name} needs a key, and {' or '.join(keys)} is not set. Set it to your key: "
            f'export {keys[0]}="…"'
        )
    try:
        if provider == "openai" and _own_server():
            from app.llm.openai_protocol import OpenAIProtocolChat

            chat: BaseChatModel = OpenAIProtocolChat(model=model_name, **options)
        else:
            chat = init_chat_model(model_name, model_provider=provider, **options)
    except Exception as error:  # each provider's constructor raises what it likes: pydantic's, its SDK's, ValueError
        raise ModelError(f"{provider}:{model_name} can't be set up: {one_sentence(error)}") from error
    return _described(f"{provider}:{model_name}", chat)


def _options(provider: str) -> dict[str, Any]:
    """Arguments for the provider's class; no temperature, which several of today's models refuse."""
    if provider == "ollama":
        return {"num_ctx": OLLAMA_CONTEXT, "temperature": 0, "client_kwargs": {"timeout": TIMEOUT}}
    options: dict[str, Any] = {"timeout": TIMEOUT, "max_retries": RETRIES}
    if provider in ("openai", "deepseek"):
        options["stream_usage"] = True
    # A server of one's own mostly wants no key, but the client insists on one.
    if provider == "openai" and _own_server() and not os.environ.get("OPENAI_API_KEY"):
        options["api_key"] = "none"
    return options


def _own_server() -> str | None:
    return os.environ.get("OPENAI_API_BASE") or os.environ.get("OPENAI_BASE_URL")


def _unknown(provider: str, model_name: str, providers: list[str]) -> str:
    known = [*providers, "local", "extractive"]
    example = "such as openai:gpt-5.5, ollama:llama3.2 or local:smollm2"
    if provider == "extractive":
        return "extractive is the writer without a language model: it takes no model name."
    if provider in known and not model_name.strip():
        return f"Name a model after {provider}: — {provider}:MODEL, {example}."
    if provider in ("smollm2", "smollm"):
        return f"There is no provider {provider!r}. Did you mean local:smollm2?"
    close = get_close_matches(provider.lower(), known, n=1, cutoff=0.6)
    if close:
        rest = f":{model_name}" if model_name else ""
        return f"There is no provider {provider!r}. Did you mean {close[0]}{'' if close[0] == 'extractive' else rest}?"
    if not model_name:
        return f"{provider!r} does not say whose model it is: write provider:model, {example}, or extractive for none."
    return f"There is no provider {provider!r}. There are: {', '.join(sorted(known))}."


def one_sentence(error: BaseException) -> str:
    """The first telling line of an exception, for the end of a message; without line breaks, addresses or keys."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and "validation error" in lines[0]:
        lines = [re.sub(r"\s*\[type=.*", "", line) for line in lines[1:] if "Value error" in line] or lines
    line = lines[0] if lines else type(error).__name__
    line = re.sub(r"\b(sk|key|lsv2|AIza)[-_A-Za-z0-9]{12,}", "…", line)
    return line if len(line) <= 300 else f"{line[:299]}…"
