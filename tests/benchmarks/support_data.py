"""Claims with the sentences that should bear them out, as the public sets on support give them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.sentences import split_sentences
from tests.benchmarks.data import rows

FOLDS = 5


@dataclass(frozen=True)
class Case:
    """A claim, its evidence in sentences, whether it is supported, and the article or question that it belongs to."""

    source: str
    claim: str
    evidence: tuple[str, ...]
    supported: bool
    group: str

    @property
    def fold(self) -> int:
        """Which fifth of the groups it falls into."""
        return int(hashlib.sha256(self.group.encode()).hexdigest(), 16) % FOLDS


def wice(data: Path, split: str) -> Iterator[Case]:
    """Supported against partially or not supported, over all sentences of the cited page."""
    for row in rows(data, "wice", split, "claim*.jsonl*"):
        yield _case("wice", row["claim"], row["evidence"], row["label"] == "supported", row["meta"]["claim_title"])


def attributionbench(data: Path, split: str) -> Iterator[Case]:
    """Attributable against not, over all sentences of the references."""
    for row in rows(data, "attributionbench", split):
        evidence = [s for reference in row["references"] for s in sentences(reference)]
        supported = row["attribution_label"] == "attributable"
        yield _case("attributionbench", row["claim"], evidence, supported, row["question"])


def summedits(data: Path, split: str) -> Iterator[Case]:
    """Consistent against inconsistent summaries, over all sentences of the article."""
    for row in rows(data, "summedits_news", split):
        yield _case("summedits", row["summary"], sentences(row["doc"]), bool(row["label"]), row["doc"])


def clapnq(data: Path, split: str) -> Iterator[Case]:
    """Sentences of an answer, over its passage, and over the passage without the sentences it was taken from."""
    for row in rows(data, "clapnq", split):
        if not row["answerable"]:
            continue
        passage, output = row["passages"][0], row["output"][0]
        rest = [s for s in passage["sentences"] if s not in output["selected_sentences"]]
        for claim in sentences(output["answer"]):
            if len(claim.split()) >= 5:
                yield _case("clapnq", claim, [passage["title"], *passage["sentences"]], True, row["input"])
                if len(rest) >= 2:
                    yield _case("clapnq", claim, [passage["title"], *rest], False, row["input"])


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in split_sentences(text)]


def _case(source: str, claim: str, evidence: list[str], supported: bool, group: str) -> Case:
    worded = tuple(s for s in evidence if any(map(str.isalnum, s)))
    return Case(source, claim, worded, supported, group)
