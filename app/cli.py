"""The command `onrecord`: what it is told becomes calls of Chatbot, and every error one clear line."""

from __future__ import annotations

import difflib
import io
import os
import sys
from collections import Counter
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app import terminal
from app.libraries import opened, own_library
from retrieval.errors import OnrecordError, WeightsError

if TYPE_CHECKING:
    from app.remarks import Quote

EXAMPLES = (
    "What did Zuckerberg say about DeepSeek?",
    "How much does Meta plan to spend on capital expenditure in 2025?",
    "How far did Nvidia's share price fall?",
)
_library = click.option(
    "--library",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The library's folder. [default: $ONRECORD_LIBRARY, else one in your data folder]",
)
_llm = click.option(
    "--llm",
    metavar="MODEL",
    default="extractive",
    show_default=True,
    help="Who writes the answer: extractive (no model), local:smollm2, or provider:model.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class _Commands(click.Group):
    """The commands; a word that is none of them leads to the one that was probably meant."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, arguments)
        except click.UsageError as error:
            close = difflib.get_close_matches(arguments[0], self.commands, n=1)
            hint = f"Did you mean onrecord {close[0]}?" if close else 'To ask something: onrecord ask "…"'
            raise click.UsageError(f"{error.message} {hint}", context) from None


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord")
@click.pass_context
def cli(context: click.Context) -> None:
    """Ask your documents; get the exact words, with speaker, date and source.

    Without a command, the web chat opens. While your own library is empty, questions go to a bundled sample.
    """
    if context.invoked_subcommand is None:
        context.invoke(chat)


@cli.command()
@click.option("--port", default=7860, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--no-browser", is_flag=True, help="Don't open a browser.")
@_library
@_llm
def chat(port: int, host: str, no_browser: bool, library: Path | None, llm: str) -> None:
    """Open the web chat."""
    from app.chatbot import Chatbot
    from app.libraries import OwnOrSample, holds_documents, sample
    from app.web import serve

    terminal.say("Starting the web chat…")
    path = library or own_library()
    if library or holds_documents(path):
        with Chatbot(path, llm) as bot:
            bot.warm()
            serve(bot, host, port, not no_browser, examples=(), writers=_writers())
        return
    with sample(llm, terminal.say) as bot, closing(OwnOrSample(bot, path)) as either:
        bot.warm()
        serve(either, host, port, not no_browser, examples=EXAMPLES, writers=_writers())


def _writers() -> list[str]:
    """Those who can write an answer here without a key or a connection."""
    from importlib.util import find_spec

    from retrieval.weights import SMOLLM2, locate

    if find_spec("xllamacpp"):
        with suppress(WeightsError):
            locate(SMOLLM2)
            return ["extractive", "local:smollm2"]
    return ["extractive"]


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH|URL...")
@_library
def add(paths: tuple[str, ...], library: Path | None) -> None:
    """Add documents: files, folders or web addresses. Adding the same content twice adds nothing.

    A name that begins with "-" goes after "--", or as "./-name".
    """
    from app.chatbot import Chatbot

    try:
        with terminal.progress() as report, Chatbot(library or own_library()) as bot:
            results = bot.add(*paths, progress=report)
    except KeyboardInterrupt:
        raise click.Abort("what was stored before is kept; run the same command again to add the rest") from None
    count = Counter(result.status for result in results)
    click.echo(", ".join(f"{count[status]} {status}" for status in ("added", "unchanged", "replaced")))
    failed = [result for result in results if result.status == "failed"]
    for result in failed:
        terminal.complain(result.error)
    if failed:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("question", nargs=-1, required=True)
@_json
@_library
@_llm
def ask(question: tuple[str, ...], as_json: bool, library: Path | None, llm: str) -> None:
    """Ask a question and print the answer with its sources."""
    with terminal.waiting("Reading…"), opened(library, llm, terminal.say) as bot:
        answer = bot.ask(" ".join(question))
    if as_json:
        terminal.write_json(answer.to_dict())
    else:
        terminal.print_answer(answer)


@cli.command()
@click.option("--speaker", default="", metavar="NAME", help='A name, or a role such as "Meta\'s CEO".')
@click.option("--about", default="", metavar="WORDS", help="A topic.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day, as 2025-01-31.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day, included.")
@_json
@click.option("--csv", "as_csv", is_flag=True, help="Print a table of comma-separated values.")
@click.option("--propose", is_flag=True, help="First have the model of --llm propose what the rules missed.")
@click.option("--llm", metavar="MODEL", help="Who proposes: provider:model or local:smollm2. It reads every document.")
@_library
def quotes(
    speaker: str,
    about: str,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
    as_csv: bool,
    propose: bool,
    llm: str | None,
    library: Path | None,
) -> None:
    """List who said what: exact words, speaker, date and source.

    With --propose and --llm a model is shown every document; what it proposes is kept where the text bears it out.
    """
    if propose != bool(llm):
        raise click.UsageError("--propose and --llm go together: onrecord quotes --propose --llm provider:model")
    with opened(library, "extractive", terminal.say) as bot:
        if llm:
            with terminal.progress() as report:
                outcome = bot.propose_quotes(llm, report)
            terminal.say_proposed(outcome)
        found = bot.quotes(speaker, about, since and since.date(), until and until.date())
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


@cli.command("list")
@_json
@_library
def list_(as_json: bool, library: Path | None) -> None:
    """List the documents: id, date, outlet, title."""
    with opened(library, "extractive", terminal.say) as bot:
        documents = bot.documents()
    if as_json:
        terminal.write_json([_described(document) for document in documents])
        return
    for document in documents:
        date = document.published.isoformat() if document.published else "no date"
        click.echo(terminal.line(f"{document.id}  {date:<10}  {document.source or '—'}: {document.title}"))


def _described(document: Any) -> dict[str, str | None]:  # noqa: ANN401
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "author": document.author,
        "published": document.published and document.published.isoformat(),
        "uri": document.uri,
    }


@cli.command()
@click.argument("id")
@_library
def show(id: str, library: Path | None) -> None:
    """Print a document's stored text exactly.

    A citation's start and end count this text's characters.
    """
    with opened(library, "extractive", terminal.say) as bot:
        text = bot.document(id).text
    terminal.write_exactly(text)


@cli.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_library
def remove(ids: tuple[str, ...], library: Path | None) -> None:
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


@cli.command()
def setup() -> None:
    """Bring the weights that pip alone leaves out.

    Each file's hash is checked.
    """
    from retrieval.weights import setup as bring

    with terminal.progress() as report:
        bring(report)
    click.echo("Everything is in place.")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; give its exit status: 0, 1 for an error, 2 for wrong usage, 130 when interrupted."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that can't show a character still gets the rest
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            terminal.complain(error)
        _discard_output()
        return 1
    return status


def _run(arguments: list[str] | None) -> int:
    try:
        return int(cli.main(arguments, prog_name="onrecord", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        terminal.complain(f"interrupted; {error}" if str(error) else "interrupted")
        return 130
    except OnrecordError as error:
        terminal.complain(error)
        return 1
    except OSError:
        raise
    except Exception as error:
        if os.environ.get("ONRECORD_DEBUG"):
            raise
        terminal.complain(
            f"this should not have happened ({type(error).__name__}: {error}). "
            "Set ONRECORD_DEBUG=1 and run it again for the details to report."
        )
        return 1


def _discard_output() -> None:
    """Send what stdout still holds nowhere, or the flush at exit fails once more."""
    with suppress(OSError, ValueError), Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
