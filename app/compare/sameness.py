"""Do two sources answer a question alike? What each answers is found in its text; then the answers are compared."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from app.check.words import content_bag, stem, words
from app.compare.short_answers import Short, features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Model = Mapping[str, Any]
"""A logistic regression as plain numbers: mean, scale, weights, intercept, threshold."""
Table = tuple[list[Short], list[list[float]]]
"""The candidates of a text and a row of features for each."""
_LOOKED_AT = 8
"""Candidates of each text, best first, that are compared with those of others."""
_SUPPORT = 1.5
"""How much it speaks for a candidate that other texts hold it too."""
_ALIKE = 0.6
_LEAST = 1e-4


@dataclass(frozen=True)
class Reading:
    """What a text answers: its candidates, best first, and how likely each is the answer.

    backed: the same, raised for those that other texts of the question give too. held: the stems of all its words.
    """

    found: tuple[Short, ...]
    likely: tuple[float, ...]
    backed: tuple[float, ...]
    held: frozenset[str]
    content: frozenset[str]

    @property
    def best(self) -> int:
        """The index of the likeliest candidate once other texts are heard; there has to be one."""
        return max(range(len(self.backed)), key=self.backed.__getitem__)


def learned() -> dict[str, Model]:
    """The models that ship: "answer", "conflict" and "same" (see tests/benchmarks/train_sameness.py)."""
    return _learned()


@cache
def _learned() -> dict[str, Model]:
    found: dict[str, Model] = json.loads((files("app") / "learned" / "sameness.json").read_text("utf-8"))
    return found


def probability(model: Model, row: Sequence[float]) -> float:
    """What a logistic regression gives for one row of features."""
    terms = zip(row, model["mean"], model["scale"], model["weights"], strict=True)
    z = model["intercept"] + sum((x - mean) / scale * weight for x, mean, scale, weight in terms)
    return 1 / (1 + math.exp(-max(min(z, 30.0), -30.0)))


def readings(question: str, texts: Sequence[str]) -> list[Reading]:
    """Read what each of some texts answers to a question, each in the light of the others."""
    return read(texts, [features(question, text) for text in texts], learned()["answer"])


def read(texts: Sequence[str], tables: Sequence[Table], model: Model) -> list[Reading]:
    """As readings, with a model of one's own and each text's candidates with their features."""
    alone = [_alone(text, table, model) for text, table in zip(texts, tables, strict=True)]
    found = []
    for n, one in enumerate(alone):
        others = [o for m, o in enumerate(alone) if m != n]
        support = [sum(_held_as(c, o) for o in others) for c in one.found]
        backed = tuple(p * (1 + _SUPPORT * more) for p, more in zip(one.likely, support, strict=True))
        found.append(replace(one, backed=backed))
    return found


def _alone(text: str, table: Table, model: Model) -> Reading:
    found, rows = table
    rated = sorted(((probability(model, row), n) for n, row in enumerate(rows)), key=lambda one: -one[0])
    best = rated[:_LOOKED_AT]
    likely = tuple(p for p, _ in best)
    held = frozenset(w.stem for w in words(text))
    return Reading(tuple(found[n] for _, n in best), likely, likely, held, content_bag(text))


def _held_as(candidate: Short, other: Reading) -> float:
    """How far another text gives a candidate as its answer."""
    return max((alike(candidate.text, c.text) * p for c, p in zip(other.found, other.likely, strict=True)), default=0.0)


@lru_cache(maxsize=8192)
def alike(one: str, other: str) -> float:
    """The share of words that two short answers have in common (F1 over stems), 0..1."""
    a, b = Counter(_stems(one)), Counter(_stems(other))
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def _stems(text: str) -> list[str]:
    return [stem(w) for w in re.findall(r"\w+", text) if w.lower() not in ("the", "a", "an", "of")]


def conflict_features(question: str, one: Reading, other: Reading) -> list[float]:
    """Whether two texts answer a question differently, in numbers: how alike the best answers are, and so on."""
    asked = content_bag(question)
    mine, theirs = one.content - asked, other.content - asked
    both = len(mine & theirs)
    common = [both / max(len(mine | theirs), 1), both / max(min(len(mine), len(theirs)), 1)]
    if not (one.found and other.found):
        return [0.0] * 10 + [math.log(_LEAST)] * 2 + common
    a, b = one.best, other.best
    same = [[alike(x.text, y.text) for y in other.found] for x in one.found]
    shares = [_held(one.found[a], other.held, asked), _held(other.found[b], one.held, asked)]
    ranks = [
        max(s * p for s, p in zip(same[a], other.backed, strict=True)) / max(other.backed),
        max(row[b] * p for row, p in zip(same, one.backed, strict=True)) / max(one.backed),
    ]
    joint = max(
        math.sqrt(p * q) * (s >= _ALIKE)
        for row, p in zip(same, one.likely, strict=True)
        for s, q in zip(row, other.likely, strict=True)
    )
    strong = sorted((max(one.backed), max(other.backed)))
    return [
        same[a][b],
        _agreement(same, one.backed, other.backed),
        _agreement(same, one.likely, other.likely),
        *sorted(shares),
        *sorted(ranks),
        joint,
        joint / math.sqrt(max(one.likely) * max(other.likely) + _LEAST**2),
        min(max(one.likely), max(other.likely)),
        *(math.log(s + _LEAST) for s in strong),
        *common,
    ]


def _agreement(same: Sequence[Sequence[float]], ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How alike two answers are expected to be, each candidate weighed by how likely it is."""
    weight = sum(ours) * sum(theirs)
    total = sum(s * p * q for row, p in zip(same, ours, strict=True) for s, q in zip(row, theirs, strict=True))
    return total / weight if weight else 0.0


def _held(answer: Short, stems: frozenset[str], asked: frozenset[str]) -> float:
    own = frozenset(_stems(answer.text)) - asked
    return len(own & stems) / len(own) if own else 0.0


def conflict(question: str, one: Reading, other: Reading, model: Model | None = None) -> float:
    """How likely two texts answer a question, and differently: 0..1; from the model's threshold on they conflict."""
    return probability(model or learned()["conflict"], conflict_features(question, one, other))


def profiles(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """How alike n answers are by what they resemble: the correlations (n, n) of the rows of their cosines (n, n).

    Answers that say the same are near to the same others, and far from the same. Of fewer than four answers the cosines
    themselves.
    """
    import numpy as np

    return np.atleast_2d(np.corrcoef(cosines)) if len(cosines) > 3 else cosines


def same_features(question: str, one: str, other: str, profile: float) -> list[float]:
    """What tells whether two short answers to a question say the same: their profile, and whether figures differ.

    profile: of the two among all answers to the question (see profiles).
    """
    asked = content_bag(question)
    figures = [{w for w in content_bag(text) - asked if w[0].isdigit()} for text in (one, other)]
    return [profile, float(bool(figures[0] and figures[1] and figures[0].isdisjoint(figures[1])))]


def same_answer(question: str, one: str, other: str, profile: float, model: Model | None = None) -> float:
    """How likely two short answers to a question say the same, 0..1; from the model's threshold on they do."""
    return probability(model or learned()["same"], same_features(question, one, other, profile))
