"""Looking after a library: what was made from its texts is compared with them, and made anew where it does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from retrieval import mending
from retrieval.catalog import Catalog
from retrieval.dense import DenseIndex
from retrieval.documents import Document
from retrieval.gate import Gate
from retrieval.parts import Index


def check(catalog: Catalog, index: Index) -> list[str]:
    """What does not fit, in words. Raises LibraryError where SQLite finds the catalog's file damaged."""
    with catalog.exclusive:
        return [*catalog.audit().findings, *index.check()]


def repair(catalog: Catalog, index: Index, gate: Gate, add_again: Callable[[Iterable[Document]], None]) -> list[str]:
    """Mend whatever `check` finds; gives what it had found. Raises LibraryError as `check` does, and changes nothing.

    gate: which searches pass; add_again: cuts, embeds and stores documents in place of themselves.
    """
    with catalog.exclusive:
        damage = catalog.audit()
        found = [*damage.findings, *index.check()]
        if found and not isinstance(index, DenseIndex):  # what is damaged here is fetched again
            index.repair()
        elif found:
            with gate.alone():
                with catalog.transaction() as writer:
                    mending.mend(writer, damage)
                index.repair()
            add_again(catalog.documents_by_key((*damage.recut, *damage.altered)).values())
            catalog.complete_ledger()
    return found
