"""Bad documents, questions and models, each with its clear message, and nothing lost: seen from the command line."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from app.chatbot import Chatbot
from app.llm.models import RETRIES
from retrieval import reading
from retrieval.errors import DocumentError, QuestionError
from tests.command import QUIET, SHIP, Command
from tests.openai_server import OpenAIServer, openai_server

__all__ = ["openai_server"]

PAGE = """<html><head><title>The mill opens again</title><script>var secret = "tracker one";</script></head><body>
<nav><a href="/">Home</a></nav><article><h1>The mill opens again</h1>
<p>The mill at Tern Bridge opens again in May, its owner Ansel Roy said, after two years of work on its wheel.</p>
<script>document.write("tracker two")</script><style>p { color: red }</style><noscript>tracker three</noscript>
<p onclick="tracker4()">It grinds four tons of flour a day, and three bakeries in the valley wait for it.</p>
</article><script type="application/ld+json">{"tracker": "five"}</script></body></html>"""


@pytest.fixture
def run(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture(scope="module")
def ships(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A library with one document."""
    command = Command(tmp_path_factory.mktemp("ships"))
    (command.folder / "ship.txt").write_text(SHIP)
    assert command("add", "ship.txt").status == 0
    return command


def pdf(password: str | None = None, scan: bool = False) -> bytes:
    made = FPDF()
    made.add_page()
    if scan:
        made.image(Image.effect_noise((200, 80), 60), 10, 10, 150)
    else:
        made.set_font("Helvetica", size=12)
        made.multi_cell(0, 6, "The quay at Ostrey is closed on Sundays, the harbour office said.")
    if password:
        made.set_encryption(owner_password="owner", user_password=password)
    return bytes(made.output())


def make_documents(folder: Path) -> None:
    """Good and bad documents side by side."""
    (folder / "deep").mkdir(parents=True)
    files: dict[str, bytes] = {
        "ship.txt": SHIP.encode(),
        "latin.txt": "Die Fähre über den Großen Belt fährt künftig öfter, sagte Jörg Müller.\n".encode("latin-1"),
        "wide.txt": "The bakery in Málaga closed in June, Ana Ruíz said.\n".encode("utf-16"),
        "deep/page.html": PAGE.encode(),
        "quay.pdf": pdf(),
        "empty.txt": b"",
        "binary.txt": random.Random(1).randbytes(4000),
        "locked.pdf": pdf(password="secret"),
        "scan.pdf": pdf(scan=True),
        "torn.pdf": pdf()[:300],
        "notes.csv": b"not a document",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "loop.md").symlink_to(".")
    (folder / "deep" / "back").symlink_to("..")


BAD = (
    ("docs/empty.txt", "is empty"),
    ("docs/binary.txt", "binary"),
    ("docs/locked.pdf", "password"),
    ("docs/scan.pdf", "OCR"),
    ("docs/torn.pdf", "PDF"),
    ("docs/pipe.txt", "not a regular file"),
    ("docs/loop.txt", "leads back to itself"),
    ("docs/gone.txt", "nowhere.txt"),
    ("ship.tx", "Did you mean"),
    ("A path is empty", "name a file"),
    ("https://127.0.0.1:9/a.html", "127.0.0.1"),
)


def test_the_good_files_are_added_and_each_bad_one_is_named(run: Command) -> None:
    make_documents(run.folder / "docs")
    paths = ("docs", "docs/ship.tx", "", "https://127.0.0.1:9/a.html")
    added = run("add", *paths)
    assert (added.status, added.out) == (1, "5 added, 0 unchanged, 0 replaced\n")
    for words in BAD:
        added.complaint(*words)
    assert len(added.complaints) == len(BAD)
    again = run("add", *paths)
    assert (again.status, again.out) == (1, "0 added, 5 unchanged, 0 replaced\n")
    assert again.complaints == added.complaints
    with Chatbot(run.folder / "library") as bot:
        texts = {Path(one.uri).name: bot.document(one.id).text for one in bot.documents()}
    assert "Die Fähre über den Großen Belt fährt künftig öfter, sagte Jörg Müller." in texts["latin.txt"]
    assert "The bakery in Málaga closed in June, Ana Ruíz said." in texts["wide.txt"]
    assert "four tons of flour" in texts["page.html"]
    assert "tracker" not in texts["page.html"]
    assert "color" not in texts["page.html"]
    run.assert_answers()


def test_python_is_told_the_same_and_nothing_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_documents(tmp_path / "docs")
    with Chatbot(tmp_path / "library") as bot:
        results = bot.add("docs", "docs/ship.tx", "", "https://127.0.0.1:9/a.html")
        failed = [result for result in results if result.status == "failed"]
        assert [result.status for result in results].count("added") == 5
        assert len(failed) == len(BAD)
        for words in BAD:
            assert sum(all(word in str(result.error) for word in words) for result in failed) == 1, words
        for question in ("", " \n", "why " * 25_000):
            with pytest.raises(QuestionError, match="question"):
                bot.ask(question)
        assert bot.ask(QUIET).citations


def test_a_reader_that_fails_in_an_unforeseen_way_fails_for_its_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise RecursionError("too deep")

    (tmp_path / "a.md").write_text("# Deep\n\nWords.")
    (tmp_path / "b.txt").write_text(SHIP)
    monkeypatch.setitem(reading._READERS, ".md", faulty)
    with Chatbot(tmp_path / "library") as bot:
        good, bad = bot.add(tmp_path)
    assert (good.status, bad.status) == ("added", "failed")
    assert "a.md" in str(bad.error)
    assert "RecursionError: too deep" in str(bad.error)


@pytest.mark.skipif(os.name != "posix", reason="such names exist on POSIX only")
def test_hostile_names_are_printed_safely(run: Command) -> None:
    folder = run.folder / "docs"
    folder.mkdir()
    names = [b"new\nonrecord: all is well.txt", b"esc\x1b[31mred.txt", "rtl\u202etxt.md".encode(), b"--json", b"-a.txt"]
    names += [b"wrong\xff.txt", "ü 😀 $(id) `id` ;&.txt".encode(), b"bell\x07\ttab.md", b"[bold]x[/bold].txt"]
    good = 0
    for number, name in enumerate(names):
        try:
            (folder / os.fsdecode(name)).write_text(f"The cat at number {number} sleeps." if number % 2 else "")
        except OSError:  # some file systems refuse some of them
            continue
        good += number % 2 if name.endswith((b".txt", b".md")) else 0
    added = run("add", "docs")
    assert added.status == 1
    assert added.out == f"{good} added, 0 unchanged, 0 replaced\n"
    lines = added.err.splitlines()
    assert not set(added.err + added.out) & set("\x1b\x07\t\u202e")
    assert all(line.startswith(("Reading ", "Embedding", "onrecord: docs/")) for line in lines), lines
    assert "onrecord: onrecord" not in added.err
    listed = run("list")
    assert len(listed.out.splitlines()) == good
    (folder / "--json").rename(folder / "--json.txt")
    (folder / "--json.txt").write_text("The dog sleeps.")
    assert run("add", "--", "docs/--json.txt").out.startswith("1 added")
    unknown = Command(folder, environment={"ONRECORD_LIBRARY": "../library"})("add", "--json.txt")
    assert unknown.status == 2
    assert Command(folder, environment={"ONRECORD_LIBRARY": "../library"})("add", "--", "--json.txt").status == 0


def test_one_sentence_of_100_000_characters_is_quoted_exactly(run: Command) -> None:
    days = ", and that ".join(
        f"on day {n} the tide stood at {n % 17} feet and {n % 5} boats went out" for n in range(2000)
    )
    sentence = (
        f"The harbour master, Ilse Brandt, who has kept the log since 1988, wrote that {days}"[:99_990] + " and so on."
    )
    (run.folder / "log.txt").write_text(sentence)
    assert len(sentence) > 99_990
    assert run("add", "log.txt").status == 0
    asked = run("ask", "--json", "What did Ilse Brandt write about the tide?")
    assert asked.status == 0
    answer = asked.json()
    assert answer["answered"]
    text = run("show", answer["citations"][0]["document"]["id"]).out
    assert text == sentence + "\n"
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert 0 < len(citation["quote"]) < 5000


def test_a_text_of_50_mb_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "The keeper of light {0} wrote that the sea was calm on day {1}, and that {1} ships passed the point.\n\n"
    text = "".join(line.format(number, number % 365) for number in range(500_000))[: 50_000_000 - 5] + " End.\n"
    path = tmp_path / "long.txt"
    path.write_text(text)
    document = reading.read(path)
    assert document.text == text
    monkeypatch.setitem(reading._LIMITS, ".txt", 49_000_000)
    with pytest.raises(DocumentError, match=r"long\.txt has 47\.7 MiB; the most .* is 46 MiB\. Split it"):
        reading.read(path)


def test_a_file_over_the_limit_is_refused_at_once(run: Command) -> None:
    for name in ("huge.txt", "huge.md", "huge.html", "huge.pdf"):
        with (run.folder / name).open("wb") as file:
            file.truncate(1 << 40)  # a hole: it would take hours to read
    refused = run("add", "huge.txt", "huge.md", "huge.html", "huge.pdf")
    assert (refused.status, refused.out) == (1, "0 added, 0 unchanged, 0 replaced\n")
    for name, limit in (("huge.txt", 64), ("huge.md", 4), ("huge.html", 16), ("huge.pdf", 128)):
        refused.complaint(f"{name} has 1048576.0 MiB", f"is {limit} MiB", "Split it")


def test_a_question_of_no_or_of_100_000_characters_is_refused(ships: Command) -> None:
    for question, words in (("", "is empty"), (" ", "is empty"), ("why " * 25_000, "100,000 characters")):
        asked = ships("ask", question)
        assert (asked.status, asked.out) == (1, "")
        asked.complaint(words)
        assert len(asked.err) < 300


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("opneai:gpt-4o", ("opneai", "Did you mean openai:gpt-4o?")),
        ("groq:llama", ("groq:llama", "pip install langchain-groq")),
        ("openai:gpt-4o", ("openai:gpt-4o needs a key", "OPENAI_API_KEY")),
    ],
)
def test_a_model_that_cannot_be_used_says_why_and_what_to_do(
    ships: Command, model: str, words: tuple[str, ...]
) -> None:
    asked = ships("ask", "--llm", model, QUIET)
    assert (asked.status, asked.out) == (1, "")
    asked.complaint(*words)
    assert len(asked.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("status", "words"), [(401, "refused the key"), (429, "turns requests down"), (500, "own side"), (0, "broke off")]
)
def test_a_provider_that_fails_leaves_the_sources_own_words(
    ships: Command, openai_server: OpenAIServer, status: int, words: str
) -> None:
    if status:
        openai_server.failures = [(status, "scripted", {"retry-after-ms": "1"})] * 10
    else:
        openai_server.draft = "The ferry line said that nobody"
        openai_server.cut = 3
    with Chatbot(ships.folder / "library") as bot:
        answer = bot.ask(QUIET, llm="openai:gpt-4o")
    assert len(openai_server.requests) == (1 if status in (0, 401) else 1 + RETRIES)
    assert (answer.answered, answer.model) == (True, "extractive")
    assert "because our passengers asked for quiet ships" in answer.citations[0].quote
    assert words in answer.text
    assert "own words" in answer.text
    if status == 401:  # what a person sees, from a process of its own
        openai_server.failures = [(401, "scripted", {})]
        keys = {"OPENAI_BASE_URL": openai_server.url, "OPENAI_API_KEY": "sk-of-mine-0123456789"}
        asked = Command(ships.folder, environment=keys)("ask", "--json", "--llm", "openai:gpt-4o", QUIET)
        assert (asked.status, asked.json()) == (0, answer.to_dict())
        assert "sk-of-mine" not in asked.out + asked.err


def test_a_provider_that_fails_is_named_once_in_the_terminal(ships: Command) -> None:
    keys = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-of-mine-0123456789"}
    asked = Command(ships.folder, environment=keys)("ask", "--llm", "openai:gpt-4o", QUIET)
    assert asked.status == 0
    assert "asked for quiet ships" in asked.out
    assert " ".join(asked.out.split()).count("openai:gpt-4o can't be reached. Check the connection") == 1


def test_an_unknown_command_leads_to_the_right_one(run: Command) -> None:
    assert 'onrecord ask "…"' in run(QUIET).err
    assert "Did you mean onrecord remove?" in run("remvoe", "abc").err


def test_a_web_page_is_not_fetched_by_what_only_looks_like_a_path(run: Command) -> None:
    shutil.copytree(Path(__file__).parents[1] / "app" / "sample", run.folder / "http:")
    added = run("add", "./http:/meta-q4-results.html")
    assert (added.status, added.out) == (0, "1 added, 0 unchanged, 0 replaced\n")
