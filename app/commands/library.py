"""The commands about what a library holds: add, list, show, remove, and setup."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from app.commands import options, terminal
from app.libraries import opened, own_library
from retrieval.address import Place
from retrieval.errors import OnrecordError
from retrieval.filters import Filter

if TYPE_CHECKING:
    from retrieval.entries import Entry


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH|URL...")
@options.embed
@options.library
def add(paths: tuple[str, ...], embed: str | None, library: Place | None) -> None:
    """Add documents: files, folders or web addresses. Adding the same content twice adds nothing.

    An address may be in your own network; a public one that leads there is not followed.

    A name that begins with "-" goes after "--", or as "./-name".
    """
    from app.chatbot import Chatbot

    try:
        with terminal.progress() as report, Chatbot(library or own_library(), embed=embed) as bot:
            results = bot.add(*paths, progress=report, reach="named")
    except KeyboardInterrupt:
        raise click.Abort("what was stored before is kept; run the same command again to add the rest") from None
    count = Counter(result.status for result in results)
    copies = Counter(result.status for result in results if result.copy_of)
    click.echo(", ".join(f"{count[s]} {s}{_copies(copies[s])}" for s in ("added", "unchanged", "replaced")))
    for result in results:
        if result.copy_of:
            terminal.say(
                f"{result.title} ({result.document}) is a copy of {result.copy_of}: the two count as one source."
            )
    failed = [result for result in results if result.status == "failed"]
    for result in failed:
        terminal.complain(result.error)
    if failed:
        raise click.exceptions.Exit(1)


def _copies(count: int) -> str:
    return f" ({count} {'is a copy' if count == 1 else 'are copies'} of another)" if count else ""


@click.command("list")
@options.json
@options.where
@options.library
def list_(as_json: bool, library: Place | None, where: Filter) -> None:
    """List the documents: id, date, outlet, title, tags."""
    with opened(library, "extractive", terminal.say) as bot:
        documents = bot.documents(where)
    if as_json:
        terminal.write_json([_described(document) for document in documents])
        return
    for document in documents:
        date = document.published.isoformat() if document.published else "no date"
        more = "".join(f"  #{tag}" for tag in document.tags)
        more += f"  (a copy of {document.copy_of})" if document.copy_of else ""
        click.echo(terminal.line(f"{document.id}  {date:<10}  {document.source or '—'}: {document.title}{more}"))


def _described(document: Entry) -> dict[str, object]:
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "author": document.author,
        "published": document.published and document.published.isoformat(),
        "uri": document.uri,
        "tags": list(document.tags),
        "copy_of": document.copy_of,
    }


@click.command()
@click.argument("id")
@click.argument("tags", nargs=-1, required=True, metavar="TAG...")
@click.option("--remove", is_flag=True, help="Take them off.")
@options.library
def tag(id: str, tags: tuple[str, ...], remove: bool, library: Place | None) -> None:
    """Put tags on a document, to be asked by with --tag. They outlast a change of its text."""
    from app.chatbot import Chatbot

    with Chatbot(library or own_library()) as bot:
        left = bot.tag(id, tags, remove=remove)
    click.echo(terminal.line(f"{id}: {', '.join(left) or 'no tags'}"))


@click.command()
@click.argument("id")
@options.library
def show(id: str, library: Place | None) -> None:
    """Print a document's stored text exactly.

    A citation's start and end count this text's characters.
    """
    with opened(library, "extractive", terminal.say) as bot:
        text = bot.document(id).text
    terminal.write_exactly(text)


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@options.library
def remove(ids: tuple[str, ...], library: Place | None) -> None:
    """Remove documents from your library."""
    from app.chatbot import Chatbot

    failed = False
    with Chatbot(library or own_library()) as bot:
        for id in ids:
            try:
                bot.remove(id)
                click.echo(f"removed {id}")
            except OnrecordError as error:
                failed = True
                terminal.complain(error)
    if failed:
        raise click.exceptions.Exit(1)


@click.command()
def setup() -> None:
    """Bring the weights that pip alone leaves out.

    Each file's hash is checked.
    """
    from retrieval.weights import setup as bring

    with terminal.progress() as report:
        bring(report)
    click.echo("Everything is in place.")
