"""A strong model's answers with a slip in each sentence: python -m tests.slips [-v]

slips.json: 154 questions about 130 invented articles of tests/benchmarks, the answers of a strong model that was given
what the product sends, and for each sentence one that a careless model might have written instead, false by the same
passages. Both are sent over HTTP through the whole pipe. Prints how many true sentences are shown and how many slips
are not; -v the slips that are.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.question_sets import write
from tests.liar import scripted
from tests.strong import Outcome, outcomes_of

SLIPS = Path(__file__).with_name("slips.json")


def outcomes() -> Iterator[tuple[bool, Outcome]]:
    """Of each sentence whether it is true, and what became of it."""
    written = json.loads(SLIPS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        write(written["articles"], folder)
        for library, bot, server in scripted(["slips"], {"slips": Path(folder)}):
            for entry in written["answers"]:
                for true, draft in ((True, entry["answer"]), (False, entry["slips"])):
                    server.draft = "\n".join(draft)
                    yield from ((true, one) for one in outcomes_of(bot.ask(entry["question"]), library, false=()))


def main() -> None:
    """Print the two counts."""
    found = list(outcomes())
    true = [one.kept for is_true, one in found if is_true]
    slips = [one for is_true, one in found if not is_true]
    through = [one.sentence.drafted for one in slips if one.kept]
    print(
        f"true sentences shown: {sum(true)} of {len(true)}; slips kept out: {len(slips) - len(through)} of {len(slips)}"
    )
    if "-v" in sys.argv:
        print("".join(f"  {text}\n" for text in through), end="")


if __name__ == "__main__":
    main()
