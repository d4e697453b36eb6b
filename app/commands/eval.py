"""The command that asks a file of questions and reports how the answers met what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands import options, terminal
from app.libraries import opened, sample
from retrieval.address import Place
from retrieval.errors import OnrecordError

if TYPE_CHECKING:
    from app.chatbot import Chatbot

SAMPLE_QUESTIONS = Path(__file__).parents[1] / "evaluation" / "sample.yaml"
_FILE = click.Path(path_type=Path, dir_okay=False)


class _BadInputError(click.ClickException):
    """What makes the run impossible: status 2, so that a CI job can tell it from answers that fell short."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        terminal.complain(self.message)


@click.command("eval")
@click.argument("file", required=False, type=_FILE)
@options.library
@options.llm
@options.embed
@options.rerank
@click.option("--html", type=_FILE, metavar="FILE", help="Also write the report as one page, with plots.")
@options.json
@click.option("--baseline", type=_FILE, metavar="FILE", help="Compare with what --json printed for an earlier run.")
@click.option("--min", "least", multiple=True, metavar="MEASURE=SHARE", help="Exit with 1 below this: answered=0.9.")
def eval_(
    file: Path | None,
    library: Place | None,
    llm: str,
    embed: str | None,
    rerank: str | None,
    html: Path | None,
    as_json: bool,
    baseline: Path | None,
    least: tuple[str, ...],
) -> None:
    """Ask the questions of FILE (.yaml or .jsonl) and score the answers against what it expects.

    Without FILE, the bundled questions are put to the bundled sample library. The status is 0, 1 when a threshold of
    --min does not hold, and 2 when the input can't be used.
    """
    from app.evaluation.compare import compare, read_baseline
    from app.evaluation.file import read_questions
    from app.evaluation.report import print_evaluation, unmet
    from app.evaluation.run import evaluate

    if library and not file:
        raise click.UsageError("With --library, name the file of questions for it: onrecord eval FILE --library DIR")
    thresholds = _thresholds(least)
    if html and not html.absolute().parent.is_dir():
        raise _BadInputError(f"{html} can't be written: there is no folder {html.absolute().parent}.")
    with _bad_input():
        questions = read_questions(file or SAMPLE_QUESTIONS)
        before = read_baseline(baseline) if baseline else None
    with terminal.progress() as report, _open(file, library, llm, embed, rerank) as bot:
        evaluation = evaluate(bot, questions, report)
    now = {s.expected.id: s.counts for s in evaluation.scored}
    comparison = compare(now, before) if before is not None else None
    if html:
        from app.evaluation.html import page

        _write(html, page(evaluation, comparison))
    if as_json:
        compared = {"baseline": asdict(comparison)} if comparison else {}
        terminal.write_json(evaluation.to_dict() | compared)
    else:
        print_evaluation(evaluation, comparison)
    missed = unmet(evaluation.measures, thresholds)
    for line in missed:
        terminal.complain(line)
    if missed:
        raise click.exceptions.Exit(1)


@contextmanager
def _bad_input() -> Iterator[None]:
    try:
        yield
    except OnrecordError as error:
        raise _BadInputError(str(error)) from error


@contextmanager
def _open(
    file: Path | None, library: Place | None, llm: str, embed: str | None, rerank: str | None
) -> Iterator[Chatbot]:
    with _bad_input():  # whatever goes wrong with one question is caught where it is asked
        if file is None:
            with sample(llm, terminal.say, rerank=rerank) as bot:
                yield bot
        else:
            with opened(library, llm, terminal.say, embed=embed, rerank=rerank) as bot:
                yield bot


def _thresholds(given: Sequence[str]) -> dict[str, float]:
    from app.evaluation.scoring import MEASURES

    found = {}
    for one in given:
        name, _, value = one.partition("=")
        name = name.strip().replace("-", "_")
        if name not in MEASURES:
            raise click.UsageError(f"--min {one}: there is no measure “{name}”; there are {', '.join(MEASURES)}.")
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = -1.0
        if not 0 <= found[name] <= 1:
            raise click.UsageError(f"--min {one}: write it as {name}=0.9, a share from 0 to 1.")
    return found


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise _BadInputError(f"{path} can't be written ({error.strerror or error}).") from error
