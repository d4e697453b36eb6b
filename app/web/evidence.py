"""The evidence panel: each citation as a card that opens its document at the quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.answer import Citation, Source
from app.web.html import day, dotted, escape, line, prose
from app.web.turn import Card, Turn


def evidence(turns: Sequence[Turn]) -> str:
    """The evidence panel: one section per turn with its cards; the last one is shown, the script shows others."""
    shown = [turn for turn in turns if turn.cards]
    if not shown:
        return (
            '<div class="empty"><p>The passages behind each sentence appear here.</p>'
            "<p>Choose a numbered mark in an answer to read the quote in its document.</p></div>"
        )
    return "".join(_section(turn, last=turn is shown[-1]) for turn in shown)


def _section(turn: Turn, *, last: bool) -> str:
    title = "Closest passages" if turn.answer and not turn.answer.answered else "Evidence"
    cards = "".join(_card(turn, held) for held in turn.cards)
    return (
        f'<section class="turn{" shown" if last else ""}" id="evidence-{turn.number}"><h2>{title}</h2>'
        f'<p class="asked">{line(turn.question)}</p>{cards}</section>'
    )


def _card(turn: Turn, held: Card) -> str:
    c = held.citation
    return (
        f'<details class="card" id="e-{turn.number}-{c.number}"><summary><span class="number">{c.number}</span>'
        f'<span class="head">{_speaker(c)}<span class="quote">{line(c.quote)}</span>'
        f'<span class="title">{line(c.document.title)}</span><span class="where">{_where(c.document)}</span></span>'
        f'</summary><div class="context" role="region" tabindex="0">{_context(turn, held)}</div>'
        f'<p class="foot">{_uri(c.document.uri)}<button type="button" class="back">Back to the answer</button></p>'
        "</details>"
    )


def _speaker(c: Citation) -> str:
    if not c.speaker:
        return ""
    said = f"said {day(c.said)}" if c.said and c.dated_by == "text" else None
    beside = dotted(c.role, said)
    return f'<span class="speaker">{line(c.speaker)}{f"<span>{beside}</span>" if beside else ""}</span>'


def _context(turn: Turn, held: Card) -> str:
    """The quote in its document, with the answer's other quotes there marked lightly."""
    c = held.citation
    others = [o.citation for o in turn.cards if o.citation.document.id == c.document.id and o is not held]
    spans = [(o.start, o.end) for o in others]
    before = _lightly(held.before, c.start - len(held.before), spans)
    after = _lightly(held.after, c.end, spans)
    return f"{'… ' if held.cut[0] else ''}{before}<mark>{prose(c.quote)}</mark>{after}{' …' if held.cut[1] else ''}"


def _lightly(text: str, offset: int, spans: Sequence[tuple[int, int]]) -> str:
    """A stretch of a document that begins at offset, with these spans of the document marked where they reach in."""
    parts, at = [], 0
    for start, end in _merged(spans):
        low, high = max(start - offset, at), min(end - offset, len(text))
        if low < high:
            parts += [prose(text[at:low]), f'<span class="also">{prose(text[low:high])}</span>']
            at = high
    return "".join(parts) + prose(text[at:])


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    ordered = sorted(spans)
    while ordered:
        start, end = ordered.pop(0)
        while ordered and ordered[0][0] < end:
            end = max(end, ordered.pop(0)[1])
        yield start, end


def _where(document: Source) -> str:
    return dotted(document.source or "outlet not stated", day(document.published) if document.published else "no date")


def _uri(uri: str) -> str:
    if re.match(r"https?://", uri):
        return f'<a href="{escape(uri)}" target="_blank" rel="noopener noreferrer">Open the original</a>'
    name = re.split(r"[/\\]", uri)[-1]
    return f'<span class="file">{line(name)}</span>'
