"""When two names are one speaker, and when a phrase such as "Meta's CEO" names a role."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from retrieval.speech_words import CONNECTIVES, ROLE_HEADS, TITLES

_SUFFIXES = frozenset("jr sr ii iii iv inc corp co ltd llc plc".split())


_WORD = re.compile(r"[^\W_]+(?:[-‑.'’][^\W_]+)*")


_ROLE_PHRASES = (
    ("chief executive", "ceo"),
    ("chief financial", "cfo"),
    ("finance chief", "cfo"),
    ("chief operating", "coo"),
    ("chief technology", "cto"),
)


def same_speaker(a: str, b: str) -> bool:
    """Whether two names can only be read as one person or organisation.

    A surname alone matches a full name that ends in it; full names match when first and last agree (an initial
    agrees with the name it begins). Titles, "Meta's …" before a name, middle names, accents and case don't count.
    """
    return any(same_names(left, right) for left in _parts(a) for right in _parts(b))


def _parts(name: str) -> list[list[str]]:
    return [words for part in re.split(r"\s+and\s+|,", name) if (words := name_words(part))]


@lru_cache(maxsize=4096)
def name_words(name: str) -> list[str]:
    """Return the words of a name that tell people apart: folded, without titles, "Meta's", "Jr." and articles."""
    folded = unicodedata.normalize("NFKD", re.sub(r"^.*['’]s\s+", "", re.sub(r"['’]s?\s*$", "", name.strip())))
    plain = "".join(char for char in folded if not unicodedata.combining(char)).casefold()
    words = [word.rstrip(".") for word in _WORD.findall(plain)]
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    titled = max((at for at, word in enumerate(words[:-1]) if word in TITLES or word in ROLE_HEADS), default=-1)
    return [word for word in words[titled + 1 :] if word not in ("the", "a", "an")]


def same_names(a: list[str], b: list[str]) -> bool:
    """Whether two names, given as their words, can only be one person's."""
    if a == b:
        return True
    if len(a) == 1 or len(b) == 1:
        return a[-1] == b[-1]
    if a[-1] != b[-1]:
        return False
    first, second = sorted((a[0], b[0]), key=len)
    return first == second or (len(first) == 1 and second.startswith(first))


def same_role(phrase: str, role: str | None) -> bool:
    """Whether a phrase such as "Meta's CEO" or "the finance chief" can name the holder of a role.

    The kind of role must agree; an organisation that both name must agree as well.
    """
    if role is None:
        return False
    (kinds, words), (others, theirs) = role_of(phrase), role_of(role)
    return bool(kinds & others) and (not words or not theirs or bool(words & theirs))


def role_of(phrase: str) -> tuple[set[str], set[str]]:
    """Return the kinds of role that a phrase names and the capitalised words of the organisation in it."""
    words = _WORD.findall(re.sub(r"['’]s\b", "", phrase))
    lowered = " ".join(words).lower()
    kinds = {kind for text, kind in _ROLE_PHRASES if text in lowered}
    kinds |= {ROLE_HEADS[word.lower()] for word in words if word.lower() in ROLE_HEADS} if not kinds else set()
    names = {word.lower() for word in words if word[0].isupper() and word.lower() not in ROLE_HEADS | TITLES}
    return kinds, names - CONNECTIVES - {"chief", "executive", "financial", "officer", "vice"}
