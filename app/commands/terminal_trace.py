"""How the audit trail of an answer looks in a terminal: one section for each step, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from app.commands.terminal import console_on, item, safe

if TYPE_CHECKING:
    from rich.console import Console

    from app.audit.trace import Decision, Draft, DraftedSentence, ReadPassage, Searched, Stage, Trace, Version
    from app.llm.exchange import Exchange

_SHOWN_SENTENCES = 8
_EXCERPT = 200


def print_trace(trace: Trace, out: TextIO | None = None, width: int | None = None) -> None:
    """Print how an answer came to be, wrapped to the terminal (80 columns where there is none)."""
    console = console_on(out, width)
    console.print()
    console.rule("Trace")
    _searched(console, "Searched", trace.asked, trace.searched)
    heading = "Limited to"
    for where in trace.limited:
        rows = [(name, " or ".join(v) if isinstance(v, tuple) else v or "") for name, v in vars(where).items()]
        if any(value for _, value in rows):
            _heading(console, heading)
            _rows(console, rows)
            heading = "and to"
    for number, part in enumerate(trace.parts, 1):
        _searched(console, f"Part {number}", "", part)
    _passages(console, trace.passages)
    _decision(console, trace)
    for exchange in trace.exchanges:
        _exchange(console, exchange)
    for draft in trace.drafts:
        _draft(console, draft)
    _took(console, trace.stages, trace.versions)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _searched(console: Console, heading: str, asked: str, searched: Searched) -> None:
    _heading(console, heading)
    rows = (
        ("asked", asked),
        ("searched for", searched.query),
        ("kind", searched.kind),
        ("whose words", searched.who or ("anybody’s" if searched.kind == "speech" else "")),
        ("about", searched.topic),
        ("tone", searched.tone),
        ("terms", ", ".join(searched.terms)),
        ("names", ", ".join(searched.names)),
        ("focus", searched.focus),
    )
    _rows(console, rows)


def _rows(console: Console, rows: Sequence[tuple[str, str]]) -> None:
    for name, value in rows:
        if value:
            item(console, "", f"{name}: {value}")


def _passages(console: Console, passages: Sequence[ReadPassage]) -> None:
    _heading(console, f"Passages read ({len(passages)})")
    for p in passages:
        item(console, f"[{p.number}]", f"{p.source or '—'}: {p.title} ({p.document}, characters {p.start}–{p.end})")
        scores = f"score {p.score:.3f} · meaning {p.dense:.3f} · words {p.lexical:.3f} · best sentence {p.sentence:.3f}"
        item(console, "", scores if p.found_by == "search" else "from the ledger of quotations", style="dim")


def _decision(console: Console, trace: Trace) -> None:
    decision: Decision = trace.decision
    outcome = "answered" if decision.answered else "not answered"
    _heading(console, f"Decision: {outcome}")
    limits = ", ".join(f"{limit.name} {limit.value:g}" for limit in decision.limits)
    item(console, "", f"{decision.weighed} sentences weighed, {decision.enough} strong enough; {limits}", style="dim")
    for s in trace.weighed[:_SHOWN_SENTENCES]:
        mark = "✓" if s.enough else "·"
        item(console, mark, f"{_excerpt(s.text)} [{s.passage}]")
        numbers = f"strength {s.strength:.3f} · score {s.score:.3f} · coverage {s.coverage:.3f}"
        slots = "holds what is asked for" if s.slots else "does not hold what is asked for"
        opposes = " · says the opposite of what is taken for granted" if s.opposes else ""
        item(console, "", f"{numbers} · confidence {s.confidence:.3f} · {slots}{opposes}", style="dim")
    if len(trace.weighed) > _SHOWN_SENTENCES:
        item(console, "", f"… and {len(trace.weighed) - _SHOWN_SENTENCES} more, with --json", style="dim")


def _exchange(console: Console, exchange: Exchange) -> None:
    _heading(console, f"Call to {safe(exchange.model)} for: {safe(exchange.purpose)}")
    used = exchange.usage
    about = "about " if used.estimated else ""
    thought = f", {used.reasoning:,} of them thinking" if used.reasoning else ""
    cached = f", {used.cached:,} of them cached" if used.cached else ""
    numbers = [
        f"prompt {exchange.prompt}" + (", held to a JSON schema" if exchange.structured else ""),
        f"{about}{used.input:,} tokens in{cached}, {about}{used.output:,} out{thought}",
        "cost unknown" if exchange.cost is None else f"${exchange.cost:.6f}",
        f"{exchange.seconds:.2f} s",
    ]
    item(console, "", " · ".join(numbers), style="dim")
    for role, text in exchange.messages:
        _quoted(console, f"sent as {role}", text)
    if exchange.thinking:
        _quoted(console, "it thought", exchange.thinking)
    _quoted(console, "it wrote", exchange.draft)
    if exchange.error:
        item(console, "", f"ended early: {exchange.error}", style="yellow")


def _quoted(console: Console, heading: str, text: str) -> None:
    item(console, "", f"{heading}:")
    for line in text.splitlines():
        item(console, "│", line, style="dim")


def _draft(console: Console, draft: Draft) -> None:
    _heading(console, f"Draft by {safe(draft.writer)}")
    for line in filter(str.strip, draft.text.splitlines()):
        item(console, "│", line)
    if draft.broke:
        item(console, "", f"ended early: {draft.broke}", style="yellow")
    _heading(console, "Checked")
    for sentence in draft.sentences:
        _sentence(console, sentence)


def _sentence(console: Console, sentence: DraftedSentence) -> None:
    cites = "".join(f"[{n}]" for n in sentence.cites)
    item(console, "✗" if sentence.verdict == "left out" else "✓", f"{sentence.drafted} {cites}".strip())
    verdict = " · ".join(part for part in (sentence.verdict, sentence.support, sentence.reason) if part)
    item(console, "", verdict, style="dim")
    for borne in sentence.borne_out_by:
        item(
            console, "", f"[{borne.passage}] characters {borne.start}–{borne.end}: {_excerpt(borne.text)}", style="dim"
        )


def _took(console: Console, stages: Sequence[Stage], versions: Sequence[Version]) -> None:
    _heading(console, "Took")
    shown = " · ".join(f"{stage.name} {1000 * stage.seconds:.1f} ms" for stage in stages)
    item(console, "", shown)
    _heading(console, "With")
    _rows(console, [(version.name, version.value) for version in versions])


def _excerpt(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _EXCERPT else f"{short[:_EXCERPT].rsplit(' ', 1)[0]} …"
