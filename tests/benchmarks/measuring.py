"""How well sentences were selected, and how well answerable was told from unanswerable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from app.check.words import words
from retrieval.documents import Hit
from tests.benchmarks.asked import Asked, References

Selected = Sequence[tuple[int, int]]
"""(hit, sentence) pairs."""


def balanced_accuracy(truth: Sequence[bool], said: Sequence[bool]) -> float:
    """The mean of the share of the true and of the false ones that were told right; 0.5 where one kind is missing."""
    rates = []
    for kind in (True, False):
        of_kind = [s == kind for t, s in zip(truth, said, strict=True) if t == kind]
        rates.append(sum(of_kind) / len(of_kind) if of_kind else 0.5)
    return sum(rates) / 2


def chosen_f1(asked: Asked, hits: Sequence[Hit], selected: Selected) -> float:
    """F1 of the selected sentences against those that any annotator selected."""
    ours = {(hits[h].passage.document.id, hits[h].passage.sentences[n]) for h, n in selected}
    theirs = asked.answers or frozenset()
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours or theirs else 1.0


def quoted_f1(references: References, hits: Sequence[Hit], selected: Selected) -> float:
    """Token F1 of what is selected of each source against what a human answer quotes of it, the best human answer's.

    The mean over the sources; a source that neither quotes counts 1, one that only one of them quotes 0.
    """
    ours: dict[str, list[str]] = {}
    for h, n in selected:
        passage = hits[h].passage
        ours.setdefault(passage.document.uri, []).append(passage.document.text[slice(*passage.sentences[n])])
    return max(
        sum(_token_f1(" ".join(ours.get(uri, ())), " ".join(texts)) for uri, texts in one.items()) / max(len(one), 1)
        for one in references
    )


def _token_f1(ours: str, theirs: str) -> float:
    a, b = Counter(tokens(ours)), Counter(tokens(theirs))
    if not a or not b:
        return float(a == b)
    return 2 * (a & b).total() / (a.total() + b.total())


@lru_cache(maxsize=65536)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in lower case."""
    return tuple(w.text.lower() for w in words(text))
