"""The figures of a retrieval benchmark as flat keys and as Markdown, with what they were made on."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from tests.benchmarks.retrieval_measures import Figure, interval

Figures = Mapping[str, Mapping[str, Figure]]
"""Stack -> key -> figure; ours is "ours"."""

_BEGIN, _END = "<!-- what follows is written by make bench-retrieval -->", "<!-- up to here -->"
_PACKAGES = ("chromadb", "onnxruntime", "bm25s", "langchain-chroma", "llama-index-core", "llama-index-retrievers-bm25")


def flat(found: Figures, spreads: Mapping[str, float]) -> dict[str, float]:
    """Flat keys: ours as they are, a peer's behind its name; those of mtrag also as means over the domains."""
    keys: dict[str, float] = {f"{key}_spread": spread for key, spread in spreads.items()}
    for stack, figures in found.items():
        prefix = "" if stack == "ours" else f"{stack}_"
        over: dict[str, list[float]] = defaultdict(list)
        for key, figure in figures.items():
            keys[prefix + key] = figure.value()
            if key.startswith("mtrag_"):
                over["mtrag_" + key.split("_", 2)[2]].append(keys[prefix + key])
        keys |= {prefix + key: float(np.mean(domains)) for key, domains in over.items()}
    return keys


def tables(found: Figures, spreads: Mapping[str, float]) -> str:
    """Markdown tables, one for the figures that the same stacks have: a line for each figure, a column for each stack.

    The last columns are how far ours is ahead of the best peer, with the interval, and the spread over builds.
    """
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key in found["ours"]:
        groups[tuple(stack for stack in found if key in found[stack])].append(key)
    written = []
    for stacks, keys in groups.items():
        head = ["figure", "questions", *stacks, "ahead of the best peer (95%)", "spread"]
        lines = [f"| {' | '.join(head)} |", "| --- |" + " --- |" * (len(head) - 1)]
        lines += [_line(found, stacks, key, spreads.get(key)) for key in keys]
        written.append("\n".join(lines))
    return "\n\n".join(written)


def _line(found: Figures, stacks: tuple[str, ...], key: str, spread: float | None) -> str:
    mine = found["ours"][key]
    values = {stack: found[stack][key].value() for stack in stacks}
    ahead = ""
    if len(stacks) > 1:
        best = max((s for s in stacks if s != "ours"), key=lambda s: values[s])
        low, high = interval(mine, found[best][key])
        verdict = "" if low > 0 else ", **behind**" if high < 0 else ", within chance"
        ahead = f"{values['ours'] - values[best]:+.3f} ({low:+.3f} … {high:+.3f}) {best}{verdict}"
    told = "" if spread is None else f"{spread:.4f}"
    cells = (f"{value:.3f}" for value in values.values())
    return f"| {key} | {len(mine.values)} | {' | '.join(cells)} | {ahead} | {told} |"


def made_on(seconds: float, split: str) -> str:
    """The date, the machine, the versions and how long it took, as a paragraph."""
    packages = (f"{name} {found}" for name in _PACKAGES if (found := _version(name)))
    return (
        f"Made on {date.today():%-d %B %Y} from the split `{split}` in {seconds / 60:.0f} minutes: {_processor()}, "
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {', '.join(packages)}."
    )


def write(path: Path, text: str) -> None:
    """Put the text between the marks of a Markdown file, or at its end where it has none."""
    before, mark, rest = path.read_text(encoding="utf-8").partition(_BEGIN) if path.exists() else ("", "", "")
    _, _, after = rest.partition(_END)
    gap = "" if mark or not before else "\n"
    path.write_text(f"{before}{gap}{_BEGIN}\n\n{text}\n\n{_END}{after or chr(10)}", encoding="utf-8")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
