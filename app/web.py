"""The web chat: a Gradio page with the answer on the left and its evidence on the right."""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from app import web_view as view
from app.answer import Event
from app.web_policy import SecurityHeaders
from app.web_view import Turn
from retrieval.documents import Document
from retrieval.errors import OnrecordError

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

FLUSH = 0.15
"""Seconds between two updates of a streaming answer: more often collapses the page at fifty readers."""
UPLOAD = "64mb"
THREADS = 200
HERE = Path(__file__).parent
log = logging.getLogger(__name__)


class Listed(Protocol):
    """What the page needs to know of a document in the library."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str | None: ...  # noqa: D102
    @property
    def published(self) -> date | None: ...  # noqa: D102


class AddResult(Protocol):
    """What came of adding one file."""

    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def error(self) -> str | None: ...  # noqa: D102


class Bot(Protocol):
    """What the page needs of a chatbot; app.chatbot.Chatbot is one."""

    @property
    def model(self) -> str: ...  # noqa: D102
    def stream(  # noqa: D102
        self, question: str, history: Sequence[tuple[str, str]] = (), llm: str | None = None
    ) -> Iterator[Event]: ...
    def add(self, *paths: str) -> Sequence[AddResult]: ...  # noqa: D102
    def documents(self) -> Sequence[Listed]: ...  # noqa: D102
    def document(self, id: str) -> Document: ...  # noqa: A002, D102


def turns(bot: Bot, question: str, past: Sequence[Turn], llm: str | None) -> Iterator[Turn]:
    """The turn that this question opens, again after each event; errors become part of the last one."""
    turn = Turn(len(past) + 1, question)
    yield turn
    history = [(turn.question, turn.answer.text) for turn in past if turn.answer]
    try:
        for event in bot.stream(question, history, llm):
            turn = view.advance(turn, event, lambda id: _text_of(bot, id))
            yield turn
    except OnrecordError as error:
        yield replace(turn, ended="failed", problem=str(error))
    except Exception:
        log.exception("the question %r could not be answered", question)
        yield replace(turn, ended="failed", problem=UNEXPECTED)


UNEXPECTED = "Something went wrong in Onrecord itself. The terminal that runs it shows the details; please report them."


def paced(states: Iterator[Turn], every: float = FLUSH, clock: Callable[[], float] = time.monotonic) -> Iterator[Turn]:
    """The first and the last state, and of those between at most one in `every` seconds."""
    shown, held = float("-inf"), None
    for state in states:
        held = state
        if clock() - shown >= every:
            yield state
            shown, held = clock(), None
    if held is not None:
        yield held


def _text_of(bot: Bot, id: str) -> str | None:  # noqa: A002
    try:
        return bot.document(id).text
    except OnrecordError:
        return None


def _quiet_gradio() -> Any:  # noqa: ANN401 - the module gradio
    """Import Gradio with everything that would talk to the outside turned off."""
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1", GRADIO_RUN_HISTORY="False")
    import gradio

    return gradio


def build(bot: Bot, examples: Sequence[str] = (), writers: Sequence[str] = ()) -> gr.Blocks:
    """The page for a chatbot, as a Gradio Blocks.

    examples: questions offered before the first one. writers: the models a reader may choose between
    ("extractive", "local:smollm2", …); empty means the chatbot's own and no choice.
    """
    gr = _quiet_gradio()
    choices = list(dict.fromkeys([bot.model, *writers]))
    with gr.Blocks(title="Onrecord", analytics_enabled=False, fill_width=True) as page:
        past = gr.State(())
        with gr.Row(elem_id="top"):
            gr.Markdown(view.header(), elem_id="header", latex_delimiters=[])
            writer = gr.Dropdown(
                choices,
                value=choices[0],
                label="Answered by",
                elem_id="model",
                visible=len(choices) > 1,
                filterable=False,
            )
            new = gr.Button("New chat", elem_id="new", size="sm")
        with gr.Row(elem_id="main"):
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                chat = gr.Chatbot(
                    elem_id="chat",
                    label="Conversation",
                    show_label=False,
                    container=False,
                    buttons=[],
                    latex_delimiters=[],
                    allow_tags=False,
                    feedback_options=None,
                    placeholder=view.welcome(),
                    examples=[{"text": text} for text in examples],
                    height=None,
                )
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
                model_line = gr.Markdown(view.writer(choices[0]), elem_id="writer", latex_delimiters=[])
            with gr.Column(scale=2, min_width=320, elem_id="side"), gr.Tabs():
                with gr.Tab("Evidence", elem_id="evidence-tab"):
                    panel = gr.Markdown(view.evidence(()), elem_id="evidence", latex_delimiters=[])
                with gr.Tab("Library", elem_id="library-tab"):
                    _library(gr, bot)
        _wire(gr, bot, past, chat, box, panel, writer, model_line, new)
    page.max_threads = THREADS
    page.queue(default_concurrency_limit=None)
    return page


def _wire(gr: Any, bot: Bot, past: Any, chat: Any, box: Any, panel: Any, writer: Any, model_line: Any, new: Any) -> None:  # noqa: ANN401
    """Connect the page's events; each handler is private to the page."""
    outputs = [past, chat, panel, box]

    def shown(talk: Sequence[Turn], *, refresh: bool) -> tuple[Any, ...]:
        messages = []
        for turn in talk:
            messages.append({"role": "user", "content": view.question(turn)})
            messages.append({"role": "assistant", "content": view.message(turn)})
        return tuple(talk), messages, view.evidence(talk) if refresh else gr.skip()

    def ask(question: str, talk: Sequence[Turn], spec: str) -> Iterator[tuple[Any, ...]]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        cards: object = ()
        for number, turn in enumerate(paced(turns(bot, question.strip(), talk, None if spec == bot.model else spec))):
            running = gr.Textbox(value="", submit_btn=False, stop_btn=True) if number == 0 else gr.skip()
            yield *shown((*talk, turn), refresh=turn.cards != cards or number == 0), running
            cards = turn.cards
        yield gr.skip(), gr.skip(), gr.skip(), gr.Textbox(submit_btn=True, stop_btn=False)

    def stop(talk: Sequence[Turn]) -> tuple[Any, ...]:
        if talk and not talk[-1].answer and not talk[-1].ended:
            talk = (*talk[:-1], replace(talk[-1], ended="stopped"))
        return *shown(talk, refresh=True), gr.Textbox(submit_btn=True, stop_btn=False)

    def restart() -> tuple[Any, ...]:
        return (), [], view.evidence(()), gr.Textbox(value="", submit_btn=True, stop_btn=False)

    def picked(event: Any) -> str:  # noqa: ANN401
        return str(event.value["text"])

    picked.__annotations__["event"] = gr.SelectData
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    asked = box.submit(ask, [box, past, writer], outputs, **private)
    chosen = chat.example_select(picked, None, box, **private)
    example = chosen.then(ask, [box, past, writer], outputs, **private)
    box.stop(stop, past, outputs, cancels=[asked, example], **private)
    new.click(restart, None, outputs, cancels=[asked, example], **private)
    writer.change(view.writer, writer, model_line, **private)


def _library(gr: Any, bot: Bot) -> None:  # noqa: ANN401
    """The library tab: a place to drop files, what came of each, and the documents there are."""
    drop = gr.File(
        label="Add documents",
        file_count="multiple",
        file_types=[".txt", ".md", ".html", ".htm", ".pdf"],
        elem_id="drop",
        height=150,
    )
    results = gr.Markdown(elem_id="added", latex_delimiters=[])
    listing = gr.Markdown(_documents(bot), elem_id="documents", latex_delimiters=[])

    def add(paths: list[str] | None) -> Iterator[tuple[Any, ...]]:
        done: list[tuple[str, str, str | None]] = []
        for path in paths or []:
            yield gr.skip(), view.added([*done, (Path(path).name, "reading…", None)]), gr.skip()
            done += _add(bot, path)
        yield None, view.added(done), _documents(bot)

    drop.upload(add, drop, [drop, results, listing], api_visibility="private", show_progress="hidden")


def _add(bot: Bot, path: str) -> list[tuple[str, str, str | None]]:
    try:
        return [(Path(path).name, result.status, result.error) for result in bot.add(path)]
    except OnrecordError as error:
        return [(Path(path).name, "", str(error))]
    except Exception:
        log.exception("%r could not be added", path)
        return [(Path(path).name, "", UNEXPECTED)]


def _documents(bot: Bot) -> str:
    return view.library([(document.title, document.source, document.published) for document in bot.documents()])


def site(bot: Bot, examples: Sequence[str] = (), writers: Sequence[str] = ()) -> FastAPI:
    """The page as an ASGI application with its look, its script and its content security policy."""
    gr = _quiet_gradio()
    from fastapi import FastAPI
    from fastapi.responses import FileResponse

    app = FastAPI(title="Onrecord", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/onrecord.js", lambda: FileResponse(HERE / "web.js"), include_in_schema=False)
    fonts = ["ui-sans-serif", "system-ui", "sans-serif"]
    gr.mount_gradio_app(
        app,
        build(bot, examples, writers),
        path="/",
        theme=gr.themes.Base(primary_hue="teal", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"]),
        css_paths=HERE / "web.css",
        head=f'<link rel="icon" href="data:image/svg+xml,{quote(view.ICON)}"><script src="/onrecord.js"></script>',
        footer_links=[],
        ssr_mode=False,
        show_error=False,
        max_file_size=UPLOAD,
        run_history=False,
    )
    app.add_middleware(SecurityHeaders)
    return app


def serve(
    bot: Bot,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = True,
    *,
    examples: Sequence[str] = (),
    writers: Sequence[str] = (),
) -> None:
    """Serve the page until interrupted, printing its address once it is ready; port 0 takes any free port.

    Raises OnrecordError where the address can't be had.
    """
    with _listen(host, port) as listening:
        import uvicorn

        address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{listening.getsockname()[1]}"  # noqa: S104
        server = uvicorn.Server(uvicorn.Config(site(bot, examples, writers), log_level="warning"))

        def announce() -> None:
            while not (server.started or server.should_exit):
                time.sleep(0.05)
            if server.started:
                print(f"Onrecord is at {address} (Ctrl-C ends it)", flush=True)
                if open_browser:
                    webbrowser.open(address)

        threading.Thread(target=announce, daemon=True).start()
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            return


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that a port that is taken is said before anything is loaded."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "is already in use" if taken else f"can't be used ({error})"
        raise OnrecordError(f"{host}:{port} {why}; choose another port with --port, or --port 0 for any.") from error
