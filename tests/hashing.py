"""A small deterministic embedder: a text is the sum of its words' random directions, so shared words mean nearness."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_DIMENSION = 64


@lru_cache(maxsize=100_000)
def _direction(word: str) -> Floats:
    return np.random.default_rng(zlib.crc32(word.encode("utf-8", "replace"))).normal(size=_DIMENSION).astype(np.float32)


def _embed(text: str) -> Floats:
    vector = sum((_direction(word) for word in re.findall(r"\w+", text.lower())), np.full(_DIMENSION, 1e-3, np.float32))
    unit: Floats = vector / np.linalg.norm(vector)
    return unit


class HashingEmbedder:
    """The same embedder, with a vector for every sentence, that can be told to fail."""

    identity = "tests.hashing/64"

    def __init__(self) -> None:
        self._left: float = float("inf")

    def fail_after(self, texts: int) -> None:
        self._left = texts

    def __call__(self, texts: Sequence[str]) -> Floats:
        self._left -= len(texts)
        if self._left < 0:
            raise RuntimeError("the embedder is out of order")
        return np.stack([_embed(text) for text in texts])

    def with_sentences(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[Floats, list[Floats]]:
        sentences = [
            np.stack([_embed(text[start:end]) for start, end in of]) if of else np.zeros((0, _DIMENSION), np.float32)
            for text, of in zip(texts, spans, strict=True)
        ]
        return self(texts), sentences


hashing = HashingEmbedder()


class WiderEmbedder:
    """Another small embedder, of another dimension and without vectors for sentences; other things can happen in it."""

    identity = "tests.hashing/wider"

    def __init__(self, meanwhile: Callable[[int], None] = lambda calls: None) -> None:
        """meanwhile: called with the number of calls so far, before each."""
        self.calls = 0
        self._meanwhile = meanwhile

    def __call__(self, texts: Sequence[str]) -> Floats:
        self.calls += 1
        self._meanwhile(self.calls)
        narrow = np.stack([_embed(text[::-1]) for text in texts])
        return np.concatenate([narrow, narrow[:, :32]], axis=1)
