"""Files and web addresses in, documents out."""

from __future__ import annotations

import difflib
import errno
import shlex
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath

from retrieval.boilerplate import find_noise, merge_spans
from retrieval.documents import Document
from retrieval.errors import DocumentError
from retrieval.fetch import Reach
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


OnError = Callable[[Path, DocumentError], None]
"""Called with a path that can't be read and the error that says why."""


def find_files(paths: Iterable[Path | str], on_error: OnError | None = None) -> Iterator[Path]:
    """Find the files to read: each named file, and those of a known kind below each named folder, sorted.

    Hidden files and links to folders are passed over inside a named folder. A path that does not exist, is no regular
    file, has another suffix or is too large, and a folder that can't be listed, goes to on_error, and the search goes
    on; without on_error the first of them raises its DocumentError.
    """
    for path in map(Path, paths):
        yield from _files(path, on_error or _raise)


def _files(path: Path, on_error: OnError) -> Iterator[Path]:
    found: list[Path] = []
    try:
        folder = path.is_dir()
        if folder:
            found = sorted(entry for entry in path.iterdir() if _is_wanted(entry))
        else:
            _require_file(path)
    except DocumentError as error:
        on_error(path, error)
    except (OSError, ValueError) as error:
        on_error(path, _unreadable(path, error))
    else:
        if not folder:
            yield path
    for entry in found:
        yield from _files(entry, on_error)


def _is_wanted(entry: Path) -> bool:
    """Whether to look at this entry of a folder: a folder, or a file of a known kind, readable or not."""
    if entry.name.startswith("."):
        return False
    known = entry.suffix.lower() in SUFFIXES
    try:
        return not entry.is_symlink() if entry.is_dir() else known
    except OSError:
        return known


def _raise(path: Path, error: DocumentError) -> None:
    raise error


def read(path: Path | str) -> Document:
    """Read one file by its suffix: text, Markdown, HTML or PDF.

    Title, outlet, author and date are what the document states; where it states no title, its first words stand in,
    ending in "…". Raises DocumentError for whatever can't be read, naming the file and what to do.
    """
    path = Path(path)
    try:
        _require_file(path)
        data = path.read_bytes()
        uri = str(path.resolve())
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    return _READERS[path.suffix.lower()](data, str(path), uri, None)


def read_bytes(data: bytes, name: str, uri: str, charset: str | None = None, suffix: str = "") -> Document:
    """Read what came from elsewhere than a file: its kind by its bytes where those tell, else by suffix, or the name's.

    name: as the person who sent it knows it, never a path here. charset: as it was declared. Raises DocumentError.
    """
    suffix = suffix or PurePath(name).suffix.lower()
    if data[:1024].lstrip().startswith(b"%PDF-"):
        suffix = ".pdf"
    if suffix not in _LIMITS:
        kind = f"a {suffix} file" if suffix else "a file without a suffix"
        raise DocumentError(f"{name} is {kind}; onrecord reads {', '.join(SUFFIXES)}. Convert or rename it.")
    if len(data) > _LIMITS[suffix]:
        raise DocumentError(
            f"{name} has {len(data) / (1 << 20):.1f} MiB; the most that is read of a {suffix} file is "
            f"{_LIMITS[suffix] >> 20} MiB. Split it and add the parts."
        )
    return _READERS[suffix](data, name, uri, charset)


def read_url(url: str, reach: Reach | None = None) -> Document:
    """Fetch and read one web page, PDF or text from an http or https address; see retrieval.fetch for the limits."""
    from retrieval.fetch import fetch

    fetched = fetch(url, LARGEST_PAGE, reach)
    return _READERS[fetched.suffix](fetched.data, url, fetched.url, fetched.charset)


def _require_file(path: Path) -> None:
    try:
        about = path.stat()
    except FileNotFoundError:
        raise DocumentError(_missing(path)) from None
    if stat.S_ISDIR(about.st_mode):
        raise DocumentError(f"{path} is a folder; name the files in it, or add the folder.")
    if not stat.S_ISREG(about.st_mode):
        raise DocumentError(
            f"{path} is not a regular file (a pipe or a device?); write what it gives to a file and add that."
        )
    if path.suffix.lower() not in SUFFIXES:
        kind = f"a {path.suffix} file" if path.suffix else "a file without a suffix"
        raise DocumentError(f"{path} is {kind}; onrecord reads {', '.join(SUFFIXES)}. Convert or rename it.")
    limit = _LIMITS[path.suffix.lower()]
    if about.st_size > limit:
        raise DocumentError(
            f"{path} has {about.st_size / (1 << 20):.1f} MiB; the most that is read of a {path.suffix} file is "
            f"{limit >> 20} MiB. Split it and add the parts."
        )


def _missing(path: Path) -> str:
    if path.is_symlink():
        return f"{path} is a link to {path.readlink()}, which does not exist. Mend the link or delete it."
    parent = path.parent
    while not parent.is_dir():
        path, parent = parent, parent.parent
    close = difflib.get_close_matches(path.name, [entry.name for entry in parent.iterdir()], n=1)
    hint = f"Did you mean {parent / close[0]}?" if close else "Check the path."
    return f"{path} does not exist. {hint}"


def _unreadable(path: Path, error: OSError | ValueError) -> DocumentError:
    """What the system said, and what to do about it."""
    if isinstance(error, PermissionError):
        advice = f"Give yourself the right to read it and the folders above it (chmod u+rX {shlex.quote(str(path))})."
    elif getattr(error, "errno", None) == errno.ELOOP:
        advice = "It is a link that leads back to itself: delete it, or name the file that is meant."
    else:
        advice = "Check the path, and that its disk is well."
    return DocumentError(f"{path} can't be read: {getattr(error, 'strerror', None) or error}. {advice}")


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
