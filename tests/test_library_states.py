"""Whatever is added, replaced, removed, tagged, moved to another embedder or reopened, in any order: it stays whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.chatbot import Chatbot
from retrieval import reading
from retrieval.documents import Document
from retrieval.embedding import Embed, identity
from retrieval.filters import Filter
from retrieval.library import Library
from tests.hashing import WiderEmbedder, hashing

FILES = st.integers(0, 4)
TEXTS = st.integers(0, 5)
TITLES = st.sampled_from(["Harbour", "Tides and harbours", "A log"])


def document(file: int, text: int, title: str) -> Document:
    """One of a few texts, so that files come to hold the same; text 0 has several passages."""
    words = [f"Ship {n * 7 + text} left quay {n % 13} in story {text}." for n in range(200 if text == 0 else 3)]
    return Document("\n\n".join(words), title, f"/{file}.txt")


class Changes(RuleBasedStateMachine):
    """A library beside what it should hold: the document of each uri, and the tags of each."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.embed: Embed = hashing
        self.library = Library(Path(self.folder.name), self.embed)
        self.given: dict[str, str] = {}
        self.tags: dict[str, set[str]] = {}

    @rule(changes=st.lists(st.tuples(FILES, TEXTS, TITLES), min_size=1, max_size=4))
    def add(self, changes: list[tuple[int, int, str]]) -> None:
        documents = [document(*change) for change in changes]
        assert len(list(self.library.add(documents))) == len(documents)
        self.given.update((one.uri, one.id) for one in documents)

    @precondition(lambda self: self.given)
    @rule(at=st.integers(0, 9))
    def remove(self, at: int) -> None:
        id = sorted(self.given.values())[at % len(self.given)]
        self.library.remove(id)
        for uri in [uri for uri, given in self.given.items() if given == id]:
            del self.given[uri]
            self.tags.pop(uri, None)

    @precondition(lambda self: self.given)
    @rule(at=st.integers(0, 9), tags=st.sets(st.sampled_from(["one", "two"])))
    def tag(self, at: int, tags: set[str]) -> None:
        id = sorted(self.given.values())[at % len(self.given)]
        self.library.tag(id, tags)
        self.tags.update((uri, tags) for uri, given in self.given.items() if given == id)

    @rule(wider=st.booleans())
    def reindex(self, wider: bool) -> None:
        self.embed = WiderEmbedder() if wider else hashing
        self.library.reindex(self.embed)

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = Library(Path(self.folder.name), self.embed)

    @invariant()
    def is_whole(self) -> None:
        if not hasattr(self, "library"):
            return
        self.library.search("harbour")  # opens the index, so that checking it needs no other process
        assert self.library.check() == []
        assert {entry.id for entry in self.library.documents()} == set(self.given.values())
        assert self.library.embedder == identity(self.embed)
        for entry in self.library.documents():
            text = self.library.document(entry.id).text
            assert self.library.search(text[:40], 40, Filter(documents=(entry.id,)))
            uris = [uri for uri, given in self.given.items() if given == entry.id]
            assert set(entry.tags) == set().union(*(self.tags.get(uri, set()) for uri in uris))

    def teardown(self) -> None:
        if hasattr(self, "library"):
            self.library.close()
            self.folder.cleanup()


Changes.TestCase.settings = settings(
    max_examples=5, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
)
TestChanges = Changes.TestCase


def test_adding_unchanged_files_again_only_hashes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(20):
        (folder / f"{n}.txt").write_text(f"Ship {n} left the harbour at noon.\n")
    with Chatbot(tmp_path / "library", embed=hashing) as bot:
        assert [one.status for one in bot.add(folder)] == ["added"] * 20

    def refuse(*_: object) -> Document:
        raise AssertionError("nothing is to be read, or embedded")

    monkeypatch.setattr(reading, "read", refuse)
    refuse.identity = hashing.identity  # type: ignore[attr-defined]
    with Chatbot(tmp_path / "library", embed=refuse) as bot:  # type: ignore[arg-type]
        assert [one.status for one in bot.add(folder)] == ["unchanged"] * 20
