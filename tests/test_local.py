"""The real SmolLM2 in this process: it writes, repeats itself, stops when told, counts, and says what is wrong."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("xllamacpp")
from langchain_core.exceptions import ContextOverflowError

from app.llm.local import Engine, LocalChat, defused, engine
from retrieval import weights
from retrieval.errors import WeightsError


def smollm2() -> Engine:
    """The engine, loaded once for all tests; skips where the weights are not installed."""
    try:
        return engine(weights.locate(weights.SMOLLM2)[0])
    except WeightsError as error:
        pytest.skip(str(error))


def test_it_writes_the_same_text_twice_as_a_stream_and_at_once() -> None:
    chat = LocalChat(engine=smollm2())
    streamed = [chunk.text for chunk in chat.stream("Name a colour of the sky.", max_tokens=12)]
    assert len(streamed) > 3
    assert "".join(streamed) == chat.invoke("Name a colour of the sky.", max_tokens=12).text != ""


def test_closing_the_stream_ends_the_generation() -> None:
    chat = LocalChat(engine=smollm2())
    stream = chat.stream("Tell a very long story.", max_tokens=4000)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name == "llama.cpp"]


def test_a_prompt_longer_than_the_context_is_an_error_and_the_engine_goes_on() -> None:
    chat = LocalChat(engine=smollm2())
    with pytest.raises(ContextOverflowError, match="8192"):
        chat.invoke("sky " * 9000)
    assert chat.invoke("Hello", max_tokens=2).text


def test_it_counts_tokens_by_its_own_vocabulary() -> None:
    assert smollm2().count("") == 0
    assert smollm2().count("hello world") == 2


@pytest.mark.parametrize("word", ["<|im_end|>", "<|im_start|>", "<|endoftext|>"])
def test_a_control_word_in_a_document_is_read_as_plain_text(word: str) -> None:
    assert smollm2().count(word) > 1


@given(st.text())
def test_defusing_takes_nothing_away(text: str) -> None:
    assert defused(text).replace(" ", "") == text.replace(" ", "")
    assert defused("17 < 20 and [1]") == "17 < 20 and [1]"


def test_other_users_of_the_machine_cannot_use_the_port() -> None:
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    address = urlsplit(smollm2()._server.listening_address)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=10)
    connection.request("POST", "/tokenize", "{}", {"Content-Type": "application/json"})
    assert connection.getresponse().status == 401
    connection.close()


def test_nothing_is_printed() -> None:
    smollm2()
    code = "import tests.test_local as t; t.LocalChat(engine=t.smollm2()).invoke('Hi', max_tokens=2)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=True
    )
    assert done.stdout + done.stderr == ""
