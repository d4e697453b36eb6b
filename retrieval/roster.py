"""The speakers of a library, found by a name or a role phrase without comparing it with every one of them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from retrieval.speakers import role_of, same_role, same_speaker

_WORD = re.compile(r"[^\W_]+")

_same_speaker = lru_cache(maxsize=65536)(same_speaker)
_same_role = lru_cache(maxsize=65536)(same_role)


def names_speaker(who: str, speaker: str, role: str | None) -> bool:
    """Whether a name or a role phrase, as in a question, can mean this speaker; an empty one means anybody."""
    return not who or _same_speaker(who, speaker) or _same_role(who, role)


class Roster:
    """Speakers by the words of their names, and by their roles; it does not change."""

    def __init__(self, speakers: Iterable[tuple[str, str | None]]) -> None:
        """Take (speaker, role) pairs; the same speaker may have several roles."""
        self._names: set[str] = set()
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._by_role: dict[str, set[str]] = defaultdict(set)
        for speaker, role in speakers:
            self._names.add(speaker)
            for word in _words(speaker):
                self._by_word[word].add(speaker)
            if role:
                self._by_role[role].add(speaker)

    def find(self, who: str) -> list[str]:
        """The names of the speakers that a name or role phrase can mean, sorted; all of them where it is empty."""
        if not who:
            return sorted(self._names)
        near = set().union(*(self._by_word.get(word, ()) for word in _words(who)))
        found = {name for name in near if _same_speaker(who, name)}
        if role_of(who)[0]:
            found.update(*(names for role, names in self._by_role.items() if _same_role(who, role)))
        return sorted(found)


def _words(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return _WORD.findall(plain.casefold())
