"""Title, outlet, author and date as a text states them in its first lines; what it does not state stays None."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from retrieval.boilerplate import is_furniture
from retrieval.bylines import Byline, read_byline
from retrieval.dates import DATE, parse_date
from retrieval.documents import Span
from retrieval.sentences import split_sentences

_HEAD_LINES = 16
_TAIL_LINES = 4
_PROSE_WORDS = 30
_TITLE_LENGTH = 250
_LABEL_LENGTH = 90

_FIELD = re.compile(
    r"(?P<key>title|headline|authors?|byline|(?:publication |published |release )?date|published(?: on| at)?|pubdate"
    r"|source|outlet|publisher|publication|site(?:_name)?)\s*:\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    rf"(?P<title>\S.*?\S)\s*(?:[-–—|•]\s*)?(?P<by>\bBy (?P<names>[A-Z].{{1,80}}?)\s*[-–—|•,]\s*(?i:{DATE})\s*)$"
)
_DATED_BYLINE = re.compile(rf"(?P<when>.*(?i:{DATE}).*?)[\s|,·–-]+(?P<by>[Bb]y:? [A-Z].*)")
_PUBLISHED = re.compile(
    r"\b(?:(?:first |originally )?(?:published|posted|released)|pub(?:lication|lished)? date|date)\b"
    rf"[^\n]{{0,30}}?{DATE}",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    rf"\b(?:last )?(?:updated|modified|edited|revised|corrected|accessed|retrieved)\b[^\n]{{0,30}}?{DATE}",
    re.IGNORECASE,
)
_DATELINE_WORDS = re.compile(
    rf"{DATE}|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:mon|tue|wed|thu|fri|sat|sun)\b\.?"
    r"|\bT?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:h|hrs|[ap]\.?m\b\.?)?|\b\d{1,2}\s*[ap]\.?m\b\.?"
    r"|\b(?:[ECMP][SD]?T|GMT|UTC|IST|CEST|CET|BST|JST|[ECMP]astern|Z)\b|[+-]\d\d:?\d\d"
    r"|\b(?:first|originally|last|published|posted|released|updated|modified|edited|date|on|at|in|by)\b"
    r"|\b\d+\s*-?\s*min(?:ute)?s?(?:\s+(?:read|ago))?\b|\bT(?=\d)",
    re.IGNORECASE,
)
_WIRE = re.compile(
    rf"(?P<place>[A-Z][A-Z.'’\-]+(?: [A-Z][A-Z.'’\-]*)*(?:, [A-Z][\w. ]{{1,20}}?)??)"
    rf"(?P<when>,? (?:(?i:{DATE})|[A-Z][a-z]{{2,8}}\.? \d\d?))?"
    r",? (?:\((?P<outlet>[A-Z][\w.&’' -]{1,40})\)|/(?P<wire>[A-Z][\w ]{2,30})/) ?[-–—]+ "
)
_KICKER = re.compile(r"[\w&’' ]{1,30}", re.UNICODE)
_PROSE_END = re.compile(r"[.…:;,][\"'”’»)\]]*$")


@dataclass(frozen=True)
class Stated:
    """What a document says about itself.

    lines: the spans that do nothing but say so (a byline, "Published 31 Jan 2025"); no evidence for anything else.
    """

    title: str | None = None
    source: str | None = None
    author: str | None = None
    published: date | None = None
    lines: tuple[Span, ...] = ()

    def or_else(self, other: Stated) -> Stated:
        """Fill the fields that this one leaves open from the other; the lines are those of both."""
        return Stated(
            self.title or other.title,
            self.source or other.source,
            self.author or other.author,
            self.published or other.published,
            tuple(sorted({*self.lines, *other.lines})),
        )


def stated(text: str) -> Stated:
    """Read the lines before the first paragraph of prose, a wire dateline in front of it, and a date line at the end.

    Never looks inside the running text: a date there says when something happened, not when it was written up.
    """
    found = Stated()
    kicker: str | None = None
    prose: Span | None = None
    for start, end in _lines(text, _HEAD_LINES):
        line = text[start:end]
        said = _line(line, start, titled=found.title is not None)
        if said is None:
            if _is_prose(line):
                prose = (start, end)
                break
            if found.title is None and _can_be_title(line):
                if kicker is None and len(line.split()) < 3 and _KICKER.fullmatch(line):
                    kicker = line
                else:
                    found = replace(found, title=line)
            continue
        found = found.or_else(said)
    if found.title is None and kicker and prose:
        found = replace(found, title=kicker)
    if prose:
        found = found.or_else(_wire(text[prose[0] : prose[0] + 160], prose[0]))
    return found.or_else(_tail(text))


def stated_fields(lines: list[str]) -> Stated:
    """Read `key: value` lines (front matter); a list of authors may follow its key as `- name` lines."""
    found = Stated()
    for line in re.sub(r":[ \t]*\n[ \t]*- ", ": ", "\n".join(lines)).splitlines():
        if field := _FIELD.fullmatch(line.strip()):
            found = found.or_else(_field(field["key"].lower(), field["value"].strip(" []"), ()))
    return found


def label(text: str) -> str:
    """Make a title for a text that states none: its first sentence, cut at a word and marked with an ellipsis."""
    opening = text.lstrip()[:2000]
    sentences = [re.sub(r"\s+", " ", opening[start:end]) for start, end in split_sentences(opening)]
    first = next((sentence for sentence in sentences if not is_furniture(sentence)), "".join(sentences[:1]))
    if len(first) <= _LABEL_LENGTH:
        return first
    cut = first[:_LABEL_LENGTH]
    return f"{(cut.rsplit(' ', 1)[0] if ' ' in cut else cut).rstrip(' ,;:—–-')}…"


def _line(line: str, start: int, *, titled: bool) -> Stated | None:
    """Read one head line; None where it is not a line of metadata."""
    span = ((start, start + len(line)),)
    if len(line) > 2 * _TITLE_LENGTH:
        return None
    if (field := _FIELD.fullmatch(line)) and len(line) < _TITLE_LENGTH:
        return _field(field["key"].lower(), field["value"].strip(), span)
    if not titled and (inline := _INLINE.fullmatch(line)) and (byline := read_byline(f"By {inline['names']}")):
        said = _by(byline, parse_date(inline["by"]), ((start + inline.start("by"), start + len(line)),))
        return replace(said, title=inline["title"])
    if len(line) > 160:
        return None
    if byline := read_byline(line):
        return _by(byline, _publication_date(byline.rest), span)
    if (dated := _DATED_BYLINE.fullmatch(line)) and (byline := read_byline(dated["by"])):
        when = _line(dated["when"], start, titled=True)
        return _by(byline, when.published, span) if when else None
    if parse_date(line) and (remainder := _remainder(line)) is not None:
        return Stated(source=remainder or None, published=_publication_date(line), lines=span)
    return None


def _field(key: str, value: str, lines: tuple[Span, ...]) -> Stated:
    value = value.strip("\"'“” ")
    if key in ("title", "headline"):
        return Stated(title=value or None)  # the title line itself reads as the document's heading
    if key in ("author", "authors", "byline"):
        byline = read_byline(value if value.lower().startswith("by ") else f"By {value}")
        return _by(byline, None, lines) if byline else Stated(author=value or None, lines=lines)
    if "date" in key or key.startswith("published"):
        return Stated(published=parse_date(value), lines=lines)
    return Stated(source=value or None, lines=lines)


def _by(byline: Byline, published: date | None, lines: tuple[Span, ...]) -> Stated:
    return Stated(source=byline.outlet, author=byline.author, published=published, lines=lines)


def _publication_date(line: str) -> date | None:
    """Find the date of publication in a date line; a date that is only one of an update is not it."""
    if labelled := _PUBLISHED.search(line):
        return parse_date(labelled.group())
    return parse_date(_UPDATED.sub(" ", line))


def _remainder(line: str) -> str | None:
    """Tell what a date line says beside its date: '' for nothing, an outlet, None if it is not a date line."""
    rest = _UPDATED.sub(" | ", line)
    parts = [part.strip(" ,.:()[]\t") for part in re.split(r"[|•·–—\n]| - ", _DATELINE_WORDS.sub(" ", rest))]
    parts = [part for part in parts if part and re.search(r"\w", part)]
    if not parts:
        return ""
    if len(parts) > 2 or any(len(part.split()) > 6 or not part[0].isupper() for part in parts):
        return None
    if not re.search(r"[|•·–—]| - |^[A-Z][A-Z ]+, ", line):
        return None
    outlets = [byline.outlet for part in parts if (byline := read_byline(f"By {part}")) and byline.outlet]
    return outlets[0] if outlets else ""


def _wire(opening: str, start: int) -> Stated:
    """Read agency and full date, where there is one, of a wire dateline ("LONDON, Jan 29 (Name) -")."""
    match = _WIRE.match(opening)
    if not match:
        return Stated()
    return Stated(source=match["outlet"] or match["wire"], published=parse_date(match["when"] or ""))


def _tail(text: str) -> Stated:
    """Read a line at the very end that gives the date of publication and says so."""
    offset = max(0, len(text) - 600)
    tail = [(start, end) for start, end in _lines(text, 10_000, offset)][-_TAIL_LINES:]
    for start, end in tail:
        line = text[start:end]
        if len(line) < 120 and _PUBLISHED.search(line) and _remainder(line) is not None:
            return Stated(published=_publication_date(line), lines=((start, end),))
    return Stated()


def _lines(text: str, most: int, offset: int = 0) -> Iterator[Span]:
    """Give the spans of the first `most` lines that hold something, trimmed, from the first line past `offset`."""
    if offset:
        offset = text.find("\n", offset) + 1 or len(text)
    while most and offset < len(text):
        end = text.find("\n", offset)
        end = len(text) if end < 0 else end
        line = text[offset:end]
        if stripped := line.strip():
            start = offset + len(line) - len(line.lstrip())
            yield start, start + len(stripped)
            most -= 1
        offset = end + 1


def _is_prose(line: str) -> bool:
    words = len(line[: 2 * _TITLE_LENGTH].split())
    return words > _PROSE_WORDS or len(line) > _TITLE_LENGTH or (words > 6 and bool(_PROSE_END.search(line)))


def _can_be_title(line: str) -> bool:
    return bool(re.search(r"\w", line)) and not _PROSE_END.search(line) and not is_furniture(line)
