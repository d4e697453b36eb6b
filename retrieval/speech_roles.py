"""The roles that a text gives the people it names: before a name, in an apposition after it, or ahead of one."""

from __future__ import annotations

from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    AUXILIARIES,
    CONNECTIVES,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    ROLE_HEADS,
    SAY,
    SUBORDINATORS,
    TITLES,
)

_HOLDERS = ROLE_HEADS.keys() | frozenset(
    """deputy successor predecessor partner colleague wife husband father mother brother sister son daughter neighbour
    neighbor friend""".split()
)
_LINKS = frozenset("of for at from in and".split())


def split_role(tokens: Tokens, start: int, end: int) -> tuple[int, str]:
    """Split "Meta CEO Mark Zuckerberg" into the start of the name and the role before it."""
    first = start + (
        start > 1 and end - start > 2 and tokens.lower[start - 1] in ("of", "the") and _office(tokens, start)
    )
    for at in range(start, end - 1):
        if tokens.lower[at] in TITLES or tokens.lower[at] in ROLE_HEADS:
            first = at + 1 + (tokens.word[at + 1] == "." and at + 2 < end)
    role = tokens.text[tokens.start[start] : tokens.end[first - 1]] if first > start else ""
    if first > start and start >= 2 and tokens.word[start - 1] in ("’s", "'s") and tokens.word[start - 2][:1].isupper():
        role = tokens.text[tokens.start[start - 2] : tokens.end[first - 1]].rpartition("\n")[2]
    if first == start and start > 0 and tokens.lower[start - 1] in ROLE_HEADS:
        at = start - 1
        while at > 0 and start - at < 6 and tokens.word[at - 1][:1].isalpha() and not tokens.quoted[at - 1]:
            if tokens.lower[at - 1] in PREPOSITIONS | DETERMINERS | CONNECTIVES or tokens.lower[at - 1] in SAY:
                break
            at -= 1
        role = tokens.text[tokens.start[at] : tokens.end[start - 1]]
    return first, role


def _office(tokens: Tokens, start: int) -> bool:
    """Whether a run of names begins with what someone is "secretary of": State, Defense, the House."""
    near = tokens.lower[max(0, start - 3) : start]
    offices = ("state", "defense", "defence", "treasury", "energy", "commerce", "labor", "education", "house")
    return "of" in near and any(word in TITLES for word in near) and tokens.lower[start] in offices


def appositive_role(tokens: Tokens, end: int) -> str:
    """Return the role that ", Meta's chief financial officer," or ", a lawyer at …" gives after a name, or ""."""
    if end + 1 >= len(tokens.word) or tokens.word[end] != ",":
        return ""
    at, found = end + 1, -1
    while (
        at < min(end + 14, len(tokens.word))
        and tokens.word[at] not in (",", ".", ";", ":", "—", "(")
        and not tokens.quoted[at]
    ):
        lower = tokens.lower[at]
        if lower in ROLE_HEADS:
            found = at
        elif lower in SAY or lower in PRONOUNS or (found < 0 and lower in PREPOSITIONS):
            return "" if found < 0 else tokens.text[tokens.start[end + 1] : tokens.end[at - 1]]
        at += 1
    if found < 0:
        return ""
    start = _own_words(tokens, end + 1, at)
    return tokens.text[tokens.start[start] : tokens.end[at - 1]]


def leading_role(tokens: Tokens, first: int, end: int) -> str:
    """Return the role in "the bureau's president, Walt Dunning, …", where the name is the apposition, or ""."""
    if first < 2 or tokens.word[first - 1] != ",":
        return ""
    closed = end >= len(tokens.word) or tokens.word[end] in (",", ".", ")", ";", "?", "!") or tokens.quoted[end]
    if not closed and tokens.lower[end] not in ("of", "from"):
        return ""
    start = first - 1
    while start > 0 and first - start < 14 and _in_role(tokens, start - 1):
        start -= 1
    heads = [at for at in range(start, first - 1) if tokens.lower[at] in _HOLDERS and _heads(tokens, at, first - 1)]
    if not heads:
        return ""
    start = max((at for at in range(start, heads[0]) if tokens.lower[at] in DETERMINERS), default=start)
    if tokens.lower[start] not in DETERMINERS and not any(
        tokens.word[at] in ("’s", "'s", "’", "'") for at in range(start, heads[0])
    ):
        return ""
    start = _own_words(tokens, start, first - 1)
    return tokens.text[tokens.start[start] : tokens.end[first - 2]]


def _in_role(tokens: Tokens, at: int) -> bool:
    lower = tokens.lower[at]
    if tokens.quoted[at] or lower in SAY or lower in AUXILIARIES or lower in SUBORDINATORS or lower in PRONOUNS:
        return False
    return tokens.word[at][:1].isalpha() or tokens.word[at] in ("’s", "'s", "’", "'", "-", "&")


def _heads(tokens: Tokens, at: int, end: int) -> bool:
    """Whether a role noun ends its phrase or is followed by "of …", "for …"."""
    return at + 1 == end or tokens.lower[at + 1] in _LINKS


def _own_words(tokens: Tokens, start: int, end: int) -> int:
    """Step over articles, "its" and a possessor that is no name: "the bureau's president" is a "president"."""
    owners = [at for at in range(start, end) if tokens.word[at] in ("’s", "'s")]
    if owners and not any(
        tokens.word[at][:1].isupper() and tokens.lower[at] not in DETERMINERS for at in range(start, owners[-1])
    ):
        start = owners[-1] + 1
    while start < end - 1 and tokens.lower[start] in ("the", "a", "an", "its", "their", "his", "her", "our"):
        start += 1
    return start
