"""How an answer, a progress and a list of documents look in a terminal."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from app.answer import Answer, Citation
from app.check.wording import in_marks
from app.compose import inert, own_text, weight, wordings

if TYPE_CHECKING:
    from rich.console import Console

    from app.llm.proposals import Proposed
    from app.remarks import Quote

Report = Callable[[str, int, int], None]
"""Progress of a step: (what is being done, units done, units in all)."""

# What a terminal would obey (escape sequences) or that changes the order in which a line reads.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
_LINE_BREAKS = re.compile("[\n\t\u2028\u2029]")
_LONGEST_MESSAGE = 2000

_INDENT = 5
_ESCAPED = re.compile(r"\\([][!(<`])")


def safe(text: str) -> str:
    """Make every character that a terminal would obey visible as �; tabs and newlines stay."""
    return _CONTROLS.sub("�", text)


def line(text: str) -> str:
    """Make a line break visible too, so that a file's name can't pass for a message of ours."""
    return _LINE_BREAKS.sub("�", safe(text))


def say(message: str) -> None:
    """Print one message on stderr, in one line; what is endless loses its middle."""
    if len(message) > _LONGEST_MESSAGE:
        message = f"{message[: _LONGEST_MESSAGE // 2]} … {message[-_LONGEST_MESSAGE // 2 :]}"
    click.echo(line(message), err=True)


def complain(message: object) -> None:
    """Print an error on stderr."""
    say(f"onrecord: {message}")


def write_exactly(text: str) -> None:
    """Write the text to stdout as UTF-8 whatever the locale says, ending in a newline."""
    click.echo((text if text.endswith("\n") else text + "\n").encode("utf-8", "surrogatepass"), nl=False)


def write_json(value: object) -> None:
    """Write a value to stdout as UTF-8 JSON; what UTF-8 can't hold (half of a surrogate pair) is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    write_exactly(text)


def print_answer(answer: Answer, out: TextIO | None = None, width: int | None = None) -> None:
    """Print the answer with its sources, wrapped to the terminal (80 columns where there is none)."""
    console = console_on(out, width)
    _paragraphs(console, own_text(answer), _wordings(answer))
    for disagreement in answer.disagreements:
        console.print()
        console.print(f"The sources disagree: {safe(disagreement.about)} ({disagreement.kind})", style="bold yellow")
        for position in disagreement.positions:
            told = weight(position)
            own, others = wordings(position)
            put = "".join(f", put as {w.words} {_markers(w.citations)}" for w in others)
            item(console, "-", f"{position.value} {_markers(own)}{put}{f' ({told})' if told else ''}")
    _citations(console, "Sources" if answer.answered else "Cited", answer.citations)
    _citations(console, "Closest passages", answer.closest)
    if answer.left_out:
        console.print()
        console.print("Left out, because the check found no support for it", style="bold")
        for left_out in answer.left_out:
            item(console, "-", f"{left_out.text} ({left_out.reason})", style="dim")
    for note in answer.notes:
        console.print()
        item(console, "", f"Note: {note}", style="dim", indent=0)


def _paragraphs(console: Console, text: str, below: Mapping[str, str]) -> None:
    """Print the markdown that answers are made of: bold lines, bullets, prose and escaped characters.

    below: a bullet's text -> what is printed under it.
    """
    for raw in safe(text).splitlines():
        line = _ESCAPED.sub(r"\1", raw)
        if bullet := re.match(r"[-*] +", line):
            item(console, "-", line[bullet.end() :])
            if more := below.get(raw[bullet.end() :]):
                item(console, "", more, style="dim")
        elif heading := re.fullmatch(r"\*\*(.+)\*\*", line):
            console.print(heading[1], style="bold")
        else:
            item(console, "", line, indent=0)


def _wordings(answer: Answer) -> dict[str, str]:
    """How other outlets word a remark, by the text of the bullet that has it in the first one's words."""
    found, quotes = {}, {citation.number: citation.quote for citation in answer.citations}
    for remark in answer.remarks:
        statement = answer.statements[remark.statement]
        others = "; ".join(
            f"{f'“{v.words}”' if in_marks(quotes[v.citations[0]], v.words) else v.words} {_markers(v.citations)}"
            for v in remark.variants[1:]
        )
        if others:
            found[safe(f"{inert(statement.text)} {_markers(statement.citations)}")] = f"Worded differently: {others}"
    return found


def _citations(console: Console, heading: str, citations: Sequence[Citation]) -> None:
    if not citations:
        return
    console.print()
    console.print(heading, style="bold")
    for citation in citations:
        document = citation.document
        who = ", ".join(part for part in (citation.speaker, citation.role) if part) if citation.speaker else None
        said = f"said {citation.said}" if citation.said and citation.dated_by == "text" else None
        about = " · ".join(part for part in (who, said, document.source, document.published) if part)
        where = f"{document.title} (onrecord show {document.id}, characters {citation.start}–{citation.end})"
        item(console, f"[{citation.number}]", citation.quote)
        if about:
            item(console, "", about)
        item(console, "", where, style="dim")


def console_on(out: TextIO | None = None, width: int | None = None) -> Console:
    """A console that prints text as it is; out: stdout unless another is given; width: as wide as the terminal."""
    from rich.console import Console

    return Console(file=out, width=width, highlight=False, markup=False, emoji=False)


def item(console: Console, label: str, text: str, style: str = "", indent: int = _INDENT) -> None:
    """Print a label and, beside it, text whose further lines are indented to the first."""
    from rich.text import Text

    lines = Text(_one_line(safe(text)) or " ", style=style).wrap(console, max(console.width - indent, 10))
    for line in lines:
        line.rstrip()
        console.print(Text(f"{label:>{indent - 1}} " if indent else "").append_text(line))
        label = ""


def _markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _one_line(text: str) -> str:
    return " ".join(text.split())


@contextmanager
def progress() -> Iterator[Report]:
    """Show steps on stderr while the body runs: a bar on a terminal, else a line for each step as it begins."""
    if not sys.stderr.isatty():
        yield _line_for_each_step()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)

        def report(step: str, done: int, total: int) -> None:
            bars.update(task, description=line(step), completed=done, total=total or None)

        yield report


def _line_for_each_step() -> Report:
    last = None

    def report(step: str, done: int, total: int) -> None:
        nonlocal last
        if step != last:
            last = step
            say(step)

    return report


@contextmanager
def waiting(message: str) -> Iterator[None]:
    """Show a spinner with this message on stderr while the body runs, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(message):
        yield


def write_csv(rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows to stdout as UTF-8 CSV with a head line.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front: document text is never executed.
    """
    import csv

    out = io.StringIO()
    columns = list(rows[0]) if rows else ["text"]
    table = csv.DictWriter(out, columns)
    table.writeheader()
    table.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    click.echo(out.getvalue().encode("utf-8", "replace"), nl=False)


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def print_quotes(quotes: Sequence[Quote]) -> None:
    """Print the ledger's entries, each with who, when and where below its words."""
    console = console_on()
    for quote in quotes:
        item(console, "", _one_line(quote.text), indent=0)
        who = ", ".join(part for part in (quote.speaker or "speaker unknown", quote.role) if part)
        day = f"{quote.said} ({quote.dated_by})" if quote.said else "no date"
        document = quote.document
        place = f"onrecord show {document.id}, characters {quote.start}–{quote.end}"
        source = document.source or "—"
        kind = f"{quote.kind} · proposed by {quote.proposed_by}" if quote.proposed_by else quote.kind
        item(console, "", f"{who} · {day} · {kind} · {source}: {document.title} ({place})", style="dim")
    console.print(f"{len(quotes)} quotation{'' if len(quotes) == 1 else 's'}", style="bold")


def say_proposed(outcome: Proposed) -> None:
    """Say on stderr how many proposals a model made, how many were kept and why the others were not."""
    say(f"{outcome.model}: {outcome.proposed} proposed, {len(outcome.kept)} kept")
    for reason, count in outcome.refused.items():
        say(f"  {count} refused: {reason}")
