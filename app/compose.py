"""The answer as markdown: statements with their markers, grouped by speaker where somebody's words were asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.answer import Answer, Citation, Disagreement, Position, Statement, Variant

_ACTIVE = re.compile(r"!(?=\[)|(?<=\])\((?=\S)|[<`]|(?<=\])(?=\[[a-z])", re.IGNORECASE)
_MARKER_LIKE = re.compile(r"\[(?=\d+\])")
_ESCAPED_OR_MARKER = re.compile(r"\\([][!(<`])|\[(\d{1,6})\]")


def inert(text: str) -> str:
    """Document text as markdown that shows the same characters: no tag, image, link or code can start in it."""
    return _MARKER_LIKE.sub(r"\\[", _ACTIVE.sub(lambda m: "\\" + m.group(), text))


def prose(statements: Sequence[Statement]) -> str:
    """Checked statements as running text."""
    return " ".join(statement_line(s) for s in statements)


def listed(statements: Sequence[Statement], citations: Sequence[Citation], *, by_speaker: bool) -> str:
    """Checked statements as a list, one alone as a line.

    by_speaker: under a bold line for each speaker, in order of first appearance.
    """
    if by_speaker:
        blocks: dict[str, list[str]] = {}
        for statement in statements:
            blocks.setdefault(speaker_of(statement, citations) or "", []).append(f"- {statement_line(statement)}")
        return "\n\n".join((f"**{inert(who)}**\n\n" if who else "") + "\n".join(lines) for who, lines in blocks.items())
    if len(statements) > 1:
        return "\n".join(f"- {statement_line(s)}" for s in statements)
    return prose(statements)


_LEAD = {"updated later": ", of which one is later information", "rounding": ", perhaps only by rounding"}


def disagreement_line(disagreement: Disagreement) -> str:
    """One sentence that sets the values of a disagreement against each other, each with its sources and their days."""
    sides = "; ".join(_side(p) for p in disagreement.positions)
    return f"**The sources disagree** on {inert(disagreement.about)}{_LEAD.get(disagreement.kind, '')}: {sides}."


def _side(position: Position) -> str:
    own, others = wordings(position)
    put = "".join(f", put as {inert(w.words)} {_markers(w.citations)}" for w in others)
    told = weight(position)
    return f"{inert(position.value)} {_markers(own)}{put}{f' ({told})' if told else ''}"


def wordings(position: Position) -> tuple[Sequence[int], list[Variant]]:
    """The citations that put a value as it is shown, and how the others put it."""
    others = [w for w in position.wordings if w.words != position.value]
    marks = {n for w in others for n in w.citations}
    return [n for n in position.citations if n not in marks] or position.citations, others


def weight(position: Position) -> str:
    """What stands behind a value: how many sources, how many of them no copies, and when they were published."""
    documents = len(position.sources)
    copies = f", {position.independent} independent" if position.independent < documents else ""
    days = [_day(iso) for iso in position.dates]
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


def _day(iso: str) -> str:
    """An ISO date as people write it; what a file was made to hold instead, as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return inert(iso)
    return f"{day.day} {day:%B %Y}"


def _markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)


@dataclass(frozen=True)
class Block:
    """A line of an answer's text; parts: plain text and, where its markers stand, the numbers of citations."""

    kind: Literal["heading", "bullet", "prose"]
    parts: tuple[str | int, ...]


def closing_lines(disagreements: Sequence[Disagreement], notes: Sequence[str]) -> list[str]:
    """What an answer's text ends with: each disagreement, then each note."""
    return [*map(disagreement_line, disagreements), *(f"_{inert(note)}_" for note in notes)]


def own_text(answer: Answer) -> str:
    """The text without the disagreements and notes that it ends with."""
    text = answer.text
    for line in reversed(closing_lines(answer.disagreements, answer.notes)):
        text = text.removesuffix(line).rstrip()
    return text


def blocks(text: str) -> list[Block]:
    """Read the markdown that answers are made of: bold lines, bullets, prose, markers and escaped characters."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if bullet := re.match(r"[-*] +", line):
            found.append(Block("bullet", _parts(line[bullet.end() :])))
        elif heading := re.fullmatch(r"\*\*(.+)\*\*", line):
            found.append(Block("heading", _parts(heading[1])))
        else:
            found.append(Block("prose", _parts(line)))
    return found


def _parts(line: str) -> tuple[str | int, ...]:
    parts: list[str | int] = []
    at, plain = 0, ""
    for match in _ESCAPED_OR_MARKER.finditer(line):
        plain += line[at : match.start()]
        at = match.end()
        if match[1]:
            plain += match[1]
        else:
            parts += [plain, int(match[2])] if plain else [int(match[2])]
            plain = ""
    plain += line[at:]
    return tuple([*parts, plain] if plain else parts)


def unsaid(missing: str) -> str:
    """One plain sentence for an entry of Answer.missing: a question, or what a question takes for granted."""
    if missing.endswith("?"):
        return f"The sources don’t say: {missing}"
    return f"The sources don’t say {missing}. They do say:"


def speaker_of(statement: Statement, citations: Sequence[Citation]) -> str | None:
    """The speaker of the statement's first citation that has one."""
    return next((c.speaker for c in citations if c.number in statement.citations and c.speaker), None)


def statement_line(statement: Statement) -> str:
    """A statement as the text has it, its markers behind it."""
    return f"{inert(statement.text)} {_markers(statement.citations)}"
