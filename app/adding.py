"""Adding files, folders and web addresses to a library: one result for each, whatever goes wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.versions import take_place, upload_uri
from retrieval.documents import Document
from retrieval.errors import DocumentError
from retrieval.worker import StoppedError, WorkerError

if TYPE_CHECKING:
    from retrieval.fetch import Reach
    from retrieval.library import Library
    from retrieval.preparing import Apart, Prepared

Report = Callable[[str, int, int], None]
"""Called with what is being done, how many are done and how many there are (0 where that isn't known yet)."""


@dataclass(frozen=True)
class Received:
    """Bytes that came over the network, with the name that their sender gave them, which names nothing here.

    charset, suffix: the encoding and the kind as they were declared with the bytes, where they were.
    """

    name: str
    data: bytes
    charset: str | None = None
    suffix: str = ""

    @property
    def digest(self) -> str:
        """The sha256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def uri(self) -> str:
        """The address that tells these bytes from others of the same name."""
        return self.name if is_address(self.name) else upload_uri(self.digest, self.name)


@dataclass(frozen=True)
class Result:
    """What became of one file or address: the document's id and title where it is in the library, else the error.

    copy_of: the id of an earlier document that this one is a copy of; the two count as one source. aside: of bytes that
    came over the network, the id of their earlier version, which was put aside and can be brought back; namesake: the
    id of another document that came under the same name and stays.
    """

    uri: str
    status: Literal["added", "unchanged", "replaced", "failed"]
    document: str | None = None
    title: str | None = None
    error: str | None = None
    copy_of: str | None = None
    aside: str | None = None
    namesake: str | None = None


def add_all(
    library: Library,
    paths: Sequence[str | Path | Received],
    report: Report | None = None,
    reach: Reach | None = None,
    apart: Apart | None = None,
) -> list[Result]:
    """Add everything named, in order. Raises LibraryError only where the library itself can't be written.

    reach: where web addresses may lead; see retrieval.fetch. apart: another process in which to read and embed; then it
    raises StoppedError where what is added is not wanted any more, and WorkerError.
    """
    report = report or (lambda step, done, total: None)
    sources, failed = _sources(paths)
    results: dict[str, Result] = {}
    digests: dict[str, str] = {}

    def documents() -> Iterator[Document | Prepared]:
        for number, (name, source) in enumerate(sources.items()):
            report(f"Reading {_label(source)}", number, len(sources))
            try:
                known = _unchanged(library, source, digests)
                document = None if known else _read_here_or(apart, source, reach)
            except StoppedError:
                raise
            except Exception as error:  # whatever one file does to its reader, the others are still added
                failed.append(Result(name, "failed", error=_reason(source, error)))
                continue
            if document is None:
                results[name] = Result(name, "unchanged")
                continue
            origin[document.uri if isinstance(document, Document) else document.document.uri] = name
            yield document

    origin: dict[str, str] = {}
    added = library.add(
        documents(),
        digest=lambda uri: digests.get(uri),
        progress=lambda done, found: report("Embedding passages", done, found),
        embed=apart.embedder() if apart else None,
    )
    for one in added:
        name = origin.get(one.uri, one.uri)
        results[name] = _with_namesakes(
            library, sources[name], Result(name, one.outcome, one.id, one.title, copy_of=one.copy_of)
        )
    return [results[name] for name in sources if name in results] + failed


def _with_namesakes(library: Library, source: str | Received, result: Result) -> Result:
    """The result, once an earlier version of the same upload has given way."""
    if result.status != "added" or not isinstance(source, Received) or is_address(source.name):
        return result
    aside, namesake = take_place(library, source.name, str(result.document))
    if aside is None:
        return replace(result, namesake=namesake)
    copy_of = None if result.copy_of == aside else result.copy_of
    return replace(result, status="replaced", aside=aside, copy_of=copy_of)


def _sources(paths: Sequence[str | Path | Received]) -> tuple[dict[str, str | Received], list[Result]]:
    """Every file, address and upload to read, each once, and a failure for each path that leads to none."""
    from retrieval.reading import find_files

    sources: dict[str, str | Received] = {}
    failed: list[Result] = []

    def fail(path: str | Path, why: object) -> None:
        failed.append(Result(str(path), "failed", error=str(why)))

    for path in paths:
        if isinstance(path, Received):
            sources[path.uri] = path
        elif is_address(str(path)):
            sources[str(path)] = str(path)
        elif not str(path).strip():
            fail(path, "A path is empty; name a file, a folder or a web address.")
        else:
            failures = len(failed)
            files = [str(file) for file in find_files([path], fail)]
            sources.update((file, file) for file in files)
            if not files and len(failed) == failures:
                fail(path, f"{path} holds no .txt, .md, .html or .pdf file; name another folder, or the files.")
    return sources, failed


def is_address(path: str) -> bool:
    """Whether a path is a web address rather than a file's."""
    return path.lower().startswith(("http://", "https://"))


def _unchanged(library: Library, source: str | Received, digests: dict[str, str]) -> bool:
    """Whether the library holds this very file already, told by its hash, without reading what it says."""
    if isinstance(source, Received):
        digests[source.uri] = source.digest
        return library.unchanged(source.uri, source.digest)
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


def _read_here_or(apart: Apart | None, source: str | Received, reach: Reach | None) -> Document | Prepared:
    if apart is None:
        return _read(source, reach)
    return apart.prepared(len(source.data) if isinstance(source, Received) else 0, _read, source, reach)


def _read(source: str | Received, reach: Reach | None) -> Document:
    from retrieval.reading import read, read_bytes, read_url

    if isinstance(source, Received):
        return read_bytes(source.data, source.name, source.uri, source.charset, source.suffix)
    return read_url(source, reach) if is_address(source) else read(source)


def _reason(source: str | Received, error: Exception) -> str:
    if isinstance(error, DocumentError):
        return str(error)
    if isinstance(error, WorkerError):
        return (
            f"{_label(source)} {error}, and was given up, so that others can be added. Split it, or save it as plain "
            "text; `onrecord add` on the machine that serves this page has no such limits."
        )
    return (
        f"{_label(source)} can't be read; this should not have happened ({type(error).__name__}: {error}). "
        "Leave it out, and report it."
    )


def _label(source: str | Received) -> str:
    if isinstance(source, Received):
        return source.name
    return source if is_address(source) else Path(source).name
