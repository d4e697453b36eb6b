"""The pass that asks a language model for quotations that the rules missed; each is checked before it is kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import prompts
from app.llm.completion import Call, complete
from app.llm.models import Model
from app.llm.writer import room
from app.remarks import Quote
from retrieval.documents import Document, Passage
from retrieval.errors import LibraryError, ModelError
from retrieval.library import Library
from retrieval.proposals import Checker, Proposal
from retrieval.quotations import Quotation

Report = Callable[[str, int, int], None]
"""Progress: (what is being done, passages read, passages in all)."""

_WINDOW = 6
"""Passages shown at once: enough to name who "she" is, few enough for a model to go through line by line."""
_WRITTEN = 120
"""Tokens that a local model may write about one window."""
_GRAMMAR = r"""root ::= line line? line?
line ::= "{\"words\": " text ", \"speaker\": " text ", \"cue\": " text "}\n"
text ::= "\"" [^"\\\n]+ "\""
"""
"""In llama.cpp's notation; a small model seldom writes JSON unless it can write nothing else."""


@dataclass(frozen=True)
class Proposed:
    """What became of a model's proposals. refused: how many for each reason; unreadable counts among them."""

    model: str
    proposed: int
    kept: tuple[Quote, ...]
    refused: Mapping[str, int]


def propose(library: Library, model: Model, report: Report | None = None) -> Proposed:
    """Show every document of a library to a model, and enter what it proposes and the text bears out in the ledger.

    A document's finds are stored once it is read through, so an interrupted pass keeps what it has, and a second one
    adds nothing twice. Raises ModelError where the model can't be used, and for one that can't read a passage.
    """
    report = report or (lambda step, done, total: None)
    kept: list[Quote] = []
    refused: Counter[str] = Counter()
    entries = library.documents()
    total, done = sum(entry.passages for entry in entries), 0
    for entry in entries:
        try:
            document = library.document(entry.id)
        except LibraryError:  # removed since the list was made
            continue
        report(f"Reading {entry.title}", done, total)
        checker = Checker(document, library.quotations_of(document))
        found: list[Quotation] = []
        for window in _windows(model, document, library.passages(document)):
            for proposal in _proposals(model, document, window):
                checked = "unreadable" if proposal is None else checker.check(proposal, model.name)
                if isinstance(checked, Quotation):
                    checker.known.append(checked)
                    found.append(checked)
                else:
                    refused[checked] += 1
            done += len(window)
            report(f"Reading {entry.title}", done, total)
        if found:
            library.add_proposed(document, found)
        kept += [Quote.of(quotation) for quotation in found]
    return Proposed(model.name, len(kept) + refused.total(), tuple(kept), dict(refused.most_common()))


def _windows(model: Model, document: Document, passages: list[Passage]) -> Iterator[list[Passage]]:
    """Cut a document's passages into runs that the model can read at once."""
    window: list[Passage] = []
    for passage in passages:
        if window and (len(window) == _WINDOW or not _fits(model, document, [*window, passage])):
            yield window
            window = []
        window.append(passage)
        if len(window) == 1 and not _fits(model, document, window):
            raise ModelError(
                f"{model.name} reads {model.context} tokens, too few for one passage of {document.title}. "
                "Name a model with a larger context."
            )
    if window:
        yield window


def _fits(model: Model, document: Document, window: list[Passage]) -> bool:
    return model.count(_prompt(document, window)) <= room(model)


def _prompt(document: Document, window: list[Passage]) -> str:
    text = f"{prompts.one_line(document.title)}\n\n{document.text[window[0].start : window[-1].end]}"
    return prompts.render("quotations", text=prompts.quoted(text))


def _proposals(model: Model, document: Document, window: list[Passage]) -> Iterator[Proposal | None]:
    """What the model proposes for a window; None for an object that is no proposal."""
    options: dict[str, Any] = {"grammar": _GRAMMAR, "max_tokens": _WRITTEN} if model.small else {}
    written = "".join(complete(model, [("user", _prompt(document, window))], Call("proposals"), **options))
    for given in json_objects(written):
        if given:
            fields = [given.get(name) for name in ("words", "speaker", "cue")]
            words, speaker, cue = (field if isinstance(field, str) else "" for field in fields)
            yield Proposal(words, speaker, cue) if words and speaker and cue else None


def json_objects(text: str) -> Iterator[dict[str, Any]]:
    """The innermost JSON objects in a text, whatever stands around them: lines, a list, a fence, an outer object."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        nested = text.find("{", at + 1)
        end = text.find("}", at)
        if end < 0:
            return
        try:
            found, past = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = nested
            continue
        if any(isinstance(value, list | dict) for value in found.values()):
            at = nested
            continue
        yield found
        at = text.find("{", past)
