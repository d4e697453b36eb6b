"""A draft that comes as JSON: each sentence is handed out as soon as it is whole, in the inline form of any draft."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from retrieval.sentences import split_sentences

SCHEMA: dict[str, Any] = {
    "title": "answer",
    "description": "An answer in sentences, each with the passages that it rests on.",
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "description": "The sentences of the answer in their order; none where the passages hold no answer.",
            "items": {
                "type": "object",
                "properties": {
                    "copied": {
                        "type": "string",
                        "description": "The words of a passage that the sentence rests on, letter for letter.",
                    },
                    "passages": {
                        "type": "array",
                        "description": "The numbers of all passages that say what the sentence says.",
                        "items": {"type": "integer"},
                    },
                    "sentence": {"type": "string", "description": "One sentence, without numbers in brackets."},
                },
                "required": ["copied", "passages", "sentence"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}
"""The words that a sentence rests on come first: models keep nearer to their sources when they attribute before they
write (Slobodkin et al., Attribute First, then Generate, ACL 2024). Every field is required and nothing else admitted,
which is what the strict modes of providers ask for."""

_OPENING = re.compile(r"\s*(?:```(?:json)?\s*)?(?=[{\[])", re.IGNORECASE)
_MAYBE_OPENING = re.compile(r"\s*(?:`{0,3}|```[a-z]*\s*)\Z", re.IGNORECASE)
_OBJECT = re.compile(r'\{\s*"(?:copied|passages|sentence)"')
_FENCE = re.compile(r"\A\s*```(?:json)?|```\s*\Z", re.IGNORECASE)
_DECODER = json.JSONDecoder()


def inline(pieces: Iterable[str]) -> Iterator[str]:
    """Each sentence with its [n] markers on a line of its own, as soon as its JSON object is whole.

    Text that does not begin as JSON is passed on as it comes: not every server that takes a schema keeps to it. JSON of
    another form gives the texts in it, which the check then judges like any other draft.
    """
    stream, held = iter(pieces), ""
    for piece in stream:
        held += piece
        if _OPENING.match(held):
            yield from _sentences(held, stream)
            return
        if not _MAYBE_OPENING.match(held):
            yield held
            yield from stream
            return
    yield held


def _sentences(held: str, stream: Iterator[str]) -> Iterator[str]:
    everything, ours = [held], False
    while True:
        while found := _OBJECT.search(held):
            ours = True
            try:
                item, end = _DECODER.raw_decode(held, found.start())
            except (ValueError, RecursionError):
                held = held[found.start() :]
                break
            held = held[end:]
            yield from _lines(item)
        piece = next(stream, None)
        if piece is None:
            break
        held += piece
        everything.append(piece)
    if not ours:
        yield "\n".join(_texts("".join(everything)))


def _lines(item: dict[str, Any]) -> Iterator[str]:
    """What one object says: each sentence in it with all its markers, one to a line."""
    text, numbers = item.get("sentence"), item.get("passages")
    if not isinstance(text, str):
        return
    given = numbers if isinstance(numbers, list) else [numbers]
    cited = (str(n) for n in given if not isinstance(n, bool) and re.fullmatch(r"\d{1,3}", str(n)))
    markers = "".join(f"[{n}]" for n in dict.fromkeys(cited))
    flat = " ".join(text.split())
    for start, end in split_sentences(flat):
        yield f"{flat[start:end].strip()} {markers}\n"


def _texts(written: str) -> Iterator[str]:
    """Every text in JSON of whatever form; the whole as it is where it is no JSON."""
    try:
        pending = [json.loads(_FENCE.sub("", written))]
    except (ValueError, RecursionError):
        yield written
        return
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | dict):
            pending += reversed(list(value.values()) if isinstance(value, dict) else value)
