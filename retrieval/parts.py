"""What a library is made of, by where it is: a folder that this process owns, or a server that others write to too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.address import CATALOG, Place, is_address, parse
from retrieval.catalog import Catalog
from retrieval.dense import DenseIndex
from retrieval.ownership import Ownership
from retrieval.vectors import Vectors


class Index(Protocol):
    """The index of vectors of a catalog."""

    def open(self) -> Vectors | None:
        """Load it."""
        ...

    def nearest(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """The cosine of each of the passages nearest to this (d,) vector by id, nearest first."""
        ...

    def sync(self) -> None:
        """Bring it in line with the catalog."""
        ...

    def check(self) -> list[str]:
        """Say what of it is not as the catalog has it."""
        ...

    def repair(self) -> None:
        """Mend what `check` finds."""
        ...

    def clear(self) -> None:
        """Empty it, before another embedder begins."""
        ...


@dataclass(frozen=True)
class Parts:
    """The open parts of a library; refresh: sees what others changed, and gives whether there was anything."""

    place: Place
    catalog: Catalog
    index: Index
    refresh: Callable[[], bool]
    close: Callable[[], None]


def open_parts(place: Place) -> Parts:
    """Open or create a library. Raises LibraryError and its kinds; see Library."""
    if is_address(place):
        from retrieval.served import open_served

        served = open_served(parse(str(place)))
        return Parts(served.shared.place, served.catalog, served.index, served.refresh, served.close)
    directory = Path(place).expanduser().resolve()
    ownership = Ownership(directory)
    try:
        catalog = Catalog(directory / CATALOG)
    except BaseException:
        ownership.release()
        raise
    dense = DenseIndex(directory, catalog, suspect=not ownership.clean)

    def close() -> None:
        dense.close()
        catalog.close()
        ownership.release(settled=dense.settled)

    return Parts(directory, catalog, dense, lambda: False, close)
