"""A claim laid beside a sentence of its source: both as tokens, and which of the one stands for which of the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from app.check.quantities import Quantity, quantities
from app.check.words import base_form, fold, is_content, is_negation, stem

_TOKEN = re.compile(r"[^\W_]+(?:[.&'’][^\W_]+)*|[,;:()?]|(?<=[a-z]{4})[.!](?=[\"”’]?\s)|--|[–—]|(?<=\s)-(?=\s)")
_ENDINGS = frozenset(("", "s", "es", "e", "d", "ed", "ing", "y", "ies", "ied"))
_BEFORE_S = frozenset("it there that he she what who here where let how".split())
_CONTRACTED = {"re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am"}
_CLASSES = {
    form: name
    for name, forms in {
        "be": "am is are was were be been being",
        "have": "have has had having",
        "do": "do does did",
        "the": "the a an",
        "which": "that which who whom",
    }.items()
    for form in forms.split()
}
_SHIFTED = {
    form: name
    for name, forms in {
        "(i)": "i he she me him",
        "(we)": "we they it us them",
        "(my)": "my his her",
        "(our)": "our their its",
    }.items()
    for form in forms.split()
}
_WEAKER = {("will", "would"), ("can", "could"), ("may", "might")}
_COMPARED = frozenset(("yoy", "qoq", "mom", "ytd"))
"""Years and quarters held against each other: capitals, but no names."""
Pairs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a figure or a punctuation mark; key is what two tokens must share to be the same word.

    kind: "word", "name" (capitalised), "figure", "possessive" or "mark"; start and end: its span in the text.
    """

    text: str
    key: str
    kind: str
    start: int
    end: int
    figure: Quantity | None = None

    @property
    def lower(self) -> str:
        """Its text in lower case with straight apostrophes."""
        return fold(self.text).lower()

    @property
    def content(self) -> bool:
        """Whether it carries meaning of its own: a figure, a name, or a word that is no function word."""
        return self.kind == "figure" or (self.kind in ("word", "name") and is_content(self.text))

    @property
    def negative(self) -> bool:
        """Whether it turns a statement into its opposite."""
        return self.kind != "mark" and is_negation(self.text)


@lru_cache(maxsize=2048)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a sentence in order; figures whole ("$60 billion to $65 billion"), contractions taken apart."""
    figures = quantities(text)
    found = [Token(text[q.start : q.end], "", "figure", q.start, q.end, q) for q in figures]
    taken = iter(figures)
    current = next(taken, None)
    for m in _TOKEN.finditer(text):
        while current is not None and current.end <= m.start():
            current = next(taken, None)
        if current is None or m.end() <= current.start:
            found += _words(m.group(), m.start())
    return tuple(sorted(found, key=lambda t: t.start))


def _words(text: str, at: int) -> list[Token]:
    """One token, or the two that a contraction or a possessive is made of."""
    if not text[0].isalnum():
        return [Token(text, text, "mark", at, at + len(text))]
    head, apostrophe, tail = fold(text).lower().rpartition("'")
    cut = at + len(head)
    if apostrophe and tail == "s" and head in _BEFORE_S:
        return [_word(text[: len(head)], at), Token("is", "be", "word", cut, at + len(text))]
    if apostrophe and tail == "s":
        return [_word(text[: len(head)], at), Token("’s", "’s", "possessive", cut, at + len(text))]
    if apostrophe and tail in _CONTRACTED:
        expanded = _CONTRACTED[tail]
        return [_word(text[: len(head)], at), Token(expanded, _key(expanded), "word", cut, at + len(text))]
    if apostrophe and tail == "t" and head.endswith("n"):
        verb = {"ca": "can", "wo": "will"}.get(head[:-1], head[:-1])
        negation = Token("not", "not", "word", cut - 1, at + len(text))
        return [_word(verb, at, cut - 1 - at), negation] if verb else [negation]  # "did n't", as some texts have it
    return [_word(text, at)]


def _word(text: str, at: int, length: int | None = None) -> Token:
    kind = "name" if text[0].isupper() and is_content(text) and text.lower() not in _COMPARED else "word"
    return Token(text, _key(text), kind, at, at + (len(text) if length is None else length))


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    lowered = fold(word).lower()
    return _CLASSES.get(lowered) or (stem(word) if is_content(word) else lowered)


def same(claim: Token, source: Token, *, reported: bool = False) -> bool:
    """Whether a token of a claim may stand for one of its source.

    reported: the claim reports somebody's words, so that "I" may have become "he" and "will" "would".
    """
    if claim.figure or source.figure:
        return bool(claim.figure and source.figure and source.figure.bears_out(claim.figure))
    if "mark" in (claim.kind, source.kind):
        return False
    if claim.key == source.key:
        return claim.key in ("be", "have", "do", "the", "which") or inflected(claim.lower, source.lower)
    ours, theirs = claim.lower, source.lower
    if (theirs, ours) in _WEAKER or (reported and (ours, theirs) in _WEAKER):
        return True
    return reported and ours in _SHIFTED and _SHIFTED[ours] == _SHIFTED.get(theirs)


@lru_cache(maxsize=65536)
def inflected(a: str, b: str) -> bool:
    """Whether two words with one stem are forms of one word: rise and rises, but not import and important."""
    a, b = base_form(a), base_form(b)
    if a == b:
        return True
    shared = 0
    while shared < min(len(a), len(b)) and a[shared] == b[shared]:
        shared += 1
    endings = [a[shared:], b[shared:]]
    doubled = a[shared - 1 : shared] if shared else ""
    return all(e in _ENDINGS or (e[:1] == doubled and e[1:] in ("ed", "ing")) for e in endings)


def align(
    claim: Sequence[Token],
    source: Sequence[Token],
    *,
    reported: bool = False,
    alike: Callable[[Token, Token], bool] | None = None,
) -> Pairs:
    """Pair the claim's tokens with the source's, in order, as index pairs: as many as can be, then as close together.

    A longest common subsequence with a premium on words of meaning and on neighbours (dynamic programming,
    len(claim) × len(source)); marks are never paired. alike: another test than same of what may stand for what.
    """
    alike = alike or partial(same, reported=reported)
    m, n = len(claim), len(source)
    matched = [[0.0] * (n + 1) for _ in range(m + 1)]
    best = [[0.0] * (n + 1) for _ in range(m + 1)]
    after = _next_words(source)
    for i in range(m - 1, -1, -1):
        row, below, worth = best[i], best[i + 1], 4.0 if claim[i].content else 1.0
        for j in range(n - 1, -1, -1):
            row[j] = max(below[j], row[j + 1])
            if alike(claim[i], source[j]):
                beside = matched[i + 1][after[j]]
                matched[i][j] = worth + max(below[j + 1], beside + 0.5 if beside else 0.0)
                row[j] = max(row[j], matched[i][j])
    return _walk(matched, best, after)


def _next_words(source: Sequence[Token]) -> list[int]:
    """For each token the index of the next that is no mark."""
    after, following = [0] * len(source), len(source)
    for j in range(len(source) - 1, -1, -1):
        after[j] = following
        following = j if source[j].kind != "mark" else following
    return after


def _walk(matched: list[list[float]], best: list[list[float]], after: list[int]) -> Pairs:
    pairs: Pairs = []
    i, j, adjacent = 0, 0, False
    while i < len(best) - 1 and j < len(best[0]) - 1:
        score = matched[i][j]
        if score and (adjacent or score == best[i][j]):
            pairs.append((i, j))
            beside = matched[i + 1][after[j]]
            adjacent = bool(beside) and beside + 0.5 >= best[i + 1][j + 1]
            i, j = (i + 1, after[j]) if adjacent else (i + 1, j + 1)
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
