"""Read the public evaluation data: DATA/<set>/<split>/<files>, found by pattern, gzipped or not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def files(data: Path, name: str, split: str, pattern: str = "*.json*") -> list[Path]:
    """The files of a set's split whose names fit the pattern, sorted; none where the set is not there."""
    return sorted((data / name / split).glob(pattern))


def rows(data: Path, name: str, split: str, pattern: str = "*.jsonl*") -> Iterator[dict[str, Any]]:
    """Each JSON line of a set's split."""
    for path in files(data, name, split, pattern):
        yield from lines(path)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Each JSON line of a file."""
    for line in _text(path).split("\n"):  # not splitlines: a text may hold U+2028
        if line.strip():
            yield json.loads(line)


def documents(data: Path, name: str, split: str, pattern: str = "*.json*") -> Iterator[Any]:
    """Each whole JSON file of a set's split."""
    for path in files(data, name, split, pattern):
        yield json.loads(_text(path))


def _text(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
