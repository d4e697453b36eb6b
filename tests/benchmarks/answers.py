"""Score what makes an answer trustworthy: support, silence, disagreement and the choice of sentences.

Run: python -m tests.benchmarks.answers --data DIR --split dev [--json FILE] [--only support silence …]

Each part runs the product's own functions on public data and, beside them, two measures that anybody would try first:
overlap (the share of the claim's or question's words that the text holds) and cosine (of the same embedder). What each
figure means stands at the top of the part's module.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.benchmarks import answers_disagreement, answers_selection, answers_silence, answers_support

PARTS: Mapping[str, Callable[[Path, str], dict[str, float]]] = {
    "support": answers_support.scores,
    "silence": answers_silence.scores,
    "disagreement": answers_disagreement.scores,
    "selection": answers_selection.scores,
}
PUBLISHED = {
    "wice_auroc": "T5-3B .947, GPT-4 .802 (100 items, evidence given)",
    "attributionbench_macro_f1": "fine-tuned GPT-3.5 about .80",
    "summedits_balanced": "human .900, GPT-4 .833, QAFactEval .744, SummaC .619",
    "nomiracl_balanced": "GPT-4 .758, Mixtral .744, GPT-3.5 .730",
    "nanco_balanced": "consolidation model .813, MPNet .73, NLI .58",
}


def main() -> int:
    """Print a table of the figures; exit with 1 where no part found its data."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    options = parser.parse_args()
    found: dict[str, float] = {}
    for name in options.only:
        began = time.perf_counter()
        found |= PARTS[name](options.data, options.split)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    if not found:
        print(f"{options.data} holds none of the sets for the split {options.split}.", file=sys.stderr)
        return 1
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps({key: round(value, 4) for key, value in sorted(found.items())}, indent=1))
    return 0


def table(found: Mapping[str, float]) -> str:
    """Ours beside overlap and cosine, a line for each figure, as a Markdown table."""
    lines = ["| figure | ours | overlap | cosine | published |", "| --- | --- | --- | --- | --- |"]
    for key, value in found.items():
        if not key.startswith(("overlap_", "cosine_")):
            others = (f"{found[k]:.3f}" if (k := prefix + key) in found else "" for prefix in ("overlap_", "cosine_"))
            lines.append(f"| {key} | {value:.3f} | {' | '.join(others)} | {PUBLISHED.get(key, '')} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
