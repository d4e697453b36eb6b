"""Whom "he" stands for where a text has only bare surnames: "Obara opened the mill. He said …"."""

from __future__ import annotations

from retrieval.speech_phrases import is_adverb
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    AUXILIARIES,
    CONNECTIVES,
    CUES,
    DETERMINERS,
    FEMALE,
    MALE,
    MONTHS,
    ORG_WORDS,
    ROLE_HEADS,
    TITLES,
    WEEKDAYS,
)

_SENTENCES = 3
# What people do: with the verbs of speech, the evidence that a bare name is a person's.
_ACTS = frozenset(
    """smiled smiles laughed spoke speaks met meets joined joins ran runs led leads heads headed founded retired
    resigned
    opened opens visited visits arrived walked walks sat sits stood stands stepped took takes left leaves returned
    returns signed signs studied studies taught teaches lives lived works worked paused nodded shook turned
    waved held holds keeps kept owns owned built builds won lost quit came comes went goes died wore waited""".split()
)
_SPEAKS = frozenset("says tells writes argues insists adds thinks believes wants warns explains".split())
_MEETING = frozenset(
    "met meets told tells asked asks with by thanked thanks joined interviewed and hired named".split()
)
_NOT_NAMES = (
    CONNECTIVES
    | DETERMINERS
    | ORG_WORDS
    | ROLE_HEADS.keys()
    | TITLES.keys()
    | MONTHS.keys()
    | frozenset(WEEKDAYS)
    | AUXILIARIES
)


def bare_surname(tokens: Tokens, at: int, sentence: int, gender: str) -> str | None:
    """Return the one bare name of a person in the last sentences before token at, or None where there are more.

    A bare name is a person's when it is the subject of what people do and nothing in the document shows a place or
    an organisation by that name: "in Obara", "Obara's founder", "Obara raised its forecast".
    """
    found: dict[str, str] = {}
    acting = False
    for number in range(max(0, sentence - _SENTENCES + 1), sentence + 1):
        low, high = tokens.sentences[number]
        if number < sentence and _others(tokens, low, high):
            return None
        for k in range(low, min(high, at)):
            if not _is_single(tokens, k, low, high):
                continue
            acts = _acts(tokens, k, min(high, at))
            met = (k > low and tokens.lower[k - 1] in _MEETING) or (k + 1 < high and tokens.lower[k + 1] == "and")
            if acts or met:
                found[tokens.lower[k]] = tokens.word[k]
                acting = acting or acts
    if len(found) != 1 or not acting:
        return None
    lower, word = next(iter(found.items()))
    other = FEMALE if gender == "m" else MALE
    unfit = lower in other and lower not in (MALE if gender == "m" else FEMALE)
    return None if unfit or lower in tokens.placed else word


def _others(tokens: Tokens, low: int, high: int) -> bool:
    """Whether a sentence begins with someone unnamed ("Its founder …", "A trader …") who may be meant instead."""
    phrase = tokens.lower[low : min(low + 5, high)]
    return tokens.lower[low] in DETERMINERS and any(word in ROLE_HEADS or word in ("man", "woman") for word in phrase)


def _is_single(tokens: Tokens, k: int, low: int, high: int) -> bool:
    word, lower = tokens.word[k], tokens.lower[k]
    if not word[:1].isupper() or word.isupper() or not word.isalpha() or lower in _NOT_NAMES or is_adverb(lower):
        return False
    if k > low and (tokens.word[k - 1][:1].isupper() or tokens.word[k - 1] == "." or tokens.lower[k - 1] == "the"):
        return False
    if k + 1 < high and (tokens.word[k + 1][:1].isupper() or tokens.word[k + 1] in ("&", "-")):
        return False
    return lower in tokens.capitals or not (lower in tokens.lowered or lower.endswith("s"))


def _acts(tokens: Tokens, k: int, high: int) -> bool:
    at = k + 1
    while at < high and (tokens.lower[at] in ("has", "had") or is_adverb(tokens.lower[at])):
        at += 1
    if at >= high:
        return False
    entry = CUES.get(tokens.lower[at])
    return tokens.lower[at] in _ACTS or tokens.lower[at] in _SPEAKS or (entry is not None and entry[1] == "past")
