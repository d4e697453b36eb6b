"""What the names in a question mean in a library as it now is: ids, outlets, speakers, and what filters let through."""

from __future__ import annotations

from dataclasses import replace

from retrieval.address import Place
from retrieval.catalog import Catalog
from retrieval.entries import the_one
from retrieval.errors import LibraryError
from retrieval.filters import Filter, Scope, resolved
from retrieval.roster import Roster

_SCOPES = 256
"""Scopes that are remembered, at most."""


class Known:
    """Looks each thing up once, and from any thread; where the library changes, another takes its place."""

    def __init__(self, catalog: Catalog, place: Place) -> None:
        """Nothing is looked up yet. place: the library's, for messages."""
        self._catalog = catalog
        self._place = place
        self._roster: Roster | None = None
        self._outlets: list[str] | None = None
        self._scopes: dict[tuple[Filter, ...], Scope] = {}

    def id(self, id: str) -> str:
        """The id that is meant by one, or by the beginning of one. Raises LibraryError with near misses."""
        return the_one(id, self._catalog.ids(id) if id else [], self._catalog.entries, self._place)

    @property
    def outlets(self) -> list[str]:
        """The outlets of the documents."""
        if self._outlets is None:
            self._outlets = self._catalog.names("source")
        return self._outlets

    @property
    def speakers(self) -> Roster:
        """Everybody who is quoted; the ledger is complete then."""
        if self._roster is None:
            self._catalog.complete_ledger()
            self._roster = self._catalog.roster()
        return self._roster

    def scope(self, where: Filter | Scope | None) -> Scope | None:
        """What is let through, where not everything is."""
        return where if where is None or isinstance(where, Scope) else self.scope_of(where)

    def scope_of(self, *filters: Filter) -> Scope:
        """What filters let through together. Raises LibraryError for a name that the library does not have."""
        scope = self._scopes.get(filters)
        if scope is None:
            scope = Scope(tuple(self._exact(where) for where in filters if where))
            if len(self._scopes) >= _SCOPES:
                self._scopes.clear()
            self._scopes[filters] = scope
        return scope

    def _exact(self, where: Filter) -> Filter:
        """The filter with whole ids, and every name as the library has it."""
        names = {name for who in where.speakers for name in self.speakers.find(who)}
        if where.speakers and not names:
            raise LibraryError(f"Nobody is quoted in the library under the name {' or '.join(where.speakers)}.")
        if where.said_since or where.said_until:
            _ = self.speakers  # their days are known once the ledger is complete
        ids = tuple(map(self.id, where.documents))
        return replace(resolved(where, self._catalog.names), documents=ids, speakers=tuple(sorted(names)))
