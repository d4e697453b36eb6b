"""The command that asks a question."""

from __future__ import annotations

from pathlib import Path

import click

from app import options, terminal
from app.libraries import opened


@click.command()
@click.argument("question", nargs=-1, required=True)
@options.json
@options.library
@options.llm
def ask(question: tuple[str, ...], as_json: bool, library: Path | None, llm: str) -> None:
    """Ask a question and print the answer with its sources."""
    with terminal.waiting("Reading…"), opened(library, llm, terminal.say) as bot:
        answer = bot.ask(" ".join(question))
    if as_json:
        terminal.write_json(answer.to_dict())
    else:
        terminal.print_answer(answer)
