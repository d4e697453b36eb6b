"""A draft on its way in: pieces of streamed text become units, each a claim with the passage numbers that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from retrieval.sentences import split_sentences

_MARKERS = r"(?:\s*[\[【]\s*\d+(?:\s*[,;]\s*\d+)*\s*[\]】])+"
_UNIT = re.compile(
    rf"(?P<text>[^\n]*?){_MARKERS}(?P<tail>[.!?…]*[\"”’)]*)(?=\s*\Z|[^\S\n]*\n|\s+[^a-z\s])|[^\n]*(?:\n|\Z)"
)
_MARKER = re.compile(_MARKERS)
_PRIVATE = 0xE000
_BEHIND_STOP = re.compile(f'([.!?…]["”’)]*)([{chr(_PRIVATE)}-{chr(_PRIVATE + 999)}]+)')
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+|^\s*#+\s+|^\s*>\s?")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]\d][^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[A-Za-z][^>]*>|<!--.*?-->", re.DOTALL)
_DECLINES = re.compile(r"(?:the\s+)?passages?\s+(?:do|does)(?:\s+not|n[’']t)\s+say\b", re.IGNORECASE)
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")


@dataclass(frozen=True)
class Unit:
    """A piece of draft that ends at its citation markers or its line: plain text and the passage numbers it cites."""

    text: str
    cites: tuple[int, ...]
    raw: str = field(default="", compare=False)

    @property
    def declines(self) -> bool:
        """Whether it says, as the prompt has it, that the passages leave something open, and so claims nothing."""
        return _DECLINES.match(self.text) is not None

    def sentences(self) -> list[Unit]:
        """The unit cut into sentences, each with the markers that stand inside or right behind it."""
        marked = _BEHIND_STOP.sub(r"\2\1", _MARKER.sub(_as_one_character, self.raw))
        return [_unit(_from_one_character(marked[start:end])) for start, end in split_sentences(marked)]


def units(pieces: Iterable[str]) -> Iterator[str | Unit]:
    """Each streamed piece as it comes, and behind it the units that it made whole, by its markers or its line's end."""
    pending = ""
    for piece in pieces:
        yield piece
        ready, pending = _cut(pending + piece)
        yield from ready
    yield from _cut(pending + "\n")[0]


def _cut(text: str) -> tuple[list[Unit], str]:
    """The units that can't grow any more, and the rest."""
    ready: list[Unit] = []
    position = 0
    while match := _UNIT.match(text, position):
        # What follows may still be another marker, or lower-case words that make this marker one inside a sentence.
        growing = not text[match.end() :].strip() and "\n" not in text[max(match.end() - 1, 0) :]
        if growing or match.end() == position:
            break
        position = match.end()
        unit = _unit(match.group())
        if unit.text or unit.cites:
            ready.append(unit)
    return ready, text[position:]


def _unit(text: str) -> Unit:
    """Take the markers out, wherever they stand, and put the full stop where it belongs."""
    cites = (int(n) for markers in _MARKER.findall(text) for n in re.findall(r"\d+", markers))
    cleaned = plain(_MARKER.sub("", text))
    if re.search(r"[.!?…][\"”’)]+[.]$", cleaned) or cleaned.endswith(".."):
        cleaned = cleaned[:-1]
    return Unit(cleaned, tuple(dict.fromkeys(cites)), _strip_active(text))


def _as_one_character(markers: re.Match[str]) -> str:
    """Numbers as private-use letters, so that a sentence splitter takes a marker for part of the word before it."""
    return "".join(chr(_PRIVATE + min(int(n), 999)) for n in re.findall(r"\d+", markers.group()))


def _from_one_character(text: str) -> str:
    return re.sub(f"[{chr(_PRIVATE)}-{chr(_PRIVATE + 999)}]", lambda m: f" [{ord(m.group()) - _PRIVATE}]", text)


def plain(text: str) -> str:
    """Drop markup a model may have typed: bullets, headings, emphasis, HTML tags, images (whole) and link targets."""
    return _EMPHASIS.sub(r"\2", _BULLET.sub("", _strip_active(text))).strip()


def _strip_active(text: str) -> str:
    """Without what a browser would act on: tags, images, link targets."""
    return _LINK.sub(r"\1", _IMAGE.sub("", _TAG.sub("", text)))
