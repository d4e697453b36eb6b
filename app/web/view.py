"""What the page shows: pure functions from a turn of the conversation to HTML in which only our own tags are tags."""

from __future__ import annotations

from collections.abc import Sequence

from app.answer import Disagreement, LeftOut, Position, Remark, Statement
from app.compose import unsaid, weight
from app.web.html import chips, cited, clipped, count, dotted, escape, line, marked, origin
from app.web.quotes import quote_card
from app.web.turn import MARKER, Turn

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d5c58"/>'
    '<path d="M8 10.5h6v6c0 3-1.6 5-4.6 6l-.9-1.9c1.6-.6 2.4-1.6 2.5-3.1H8zm10 0h6v6c0 3-1.6 5-4.6 6l-.9-1.9'
    'c1.6-.6 2.4-1.6 2.5-3.1h-3z" fill="#fff"/></svg>'
)


def question(turn: Turn) -> str:
    """The question as the chat shows it, with what can be done with it, which static/conversations.js does."""
    return (
        f'<div class="question">{line(turn.question)}</div><div class="doing">'
        f'<button type="button" class="edit q-{turn.number}" title="Edit the question and ask again">Edit</button>'
        f'<button type="button" class="again q-{turn.number}" title="Ask the same question again">Ask again</button>'
        "</div>"
    )


def message(turn: Turn) -> str:
    """The answer as the chat shows it: one HTML block on one line, sound at every moment of the stream."""
    parts = _statements(turn)
    if turn.answer and not turn.answer.answered:
        parts = [_silence(turn)]
    if not turn.answer:
        parts.append(_progress(turn))
    parts[:0] = [f'<p class="note">{line(unsaid(one))}</p>' for one in (turn.answer.missing if turn.answer else ())]
    parts += [f'<p class="note">{line(note)}</p>' for note in (turn.answer.notes if turn.answer else ())]
    parts += [_disagreement(turn, item) for item in (turn.answer.disagreements if turn.answer else ())]
    parts.append(_left_out([item for item in turn.checked if isinstance(item, LeftOut)]))
    if turn.answer and turn.answer.answered:
        parts.append(_colophon(turn))
    return f'<div class="answer">{"".join(parts)}</div>'


def writer_name(spec: str) -> str:
    """What a writer is called where one is chosen."""
    return "Word for word, no model" if spec == "extractive" else spec


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


def welcome(documents: int, *, sample: bool) -> str:
    """What an empty conversation says: what this is, and which library it asks."""
    if sample:
        asked = (
            f"You are asking the <strong>sample library</strong>: {count(documents, 'article')} by invented outlets "
            "on the news of January 2025. Drop your own documents under Library, and those are asked instead."
        )
    elif documents:
        asked = f"You are asking <strong>your library</strong>: {count(documents, 'document')}."
    else:
        asked = "<strong>Your library</strong> is empty. Drop documents under Library to start."
    return (
        '<div class="welcome"><h2>What do your documents say?</h2>'
        "<p>Ask, and get their exact words, each with its source. Where they are silent, so is Onrecord.</p>"
        f'<p class="which">{asked}</p></div>'
    )


def _statements(turn: Turn) -> list[str]:
    """Each checked sentence; a source's own sentence that reports somebody's words is a card, the name above the first.

    A model's own sentence stays a sentence though it reports a remark: its words are not the source's.
    """
    remarks = {remark.statement: remark for remark in (turn.answer.remarks if turn.answer else ())}
    parts: list[str] = []
    speaker: str | None = None
    for index, item in enumerate(item for item in turn.checked if isinstance(item, Statement)):
        remark: Remark | None = remarks.get(index)
        if remark and item.support == "verbatim":
            parts.append(quote_card(turn, item, remark, named=remark.speaker != speaker))
            speaker = remark.speaker
        else:
            parts.append(_statement(turn, item))
            speaker = None
    return parts


def _statement(turn: Turn, statement: Statement) -> str:
    found = cited(turn, statement.citations)
    speakers = {c.speaker for c in found}
    speaker = next(iter(speakers)) if len(speakers) == 1 else None
    sources = {c.document.id: c.document for c in found}
    where = origin(next(iter(sources.values()))) if len(sources) == 1 else escape(count(len(sources), "source"))
    support = "word for word" if statement.support == "verbatim" else "supported by its sources"
    return (
        f'<div class="said {statement.support}"><p>'
        f'{marked(line(MARKER.sub("", statement.text)), chips(turn, statement.citations))}</p><p class="by">'
        f"{dotted(speaker, None)}{' · ' if speaker else ''}{where} · "
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
    return f'<p class="by"><span class="busy">reading {count(turn.passages, "passage")}…</span></p>'


def _silence(turn: Turn) -> str:
    closest = "".join(
        f"<li>{marked(clipped(held.citation.quote), chips(turn, [held.citation.number]))}"
        f'<p class="by">{origin(held.citation.document)}</p></li>'
        for held in turn.cards
    )
    meant = turn.query if turn.query and turn.query.strip() != turn.question.strip() else ""
    searched = f'<p class="by">Understood as “{line(meant)}”.</p>' if meant else ""
    verdict = line(turn.answer.text) if turn.answer else ""
    near = f'<p class="near">The closest passages:</p><ul class="closest">{closest}</ul>' if closest else ""
    return f'<div class="silence"><p class="verdict">{verdict}</p>{searched}{near}</div>'


def _disagreement(turn: Turn, item: Disagreement) -> str:
    rows = "".join(
        f'<tr><th scope="row">{line(position.value)}{_weight(position)}</th><td>'
        + "".join(
            f'<span class="origin">{origin(c.document)}{chips(turn, [c.number])}</span>'
            for c in cited(turn, position.citations)
        )
        + "</td></tr>"
        for position in item.positions
    )
    return (
        f'<table class="differ"><caption>The sources differ: {line(item.about)} '
        f'<span class="kind">{line(item.kind)}</span></caption><tbody>{rows}</tbody></table>'
    )


def _weight(position: Position) -> str:
    told = weight(position)
    return f'<span class="weight">{line(told)}</span>' if told else ""


def _left_out(items: Sequence[LeftOut]) -> str:
    if not items:
        return ""
    rows = "".join(
        f'<li><span class="struck">{line(MARKER.sub("", item.text))}</span><p class="by">{line(item.reason)}</p></li>'
        for item in items
    )
    return f'<details class="out"><summary>{count(len(items), "sentence")} left out</summary><ul>{rows}</ul></details>'


def _colophon(turn: Turn) -> str:
    sources = {held.citation.document.id for held in turn.cards}
    model = turn.answer.model if turn.answer else ""
    by = "picked word for word, by no model" if model == "extractive" else f"answered by {model}"
    return (
        f'<p class="colophon">{count(len(turn.cards), "quote")} from {count(len(sources), "source")} · {line(by)}</p>'
    )
