"""A library on a Chroma server: what one process changes the others see, and nothing that was acknowledged is lost."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.chatbot import Chatbot
from retrieval import address, server, shared
from retrieval.documents import Document
from retrieval.errors import EmbedderMismatchError, LibraryError, ServerError
from retrieval.library import Library
from retrieval.served import ServedIndex
from tests.chroma_server import ChromaServer
from tests.command import QUIET, SHIP, Command
from tests.hashing import HashingEmbedder, hashing
from tests.libraries import ARTICLES, articles_bot, needs_articles
from tests.loopback import Handler, running
from tests.test_crash import version

__all__ = ["articles_bot"]

_ROOT = Path(__file__).parent.parent

_ADD = """
import sys
from retrieval.library import Library
from tests.hashing import hashing
from tests.test_served import note
with Library(sys.argv[1], hashing) as library:
    for added in library.add(note(int(n)) for n in range(int(sys.argv[2]), int(sys.argv[3]))):
        print(added.id, flush=True)
"""
_REPLACE_FOR_EVER = """
import sys
from retrieval.library import Library
from tests.hashing import hashing
from tests.test_crash import version
with Library(sys.argv[1], hashing) as library:
    for round in range(int(sys.argv[2]), 1000):
        for added in library.add(version(number, round) for number in range(8)):
            print(added.id, added.uri, flush=True)
"""


def note(number: int, round: int = 0) -> Document:
    text = "\n\n".join(f"Note {number} in round {round} has line {line}, {line * number}." for line in range(30))
    return Document(text, f"Note {number}", f"/notes/{number}")


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path_factory.mktemp("chroma"))
    yield running
    running.stop()


@pytest.fixture
def url(chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new library, with the copies that processes keep of it in a folder of this test."""
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path / "cache"))
    return f"{chroma.url}/{tmp_path.name.replace('_', '-')}x"


def add(library: Library, *documents: Document) -> list[str]:
    return [added.outcome for added in library.add(documents)]


def test_what_one_changes_the_other_sees(url: str) -> None:
    odd = Document("Half of a pair \ud800 and a zero \0 byte, with more said of both.", "Odd", "/notes/odd")
    with Library(url, hashing) as one, Library(url, hashing) as other:
        assert add(one, note(0), note(1), note(2), odd) == ["added"] * 4
        assert other.refresh()
        assert not other.refresh()
        assert other.document(odd.id) == odd
        assert other.unchanged("/notes/1", "digest") is False
        assert add(other, note(1, round=1), odd) == ["replaced", "unchanged"]
        one.tag(note(0).id, ["kept"])
        one.remove(note(2).id)
        other.refresh()
        assert one.documents() == other.documents()
        assert {entry.id: entry.tags for entry in other.documents()} == {
            note(0).id: ("kept",),
            note(1, round=1).id: (),
            odd.id: (),
        }
        assert one.check() == other.check() == []


def test_it_finds_what_a_directory_finds(url: str, tmp_path: Path) -> None:
    documents = [note(number) for number in range(12)]
    with Library(url, hashing) as writer, Library(tmp_path / "folder", hashing) as folder:
        add(writer, *documents)
        add(folder, *documents)
        with Library(url, hashing) as reader:
            for question in ("Note 3 in round 0 has line 7, 21.", "line 144 of note 11", "unheard of"):
                wanted = [(hit.passage, hit.score, hit.sentences) for hit in folder.search(question)]
                for library in (writer, reader):
                    found = [(hit.passage, hit.score, hit.sentences) for hit in library.search(question)]
                    assert [one[0] for one in found] == [one[0] for one in wanted]
                    assert [one[1] for one in found] == pytest.approx([one[1] for one in wanted], abs=1e-3)
            assert [reader.quotations_of(one) for one in documents] == [folder.quotations_of(one) for one in documents]


def test_two_processes_add_while_a_third_asks(url: str) -> None:
    ranges = ((0, 40), (30, 70))  # some of it in both
    with Library(url, hashing) as reader:
        writers = [
            subprocess.Popen([sys.executable, "-c", _ADD, url, str(low), str(high)], cwd=_ROOT) for low, high in ranges
        ]
        seen = 0
        while any(writer.poll() is None for writer in writers):
            reader.refresh()
            for hit in reader.search("Note 35 in round 0 has line 3", 5):
                assert hit.passage.document in {note(number) for number in range(70)}
            assert reader.passage_count >= seen  # what was there stays
            seen = reader.passage_count
        assert [writer.wait() for writer in writers] == [0, 0]
        reader.refresh()
        assert {entry.id for entry in reader.documents()} == {note(number).id for number in range(70)}
        assert reader.check() == []


def test_writers_that_replace_the_same_file_agree(url: str) -> None:
    with Library(url, hashing) as one, Library(url, hashing) as other:
        add(one, note(1), note(2))
        other.refresh()

        def replace(library: Library, first: int) -> None:
            add(library, *(note(1, round) for round in range(first, 12, 2)))

        threads = [threading.Thread(target=replace, args=given) for given in ((one, 1), (other, 2))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        one.refresh()
        other.refresh()
        assert one.documents() == other.documents()
        assert {entry.uri for entry in one.documents()} == {"/notes/1", "/notes/2"}
        assert {note(1, 10).id, note(1, 11).id} & {entry.id for entry in one.documents()}
        assert one.check() == []


def test_a_text_stays_while_another_file_gives_it(url: str) -> None:
    again = Document(note(1).text, "Note 1", "/copies/1")
    with Library(url, hashing) as one, Library(url, hashing) as other:
        add(one, note(1))
        other.refresh()
        assert add(other, again) == ["unchanged"]
        assert add(one, note(1, round=1)) == ["replaced"]
        other.refresh()
        assert {entry.uri: entry.id for entry in other.documents()} == {
            "/copies/1": note(1).id,
            "/notes/1": note(1, round=1).id,
        }
        assert one.check() == []


def test_a_killed_writer_leaves_a_whole_library(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wait = random.Random(3)
    acknowledged: dict[str, str] = {}
    for kill in range(4):
        script = [sys.executable, "-c", _REPLACE_FOR_EVER, url, str(100 * kill)]
        with subprocess.Popen(script, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            lines = [process.stdout.readline()]
            time.sleep(wait.uniform(0, 2))
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.readlines()
        for line in lines:
            if line.endswith("\n"):
                id, uri = line.split()
                acknowledged[uri] = id
        with Library(url, hashing) as library:
            assert library.check() == []
            stored = {entry.uri: entry for entry in library.documents()}
            assert set(acknowledged) <= set(stored)
            for entry in stored.values():
                document = library.document(entry.id)
                number, round = document.text.split(".", 1)[0].split()
                assert document == version(int(number), int(round))
    monkeypatch.setattr(shared, "_GRACE", -60_000)
    with Library(url, hashing) as library:
        index = library._dense
        assert isinstance(index, ServedIndex)
        assert index._shared.sweep() > 0
        assert library.check() == []
        texts = {id.partition("/")[0] for id in index._shared.ids() if "/" in id}
        assert texts == set(index._mirror.copies), "what belongs to no document is gone"
        assert len(index._shared.ids()) - len(texts) == library.passage_count


def test_what_a_server_lacks_is_written_again(url: str) -> None:
    with Library(url, hashing) as library:
        add(library, note(1), note(2))
        index = library._dense
        assert isinstance(index, ServedIndex)
        upload = next(upload for upload, id in index._mirror.copies.items() if id == note(1).id)
        index._shared._passages.delete_where({"upload": upload})
        assert "1 documents lack" in library.check()[0]
        index.repair()
        assert library.check() == []
    with Library(url, hashing) as library:
        assert library.search(note(1).text[:60])[0].passage.document == note(1)


def test_a_damaged_copy_is_fetched_again_and_harms_nobody(url: str) -> None:
    with Library(url, hashing) as library, Library(url, hashing) as other:
        add(library, note(1), note(2))
        other.refresh()
        index = library._dense
        assert isinstance(index, ServedIndex)
        with index._mirror._transaction() as writer:
            writer.execute("DELETE FROM texts WHERE document = (SELECT min(key) FROM documents)")
        assert library.check()
        assert library.repair()
        assert library.check() == []
        other.refresh()
        for each in (library, other):
            assert {entry.id for entry in each.documents()} == {note(1).id, note(2).id}
            assert each.search(note(1).text[:60])[0].passage.document == note(1)


def test_it_keeps_its_embedder(url: str) -> None:
    with Library(url, hashing) as library, pytest.raises(LibraryError, match="another library of that server"):
        library.reindex(HashingEmbedder())


def test_a_server_that_goes_away_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(server, "_ATTEMPTS", 2)
    chroma = ChromaServer(tmp_path / "data")
    try:
        with Library(chroma.url, hashing) as library:
            add(library, note(1))
            chroma.stop()
            for use in (library.refresh, lambda: library.search("line 3"), lambda: add(library, note(2))):
                with pytest.raises(ServerError, match=r"can't be reached .* Start it"):
                    use()
            assert [entry.id for entry in library.documents()] == [note(1).id]
            chroma.start()
            assert library.search("Note 1 has line 3")[0].passage.document == note(1)
            assert add(library, note(2)) == ["added"]
    finally:
        chroma.stop()


def test_a_silent_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_QUICK", 0.2)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(ServerError, match="did not answer in time"),
    ):
        Library(f"http://127.0.0.1:{silent.getsockname()[1]}", hashing)


def test_other_servers_and_refusals_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = {"": (401, b"{}"), "Bearer secret": (200, b"<html>")}

    class Guarded(Handler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            status, body = replies[self.headers.get("Authorization", "")]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

    with running(Guarded) as url:
        with pytest.raises(ServerError, match="ONRECORD_SERVER_TOKEN"):
            Library(url, hashing)
        monkeypatch.setenv("ONRECORD_SERVER_TOKEN", "secret")
        with pytest.raises(ServerError, match="gave no JSON"):
            Library(url, hashing)


def test_another_embedder_is_refused(url: str) -> None:
    class Other(HashingEmbedder):
        identity = "tests.other"

    with Library(url, hashing) as library, Library(url, Other()) as empty:
        add(library, note(1))
        with pytest.raises(EmbedderMismatchError, match="built with the embedder"):
            add(empty, note(2))
    with pytest.raises(EmbedderMismatchError, match="built with the embedder"):
        Library(url, Other())


@pytest.mark.parametrize(
    "wrong", ["http://", "http://host:port", "http://h/a/b", "http://h/x", "http://me:pw@host/abc"]
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(LibraryError) as refused:
        address.parse(wrong)
    assert "pw" not in str(refused.value)


def test_addresses() -> None:
    assert str(address.parse("http://Box")) == "http://box:8000"
    assert str(address.parse("https://box/news")) == "https://box:443/news"
    assert address.parse("http://[::1]:9").is_loopback
    assert not address.parse("http://box").is_loopback


def test_the_command_line(url: str, tmp_path: Path) -> None:
    (tmp_path / "ship.txt").write_text(SHIP)
    onrecord = Command(tmp_path, environment={"ONRECORD_LIBRARY": url, "ONRECORD_CACHE": str(_ROOT / ".cache")})
    assert onrecord("add", "ship.txt").out == "1 added, 0 unchanged, 0 replaced\n"
    assert "our passengers asked for quiet ships" in onrecord("ask", QUIET, "--library", url).out
    assert len(onrecord.titles()) == 1
    down = onrecord("ask", QUIET, "--library", "http://127.0.0.1:9")
    assert down.status == 1
    assert down.complaint("can't be reached", "chroma run")


@needs_articles
def test_the_articles_answer_as_in_a_directory(
    url: str, articles_bot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Chatbot(url) as bot:
        bot.add(ARTICLES)
        with Chatbot(url) as reader:
            for question in (
                "What did Zuckerberg say about DeepSeek?",
                "How far did Nvidia's shares fall?",
                "What is the capital of Mongolia?",
            ):
                wanted = articles_bot.ask(question).to_dict()
                assert bot.ask(question).to_dict() == wanted
                assert reader.ask(question).to_dict() == wanted
