"""A document as tokens and sentences in which every marked stretch ("…") is one token, with offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from retrieval.documents import Span
from retrieval.speech_marks import Marked, marked_stretches, paragraphs
from retrieval.speech_words import ABBREVIATIONS, CONNECTIVES, ROLE_HEADS, SAY, TITLES

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|\d+(?:[.,:/]\d+)*%?|['’](?:s|S|t|ll|re|ve|d|m)\b|\w+(?:[-‑&]\w+)*(?:['’](?!(?:s|S|t|ll|re|ve|d|m)\b)\w+)*"
    r"|--|[^\w\s]"
)
# A sentence is cut here at the latest, so that rules which look through a whole sentence stay linear in the text.
_LONGEST = 250
_INNER_CLOSERS = "\"”’'») "


@dataclass
class Tokens:
    """Parallel lists over the tokens of a text; a marked stretch is one token with marked[i] >= 0.

    sentences: half-open token ranges; paragraph: the paragraph number of each sentence.
    """

    text: str
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    word: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    paragraph: list[int] = field(default_factory=list)
    stretches: dict[int, Marked] = field(default_factory=dict)

    def span(self, first: int, last: int) -> Span:
        """Return the character span of the tokens [first, last)."""
        return self.start[first], self.end[last - 1]

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The words that stand capitalised inside a sentence that is no headline, folded."""
        found: set[str] = set()
        for low, high in self.sentences:
            inside = [word for word in self.word[low + 1 : high] if word[:1].isupper()]
            if inside and (len(inside) < 3 or not is_headline(self, low, high)):
                found.update(inside)
        return frozenset(word.lower() for word in found)

    @cached_property
    def lowered(self) -> frozenset[str]:
        """The words that stand in lower case somewhere outside quotations."""
        return frozenset(word for word in self.word if word[:1].islower())

    @cached_property
    def placed(self) -> frozenset[str]:
        """The capitalised words that places and organisations go by: "in Bix", "Bix's founder", "Bix … its"."""
        found = set()
        for low, high in self.sentences:
            owned = any(word in ("its", "it", "itself") for word in self.lower[low:high])
            for at in range(low, high):
                if self.word[at][:1].isupper() and _is_placed(self, at, low, high, owned):
                    found.add(self.lower[at])
        return frozenset(found)


def tokenize(text: str) -> Tokens:
    """Cut a text into tokens and sentences; linear in its length."""
    tokens = Tokens(text)
    blocks = paragraphs(text)
    marked = marked_stretches(text, blocks)
    at = 0
    for number, (start, end) in enumerate(blocks):
        first = len(tokens.start)
        while at < len(marked) and marked[at].start < end:
            _add_words(tokens, start, marked[at].start)
            _add_quote(tokens, marked[at])
            start = marked[at].end
            at += 1
        _add_words(tokens, start, end)
        _cut_sentences(tokens, first, number)
    return tokens


def _add_quote(tokens: Tokens, stretch: Marked) -> None:
    tokens.stretches[len(tokens.start)] = stretch
    tokens.start.append(stretch.start)
    tokens.end.append(stretch.end)
    tokens.word.append("")
    tokens.lower.append("")
    tokens.quoted.append(True)


def _add_words(tokens: Tokens, start: int, end: int) -> None:
    found = [match.span() for match in _TOKEN.finditer(tokens.text, start, end)]
    words = [tokens.text[first:last] for first, last in found]
    tokens.start += [first for first, _ in found]
    tokens.end += [last for _, last in found]
    tokens.word += words
    tokens.lower += [word.lower() for word in words]
    tokens.quoted += [False] * len(found)


def _cut_sentences(tokens: Tokens, first: int, number: int) -> None:
    at, total = first, len(tokens.start)
    for index in range(first, total):
        inside = tokens.word[index][-1:].isalnum()  # a word ends no sentence, and most tokens are words
        if index + 1 == total or index + 1 - at == _LONGEST or (not inside and _ends_sentence(tokens, index, total)):
            tokens.sentences.append((at, index + 1))
            tokens.paragraph.append(number)
            at = index + 1


def _ends_sentence(tokens: Tokens, index: int, total: int) -> bool:
    word, following = tokens.word[index], tokens.word[index + 1]
    starts = tokens.quoted[index + 1] or following[:1].isupper() or following[:1].isdigit() or following in "([-—–•"
    if tokens.quoted[index]:
        inner = tokens.text[tokens.start[index] : tokens.end[index]].rstrip(_INNER_CLOSERS)[-1:]
        if inner in ("!", "?"):
            return starts and (tokens.quoted[index + 1] or not _cue_follows(tokens, index + 1, total))
        return starts and inner in (".", "…")
    if word in (")", "]", "’", "'"):
        return starts and index > 1 and tokens.word[index - 1] in (".", "!", "?") and len(tokens.word[index - 2]) > 4
    if word in ("!", "?", "…"):
        return starts
    if word == ".":
        apart = tokens.start[index + 1] > tokens.end[index] or tokens.quoted[index + 1]
        if following == "." or not starts or not apart:
            return False
        before = tokens.lower[index - 1] if index and tokens.end[index - 1] == tokens.start[index] else ""
        initial = len(before) == 1 and before.isalpha()
        if before in TITLES and before in ABBREVIATIONS:
            return False
        return not (initial or before in ABBREVIATIONS) or tokens.lower[index + 1] in CONNECTIVES
    if word.endswith(".") and len(word) > 2:
        return tokens.quoted[index + 1] or (tokens.lower[index + 1] in CONNECTIVES and following[:1].isupper())
    return False


def _cue_follows(tokens: Tokens, index: int, total: int) -> bool:
    """Whether a verb of speech comes before anything that would end the clause ("Why?" Zuckerberg asked)."""
    for at in range(index, min(index + 8, total)):
        if tokens.lower[at] in SAY:
            return True
        stops = tokens.word[at] in (".", "!", "?", ":") and tokens.lower[at - 1] not in ABBREVIATIONS
        if stops or tokens.quoted[at]:
            return False
    return False


def _is_placed(tokens: Tokens, at: int, low: int, high: int, owned: bool) -> bool:
    before = tokens.lower[at - 1] if at > low else ""
    following = tokens.lower[at + 1 : min(at + 5, high)]
    if before in ("in", "at", "inside", "near", "across", "outside", "the"):
        return True
    if following and following[0] in ("’s", "'s"):
        return any(word in ROLE_HEADS or word in ("shares", "stock") for word in following)
    return (owned and at == low) or bool(
        following and (following[0] in ROLE_HEADS or following[0] in ("shares", "inc"))
    )


def is_headline(tokens: Tokens, low: int, high: int) -> bool:
    """Whether the tokens [low, high) are a headline: every word is capitalised but articles, prepositions and such."""
    long = 0
    for word, lower in zip(tokens.word[low:high], tokens.lower[low:high], strict=True):
        if word.isalpha():
            if not word[0].isupper() and lower not in CONNECTIVES:
                return False
            long += len(word) > 3
    return long > 3
