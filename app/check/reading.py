"""A claim and its source read together: MiniLM, fitted to tell what a source bears out from what it does not."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.check.background import source
from app.check.laying import Laid
from retrieval.graph_cache import session
from retrieval.weights import MINILM, locate

if TYPE_CHECKING:
    from onnx import ModelProto

_LEARNED = Path(__file__).parents[1] / "learned" / "reading.npz"
LONGEST = 224
"""Tokens of claim and source together."""
_CLAIM, _SOURCE = 0, 1

Floats = NDArray[np.float32]


class Reader:
    """A cross-encoder: all-MiniLM-L6-v2 with low-rank adapters (LoRA, Hu et al. 2021, arXiv:2106.09685) and a head.

    Fitted by tests/benchmarks/train_reading.py. Safe to call from several threads. Raises WeightsError when MiniLM's
    weights are missing or not the expected ones.
    """

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        weights, tokenizer = locate(MINILM)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()
        fitted = hashlib.sha256(_LEARNED.read_bytes()).hexdigest()[:12]
        self._session = session(f"reader-{fitted}", lambda: _graph(weights))

    def __call__(self, claim: str, source: str) -> float:
        """The log-odds that the source bears the claim out, before anything else is known of them."""
        found = self._tokenizer.encode(_utf8(claim), _utf8(source))
        ids, sides = np.array(found.ids), np.array(found.type_ids)
        fed = {"input_ids": ids[None], "kinds": kinds(ids, sides)[None]}
        (states,) = self._session.run(["tokens"], fed)[0]
        means = [states[sides == side].mean(axis=0) for side in (_CLAIM, _SOURCE)]
        return self._head(np.concatenate([states[0], *means]))

    @cached_property
    def _parts(self) -> dict[str, Floats]:
        with np.load(_LEARNED, allow_pickle=False) as learned:
            return {name: learned[name].astype(np.float32) for name in learned if name.startswith("head.")}

    def _head(self, pooled: Floats) -> float:
        inner = _gelu(self._parts["head.inner.weight"] @ pooled + self._parts["head.inner.bias"])
        return float((self._parts["head.outer.weight"] @ inner + self._parts["head.outer.bias"])[0])


def kinds(ids: NDArray[np.int64], sides: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each token, as a number: whether it is the claim's or the source's, and whether the other has it too."""
    other = np.where(sides == _CLAIM, np.isin(ids, ids[sides == _SOURCE]), np.isin(ids, ids[sides == _CLAIM]))
    return 2 * sides + other


def read(laid: Laid, reader: Reader) -> float:
    """The log-odds, by the reader, that the sentences a claim is laid on bear it out."""
    return reader(laid.claim.text, source(laid))


def _utf8(text: str) -> str:
    """The text, a lone surrogate as a question mark."""
    return text.encode(errors="replace").decode()


def _gelu(x: Floats) -> Floats:
    from math import erf, sqrt

    return x * np.array([(1 + erf(value / sqrt(2))) / 2 for value in x], np.float32)


def _graph(weights: Path) -> ModelProto:
    """The graph input_ids, kinds (1, t) → tokens (1, t, 384), the adapters added to MiniLM's own weights."""
    from safetensors.numpy import load_file

    from retrieval.minilm_graph import HIDDEN, Graph

    whole = load_file(weights)
    with np.load(_LEARNED, allow_pickle=False) as learned:
        parts = {name: learned[name].astype(np.float32) for name in learned}
    for name in whole:
        layer = name.removesuffix(".weight")
        if f"{layer}.up" in parts:
            whole[name] = whole[name] + parts[f"{layer}.up"] @ parts[f"{layer}.down"]
        elif name in parts:
            whole[name] = parts[name]
    graph = Graph(whole, "int8")
    table = graph.constant(parts["kinds"])
    graph.layers(graph.embeddings(graph.node("Gather", table, "kinds")), "tokens")
    return graph.model("reader", ["input_ids", "kinds"], {"tokens": [1, "t", HIDDEN]})
