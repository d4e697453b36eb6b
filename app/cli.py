"""The command `onrecord`: its commands, each loaded when it is named, and every error as one clear line."""

from __future__ import annotations

import difflib
import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from app.commands import terminal
from retrieval.errors import OnrecordError

COMMANDS = {
    "add": "app.commands.library:add",
    "ask": "app.commands.ask:ask",
    "chat": "app.commands.chat:chat",
    "check": "app.commands.care:check",
    "eval": "app.commands.eval:eval_",
    "feedback": "app.commands.feedback:feedback",
    "list": "app.commands.library:list_",
    "quotes": "app.commands.quotes:quotes",
    "reindex": "app.commands.care:reindex",
    "remove": "app.commands.library:remove",
    "setup": "app.commands.library:setup",
    "show": "app.commands.library:show",
    "tag": "app.commands.library:tag",
    "user": "app.commands.user:user",
    "verify": "app.commands.verify:verify",
}
"""Where each command is; what it needs beyond click is imported when it runs."""


class _Commands(click.Group):
    """The commands; a word that is none of them leads to the one that was probably meant."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, arguments)
        except click.UsageError as error:
            close = difflib.get_close_matches(arguments[0], COMMANDS, n=1)
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
        from app.commands.chat import chat

        context.invoke(chat)


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
