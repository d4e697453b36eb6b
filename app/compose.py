"""The answer as markdown: statements with their markers, grouped by speaker where somebody's words were asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from app.answer import Citation, Disagreement, Position, Statement

_ACTIVE = re.compile(r"!(?=\[)|(?<=\])\((?=\S)|[<`]|(?<=\])(?=\[[a-z])", re.IGNORECASE)
_MARKER_LIKE = re.compile(r"\[(?=\d+\])")


def inert(text: str) -> str:
    """Document text as markdown that shows the same characters: no tag, image, link or code can start in it."""
    return _MARKER_LIKE.sub(r"\\[", _ACTIVE.sub(lambda m: "\\" + m.group(), text))


def markdown(statements: Sequence[Statement], citations: Sequence[Citation], *, by_speaker: bool, as_list: bool) -> str:
    """Render checked statements.

    by_speaker: under a bold line for each speaker, in order of first appearance; as_list: one bullet each, else prose.
    """
    if by_speaker:
        blocks: dict[str, list[str]] = {}
        for statement in statements:
            blocks.setdefault(speaker_of(statement, citations) or "", []).append(f"- {_line(statement)}")
        return "\n\n".join((f"**{inert(who)}**\n\n" if who else "") + "\n".join(lines) for who, lines in blocks.items())
    if as_list and len(statements) > 1:
        return "\n".join(f"- {_line(s)}" for s in statements)
    return " ".join(_line(s) for s in statements)


_LEAD = {"updated later": ", of which one is later information", "rounding": ", perhaps only by rounding"}


def disagreement_line(disagreement: Disagreement) -> str:
    """One sentence that sets the values of a disagreement against each other, each with its sources and their days."""
    sides = "; ".join(_side(p) for p in disagreement.positions)
    return f"**The sources disagree** on {inert(disagreement.about)}{_LEAD.get(disagreement.kind, '')}: {sides}."


def _side(position: Position) -> str:
    others = [w for w in position.wordings if w.words != position.value]
    marks = {n for w in others for n in w.citations}
    own = [n for n in position.citations if n not in marks] or position.citations
    put = "".join(f", put as {inert(w.words)} {_markers(w.citations)}" for w in others)
    told = weight(position)
    return f"{inert(position.value)} {_markers(own)}{put}{f' ({told})' if told else ''}"


def weight(position: Position) -> str:
    """What stands behind a value: how many sources, how many of them no copies, and when they were published."""
    documents = len(position.sources)
    copies = f", {position.independent} independent" if position.independent < documents else ""
    days = [f"{day.day} {day:%B %Y}" for day in map(date.fromisoformat, position.dates)]
    dated = " to ".join(dict.fromkeys((days[0], days[-1]))) if days else ""
    return ", ".join(
        part
        for part in (
            "later information" if position.later else "",
            f"{documents} sources{copies}" if documents > 1 else "",
            dated,
        )
        if part
    )


def _markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)


def speaker_of(statement: Statement, citations: Sequence[Citation]) -> str | None:
    """The speaker of the statement's first citation that has one."""
    return next((c.speaker for c in citations if c.number in statement.citations and c.speaker), None)


def _line(statement: Statement) -> str:
    return f"{inert(statement.text)} {_markers(statement.citations)}"
