"""The command that holds a stored answer against the library as it is now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands import options, terminal
from app.libraries import opened
from retrieval.address import Place
from retrieval.errors import AnswerError

if TYPE_CHECKING:
    from app.answer import Answer
    from app.audit.verify import Verification

_LARGEST = 20_000_000
"""Bytes; an answer with its audit trail takes some hundred thousand."""


@click.command()
@click.argument("file", metavar="ANSWER.json", type=click.Path(path_type=Path, allow_dash=True))
@options.json
@options.library
@options.embed
@options.rerank
def verify(file: Path, as_json: bool, library: Place | None, embed: str | None, rerank: str | None) -> None:
    """Check a stored answer against the library as it is now.

    ANSWER.json is what `onrecord ask --json` printed or `-o` kept; "-" reads it from stdin. The exit status is 0 where
    all of it holds, 1 where something does not, 2 where the file is no answer.
    """
    try:
        answer = _read(file)
    except AnswerError as error:
        terminal.complain(error)
        raise click.exceptions.Exit(2) from None
    with opened(library, "extractive", terminal.say, embed=embed, rerank=rerank) as bot:
        outcome = bot.verify(answer)
    if as_json:
        terminal.write_json(outcome.to_dict())
    else:
        _print(answer, outcome)
    if not outcome.holds:
        raise click.exceptions.Exit(1)


def _read(file: Path) -> Answer:
    """Read a stored answer. Raises AnswerError."""
    from app.answer import Answer

    try:
        with click.open_file(str(file), "rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise AnswerError(f"{file} can't be read: {error.strerror or error}. Name a file that `-o` kept.") from error
    if len(content) > _LARGEST:
        raise AnswerError(f"{file} has more than {_LARGEST:,} bytes; no stored answer is so large.")
    try:
        return Answer.from_dict(json.loads(content.decode("utf-8-sig")))
    except AnswerError as error:
        raise AnswerError(f"{file} is not a stored answer: {error}") from error
    except RecursionError as error:
        raise AnswerError(f"{file} is not a stored answer: it is nested too deeply.") from error
    except ValueError as error:  # no UTF-8, no JSON, or a number of thousands of digits
        raise AnswerError(
            f"{file} is not JSON ({error}). A stored answer is what `onrecord ask --json` prints."
        ) from error


def _print(answer: Answer, outcome: Verification) -> None:
    console = terminal.console_on()
    quotes = [citation.quote for citation in (*answer.citations, *answer.closest)]
    console.print("Citations" if answer.answered else "Closest passages", style="bold")
    for one, quote in zip(outcome.citations, quotes, strict=True):
        terminal.item(console, _mark(one.holds), f"[{one.number}] {quote}")
        place = f" (document {one.document}, characters {one.start}–{one.end})" if one.start is not None else ""
        terminal.item(console, "", f"{one.status}{place}", style="dim")
        for problem in one.problems:
            terminal.item(console, "", problem, style="bold red")
    if outcome.statements:
        console.print()
        console.print("Statements", style="bold")
    for statement in outcome.statements:
        terminal.item(console, _mark(statement.holds), statement.text)
        if statement.problem:
            terminal.item(console, "", statement.problem, style="bold red")
    for heading, lines in (("The answer itself", outcome.problems), ("Since then", outcome.changes)):
        if lines:
            console.print()
            console.print(heading, style="bold")
        for line in lines:
            terminal.item(console, "-", line)
    console.print()
    console.print("All of it holds." if outcome.holds else "Not all of it holds.", style="bold")


def _mark(holds: bool) -> str:
    return "✓" if holds else "✗"
