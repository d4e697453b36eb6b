"""A claim laid on the sentences of a passage that it may rest on: which word may stand for which, how near each is."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from app.check.alignment import Token, tokens
from app.check.clause_words import STOPS
from app.check.paraphrase_words import groups
from app.check.word_relations import standing
from app.check.words import bag, content_bag
from app.questions.periods import Period, blanked, periods
from retrieval.documents import Passage, Span
from retrieval.embedding import SentenceEmbed

Floats = NDArray[np.float32]
Place = tuple[int, int]
"""A word of the source: the number of its sentence among those chosen, and its own number there."""

_SENTENCES = 3
"""At most so many sentences of a passage can bear one claim out together."""
_ADDED = 2
"""Words of the claim that a further sentence must have, and those before it lack."""
_REPEATED = 0.3
"""How much words of the claim count that a sentence chosen before has too."""
_SYNONYM = 0.9
_OPENERS = frozenset("while whereas but although though because which who".split())
_AFTER_COMMA = frozenset("and up down with after as".split())


@dataclass(frozen=True)
class Sentence:
    """A sentence as tokens, times left out; states: (tokens, d), unit length; clauses: the number of each's clause."""

    text: str
    tokens: tuple[Token, ...]
    periods: tuple[Period, ...]
    clauses: tuple[int, ...]
    states: Floats


@dataclass(frozen=True)
class Laid:
    """A claim and the sentences that it is laid on, spans: where; main: the number of the one that holds most of it.

    For n tokens of the claim and m of all sentences (places tells which): same is 1 for the same word or a figure that
    bears the claim's out, less for a synonym, else 0; near is the cosine of their states in context; stands is the
    probability by which one may stand for the other by itself; each (n, m).
    """

    passage: Passage
    claim: Sentence
    sentences: tuple[Sentence, ...]
    spans: tuple[Span, ...]
    main: int
    places: tuple[Place, ...]
    same: Floats
    near: Floats
    stands: Floats

    def token(self, place: int) -> Token:
        """The source's token at a column of the matrices."""
        sentence, n = self.places[place]
        return self.sentences[sentence].tokens[n]


def lay(claim: str, passage: Passage, embed: SentenceEmbed) -> Laid | None:
    """Lay a claim on the sentences of a passage that together hold most of its words; None where none holds any.

    Words are compared as in BERTScore (Zhang et al. 2020, arXiv:1904.09675), by the embedder's states in context, and
    by app.check.word_relations, which tells a synonym from an opposite.
    """
    numbers = _chosen(claim, passage)
    year = passage.document.published.year if passage.document.published else None
    texts = {n: passage.document.text[slice(*passage.sentences[n])] for n in numbers}
    read = {n: _remembered(cast(Hashable, embed), text, year) for n, text in texts.items()}
    numbers = [n for n in numbers if read[n].tokens]  # one that only says when has none
    own = _read(claim, year, embed)
    if not own.tokens or not numbers:
        return None
    ordered = sorted(numbers)
    spans = tuple(passage.sentences[n] for n in ordered)
    sentences = tuple(read[n] for n in ordered)
    places = tuple((s, n) for s, sentence in enumerate(sentences) for n in range(len(sentence.tokens)))
    theirs = [sentences[s].tokens[n] for s, n in places]
    near = own.states @ np.concatenate([s.states for s in sentences]).T
    main = ordered.index(numbers[0])
    same = _same(own.tokens, theirs)
    return Laid(passage, own, sentences, spans, main, places, same, near, _stands(own.tokens, theirs, embed))


def _chosen(claim: str, passage: Passage) -> list[int]:
    """The numbers of the sentences: the one with most of the claim's words, then those that have more of the rest."""
    mine = content_bag(claim)
    bags = [bag(passage.document.text[slice(*span)]) for span in passage.sentences]
    left, chosen = set(mine), list[int]()
    while len(chosen) < min(_SENTENCES, len(bags)):
        others = [n for n in range(len(bags)) if n not in chosen]
        best = max(others, key=lambda n: len(left & bags[n]) + _REPEATED * len(mine & bags[n]))
        if len(left & bags[best]) < (_ADDED if chosen else 1):
            break
        chosen.append(best)
        left -= bags[best]
    return chosen


@lru_cache(maxsize=512)
def _remembered(embed: Hashable, text: str, year: int | None) -> Sentence:
    return _read(text, year, cast(SentenceEmbed, embed))


def _read(text: str, year: int | None, embed: SentenceEmbed) -> Sentence:
    found = tuple(periods(text, year))
    words = tokens(blanked(text, list(found)))
    _, (states,) = embed.with_sentences([text], [[(t.start, t.end) for t in words]])
    return Sentence(text, words, found, _clauses(words), states)


def _clauses(some: Sequence[Token]) -> tuple[int, ...]:
    number, found = 0, []
    for before, t in zip([None, *some], some, strict=False):
        comma = before is not None and before.text == ","
        opens = t.lower in _AFTER_COMMA or t.lower.endswith("ing")
        number += t.text in (*STOPS, ":", "–", "—", "--") or t.lower in _OPENERS or (comma and opens)
        found.append(number)
    return tuple(found)


def _same(ours: Sequence[Token], theirs: Sequence[Token]) -> Floats:
    same = np.zeros((len(ours), len(theirs)), np.float32)
    for i, mine in enumerate(ours):
        for j, its in enumerate(theirs):
            if mine.figure or its.figure:
                same[i, j] = bool(mine.figure and its.figure and its.figure.bears_out(mine.figure))
            elif "mark" not in (mine.kind, its.kind):
                alike = mine.content and its.content and groups(mine.lower) & groups(its.lower)
                same[i, j] = 1.0 if mine.key == its.key else _SYNONYM if alike else 0.0
    return same


def _stands(ours: Sequence[Token], theirs: Sequence[Token], embed: SentenceEmbed) -> Floats:
    rows, columns = ([n for n, t in enumerate(side) if t.kind == "word" and t.content] for side in (ours, theirs))
    found = np.zeros((len(ours), len(theirs)), np.float32)
    if rows and columns:
        found[np.ix_(rows, columns)] = standing([ours[n].text for n in rows], [theirs[n].text for n in columns], embed)
    return found
