"""The page's library: whose it is, what is in it, and a place to drop more; like app.web.layout it needs Gradio."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.libraries import OwnOrSample
from app.web import view
from app.web.turn import UNEXPECTED, Bot
from retrieval.errors import OnrecordError

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Options of every event on the page: no endpoint of its own, no spinner over what it changes."""
Tab = tuple[gr.File, gr.Markdown, gr.Markdown]
"""Where files are dropped, what came of each, and the list."""
Update = tuple[Any, ...]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shelf:
    """A chatbot's library as the page shows it; sample: ids of the bundled sample's documents where it began there."""

    bot: Bot
    sample: frozenset[str]

    @classmethod
    def of(cls, bot: Bot) -> Shelf:
        """The library of a chatbot that nothing was added to yet."""
        began = bot.documents() if isinstance(bot, OwnOrSample) else ()
        return cls(bot, frozenset(document.id for document in began))

    @property
    def is_sample(self) -> bool:
        """Whether questions go to the sample."""
        return bool(self.sample) and self.sample == {document.id for document in self.bot.documents()}

    def offer(self, examples: Sequence[str]) -> dict[str, Any]:
        """What an empty conversation offers; the examples are questions to the library that the page began with."""
        offered = examples if self.is_sample or not self.sample else ()
        return {
            "placeholder": view.welcome(len(self.bot.documents()), sample=self.is_sample),
            "examples": [{"text": text} for text in offered],
        }

    def listing(self) -> str:
        """The documents as the tab shows them."""
        documents = [(document.title, document.source, document.published) for document in self.bot.documents()]
        return view.library(documents, sample=self.is_sample)


def tab() -> Tab:
    """Lay out the tab: a place to drop files, what came of each, and the documents there are."""
    drop = gr.File(
        label="Add documents",
        show_label=False,
        file_count="multiple",
        file_types=[".txt", ".md", ".html", ".htm", ".pdf"],
        elem_id="drop",
        height=150,
    )
    results = gr.Markdown(elem_id="added", latex_delimiters=[])
    listing = gr.Markdown(elem_id="documents", latex_delimiters=[])
    return drop, results, listing


def connect(blocks: gr.Blocks, shelf: Shelf, examples: Sequence[str], parts: Tab, chat: gr.Chatbot) -> None:
    """Connect dropping files, and show the library as it now is whenever the page is opened."""
    drop, _, listing = parts
    drop.upload(partial(_add_all, shelf, examples), drop, [*parts, chat], **PRIVATE)
    blocks.load(lambda: (shelf.listing(), gr.Chatbot(**shelf.offer(examples))), None, [listing, chat], **PRIVATE)


def _add_all(shelf: Shelf, examples: Sequence[str], paths: list[str] | None) -> Iterator[Update]:
    done: list[tuple[str, str, str | None]] = []
    was_sample = shelf.is_sample
    for path in paths or []:
        yield gr.skip(), view.added([*done, (Path(path).name, "reading…", None)]), gr.skip(), gr.skip()
        done += _add(shelf.bot, path)
    switched = len(shelf.bot.documents()) if was_sample and not shelf.is_sample else 0
    yield None, view.added(done, switched), shelf.listing(), gr.Chatbot(**shelf.offer(examples))


def _add(bot: Bot, path: str) -> list[tuple[str, str, str | None]]:
    try:
        return [(Path(path).name, result.status, result.error) for result in bot.add(path)]
    except OnrecordError as error:
        return [(Path(path).name, "", str(error))]
    except Exception:
        log.exception("%r could not be added", path)
        return [(Path(path).name, "", UNEXPECTED)]
