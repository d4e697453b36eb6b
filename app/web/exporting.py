"""A conversation as a file: Markdown, one HTML page with working citations, or JSON with each whole answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.answer import Answer, LeftOut, Statement
from app.audit.export import markdown_of_many
from app.audit.export_html import html_of_many
from app.web.conversations import Conversation
from app.web.turn import Turn

AROUND = 400
"""Characters shown on each side of a quote."""


@dataclass(frozen=True)
class Around:
    """A stretch of a document's stored text that a quote stands in; start: its offset there."""

    document: str
    start: int
    text: str


def answer_of(turn: Turn) -> Answer:
    """The turn's answer; of one that was stopped or failed, what was checked by then, with a note that says so."""
    if turn.answer:
        return turn.answer
    statements = tuple(one for one in turn.checked if isinstance(one, Statement))
    cited = tuple(card.citation for card in turn.cards)
    text = " ".join(one.text + "".join(f" [{n}]" for n in one.citations) for one in statements)
    note = turn.problem or "Stopped; this is what was checked by then."
    out = tuple(one for one in turn.checked if isinstance(one, LeftOut))
    return Answer(turn.question, bool(statements), text, statements, out, cited, notes=(note,))


def to_markdown(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """Every answer with its footnotes."""
    return markdown_of_many(conversation.name, [answer_of(turn) for turn in turns])


def to_html(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """One page that loads and runs nothing; each quote stands in the text around it, as it was when it was answered."""
    return html_of_many(conversation.name, [(answer_of(turn), _around(turn)) for turn in turns])


def to_json(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The conversation's name, its beginning and its turns; each turn's answer is the contract's object."""
    begun = datetime.fromtimestamp(conversation.begun, UTC).isoformat(timespec="seconds")
    plain = {
        "id": conversation.id,
        "name": conversation.name,
        "begun": begun,
        "turns": [{"ended": turn.ended or "answered", "answer": answer_of(turn).to_dict()} for turn in turns],
    }
    return json.dumps(plain, indent=2) + "\n"


def _around(turn: Turn) -> list[Around]:
    found = []
    for card in turn.cards:
        c = card.citation
        before, after = card.before[-AROUND:], card.after[:AROUND]
        found.append(Around(c.document.id, c.start - len(before), before + c.quote + after))
    return found


EXPORTS: dict[str, tuple[str, Callable[[Conversation, Sequence[Turn]], str]]] = {
    "md": ("text/markdown", to_markdown),
    "html": ("text/html", to_html),
    "json": ("application/json", to_json),
}
"""By suffix: the media type, and what makes the content."""
