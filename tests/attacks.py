"""Sentences written to get lies past the check: python -m tests.attacks [-v]

attacks.json holds short documents, each with claims that are true and claims that are false by it (with the
kind of lie, in the first set): two attempts, of which the rules in app/check/objections.py and quoted_settings.py were
made on what came through. A few labels are a matter of opinion. Prints of each attempt how many of either are shown by
the rules of wording alone and at the usual strictness; -v the false ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from app.check.checking import check
from app.evidence.strictness import BALANCED, NEVER
from retrieval.documents import Document
from retrieval.passages import split_passages
from tests.adversary import says

ATTACKS = Path(__file__).with_name("attacks.json")
LEVELS = {"rules alone": NEVER, "balanced": BALANCED.wording}


def shown(attempt: str, least: float) -> Iterator[tuple[bool, str, bool]]:
    """Of each claim of an attempt whether it is true, its words, and whether it is shown; least: see check."""
    for entry in json.loads(ATTACKS.read_text(encoding="utf-8"))[attempt]:
        published = date.fromisoformat(entry["published"]) if "published" in entry else None
        document = Document("\n\n".join(entry["paragraphs"]), entry["title"], "attack.txt", published=published)
        passages = tuple(split_passages(document))
        for true, claims in ((True, entry["true"]), (False, [claim for _, claim in entry["false"]])):
            for claim in claims:
                verdict = check(claim, passages, range(1, len(passages) + 1), says, least)
                yield true, claim, verdict.support is not None


def main() -> None:
    """Print the counts."""
    for attempt in json.loads(ATTACKS.read_text(encoding="utf-8")):
        for level, least in LEVELS.items():
            found = list(shown(attempt, least))
            for true in (True, False):
                some = [kept for is_true, _, kept in found if is_true is true]
                print(f"{attempt}, {level}: {sum(some)} of {len(some)} {'true' if true else 'false'} shown")
            if "-v" in sys.argv:
                print("".join(f"  {claim}\n" for is_true, claim, kept in found if kept and not is_true), end="")


if __name__ == "__main__":
    main()
