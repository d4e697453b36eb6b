"""The evidence panel: each citation as a card; choosing one opens its document at the quote (static/reader.js)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.answer import Citation, Source
from app.web.html import day, dotted, escape, line, prose
from app.web.turn import Card, Turn

_NAMEABLE = re.compile(r"[0-9A-Za-z]{1,64}")


def evidence(turns: Sequence[Turn]) -> str:
    """The evidence panel: one section per turn with its cards; the last one is shown, the script shows others."""
    shown = [turn for turn in turns if turn.cards]
    if not shown:
        return (
            '<div class="empty"><p class="lead">Every sentence, beside its source</p>'
            "<p>The passages behind an answer appear here. Choose a numbered mark to read its quote in the document "
            "it comes from.</p></div>"
        )
    return "".join(_section(turn, last=turn is shown[-1]) for turn in shown)


def _section(turn: Turn, *, last: bool) -> str:
    title = "Closest passages" if turn.answer and not turn.answer.answered else "Evidence"
    cards = "".join(_card(turn, held) for held in turn.cards)
    return (
        f'<section class="turn{" shown" if last else ""}" id="evidence-{turn.number}"><h2>{title}</h2>'
        f'<p class="asked" dir="auto">{line(turn.question)}</p>{cards}</section>'
    )


def _card(turn: Turn, held: Card) -> str:
    """A citation as one button, and behind it the words around the quote as they stood, for when its document is gone.

    Where the quote stands is told to the script in classes, the only attribute for it that the sanitiser leaves.
    """
    c = held.citation
    place = f" d-{c.document.id} at-{c.start}-{c.end}" if _NAMEABLE.fullmatch(c.document.id) else ""
    return (
        f'<div class="card{place}" id="e-{turn.number}-{c.number}">'
        f'<button type="button" class="open"><span class="number">{c.number}</span><span class="head">{_speaker(c)}'
        f'<span class="quote" dir="auto">{line(c.quote)}</span>'
        f'<span class="title" dir="auto">{line(c.document.title)}</span>'
        f'<span class="where">{_where(c.document)}</span></span></button>'
        f'<div class="context">{_context(turn, held)}</div><p class="foot">{_uri(c.document.uri)}</p></div>'
    )


def _speaker(c: Citation) -> str:
    if not c.speaker:
        return ""
    said = f"said {day(c.said)}" if c.said and c.dated_by == "text" else None
    beside = dotted(c.role, said)
    return f'<span class="speaker">{line(c.speaker)}{f" <span>{beside}</span>" if beside else ""}</span>'


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
    """A link to a page of the web; of a file its name alone, and its whole address where one points at it."""
    if re.match(r"https?://", uri):
        return (
            f'<a class="original" href="{escape(uri)}" target="_blank" rel="noopener noreferrer">Open the original</a>'
        )
    name = re.split(r"[/\\]", uri)[-1]
    return f'<span class="file" title="{line(uri)}">{line(name)}</span>'
