"""Full disks, closed folders, damaged libraries, interruptions: a clear message each, and what was stored stays."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from app.chatbot import Chatbot
from tests.command import QUIET, SHIP, Command

ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with one document, to be copied."""
    command = Command(tmp_path_factory.mktemp("stored"))
    (command.folder / "ship.txt").write_text(SHIP)
    assert command("add", "ship.txt").status == 0
    return command.folder


@pytest.fixture
def run(tmp_path: Path, stored: Path) -> Command:
    """A folder with its own copy of the library with one document."""
    shutil.copytree(stored, tmp_path / "home")
    return Command(tmp_path / "home")


@pytest.fixture
def guest(run: Command) -> Command:
    """The same for somebody whom permissions bind, as they don't bind root."""
    if not ROOT:
        return run
    before = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if not shutil.which("setpriv") or subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("runs as root, whom permissions don't bind, and setpriv can't take that right away")
    return Command(run.folder, before)


def write_crates(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04}.txt").write_text(f"Ship {number} carried {number * 7 % 991} crates.\n")


# Places


def test_a_second_process_is_told_which_library_is_open_and_where(run: Command) -> None:
    library = run.folder / "library"
    with Chatbot(library):
        for arguments in (("ask", QUIET), ("add", "ship.txt")):
            second = run(*arguments)
            assert (second.status, second.out) == (1, "")
            second.complaint(str(library), f"open in another process (process {os.getpid()})", "Close that one first")
    run.assert_answers()


def test_a_library_that_cannot_be_written_says_so(guest: Command) -> None:
    library = guest.folder / "library"
    library.chmod(0o500)
    try:
        for arguments in (("ask", QUIET), ("add", "ship.txt"), ("remove", "abc")):
            refused = guest(*arguments)
            assert (refused.status, refused.out) == (1, "")
            refused.complaint(str(library), "can't be opened for writing", "Make the directory writable")
    finally:
        library.chmod(0o700)
    guest.assert_answers()


@pytest.mark.parametrize("place", ["file", "file/below", "closed/library"])
def test_a_place_where_no_library_can_be_says_why(guest: Command, place: str) -> None:
    (guest.folder / "file").write_text("not a library")
    (guest.folder / "closed").mkdir(mode=0o000)
    refused = guest("add", "ship.txt", "--library", place)
    assert (refused.status, refused.out) == (1, "")
    refused.complaint(place, "Permission denied" if "closed" in place else "a file is in the way")
    asked = guest("ask", QUIET, "--library", place)
    assert (asked.status, asked.out, len(asked.complaints)) == (1, "", 1)
    assert place in asked.err
    assert (guest.folder / "file").read_text() == "not a library"


def test_a_folder_without_permission_is_named_and_the_rest_added(guest: Command) -> None:
    write_crates(guest.folder / "docs", 2)
    write_crates(guest.folder / "docs" / "closed", 1)
    (guest.folder / "docs" / "secret.txt").write_text("Ship 9 carried gold.")
    (guest.folder / "docs" / "closed").chmod(0o000)
    (guest.folder / "docs" / "secret.txt").chmod(0o000)
    added = guest("add", "docs")
    (guest.folder / "docs" / "closed").chmod(0o700)
    assert (added.status, added.out) == (1, "2 added, 0 unchanged, 0 replaced\n")
    for name in ("docs/closed", "docs/secret.txt"):
        added.complaint(f"{name} can't be read: Permission denied", f"chmod u+rX {name}")
    assert len(added.complaints) == 2


# Damage


@pytest.mark.parametrize("damage", ["other", "torn"])
def test_a_damaged_catalog_is_named_and_left_as_it_is(run: Command, damage: str) -> None:
    catalog = run.folder / "library" / "onrecord.db"
    data = catalog.read_bytes()
    catalog.write_bytes(b"nothing like a catalog " * 1000 if damage == "other" else data[: len(data) // 2])
    before = catalog.read_bytes()
    for arguments in (("ask", QUIET), ("add", "ship.txt")):
        refused = run(*arguments)
        assert (refused.status, refused.out) == (1, "")
        refused.complaint(str(catalog), "damaged", "restore it from a backup")
    assert catalog.read_bytes() == before
    catalog.write_bytes(data)
    run.assert_answers()


@pytest.mark.parametrize("damage", ["gone", "overwritten"])
def test_a_vector_index_that_is_gone_or_damaged_is_written_again(run: Command, damage: str) -> None:
    chroma = run.folder / "library" / "chroma"
    if damage == "gone":
        shutil.rmtree(chroma)
    else:
        (chroma / "chroma.sqlite3").write_bytes(b"\xff" * 50_000)
    asked = run("ask", "--json", QUIET)
    assert asked.status == 0
    assert "asked for quiet ships" in asked.json()["citations"][0]["quote"]
    (run.folder / "tug.txt").write_text(
        "Tugs\n\nThe tug Ada was built in 1931 and is still afloat.\n", encoding="utf-8"
    )
    assert "whole again" in run("add", "tug.txt").err
    checked = run("check")
    assert checked.status == 0
    assert "whole again" not in checked.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB, which only root can mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if not ROOT or not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_loses_nothing(run: Command, small_disk: Path) -> None:
    shutil.move(run.folder / "library", small_disk / "library")
    (run.folder / "library").symlink_to(small_disk / "library")
    write_crates(run.folder / "docs", 400)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize - 300_000))
    added = run("add", "docs")
    assert (added.status, added.out) == (1, "")
    assert re.search("free (some|disk) space|full disk", added.err)
    assert str(small_disk) in added.complaint("full")
    with suppress(OSError):
        (small_disk / "last").write_bytes(bytes(9_000_000))
    full = run("ask", QUIET)
    assert (full.status, full.out) == (1, "")
    full.complaint("full disk")
    ballast.unlink()
    assert any("The Seldon ferry line" in title for title in run.titles())
    asked = run("ask", "--json", QUIET)
    assert "asked for quiet ships" in asked.json()["citations"][0]["quote"]


# Interruptions


def wait_until(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while not true():
        assert process.poll() is None, "it ended too soon"
        assert time.monotonic() < until
        time.sleep(0.01)


def test_killed_while_adding_it_opens_with_whole_documents_and_adding_again_completes(run: Command) -> None:
    write_crates(run.folder / "docs", 600)

    def stored_so_far() -> int:
        with closing(sqlite3.connect(f"file:{run.folder}/library/onrecord.db?mode=ro", uri=True)) as catalog:
            return int(catalog.execute("SELECT count(*) FROM documents WHERE whole").fetchone()[0])

    with run.start("add", "docs") as process:
        wait_until(lambda: stored_so_far() > 1, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    with Chatbot(run.folder / "library") as bot:
        entries = bot.documents()
        assert 1 < len(entries) < 601
        for entry in entries:
            assert bot.document(entry.id).text == Path(entry.uri).read_text()
    run.assert_answers()
    again = run("add", "docs")
    assert (again.status, again.out) == (0, f"{601 - len(entries)} added, {len(entries) - 1} unchanged, 0 replaced\n")
    assert len(run.titles()) == 601


def test_ctrl_c_while_adding_keeps_what_was_there(run: Command) -> None:
    write_crates(run.folder / "docs", 600)
    with run.start("add", "docs") as process:
        assert process.stderr
        while "Embedding" not in (line := process.stderr.readline()):
            assert line, "it ended too soon"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == (
        "onrecord: interrupted; what was stored before is kept; run the same command again to add the rest"
    )
    run.assert_answers()


def test_ctrl_c_while_asking_is_short(run: Command) -> None:
    with run.start("ask", QUIET) as process:
        wait_until((run.folder / "library" / "owner").exists, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, "", "onrecord: interrupted")
    run.assert_answers()


def test_a_reader_that_goes_away_is_no_error(run: Command) -> None:
    with run.start("list", "--json") as process:
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        assert process.stderr.read() == ""
    assert process.returncode in (0, 1)
    run.assert_answers()
