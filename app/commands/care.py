"""The commands that keep a library whole: check what it holds, repair it, and move it to another embedder."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands import options, terminal
from app.libraries import embedder_name, own_library
from retrieval.address import CATALOG, Place, is_address
from retrieval.errors import LibraryError


@click.command()
@click.option("--repair", is_flag=True, help="Make anew, from the stored texts, what is missing or wrong.")
@options.embed
@options.library
def check(repair: bool, embed: str | None, library: Place | None) -> None:
    """Compare everything that was made from your documents' texts with them.

    The status is 0 when all is well, 1 when something was found (and with --repair, when something is left), 2 when
    the library can't be checked.
    """
    from app.chatbot import Chatbot
    from retrieval.database import examine

    folder = library or own_library()
    try:
        if not is_address(folder):
            examine(Path(folder).expanduser() / CATALOG)
        with terminal.progress() as report, Chatbot(folder, embed=embed) as bot:
            found = bot.repair(report) if repair else bot.check()
            left = bot.check() if repair and found else found
            count = len(bot.documents())
    except LibraryError as error:
        terminal.complain(error)
        raise click.exceptions.Exit(2) from None
    for finding in found:
        click.echo(terminal.line(f"{'mended' if repair and finding not in left else 'found'}: {finding}"))
    if left:
        terminal.say("Add those documents again, or restore a backup." if repair else "--repair mends it.")
        raise click.exceptions.Exit(1)
    click.echo(f"{count} document{'s'[: count != 1]}: all is well" + (" again" if found else ""))


@click.command()
@options.embed
@options.library
def reindex(embed: str | None, library: Place | None) -> None:
    """Move the library to another embedder.

    Until the new vectors are whole, the library is as it was; an interrupted run goes on where it was left.
    """
    from app.chatbot import Chatbot

    name = embed or embedder_name()
    try:
        with terminal.progress() as report, Chatbot(library or own_library()) as bot:
            bot.reindex(name, report)
            count = len(bot.documents())
    except KeyboardInterrupt:
        raise click.Abort("the library is as it was; run the same command again to go on") from None
    click.echo(f"{count} document{'s'[: count != 1]} can be searched with {name}")
    if name != embedder_name():
        terminal.say(f"From now on name it: --embed {name}, or ONRECORD_EMBED={name}.")
