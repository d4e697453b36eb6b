"""The command that lists who said what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from app.commands import options, terminal
from app.libraries import opened
from retrieval.address import Place
from retrieval.filters import Filter

if TYPE_CHECKING:
    from app.remarks import Quote


@click.command()
@click.option("--about", default="", metavar="WORDS", help="A topic.")
@options.where
@options.json
@click.option("--csv", "as_csv", is_flag=True, help="Print a table of comma-separated values.")
@click.option("--propose", is_flag=True, help="First have the model of --llm propose what the rules missed.")
@click.option("--llm", metavar="MODEL", help="Who proposes: provider:model or local:smollm2. It reads every document.")
@options.library
def quotes(
    about: str,
    as_json: bool,
    as_csv: bool,
    propose: bool,
    llm: str | None,
    library: Place | None,
    where: Filter,
) -> None:
    """List who said what: exact words, speaker, date and source.

    --since and --until go by the day of saying, which is that of publication where the text gives no other.

    With --propose and --llm a model is shown every document; what it proposes is kept where the text bears it out.
    """
    if propose != bool(llm):
        raise click.UsageError("--propose and --llm go together: onrecord quotes --propose --llm provider:model")
    with opened(library, "extractive", terminal.say) as bot:
        if llm:
            with terminal.progress() as report:
                outcome = bot.propose_quotes(llm, report)
            terminal.say_proposed(outcome)
        one = where.speakers[0] if len(where.speakers) == 1 else ""
        documents = replace(where, speakers=() if one else where.speakers, since=None, until=None)
        found = bot.quotes(one, about, where.since, options.last_day(where.until), documents)
    if as_json:
        terminal.write_json([quote.to_dict() for quote in found])
    elif as_csv:
        terminal.write_csv([_row(quote) for quote in found])
    else:
        terminal.print_quotes(found)


def _row(quote: Quote) -> dict[str, str | int | None]:
    described = quote.to_dict()
    document = described.pop("document")
    return described | {f"document_{key}": value for key, value in document.items()}
