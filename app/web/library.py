"""The page's library: whose it is, and what an empty conversation offers; like app.web.layout it needs Gradio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.libraries import OwnOrSample
from app.web import view
from app.web.turn import Bot
from retrieval.listing import Wanted

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "show_progress_on": ()}
"""Options of every event on the page: no endpoint of its own, no spinner over what it changes.

Nor does the page tell components how far an event is: Gradio then writes back what they held a moment ago, over an
update that came meanwhile, and a question that was answered stands in its box again.
"""


@dataclass(frozen=True)
class Shelf:
    """A chatbot's library as the page shows it; began_as_sample: whether it was the bundled sample to begin with."""

    bot: Bot
    began_as_sample: bool

    @classmethod
    def of(cls, bot: Bot) -> Shelf:
        """The library of a chatbot."""
        return cls(bot, isinstance(bot, OwnOrSample) and bot.is_sample)

    @property
    def is_sample(self) -> bool:
        """Whether questions go to the sample."""
        return isinstance(self.bot, OwnOrSample) and self.bot.is_sample

    def offer(self, examples: Callable[[], Sequence[str]]) -> dict[str, Any]:
        """What an empty conversation offers; examples: gives questions that the library as it now is can answer."""
        return {
            "placeholder": view.welcome(self.bot.page(Wanted(limit=0)).total, sample=self.is_sample),
            "examples": [{"text": text} for text in examples()],
        }


def tab() -> gr.Button:
    """Lay out the tab, which library.js fills; gives the button by which that says that documents came or went."""
    gr.Markdown('<div id="library"></div>', elem_id="shelf", latex_delimiters=[])
    return gr.Button("The library changed", elem_id="library-changed", elem_classes="unseen")


def connect(
    blocks: gr.Blocks, shelf: Shelf, examples: Callable[[], Sequence[str]], changed: gr.Button, chat: gr.Chatbot
) -> None:
    """Offer what fits the library as it now is, whenever the page is opened or the library has changed."""
    for event in (blocks.load, changed.click):
        event(lambda: gr.Chatbot(**shelf.offer(examples)), None, chat, **PRIVATE)
