"""An answer as one HTML page that loads and runs nothing: a number leads to its source, the quote marked in context."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Protocol

from app.answer import Answer, Citation, Disagreement, LeftOut, Position
from app.audit.export import credits, link, place, written_by
from app.commands.terminal import safe
from app.compose import Block, blocks, own_text, weight, wordings


class Stretch(Protocol):
    """A stretch of a document's stored text: document is its id, start the offset there."""

    @property
    def document(self) -> str:
        """The document's id."""

    @property
    def start(self) -> int:
        """Its offset in the document."""

    @property
    def text(self) -> str:
        """Its words."""


def to_html(answer: Answer) -> str:
    """Render the page. Where the answer has its trace, each quote stands in the passage it is from."""
    passages = answer.trace.passages if answer.trace else ()
    parts = [*sections(answer, passages), f"<footer>{_text(written_by(answer))}</footer>"]
    return page(answer.question, parts)


def html_of_many(name: str, answers: Sequence[tuple[Answer, Sequence[Stretch]]]) -> str:
    """Several answers of one conversation as one page, each with the passages that its quotes stand in."""
    parts = [f"<h1>{_text(name)}</h1>"]
    for n, (answer, passages) in enumerate(answers, 1):
        parts += ['<article class="turn">', *sections(answer, passages, f"{n}-", 2), "</article>"]
    by = dict.fromkeys(written_by(answer) for answer, _ in answers)
    return page(name, [*parts, f"<footer>{'<br>'.join(map(_text, by))}</footer>"])


def page(title: str, parts: Iterable[str]) -> str:
    """The whole page around its parts: it loads and runs nothing."""
    style = (Path(__file__).parent / "export.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'\">\n"
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(filter(None, parts))
        + "\n</main>\n</body>\n</html>\n"
    )


def sections(answer: Answer, passages: Sequence[Stretch], prefix: str = "", level: int = 1) -> list[str]:
    """The parts of one answer; prefix: what its anchors begin with, level: that of its question's heading."""
    heading = f"h{level + 1}"
    body = "".join(_body(answer, prefix, heading))
    used = {c.number for c in answer.citations if f'id="{prefix}use-{c.number}"' in body}
    return [
        f"<h{level}>{_text(answer.question)}</h{level}>",
        f'<section class="answer">{body}</section>',
        *(_disagreement(one, prefix) for one in answer.disagreements),
        *(f'<p class="note">{_text(note)}</p>' for note in answer.notes),
        _sources("Sources" if answer.answered else "Cited", prefix, answer.citations, passages, heading, used),
        _sources("Closest passages", prefix, answer.closest, passages, heading),
        _left_out(answer.left_out, heading),
    ]


def _text(text: str) -> str:
    return escape(safe(text).encode("utf-8", "replace").decode())


def _body(answer: Answer, prefix: str, heading: str) -> Iterator[str]:
    uses = _Uses({citation.number for citation in answer.citations}, prefix)
    for kind, run in groupby(blocks(own_text(answer)), key=lambda block: block.kind):
        lines = [_line(block, uses) for block in run]
        if kind == "bullet":
            yield "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
        else:
            tag = heading if kind == "heading" else "p"
            yield "".join(f"<{tag}>{line}</{tag}>" for line in lines)


class _Uses:
    """The marks that lead to sources; the first one of each number can be led back to."""

    def __init__(self, known: set[int], prefix: str) -> None:
        self._known = known
        self._prefix = prefix
        self._seen: set[int] = set()

    def mark(self, number: int) -> str:
        if number not in self._known:
            return f"[{number}]"
        anchor = "" if number in self._seen else f' id="{self._prefix}use-{number}"'
        self._seen.add(number)
        return f'<a class="cite" href="#{self._prefix}source-{number}"{anchor}>{number}</a>'


def _line(block: Block, uses: _Uses) -> str:
    return "".join(uses.mark(part) if isinstance(part, int) else _text(part) for part in block.parts)


def _disagreement(disagreement: Disagreement, prefix: str) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_text(position.value)}</th>'
        f"<td>{_text(weight(position))} {_sides(position, prefix)}</td></tr>"
        for position in disagreement.positions
    )
    caption = f"The sources disagree: {_text(disagreement.about)} ({disagreement.kind})"
    return f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>"


def _sides(position: Position, prefix: str) -> str:
    own, others = wordings(position)
    put = "".join(f", put as {_text(w.words)} {_marks(w.citations, prefix)}" for w in others)
    return f"{_marks(own, prefix)}{put}"


def _marks(numbers: Iterable[int], prefix: str) -> str:
    return "".join(f'<a class="cite" href="#{prefix}source-{number}">{number}</a>' for number in numbers)


def _sources(
    title: str,
    prefix: str,
    citations: Sequence[Citation],
    passages: Sequence[Stretch],
    heading: str,
    used: Set[int] | None = None,
) -> str:
    """The sources of one kind; used: those with a mark in the text to lead back to, None where there are no marks."""
    if not citations:
        return ""
    name = f"{prefix}{'closest' if used is None else 'source'}"
    back = {number: f"{prefix}use-{number}" for number in used or ()}
    items = "".join(_source(name, citation, passages, back.get(citation.number)) for citation in citations)
    return f'<section class="sources"><{heading}>{title}</{heading}><ol>{items}</ol></section>'


def _source(name: str, citation: Citation, passages: Sequence[Stretch], use: str | None) -> str:
    before, after = _context(citation, passages)
    address = link(citation.document.uri)
    title = f"<cite>{_text(citation.document.title)}</cite>"
    title = f'<a href="{escape(address)}" rel="noopener noreferrer">{title}</a>' if address else title
    back = f' <a class="back" href="#{use}" title="Back to the text">↩</a>' if use else ""
    return (
        f'<li id="{name}-{citation.number}" value="{citation.number}">'
        f"<blockquote>{before}<mark>{_text(citation.quote)}</mark>{after}</blockquote>"
        f'<p class="by">{" · ".join([*map(_text, credits(citation)), title])}{back}</p>'
        f'<p class="place">{_text(place(citation))}</p></li>'
    )


def _context(citation: Citation, passages: Sequence[Stretch]) -> tuple[str, str]:
    """What stands before and after the quote in a passage that was read."""
    for p in passages:
        start, end = citation.start - p.start, citation.end - p.start
        if p.document == citation.document.id and 0 <= start < end and p.text[start:end] == citation.quote:
            before, after = p.text[:start], p.text[end:]
            return (f"<span>{_text(before)}</span>" if before else ""), (
                f"<span>{_text(after)}</span>" if after else ""
            )
    return "", ""


def _left_out(left_out: Sequence[LeftOut], heading: str) -> str:
    if not left_out:
        return ""
    rows = "".join(f'<li>{_text(one.text)} <span class="why">{_text(one.reason)}</span></li>' for one in left_out)
    title = f"<{heading}>Left out, because the check found no support for it</{heading}>"
    return f'<section class="out">{title}<ul>{rows}</ul></section>'
