"""The web chat: a page with the answer on the left and its evidence on the right, served on this machine."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from app.web.conversations import Conversations
from app.web.guard import Guard, is_loopback
from app.web.keeping import FILE
from app.web.login import EVERYBODY, Door, Login
from app.web.people import People
from app.web.policy import SecurityHeaders
from app.web.shell import dressed
from app.web.turn import Bot
from retrieval.errors import OnrecordError

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

UPLOAD = "64mb"
"""The largest file that the page takes."""
QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_OFFLINE": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**9),  # else every answer builds a pandas table of all answers so far
    "MPLBACKEND": "agg",  # else the first answer waits a second for Gradio to find out how plots would be shown
}
OPEN = (
    "Warning: whoever reaches this address can ask, add and remove, and read every conversation: there is no login.\n"
    "To have one: onrecord user add NAME, then onrecord chat --login."
)
"""What is said where others can reach a page without a login."""
STATIC = Path(__file__).parent / "static"
SCRIPTS = ("page.js", "asking.js", "conversations.js", "feedback.js", "suggestions.js", "library.js", "models.js")
STYLES = (
    "page.css",
    "answer.css",
    "evidence.css",
    "print.css",
    "conversations.css",
    "feedback.css",
    "library.css",
    "models.css",
)


def build(bot: Bot, conversations: Conversations, examples: Sequence[str]) -> gr.Blocks:
    """The page for a chatbot, as a Gradio Blocks; everything in Gradio that would talk to the outside is turned off.

    examples: questions offered before the first one, else drawn from the library.
    """
    os.environ.update(QUIET)
    from app.web.layout import page

    return page(bot, examples, conversations)


def site(
    bot: Bot,
    conversations: Conversations,
    examples: Sequence[str] = (),
    door: Door = EVERYBODY,
) -> FastAPI:
    """The page as an ASGI application with its look, its script, its content security policy and who may come in."""
    page = build(bot, conversations, examples)
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from app.web import routes_conversations, routes_library, routes_models
    from app.web.library import Shelf
    from app.web.routes_documents import documents

    app = FastAPI(title="Onrecord", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(routes_conversations.router(conversations, bot))
    app.include_router(routes_library.library(Shelf.of(bot)))
    app.include_router(routes_models.models(bot, conversations.database))
    app.mount("/onrecord", StaticFiles(directory=STATIC))
    app.include_router(documents(bot))
    fonts = ["ui-sans-serif", "system-ui", "sans-serif"]
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=gr.themes.Base(
            primary_hue="teal", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"]
        ),
        footer_links=[],
        ssr_mode=False,
        show_error=False,
        max_file_size=UPLOAD,
        run_history=False,
    )
    people = People(conversations.database)
    app.add_middleware(Login, door=door, people=people, networks=door.networks)
    app.add_middleware(Guard, names=door.hosts)
    app.add_middleware(SecurityHeaders, dress=lambda page: dressed(page, SCRIPTS, STYLES))
    return app


def serve(
    bot: Bot,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = True,
    *,
    examples: Sequence[str] = (),
    kept: Path | None = None,
    door: Door = EVERYBODY,
) -> None:
    """Serve the page until interrupted, printing its address once it is ready; port 0 takes any free port.

    kept: the file that conversations are kept in; without one they last as long as the server. door: who may come in.
    Raises OnrecordError where the address can't be had, and LibraryError where the file can't be used.
    """
    if not is_loopback(host):
        door = replace(door, hosts=(*(door.hosts or ()), socket.gethostname(), socket.getfqdn(), host))
        if not (door.login or door.header):
            print(OPEN, file=sys.stderr)
    with _listen(host, port) as listening, _conversations(kept) as conversations:
        name = "127.0.0.1" if host in ("", "0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
        address = f"http://{name}:{listening.getsockname()[1]}"

        def ready() -> None:
            print(f"Onrecord is at {address} (Ctrl-C ends it)", flush=True)
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

        with suppress(KeyboardInterrupt):
            server(site(bot, conversations, examples, door), ready).run(sockets=[listening])


@contextmanager
def _conversations(file: Path | None) -> Iterator[Conversations]:
    with (
        TemporaryDirectory(prefix="onrecord-chat-") as folder,
        closing(Conversations.at(file or Path(folder) / FILE)) as conversations,
    ):
        yield conversations


def server(app: FastAPI, ready: Callable[[], None]) -> uvicorn.Server:
    """Make a server that calls ready once it answers, and that ends though pages are open and listening to it."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            logging.getLogger("uvicorn.error").setLevel(
                logging.CRITICAL
            )  # each open page would log that it was cut off
            await super().shutdown(sockets)

    return Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, proxy_headers=False))


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that a port that is taken is said before anything is loaded."""
    why = "is no port, which is a number from 0 to 65535"
    if 0 <= port <= 65_535:
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            return socket.create_server((host, port), family=family)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "is already in use" if taken else f"can't be used ({error.strerror or error})"
    raise OnrecordError(f"{host}:{port} {why}; choose another with --port, or --port 0 for any that is free.")
