"""A document as it travels: the records that a server keeps of it, and what another machine's mirror makes of them."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from retrieval import ledger
from retrieval.documents import Document, Span
from retrieval.quotations import Quotation
from retrieval.server import Record

_PART = 1_000_000
"""Characters of a text in one record, so that a request never outgrows what the server takes."""
_COUNTS = struct.Struct("<III")


@dataclass(frozen=True)
class Stored:
    """A passage as the catalog stores it: the columns of its row, bytes as they are."""

    start: int
    end: int
    sentences: bytes
    vector: bytes
    sentence_vectors: bytes | None


@dataclass(frozen=True)
class Content:
    """A whole document: what it says, who says what in it (None: to be found anew), its passages with their vectors."""

    document: Document
    quotations: Sequence[Quotation] | None
    passages: Sequence[Stored]


def records_of(uploads: Mapping[str, Content]) -> tuple[Iterator[Record], Iterator[Record]]:
    """The records of the texts, and those of the passages, of documents by upload."""
    texts = (record for upload, content in uploads.items() for record in _texts(upload, content))
    return texts, (_passage(upload, one) for upload, content in uploads.items() for one in content.passages)


def _texts(upload: str, content: Content) -> Iterator[Record]:
    """The first of a text's records tells what is known of the document, and how many records there have to be."""
    document = content.document
    plain = _is_plain(document.text)
    parts = [document.text[at : at + _PART] for at in range(0, len(document.text), _PART)]
    head = {
        "id": document.id,
        "title": document.title,
        "uri": document.uri,
        "source": document.source,
        "author": document.author,
        "published": document.published and document.published.isoformat(),
        "noise": document.noise,
        "pages": document.pages,
        "parts": len(parts),
        "plain": plain,
        "passages": len(content.passages),
        "ledger": ledger.VERSION,
        "quotations": None if content.quotations is None else [_told(one) for one in content.quotations],
    }
    for number, part in enumerate(parts):
        known: dict[str, str | int] = {"upload": upload, "part": number}
        if number == 0:
            known["head"] = json.dumps(head)
        yield Record(f"{upload}/{number}", known, part if plain else json.dumps(part))


def _passage(upload: str, one: Stored) -> Record:
    """Found by its vector, and with all that the catalog stores of it."""
    by_sentence = one.sentence_vectors or b""
    counts = _COUNTS.pack(len(one.sentences), len(one.vector), len(by_sentence))
    data = base64.b64encode(counts + one.sentences + one.vector + by_sentence).decode()
    vector = np.frombuffer(one.vector, "<f2").astype(np.float32)
    return Record(f"{upload}:{one.start}-{one.end}", {"upload": upload, "data": data}, vector=vector)


def assembled(texts: Iterable[Record], passages: Iterable[Record]) -> dict[str, Content]:
    """Put documents together from all records of some uploads, by upload; those that lack a record are left out."""
    by_upload: dict[str, tuple[dict[int, Record], list[Record]]] = {}
    for one in texts:
        by_upload.setdefault(str(one.metadata["upload"]), ({}, []))[0][int(one.metadata["part"])] = one
    for one in passages:
        by_upload.setdefault(str(one.metadata["upload"]), ({}, []))[1].append(one)
    contents = {upload: _content(parts, spans) for upload, (parts, spans) in by_upload.items()}
    return {upload: content for upload, content in contents.items() if content}


def _content(parts: dict[int, Record], passages: list[Record]) -> Content | None:
    if 0 not in parts:
        return None
    head = json.loads(str(parts[0].metadata["head"]))
    if len(parts) != head["parts"] or len(passages) != head["passages"]:
        return None
    read = (str(parts[number].document) for number in range(head["parts"]))
    text = "".join(read) if head["plain"] else "".join(map(json.loads, read))
    document = Document(
        text,
        head["title"],
        head["uri"],
        head["source"],
        head["author"],
        date.fromisoformat(head["published"]) if head["published"] else None,
        tuple((start, end) for start, end in head["noise"]),
        tuple(head["pages"]),
    )
    if document.id != head["id"]:
        return None
    told = head["quotations"] if head["ledger"] == ledger.VERSION else None
    quotations = None if told is None else [_quotation(document, *one) for one in told]
    return Content(document, quotations, sorted(map(_stored, passages), key=lambda one: one.start))


def _stored(record: Record) -> Stored:
    start, _, end = record.id.rpartition(":")[2].partition("-")
    data = base64.b64decode(str(record.metadata["data"]))
    spans, vector, by_sentence = _COUNTS.unpack_from(data)
    at = _COUNTS.size
    ends = (at + spans, at + spans + vector, at + spans + vector + by_sentence)
    return Stored(int(start), int(end), data[at : ends[0]], data[ends[0] : ends[1]], data[ends[1] : ends[2]] or None)


def _told(one: Quotation) -> list[object]:
    said = one.said and one.said.isoformat()
    return [one.spans, one.kind, one.cue, one.mention, one.speaker, one.role, said, one.proposed_by]


def _quotation(
    document: Document, spans: list[Span], kind: str, cue: Span | None, mention: Span | None, *rest: str | None
) -> Quotation:
    speaker, role, said, proposed_by = rest
    return Quotation(
        document,
        tuple((start, end) for start, end in spans),
        kind,  # type: ignore[arg-type] # what was a Kind when it was told
        cue and (cue[0], cue[1]),
        mention and (mention[0], mention[1]),
        speaker,
        role,
        date.fromisoformat(said) if said else None,
        proposed_by,
    )


def _is_plain(text: str) -> bool:
    """Whether a server takes the text as it is: it has no half of a surrogate pair and no zero byte."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
