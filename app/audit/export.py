"""An answer as a file for others: Markdown with a footnote for each citation, and what the HTML page shares with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

from app.answer import Answer, Citation, Position
from app.commands.terminal import safe
from app.compose import Block, blocks, own_text, weight, wordings
from retrieval.errors import AnswerError

# What Markdown and its dialects act on wherever it stands; what only acts at a line's start or in company is below.
_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~$&@^]|:(?=//|[\w+-]+:)|(?<=www)\.", re.IGNORECASE)
_AT_START = re.compile(r"^(?:(?=[-+=])|(\d+)(?=[.)]))")


def write(answer: Answer, file: Path, *, trace: bool = False) -> None:
    """Write an answer to a file whose suffix (see WRITERS) says how; trace: with its audit trail, in JSON.

    Raises AnswerError where the suffix is another or the file can't be written.
    """
    content = writer_for(file)(answer, trace)
    try:
        file.write_bytes(content.encode("utf-8", "replace"))
    except OSError as error:
        raise AnswerError(f"{file} can't be written: {error.strerror or error}. Name another file.") from error


def writer_for(file: Path) -> Callable[[Answer, bool], str]:
    """What makes the content for a file of this suffix. Raises AnswerError for one of another suffix."""
    if file.suffix.lower() not in WRITERS:
        raise AnswerError(f"{file} does not say which kind of file it is to be: end it in {', '.join(WRITERS)}.")
    return WRITERS[file.suffix.lower()]


def to_json(answer: Answer, trace: bool = False) -> str:
    """The contract's JSON; what UTF-8 can't hold (half of a surrogate pair) is escaped."""
    plain = answer.to_dict(trace=trace)
    text = json.dumps(plain, ensure_ascii=False, indent=2)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(plain, indent=2)
    return text + "\n"


def to_markdown(answer: Answer) -> str:
    """Markdown in which [^n] leads to the footnote with the exact words of citation n, who says them and where.

    Text of documents and models is escaped: it shows the same characters and acts on nothing.
    """
    body, footnotes = markdown_parts(answer)
    return "\n\n".join([*body, f"---\n\n{_line(written_by(answer))}", *footnotes]) + "\n"


def markdown_of_many(name: str, answers: Sequence[Answer]) -> str:
    """Several answers of one conversation as Markdown; [^2-1] leads to what citation 1 of the second one cites."""
    parts = [markdown_parts(answer, "##", f"{n}-") for n, answer in enumerate(answers, 1)]
    by = dict.fromkeys(_line(written_by(answer)) for answer in answers)
    bodies = [section for body, _ in parts for section in body]
    footnotes = [footnote for _, notes in parts for footnote in notes]
    return "\n\n".join([f"# {_line(name) or 'Conversation'}", *bodies, "---", *by, *footnotes]) + "\n"


def markdown_parts(answer: Answer, heading: str = "#", label: str = "") -> tuple[list[str], list[str]]:
    """An answer's sections, its question as the heading, and its footnotes, labelled so that many fit in one file."""
    known = {citation.number for citation in answer.citations}
    used: list[int] = []
    below = "##" if heading == "#" else "###"

    def shown(parts: Iterable[str | int]) -> str:
        used.extend(part for part in parts if isinstance(part, int))
        return "".join(
            (f"[^{label}{part}]" if part in known else f"\\[{part}\\]") if isinstance(part, int) else _escaped(part)
            for part in parts
        )

    sections = [f"{heading} {_line(answer.question) or 'Question'}", *_body(blocks(own_text(answer)), shown)]
    for disagreement in answer.disagreements:
        sides = [_side(position, shown) for position in disagreement.positions]
        about = f"**The sources disagree:** {_line(disagreement.about)} ({disagreement.kind})"
        sections.append("\n".join([about, "", *sides]))
    sections += [f"*Note:* {_line(note)}" for note in answer.notes]
    unused = [number for number in sorted(known) if number not in used]
    if unused:
        sections.append(f"Also cited: {shown(unused)}")
    if answer.closest:
        closest = (f"{n}. {_source(c)}" for n, c in enumerate(answer.closest, 1))
        sections.append("\n".join([f"{below} Closest passages", "", *closest]))
    if answer.left_out:
        rows = (f"- {_line(one.text)} ({_line(one.reason)})" for one in answer.left_out)
        sections.append("\n".join([f"{below} Left out, because the check found no support for it", "", *rows]))
    return sections, [f"[^{label}{c.number}]: {_source(c)}" for c in answer.citations]


def _side(position: Position, shown: Callable[[Iterable[str | int]], str]) -> str:
    own, others = wordings(position)
    put = "".join(f", put as {_line(w.words)} {shown(w.citations)}" for w in others)
    return f"- {_line(position.value)} {shown(own)}{put}{_told(position)}"


def _told(position: Position) -> str:
    told = weight(position)
    return f" ({_line(told)})" if told else ""


def _body(lines: Sequence[Block], shown: Callable[[Iterable[str | int]], str]) -> list[str]:
    sections: list[str] = []
    for n, block in enumerate(lines):
        text = " ".join(safe(shown(block.parts)).split())
        text = f"**{text}**" if block.kind == "heading" else text
        if block.kind == "bullet" and n and lines[n - 1].kind == "bullet":
            sections[-1] += f"\n- {text}"
        else:
            sections.append(f"- {text}" if block.kind == "bullet" else text)
    return sections


def _source(citation: Citation) -> str:
    address = link(citation.document.uri)
    title = _line(citation.document.title)
    title = f"[{title}](<{address}>)" if address else title
    return " · ".join([f"“{_line(citation.quote)}”", *map(_line, credits(citation)), title, _line(place(citation))])


def credits(citation: Citation) -> list[str]:
    """Who says it and in which role, when, the outlet and its day: what is known of these."""
    who = ", ".join(part for part in (citation.speaker, citation.role) if part) if citation.speaker else None
    said = f"said {citation.said}" if citation.said and citation.dated_by == "text" else None
    return [part for part in (who, said, citation.document.source, citation.document.published) if part]


def place(citation: Citation) -> str:
    """Where the words stand."""
    return f"characters {citation.start}–{citation.end} of document {citation.document.id}"


def written_by(answer: Answer) -> str:
    """How the answer was made and checked, in one sentence."""
    by = "picked word for word, by no model" if answer.model == "extractive" else f"written by {answer.model}"
    return f"Answered by Onrecord from the documents cited, {by}; every sentence was checked against them."


def link(uri: str) -> str | None:
    """The address of a document on the web, with nothing in it that ends a link; None for any other place."""
    try:
        parts = urlsplit(uri)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
    except ValueError:
        return None
    return percent_encoded(uri, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


def _line(text: str) -> str:
    return _escaped(" ".join(safe(text).split()))


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, wherever on a line it stands."""
    return _AT_START.sub(r"\1\\", _ACTIVE.sub(r"\\\g<0>", safe(text)))


def _html(answer: Answer, trace: bool) -> str:
    return answer.to_html()


def _markdown(answer: Answer, trace: bool) -> str:
    return to_markdown(answer)


WRITERS: dict[str, Callable[[Answer, bool], str]] = {".md": _markdown, ".html": _html, ".json": to_json}
"""By suffix: (answer, whether with its audit trail) -> the content of the file; only JSON has room for the trail."""
