"""May one word stand for another? Tells "banning" for "prohibiting" from "rise" for "fall", which lie just as near."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import SentenceEmbed

Floats = NDArray[np.float32]
_LEARNED = Path(__file__).parents[1] / "learned" / "word_relations.npz"
_REMEMBERED = 20_000


class Metric(NamedTuple):
    """Two projections of a word's vector, (d, r) each: along one words agree, along the other they differ."""

    agree: Floats
    differ: Floats
    bias: float


def standing(ours: Sequence[str], theirs: Sequence[str], embed: SentenceEmbed) -> Floats:
    """The probability that each of our words may stand for each of theirs: (len(ours), len(theirs)).

    An embedder puts opposites and siblings (red, blue) as near to each other as synonyms. A metric of low rank over its
    vectors of single words, fitted to pairs of both kinds (tests/benchmarks/train_word_relations.py), tells them apart;
    compare counter-fitting, Mrkšić et al. 2016 (arXiv:1603.00892). Each word is embedded once and remembered.
    """
    if not ours or not theirs:
        return np.zeros((len(ours), len(theirs)), np.float32)
    (a, c), (b, d) = _coordinates(ours, embed), _coordinates(theirs, embed)
    apart = (c**2).sum(1)[:, None] + (d**2).sum(1) - 2 * c @ d.T
    return cast(Floats, (1 / (1 + np.exp(-(a @ b.T - apart + metric().bias)))).astype(np.float32))


def _coordinates(words: Sequence[str], embed: SentenceEmbed) -> tuple[Floats, Floats]:
    known = _known(cast(Hashable, embed))
    lowered = [word.lower() for word in words]
    mine = {word: found for word in lowered if (found := known.get(word)) is not None}
    fresh = [word for word in dict.fromkeys(lowered) if word not in mine]
    if fresh:
        mine.update(zip(fresh, embed.with_sentences(fresh, [[]] * len(fresh))[0], strict=True))
        if len(known) > _REMEMBERED:
            known.clear()  # another thread may be reading: each has its own words in hand
        known.update(mine)
    vectors = np.stack([mine[word] for word in lowered])
    return vectors @ metric().agree, vectors @ metric().differ


@lru_cache(maxsize=2)
def _known(embed: SentenceEmbed) -> dict[str, Floats]:
    return {}


@cache
def metric() -> Metric:
    """The metric that ships."""
    with np.load(_LEARNED, allow_pickle=False) as learned:
        return Metric(learned["agree"], learned["differ"], float(learned["bias"]))
