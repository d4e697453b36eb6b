"""A claim beside one sentence of its source: which token stands for which, and which figure for which."""

from __future__ import annotations

from collections.abc import Iterator

from app.check.alignment import Token, align, same, tokens
from app.check.paraphrase_words import groups
from retrieval.documents import Document


class Beside:
    """A claim beside a sentence of a document, marks kept in the source alone.

    pairs: which token of ours stands for which of theirs, in both orders as mine and its; figures: the same of figures,
    also of those that changed places; reported: the claim is what somebody is said to have said.
    """

    def __init__(self, claim: str, source: str, document: Document, *, reported: bool) -> None:
        self.claim, self.source, self.document, self.reported = claim, source, document, reported
        self.ours = [t for t in tokens(claim) if t.kind != "mark"]
        self.theirs = tokens(source)
        self.pairs = align(self.ours, self.theirs, reported=True, alike=_alike)
        self.mine, self.its = dict(self.pairs), {j: i for i, j in self.pairs}
        self.figures = list(self._paired_figures())
        self.keys = {t.key for t in self.theirs}

    def _paired_figures(self) -> Iterator[tuple[int, int]]:
        """Each figure of the claim with the one of the source that it stands for, or may where they change places."""
        for i, t in enumerate(self.ours):
            if t.figure:
                j = self.mine.get(i)
                bears = (k for k, s in enumerate(self.theirs) if s.figure and s.figure.bears_out(t.figure))
                j = next((k for k in bears if k not in self.its), None) if j is None else j
                if j is not None:
                    yield i, j


def _alike(mine: Token, its: Token) -> bool:
    if mine.figure or its.figure or "mark" in (mine.kind, its.kind):
        return same(mine, its, reported=True)
    alike = mine.kind == its.kind == "word" and mine.content and groups(mine.lower) & groups(its.lower)
    return mine.key == its.key or bool(alike) or same(mine, its, reported=True)
