"""The smallest parts of the page: escaped text, dates, citation marks; in all of it only our own tags are tags."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from datetime import date

from app.answer import Citation, Source
from app.web.turn import Turn

TOOLTIP = 220
"""Characters of a quote in a chip's tooltip."""

_LONGEST_WORD = 60
_UNSPACED = re.compile("[\u2e80-\ud7a3\U00020000-\U0003ffff]")
_LAST_WORD = re.compile(r"(|.*[\s>])([^\s<>]+)((?:</span>)*)", re.DOTALL)
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


def prose(text: str) -> str:
    """Document text with its line breaks as tags, so that no blank line stands in the block."""
    return re.sub(r"\s*\n\s*\n\s*", "<br><br>", escape(text)).replace("\n", "<br>")


def clipped(text: str, most: int = TOOLTIP) -> str:
    """The beginning of a text on one line, escaped, cut between words."""
    short = " ".join(text.split())
    return escape(short if len(short) <= most else short[:most].rsplit(" ", 1)[0].rstrip("…") + " …")


def dotted(*parts: str | None) -> str:
    """Escaped parts with dots between them; what there is not is left out."""
    return " · ".join(line(part) for part in parts if part)


def day(iso: str) -> str:
    """An ISO date as people write it, other text as it is."""
    try:
        parsed = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{parsed.day} {parsed:%B %Y}"


def count(number: int, thing: str) -> str:
    """A number and its thing, in the plural where there is not just one."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def origin(document: Source) -> str:
    """Where a document comes from: outlet, or title where no outlet is stated, and day."""
    return dotted(document.source or document.title, document.published and day(document.published))


def cited(turn: Turn, numbers: Iterable[int]) -> list[Citation]:
    """The turn's citations of these numbers."""
    by_number = {held.citation.number: held.citation for held in turn.cards}
    return [by_number[number] for number in numbers if number in by_number]


def chips(turn: Turn, numbers: Iterable[int]) -> str:
    """The marks that open these citations' evidence; the sanitiser keeps a class but no data attribute."""
    return "".join(
        f'<button type="button" class="cite c-{turn.number}-{c.number}" title="{_tooltip(c)}">{c.number}</button>'
        for c in cited(turn, numbers)
    )


def marked(words: str, marks: str) -> str:
    """Words as HTML with their marks, the last word and the first mark on one line unless that word is very long.

    Scripts that write no spaces break anywhere, so that there the last word would be the whole sentence.
    """
    first, rest = marks.partition("</button>")[::2]
    last = _LAST_WORD.fullmatch(words)
    if not first or not last or len(last[2]) > _LONGEST_WORD or _UNSPACED.search(last[2]):
        return words + marks
    return f'{last[1]}<span class="tail">{last[2]}{first}</button></span>{last[3]}{rest}'


def _tooltip(c: Citation) -> str:
    said = f"{line(c.speaker)}, " if c.speaker else ""
    return f"{said}{origin(c.document)}: “{clipped(c.quote)}”"
