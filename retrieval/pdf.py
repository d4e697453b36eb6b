"""PDF: the text layer page by page, its lines put back together into paragraphs."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from itertools import pairwise

from retrieval.errors import DocumentError
from retrieval.metadata import Stated
from retrieval.plain import clean

_EDGE_LINES = 2
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—|]?\s*\d{1,4}\s*[-–—|]?(?:\s*(?:of|/)\s*\d{1,4})?|[ivxlc]{1,7}", re.IGNORECASE
)
_HYPHEN = re.compile(r"(\w+)[-‐\u00ad]\Z")
_ENDS = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•▪◦●■–*-]\s|\d{1,3}[.)]\s")
_BAD_TITLE = re.compile(
    r"^(?:untitled|microsoft word|document\d*|powerpoint)|\.(?:docx?|pdf|indd|tex|odt|rtf|html?)$", re.IGNORECASE
)
_HEADING = re.compile(r"[^\W_a-z].*[^\s.!?…:;,\"”’)\]-]")
_SHORT = 0.6
"""Of the width of the lines: a shorter one that ends in no mark, behind one that ends a sentence, is a heading."""


def read_pdf(data: bytes, name: str) -> tuple[str, tuple[int, ...], Stated]:
    """Read the text, the offset at which each page starts, and what the file's properties state.

    Words broken at line ends are mended, lines joined into paragraphs, running heads and page numbers dropped.
    Raises DocumentError for a file that is encrypted, broken, or holds pictures of text only.
    """
    pages, said = _extract(data, name)
    text, starts = _join(_without_running_heads([clean(page).splitlines() for page in pages]))
    if not text.strip():
        raise DocumentError(
            f"{name} has no text layer (a scan?); run it through OCR first, for example with ocrmypdf, "
            "and add the result."
        )
    return text, starts, said


def _extract(data: bytes, name: str) -> tuple[list[str], Stated]:
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    locked = f"{name} is encrypted and needs a password; save a copy without one and add that."
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(locked)
        pages = [page.extract_text() for page in reader.pages]
        info = reader.metadata
        title, author = (info.title, info.author) if info else (None, None)
    except DocumentError:
        raise
    except (FileNotDecryptedError, WrongPasswordError, DependencyError):
        raise DocumentError(locked) from None
    except Exception as error:  # a broken file makes pypdf fail in any way there is
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise DocumentError(f"{name} can't be read as a PDF ({reason}); is it complete?") from None
    title = clean(str(title or "")).strip()
    author = clean(str(author or "")).strip()
    return pages, Stated(title=title if title and not _BAD_TITLE.search(title) else None, author=author or None)


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """Drop page numbers, and lines at the edge of pages that come back on most of them."""
    pages = [[line.rstrip() for line in page if line.strip()] for page in pages]
    edges = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    often = {key for key, count in edges.items() if count >= max(2, len(pages) // 2) and len(pages) > 1}
    kept = []
    for page in pages:
        inner = range(_EDGE_LINES, len(page) - _EDGE_LINES)
        kept.append(
            [
                line
                for place, line in enumerate(page)
                if place in inner or not (_key(line) in often or _PAGE_NUMBER.fullmatch(line.strip()))
            ]
        )
    return kept


def _edges(page: list[str]) -> list[str]:
    return page[:_EDGE_LINES] + page[max(_EDGE_LINES, len(page) - _EDGE_LINES) :]


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())


def _join(pages: list[list[str]]) -> tuple[str, tuple[int, ...]]:
    """Make one text with a newline only where a paragraph ends, and the offset of each page in it."""
    widths = sorted(len(line) for page in pages for line in page)
    width = widths[int(len(widths) * 0.9)] if widths else 0
    words = Counter(word for page in pages for line in page for word in re.findall(r"[\w-]+\b", line))
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    last = ""
    for page in pages:
        first = True
        for line in page:
            joint = _joint(last, line.strip(), width, words) if last else ""
            if joint is None:
                parts[-1] = parts[-1][:-1]
                length -= 1
                joint = ""
            if first:
                starts.append(length + len(joint))
                first = False
            parts.append(joint + line.strip())
            length += len(parts[-1])
            last = line.strip()
        if first:
            starts.append(length)
    text = "".join(parts)
    if starts:
        starts[0] = 0
    return text, tuple(min(start, len(text)) for start in starts) if all(a <= b for a, b in pairwise(starts)) else ()


def _joint(line: str, following: str, width: int, words: Counter[str]) -> str | None:
    """Choose what goes between two lines: a space, a paragraph break, nothing, or None to take the hyphen out.

    A hyphen stays where the document writes the word with it elsewhere ("cost-efficient") and never without.
    """
    if (broken := _HYPHEN.search(line)) and following[0].islower():
        rest = re.match(r"\w+", following)
        end = rest.group() if rest else ""
        return "" if words[f"{broken[1]}-{end}"] > words[broken[1] + end] else None
    if _BULLET.match(following):
        return "\n\n"
    if following[0].islower() and not _ENDS.search(line):
        return " "
    heading = _ENDS.search(line) and len(following) < _SHORT * width and _HEADING.fullmatch(following)
    if not heading and len(line) + len(following.split(None, 1)[0]) + 1 > 0.9 * width:
        return " "
    return "\n\n"
