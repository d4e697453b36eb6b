"""Rerankers: a real cross-encoder in ONNX, what becomes of its scores, and one line for each name that can't serve."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from app.chatbot import Chatbot
from retrieval.documents import Document
from retrieval.errors import EmbedderError
from retrieval.library import Library
from retrieval.reranking import DEEPER, load_reranker, reranked
from tests.command import QUIET, SHIP, Command
from tests.hashing import hashing

TIDES = Document("The moon pulls the sea. High water comes twice a day.", "Tides", "/tides.txt")
BREAD = Document("The sea of dough rises twice a day, as the baker says.", "Bread", "/bread.txt")
WORDS = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[PAD]": 3, "baker": 4, "moon": 5, "sea": 6}


def cross_encoder(folder: Path, classes: int = 1) -> Path:
    """A real ONNX graph that finds a pair the more relevant the more often it says "baker", and a real tokenizer."""
    folder.mkdir(exist_ok=True)
    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.zeros((len(WORDS), classes), np.float32)
    table[WORDS["baker"], -1] = 4
    table[WORDS["[PAD]"], -1] = 100  # which the mask has to keep out
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["values"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["values", "column"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "axis"], ["summed"], keepdims=0),
        helper.make_node("Add", ["summed", "bias"], ["logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, [None, None]) for name in ("input_ids", "attention_mask")
    ]
    constants: dict[str, NDArray[Any]] = {
        "table": table,
        "axis": np.array([1], np.int64),
        "last": np.array([-1], np.int64),
        "bias": np.full(classes, -2, np.float32),
    }
    graph = helper.make_graph(
        nodes,
        "reranker",
        inputs,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [None, classes])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    (folder / "config.json").write_text('{"pad_token_id": 3}', encoding="utf-8")
    return folder


def test_a_cross_encoder_scores_each_passage_however_long_the_others_are(tmp_path: Path) -> None:
    rerank = load_reranker(f"onnx:{cross_encoder(tmp_path)}")
    texts = ["moon", "the baker and the baker", "baker " * 3, "sea " * 5000, *["moon"] * 30]
    assert list(rerank("who?", texts)) == pytest.approx([-2, 6, 10, -2, *[-2] * 30])


def test_of_two_classes_the_second_counts_against_the_first(tmp_path: Path) -> None:
    rerank = load_reranker(f"onnx:{cross_encoder(tmp_path, classes=2)}")
    assert list(rerank("who?", ["moon", "baker"])) == pytest.approx([0, 4])


def test_a_search_is_put_in_the_order_of_the_reranker(tmp_path: Path) -> None:
    plain, folder = tmp_path / "plain", cross_encoder(tmp_path / "model")
    for reranker, first in ((None, TIDES), (f"onnx:{folder}", BREAD)):
        with Library(plain, hashing, reranker) as library:
            list(library.add([TIDES, BREAD]))
            hits = library.search("When does the moon pull the sea?")
            assert hits[0].passage.document == first
            assert all(0 <= hit.score <= 1 for hit in hits)
            assert hits == sorted(hits, key=lambda hit: -hit.score)
            assert library.search("   ") == []


def test_a_plain_function_is_a_reranker_and_reads_deeper_than_is_wanted(tmp_path: Path) -> None:
    read: list[Sequence[str]] = []

    def last_first(question: str, texts: Sequence[str]) -> Sequence[float]:
        read.append(texts)
        return [n / len(texts) for n in range(len(texts))]

    documents = [Document(f"The sea, said {n} of them.", f"Sea {n}", f"/{n}.txt") for n in range(30)]
    with Library(tmp_path, hashing) as library:
        list(library.add(documents))
        before = library.search("sea", DEEPER * 5)
    with Library(tmp_path, hashing, last_first) as library:
        hits = library.search("sea", 5)
    assert len(read[0]) == DEEPER * 5
    assert read[0][0] == f"{before[0].passage.document.title}\n{before[0].passage.text}"
    assert [hit.passage for hit in hits] == [hit.passage for hit in reversed(before)][:5]
    assert hits[0].score == pytest.approx(0.9)


@pytest.mark.parametrize("scores", [[0.5], [0.1, float("nan")], []])
def test_a_reranker_that_gives_no_number_for_each_is_refused(tmp_path: Path, scores: list[float]) -> None:
    with Library(tmp_path, hashing) as library:
        list(library.add([TIDES, BREAD]))
        hits = library.search("sea")
    with pytest.raises(EmbedderError, match="for 2 passages"):
        reranked(lambda question, texts: scores, "sea", hits)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bge", "onnx:FOLDER, fastembed:MODEL or sentence-transformers:MODEL"),
        ("onnx:", "There is no reranker"),
        ("onnx:/nowhere", "/nowhere holds no cross-encoder: model.onnx"),
        ("fastembed:x", "pip install fastembed"),
        ("sentence-transformers:x", "pip install sentence-transformers"),
    ],
)
def test_a_name_that_can_not_serve_says_why(name: str, message: str) -> None:
    if "pip install" in message and importlib.util.find_spec(name.partition(":")[0].replace("-", "_")):
        pytest.skip("it is installed here")
    with pytest.raises(EmbedderError, match=message):
        load_reranker(name)


def test_the_command_takes_one_by_option_and_by_environment(tmp_path: Path) -> None:
    folder = cross_encoder(tmp_path / "model")
    (tmp_path / "ship.txt").write_text(SHIP)
    onrecord = Command(tmp_path)
    assert onrecord("add", "ship.txt").status == 0
    assert "quiet ships" in onrecord("ask", QUIET, "--rerank", f"onnx:{folder}").out
    refused = onrecord("ask", QUIET, "--rerank", "onnx:nowhere")
    assert refused.status == 1
    refused.complaint("nowhere holds no cross-encoder", "model.onnx, tokenizer.json and config.json")
    refused = Command(tmp_path, environment={"ONRECORD_RERANK": "what"})("ask", QUIET)
    refused.complaint("There is no reranker 'what'")


def test_an_empty_name_is_none_whatever_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_RERANK", "what")
    with Chatbot(tmp_path, embed=hashing, rerank="") as bot:
        list(bot._library.add([TIDES]))
        assert bot.ask("When does high water come?").model == "extractive"
    with Chatbot(tmp_path, embed=hashing) as bot, pytest.raises(EmbedderError, match="no reranker 'what'"):
        bot.ask("When does high water come?")
