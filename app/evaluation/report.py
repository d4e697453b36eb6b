"""How an evaluation reads in a terminal: the measures, the tags, what failed and, with a baseline, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from app.commands.terminal import safe
from app.evaluation.scoring import MEASURES, Measure, Scored, measures

if TYPE_CHECKING:
    from rich.console import Console

    from app.evaluation.compare import Comparison
    from app.evaluation.run import Evaluation

SHOWN_FOR_TAGS = ("passed", "abstention", "facts", "quotes")
_BAR = 20


def print_evaluation(
    evaluation: Evaluation, comparison: Comparison | None = None, out: TextIO | None = None, width: int | None = None
) -> None:
    """Print an evaluation, wrapped to the terminal (80 columns where there is none)."""
    from rich.console import Console

    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    _measures(console, evaluation)
    _tags(console, evaluation)
    for scored in evaluation.failing:
        _failing(console, scored)
    if comparison:
        _changes(console, comparison)
    console.print()
    console.print(summary(evaluation))


def summary(evaluation: Evaluation) -> str:
    """What was asked, how it went and how long it took, in a sentence or two."""
    count, failing = len(evaluation.scored), len(evaluation.failing)
    said = [
        f"{count} question{'s' * (count != 1)}, {failing} failing; written by {evaluation.model}",
        f"median {duration(evaluation.seconds(0.5))}, 95th percentile {duration(evaluation.seconds(0.95))}",
        f"{evaluation.left_out} sentences left out by the check",
    ]
    if evaluation.stood_in:
        said.append(f"for {len(evaluation.stood_in)} the sources’ own words stood in for the model’s")
    if evaluation.errors:
        said.append(f"{len(evaluation.errors)} ended in an error")
    return "; ".join(said) + "."


def duration(seconds: float) -> str:
    """Seconds as people read them: 24 ms, 1.3 s, 95 s."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def rate(measure: Measure) -> str:
    """A measure's value to three places; a dash where nothing was counted."""
    return "–" if measure.value is None else f"{measure.value:.3f}"


def _measures(console: Console, evaluation: Evaluation) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("measure", "", "value", "95% interval", "of"):
        table.add_column(heading, justify="left" if heading in ("measure", "") else "right", no_wrap=True)
    for name, measure in evaluation.measures.items():
        if measure.value is not None:
            filled = round(measure.value * _BAR)
            interval = f"{measure.low:.2f}–{measure.high:.2f}"
            count = f"{measure.hits}/{measure.of}"
            table.add_row(name, "█" * filled + "░" * (_BAR - filled), rate(measure), interval, count)
    console.print(table)


def _tags(console: Console, evaluation: Evaluation) -> None:
    from rich.table import Table
    from rich.text import Text

    if not evaluation.tags:
        return
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("tag", overflow="fold")
    for heading in ("questions", *SHOWN_FOR_TAGS):
        table.add_column(heading, justify="right", no_wrap=True)
    for tag, scored in evaluation.tags.items():
        found = measures(scored)
        table.add_row(Text(safe(tag)), str(len(scored)), *(rate(found[name]) for name in SHOWN_FOR_TAGS))
    console.print()
    console.print(table)


def _failing(console: Console, scored: Scored) -> None:
    where = f" (line {scored.expected.line})" if scored.expected.line else ""
    console.print()
    console.print(safe(f"✗ {scored.expected.id}{where}"), style="bold")
    for problem in scored.problems:
        _indented(console, f"- {problem}")
    answer = scored.outcome.answer
    if answer is not None:
        got = " ".join(s.text for s in answer.statements) if answer.answered else "the sources don’t say"
        for line in (f"got: {got}", *(f"note: {note}" for note in answer.notes)):
            _indented(console, line, style="dim")


def _indented(console: Console, text: str, style: str = "") -> None:
    from rich.text import Text

    for line in Text(safe(" ".join(text.split())), style=style).wrap(console, max(console.width - 2, 10)):
        line.rstrip()
        console.print(Text("  ").append_text(line))


def _changes(console: Console, comparison: Comparison) -> None:
    console.print()
    console.print(f"Against the baseline, over the {comparison.shared} questions in both:", style="bold")
    for name, change in comparison.changes.items():
        console.print(f"  {name:<{max(map(len, MEASURES))}}  {change_text(change.before, change.now)}"
                      f"  (95% interval {change.low:+.3f} to {change.high:+.3f})")  # fmt: skip
    for what, ids in (("now passing", comparison.mended), ("now failing", comparison.broken)):
        for id in ids:
            console.print(f"  {what}: {safe(id)}")


def change_text(before: float, now: float) -> str:
    """A measure before and now, with the difference."""
    return f"{before:.3f} → {now:.3f}  {now - before:+.3f}"


def unmet(found: Mapping[str, Measure], least: Mapping[str, float]) -> list[str]:
    """The thresholds that don't hold, each as a line that says by how much."""
    missed = []
    for name, threshold in least.items():
        value = found[name].value
        if value is None:
            missed.append(f"{name} was not measured, and at least {threshold:g} is asked for: no question states it")
        elif value < threshold:
            missed.append(f"{name} is {value:.3f}, and at least {threshold:g} is asked for")
    return missed
