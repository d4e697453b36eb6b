"""The embedder: all-MiniLM-L6-v2 under ONNX Runtime, with a vector for each sentence from the same forward pass."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Span
from retrieval.graph_cache import session
from retrieval.weights import MINILM, locate

if TYPE_CHECKING:
    from pathlib import Path

    from onnx import ModelProto
    from tokenizers import Encoding

    from retrieval.minilm_graph import Precision

Vectors = NDArray[np.float32]

GRAPH_VERSION = 1  # raise it when minilm_graph.build changes what it builds: the cached graph is then built anew
_SURROGATE = re.compile("[\ud800-\udfff]")


class MiniLM:
    """all-MiniLM-L6-v2 (sentence-transformers; Wang et al. 2020, arXiv:2002.10957), 384 dimensions, unit length.

    A text is read up to its max_tokens-th token; reading on to 512 found scientific abstracts no better. A text's
    vector is the same whatever other texts come with it. Safe to call from several threads. Raises WeightsError
    when the weights are missing or not the expected ones.
    """

    dimension = 384

    def __init__(self, precision: Precision = "int8", max_tokens: int = 256) -> None:
        from tokenizers import Tokenizer

        self.identity = f"all-MiniLM-L6-v2/{precision}/{max_tokens} tokens"
        weights, tokenizer = locate(MINILM)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        self._session = session(f"all-MiniLM-L6-v2-{precision}-{GRAPH_VERSION}", lambda: _graph(weights, precision))
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(cores, "onrecord-embed")

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: float32 (len(texts), 384), each row of unit length."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, vector in enumerate(self._map(self._vector, texts)):
            vectors[row] = vector
        return vectors

    def with_sentences(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """Embed texts and, from the same forward pass, the sentences in them.

        spans: for each text, character offsets [start, end) of its sentences in that text.
        Returns float32 (len(texts), 384), and for each text float32 (number of its spans, 384): the mean of the states
        of the tokens that begin in the span, to unit length; zeros for a sentence past the last token that is read.
        Late chunking, Günther et al. 2024 (arXiv:2409.04701): a sentence's vector knows its context.
        """
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        sentences: list[Vectors] = []
        for row, (vector, inside) in enumerate(self._map(self._vector_and_sentences, texts, spans)):
            vectors[row] = vector
            sentences.append(inside)
        return vectors, sentences

    def _map(self, one: Callable[..., Any], texts: Sequence[str], *others: Sequence[Any]) -> Iterable[Any]:
        return (self._threads.map if len(texts) > 1 else map)(one, texts, *others)

    def _vector(self, text: str) -> Vectors:
        (vectors,) = self._run(self._encode(text), "embedding")
        vector: Vectors = vectors[0]
        return vector

    def _vector_and_sentences(self, text: str, spans: Sequence[Span]) -> tuple[Vectors, Vectors]:
        encoding = self._encode(text)
        (vector,), (states,) = self._run(encoding, "embedding", "tokens")
        return vector, _pool(encoding, states, spans)

    def _encode(self, text: str) -> Encoding:
        # A lone surrogate can't be UTF-8; one character for one keeps every offset.
        return self._tokenizer.encode(_SURROGATE.sub("\ufffd", text))

    def _run(self, encoding: Encoding, *outputs: str) -> list[Any]:
        ran: list[Any] = self._session.run(outputs, {"input_ids": np.array([encoding.ids], np.int64)})
        return ran


def _pool(encoding: Encoding, tokens: Vectors, spans: Sequence[Span]) -> Vectors:
    """Average the states of the tokens that begin in each span, and scale the average to unit length."""
    inner = slice(1, len(encoding.ids) - 1)  # without [CLS] and [SEP]
    starts = np.array([start for start, _ in encoding.offsets[inner]], np.int64)
    states = tokens[inner]
    pooled = np.zeros((len(spans), tokens.shape[1]), np.float32)
    for row, (start, end) in enumerate(spans):
        first, last = np.searchsorted(starts, (start, end))
        if first < last:
            mean = states[first:last].mean(axis=0)
            pooled[row] = mean / np.linalg.norm(mean)
    return pooled


def _graph(weights: Path, precision: Precision) -> ModelProto:
    from retrieval import minilm_graph

    return minilm_graph.build(weights, precision)
