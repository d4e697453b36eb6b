"""Options that several commands share, so that each means the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from app.questions.days import Days, iso_days
from retrieval.address import place

if TYPE_CHECKING:
    pass

library = click.option(
    "--library",
    metavar="DIR|URL",
    type=place,
    help="The library's folder, or http://host:port of a Chroma server. [default: $ONRECORD_LIBRARY, else one in your"
    " data folder]",
)
llm = click.option(
    "--llm",
    metavar="MODEL",
    default="extractive",
    show_default=True,
    help="Who writes the answer: extractive (no model), local:smollm2, or provider:model.",
)
embed = click.option(
    "--embed",
    metavar="NAME",
    help="The embedder: minilm, fastembed:MODEL, sentence-transformers:MODEL, openai:MODEL, ollama:MODEL."
    " [default: $ONRECORD_EMBED, else minilm]",
)
rerank = click.option(
    "--rerank",
    metavar="NAME",
    help="Who orders what is found anew: onnx:FOLDER, fastembed:MODEL or sentence-transformers:MODEL."
    " [default: $ONRECORD_RERANK, else nobody]",
)
json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
judge = click.option(
    "--judge",
    metavar="JUDGE",
    help="Who may refuse what the check lets through: provider:model or nli:FOLDER. [default: $ONRECORD_JUDGE]",
)


class _Period(click.ParamType[Days]):
    """A day, month or year, as 2025-01-31, 2025-01 or 2025."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Days:
        try:
            return iso_days(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _several(flag: str, name: str, metavar: str, help: str) -> Callable[[Any], Any]:
    return click.option(flag, name, multiple=True, metavar=metavar, help=help)


def where(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where to look; it takes them together as its argument `where`.

    The words of each option are those of retrieval.filters.Filter; --until names the last day, month or year, included.
    """

    @wraps(command)
    def with_filter(
        sources: tuple[str, ...],
        authors: tuple[str, ...],
        speakers: tuple[str, ...],
        documents: tuple[str, ...],
        tags: tuple[str, ...],
        since: Days | None,
        until: Days | None,
        **others: Any,  # noqa: ANN401 - the command's own
    ) -> None:
        from retrieval.filters import Filter

        days = since and since[0], until and until[1]
        if days[0] and days[1] and days[0] >= days[1]:
            raise click.UsageError(f"--since {days[0]} is later than --until: no day lies between them.")
        command(where=Filter(documents, sources, authors, speakers, tags, *days), **others)

    for option in reversed(
        (
            _several(
                "--source", "sources", "OUTLET", "Only from this outlet; may be given several times, as those below."
            ),
            _several("--author", "authors", "NAME", "Only by this author."),
            _several("--speaker", "speakers", "NAME", "Only what quotes this person, by name or role (Meta's CEO)."),
            _several("--document", "documents", "ID", "Only this document, by its id or the beginning of it."),
            _several("--tag", "tags", "TAG", "Only documents with this tag."),
            click.option("--since", type=_Period(), metavar="DATE", help="From 2025-01-31, 2025-01 or 2025 on."),
            click.option("--until", type=_Period(), metavar="DATE", help="Up to this day, month or year, included."),
        )
    ):
        with_filter = option(with_filter)
    return with_filter


def last_day(until: date | None) -> date | None:
    """The last day before a day that is itself not included."""
    return until and until - timedelta(days=1)
