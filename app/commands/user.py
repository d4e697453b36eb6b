"""The commands for the users of a web chat that has a login."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from app.commands import options, terminal
from app.libraries import own_library
from retrieval.address import Place
from retrieval.errors import LibraryError

if TYPE_CHECKING:
    from app.web.people import People


@click.group()
def user() -> None:
    """Add, list or remove those who may use the web chat with `onrecord chat --login`."""


@user.command()
@click.argument("name")
@options.library
def add(name: str, library: Place | None) -> None:
    """Add a user, or give one another password; it is asked for."""
    with _people(library) as people:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        new = people.add(name, password)
    terminal.say(f"{name} can log in now." if new else f"{name} has another password now, and has to log in again.")


@user.command("list")
@options.library
def list_(library: Place | None) -> None:
    """List the users."""
    with _people(library) as people:
        for name in people.names():
            click.echo(terminal.line(name))


@user.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
@options.library
def remove(name: str, yes: bool, library: Place | None) -> None:
    """Remove a user with their conversations and ratings."""
    with _people(library) as people:
        if name not in people.names():
            raise LibraryError(f"There is no user {name}. `onrecord user list` shows those there are.")
        if not yes:
            click.confirm(f"Remove {name}, with all their conversations?", abort=True, err=True)
        people.remove(name)
    terminal.say(f"{name} is removed.")


@contextmanager
def _people(library: Place | None) -> Iterator[People]:
    from app.web.keeping import file_for, opened
    from app.web.people import People

    with closing(opened(file_for(library or own_library()))) as database:
        yield People(database)
