"""Adding files, folders and web addresses to a library: one result for each, whatever goes wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from retrieval.errors import DocumentError

if TYPE_CHECKING:
    from retrieval.documents import Document
    from retrieval.library import Library

Report = Callable[[str, int, int], None]
"""Called with what is being done, how many are done and how many there are (0 where that isn't known yet)."""


@dataclass(frozen=True)
class Result:
    """What became of one file or address: the document's id and title where it is in the library, else the error.

    copy_of: the id of an earlier document that this one is a copy of; the two count as one source.
    """

    uri: str
    status: Literal["added", "unchanged", "replaced", "failed"]
    document: str | None = None
    title: str | None = None
    error: str | None = None
    copy_of: str | None = None


def add_all(library: Library, paths: Sequence[str | Path], report: Report | None = None) -> list[Result]:
    """Add everything named, in order. Raises LibraryError only where the library itself can't be written."""
    report = report or (lambda step, done, total: None)
    sources, failed = _sources(paths)
    results: dict[str, Result] = {}
    digests: dict[str, str] = {}

    def documents() -> Iterator[Document]:
        for number, source in enumerate(sources):
            report(f"Reading {_label(source)}", number, len(sources))
            try:
                known = _unchanged(library, source, digests)
                document = None if known else _read(source)
            except Exception as error:  # whatever one file does to its reader, the others are still added
                failed.append(Result(source, "failed", error=_reason(source, error)))
                continue
            if document is None:
                results[source] = Result(source, "unchanged")
                continue
            origin[document.uri] = source
            yield document

    origin: dict[str, str] = {}
    added = library.add(
        documents(),
        digest=lambda uri: digests.get(uri),
        progress=lambda done, found: report("Embedding passages", done, found),
    )
    for one in added:
        source = origin.get(one.uri, one.uri)
        results[source] = Result(source, one.outcome, one.id, one.title, copy_of=one.copy_of)
    return [results[s] for s in sources if s in results] + failed


def _sources(paths: Sequence[str | Path]) -> tuple[list[str], list[Result]]:
    """Every file and address to read, each once, and a failure for each path that leads to none."""
    from retrieval.reading import find_files

    sources: dict[str, None] = {}
    failed: list[Result] = []

    def fail(path: str | Path, why: object) -> None:
        failed.append(Result(str(path), "failed", error=str(why)))

    for path in paths:
        if is_address(str(path)):
            sources[str(path)] = None
        elif not str(path).strip():
            fail(path, "A path is empty; name a file, a folder or a web address.")
        else:
            failures = len(failed)
            files = [str(file) for file in find_files([path], fail)]
            sources.update(dict.fromkeys(files))
            if not files and len(failed) == failures:
                fail(path, f"{path} holds no .txt, .md, .html or .pdf file; name another folder, or the files.")
    return list(sources), failed


def is_address(path: str) -> bool:
    """Whether a path is a web address rather than a file's."""
    return path.lower().startswith(("http://", "https://"))


def _unchanged(library: Library, source: str, digests: dict[str, str]) -> bool:
    """Whether the library holds this very file already, told by its hash, without reading what it says."""
    if is_address(source):
        return False
    path = Path(source)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        uri = str(path.resolve())
    except OSError:
        return False
    digests[uri] = digest
    return library.unchanged(uri, digest)


def _read(source: str) -> Document:
    from retrieval.reading import read, read_url

    return read_url(source) if is_address(source) else read(source)


def _reason(source: str, error: Exception) -> str:
    if isinstance(error, DocumentError):
        return str(error)
    return (
        f"{source} can't be read; this should not have happened ({type(error).__name__}: {error}). "
        "Leave it out, and report it."
    )


def _label(source: str) -> str:
    return source if is_address(source) else Path(source).name
