"""Build the ONNX graph of all-MiniLM-L6-v2 from its weights: BERT's six layers, mean pooling and unit length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto

Precision = Literal["fp32", "int8"]
LAYERS, HEADS, HIDDEN = 6, 12, 384
MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators


class Graph:
    """A BERT as an ONNX graph under construction; methods return the name of the value that they add."""

    def __init__(self, weights: dict[str, NDArray[np.float32]], precision: Precision) -> None:
        self.weights = weights
        self.precision = precision
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Any) -> str:  # noqa: ANN401 - anything that NumPy takes
        """An array that stays as it is."""
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:  # noqa: ANN401
        """What an ONNX operator makes of its inputs; output: its name, else one is made up."""
        from onnx import helper

        name = output or f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def linear(self, x: str, layer: str) -> str:
        """x·Wᵀ + b; under int8 with one scale for each output column and, found at run time, one for all of x."""
        weight, bias = self.weights[f"{layer}.weight"].T, self.constant(self.weights[f"{layer}.bias"])
        if self.precision == "fp32":
            return self.node("Add", self.node("MatMul", x, self.constant(weight)), bias)
        whole, scale = quantize(weight, axis=0)
        zero = self.constant(np.zeros_like(scale, np.int8))
        inputs = (x, self.constant(whole), self.constant(scale), zero, bias)
        return self.node("DynamicQuantizeMatMul", *inputs, domain=MICROSOFT)

    def add_norm(self, x: str, y: str, layer: str, output: str | None = None) -> str:
        """Add, then normalise."""
        scale, shift = (self.constant(self.weights[f"{layer}.{part}"]) for part in ("weight", "bias"))
        total = self.node("Add", x, y)
        return self.node("LayerNormalization", total, scale, shift, output=output, axis=-1, epsilon=1e-12)

    def words(self) -> str:
        """The word embeddings of input_ids; under int8 with one scale for each word: half the file and the memory."""
        table = self.weights["embeddings.word_embeddings.weight"]
        if self.precision == "fp32":
            return self.node("Gather", self.constant(table), "input_ids")
        from onnx import TensorProto

        whole, scale = quantize(table, axis=1)
        rows = self.node("Cast", self.node("Gather", self.constant(whole), "input_ids"), to=TensorProto.FLOAT)
        return self.node("Mul", rows, self.node("Gather", self.constant(scale[:, None]), "input_ids"))

    def embeddings(self, kinds: str | None = None) -> str:
        """Word + position + segment embeddings; every token is of segment 0. kinds: what else is added to each."""
        segment = self.weights["embeddings.token_type_embeddings.weight"][0]
        places = self.constant(self.weights["embeddings.position_embeddings.weight"] + segment)
        length = self.node("Shape", "input_ids", start=1, end=2)
        first, axis = self.constant(np.array([0])), self.constant(np.array([0]))
        words = self.node("Add", self.words(), kinds) if kinds else self.words()
        return self.add_norm(words, self.node("Slice", places, first, length, axis), "embeddings.LayerNorm")

    def layer(self, x: str, layer: str, output: str | None) -> str:
        """One layer of BERT: attention and a feed-forward net, each with its norm."""
        query, key, value = (self.linear(x, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        mixed = self.node("MultiHeadAttention", query, key, value, num_heads=HEADS, domain=MICROSOFT)
        attended = self.linear(mixed, f"{layer}.attention.output.dense")
        x = self.add_norm(attended, x, f"{layer}.attention.output.LayerNorm")
        inner = self.node("Gelu", self.linear(x, f"{layer}.intermediate.dense"))
        return self.add_norm(self.linear(inner, f"{layer}.output.dense"), x, f"{layer}.output.LayerNorm", output)

    def layers(self, x: str, output: str) -> str:
        """The states of the last layer, under that name, from the embeddings."""
        for number in range(LAYERS):
            x = self.layer(x, f"encoder.layer.{number}", output if number == LAYERS - 1 else None)
        return x

    def model(self, name: str, inputs: Sequence[str], outputs: Mapping[str, Sequence[int | str]]) -> ModelProto:
        """The finished graph. inputs: names, each (1, t) int64; outputs: the shape of each, float32."""
        from onnx import TensorProto, helper

        takes = [helper.make_tensor_value_info(one, TensorProto.INT64, [1, "t"]) for one in inputs]
        gives = [helper.make_tensor_value_info(one, TensorProto.FLOAT, shape) for one, shape in outputs.items()]
        made = helper.make_graph(self.nodes, name, takes, gives, self.constants)
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(made, opset_imports=opsets, ir_version=9)


def quantize(weight: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round to int8 with one scale for each slice that runs along axis: weight ≈ whole · scale."""
    scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-12) / np.float32(127)
    return np.round(weight / scale).astype(np.int8), scale.squeeze(axis).astype(np.float32)


def build(safetensors: Path, precision: Precision) -> ModelProto:
    """Make the graph input_ids (1, t) int64 → embedding (1, 384) of unit length, tokens (1, t, 384).

    tokens are the last layer's states, which the embedding is the mean of. One text at a time, there is nothing to pad
    or to mask, and under int8 the range of one text's activations can't change another text's vector.
    """
    from safetensors.numpy import load_file

    graph = Graph(load_file(safetensors), precision)
    x = graph.layers(graph.embeddings(), "tokens")
    mean = graph.node("ReduceMean", x, graph.constant(np.array([1])), keepdims=0)
    graph.node("LpNormalization", mean, output="embedding", axis=-1, p=2)
    return graph.model("all-MiniLM-L6-v2", ["input_ids"], {"embedding": [1, HIDDEN], "tokens": [1, "t", HIDDEN]})
