"""ONNX graphs that are built from weights once, kept in the cache folder, and opened from there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import WeightsError
from retrieval.weights import cache_dir

if TYPE_CHECKING:
    from onnx import ModelProto
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]


def session(name: str, build: Callable[[], ModelProto]) -> InferenceSession:
    """Open the cached graph; build it where there is none, or where the one there can't be read.

    name: of the file, without its ending; another whenever build would make another graph. Raises WeightsError where
    the weights are missing, not the expected ones, or the cache can't be written.
    """
    path = cache_dir() / f"{name}.onnx"
    if path.exists():
        try:
            return _open(path)
        except Exception:  # noqa: S110 - ONNX Runtime's errors have no common base; a damaged cache is rebuilt
            pass
    try:
        _write(path, build)
    except OSError as error:
        raise WeightsError(
            f"the embedder's graph can't be written to {path.parent} ({error}): "
            "set ONRECORD_CACHE to a folder that can be written"
        ) from error
    return _open(path)


def _open(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Texts side by side, one thread each, embed faster than one text on many threads, which wait for one another by
    # spinning: on a busy machine that takes twice the time, and a question's search by words needs a core too.
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _write(path: Path, build: Callable[[], ModelProto]) -> None:
    """Write the graph under a name of our own, then rename: whoever opens it sees a whole file or none."""
    import onnx

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".build-") as scratch:
        fresh = Path(scratch) / path.name
        onnx.save(build(), fresh)
        fresh.replace(path)
