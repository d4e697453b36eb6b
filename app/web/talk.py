"""What happens in a conversation: asked, answered bit by bit, stopped, begun anew; handlers that need Gradio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from app.web import view
from app.web.evidence import evidence
from app.web.turn import Bot, Turn, paced, turns

Update = tuple[Any, ...]
"""New values of the conversation's state, the chat, the evidence and the question's box, in this order."""


def ask(bot: Bot, question: str, talk: Sequence[Turn], model: str, scope: str) -> Iterator[Update]:
    """Answer a question, one update for each state that is worth showing; evidence is sent only where it changed.

    model, scope: the choice of a model and what the question is restricted to, as app.web.asking reads them.
    """
    question = question.strip()
    if not question:
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return
    shown: Turn | None = None
    for turn in paced(turns(bot, question, talk, model, scope)):
        box = gr.skip() if shown else gr.Textbox(value="", submit_btn=False, stop_btn=True)
        panel = gr.skip() if shown and shown.cards == turn.cards else evidence((*talk, turn))
        yield (*talk, turn), _messages((*talk, turn)), panel, box
        shown = turn
    yield gr.skip(), gr.skip(), gr.skip(), _idle()


def stop(talk: Sequence[Turn]) -> Update:
    """Show an answer that was stopped as far as it was checked."""
    if talk and not talk[-1].answer and not talk[-1].ended:
        talk = (*talk[:-1], replace(talk[-1], ended="stopped"))
    return tuple(talk), _messages(talk), evidence(talk), _idle()


def restart() -> Update:
    """Begin anew."""
    return (), [], evidence(()), gr.Textbox(value="", submit_btn=True, stop_btn=False)


def picked(event: gr.SelectData) -> str:
    """The example question that was chosen."""
    return str(event.value["text"])


def _idle() -> gr.Textbox:
    return gr.Textbox(submit_btn=True, stop_btn=False)


def _messages(talk: Sequence[Turn]) -> list[dict[str, str]]:
    return [
        message
        for turn in talk
        for message in (
            {"role": "user", "content": view.question(turn)},
            {"role": "assistant", "content": view.message(turn)},
        )
    ]
