"""What the pipe needs of a library: the whole of it, or what filters let through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from app.evidence.candidates import QuotationsOf
from app.questions.filters import described
from app.questions.question import Question
from app.remarks import recalled
from retrieval.documents import Hit, Passage
from retrieval.filters import Filter
from retrieval.quotations import Quotation

if TYPE_CHECKING:
    from retrieval.library import Library

_MENTIONING = 24
"""Passages, at most, in which figures of the same measure are looked for to set them beside those found."""


@dataclass(frozen=True)
class Sources:
    """What the pipe needs of a library.

    search: (query, most hits) -> hits, best first; quotations_of: who says what in a document; recall: passages in
    which the person that a question asks about speaks on its topic; spoken_by: all that somebody of a name says; heard:
    those quotations of a document that count, where a filter lets only some through; mentioning: (names, words) ->
    passages that speak of each name and use some of the words, whatever they are about; only: what the library is
    limited to, in words, "" where it isn’t.
    """

    search: Callable[[str, int], Sequence[Hit]]
    quotations_of: QuotationsOf
    recall: Callable[[Question], Sequence[Hit]]
    spoken_by: Callable[[str], Sequence[Quotation]]
    heard: QuotationsOf
    mentioning: Callable[[Sequence[str], Sequence[str]], Sequence[Passage]]
    only: str = ""

    @classmethod
    def of(cls, library: Library, quotations_of: QuotationsOf, filters: Sequence[Filter] = ()) -> Sources:
        """The sources that a library is, nothing of which is read but what all filters let through.

        quotations_of: remembers what library.quotations_of gives. Raises LibraryError for a filter's name that the
        library does not have.
        """
        scope = library.scope(*filters) if any(filters) else None
        heard = quotations_of
        if scope and scope.is_of_quotations:
            heard = lru_cache(maxsize=64)(lambda document: [q for q in quotations_of(document) if scope.hears(q)])
        return cls(
            lambda query, most: library.search(query, most, scope),
            quotations_of,
            lambda question: recalled(question, library, scope),
            lambda who: [q for _, spoken in library.quoting(who, where=scope) for q in spoken],
            heard,
            lambda names, some: library.mentioning(names, some, _MENTIONING, scope),
            described(filters, lambda id: library.document(id).title),
        )
