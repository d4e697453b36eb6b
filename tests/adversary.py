"""Measure the check against drafts that lie and drafts that don't: python -m tests.adversary [-v]."""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from app.check.checking import Verdict, check
from app.draft import Unit, units
from retrieval.documents import Document, Passage, Span
from retrieval.passages import split_passages
from retrieval.quotations import find_quotations, speaker_of
from retrieval.reading import read

SAMPLE = Path(__file__).parents[1] / "app" / "sample"
DATA = json.loads(Path(__file__).with_name("adversary_drafts.json").read_text(encoding="utf-8"))
ARTICLES: dict[str, list[str]] = DATA["articles"]
"""Invented articles by name: the title and the paragraphs. Drafts name one of them or a file of the sample library."""
FALSE: list[tuple[str, str, str]] = [(kind, *case) for kind, cases in DATA["false"].items() for case in cases]
TRUE: list[tuple[str, str, str]] = [(kind, *case) for kind, cases in DATA["true"].items() for case in cases]
"""Kind, article and draft: what the article does not say, and what stays near its words."""


@lru_cache
def passages_of(article: str) -> tuple[Passage, ...]:
    """The passages of an invented article or of a file of the sample library."""
    if article in ARTICLES:
        title, *paragraphs = ARTICLES[article]
        return tuple(split_passages(Document("\n\n".join(paragraphs), title, f"{article}.txt")))
    return tuple(split_passages(read(SAMPLE / article)))


_quotations = lru_cache(find_quotations)


def says(passage: Passage, span: Span) -> str | None:
    """Who speaks at a span, by the ledger of quotations."""
    return speaker_of(_quotations(passage.document), *span)


def judged(article: str, draft: str) -> Verdict:
    """The verdict on a draft that cites every passage of its article, as harsh a case as there is."""
    passages = passages_of(article)
    [unit] = [part for part in units([draft]) if isinstance(part, Unit)]
    return check(unit.text, passages, range(1, len(passages) + 1), says)


def measure() -> dict[str, tuple[list[tuple[str, Verdict]], int]]:
    """For each kind of draft: those judged wrongly, and how many there are; true kinds begin with "true: "."""
    wrong: dict[str, list[tuple[str, Verdict]]] = defaultdict(list)
    total: dict[str, int] = defaultdict(int)
    for cases, keep in ((FALSE, False), (TRUE, True)):
        for kind, article, draft in cases:
            name = f"true: {kind}" if keep else kind
            verdict = judged(article, draft)
            total[name] += 1
            if (verdict.support is not None) is not keep:
                wrong[name].append((draft, verdict))
    return {name: (wrong[name], count) for name, count in total.items()}


def main() -> None:
    """Print how many lies of each kind are caught and how many true drafts are kept, and the time for one pair."""
    measure()
    started = time.perf_counter()
    outcome = measure()
    seconds = time.perf_counter() - started
    pairs = sum(len(p.sentences) for _, article, _ in FALSE + TRUE for p in passages_of(article))
    print("| kind | right | of | % |\n| --- | --- | --- | --- |")
    groups = {"all false, caught": False, "all true, kept": True}
    for name, (wrong, count) in outcome.items():
        print(f"| {name} | {count - len(wrong)} | {count} | {100 * (count - len(wrong)) / count:.0f} |")
    for label, true in groups.items():
        chosen = [v for name, v in outcome.items() if name.startswith("true: ") is true]
        count, failed = sum(c for _, c in chosen), sum(len(w) for w, _ in chosen)
        print(f"| **{label}** | {count - failed} | {count} | {100 * (count - failed) / count:.1f} |")
    print(f"\n{1000 * seconds / pairs:.3f} ms for a sentence beside a sentence ({pairs} pairs)")
    if "-v" in sys.argv:
        for name, (wrong, _) in outcome.items():
            for draft, verdict in wrong:
                print(f"\n{name}: {draft}\n   {verdict.support or verdict.reason}")


if __name__ == "__main__":
    main()
