"""A claim matched with the sentences it is laid on: which word stands where, and what the claim is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from app.check.alignment import Token
from app.check.clause_words import REPORTING
from app.check.laying import Floats, Laid, Place
from app.check.paraphrase_words import LIGHT, PLANNED
from app.check.words import words

REACH = 5
"""Words on either side of a figure or a name that tell what it is said of."""
_FOR_SURE = 0.85
"""What a word counts that only may stand for the claim's, beside one that is the same."""

_POSSESSIVE = re.compile(r"[’']s?$")


class Matched:
    """A laid claim with what several measures need of it."""

    def __init__(self, laid: Laid) -> None:
        self.laid = laid
        self.ours, self.main = laid.claim.tokens, laid.sentences[laid.main]
        self.theirs = [laid.token(n) for n in range(len(laid.places))]
        self.explained: NDArray[np.bool_] = np.max(laid.same, axis=1) > 0
        self.content = [i for i, t in enumerate(self.ours) if t.content]
        written = _written(laid.passage.document.text)
        capital = [i for i in self.content if self.ours[i].kind == "name"]
        opening = self.ours[0]
        opens = opening.text in written and opening.lower not in written
        self.named = [i for i in capital if i or opens]
        self.opens_unknown = 0 in capital and not {opening.text, opening.lower} & written
        self.counted = [i for i in self.content if self.ours[i].figure]
        light = LIGHT | PLANNED | REPORTING
        self.heavy = [i for i in self.content if self.ours[i].kind == "word" and self.ours[i].lower not in light]
        self.strange = [i for i in self.heavy if not self.explained[i]]
        self.plain_places = np.array([t.kind == "word" and t.content for t in self.theirs])

    @cached_property
    def alike(self) -> Floats:
        """How well each word of the source may stand for each of the claim, 0..1."""
        laid = self.laid
        close = 0.9 * np.clip((laid.near - 0.35) / 0.5, 0, 1)
        found = np.maximum(laid.same, _FOR_SURE * np.maximum(laid.stands, close))
        meant = np.array([t.content for t in self.theirs])
        return np.where(meant[None, :] | (laid.same > 0), found, 0).astype(np.float32)

    @cached_property
    def positions(self) -> dict[int, Place]:
        """Where each word of meaning most likely stands in the source: the best match, near those found before."""
        found: dict[int, Place] = {}
        anchors: list[int] = []
        columns = np.arange(len(self.theirs))
        mainly = 0.1 * np.array([s == self.laid.main for s, _ in self.laid.places])
        for i in sorted(self.content, key=lambda i: -self.alike[i].max()):
            if self.alike[i].max() < 0.3:
                break
            score = self.alike[i] + mainly
            if anchors:
                score = score - 0.01 * np.minimum(np.abs(columns[:, None] - np.array(anchors)).min(axis=1), 20)
            anchors.append(int(score.argmax()))
            found[i] = self.laid.places[anchors[-1]]
        return found

    @cached_property
    def used(self) -> list[Place]:
        """The clauses (sentence, clause) in which the words stand, one for each word."""
        return [(s, self.laid.sentences[s].clauses[n]) for s, n in self.positions.values()]

    @cached_property
    def clause(self) -> list[Token]:
        """The tokens of the clauses that hold at least two words of the claim."""
        kept = {clause for clause in self.used if self.used.count(clause) > 1 or len(self.used) < 3}
        sentences = enumerate(self.laid.sentences)
        return [t for s, one in sentences for t, n in zip(one.tokens, one.clauses, strict=True) if (s, n) in kept]


@lru_cache(maxsize=64)
def _written(text: str) -> frozenset[str]:
    """The words of a text as they are written, of "Nvidia's" the name too."""
    found = [word.text for word in words(text)]
    return frozenset((*found, *(_POSSESSIVE.sub("", one) for one in found)))


def mean(values: Sequence[float], empty: float) -> float:
    """The mean of some values; what stands for it where there are none."""
    return sum(values) / len(values) if values else empty
