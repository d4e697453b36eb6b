"""Which document an upload takes the place of: a page's file comes with its name, and without the folder it is in."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from retrieval.duplicates import is_version

if TYPE_CHECKING:
    from retrieval.documents import Document
    from retrieval.library import Library

UPLOAD = "upload:"
_PREFIX = len(UPLOAD) + 13
"""Characters of an upload's address before its name: the scheme, 12 digits of the bytes' hash and a slash."""


def upload_uri(digest: str, name: str) -> str:
    """The address of an upload, which tells it from others of the same name."""
    return f"{UPLOAD}{digest[:12]}/{name}"


def take_place(library: Library, name: str, id: str) -> tuple[str | None, str | None]:
    """Put aside the version of a document that was uploaded under the same name before; its tags go over.

    Gives the id of what was put aside, which `bring_back` undoes, and the id of one that has the name too and stays,
    since its text is another; None where there is none.
    """
    namesakes = [of for uri, of in library.given_at(UPLOAD) if of != id and _same(uri[_PREFIX:], name)]
    document = library.document(id)
    earlier = next((of for of in namesakes if _is_earlier(library.document(of), document)), None)
    if earlier is None:
        return None, next(iter(namesakes), None)
    tags = library.tags(earlier)
    if tags:
        library.tag(id, library.tags(id) | tags)
    library.put_aside(earlier)
    return earlier, None


def _is_earlier(one: Document, other: Document) -> bool:
    """Whether one is a version of the other, and was uploaded first: what a file of this machine gave stays."""
    return one.uri.startswith(UPLOAD) and is_version(one, other)


def _same(one: str, other: str) -> bool:
    """Whether two names may be of one file: the same, or of one it is not known in which folder it is."""
    if "/" in one and "/" in other:
        return one == other
    return PurePosixPath(one).name == PurePosixPath(other).name
