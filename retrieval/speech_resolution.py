"""Who a mention stands for: a name, a pronoun or a role resolved inside its document, or nobody."""

from __future__ import annotations

from retrieval.documents import Span
from retrieval.speakers import role_of, same_role
from retrieval.speech_people import People, Person
from retrieval.speech_phrases import subject_before
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import CONNECTIVES, PARTICLES, PREPOSITIONS, PRONOUNS, ROLE_HEADS, TITLES

_LOOK_BACK = 8
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
        return (person.name, person) if person else (None, None)
    head = _head_end(tokens, start, end)
    if head < end and tokens.word[head] == "," and _is_list(tokens, start, end):
        return tokens.text[tokens.start[start] : tokens.end[end - 1]], None
    if word in TITLES and head < end and tokens.lower[head] == "of":
        titled = people.within(head, min(end, head + 6))
        if titled and tokens.word[titled[0][0] - 1][:1].isupper():
            return titled[0][2].name, titled[0][2]
    joined = [at for at in range(start, head) if tokens.lower[at] == "and"]
    inside = people.within(start, head)
    if joined and len(inside) > 1 and inside[-1][1] == head:
        return " and ".join(dict.fromkeys(person.name for _, _, person in inside)), None
    if inside and inside[-1][1] == head:
        return inside[-1][2].name, inside[-1][2]
    if joined and not all(tokens.lower[at + 1] in ROLE_HEADS for at in joined if at + 1 < head):
        return None, None
    person = _by_role(people, start, head, sentence)
    if person is not None:
        return person.name, person
    name = _entity(tokens, start, head)
    return name, None


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
    if tokens.lower[words[-1]] in ROLE_HEADS or (tokens.lower[words[0]] in CONNECTIVES and len(words) == 1):
        return None
    if tokens.lower[words[-1]].endswith("s") and tokens.lower[words[-1]][:-1] in ROLE_HEADS:
        return None
    return tokens.text[tokens.start[start] : tokens.end[end - 1]]


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
