"""An embedder that remembers on disk what it embedded, so that a benchmark run again costs no embedding."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Span
from retrieval.minilm import MiniLM
from retrieval.weights import cache_dir

Floats = NDArray[np.float32]


class CachedMiniLM:
    """all-MiniLM-L6-v2 as a library uses it; vectors are kept as they came, by the text's digest."""

    def __init__(self, path: Path | None = None) -> None:
        """path: the SQLite file; None is one beside the embedder's graph."""
        self._minilm = MiniLM()
        self.identity = self._minilm.identity
        self.dimension = self._minilm.dimension
        file = path or cache_dir() / "benchmark-embeddings.db"
        file.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(file, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = OFF")  # what a power cut takes is embedded anew
        self._database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Embed texts: (len(texts), d)."""
        keys = [self._key(text) for text in texts]
        known = self._known(keys)
        new = [n for n, key in enumerate(keys) if key not in known]
        if new:
            self._keep(known, [keys[n] for n in new], list(self._minilm([texts[n] for n in new])))
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, self.dimension), np.float32)

    def with_sentences(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Floats, list[Floats]]:
        """Embed texts, and the sentences at these spans of each."""
        whole = [self._key(text) for text in texts]
        inside = [self._key(text + json.dumps(list(one))) for text, one in zip(texts, spans, strict=True)]
        known = self._known([*whole, *inside])
        new = [n for n in range(len(texts)) if whole[n] not in known or inside[n] not in known]
        if new:
            vectors, sentences = self._minilm.with_sentences([texts[n] for n in new], [spans[n] for n in new])
            self._keep(known, [whole[n] for n in new], list(vectors))
            self._keep(known, [inside[n] for n in new], sentences)
        found = [known[key].reshape(-1, self.dimension) for key in inside]
        return np.stack([known[key] for key in whole]), found

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.identity}\n{text}".encode("utf-8", "surrogatepass")).digest()

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Floats]:
        found = {}
        for key in set(keys):
            row = self._database.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row:
                found[key] = np.frombuffer(row[0], np.float32)
        return found

    def _keep(self, known: dict[bytes, Floats], keys: Sequence[bytes], vectors: Sequence[Floats]) -> None:
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(key, np.asarray(one, np.float32).tobytes()) for key, one in zip(keys, vectors, strict=True)],
            )
        known.update(zip(keys, vectors, strict=True))
