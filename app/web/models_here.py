"""The models that can answer here, each with where it sends what it reads; found without loading any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from app.llm.models import EXTRAS, install
from retrieval.errors import ModelError, WeightsError

STEADY: dict[str, tuple[str, str]] = {
    "openai": ("OpenAI", "gpt-5.5"),
    "anthropic": ("Anthropic", "claude-sonnet-5"),
    "google_genai": ("Google", "gemini-3.5-flash"),
    "deepseek": ("DeepSeek", "deepseek-v4-flash"),
}
"""Whose models are offered where there is a key, and a model of theirs that is neither the dearest nor a preview."""
_SECONDS = 1.5
_MOST = 40
_PACKAGES = {
    "openai": "langchain_openai",
    "anthropic": "langchain_anthropic",
    "google_genai": "langchain_google_genai",
    "deepseek": "langchain_deepseek",
    "ollama": "langchain_ollama",
}
STAYS = "Nothing leaves this machine."

Group = Literal["here", "server", "elsewhere"]


@dataclass(frozen=True)
class Choice:
    """A model that can be chosen. llm: its name for the chatbot; about: who writes, and where what it reads goes."""

    llm: str
    name: str
    group: Group
    about: str


@dataclass(frozen=True)
class Found:
    """The models, the folders of entailment models that can be second judges, and what is missing, in words."""

    models: tuple[Choice, ...]
    judges: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def models_folder() -> Path:
    """Where models of one's own are looked for: $ONRECORD_MODELS, else a folder in the user's data folder."""
    import platformdirs

    named = os.environ.get("ONRECORD_MODELS")
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir("onrecord")) / "models"


def find_models(own: str = "extractive") -> Found:
    """Look for everything that can answer; asks only servers that are the user's own, each for 1.5 seconds at most.

    own: the model that the chatbot has unless told otherwise, which is always among them.
    """
    missing: list[str] = []
    models = [_described("extractive"), *_here(), *_ollama(missing), *_with_keys(missing)]
    if own not in {one.llm for one in models}:
        models.insert(1, _described(own))
    return Found(tuple(models), tuple(f"nli:{folder}" for folder in _entailment()), tuple(missing))


def allowed(name: str) -> str:
    """The name of a model, or of a judge, that somebody in the page may name: any provider's, but no file they please.

    Raises ModelError for a file or folder outside the models folder.
    """
    kind, _, path = name.partition(":")
    named = {"nli": [os.environ.get("ONRECORD_JUDGE", "").removeprefix("nli:")], "local": ["smollm2"]}.get(kind)
    if named is None or path in named:
        return name
    inside = models_folder().resolve()
    if inside not in Path(path).expanduser().resolve().parents:
        raise ModelError(f"Only models in the models folder can be chosen in the page: put {Path(path).name} there.")
    return name


def _described(llm: str, host: str = "", name: str = "") -> Choice:
    """A model by its name for the chatbot; host: of the server that has it, where that is not the provider's own."""
    provider, _, model = llm.partition(":")
    label, checked = name or model, "every sentence is checked."
    if llm == "extractive":
        about = f"Sentences picked word for word from your documents, by no language model. {STAYS}"
        return Choice(llm, "Word for word, no model", "here", about)
    if provider == "local":
        label = "SmolLM2 (small)" if model == "smollm2" else name or Path(model).stem
        return Choice(llm, label, "here", f"{label} writes on this machine; {checked} {STAYS}")
    whose = {"ollama": "Ollama"}.get(provider) or STEADY.get(provider, (provider.replace("_", " "),))[0]
    if host and _is_here(host):
        whose = "Ollama" if provider == "ollama" else "a server"
        return Choice(llm, label, "server", f"{label} writes on {whose} on this machine; {checked} {STAYS}")
    to = host or whose
    about = f"Sends your question and the passages found to {to}, where {label} writes; {checked}"
    return Choice(llm, label if host else f"{label} · {whose}", "server" if host else "elsewhere", about)


def _here() -> Iterator[Choice]:
    """What runs in this process: the model that comes along, and the files in the models folder."""
    from retrieval.weights import SMOLLM2, locate

    if find_spec("xllamacpp") is None:
        return
    with suppress(WeightsError):
        locate(SMOLLM2)
        yield _described("local:smollm2")
    with suppress(OSError):
        for path in sorted(models_folder().rglob("*.gguf"))[:_MOST]:
            with path.open("rb") as file:
                if file.read(4) == b"GGUF":
                    yield _described(f"local:{path}")


def _entailment() -> list[Path]:
    """The folders of the models folder that hold an entailment model."""
    with suppress(OSError):
        return [one.parent for one in sorted(models_folder().glob("*/config.json")) if _is_entailment(one.parent)][:10]
    return []


def _is_entailment(folder: Path) -> bool:
    files = (folder / "model.onnx", folder / "onnx" / "model.onnx")
    with suppress(OSError):
        return any(map(Path.is_file, files)) and '"entailment"' in (folder / "config.json").read_text("utf-8").lower()
    return False


def ollama_address() -> str:
    """The address of the user's Ollama: $OLLAMA_HOST as Ollama itself reads it, else the one it listens on."""
    named = os.environ.get("OLLAMA_HOST", "").strip().rstrip("/")
    parts = urlsplit(named if "://" in named else f"http://{named}")
    host = parts.hostname or "127.0.0.1"
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"{parts.scheme}://{host}:{parts.port or (443 if parts.scheme == 'https' else 11434)}"


def _ollama(missing: list[str]) -> Iterator[Choice]:
    address = ollama_address()
    tags = _asked(f"{address}/api/tags")
    models = [one for one in (tags or {}).get("models") or [] if isinstance(one, dict) and one.get("name")]
    if models and find_spec(_PACKAGES["ollama"]) is None:
        missing.append(f"Ollama has {len(models)} models here; to ask them: {install('ollama')}")
        return
    if tags is None and os.environ.get("OLLAMA_HOST"):
        missing.append(f"Ollama does not answer at {address}; start it with `ollama serve`.")
    for one in models[:_MOST]:
        name = str(one["name"])
        away = one.get("remote_host") or ("ollama.com" if name.endswith("cloud") else "")
        host = urlsplit(str(away)).hostname or str(away) or urlsplit(address).hostname
        yield _described(f"ollama:{name}", host or "")


def _with_keys(missing: list[str]) -> Iterator[Choice]:
    """A model of each provider whose key is set; of a server of one's own that speaks OpenAI's protocol, all."""
    own = os.environ.get("OPENAI_API_BASE") or os.environ.get("OPENAI_BASE_URL")
    for provider, (whose, model) in STEADY.items():
        extra, keys = EXTRAS[provider]
        key = next((key for key in keys if os.environ.get(key)), None)
        at = own if provider == "openai" else None
        if not key and not at:
            continue
        if find_spec(_PACKAGES[provider]) is None:
            missing.append(f"{key or at} is set; to ask {whose}: {install(extra)}")
        elif at:
            yield from _served(at.rstrip("/"), key, missing)
        else:
            yield _described(f"{provider}:{model}")


def _served(base: str, key: str | None, missing: list[str]) -> Iterator[Choice]:
    found = _asked(f"{base}/models", os.environ[key] if key else "")
    host = urlsplit(base).hostname or base
    if found is None:
        missing.append(f"The server at {host} (OPENAI_BASE_URL) does not answer; see whether it runs.")
    for one in ((found or {}).get("data") or [])[:_MOST]:
        if isinstance(one, dict) and one.get("id"):
            yield _described(f"openai:{one['id']}", host)


def _asked(url: str, key: str = "") -> dict[str, Any] | None:
    """What a server of the user's own says; None where it does not, or not in time."""
    import httpx

    with suppress(httpx.HTTPError, httpx.InvalidURL, ValueError):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        said = httpx.get(url, headers=headers, timeout=_SECONDS, trust_env=False)
        found = said.json() if said.status_code == 200 else {}
        return found if isinstance(found, dict) else {}
    return None


def _is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
