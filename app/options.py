"""Options that several commands share, so that each means the same everywhere."""

from __future__ import annotations

from pathlib import Path

import click

library = click.option(
    "--library",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The library's folder. [default: $ONRECORD_LIBRARY, else one in your data folder]",
)
llm = click.option(
    "--llm",
    metavar="MODEL",
    default="extractive",
    show_default=True,
    help="Who writes the answer: extractive (no model), local:smollm2, or provider:model.",
)
json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
judge = click.option(
    "--judge",
    metavar="JUDGE",
    help="Who may refuse what the check lets through: provider:model or nli:FOLDER. [default: $ONRECORD_JUDGE]",
)
