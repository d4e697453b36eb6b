"""Build the ONNX graph of all-MiniLM-L6-v2 from its weights: BERT's six layers, mean pooling and unit length."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto

LAYERS, HEADS, HEAD_SIZE = 6, 12, 32
HIDDEN = HEADS * HEAD_SIZE


class _Graph:
    """An ONNX graph under construction; every method returns the name of the value it adds."""

    def __init__(self, weights: dict[str, np.ndarray[Any, Any]]) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Any) -> str:  # noqa: ANN401 - anything that NumPy takes
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:  # noqa: ANN401
        from onnx import helper

        name = output or f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def linear(self, x: str, layer: str) -> str:
        product = self.node("MatMul", x, self.constant(self.weights[f"{layer}.weight"].T))
        return self.node("Add", product, self.constant(self.weights[f"{layer}.bias"]))

    def layer_norm(self, x: str, layer: str, output: str | None = None) -> str:
        scale, shift = (self.constant(self.weights[f"{layer}.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", x, scale, shift, output=output, axis=-1, epsilon=1e-12)

    def embeddings(self) -> str:
        """Word + position + segment embeddings of input_ids; every token is of segment 0."""
        words = self.node("Gather", self.constant(self.weights["embeddings.word_embeddings.weight"]), "input_ids")
        segment = self.weights["embeddings.token_type_embeddings.weight"][0]
        positions = self.constant(self.weights["embeddings.position_embeddings.weight"] + segment)
        length = self.node("Shape", "input_ids", start=1, end=2)
        zero, axis = self.constant(np.array([0])), self.constant(np.array([0]))
        return self.layer_norm(
            self.node("Add", words, self.node("Slice", positions, zero, length, axis)), "embeddings.LayerNorm"
        )

    def attention(self, x: str, layer: str, mask_bias: str) -> str:
        split, joined = self.constant(np.array([0, 0, HEADS, HEAD_SIZE])), self.constant(np.array([0, 0, HIDDEN]))
        query, key, value = (
            self.node("Reshape", self.linear(x, f"{layer}.self.{part}"), split) for part in ("query", "key", "value")
        )
        query, value = (self.node("Transpose", part, perm=[0, 2, 1, 3]) for part in (query, value))
        key = self.node("Transpose", key, perm=[0, 2, 3, 1])
        scores = self.node(
            "Div", self.node("MatMul", query, key), self.constant(np.sqrt(np.array(HEAD_SIZE, np.float32)))
        )
        weights = self.node("Softmax", self.node("Add", scores, mask_bias), axis=-1)
        mixed = self.node("Transpose", self.node("MatMul", weights, value), perm=[0, 2, 1, 3])
        return self.linear(self.node("Reshape", mixed, joined), f"{layer}.output.dense")


def build(safetensors: Path) -> ModelProto:
    """Make the graph input_ids, attention_mask (n, t) int64 → embedding (n, 384) of unit length, tokens (n, t, 384).

    tokens are the last layer's states, which the embedding is the mean of.
    """
    import onnx
    from onnx import TensorProto, helper
    from safetensors.numpy import load_file

    graph = _Graph(load_file(safetensors))
    mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    absent = graph.node("Sub", graph.constant(np.float32(1)), graph.node("Unsqueeze", mask, graph.constant([1, 2])))
    mask_bias = graph.node("Mul", absent, graph.constant(np.float32(-1e4)))
    x = graph.embeddings()
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        attended = graph.attention(x, f"{layer}.attention", mask_bias)
        x = graph.layer_norm(graph.node("Add", attended, x), f"{layer}.attention.output.LayerNorm")
        inner = graph.node("Gelu", graph.linear(x, f"{layer}.intermediate.dense"))
        total = graph.node("Add", graph.linear(inner, f"{layer}.output.dense"), x)
        x = graph.layer_norm(total, f"{layer}.output.LayerNorm", "tokens" if number == LAYERS - 1 else None)
    present = graph.node("Unsqueeze", mask, graph.constant([2]))
    over_tokens = graph.constant([1])
    summed = graph.node("ReduceSum", graph.node("Mul", x, present), over_tokens, keepdims=0)
    count = graph.node("ReduceSum", present, over_tokens, keepdims=0)
    graph.node("LpNormalization", graph.node("Div", summed, count), output="embedding", axis=-1, p=2)
    made = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", HIDDEN]),
            helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["n", "t", HIDDEN]),
        ],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    return model
