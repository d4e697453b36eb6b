"""Who a mention stands for: a name, a pronoun or a role resolved inside its document, or nobody."""

from __future__ import annotations

from retrieval.documents import Span
from retrieval.speakers import role_of, same_role
from retrieval.speech_people import People, Person
from retrieval.speech_phrases import subject_before
from retrieval.speech_surnames import bare_surname
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    ABBREVIATIONS,
    CONNECTIVES,
    CUES,
    DETERMINERS,
    MONTHS,
    ORG_WORDS,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
    ROLE_HEADS,
    TITLES,
    WEEKDAYS,
)

_LOOK_BACK = 8
_AGENTS = ("ers", "ors", "ists", "ants", "ians", "ents", "ees", "ities")
_NOBODY = frozenset(
    """none nobody nothing neither either everyone everybody everything someone somebody anyone anybody something
    both half few fewer plenty two three four five six seven eight nine ten dozens hundreds thousands""".split()
)
_NAMESAKES = 20


def resolve(people: People, source: Span, sentence: int) -> tuple[str | None, Person | None]:
    """Return the full name and the person that a source phrase stands for; (None, None) where it can't be told."""
    tokens = people.tokens
    start, end = source
    word = tokens.lower[start]
    if end - start == 1 and word in ("who", "that"):
        low = tokens.sentences[sentence][0]
        antecedent = subject_before(tokens, low, start - (tokens.word[start - 1] == ",")) if start > low else None
        return resolve(people, antecedent, sentence) if antecedent and antecedent[0] < start else (None, None)
    if end - start == 1 and (word in PRONOUNS or word in ("his", "her", "their")):
        gender = {"he": "m", "his": "m", "she": "f", "her": "f"}.get(word)
        person = _antecedent(people, start, sentence, gender) if gender else None
        if gender and person is None and (surname := bare_surname(tokens, start, sentence, gender)):
            person = people.bare.setdefault(surname, Person(surname, gender))
        return (person.name, person) if person else (None, None)
    head = _head_end(tokens, start, end)
    if head < end and tokens.word[head] == "," and _is_list(tokens, start, end):
        return tokens.text[tokens.start[start] : tokens.end[end - 1]], None
    if word in TITLES and head < end and tokens.lower[head] == "of":
        titled = people.within(head, min(end, head + 6))
        if titled and tokens.word[titled[0][0] - 1][:1].isupper():
            return titled[0][2].name, titled[0][2]
    if head + 1 < end and tokens.word[head] == "," and tokens.lower[head + 1] == "and":
        both = people.within(start, end)
        return (" and ".join(dict.fromkeys(person.name for _, _, person in both)) or None), None
    joined = [at for at in range(start, head) if tokens.lower[at] == "and"]
    inside = people.within(start, head)
    if joined and len(inside) > 1 and inside[-1][1] == head:
        return " and ".join(dict.fromkeys(person.name for _, _, person in inside)), None
    if inside and inside[-1][1] == head:
        return inside[-1][2].name, inside[-1][2]
    if joined and not all(tokens.lower[at + 1] in ROLE_HEADS for at in joined if at + 1 < head):
        return None, None
    if (named := _apposed(people, start, head, end)) is not None:
        return named.name, named
    person = _by_role(people, start, head, sentence)
    if person is not None:
        return person.name, person
    name = _entity(tokens, start, head) or _apposed_entity(tokens, start, head, end)
    known = people.named(name) if name else None
    return (known.name, known) if known else (name, None)


def _apposed(people: People, start: int, head: int, end: int) -> Person | None:
    """Return the person of "the president, Walt Dunning": whom the source names right after its first comma."""
    comma = next((at for at in range(head, end) if people.tokens.word[at] == ","), end)
    inside = people.within(comma + 1, min(end, comma + 4))
    others = (at for at in range(start, comma - 1) if people.tokens.lower[at] == "and")
    if not inside or any(people.tokens.lower[at + 1] in DETERMINERS for at in others):
        return None
    first, last, person = inside[0]
    titled = all(
        people.tokens.word[at][:1].isupper() or people.tokens.word[at] == "." for at in range(comma + 1, first)
    )
    closed = last >= end or people.tokens.word[last] in (",", "(") or people.tokens.lower[last] in PREPOSITIONS
    return person if titled and closed else None


def _apposed_entity(tokens: Tokens, start: int, head: int, end: int) -> str | None:
    """Return the organisation of "the group, Bix Alliance": two capitalised words or more between commas."""
    if head >= end or tokens.word[head] != "," or tokens.lower[start] not in ("the", "a", "an", "its", "another"):
        return None
    last = next((at for at in range(head + 1, end) if tokens.word[at] == ","), end)
    plain = last - head > 2 and all(tokens.word[at].isalpha() for at in range(head + 1, last))
    return _entity(tokens, head + 1, last) if plain else None


def _is_list(tokens: Tokens, start: int, end: int) -> bool:
    """Whether the phrase is "A, B and C": nothing but names, commas and "and"."""
    words = tokens.word[start:end]
    return "and" in words and all(word[:1].isupper() or word in (",", "and", ".") for word in words)


def _head_end(tokens: Tokens, start: int, end: int) -> int:
    """Return where the head of a noun phrase ends: before a comma, a preposition or a relative clause."""
    at = start + 1
    while at < end:
        lower = tokens.lower[at]
        if tokens.word[at] in (",", "(", "—", "--") or lower in ("who", "which", "that"):
            break
        if lower in PREPOSITIONS and not tokens.word[at][0].isupper():
            break
        at += 1
    return at


def _entity(tokens: Tokens, start: int, end: int) -> str | None:
    """Return the name of an organisation when the phrase is a capitalised name with at most an article before it."""
    if tokens.lower[start] in ("the", "a", "an"):
        start += 1
    words = [at for at in range(start, end) if tokens.word[at][:1].isalpha()]
    if not words or not all(tokens.word[at][:1].isupper() or tokens.lower[at] in PARTICLES for at in words):
        return None
    first = tokens.lower[words[0]]
    if tokens.lower[words[-1]] in ROLE_HEADS or first in _NOBODY or (len(words) == 1 and _is_no_name(tokens, words[0])):
        return None
    if tokens.lower[words[-1]].endswith("s") and tokens.lower[words[-1]][:-1] in ROLE_HEADS:
        return None
    return tokens.text[tokens.start[start] : tokens.end[end - 1]]


def _is_no_name(tokens: Tokens, at: int) -> bool:
    """Whether a capitalised word by itself names nobody: a function word, a day, a bare title or a "Doubters"."""
    lower = tokens.lower[at]
    if lower in CONNECTIVES or lower in WEEKDAYS or lower in MONTHS or lower.endswith("wise"):
        return True
    if lower in ABBREVIATIONS or lower in ("mr", "mrs", "ms", "miss"):
        return True
    plural = lower.endswith("s") and not lower.endswith(("ss", "us", "is")) and _is_plural(tokens, at)
    return lower not in tokens.capitals and (lower in tokens.lowered or plural)


def _is_plural(tokens: Tokens, at: int) -> bool:
    """Whether a word that ends in -s is a plural, by its verb's form or, where that is silent, its suffix."""
    following = tokens.lower[min(at + 1, len(tokens.lower) - 1)]
    word = tokens.lower[at]
    if (following in CUES and CUES[following][1] == "past") or following == "had":
        return word.endswith(_AGENTS) or word[:-1] in ORG_WORDS
    return following not in ("has", "is", "was", "does") and not (following in CUES and CUES[following][1] == "s")


def _by_role(people: People, start: int, end: int, sentence: int) -> Person | None:
    """Resolve "the Meta CEO": the one person with that role, else the only person named so far who has no other."""
    tokens = people.tokens
    phrase = tokens.text[tokens.start[start] : tokens.end[end - 1]]
    definite = tokens.lower[start] in ("the", "its", "their", "his", "her") or any(
        tokens.word[at] in ("’s", "'s") for at in range(start, end)
    )
    kinds, _ = role_of(phrase)
    if not definite or not kinds or tokens.lower[end - 1] not in ROLE_HEADS:
        return None
    candidates = {id(person): person for kind in kinds for person in people.holders.get(kind, [])[:_NAMESAKES]}
    holders = [person for person in candidates.values() if any(same_role(phrase, role) for role in person.roles)]
    if len(holders) == 1:
        return holders[0]
    if holders or not people.who or not people.at[0] < start <= people.alone or people.who[0].roles:
        return None
    return people.who[0]


def _antecedent(people: People, at: int, sentence: int, gender: str) -> Person | None:
    """Return the person a "he" or "she" stands for: the nearest first, subjects before others."""
    tokens = people.tokens
    for number in range(sentence, max(-1, sentence - _LOOK_BACK - 1), -1):
        low, high = tokens.sentences[number]
        fitting = [
            (first, last, person)
            for first, last, person in people.within(low, min(high, at))
            if person.gender in ("", gender)
        ]
        free = [item for item in fitting if not (item[1] < len(tokens.word) and tokens.word[item[1]] in ("’s", "'s"))]
        if free or fitting:
            return (free or fitting)[0][2]
    return None
