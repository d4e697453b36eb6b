"""The command that asks a question."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands import options, terminal
from app.evidence.strictness import LEVELS, Strictness
from app.libraries import opened
from retrieval.address import Place
from retrieval.errors import OnrecordError
from retrieval.filters import Filter


def _known_kinds(_: click.Context, __: click.Parameter, files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Refuse a file that can't be written before a question is asked for it."""
    from app.audit.export import writer_for

    for file in files:
        try:
            writer_for(file)
        except OnrecordError as error:
            raise click.BadParameter(str(error)) from error
        if not file.absolute().parent.is_dir():
            raise click.BadParameter(f"There is no folder {file.absolute().parent}: make it first.")
    return files


@click.command()
@click.argument("question", nargs=-1, required=True)
@options.json
@options.library
@options.llm
@options.judge
@options.embed
@options.rerank
@options.where
@click.option(
    "-o",
    "--export",
    "exports",
    metavar="FILE",
    multiple=True,
    callback=_known_kinds,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also keep the answer, its citations intact, as .md, .html or .json.",
)
@click.option(
    "--strictness",
    type=click.Choice(LEVELS),
    default="balanced",
    show_default=True,
    help="How sure to be before answering.",
)
@click.option("--trace", is_flag=True, help="Show how the answer came to be; with --json, under the key trace.")
def ask(
    question: tuple[str, ...],
    as_json: bool,
    library: Place | None,
    llm: str,
    judge: str | None,
    embed: str | None,
    rerank: str | None,
    exports: tuple[Path, ...],
    strictness: Strictness,
    trace: bool,
    where: Filter,
) -> None:
    """Ask a question and print the answer with its sources.

    --since and --until go by the day of publication. A question may say where to look itself: "according to Fortune",
    "in articles published in 2024", "what did … say since January 2025".
    """
    with terminal.waiting("Reading…"), opened(library, llm, terminal.say, judge, embed, rerank) as bot:
        bot.strictness = strictness
        answer = bot.ask(" ".join(question), where=where)
    for file in exports:
        from app.audit.export import write

        write(answer, file, trace=trace)
        terminal.say(f"The answer is in {file}.")
    if as_json:
        terminal.write_json(answer.to_dict(trace=trace))
        return
    terminal.print_answer(answer)
    if trace and answer.trace:
        from app.commands.terminal_trace import print_trace

        print_trace(answer.trace)
