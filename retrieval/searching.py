"""Searching: from a question to the passages that answer it best, by meaning and by words, of all or of some."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from retrieval import lexical, ranking
from retrieval.catalog import Catalog
from retrieval.documents import Document, Hit, Passage
from retrieval.embedding import Embed, embed_query
from retrieval.exact import Compared
from retrieval.filters import Scope
from retrieval.parts import Index
from retrieval.rows import Candidate

_LEAST = 6
"""A search for n passages has each side bring 2n candidates and compares the sentences of 1.5n; n counts as 6 at least.

Of the BM25 scores, four times as many are asked for as candidates, so that passages found by meaning have theirs.
"""

_SMALL = 8_000_000
"""Numbers in the vectors of a library, as of 20,000 passages of 384, up to which each is compared with a question:
exact, faster than asking the index, and 32 MB of memory."""
_FEW = 5_000
"""Passages that a filter lets through of a larger one, up to which each is: faster than Chroma's own filter."""

_REMEMBERED = 5_000_000
"""Characters of the texts kept in memory from one search to the next, which often finds the same documents."""

_SCOPES = 32
"""Scopes whose passages are remembered, at most."""

Within = tuple[list[int], frozenset[int]]
"""The keys of passages, ascending and as a set."""

Halves = NDArray[np.float16]


class _Kept:
    """What holds until the library changes: another takes its place then, and what is read late goes with this one."""

    def __init__(self) -> None:
        self.let_through: dict[Scope, Within] = {}
        self.is_small: bool | None = None
        self.everything: Compared | None = None
        self.some: tuple[list[int], Compared] | None = None
        self.reading = Lock()


class Searcher:
    """The search over a catalog and its dense index; safe from any thread."""

    def __init__(self, catalog: Catalog, dense: Index, *, alone: bool) -> None:
        """Prepare; nothing is read before the first search.

        alone: nobody else writes to the library, so that what is in memory holds until `forget`.
        """
        self._catalog = catalog
        self._alone = alone
        self._dense = dense
        self._recent: dict[str, Document] = {}
        self._kept = _Kept()
        self._pool = ThreadPoolExecutor(4, "onrecord-words")

    def forget(self) -> None:
        """Drop what is remembered: the library has changed."""
        self._recent = {}
        self._kept = _Kept()

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def search(self, embed: Embed, query: str, limit: int, scope: Scope | None = None) -> list[Hit]:
        """The best hits, best first, of what a scope lets through."""
        if not query.strip():
            return []
        wanted = max(_LEAST, limit)
        pool = 2 * wanted
        within = self.within(scope)[0] if scope else None
        dimension = self._catalog.dimension  # read now: beside the search by words, it would wait for Python's lock
        by_words = self._pool.submit(self._by_words, query, pool, within)
        vector = embed_query(embed, query, dimension)
        near = self._nearest(vector, pool, within)
        bm25, (named, vectors) = by_words.result()
        cosines = dict(zip(named, ranking.cosines(vector, vectors).tolist(), strict=True))
        cosines.update(near)
        fused = ranking.fuse(cosines, bm25, pool, wanted + wanted // 2)
        candidates = self._catalog.candidates([one.key for one in fused])
        return self._hits(ranking.rank(lexical.terms(query), vector, fused, candidates)[:limit])

    def mentioning(
        self, names: Sequence[str], some: Sequence[str], limit: int, scope: Scope | None = None
    ) -> list[Passage]:
        """The passages, best first by words, that speak of each of these names and use some of these words."""
        within = self.within(scope)[0] if scope else None
        keys = list(self._catalog.bm25_of(names, some, limit, within))
        found = self._catalog.spans_of(keys)
        documents = self.recall({id for id, *_ in found.values()})
        ordered = (found[key] for key in keys if key in found)
        return [Passage(documents[id], start, end, spans) for id, start, end, spans in ordered if id in documents]

    def recall(self, ids: Collection[str]) -> dict[str, Document]:
        """Those of these documents that there are, by id."""
        recent = self._recent  # a change in between puts another in its place, and what is read now goes with this one
        known = {id: document for id in ids if (document := recent.get(id))}
        if len(known) < len(ids):
            read = self._catalog.documents([id for id in ids if id not in known])
            if len(recent) + len(read) > 256 or sum(len(one.text) for one in list(recent.values())) > _REMEMBERED:
                recent.clear()
            recent.update(read)
            known.update(read)
        return known

    def _by_words(
        self, query: str, pool: int, within: Sequence[int] | None
    ) -> tuple[dict[int, float], tuple[list[int], Halves]]:
        """BM25 by passage key, and the keys and vectors of the best."""
        bm25 = self._catalog.bm25(query, 4 * pool, within)
        return bm25, self._catalog.vectors_of(list(bm25)[:pool])

    def _nearest(self, vector: NDArray[np.float32], pool: int, within: list[int] | None) -> dict[int, float]:
        """The cosine of each of the nearest passages, by key."""
        if everything := self._everything():
            return everything.nearest(vector, pool, within)
        if within is None:
            return self._by_index(vector, pool)
        if len(within) > _FEW:
            count = self._catalog.passage_count
            let_through = set(within)
            found = self._by_index(vector, min(count, pool * math.ceil(2 * count / len(within))))
            found = {key: cosine for key, cosine in found.items() if key in let_through}
            if len(found) >= pool:
                return found
        return self._compared(within).nearest(vector, pool)

    @property
    def asks_the_index(self) -> bool:
        """Whether the library is too large for each of its passages to be compared, or others write to it too."""
        kept = self._kept
        if kept.is_small is None:
            kept.is_small = self._alone and self._catalog.passage_count * (self._catalog.dimension or 0) <= _SMALL
        return not kept.is_small

    def _everything(self) -> Compared | None:
        """All passages; None where they are many."""
        kept = self._kept
        with kept.reading:
            if kept.everything is None and not self.asks_the_index:
                kept.everything = Compared.of(*self._catalog.all_vectors())
            return kept.everything

    def _compared(self, within: list[int]) -> Compared:
        """The passages of a scope; those of the last one that lets few through stay in memory."""
        if len(within) > _FEW:
            return Compared.of(*self._catalog.vectors_of(within))
        kept = self._kept
        some = kept.some
        if some is None or some[0] is not within:
            some = kept.some = within, Compared.of(*self._catalog.vectors_of(within))
        return some[1]

    def _by_index(self, vector: NDArray[np.float32], limit: int) -> dict[int, float]:
        near = self._dense.nearest(vector, limit)
        keys = self._catalog.keys_of(list(near))
        return {keys[id]: cosine for id, cosine in near.items() if id in keys}

    def within(self, scope: Scope) -> Within:
        """The keys of the passages that a scope lets through; remembered until the library changes."""
        known = self._kept.let_through
        if scope not in known:
            if len(known) >= _SCOPES:
                known.clear()
            keys = self._catalog.within(scope)
            known[scope] = keys, frozenset(keys)
        return known[scope]

    def _hits(self, ranked: Sequence[ranking.Ranked]) -> list[Hit]:
        documents = self.recall({one.candidate.document for one in ranked})
        hits = []
        for one in ranked:
            found = one.candidate
            if document := documents.get(found.document):
                hits.append(
                    Hit(_passage(document, found), one.score, one.dense, one.lexical, one.sentences, one.cosines)
                )
        return hits


def _passage(document: Document, found: Candidate) -> Passage:
    return Passage(document, found.start, found.end, tuple(map(tuple, found.sentences.tolist())))
