"""Measure the check on claims in free words about invented articles: python -m tests.paraphrases [-v] FILE.json …

Every claim is held against all passages of its article. paraphrases_written.json helped to make the rules;
paraphrases_held_out.json was written before any of it was put to the check, and is measured, not looked at. A level of
strictness may stand among the files; without one it is balanced.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.check.checking import Verdict, check
from app.evidence.strictness import BALANCED, LEVELS, least_of
from retrieval.documents import Document, Passage
from retrieval.passages import split_passages
from tests import adversary

WRITTEN = Path(__file__).with_name("paraphrases_written.json")
HELD_OUT = Path(__file__).with_name("paraphrases_held_out.json")
TRUE = "true"


@dataclass(frozen=True)
class Claim:
    """A sentence about an article; kind: "true", or what is wrong with it."""

    article: str
    kind: str
    text: str


def claims(file: Path) -> Iterator[Claim]:
    """The true sentences of a file, and the false ones."""
    drafts = json.loads(file.read_text(encoding="utf-8"))
    for article, texts in drafts["true"].items():
        yield from (Claim(article, TRUE, text) for text in texts)
    for article, lies in drafts["false"].items():
        yield from (Claim(article, kind, text) for kind, text in lies)


@cache
def passages(file: Path) -> dict[str, tuple[Passage, ...]]:
    """The passages of each article of a file, and of those in tests/adversary_drafts.json."""
    articles = adversary.ARTICLES | json.loads(file.read_text(encoding="utf-8"))["articles"]
    return {
        name: tuple(split_passages(Document("\n\n".join(paragraphs), title, f"{name}.txt")))
        for name, (title, *paragraphs) in articles.items()
    }


def judged(file: Path, least: float = BALANCED.wording) -> list[tuple[Claim, Verdict]]:
    """The verdict on each claim of a file, which cites every passage of its article."""
    found = passages(file)
    return [
        (claim, check(claim.text, here, range(1, len(here) + 1), adversary.says, least))
        for claim in claims(file)
        for here in [found[claim.article]]
    ]


def rates(outcome: list[tuple[Claim, Verdict]]) -> dict[str, tuple[int, int]]:
    """For each kind how many claims were judged rightly, and how many there are."""
    total = Counter(claim.kind for claim, _ in outcome)
    good = Counter(claim.kind for claim, v in outcome if (v.support is not None) is (claim.kind == TRUE))
    return {kind: (good[kind], total[kind]) for kind in sorted(total)}


def main() -> None:
    """Print how many lies of each kind are caught, how many true claims are kept, and the time for one claim."""
    level = next((level for level in LEVELS if level in sys.argv), "balanced")
    for file in [Path(arg) for arg in sys.argv[1:] if arg not in ("-v", *LEVELS)] or [WRITTEN]:
        started = time.process_time()
        outcome = judged(file, least_of(level).wording)
        spent = time.process_time() - started
        print(f"\n{file.name}\n| kind | right | of | % |\n| --- | --- | --- | --- |")
        table = rates(outcome)
        lies = [row for kind, row in table.items() if kind != TRUE]
        table["**all lies**"] = sum(good for good, _ in lies), sum(count for _, count in lies)
        for kind, (good, count) in table.items():
            print(f"| {kind} | {good} | {count} | {100 * good / count:.1f} |")
        print(f"\n{1000 * spent / len(outcome):.1f} ms of processor time for a claim")
        for claim, verdict in outcome if "-v" in sys.argv else ():
            if (verdict.support is not None) is not (claim.kind == TRUE):
                print(f"\n{claim.kind}: {claim.text}\n   {verdict.support or verdict.reason}")


if __name__ == "__main__":
    main()
