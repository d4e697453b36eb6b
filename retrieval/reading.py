"""Files and web addresses in, documents out."""

from __future__ import annotations

import difflib
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from retrieval.boilerplate import find_noise, merge_spans
from retrieval.documents import Document
from retrieval.errors import DocumentError
from retrieval.metadata import Stated, label, stated

LARGEST_TEXT = 64 << 20
LARGEST_PAGE = 16 << 20
LARGEST_MARKDOWN = 4 << 20
LARGEST_PDF = 128 << 20
"""Bytes of the largest file that is read: plain text; HTML and Markdown, which are held as a tree; PDF."""

_LIMITS = {
    ".txt": LARGEST_TEXT,
    ".md": LARGEST_MARKDOWN,
    ".html": LARGEST_PAGE,
    ".htm": LARGEST_PAGE,
    ".pdf": LARGEST_PDF,
}
SUFFIXES = tuple(_LIMITS)


def find_files(paths: Iterable[Path | str]) -> Iterator[Path]:
    """Find the files to read: each named file, and those of a known kind below each named folder, sorted.

    Hidden files and folders inside a named folder are passed over. Raises DocumentError for a path that does not
    exist, a named file with another suffix, and a folder that can't be listed.
    """
    for path in map(Path, paths):
        try:
            if path.is_dir():
                yield from _walk(path)
            else:
                _require_file(path)
                yield path
        except OSError as error:
            raise DocumentError(f"{path} can't be read: {error.strerror or error}.") from None


def read(path: Path | str) -> Document:
    """Read one file by its suffix: text, Markdown, HTML or PDF.

    Title, outlet, author and date are what the document states; where it states no title, its first words stand in,
    ending in "…". Raises DocumentError for whatever can't be read, naming the file and what to do.
    """
    path = Path(path)
    try:
        _require_file(path)
        limit = _LIMITS[path.suffix.lower()]
        size = path.stat().st_size
        if size > limit:
            raise DocumentError(_too_large(str(path), size, limit))
        data = path.read_bytes()
        uri = str(path.resolve())
    except DocumentError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DocumentError(f"{path} can't be read: {reason}.") from None
    return _READERS[path.suffix.lower()](data, str(path), uri, None)


def read_url(url: str) -> Document:
    """Fetch and read one web page, PDF or text from an http or https address; see retrieval.fetch for the limits."""
    from retrieval.fetch import fetch

    fetched = fetch(url, LARGEST_PAGE)
    return _READERS[fetched.suffix](fetched.data, url, fetched.url, fetched.charset)


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        elif entry.suffix.lower() in SUFFIXES and entry.is_file():
            yield entry


def _require_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise DocumentError(f"{path} does not exist.{_suggestion(path)}") from None
    if stat.S_ISDIR(mode):
        raise DocumentError(f"{path} is a folder; name the files in it, or add the folder.")
    if not stat.S_ISREG(mode):
        raise DocumentError(f"{path} is not a regular file.")
    if path.suffix.lower() not in SUFFIXES:
        kind = f"a {path.suffix} file" if path.suffix else "a file without a suffix"
        raise DocumentError(f"{path} is {kind}; onrecord reads {', '.join(SUFFIXES)}. Convert or rename it.")


def _suggestion(path: Path) -> str:
    parent = path.parent
    while not parent.is_dir():
        path, parent = parent, parent.parent
    try:
        names = [entry.name for entry in parent.iterdir()]
    except OSError:
        return ""
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    return f" Did you mean {parent / close[0]}?" if close else ""


def _too_large(name: str, size: int, limit: int) -> str:
    return f"{name} has {size >> 20} MiB; the most that is read is {limit >> 20} MiB. Split it and add the parts."


def _text(data: bytes, name: str, uri: str, hint: str | None) -> Document:
    from retrieval.plain import decode, split_front_matter

    said, text = split_front_matter(decode(data, name, hint))
    return _document(text, name, uri, said)


def _markdown(data: bytes, name: str, uri: str, hint: str | None) -> Document:
    from retrieval.markdown import to_text
    from retrieval.plain import decode, split_front_matter

    said, source = split_front_matter(decode(data, name, hint))
    return _document(to_text(source), name, uri, said)


def _html(data: bytes, name: str, uri: str, hint: str | None) -> Document:
    from retrieval.web_page import read_html

    text, said = read_html(data, name, hint)
    return _document(text, name, uri, said)


def _pdf(data: bytes, name: str, uri: str, hint: str | None) -> Document:
    from retrieval.pdf import read_pdf

    text, pages, said = read_pdf(data, name)
    return _document(text, name, uri, said, pages)


def _document(text: str, name: str, uri: str, said: Stated, pages: tuple[int, ...] = ()) -> Document:
    if not text.strip():
        raise DocumentError(f"{name} is empty: there is no text in it to ask about.")
    if not pages:
        text = text.strip("\n") + "\n"
    said = said.or_else(stated(text))
    return Document(
        text=text,
        title=said.title or label(text) or name,
        uri=uri,
        source=said.source,
        author=said.author,
        published=said.published,
        noise=merge_spans([*find_noise(text), *said.lines]),
        pages=pages,
    )


_READERS: dict[str, Callable[[bytes, str, str, str | None], Document]] = {
    ".txt": _text,
    ".md": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
}
