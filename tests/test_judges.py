"""Second judges: a language model over HTTP and an ONNX model of entailment; they refuse, and rescue nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from app.chatbot import Chatbot
from app.check.judges import by_entailment, by_model, named, refuses
from app.llm.exchange import Exchange
from app.llm.models import load_model
from retrieval.errors import ModelError
from tests.openai_server import OpenAIServer, openai_server

__all__ = ["openai_server"]

SOURCE = "The harbour of Alden costs 12 million crowns, and it opens in May."
CLAIM = "The harbour of Alden costs 12 million crowns."


@pytest.mark.parametrize(
    ("said", "opinion"),
    [
        ("yes", 1.0),
        ("No.", 0.0),
        ("**no**, since …", 0.0),
        ("<think>yes?</think>no", 0.0),
        ("Perhaps", None),
        ("", None),
    ],
)
def test_a_model_says_yes_or_no(openai_server: OpenAIServer, said: str, opinion: float | None) -> None:
    openai_server.draft = said
    seen: list[Exchange] = []
    judge = by_model(load_model("openai:scripted"), seen.append)
    assert judge(CLAIM, [SOURCE]) == opinion
    assert refuses(judge, CLAIM, [SOURCE]) == (opinion == 0.0)
    assert f"> {SOURCE}" in openai_server.prompt
    assert f"> {CLAIM}" in openai_server.prompt
    assert (seen[0].purpose, seen[0].prompt.partition("@")[0]) == ("judge", "judge")


@pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False), ("who knows", True)])
def test_a_judge_refuses_what_the_check_lets_through_and_rescues_nothing(
    openai_server: OpenAIServer, tmp_path: Path, said: str, kept: bool
) -> None:
    (tmp_path / "harbour.txt").write_text(f"{SOURCE}\n\nThe mayor was pleased.\n", encoding="utf-8")
    draft = f"{CLAIM} [1] The harbour of Alden costs 40 million crowns. [1]"
    openai_server.compose = lambda prompt: said if "Answer with one word" in prompt else draft
    with Chatbot(tmp_path / "library", "openai:scripted", judge="openai:judge") as bot:
        bot.add(tmp_path / "harbour.txt")
        answer = bot.ask("How much does the harbour of Alden cost?")
    assert (CLAIM in [s.text for s in answer.statements]) == kept
    assert any("40 million" in out.text for out in answer.left_out)
    assert not any("40 million" in s.text for s in answer.statements)
    assert [request["model"] for request in openai_server.requests] == ["scripted", "judge"]
    assert answer.trace
    assert [one.purpose for one in answer.trace.exchanges] == ["judge", "answer"]
    assert kept or any("second judge" in out.reason for out in answer.left_out)


def entailment_model(folder: Path) -> Path:
    """A real ONNX graph that finds a statement entailed where it holds no word "not", and a real tokenizer."""
    words = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[PAD]": 3, "not": 4, "the": 5, "harbour": 6, "opens": 7}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.zeros((len(words), 3), np.float32)
    table[4] = [9, 0, 0]
    table[1] = [0, 0, 4]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("ReduceSum", ["rows", "axis"], ["logits"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "nli",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, None])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1], np.int64), "axis")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    (folder / "onnx").mkdir()
    onnx.save(model, str(folder / "onnx" / "model.onnx"))
    labels = {"0": "contradiction", "1": "neutral", "2": "ENTAILMENT"}
    (folder / "config.json").write_text(json.dumps({"id2label": labels}), encoding="utf-8")
    return folder


def test_an_entailment_model_gives_the_probability_of_its_own_label(tmp_path: Path) -> None:
    judge = by_entailment(entailment_model(tmp_path))
    assert judge("the harbour opens", ["the harbour opens"]) == pytest.approx(np.exp(4) / (np.exp(4) + 2))
    opinion = judge("the harbour opens not", ["the harbour opens"])
    assert opinion is not None
    assert opinion < 0.01
    assert judge("the harbour opens", ["the " * 5000]) is not None
    assert judge("the harbour opens", []) is None


@pytest.mark.parametrize("missing", ["tokenizer.json", "config.json", "onnx/model.onnx"])
@pytest.mark.parametrize("damaged", [True, False])
def test_a_folder_that_is_no_entailment_model_is_one_clear_line(tmp_path: Path, missing: str, damaged: bool) -> None:
    path = entailment_model(tmp_path) / missing
    path.unlink()
    if damaged:
        path.write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=str(tmp_path)):
        Chatbot(tmp_path / "library", judge=f"nli:{tmp_path}")


def test_the_environment_names_a_judge_and_an_argument_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert named(None) == ""
    monkeypatch.setenv("ONRECORD_JUDGE", "openai:judge")
    assert (named(None), named(""), named("nli:x")) == ("openai:judge", "", "nli:x")
