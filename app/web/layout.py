"""The page's parts and what happens between them; app.web.serving alone loads this, once Gradio may be loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import gradio as gr

from app.web import view
from app.web.blocks import Blocks
from app.web.conversations import Conversations
from app.web.evidence import evidence
from app.web.library import PRIVATE, Shelf, connect, tab
from app.web.pacing import AT_ONCE
from app.web.suggestions import Examples
from app.web.talk import Talk, mark, picked
from app.web.turn import Bot


@dataclass(frozen=True)
class Parts:
    """The components that take part in a conversation."""

    shown: gr.State
    mark: gr.Markdown
    id: gr.Textbox
    wanted: gr.Textbox
    redo: gr.Textbox
    chat: gr.Chatbot
    box: gr.Textbox
    panel: gr.Markdown
    model: gr.Textbox
    scope: gr.Textbox
    new: gr.Button
    open: gr.Button
    again: gr.Button


def page(bot: Bot, examples: Sequence[str], conversations: Conversations) -> gr.Blocks:
    """Lay out the page and connect it."""
    shelf = Shelf.of(bot)

    def given() -> Sequence[str]:
        return examples if shelf.is_sample or not shelf.began_as_sample else ()

    offered = given if examples else Examples(conversations.database, bot)
    blocks = Blocks(title="Onrecord", analytics_enabled=False, fill_width=True)
    with blocks:
        shown = gr.State(())
        with gr.Row(elem_id="top"):
            gr.Button("Conversations", elem_id="show-past", size="sm")
            gr.Markdown(view.header(), elem_id="header", latex_delimiters=[])
            new = gr.Button("New chat", elem_id="new", size="sm")
            gr.Markdown(view.tools(), elem_id="tools", latex_delimiters=[])
        with gr.Row(elem_id="main"):
            gr.Markdown('<div id="conversations"></div>', elem_id="past")
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                chat, scope, box = _conversation(shelf, offered)
                gr.Markdown('<div id="models"></div>', elem_id="answering")
                model = gr.Textbox(elem_id="model", elem_classes="unseen", show_label=False, container=False)
            with gr.Column(scale=2, min_width=320, elem_id="side"), gr.Tabs():
                with gr.Tab("Evidence"):
                    gr.Markdown('<div id="reading"></div>', elem_id="reader")
                    panel = gr.Markdown(evidence(()), elem_id="evidence", latex_delimiters=[])
                with gr.Tab("Library"):
                    library = tab()
        marked = gr.Markdown(mark("", 0), elem_id="open", latex_delimiters=[])
        id, wanted, redo = (
            gr.Textbox(elem_id=name, show_label=False, container=False) for name in ("conversation", "wanted", "redo")
        )
        opening, again = (gr.Button(name, elem_id=name) for name in ("open-conversation", "ask-again"))
        parts = Parts(shown, marked, id, wanted, redo, chat, box, panel, model, scope, new, opening, again)
        _connect(blocks, Talk(bot, conversations), parts)
        connect(blocks, shelf, offered, library, chat)
    blocks.max_threads = AT_ONCE  # Gradio's own cap of 40 makes the 41st reader wait for a first word
    blocks.queue(default_concurrency_limit=None)
    return blocks


def _conversation(shelf: Shelf, examples: Callable[[], Sequence[str]]) -> tuple[gr.Chatbot, gr.Textbox, gr.Textbox]:
    chat = gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        container=False,
        height=None,
        buttons=[],
        autoscroll=False,
        feedback_options=None,
        latex_delimiters=[],
        allow_tags=False,
        **shelf.offer(examples),
    )
    gr.Markdown('<div id="next"></div>', elem_id="next-questions")
    gr.Markdown('<div id="only"></div>', elem_id="restricted")
    scope = gr.Textbox(elem_id="scope", elem_classes="unseen", show_label=False, container=False)
    box = gr.Textbox(
        elem_id="ask",
        label="Your question",
        show_label=False,
        container=False,
        placeholder="Ask your documents…",
        submit_btn=True,
        autofocus=True,
        max_lines=6,
    )
    return chat, scope, box


def _connect(blocks: gr.Blocks, talk: Talk, parts: Parts) -> None:
    """Connect the conversation's events; every handler is private to the page."""
    outputs = [parts.shown, parts.mark, parts.id, parts.chat, parts.panel, parts.box]
    inputs = [parts.box, parts.id, parts.model, parts.scope]
    asked = parts.box.submit(talk.ask, inputs, outputs, **PRIVATE)
    example = parts.chat.example_select(picked, None, parts.box, **PRIVATE).then(talk.ask, inputs, outputs, **PRIVATE)
    again = parts.again.click(talk.again, [parts.redo, *inputs[1:]], outputs, **PRIVATE)
    answers = [asked, example, again]
    # The handler comes after the cancelling, not with it: else a late update of the answer may overwrite it.
    stopped = parts.box.stop(None, cancels=answers, **PRIVATE)
    stopped.then(talk.stop, [parts.shown, parts.id], outputs, **PRIVATE)
    cleared = parts.new.click(None, cancels=answers, **PRIVATE)
    cleared.then(talk.restart, None, outputs, **PRIVATE)
    opening = parts.open.click(None, cancels=answers, **PRIVATE)
    # Whoever chooses another before the first is there sees the one chosen last.
    opening.then(talk.opened, parts.wanted, outputs, trigger_mode="always_last", **PRIVATE)
    blocks.load(talk.loaded, None, outputs, **PRIVATE)
