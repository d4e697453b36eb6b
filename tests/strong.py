"""How much is shown of what a strong model writes that was given the product's own prompt: python -m tests.strong [-v].

strong_drafts.json holds such a model's answers, written from nothing but the messages that the product sends for a
question, before anybody saw what the check makes of them; "false" lists those of their sentences that the passages do
not bear out, as read by a person. They are sent over HTTP through the whole pipe.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.answer import Answer
from app.audit.trace import DraftedSentence
from tests.liar import scripted

DRAFTS = Path(__file__).with_name("strong_drafts.json")
SILENT = "The passages do not say"
"""How the prompt has a model say that something is missing: no claim to be kept or lost."""


@dataclass(frozen=True)
class Outcome:
    """What became of one sentence of a model's answer; true: whether the passages bear it out."""

    question: str
    sentence: DraftedSentence
    true: bool

    @property
    def kept(self) -> bool:
        """Whether it is shown."""
        return self.sentence.verdict != "left out"


def outcomes() -> Iterator[Outcome]:
    """Ask every question over the libraries that are at hand."""
    drafts = json.loads(DRAFTS.read_text(encoding="utf-8"))
    for library, bot, server in scripted(drafts):
        for entry in drafts[library]:
            server.draft = entry["draft"]
            for sentence in drafted(bot.ask(entry["question"])):
                yield Outcome(entry["question"], sentence, sentence.drafted not in entry["false"])


def drafted(answer: Answer) -> list[DraftedSentence]:
    """The sentences of the model's draft, but those that say what is missing."""
    drafts = answer.trace.drafts if answer.trace else ()
    own = [draft for draft in drafts if not draft.writer.startswith("extractive")]
    return [one for draft in own for one in draft.sentences if not one.drafted.startswith(SILENT)]


def main() -> None:
    """Print how many true sentences are kept, by what support, and how many false ones; -v: those that are lost."""
    found = list(outcomes())
    for true in (True, False):
        some = [one for one in found if one.true is true]
        support = Counter(str(one.sentence.support) for one in some if one.kept)
        print(
            f"{'true' if true else 'false'}: {len(some)} written, {sum(one.kept for one in some)} shown {dict(support)}"
        )
    if "-v" in sys.argv:
        for one in found:
            if one.kept is not one.true:
                print(f"\n{one.question}\n  {one.sentence.drafted}\n  {one.sentence.reason}")


if __name__ == "__main__":
    main()
