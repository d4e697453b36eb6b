"""The command that opens the web chat."""

from __future__ import annotations

from contextlib import closing, suppress

import click

from app.commands import options, terminal
from app.libraries import own_library
from retrieval.address import Place
from retrieval.errors import WeightsError

EXAMPLES = (
    "What did Zuckerberg say about DeepSeek?",
    "How much does Meta plan to spend on capital expenditure in 2025?",
    "How far did Nvidia's share price fall?",
)


@click.command()
@click.option("--port", default=7860, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--no-browser", is_flag=True, help="Don't open a browser.")
@options.library
@options.llm
@options.embed
@options.rerank
def chat(
    port: int, host: str, no_browser: bool, library: Place | None, llm: str, embed: str | None, rerank: str | None
) -> None:
    """Open the web chat."""
    from app.chatbot import Chatbot
    from app.libraries import OwnOrSample, holds_documents, sample
    from app.web.keeping import file_for
    from app.web.serving import serve

    terminal.say("Starting the web chat…")
    path = library or own_library()
    if library or holds_documents(path):
        with Chatbot(path, llm, embed, rerank=rerank) as bot:
            bot.warm()
            serve(bot, host, port, not no_browser, examples=(), writers=_writers(), kept=file_for(path))
        return
    with (
        sample(llm, terminal.say, rerank=rerank) as bot,
        closing(OwnOrSample(bot, path, embed, rerank)) as either,
    ):
        bot.warm()
        serve(either, host, port, not no_browser, examples=EXAMPLES, writers=_writers(), kept=file_for(path))


def _writers() -> list[str]:
    """Those who can write an answer here without a key or a connection."""
    from importlib.util import find_spec

    from retrieval.weights import SMOLLM2, locate

    if find_spec("xllamacpp"):
        with suppress(WeightsError):
            locate(SMOLLM2)
            return ["extractive", "local:smollm2"]
    return ["extractive"]
