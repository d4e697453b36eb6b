"""An optional second look at what a search found, by a model that reads question and passage together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.cross_encoder import CrossEncoder
from retrieval.documents import Hit
from retrieval.embedders import load_class
from retrieval.errors import EmbedderError

Rerank = Callable[[str, Sequence[str]], Sequence[float]]
"""(question, n passages' texts) -> n scores, higher is better: all in 0..1, or logits."""

DEEPER = 2
"""As many times the hits that are wanted are read."""
_BATCH = 16
_KINDS = "onnx:FOLDER, fastembed:MODEL or sentence-transformers:MODEL"


def load_reranker(name: str) -> Rerank:
    """Make a reranker ready.

    name: "onnx:FOLDER" (a cross-encoder as Hugging Face's tools export it), "fastembed:MODEL" or
    "sentence-transformers:MODEL", which download a model that is not on this machine yet, being named. Raises
    EmbedderError for an unknown one, or where its package or model is missing.
    """
    kind, _, model = name.strip().partition(":")
    if kind == "onnx" and model:
        encoder = CrossEncoder(Path(model).expanduser(), "only_second")
        return lambda question, texts: _logits(encoder, question, texts)
    if kind == "fastembed" and model:
        cross = load_class(name, "fastembed.rerank.cross_encoder", "fastembed", "TextCrossEncoder")(model)
        return _guarded(name, lambda question, texts: list(cross.rerank(question, list(texts))))
    if kind == "sentence-transformers" and model:
        transformer = load_class(name, "sentence_transformers", "sentence-transformers", "CrossEncoder")(model)
        return _guarded(name, lambda question, texts: transformer.predict([(question, text) for text in texts]))
    raise EmbedderError(f"There is no reranker {name!r}: name one as {_KINDS}.")


def by_name(name: str) -> Rerank:
    """A reranker that is loaded when it is first asked; what loading raises comes then."""
    loading, loaded = threading.Lock(), list[Rerank]()

    def rerank(question: str, texts: Sequence[str]) -> Sequence[float]:
        with loading:
            if not loaded:
                loaded.append(load_reranker(name))
        return loaded[0](question, texts)

    return rerank


def reranked(rerank: Rerank, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits in the order of a reranker's scores, which take the place of theirs, as 0..1; equal ones keep theirs.

    Each passage is read under its document's title. Raises EmbedderError where there is not one number for each.
    """
    if not hits:
        return []
    texts = [f"{hit.passage.document.title}\n{hit.passage.text}" for hit in hits]
    scores = np.asarray(rerank(question, texts), np.float64).reshape(-1)
    if len(scores) != len(hits) or not np.isfinite(scores).all():
        raise EmbedderError(f"The reranker gave {len(scores)} scores for {len(hits)} passages, or some that are none.")
    if scores.min() < 0 or scores.max() > 1:
        scores = 1 / (1 + np.exp(-scores.clip(-50, 50)))
    scored = [replace(hit, score=float(score)) for hit, score in zip(hits, scores, strict=True)]
    return sorted(scored, key=lambda hit: -hit.score)


def _logits(encoder: CrossEncoder, question: str, texts: Sequence[str]) -> Sequence[float]:
    """The one score of each pair, or of two classes how much more likely the second, which is "relevant", is."""
    found: list[float] = []
    for at in range(0, len(texts), _BATCH):
        logits = encoder([(question, text) for text in texts[at : at + _BATCH]])
        found += (logits[:, -1] - (logits[:, 0] if logits.shape[1] > 1 else 0)).tolist()
    return found


def _guarded(name: str, call: Callable[[str, Sequence[str]], Any]) -> Rerank:
    def rerank(question: str, texts: Sequence[str]) -> Sequence[float]:
        try:
            return np.asarray(call(question, texts), np.float64).reshape(-1).tolist()
        except Exception as error:  # every library raises its own
            raise EmbedderError(f"The reranker {name} failed: {type(error).__name__}: {error}") from error

    return rerank
