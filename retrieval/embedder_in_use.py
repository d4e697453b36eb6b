"""The embedder that a library is searched with: loaded when it is needed, and never another than built the vectors."""

from __future__ import annotations

import threading

from retrieval.address import Place
from retrieval.catalog import Catalog
from retrieval.embedders import DEFAULT, load_embedder
from retrieval.embedding import Embed, identity
from retrieval.errors import EmbedderMismatchError
from retrieval.parts import Index


class EmbedderInUse:
    """An embedder, or the name of one until it is needed; safe from any thread."""

    def __init__(self, embed: Embed | str, directory: Place, catalog: Catalog, dense: Index) -> None:
        """directory: the library's, for messages. Raises EmbedderMismatchError where an embedder itself is given."""
        self._directory = directory
        self._catalog = catalog
        self._dense = dense
        self._name = embed if isinstance(embed, str) else ""
        self._loaded: Embed | None = None
        self._embed: Embed | None = None
        self._loading = threading.Lock()
        if not isinstance(embed, str):
            self._check(identity(embed))
            self._embed = embed

    def __call__(self) -> Embed:
        """Give it, loaded. Raises EmbedderMismatchError, and what loading it raises."""
        if self._embed is None:
            if self._name != DEFAULT:
                self._check(self._name)  # before anything is loaded, or sent to a server
            with self._loading:  # inside, nothing waits for another lock
                self._loaded = self._loaded or load_embedder(self._name)
            self._check(identity(self._loaded))
            with self._loading:
                self._embed = self._embed or self._loaded
        return self._embed

    def replace(self, embed: Embed) -> None:
        """Use another one, which the catalog names by now."""
        with self._loading:
            self._embed = embed

    def _check(self, given: str) -> None:
        has = self._catalog.meta("embedder")
        if has == given:
            return
        if has is None or not self._catalog.passage_count:
            if has:
                self._dense.clear()  # an index keeps the dimension of what it held
            self._catalog.use_embedder(given)
            return
        name = DEFAULT if has.startswith("all-MiniLM-L6-v2/") else has
        raise EmbedderMismatchError(
            f"The library {self._directory} was built with the embedder {has} and can't be searched with {given}. "
            f"Name {name} as the embedder (--embed or ONRECORD_EMBED), or move the library to the other one: "
            f"onrecord reindex --embed {self._name or given}"
        )
