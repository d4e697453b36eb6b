"""The embedder: all-MiniLM-L6-v2 under ONNX Runtime, with a vector for each sentence from the same forward pass."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Span
from retrieval.errors import WeightsError
from retrieval.weights import MINILM, cache_dir, locate

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Encoding

Vectors = NDArray[np.float32]

MAX_TOKENS = 256
BATCH_TOKENS = 2048
GRAPH_NAME = "all-MiniLM-L6-v2-fp32.onnx"
_SURROGATE = re.compile("[\ud800-\udfff]")


class MiniLM:
    """all-MiniLM-L6-v2 (sentence-transformers; Wang et al. 2020, arXiv:2002.10957), 384 dimensions, unit length.

    A text is read up to its 256th token, the length that the model was published for. Safe to call from several
    threads. Raises WeightsError when the weights are missing or not the expected ones.
    """

    identity = "all-MiniLM-L6-v2/fp32/384"
    dimension = 384

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        _, tokenizer = locate(MINILM)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._session = _session()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: float32 (len(texts), 384), each row of unit length."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for rows, batch in _batches(self._encode(texts)):
            (vectors[rows],) = self._run(batch, ["embedding"])
        return vectors

    def with_sentences(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """Embed texts and, from the same forward pass, the sentences in them.

        spans: for each text, character offsets [start, end) of its sentences in that text.
        Returns float32 (len(texts), 384), and for each text float32 (number of its spans, 384): the mean of the states
        of the tokens that begin in the span, to unit length; zeros for a sentence past the text's 256th token. Late
        chunking, Günther et al. 2024 (arXiv:2409.04701): a sentence's vector knows its context.
        """
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        sentences: list[Vectors] = [np.zeros((0, self.dimension), np.float32)] * len(texts)
        for rows, batch in _batches(self._encode(texts)):
            vectors[rows], states = self._run(batch, ["embedding", "tokens"])
            for row, encoding, tokens in zip(rows, batch, states, strict=True):
                sentences[row] = _pool(encoding, tokens, spans[row])
        return vectors, sentences

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        # A lone surrogate can't be UTF-8; one character for one keeps every offset.
        clean = [_SURROGATE.sub("\ufffd", text) for text in texts]
        return [self._tokenizer.encode(clean[0])] if len(clean) == 1 else self._tokenizer.encode_batch(clean)

    def _run(self, batch: Sequence[Encoding], outputs: list[str]) -> list[Vectors]:
        shape = (len(batch), max(len(encoding.ids) for encoding in batch))
        ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, encoding in enumerate(batch):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        ran: list[Any] = self._session.run(outputs, {"input_ids": ids, "attention_mask": mask})
        return ran


def _batches(encodings: Sequence[Encoding]) -> Iterator[tuple[list[int], list[Encoding]]]:
    """Rows and their encodings, longest first, so that a batch of at most BATCH_TOKENS tokens has little padding."""
    order = sorted(range(len(encodings)), key=lambda row: -len(encodings[row].ids))
    while order:
        size = max(1, BATCH_TOKENS // len(encodings[order[0]].ids))
        rows, order = order[:size], order[size:]
        yield rows, [encodings[row] for row in rows]


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


def _session() -> InferenceSession:
    """Open the cached graph; build it where there is none, or where the one there can't be read."""
    import onnxruntime

    path = cache_dir() / f"ort-{onnxruntime.__version__}" / GRAPH_NAME
    if path.exists():
        try:
            return _open(path)
        except Exception:  # noqa: S110 - ONNX Runtime's errors have no common base; a damaged cache is rebuilt
            pass
    try:
        _build(path)
    except OSError as error:
        raise WeightsError(
            f"the embedder's graph can't be written to {path.parent} ({error.strerror}): "
            "set ONRECORD_CACHE to a folder that can be written"
        ) from error
    return _open(path)


def _open(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _build(path: Path) -> None:
    """Write the optimised graph under a name of our own, then rename: a reader sees a whole file or none."""
    import onnx
    import onnxruntime

    from retrieval import minilm_graph

    model, _ = locate(MINILM)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".build-") as scratch:
        plain, optimised = Path(scratch) / "plain.onnx", Path(scratch) / "optimised.onnx"
        onnx.save(minilm_graph.build(model), plain)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(optimised)
        onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])
        optimised.replace(path)
