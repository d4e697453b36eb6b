"""What a library holds survives a killed process, a full disk, a read-only directory and a damaged vector index."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import searching
from retrieval.documents import Document
from retrieval.errors import LibraryError
from retrieval.library import Library
from tests import crash
from tests.hashing import hashing


def version(number: int, round: int) -> Document:
    return crash.version(number, round)


def test_a_killed_process_leaves_a_whole_library(tmp_path: Path) -> None:
    acknowledged = crash.Acknowledged()
    for seed in range(12):
        crash.kill(tmp_path, seed, acknowledged)


def test_a_damaged_vector_index_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_SMALL", 0)
    with Library(tmp_path, hashing) as library:
        list(library.add(version(number, 0) for number in range(7)))
        before = library.search("file 3 round 0")
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"not a database at all" * 1000)
    with Library(tmp_path, hashing) as library:
        assert library.search("file 3 round 0") == before
        assert library.check() == []


def test_a_missing_vector_index_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_SMALL", 0)
    with Library(tmp_path, hashing) as library:
        list(library.add(version(number, 0) for number in range(3)))
        before = library.search("file 2 round 0")
    shutil.rmtree(tmp_path / "chroma")
    with Library(tmp_path, hashing) as library:
        assert library.search("file 2 round 0") == before
        assert library.check() == []


def test_a_file_that_is_no_catalog_is_refused(tmp_path: Path) -> None:
    (tmp_path / "onrecord.db").write_bytes(b"not a database at all" * 1000)
    with pytest.raises(LibraryError, match=r"damaged or not a catalog"):
        Library(tmp_path, hashing)
    assert not (tmp_path / "owner").exists()


def test_a_catalog_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    import sqlite3

    Library(tmp_path, hashing).close()
    connection = sqlite3.connect(tmp_path / "onrecord.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryError, match="update onrecord"):
        Library(tmp_path, hashing)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB, which only root can mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if not mount or os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_an_error_that_loses_nothing(small_disk: Path) -> None:
    with Library(small_disk, hashing) as library:
        handed_out = [added.id for added in library.add(version(number, 0) for number in range(3))]
    many = (replace(version(11, round), uri=f"/files/7/{round}") for round in range(1, 50))
    with Library(small_disk, hashing) as library, pytest.raises(LibraryError, match=r"full|free"):
        handed_out.extend(added.id for added in library.add(many))
    with Library(small_disk, hashing) as library:
        assert set(handed_out) <= {entry.id for entry in library.documents()}


def test_a_read_only_directory_says_so(tmp_path: Path) -> None:
    Library(tmp_path / "library", hashing).close()
    mount = shutil.which("mount")
    if os.geteuid():
        (tmp_path / "library").chmod(0o500)
    else:
        bind = [str(mount), "--bind", "-o", "ro", str(tmp_path / "library"), str(tmp_path / "library")]
        if not mount or subprocess.run(bind, capture_output=True, check=False).returncode:
            pytest.skip("root ignores permissions, and a read-only mount is not allowed here")
    try:
        with pytest.raises(LibraryError, match="read-only"):
            Library(tmp_path / "library", hashing)
    finally:
        if os.geteuid():
            (tmp_path / "library").chmod(0o700)
        else:
            subprocess.run(["umount", "-l", str(tmp_path / "library")], check=True)
