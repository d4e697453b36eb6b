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

from tests.benchmarks.question_sets import articles
from tests.liar import scripted
from tests.strong import shown

SLIPS = Path(__file__).with_name("slips.json")


def outcomes() -> Iterator[tuple[bool, str, bool]]:
    """Of each sentence whether it is true, itself, and whether it is shown."""
    written = json.loads(SLIPS.read_text(encoding="utf-8"))
    known = articles()
    with tempfile.TemporaryDirectory() as folder:
        for n, article in enumerate(written["articles"]):
            title, text = known[article]
            Path(folder, f"{n:03}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
        for _, bot, server in scripted(["slips"], {"slips": Path(folder)}):
            for entry in written["answers"]:
                for true, draft in ((True, entry["answer"]), (False, entry["slips"])):
                    server.draft = "\n".join(draft)
                    answer = bot.ask(entry["question"])
                    yield from ((true, sentence.drafted, kept) for sentence, kept in shown(answer))


def main() -> None:
    """Print the two counts."""
    found = list(outcomes())
    true = [kept for true, _, kept in found if true]
    slips = [(text, kept) for true, text, kept in found if not true]
    caught = sum(not kept for _, kept in slips)
    print(f"true sentences shown: {sum(true)} of {len(true)}; slips kept out: {caught} of {len(slips)}")
    if "-v" in sys.argv:
        print("".join(f"  {text}\n" for text, kept in slips if kept), end="")


if __name__ == "__main__":
    main()
