"""Which sentences a full answer takes from the passages: what answers, and what belongs to it, of each document."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from app.check.words import bag, content_bag
from app.evidence.answering_features import NAMES
from retrieval.documents import Hit

Scores = tuple[tuple[float, ...], ...]
"""For each hit one number for each sentence of its passage."""
IN_PLACE = (
    *"odds odds_below_best odds_before odds_after best_odds".split(),
    *"cosine cosine_below_best cosine_before cosine_after".split(),
    *"shared shared_below_best relevance relevance_gap distance like_best title_named place is_first is_last".split(),
    *"sentences documents log_length length_ratio refers_back after_best from_best".split(),
)
"""What the numbers of a sentence in its place stand for, in their order."""
_COLUMNS = {name: NAMES.index(name) for name in ("cosine", "shared", "relevance", "relevance_gap", "distance")}
_REFERS_BACK = re.compile(
    r"\W*(?:it|he|she|they|this|these|those|that|such|his|her|its|their|however|but|also|there|in addition|"
    r"additionally|another|other|later|then)\b",
    re.IGNORECASE,
)
_UNLIKELY = -5.0
"""The log-odds of the sentence before the first and after the last one."""


def in_place(
    hits: Sequence[Hit], found: Sequence[Sequence[Sequence[float]]], odds: Sequence[Sequence[float]]
) -> list[list[list[float]]]:
    """For each hit and each sentence of its passage the numbers that IN_PLACE names.

    found: the rows of answering_features; odds: the log-odds that each sentence answers. A sentence is seen among the
    others that were found of its document.
    """
    rows: list[list[list[float]]] = [[[] for _ in passage] for passage in found]
    documents = _documents(hits)
    for places in documents:
        for (hit, n), row in zip(places, _of_document(hits, places, found, odds, len(documents)), strict=True):
            rows[hit][n] = row
    return rows


def _documents(hits: Sequence[Hit]) -> list[list[tuple[int, int]]]:
    """The (hit, sentence) of each document, in the order of its text."""
    places: dict[str, list[tuple[int, int]]] = {}
    for at in sorted(range(len(hits)), key=lambda at: hits[at].passage.start):
        passage = hits[at].passage
        if passage.sentences:
            places.setdefault(passage.document.id, []).extend((at, n) for n in range(len(passage.sentences)))
    return list(places.values())


def _of_document(
    hits: Sequence[Hit],
    places: Sequence[tuple[int, int]],
    found: Sequence[Sequence[Sequence[float]]],
    odds: Sequence[Sequence[float]],
    documents: int,
) -> Iterator[list[float]]:
    document = hits[places[0][0]].passage.document
    texts = [document.text[slice(*hits[hit].passage.sentences[n])] for hit, n in places]
    bags, title = [bag(text) for text in texts], bag(document.title)
    answers = [odds[hit][n] for hit, n in places]
    columns = {name: [found[hit][n][at] for hit, n in places] for name, at in _COLUMNS.items()}
    cosine, shared = columns["cosine"], columns["shared"]
    best, size = max(range(len(places)), key=answers.__getitem__), len(places)
    mean_length = sum(map(len, texts)) / size
    for n, text in enumerate(texts):
        yield [
            answers[n],
            answers[n] - answers[best],
            answers[n - 1] if n else _UNLIKELY,
            answers[n + 1] if n + 1 < size else _UNLIKELY,
            answers[best],
            cosine[n],
            cosine[n] - max(cosine),
            cosine[n - 1] if n else 0.0,
            cosine[n + 1] if n + 1 < size else 0.0,
            shared[n],
            shared[n] - max(shared),
            columns["relevance"][n],
            columns["relevance_gap"][n],
            columns["distance"][n],
            len(bags[n] & bags[best]) / max(len(bags[n] | bags[best]), 1),
            len(title & bags[n]) / max(len(title), 1),
            n / size,
            n == 0,
            n == size - 1,
            size,
            documents,
            math.log(len(text)),
            len(text) / mean_length,
            bool(_REFERS_BACK.match(text)),
            n > best,
            abs(n - best),
        ]


def overlaps(question: str, hits: Sequence[Hit]) -> Scores:
    """The share of the question's content words that each sentence of each hit holds."""
    terms = content_bag(question)
    return tuple(
        tuple(
            len(terms & content_bag(h.passage.document.text[slice(*span)])) / max(len(terms), 1)
            for span in h.passage.sentences
        )
        for h in hits
    )


def select(
    hits: Sequence[Hit], scores: Scores, share: float, least: float, words: Scores | None = None
) -> Iterator[tuple[int, int]]:
    """Yield (hit, sentence) of what to take of each document: all that score at least a share of its best.

    share: 0..1, where all hits are of one document; the more documents there are, the nearer to its document's best a
    sentence has to be (its n-th root for n documents), since each has something to say. least: 0..1, a document is
    left out where its best `words` (by default its best score) is below so much of the best of all. The best
    sentence of a document that is not left out is always taken.
    """
    words = words or scores
    documents = _documents(hits)
    root = 1 / max(len(documents), 1)
    most = max((words[hit][n] for places in documents for hit, n in places), default=0.0)
    for places in documents:
        if max(words[hit][n] for hit, n in places) >= least * most:
            cut = max(scores[hit][n] for hit, n in places) * share**root
            yield from ((hit, n) for hit, n in places if scores[hit][n] >= cut)
