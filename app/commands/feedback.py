"""The command that writes what readers of the web chat found good as questions for `onrecord eval`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from app.commands import options
from app.libraries import own_library
from retrieval.address import Place
from retrieval.errors import AnswerError, LibraryError


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.yaml", help="Write to a file."
)
@click.option("--user", metavar="NAME", help="Only what this user of the web chat rated.")
@options.library
def feedback(output: Path | None, user: str | None, library: Place | None) -> None:
    """Write what was rated in the web chat as a file of questions for `onrecord eval`.

    A sentence found good becomes an expected fact, quote and source; what was not found good stands as a comment.
    """
    from app.web.conversations import Conversations
    from app.web.feedback import Feedback, eval_set
    from app.web.keeping import file_for

    file = file_for(library or own_library())
    if not file.exists():
        raise LibraryError(f"Nothing has been asked in the web chat of this library yet: there is no {file}.")
    with closing(Conversations.at(file)) as conversations:
        rated = list(Feedback(conversations.database).rated(user))
    if not rated:
        raise LibraryError("Nothing has been rated yet. In the web chat, each sentence and each answer has two marks.")
    text = eval_set(rated)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise AnswerError(f"{output} can't be written: {error.strerror or error}. Name another file.") from error
    click.echo(f"{len(rated)} rated {'answer' if len(rated) == 1 else 'answers'} in {output}", err=True)
