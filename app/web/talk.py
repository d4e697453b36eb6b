"""What happens in a conversation: asked, answered bit by bit, stopped, opened, begun anew; needs Gradio."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from app.web import view
from app.web.conversations import Begun, Conversations
from app.web.evidence import evidence
from app.web.html import line
from app.web.pacing import paced
from app.web.person import person_in
from app.web.turn import Bot, Turn, turns
from retrieval.errors import OnrecordError

Update = tuple[Any, ...]
"""New values of the shown turns, the open conversation's mark and id, the chat, the evidence and the question's box."""
SAME: Update = (gr.skip(),) * 6
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Talk:
    """The handlers of the page's events; what people say is kept in conversations."""

    bot: Bot
    conversations: Conversations

    def ask(self, question: str, id: str, model: str, scope: str, request: gr.Request) -> Iterator[Update]:
        """Answer a question in the conversation with the id, or in a new one where there is none.

        model, scope: the choice of a model and what the question is restricted to, as app.web.asking reads them.
        """
        yield from self._answer(_person(request), id, question, model, scope)

    def again(self, redo: str, id: str, model: str, scope: str, request: gr.Request) -> Iterator[Update]:
        """Ask an earlier question again, in other words perhaps: redo is "NUMBER QUESTION"; later turns give way."""
        number, _, question = redo.partition(" ")
        if number.isdecimal():
            yield from self._answer(_person(request), id, question, model, scope, int(number))

    def _answer(
        self, person: str, id: str, question: str, model: str, scope: str, number: int | None = None
    ) -> Iterator[Update]:
        """One update for each state that is worth showing; evidence is sent only where it changed."""
        question = question.strip()
        if not question:
            yield SAME
            return
        begun, problem = self._begun(person, id, question, number)
        past = begun.past if begun else ()
        shown: Turn | None = None
        with closing(paced(self._kept(begun, turns(self.bot, question, past, model, scope)))) as states:
            for turn in states:
                talk = (*past, turn)
                panel = gr.skip() if shown and shown.cards == turn.cards else evidence(talk)
                if turn is shown:
                    yield SAME
                elif shown:
                    # A slow browser may lose the first word of it, and its reader the button that stops.
                    yield talk, gr.skip(), gr.skip(), _messages(talk), panel, _busy()
                else:
                    id = begun.conversation if begun else ""
                    box = gr.Textbox(value="", submit_btn=False, stop_btn=True)
                    yield talk, mark(id, len(talk), problem), id, _messages(talk), panel, box
                shown = turn
        yield gr.skip(), mark(id, len(past) + 1, problem, ended=True), gr.skip(), gr.skip(), gr.skip(), _idle()

    def stop(self, shown: Sequence[Turn], id: str, request: gr.Request) -> Update:
        """Show an answer that was stopped as far as it was checked, and keep it so."""
        if shown and not shown[-1].answer and not shown[-1].ended:
            shown = (*shown[:-1], replace(shown[-1], ended="stopped"))
            with _logged():
                key = self.conversations.running(_person(request), id)
                if key is not None:
                    self.conversations.end(key, shown[-1])
        return tuple(shown), mark(id, len(shown), ended=True), id, _messages(shown), evidence(shown), _idle()

    def opened(self, id: str, request: gr.Request) -> Update:
        """Show a conversation as it was kept."""
        problem = ""
        talk: tuple[Turn, ...] | None = None
        try:
            talk = self.conversations.turns(_person(request), id) if id else ()
        except OnrecordError as error:
            problem = str(error)
        if talk is None:
            problem = "This conversation isn’t here any more."
        id = id if talk else ""
        talk = talk or ()
        return talk, mark(id, len(talk), problem, ended=True, kept=True), id, _messages(talk), evidence(talk), _idle()

    def loaded(self, request: gr.Request) -> Update:
        """Show the conversation that the page's address names; what was asked before this arrives stays."""
        id = dict(request.query_params).get("c", "")
        return self.opened(id, request) if id else SAME

    def restart(self) -> Update:
        """Begin anew."""
        return (), mark("", 0), "", [], evidence(()), gr.Textbox(value="", submit_btn=True, stop_btn=False)

    def _begun(self, person: str, id: str, question: str, number: int | None) -> tuple[Begun | None, str]:
        """The turn as it is kept, or why it can't be; it is answered all the same."""
        try:
            return self.conversations.begin(person, id, question, number), ""
        except OnrecordError as error:
            log.warning("%s", error)
            return None, f"This can’t be kept: {error}"

    def _kept(self, begun: Begun | None, states: Iterator[Turn]) -> Generator[Turn, None, None]:
        """The states of a turn, kept whenever more of it has been checked and when it ends, however it does."""
        turn: Turn | None = None
        known = 0
        try:
            for turn in states:
                if begun and len(turn.checked) > known and not turn.answer:
                    known = len(turn.checked)
                    with _logged():
                        self.conversations.keep(begun.key, turn)
                yield turn
        finally:
            if begun and turn:
                with _logged():
                    self.conversations.end(begun.key, turn)


def mark(id: str, turns: int, problem: str = "", *, ended: bool = False, kept: bool = False) -> str:
    """What tells the page's scripts which conversation is open, how long it is, and what went wrong.

    ended: nothing of it is being answered; kept: it is shown as it was kept.
    """
    state = f"k-{id} t-{turns}{' ended' if ended else ''}{' kept' if kept else ''}" if id else ""
    said = f'<p class="problem">{line(problem)}</p>' if problem else ""
    return f'<div class="open {state}">{said}</div>'


def picked(event: gr.SelectData) -> str:
    """The example question that was chosen."""
    return str(event.value["text"])


def _person(request: gr.Request) -> str:
    return person_in(request.request.scope) if request.request else ""


@contextmanager
def _logged() -> Iterator[None]:
    """Keeping is not worth an answer: what can't be kept is logged, and the answer goes on."""
    try:
        yield
    except OnrecordError as error:
        log.error("a turn could not be kept: %s", error)


def _busy() -> gr.Textbox:
    return gr.Textbox(submit_btn=False, stop_btn=True)


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
