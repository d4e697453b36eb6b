"""Rows of the catalog as values: what SQLite gives, as documents, candidates of a search, and arrays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Document, Span
from retrieval.duplicates import keep_sketch

Number = TypeVar("Number", np.float16, np.int8)

DOCUMENTS = (
    "SELECT documents.key, id, text, title, uri, source, author, published, noise, pages,"
    " (SELECT sketch FROM sketches WHERE sketches.document = documents.key)"
    " FROM documents JOIN texts ON texts.document = documents.key"
)


@dataclass(frozen=True)
class Candidate:
    """A stored passage as ranking its sentences needs it.

    document: its id; sentences: (n, 2) offsets into the document;
    sentence_vectors: (n, d) int8 up to a scale per row, or None where the embedder gives none.
    """

    key: int
    document: str
    start: int
    end: int
    text: str
    sentences: NDArray[np.int32]
    sentence_vectors: NDArray[np.int8] | None


def day(iso: str | None) -> date | None:
    """A stored day."""
    return date.fromisoformat(iso) if iso else None


def matrix(stored: bytes, dtype: type[Number], rows: int) -> NDArray[Number]:
    """(rows, d) of the bytes that hold them in a row. Raises ValueError where they are not of one length."""
    numbers = np.frombuffer(stored, np.dtype(dtype).newbyteorder("<"))
    return numbers.reshape(rows, len(numbers) // max(rows, 1))


def places(values: Sequence[object]) -> str:
    """A question mark for each value."""
    return ",".join("?" * len(values))


def parts(vector_id: str) -> tuple[str, str, str]:
    """The document's id, the start and the end that a vector id is made of."""
    document, _, span = vector_id.partition(":")
    start, _, end = span.partition("-")
    return document, start, end


def to_document(
    id: str,
    text: bytes,
    title: str,
    uri: str,
    source: str | None,
    author: str | None,
    published: str | None,
    noise: str,
    pages: str,
    sketch: bytes | None = None,
) -> Document:
    """A row of DOCUMENTS, without its key, as a document. Raises ValueError where it does not make one."""
    document = Document(
        text.decode("utf-8", "surrogatepass"),
        title,
        uri,
        source,
        author,
        day(published),
        () if noise == "[]" else tuple((start, end) for start, end in json.loads(noise)),
        () if pages == "[]" else tuple(json.loads(pages)),
    )
    vars(document)["id"] = id  # the cached property would hash the text for it again
    if isinstance(sketch, bytes):
        keep_sketch(document, sketch)
    return document


def to_spans(sentences: bytes) -> tuple[Span, ...]:
    """A passage's sentences, as they are stored."""
    return tuple((start, end) for start, end in np.frombuffer(sentences, "<i4").reshape(-1, 2).tolist())


def to_candidate(
    key: int, document: str, start: int, end: int, text: str, sentences: bytes, vectors: bytes | None
) -> Candidate:
    """A stored passage with its sentences."""
    spans = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2)
    by_sentence = None if vectors is None else matrix(vectors, np.int8, len(spans))
    return Candidate(key, document, start, end, text, spans, by_sentence)
