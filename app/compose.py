"""The answer as markdown: statements with their markers, grouped by speaker where somebody's words were asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answer import Citation, Disagreement, Statement

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


def disagreement_line(disagreement: Disagreement) -> str:
    """One sentence that sets the values of a disagreement against each other, each with its sources."""
    sides = (f"{inert(p.value)} " + "".join(f"[{n}]" for n in p.citations) for p in disagreement.positions)
    return f"**The sources disagree** on {inert(disagreement.about)}: {'; '.join(sides)}."


def speaker_of(statement: Statement, citations: Sequence[Citation]) -> str | None:
    """The speaker of the statement's first citation that has one."""
    return next((c.speaker for c in citations if c.number in statement.citations and c.speaker), None)


def _line(statement: Statement) -> str:
    return inert(statement.text) + " " + "".join(f"[{n}]" for n in statement.citations)
