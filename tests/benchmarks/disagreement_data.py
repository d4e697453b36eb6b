"""RAMDocs and NAnCo as pairs to compare, and what is measured of each text once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from zlib import crc32

from app.compare.sameness import Table
from app.compare.short_answers import features
from tests.benchmarks.data import rows

FOLDS = 5
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Asked:
    """A question of RAMDocs: its documents' texts, their answers (None where one gives none), and their features."""

    question: str
    texts: tuple[str, ...]
    answers: tuple[str | None, ...]
    tables: tuple[Table, ...]

    @property
    def fold(self) -> int:
        """The fifth of the questions that this one is in."""
        return crc32(self.question.encode()) % FOLDS

    def pairs(self) -> Iterator[tuple[int, int, bool]]:
        """Each pair of documents, and whether their answers conflict: both give one, and not the same."""
        for a, b in combinations(range(len(self.texts)), 2):
            one, other = self.answers[a], self.answers[b]
            yield a, b, bool(one and other and plain(one) != plain(other))


@dataclass(frozen=True)
class Clustered:
    """A question of NAnCo: short answers and the cluster that people put each in."""

    question: str
    answers: tuple[str, ...]
    clusters: tuple[int, ...]

    def pairs(self) -> Iterator[tuple[int, int, bool]]:
        """Each pair of answers, and whether they are in one cluster."""
        for a, b in combinations(range(len(self.answers)), 2):
            yield a, b, self.clusters[a] == self.clusters[b]


def ramdocs(data: Path, split: str) -> list[Asked]:
    """The questions of RAMDocs in the order of the file."""
    return [_asked(row["question"], row["documents"]) for row in rows(data, "ramdocs", split)]


def _asked(question: str, documents: Sequence[dict[str, str]]) -> Asked:
    texts = tuple(d["text"] for d in documents)
    answers = tuple(d["answer"] if d["answer"] != _UNKNOWN else None for d in documents)
    return Asked(question, texts, answers, tuple(features(question, text) for text in texts))


def nanco(data: Path, split: str) -> list[Clustered]:
    """The questions of NAnCo with their answers."""
    return [
        Clustered(
            row["question"],
            tuple(a["Answer"] for a in row["answers"]),
            tuple(int(a["cluster_global"]) for a in row["answers"]),
        )
        for row in rows(data, "nanco", split, "nanco*.jsonl*")
    ]


def plain(answer: str) -> str:
    """An answer without case and punctuation."""
    return " ".join(re.findall(r"\w+", answer.lower()))


def overlap(one: str, other: str) -> float:
    """The F1 of the words of two texts."""
    a, b = Counter(plain(one).split()), Counter(plain(other).split())
    return 2 * (a & b).total() / max(a.total() + b.total(), 1)
