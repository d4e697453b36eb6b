"""What the page shows: pure functions from a turn of the conversation to HTML in which only our own tags are tags."""

from __future__ import annotations

from app.answer import LeftOut, Remark, Statement
from app.compose import unsaid
from app.web import parts
from app.web.html import chips, cited, count, dotted, line, marked
from app.web.quotes import quote_card
from app.web.turn import MARKER, Turn


def question(turn: Turn) -> str:
    """The question as the chat shows it, with what can be done with it, which static/conversations.js does."""
    n = turn.number
    return (
        f'<div class="question" dir="auto">{line(turn.question)}</div><div class="acts doing">'
        f'<button type="button" class="edit q-{n}" title="Edit this question and ask it anew">Edit</button>'
        f'<button type="button" class="again q-{n}" title="Ask this question again">Ask again</button></div>'
    )


def message(turn: Turn) -> str:
    """The answer as the chat shows it: one HTML block on one line, sound at every moment of the stream."""
    answer = turn.answer
    shown = [parts.thinking(answer.trace)] if answer else []
    shown += [f'<p class="note" dir="auto">{line(unsaid(one))}</p>' for one in (answer.missing if answer else ())]
    shown += [parts.silence(turn)] if answer and not answer.answered else _statements(turn)
    shown += [] if answer else [_progress(turn)]
    shown += [f'<p class="note" dir="auto">{line(note)}</p>' for note in (answer.notes if answer else ())]
    shown += [parts.disagreement(turn, item) for item in (answer.disagreements if answer else ())]
    shown.append(parts.left_out([item for item in turn.checked if isinstance(item, LeftOut)]))
    shown += [parts.colophon(turn), parts.sources(turn)]
    return f'<div class="answer a-{turn.number}{"" if answer or turn.ended else " busy"}">{"".join(shown)}</div>'


def header() -> str:
    """The page's name and what it does."""
    return (
        '<div class="brand"><span class="logo"></span><h1>Onrecord</h1>'
        '<p class="tagline">Ask your documents; get the exact words.</p></div>'
    )


def tools() -> str:
    """Where the script puts the switches of the page's look and columns."""
    return '<div class="tools"></div>'


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
    shown: list[str] = []
    speaker: str | None = None
    for index, item in enumerate(item for item in turn.checked if isinstance(item, Statement)):
        remark: Remark | None = remarks.get(index)
        acts = parts.rates(turn, f"s-{turn.number}-{index}", "This sentence")
        if remark and item.support == "verbatim":
            shown.append(quote_card(turn, item, remark, named=remark.speaker != speaker, acts=acts))
            speaker = remark.speaker
        else:
            shown.append(_statement(turn, item, acts))
            speaker = None
    return shown


def _statement(turn: Turn, statement: Statement, acts: str) -> str:
    speakers = {c.speaker for c in cited(turn, statement.citations)}
    speaker = next(iter(speakers)) if len(speakers) == 1 else None
    words = marked(line(MARKER.sub("", statement.text)), chips(turn, statement.citations))
    return (
        f'<div class="said {statement.support}"><p class="words" dir="auto">{words}</p><p class="by" dir="auto">'
        f"{dotted(speaker)}{' · ' if speaker else ''}{parts.support(turn, statement)}{acts}</p></div>"
    )


def _progress(turn: Turn) -> str:
    draft = line(MARKER.sub("", turn.draft))
    if turn.ended == "failed":
        return f'<div class="failed" role="alert"><p dir="auto">{line(turn.problem)}</p>{_again(turn)}</div>'
    if turn.ended == "stopped":
        return f'<p class="note">Stopped. Only what was checked by then is shown. {_again(turn)}</p>'
    if draft:
        return (
            f'<div class="draft"><p dir="auto">{draft}</p><p class="by"><span class="busy">checking…</span></p></div>'
        )
    if turn.query is None:
        return '<p class="by"><span class="busy">searching…</span></p>'
    return f'<p class="by"><span class="busy">reading {count(turn.passages, "passage")}…</span></p>'


def _again(turn: Turn) -> str:
    return f'<button type="button" class="again q-{turn.number}">Ask again</button>'
