"""Comparing a question with each of some passages: exact, and faster than an index while they are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Compared:
    """Passages whose vectors are in memory. keys: (n,); units: their vectors, (n, d), of length 1 or 0."""

    keys: NDArray[np.int64]
    units: Floats

    @classmethod
    def of(cls, keys: Sequence[int], vectors: NDArray[np.float16]) -> Compared:
        """Prepare the (n, d) vectors of n passages; one that holds what is no number is near nothing."""
        units = vectors.astype(np.float32)
        units[~np.isfinite(units).all(axis=1)] = 0
        units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-12)
        return cls(np.asarray(keys, np.int64), units)

    def nearest(self, vector: Floats, limit: int, within: Sequence[int] | None = None) -> dict[int, float]:
        """The cosine to a (d,) vector of each of the `limit` nearest, by key, nearest first.

        within: only of these keys.
        """
        if not len(self.keys):
            return {}
        # Not @: the threads of OpenBLAS spin on when they are done, on the cores that others need.
        cosines = np.einsum("ij,j->i", self.units, vector / max(float(np.linalg.norm(vector)), 1e-12))
        among = np.arange(len(self.keys)) if within is None else np.flatnonzero(np.isin(self.keys, within))
        found = cosines[among]
        if len(among) > limit:
            best = np.argpartition(-found, limit - 1)[:limit]
            among, found = among[best], found[best]
        order = np.argsort(-found, kind="stable")
        return dict(zip(self.keys[among[order]].tolist(), found[order].tolist(), strict=True))
