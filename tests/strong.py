"""How much is shown of what a strong model writes that was given the product's own prompt: python -m tests.strong [-v].

strong_drafts.json holds such a model's answers, written from nothing but the messages that the product sends for a
question, before anybody saw what the check makes of them; "false" lists those of their sentences that the passages do
not bear out, as read by a person. They are sent over HTTP through the whole pipe. The library "invented"
(strong_library) is looked at by its counts alone: no rule was made on it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.answer import Answer
from app.audit.trace import Draft, DraftedSentence
from app.check.quantities import quantities
from app.check.words import content_bag
from app.draft import Unit
from tests.liar import FOLDERS, scripted

DRAFTS = Path(__file__).with_name("strong_drafts.json")
HELD_OUT = "invented"
MOST = 0.6
"""The share of a lost sentence's words that a cited one must hold to tell what it says."""
LIBRARIES = FOLDERS | {HELD_OUT: Path(__file__).with_name("strong_library")}


@dataclass(frozen=True)
class Outcome:
    """What became of one sentence of a model's answer; true: whether the passages bear it out.

    instead: the sources' sentences that the answer shows in the place of all that was left out; told: whether one
    sentence that the answer cites holds most of its words and all its figures (see _is_told).
    """

    library: str
    question: str
    sentence: DraftedSentence
    true: bool
    instead: tuple[str, ...]
    told: bool

    @property
    def kept(self) -> bool:
        """Whether it is shown as it was written."""
        return self.sentence.verdict != "left out"


def outcomes() -> Iterator[Outcome]:
    """Ask every question over the libraries that are at hand."""
    drafts = json.loads(DRAFTS.read_text(encoding="utf-8"))
    for library, bot, server in scripted(drafts, LIBRARIES):
        for entry in drafts[library]:
            server.draft = entry["draft"]
            yield from outcomes_of(bot.ask(entry["question"]), library, false=entry["false"])


def outcomes_of(answer: Answer, library: str, false: Collection[str]) -> Iterator[Outcome]:
    """What became of each sentence that a model wrote and claims something with; false: those that are not true."""
    for sentence in (one for draft in _drafts(answer) for one in draft.sentences):
        if not Unit(sentence.drafted, ()).declines:
            true = sentence.drafted not in false
            told = sentence.verdict != "left out" or _is_told(sentence.drafted, answer)
            yield Outcome(library, answer.question, sentence, true, _instead(answer), told)


def _drafts(answer: Answer) -> list[Draft]:
    """What the model wrote."""
    return [draft for draft in (answer.trace.drafts if answer.trace else ()) if not _is_own(draft)]


def _is_own(draft: Draft) -> bool:
    return draft.writer.startswith("extractive")


def _instead(answer: Answer) -> tuple[str, ...]:
    drafts = answer.trace.drafts if answer.trace else ()
    kept = (one for draft in drafts if _is_own(draft) for one in draft.sentences if one.verdict != "left out")
    return tuple(one.drafted for one in kept)


def _is_told(sentence: str, answer: Answer) -> bool:
    """Whether a sentence that the answer cites, with its document's title, holds most of its words and all figures."""
    said, figures = content_bag(sentence), quantities(sentence)
    return any(
        all(any(one.bears_out(figure) for one in quantities(cited.quote)) for figure in figures)
        and len(said & content_bag(f"{cited.document.title} {cited.quote}")) >= MOST * len(said)
        for cited in answer.citations
    )


def main() -> None:
    """Print how many sentences are shown, by what support, and what -v shows of those that are not."""
    found = list(outcomes())
    for library in dict.fromkeys(one.library for one in found):
        for true in (True, False):
            some = [one for one in found if one.library == library and one.true is true]
            support = Counter(str(one.sentence.support) for one in some if one.kept)
            told = sum(one.told for one in some)
            print(
                f"{library}: {len(some)} {'true' if true else 'false'}, {sum(one.kept for one in some)} shown "
                f"{dict(support)}, {told} told, in these words or the sources'"
            )
    if "-v" in sys.argv:
        for one in found:
            if one.kept is not one.true and one.library != HELD_OUT:
                so = "told by its source" if one.told else "not told"
                print(f"\n{one.question}\n  {one.sentence.drafted}\n  {one.sentence.reason}; {so}")
                print("".join(f"  > {text}\n" for text in one.instead), end="")


if __name__ == "__main__":
    main()
