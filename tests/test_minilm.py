"""The embedder, with its real weights, against a forward pass written in NumPy alone."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval import minilm_graph
from retrieval.errors import WeightsError
from retrieval.minilm import MiniLM, Vectors
from retrieval.weights import MINILM, locate

Floats = NDArray[np.floating]

TEXTS = [
    "Meta will spend $60 to $65 billion this year, its chief executive said.",
    "Short.",
    "Žižek ate crème brûlée 🍮 in 東京, naïvely.",
    "",
    "The quick brown fox jumps over the lazy dog. " * 60,
]


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def exact() -> MiniLM:
    return MiniLM("fp32")


def numpy_states(ids: list[int]) -> Vectors:
    """BERT's forward pass (Devlin et al. 2019) over one text: the last layer's states."""
    from safetensors.numpy import load_file

    w = load_file(locate(MINILM)[0])
    erf = np.vectorize(math.erf)

    def linear(x: Floats, name: str) -> Floats:
        return np.asarray(x @ w[f"{name}.weight"].T + w[f"{name}.bias"])

    def norm(x: Floats, name: str) -> Floats:
        centred = x - x.mean(-1, keepdims=True)
        scaled: Floats = centred / np.sqrt(x.var(-1, keepdims=True) + 1e-12) * w[f"{name}.weight"] + w[f"{name}.bias"]
        return scaled

    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for number in range(6):
        layer = f"encoder.layer.{number}"
        q, k, v = (
            linear(x, f"{layer}.attention.self.{part}").reshape(len(ids), 12, 32).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = np.exp(q @ k.transpose(0, 2, 1) / math.sqrt(32))
        mixed = (scores / scores.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), 384)
        x = norm(linear(mixed, f"{layer}.attention.output.dense") + x, f"{layer}.attention.output.LayerNorm")
        inner = linear(x, f"{layer}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(linear(inner, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
    return np.asarray(x, np.float32)


def unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


# "what did she say?" under the model's vocabulary, so that the tokenizer is checked as well
QUESTION, QUESTION_IDS = "What did she say?", [101, 2054, 2106, 2016, 2360, 1029, 102]


def test_the_exact_graph_equals_numpy_and_int8_is_near(model: MiniLM, exact: MiniLM) -> None:
    states = numpy_states(QUESTION_IDS)
    expected = unit(states.mean(axis=0))
    np.testing.assert_allclose(exact([QUESTION])[0], expected, atol=1e-5)
    assert model([QUESTION])[0] @ expected > 0.98
    _, (sentences,) = exact.with_sentences([QUESTION], [[(5, 12)]])
    np.testing.assert_allclose(sentences[0], unit(states[2:4].mean(axis=0)), atol=1e-5)  # "did she"


def test_shapes_and_unit_length(model: MiniLM) -> None:
    vectors = model(TEXTS)
    assert vectors.shape == (len(TEXTS), model.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model([]).shape == (0, 384)
    empty, none = model.with_sentences([], [])
    assert (empty.shape, none) == ((0, 384), [])


def test_a_vector_depends_on_its_text_alone(model: MiniLM) -> None:
    together, backwards = model(TEXTS), model(TEXTS[::-1])[::-1]
    alone = np.concatenate([model([text]) for text in TEXTS])
    np.testing.assert_allclose(together, backwards, atol=1e-6)
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(together, model.with_sentences(TEXTS, [[]] * len(TEXTS))[0], atol=1e-6)


def test_threads_get_what_one_thread_gets(model: MiniLM) -> None:
    expected = model(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(model, [TEXTS] * 4):
            np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_meaning_is_near(model: MiniLM) -> None:
    question, right, wrong = model(
        [
            "How much does the firm plan to invest?",
            "Capital expenditure will reach $60 billion.",
            "It rained in Lisbon.",
        ]
    )
    assert question @ right > question @ wrong + 0.2


def test_sentences_in_unicode_are_pooled_over_their_own_tokens(exact: MiniLM) -> None:
    first, second = "Žižek ate crème brûlée 🍮 İstanbul’da.", "She said “no” to 東京."
    text = f"{first} {second}"
    _, (got,) = exact.with_sentences([text], [[(0, len(first)), (len(first) + 1, len(text))]])
    encoding = exact._tokenizer.encode(text)
    states = numpy_states(encoding.ids)
    split = encoding.tokens.index("she")
    np.testing.assert_allclose(got[0], unit(states[1:split].mean(axis=0)), atol=1e-4)
    np.testing.assert_allclose(got[1], unit(states[split:-1].mean(axis=0)), atol=1e-4)


def test_a_sentence_past_the_last_token_read_is_zero(model: MiniLM) -> None:
    text = "word " * 300 + "The end."
    _, (sentences,) = model.with_sentences([text], [[(0, 50), (1500, len(text)), (7, 7)]])
    np.testing.assert_allclose(np.linalg.norm(sentences, axis=1), [1, 0, 0], atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=60))  # lone surrogates and control characters included
def test_any_text_has_a_vector_and_any_span_a_sentence(model: MiniLM, text: str) -> None:
    vectors, (sentences,) = model.with_sentences([text], [[(0, len(text))]])
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-4)
    assert np.linalg.norm(sentences[0]) == pytest.approx(1, abs=1e-4) or not sentences.any()


def test_the_identity_tells_what_changes_the_vectors(model: MiniLM, exact: MiniLM) -> None:
    assert model.identity == "all-MiniLM-L6-v2/int8/256 tokens"
    assert len({model.identity, exact.identity, MiniLM(max_tokens=64).identity}) == 3


def test_int8_rounding_is_within_half_a_step() -> None:
    weight = np.random.default_rng(0).normal(size=(40, 7)).astype(np.float32)
    whole, scale = minilm_graph.quantize(weight, axis=0)
    assert scale.shape == (7,)
    assert np.abs(whole * scale - weight).max() <= scale.max() / 2 + 1e-6


def test_two_processes_build_the_cache_at_once(tmp_path: Path) -> None:
    program = "from retrieval.minilm import MiniLM; print(MiniLM()(['She said no.']).round(4).tolist())"
    environment = {**os.environ, "ONRECORD_CACHE": str(tmp_path)}
    running = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert outputs[0] == outputs[1] != ""
    assert [path.suffix for path in tmp_path.iterdir() if path.name != "verified"] == [".onnx"]


def test_a_damaged_cache_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: MiniLM) -> None:
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path))
    MiniLM()
    (graph,) = tmp_path.glob("*.onnx")
    graph.write_bytes(graph.read_bytes()[:100_000])
    np.testing.assert_allclose(MiniLM()([QUESTION]), model([QUESTION]), atol=1e-6)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path / "file" / "below"))
    with pytest.raises(WeightsError, match="ONRECORD_CACHE"):
        MiniLM()
