"""Score how follow-up questions are made to stand alone, against people's rewritings (CANARD).

Run: python -m tests.benchmarks.followup --data DIR --split dev [--json FILE] [--show N]

canard_rouge1_recall: the share of the words of a person's rewriting that ours has (Lin 2004), as multisets;
canard_rouge1_precision: the share of our words that it has; canard_bleu: corpus BLEU of up to four words (Papineni et
al. 2002). canard_unchanged: of the questions that the person left as they are, how many we do. copy_*: the question as
it was typed. The conversation's title and section are given as its first turn, as they were to the person.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

from app.questions.followup import Turn, standalone
from tests.benchmarks.data import rows


@dataclass(frozen=True)
class Item:
    """A question, the turns before it, and how a person rewrote it."""

    question: str
    history: tuple[Turn, ...]
    rewriting: str


def items(data: Path, split: str) -> list[Item]:
    """Every question of a split."""
    found = []
    for row in rows(data, "canard", split):
        said = row["History"]
        found.append(Item(row["Question"], tuple(zip(said[::2], said[1::2], strict=True)), row["Rewrite"]))
    return found


def tokens(text: str) -> list[str]:
    """Lower-cased words and numbers."""
    return re.findall(r"[a-z0-9]+", text.lower())


def rouge1(given: str, reference: str) -> tuple[float, float]:
    """Recall and precision of single words, counted as often as they occur."""
    ours, theirs = Counter(tokens(given)), Counter(tokens(reference))
    shared = (ours & theirs).total()
    return shared / max(theirs.total(), 1), shared / max(ours.total(), 1)


def bleu(given: Sequence[str], references: Sequence[str], longest: int = 4) -> float:
    """Corpus BLEU, one reference each, without smoothing; 0 where no run of four words is shared."""
    shared, all_, ours, theirs = [0] * longest, [0] * longest, 0, 0
    for one, reference in zip(given, references, strict=True):
        a, b = tokens(one), tokens(reference)
        ours, theirs = ours + len(a), theirs + len(b)
        for n in range(longest):
            mine, other = _runs(a, n + 1), _runs(b, n + 1)
            shared[n] += (mine & other).total()
            all_[n] += mine.total()
    if not all(shared):
        return 0.0
    brevity = min(0.0, 1 - theirs / ours)
    return exp(brevity + sum(log(s / n) for s, n in zip(shared, all_, strict=True)) / longest)


def _runs(words: Sequence[str], length: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[n : n + length]) for n in range(len(words) - length + 1))


def scores(data: Path, split: str) -> dict[str, float]:
    """Flat keys, 0..1; none where the set is absent."""
    asked = items(data, split)
    flat: dict[str, float] = {}
    if not asked:
        return flat
    rewritten = [standalone(item.question, item.history) for item in asked]
    for prefix, given in (("", rewritten), ("copy_", [item.question for item in asked])):
        both = [rouge1(one, item.rewriting) for one, item in zip(given, asked, strict=True)]
        flat[f"{prefix}canard_rouge1_recall"] = sum(recall for recall, _ in both) / len(both)
        flat[f"{prefix}canard_rouge1_precision"] = sum(precision for _, precision in both) / len(both)
        flat[f"{prefix}canard_bleu"] = bleu(given, [item.rewriting for item in asked])
    alone = [n for n, item in enumerate(asked) if tokens(item.question) == tokens(item.rewriting)]
    if alone:
        flat["canard_unchanged"] = sum(rewritten[n] == asked[n].question for n in alone) / len(alone)
    return flat


def main() -> int:
    """Print the figures; exit with 1 where there is nothing to score."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print each N-th question and its rewritings")
    options = parser.parse_args()
    flat = {key: round(value, 4) for key, value in scores(options.data, options.split).items()}
    if not flat:
        print(f"{options.data} holds no canard for the split {options.split}.", file=sys.stderr)
        return 1
    if options.show:
        for item in items(options.data, options.split)[:: options.show]:
            ours = standalone(item.question, item.history)
            print(f"asked   {item.question}\nours    {ours}\nperson  {item.rewriting}\n")
    print("\n".join(f"{key:24} {value:.3f}" for key, value in flat.items()))
    if options.json:
        options.json.write_text(json.dumps(flat, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
