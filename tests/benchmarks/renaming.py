"""Claims and their sources with other names, so that what is fitted to them learns no article by its names."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from retrieval.speech_words import FEMALE, MALE, MONTHS, WEEKDAYS

SHARE = 0.7
"""Of the articles get other names."""
_WORD = re.compile(r"[A-Za-z][A-Za-zÀ-ž]*")
_NO_NAMES = frozenset((*WEEKDAYS, *MONTHS, *"mr mrs ms dr".split()))
_TRIES = 20


@dataclass(frozen=True)
class Beside:
    """A claim and what it is read beside."""

    article: str
    true: bool
    text: str
    source: str


def renamed(claims: Sequence[Beside], kept: Collection[str], chance: random.Random) -> list[Beside]:
    """The claims of one file, those of most articles with names of others, the same throughout an article.

    A man's first name stands for a man's, a woman's for a woman's. kept: the articles whose names stay.
    """
    plain = {word for one in claims for word in _words(one) if word.islower()}
    articles = defaultdict[str, list[Beside]](list)
    for one in claims:
        articles[one.article].append(one)
    named = {article: _names(some, plain) for article, some in articles.items()}
    pool = defaultdict[str, list[str]](list)
    for names in named.values():
        for name in names:
            pool[_sort(name)].append(name)
    found: list[Beside] = []
    for article, some in articles.items():
        others = {} if article in kept or chance.random() > SHARE else _others(named[article], pool, chance)
        found += [replace(one, text=_put(one.text, others), source=_put(one.source, others)) for one in some]
    return found


def _words(one: Beside) -> list[str]:
    return _WORD.findall(f"{one.text} {one.source}")


def _names(some: Iterable[Beside], plain: Collection[str]) -> list[str]:
    """The words of some claims that are only written with a capital, and are no abbreviation."""
    words = {word for one in some for word in _words(one) if word[0].isupper() and not word.isupper()}
    return sorted(w for w in words if w.lower() not in plain and w.lower() not in _NO_NAMES and len(w) > 2)


def _sort(name: str) -> str:
    return "male" if name.lower() in MALE else "female" if name.lower() in FEMALE else ""


def _others(names: Sequence[str], pool: dict[str, list[str]], chance: random.Random) -> dict[str, str]:
    """For each name another of its sort, no two the same as far as there are enough."""
    used, others = set(names), dict[str, str]()
    for name in names:
        drawn = [chance.choice(pool[_sort(name)]) for _ in range(_TRIES)]
        others[name] = next((one for one in drawn if one not in used), drawn[-1])
        used.add(others[name])
    return others


def _put(text: str, others: dict[str, str]) -> str:
    return _WORD.sub(lambda m: others.get(m.group(), m.group()), text)
