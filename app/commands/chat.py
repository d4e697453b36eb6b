"""The command that opens the web chat."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from app.commands import options, terminal
from app.libraries import own_library
from retrieval.address import Place
from retrieval.errors import LibraryError

if TYPE_CHECKING:
    from app.web.login import Door


@click.command()
@click.option("--port", default=7860, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--no-browser", is_flag=True, help="Don't open a browser.")
@click.option("--login", is_flag=True, help="Only for those whom `onrecord user add NAME` added.")
@click.option("--login-header", metavar="NAME", default="", help="A reverse proxy says in this header who asks.")
@click.option("--trust", metavar="ADDRESS", multiple=True, help="The proxy's address or network. [default: loopback]")
@click.option("--allow-host", metavar="NAME", multiple=True, help="A host name that the page may be asked for by.")
@options.library
@options.llm
@options.embed
@options.rerank
def chat(
    port: int,
    host: str,
    no_browser: bool,
    login: bool,
    login_header: str,
    trust: tuple[str, ...],
    allow_host: tuple[str, ...],
    library: Place | None,
    llm: str,
    embed: str | None,
    rerank: str | None,
) -> None:
    """Open the web chat."""
    from app.chatbot import Chatbot
    from app.libraries import OwnOrSample, holds_documents, sample
    from app.web.keeping import file_for
    from app.web.serving import serve

    path = library or own_library()
    door = _door(path, login, login_header, trust, allow_host)
    terminal.say("Starting the web chat…")
    if library or holds_documents(path):
        with Chatbot(path, llm, embed, rerank=rerank) as bot:
            bot.warm()
            serve(bot, host, port, not no_browser, kept=file_for(path), door=door)
        return
    with (
        sample(llm, terminal.say, rerank=rerank) as bot,
        closing(OwnOrSample(bot, path, embed, rerank)) as either,
    ):
        bot.warm()
        serve(either, host, port, not no_browser, kept=file_for(path), door=door)


def _door(path: Place, login: bool, header: str, trust: tuple[str, ...], hosts: tuple[str, ...]) -> Door:
    """Who may come in. Raises UsageError and LibraryError for what does not go together."""
    from app.web.keeping import file_for, opened
    from app.web.login import EVERYBODY, Door
    from app.web.people import People

    if login and header:
        raise click.UsageError("--login and --login-header are two ways to know who asks: name one.")
    if trust and not header:
        raise click.UsageError("--trust says whose --login-header is believed: name that header too.")
    door = Door(hosts or None, login, header, trust or EVERYBODY.trusted)
    _ = door.networks
    if login:
        with closing(opened(file_for(path))) as database:
            if not People(database).names():
                raise LibraryError("There is nobody to log in yet: add someone with `onrecord user add NAME`.")
    return door
