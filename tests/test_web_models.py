"""The picker of models: what there is here, where each sends what it reads, and what happens where one fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.chatbot import Chatbot
from app.libraries import SAMPLE
from app.web.asking import Asking
from app.web.models_here import allowed, find_models, ollama_address
from retrieval.errors import ModelError
from tests.browser import Watched, chromium, send, served
from tests.loopback import Handler, running
from tests.openai_server import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUESTION = "How far did Nvidia's share price fall?"
KEYS = (
    "OPENAI_API_KEY OPENAI_API_BASE OPENAI_BASE_URL ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN DEEPSEEK_API_KEY"
    " GOOGLE_API_KEY GEMINI_API_KEY ONRECORD_JUDGE"
).split()


class _Ollama(Handler):
    """What Ollama says: the models it has, one of them elsewhere, and an answer that nothing bears out."""

    prompts: list[str]

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        models = [{"name": "llama3.2:latest"}, {"name": "huge:cloud", "remote_host": "https://ollama.com:443"}]
        self.send_json(200, {"models": models} if self.path == "/api/tags" else {})

    def do_POST(self) -> None:  # noqa: N802
        body = self.read_json()
        self.prompts.append(json.dumps(body))
        said = {"model": body["model"], "created_at": "2026-01-01T00:00:00Z", "done": True, "done_reason": "stop"}
        self.send_json(200, {**said, "message": {"role": "assistant", "content": "The moon is made of cheese [1]."}})


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No keys, no Ollama, an empty models folder."""
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.setenv("ONRECORD_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A running Ollama; gives what it is asked."""
    prompts: list[str] = []
    with running(type("_Handler", (_Ollama,), {"prompts": prompts})) as address:
        monkeypatch.setenv("OLLAMA_HOST", address)
        yield prompts


def listed(**found: Any) -> dict[str, str]:  # noqa: ANN401
    return {one.llm: one.about for one in find_models(**found).models}


def test_the_writer_without_a_model_is_always_there_and_the_chatbots_own_too() -> None:
    models = listed()
    assert "Nothing leaves this machine." in models["extractive"]
    assert not {llm for llm in models if llm.partition(":")[0] not in ("extractive", "local")}
    assert "found to OpenAI" in listed(own="openai:gpt-x")["openai:gpt-x"]


def test_files_in_the_models_folder_are_listed_if_they_are_models(tmp_path: Path) -> None:
    (tmp_path / "models" / "sub").mkdir()
    good = tmp_path / "models" / "sub" / "qwen-3.gguf"
    good.write_bytes(b"GGUF....")
    (tmp_path / "models" / "no.gguf").write_bytes(b"something")
    models = listed()
    assert "qwen-3 writes on this machine" in models[f"local:{good}"]
    assert not any("no.gguf" in llm for llm in models)


def test_a_folder_with_an_entailment_model_can_judge(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "nli"
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx" / "model.onnx").write_bytes(b"")
    (folder / "config.json").write_text('{"id2label": {"0": "ENTAILMENT"}}')
    assert find_models().judges == (f"nli:{folder}",)


@pytest.mark.usefixtures("ollama")
def test_ollamas_models_stay_here_unless_they_are_elsewhere() -> None:
    models = listed()
    assert "on this machine" in models["ollama:llama3.2:latest"]
    assert "Nothing leaves this machine." in models["ollama:llama3.2:latest"]
    assert "Sends your question and the passages found to ollama.com" in models["ollama:huge:cloud"]


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("box:1234", "http://box:1234"),
        ("https://box/", "https://box:443"),
        ("[::1]:80", "http://[::1]:80"),
    ],
)
def test_ollamas_address_is_read_as_ollama_does(named: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", named)
    assert ollama_address() == address


def test_a_key_offers_its_provider_and_says_that_text_goes_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DEEPSEEK_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(key, "secret-value")
    found = find_models()
    said = " ".join([*listed().values(), *found.missing])
    for whose in ("OpenAI", "Anthropic", "Google", "DeepSeek"):
        assert whose in said
    assert "secret-value" not in str(found)


def test_a_server_that_speaks_openais_protocol_lists_its_own_models(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as script:
        monkeypatch.setenv("OPENAI_BASE_URL", script.url)
        assert "on this machine" in listed()["openai:scripted"]
    found = find_models()
    assert not any(one.llm.startswith("openai:") for one in found.models)
    assert any("does not answer" in words for words in found.missing)


def test_the_page_names_no_file_that_it_pleases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "models" / "m.gguf"
    assert allowed(f"local:{inside}")
    assert allowed("local:smollm2")
    assert allowed("ollama:anything")
    for name in (f"local:{tmp_path}/m.gguf", "local:/etc/passwd", f"nli:{tmp_path}", f"local:{inside}/../../x.gguf"):
        with pytest.raises(ModelError, match="models folder"):
            allowed(name)
        with pytest.raises(ModelError, match="models folder"):
            Asking.of(json.dumps({"judge": name}))
    monkeypatch.setenv("ONRECORD_JUDGE", "nli:/judges/one")
    assert allowed("nli:/judges/one")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    with Chatbot(tmp_path_factory.mktemp("library")) as bot:
        bot.add(SAMPLE)
        yield bot


@pytest.fixture(scope="module")
def address(bot: Chatbot) -> Iterator[str]:
    with served(bot) as at:
        yield at


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.request.put(f"{address}/api/models/chosen", data={})
    watched = Watched(context.new_page(), address)
    watched.page.locator("#answered-by option").first.wait_for(state="attached")
    yield watched.page
    context.close()
    assert watched.troubles == []


def ask(page: Page) -> str:
    """Ask, and give the notes of the answer."""
    before = page.locator("#chat .colophon").count()
    send(page, QUESTION)
    page.locator("#chat .colophon").nth(before).wait_for()
    return " ".join(page.locator("#chat .answer").last.locator(".note").all_inner_texts())


def write(page: Page, name: str) -> None:
    """Name a model that is not listed, by the keyboard."""
    page.locator("#answered-by").select_option("…")
    assert page.evaluate("document.activeElement.placeholder") == "provider:model"
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    assert page.locator("#answered-by").input_value() == name


def test_the_choice_is_used_and_kept_and_a_server_that_went_away_is_said(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as script:
        script.draft = "Nvidia's share price fell [1]."
        monkeypatch.setenv("OPENAI_BASE_URL", script.url)
        page.locator("#models summary").click()
        page.locator("#models .link").click()
        page.locator("#answered-by option[value='openai:scripted']").wait_for(state="attached")
        page.locator("#models summary").click()
        page.locator("#answered-by").select_option("openai:scripted")
        assert "on this machine" in page.locator("#about-model").inner_text()
        ask(page)
        assert script.requests
        page.reload()
        page.locator("#answered-by option").first.wait_for(state="attached")
        assert page.locator("#answered-by").input_value() == "openai:scripted"
        browsers = page.context.browser
        assert browsers is not None
        elsewhere = browsers.new_page()
        elsewhere.goto(page.url)
        elsewhere.locator("#answered-by option").first.wait_for(state="attached")
        assert elsewhere.locator("#answered-by").input_value() == "openai:scripted", "in one's other browser too"
        elsewhere.close()
    said = ask(page)
    assert "can't be reached" in said
    assert "These are the sources’ own words." in said
    assert page.locator("#chat .answer").last.locator(".said").count() >= 1


def test_ollama_is_asked_and_what_it_makes_up_is_not_shown(ollama: list[str], page: Page) -> None:
    page.locator("#answered-by option[value='ollama:llama3.2:latest']").wait_for(state="attached")
    page.locator("#answered-by").select_option("ollama:llama3.2:latest")
    assert "sources’ own words" in ask(page)
    assert any("Nvidia" in prompt for prompt in ollama)
    assert "cheese" not in " ".join(page.locator("#chat .said").all_inner_texts())


def test_a_refused_key_and_an_unknown_provider_are_said_and_the_sources_answer(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as script:
        monkeypatch.setenv("OPENAI_BASE_URL", script.url)
        monkeypatch.setenv("OPENAI_API_KEY", "wrong")
        script.failures = [(401, "invalid_api_key", {})] * 8
        write(page, "openai:another")
        assert "refused the key (401)" in ask(page)
    page.locator("#new").click()
    page.wait_for_selector(".welcome")
    write(page, "nobody:knows")
    assert "There is no provider 'nobody'" in ask(page)
    assert page.locator("#chat .said").count() >= 1


def test_the_settings_beside_it_count_and_have_names(page: Page) -> None:
    page.locator("#models summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("How sure to be before answering").select_option("strict")
    assert page.locator("#models summary").inner_text() == "How strictly · strict"
    assert json.loads(page.locator("#model textarea, #model input").input_value())["strictness"] == "strict"
    page.reload()
    page.locator("#answered-by option").first.wait_for(state="attached")
    assert page.locator("#strictness").input_value() == "strict"
    assert page.get_by_label("Answered by").count() == 1
    assert page.locator("#answered-by").get_attribute("aria-describedby") == "about-model"
    assert page.locator("#second-judge").evaluate("s => s.labels[0].textContent") == "A second judge of each sentence"
