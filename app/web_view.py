"""What the page shows: pure functions from a turn of the conversation to HTML in which only our own tags are tags."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from datetime import date

from app.answer import Citation, Disagreement, LeftOut, Source, Statement
from app.web_turn import MARKER, Card, Turn

TOOLTIP = 220
"""Characters of a quote in a chip's tooltip."""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d5c58"/>'
    '<path d="M8 10.5h6v6c0 3-1.6 5-4.6 6l-.9-1.9c1.6-.6 2.4-1.6 2.5-3.1H8zm10 0h6v6c0 3-1.6 5-4.6 6l-.9-1.9'
    'c1.6-.6 2.4-1.6 2.5-3.1h-3z" fill="#fff"/></svg>'
)

_ENTITIES = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation} | {ord("\0"): "�"}


def escape(text: str) -> str:
    """Text as HTML that neither HTML nor markdown nor a template language reads as anything but text.

    Every ASCII punctuation mark becomes a character reference, so nothing that a document, a file name or a model
    holds can open a tag, an image, a link or a formula, however often the result is parsed.
    """
    return text.translate(_ENTITIES)


def line(text: str) -> str:
    """Escaped text on one line: a blank line would end the HTML block that markdown leaves alone."""
    return escape(" ".join(text.split()))


def question(turn: Turn) -> str:
    """The question as the chat shows it."""
    return f'<div class="question">{line(turn.question)}</div>'


def message(turn: Turn) -> str:
    """The answer as the chat shows it: one HTML block on one line, sound at every moment of the stream."""
    parts = [_statement(turn, item) for item in turn.checked if isinstance(item, Statement)]
    if turn.answer and not turn.answer.answered:
        parts = [_silence(turn)]
    if not turn.answer:
        parts.append(_progress(turn))
    parts += [f'<p class="note">{line(note)}</p>' for note in (turn.answer.notes if turn.answer else ())]
    parts += [_disagreement(turn, item) for item in (turn.answer.disagreements if turn.answer else ())]
    parts.append(_left_out([item for item in turn.checked if isinstance(item, LeftOut)]))
    if turn.answer and turn.answer.answered:
        parts.append(_colophon(turn))
    return f'<div class="answer">{"".join(parts)}</div>'


def evidence(turns: Sequence[Turn]) -> str:
    """The evidence panel: one section per turn with its cards; the last one is shown, the script shows others."""
    shown = [turn for turn in turns if turn.cards]
    if not shown:
        return (
            '<div class="empty"><p>The passages behind each sentence appear here.</p>'
            "<p>Choose a numbered mark in an answer to read the quote in its document.</p></div>"
        )
    return "".join(_section(turn, last=turn is shown[-1]) for turn in shown)


def library(documents: Sequence[tuple[str, str | None, date | None]]) -> str:
    """The documents of a library as a list: title, outlet and date of each."""
    if not documents:
        return '<div class="empty"><p>No documents yet. Drop some above to start.</p></div>'
    rows = "".join(
        f'<li><span class="title">{line(title)}</span><span class="where">'
        f"{_dotted(outlet, _day(published.isoformat()) if published else None)}</span></li>"
        for title, outlet, published in documents
    )
    return f'<h3>{_count(len(documents), "document")}</h3><ul class="documents">{rows}</ul>'


def added(results: Iterable[tuple[str, str, str | None]]) -> str:
    """What came of each file that was dropped: (name, what was done, what went wrong or None)."""
    rows = "".join(
        f'<li class="{"bad" if problem else "good"}"><span class="title">{line(name)}</span>'
        f'<span class="where">{line(problem or done)}</span></li>'
        for name, done, problem in results
    )
    return f'<ul class="documents added" role="status">{rows}</ul>' if rows else ""


def writer(spec: str) -> str:
    """Which writer answers and whether anything leaves this machine, in one sentence or two."""
    provider, _, name = spec.partition(":")
    if spec == "extractive":
        words = "Sentences picked word for word from your documents, by no language model. Nothing leaves this machine."
    elif provider == "local":
        words = f"{name} writes on this machine; every sentence is checked. Nothing leaves this machine."
    elif provider == "ollama":
        words = f"{name} writes through your Ollama server; every sentence is checked."
    else:
        words = f"{spec} writes; your question and the passages found are sent to it. Every sentence is checked."
    return f'<p class="writer">{line(words)}</p>'


def header() -> str:
    """The page's name and what it does."""
    return (
        '<div class="brand"><span class="logo"></span><h1>Onrecord</h1>'
        '<p class="tagline">Ask your documents; get the exact words.</p></div>'
    )


def welcome() -> str:
    """What an empty conversation says."""
    return (
        '<div class="welcome"><h2>What do your documents say?</h2>'
        "<p>Every sentence of an answer is checked against the passages it cites. "
        "Where the sources are silent, so is Onrecord.</p></div>"
    )


def _statement(turn: Turn, statement: Statement) -> str:
    cited = _cited(turn, statement.citations)
    speakers = {c.speaker for c in cited}
    speaker = next(iter(speakers)) if len(speakers) == 1 else None
    sources = {c.document.id: c.document for c in cited}
    origin = _origin(next(iter(sources.values()))) if len(sources) == 1 else escape(_count(len(sources), "source"))
    support = "word for word" if statement.support == "verbatim" else "supported by its sources"
    return (
        f'<div class="said {statement.support}"><p>'
        f'{_marked(line(MARKER.sub("", statement.text)), _chips(turn, statement.citations))}</p><p class="by">'
        f"{_dotted(speaker, None)}{' · ' if speaker else ''}{origin} · "
        f'<span class="support">{support}</span></p></div>'
    )


def _progress(turn: Turn) -> str:
    draft = line(MARKER.sub("", turn.draft))
    if turn.ended == "failed":
        return f'<div class="failed" role="alert"><p>{line(turn.problem)}</p></div>'
    if turn.ended == "stopped":
        return '<p class="note">Stopped. Only what was checked by then is shown.</p>'
    if draft:
        return f'<div class="draft"><p>{draft}</p><p class="by"><span class="busy">checking…</span></p></div>'
    if turn.query is None:
        return '<p class="by"><span class="busy">searching…</span></p>'
    return f'<p class="by"><span class="busy">reading {_count(turn.passages, "passage")}…</span></p>'


def _silence(turn: Turn) -> str:
    closest = "".join(
        f"<li>{_marked(_clipped(held.citation.quote), _chips(turn, [held.citation.number]))}"
        f'<p class="by">{_origin(held.citation.document)}</p></li>'
        for held in turn.cards
    )
    searched = f'<p class="by">Searched for “{line(turn.query)}”.</p>' if turn.query else ""
    near = f'<p class="near">The closest passages:</p><ul class="closest">{closest}</ul>' if closest else ""
    return f'<div class="silence"><p class="verdict">The sources don’t say.</p>{searched}{near}</div>'


def _disagreement(turn: Turn, item: Disagreement) -> str:
    rows = "".join(
        f'<tr><th scope="row">{line(position.value)}</th><td>'
        + "".join(
            f'<span class="origin">{_origin(c.document)}{_chips(turn, [c.number])}</span>'
            for c in _cited(turn, position.citations)
        )
        + "</td></tr>"
        for position in item.positions
    )
    return (
        f'<table class="differ"><caption>The sources differ: {line(item.about)}</caption><tbody>{rows}</tbody></table>'
    )


def _left_out(items: Sequence[LeftOut]) -> str:
    if not items:
        return ""
    rows = "".join(
        f'<li><span class="struck">{line(MARKER.sub("", item.text))}</span><p class="by">{line(item.reason)}</p></li>'
        for item in items
    )
    return f'<details class="out"><summary>{_count(len(items), "sentence")} left out</summary><ul>{rows}</ul></details>'


def _colophon(turn: Turn) -> str:
    sources = {held.citation.document.id for held in turn.cards}
    model = turn.answer.model if turn.answer else ""
    return (
        f'<p class="colophon">{_count(len(turn.cards), "quote")} from {_count(len(sources), "source")} · '
        f"answered by {line(model)}</p>"
    )


def _section(turn: Turn, *, last: bool) -> str:
    title = "Closest passages" if turn.answer and not turn.answer.answered else "Evidence"
    cards = "".join(_card(turn, held) for held in turn.cards)
    return (
        f'<section class="turn{" shown" if last else ""}" id="evidence-{turn.number}"><h2>{title}</h2>'
        f'<p class="asked">{line(turn.question)}</p>{cards}</section>'
    )


def _card(turn: Turn, held: Card) -> str:
    c = held.citation
    context = (
        f"{'… ' if held.cut[0] else ''}{_prose(held.before)}<mark>{_prose(c.quote)}</mark>"
        f"{_prose(held.after)}{' …' if held.cut[1] else ''}"
    )
    speaker = f'<span class="speaker">{line(c.speaker)}</span>' if c.speaker else ""
    return (
        f'<details class="card" id="e-{turn.number}-{c.number}"><summary><span class="number">{c.number}</span>'
        f'<span class="head">{speaker}<span class="quote">{line(c.quote)}</span>'
        f'<span class="title">{line(c.document.title)}</span><span class="where">{_where(c.document)}</span></span>'
        f'</summary><div class="context" role="region" tabindex="0">{context}</div>'
        f'<p class="foot">{_uri(c.document.uri)}<button type="button" class="back">Back to the answer</button></p>'
        "</details>"
    )


def _marked(escaped: str, chips: str) -> str:
    """Words with their marks, the last word and the first mark on one line unless that word is very long."""
    first, rest = chips.partition("</button>")[::2]
    before, space, last = escaped.rpartition(" ")
    if not first or len(last) > 60:
        return escaped + chips
    return f'{before}{space}<span class="tail">{last}{first}</button></span>{rest}'


def _chips(turn: Turn, numbers: Iterable[int]) -> str:
    return "".join(
        f'<button type="button" class="cite c-{turn.number}-{c.number}" title="{_tooltip(c)}">{c.number}</button>'
        for c in _cited(turn, numbers)
    )


def _cited(turn: Turn, numbers: Iterable[int]) -> list[Citation]:
    by_number = {held.citation.number: held.citation for held in turn.cards}
    return [by_number[number] for number in numbers if number in by_number]


def _tooltip(c: Citation) -> str:
    said = f"{line(c.speaker)}, " if c.speaker else ""
    return f"{said}{_origin(c.document)}: “{_clipped(c.quote)}”"


def _clipped(quote: str) -> str:
    short = " ".join(quote.split())
    return escape(short if len(short) <= TOOLTIP else short[:TOOLTIP].rsplit(" ", 1)[0] + " …")


def _origin(document: Source) -> str:
    return _dotted(document.source or document.title, document.published and _day(document.published))


def _where(document: Source) -> str:
    return _dotted(
        document.source or "outlet not stated", _day(document.published) if document.published else "no date"
    )


def _dotted(*parts: str | None) -> str:
    return " · ".join(line(part) for part in parts if part)


def _prose(text: str) -> str:
    """Document text with its line breaks as tags, so that no blank line stands in the block."""
    return re.sub(r"\s*\n\s*\n\s*", "<br><br>", escape(text)).replace("\n", "<br>")


def _uri(uri: str) -> str:
    if re.match(r"https?://", uri):
        return f'<a href="{escape(uri)}" target="_blank" rel="noopener noreferrer">Open the original</a>'
    name = re.split(r"[/\\]", uri)[-1]
    return f'<span class="file">{line(name)}</span>'


def _day(iso: str) -> str:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
