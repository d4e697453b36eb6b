"""Searching for a follow-up: by the question itself and, where it is short, with an ear for the question before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.check.words import content_bag, words
from app.questions.mentions import names
from retrieval.documents import Hit

Search = Callable[[str, int], Sequence[Hit]]

_LONGEST = 6
"""Words that carry meaning, up to which a question may lean on the one before it."""
_MOST_SHARED = 0.5
"""The share of the words of the question before from which on a question has taken up what it needs of them."""
_DEEPER = 3
"""Passages are ordered anew among three times as many as are asked for."""
_SHARE = 0.5
"""Weight of the search with the question before, to that by the question itself."""


def leant_on(query: str, turns: Sequence[tuple[str, str]]) -> str:
    """The question of the turns before that a question, made to stand alone, may be searched with; "" for none.

    A long question, one that repeats most of the question before, and one with a name that nobody has said yet lean on
    nothing.
    """
    if not turns or len([w for w in words(query) if w.content]) > _LONGEST:
        return ""
    before = content_bag(turns[-1][0])
    said = content_bag(" ".join(text for turn in turns for text in turn))
    shared = len(before & content_bag(query)) / max(len(before), 1)
    new = any(not content_bag(m.text) <= said for m in names(query))
    return "" if shared >= _MOST_SHARED or new else turns[-1][0]


def in_context(search: Search, before: str) -> Search:
    """The same search for a question that leans on another; with "" it is the search itself.

    What it finds is found by the question alone, with its scores; the question before only moves it up or down, so
    that a topic that is over answers nothing. The two are fused by weighted scores, each above the least of its list.
    """
    if not before:
        return search

    def found(query: str, most: int) -> Sequence[Hit]:
        hits = search(query, most * _DEEPER)
        with_before = search(f"{before} {query}", most * _DEEPER)
        least = min((hit.score for hit in with_before), default=0.0)
        lift = {_place(hit): _SHARE * (hit.score - least) for hit in with_before}
        return sorted(hits, key=lambda hit: -(hit.score + lift.get(_place(hit), 0.0)))[:most]

    return found


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.document.id, hit.passage.start
