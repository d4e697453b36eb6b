"""Moving a library to another embedder: the old one answers until the new is whole, and nothing is lost on the way."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from app.chatbot import Chatbot
from retrieval import embedders
from retrieval.documents import Document
from retrieval.embedders import load_embedder
from retrieval.errors import EmbedderError, EmbedderMismatchError
from retrieval.library import Library
from tests.command import QUIET, SHIP, Command
from tests.embeddings_server import EmbeddingsServer, serving
from tests.hashing import HashingEmbedder, WiderEmbedder, hashing

MOON = Document("The moon pulls the sea. High water comes twice a day.", "Tides", "/tides.txt")
BREAD = Document("Flour, water and salt make bread. It wants an hour in the oven.", "Bread", "/bread.txt")
LOG = Document("\n\n".join(f"Entry {n}: ship {n * 7} left harbour {n % 13}." for n in range(3000)), "Log", "/log.txt")


def holds(library: Library, *documents: Document) -> None:
    assert library.check() == []
    assert {entry.id for entry in library.documents()} == {document.id for document in documents}
    for document in documents:
        assert library.search(document.text[:60])[0].passage.document.id == document.id


def folders(library: Library) -> list[str]:
    return sorted(folder.name for folder in Path(library.directory).glob("chroma*"))


def test_a_library_moves_to_another_embedder_and_stays_there(tmp_path: Path) -> None:
    with Library(tmp_path, hashing) as library:
        list(library.add([MOON, BREAD, LOG]))
        seen: list[tuple[int, int]] = []
        library.reindex(WiderEmbedder(), lambda done, total: seen.append((done, total)))
        assert seen[-1] == (library.passage_count, library.passage_count)
        assert (library.embedder, library._catalog.dimension) == ("tests.hashing/wider", 96)
        holds(library, MOON, BREAD, LOG)
        assert len(folders(library)) == 1
    with pytest.raises(EmbedderMismatchError, match=r"wider.*hashing/64.*onrecord reindex --embed tests.hashing/64"):
        Library(tmp_path, hashing)
    with Library(tmp_path, WiderEmbedder()) as library:
        holds(library, MOON, BREAD, LOG)
        library.reindex(hashing)
        library.reindex(hashing)
        holds(library, MOON, BREAD, LOG)


def test_the_old_one_answers_and_adds_meanwhile(tmp_path: Path) -> None:
    """At each step of the move another thread asks, and adds, replaces or removes a document."""
    corrected = replace(BREAD, title="How bread is made")
    ship = Document(SHIP, "Ferries", "/ferries.txt")
    failures: list[BaseException] = []
    with Library(tmp_path, hashing) as library:
        list(library.add([MOON, BREAD, LOG]))

        def change(calls: int) -> None:
            try:
                assert library.embedder == "tests.hashing/64"
                assert library.search("high water comes twice")[0].passage.document.id == MOON.id
                if calls == 2:
                    list(library.add([ship, corrected, replace(BREAD, text="Rye bread keeps a week.", uri="/rye.txt")]))
                elif calls == 3:
                    library.remove(next(entry.id for entry in library.documents() if entry.uri == "/rye.txt"))
            except BaseException as error:
                failures.append(error)

        def in_another_thread(calls: int) -> None:
            if calls <= 4:
                thread = threading.Thread(target=change, args=(calls,))
                thread.start()
                thread.join()

        library.reindex(WiderEmbedder(in_another_thread))
        assert failures == []
        holds(library, MOON, corrected, LOG, ship)
        assert library.embedder == "tests.hashing/wider"


def test_an_addition_that_the_move_overtakes_goes_to_the_new_one(tmp_path: Path) -> None:
    """A document larger than a window is half stored, and half embedded, when the library is moved."""
    with Library(tmp_path, hashing) as library:
        list(library.add([MOON]))
        text = "\n\n".join(f"Note {n}: harbour {n % 13} was closed for {n} hours." for n in range(9000))
        huge = Document(text, "Notes", "/notes.txt")
        moved: list[int] = []

        def report(embedded: int, found: int) -> None:
            if embedded > 600 and not moved:
                moved.append(embedded)
                mover = threading.Thread(target=library.reindex, args=(WiderEmbedder(),))
                mover.start()
                mover.join()

        list(library.add([huge], report))
        assert moved
        holds(library, MOON, huge)
        assert library.embedder == "tests.hashing/wider"


def test_an_interrupted_move_changes_nothing_and_goes_on(tmp_path: Path) -> None:
    def break_off(calls: int) -> None:
        if calls > 2:
            raise KeyboardInterrupt

    with Library(tmp_path, hashing) as library:
        list(library.add([MOON, BREAD, LOG]))
        before = library.search("high water")
        with pytest.raises(KeyboardInterrupt):
            library.reindex(WiderEmbedder(break_off))
        assert library.search("high water") == before
        assert library.check() == []
    with Library(tmp_path, hashing) as library:
        assert library.search("high water") == before
        library.remove(BREAD.id)
        shutil.rmtree(tmp_path / str(library._catalog.meta("next index")))  # what was embedded is not lost with it
        rest = WiderEmbedder()
        library.reindex(rest)
        rest_calls = rest.calls
        holds(library, MOON, LOG)
        whole = WiderEmbedder()
        library.reindex(hashing)
        library.reindex(whole)
        assert rest_calls < whole.calls
    with Library(tmp_path, WiderEmbedder()) as library:
        other = HashingEmbedder()
        other.fail_after(70)
        with pytest.raises(RuntimeError):
            library.reindex(other)
        third = WiderEmbedder()
        third.identity = "tests.hashing/third"  # a move elsewhere begins anew
        library.reindex(third)
        holds(library, MOON, LOG)
        assert len(folders(library)) == 1


def test_an_empty_library_may_change_its_embedder_and_dimension(tmp_path: Path) -> None:
    with Library(tmp_path, hashing) as library:
        list(library.add([MOON]))
        library.remove(MOON.id)
    with Library(tmp_path, WiderEmbedder()) as library:
        list(library.add([BREAD]))
        holds(library, BREAD)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> object:
    with serving() as script:
        monkeypatch.delenv("OPENAI_API_BASE", raising=False)
        monkeypatch.setenv("OPENAI_BASE_URL", script.url)
        monkeypatch.setenv("OPENAI_API_KEY", "test-key")
        monkeypatch.setattr(embedders, "RETRIES", 0)
        yield script


def test_an_embedder_of_a_server_serves(tmp_path: Path, server: EmbeddingsServer) -> None:
    with Library(tmp_path, hashing) as library:
        list(library.add([MOON, BREAD]))
        library.reindex("openai:small")
        assert library.embedder == "openai:small"
    texts = [text for request in server.requests for text in request["input"]]
    assert f"Tides. {MOON.text}" in texts
    assert server.keys[0] == "Bearer test-key"
    with Chatbot(tmp_path, embed="openai:small") as bot:
        bot.ask("What makes bread?")
        holds(bot._library, MOON, BREAD)
        server.dimension = 32
        with pytest.raises(EmbedderMismatchError, match="32 numbers now, and the library's have 64"):
            bot.ask("What makes bread?")
        server.status = 401
        with pytest.raises(EmbedderError, match=r"openai:small refused the key \(401\)"):
            bot.ask("What makes bread?")
        server.status = 404
        with pytest.raises(EmbedderError, match=r"is not known at http://127.0.0.1.*Check the model's name"):
            list(bot._library.add([LOG]))
        server.status = 200
        assert bot.check() == []
    with (
        pytest.raises(EmbedderMismatchError, match="Name openai:small as the embedder"),
        Chatbot(tmp_path) as bot,
    ):
        bot.ask("What makes bread?")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("miniln", "Did you mean minilm"),
        ("opnai:small", "Did you mean openai:small"),
        ("openai:", "openai:MODEL"),
        ("openai:small", "OPENAI_API_KEY is not set"),
        ("what", "There are minilm and PROVIDER:MODEL"),
        ("cohere:embed", "pip install langchain-cohere"),
        ("sentence-transformers:x", "pip install sentence-transformers"),
    ],
)
def test_a_name_that_can_not_serve_says_why(name: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(EmbedderError, match=message):
        load_embedder(name)


def test_a_server_that_is_not_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    with pytest.raises(EmbedderError, match=r"ollama:nomic can't be used at http://127.0.0.1:9.*server runs"):
        load_embedder("ollama:nomic")(["a"])


def test_the_command_moves_a_library_and_names_the_embedder_it_needs(tmp_path: Path) -> None:
    with serving() as script:
        onrecord = Command(tmp_path, environment={"OPENAI_BASE_URL": script.url})
        (tmp_path / "ship.txt").write_text(SHIP)
        assert onrecord("add", "ship.txt").status == 0
        moved = onrecord("reindex", "--embed", "openai:small")
        assert (moved.status, moved.out) == (0, "1 document can be searched with openai:small\n"), moved.err
        assert "ONRECORD_EMBED=openai:small" in moved.err
        refused = onrecord("ask", QUIET)
        assert refused.status == 1
        refused.complaint("openai:small", "onrecord reindex --embed minilm")
        assert "quiet ships" in onrecord("ask", QUIET, "--embed", "openai:small").out
        assert onrecord("check").status == 0
        assert onrecord("reindex").status == 0
    onrecord.assert_answers()
