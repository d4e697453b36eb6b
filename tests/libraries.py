"""Real libraries, built once for a run: the bundled sample, and the five articles where they are at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.chatbot import Chatbot
from app.libraries import SAMPLE
from retrieval.library import Library

ARTICLES = Path(os.environ.get("ONRECORD_SHARED", Path(__file__).parents[2] / "shared")) / "articles"
needs_articles = pytest.mark.skipif(not ARTICLES.is_dir(), reason="needs the shared articles")


@pytest.fixture(scope="session")
def sample_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    """A chatbot over the bundled sample library."""
    with Chatbot(tmp_path_factory.mktemp("sample")) as bot:
        bot.add(SAMPLE)
        yield bot


@pytest.fixture(scope="session")
def articles_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    """A chatbot over the five articles."""
    with Chatbot(tmp_path_factory.mktemp("articles")) as bot:
        bot.add(ARTICLES)
        yield bot


def cut_again(library: Library) -> None:
    """Have every document cut, embedded and stored again in place of itself, as a repair of damaged passages does."""
    with library._catalog.transaction() as writer:
        writer.execute("UPDATE passages SET sentences = x'00'")
    assert library.repair()
