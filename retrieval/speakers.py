"""Who a mention names: people of a document with roles and gender, and when two names are one person."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from retrieval.documents import Span
from retrieval.speech_phrases import subject_before
from retrieval.speech_tokens import Tokens, is_headline
from retrieval.speech_words import (
    ABBREVIATIONS,
    CONNECTIVES,
    DETERMINERS,
    FEMALE,
    MALE,
    MONTHS,
    ORG_WORDS,
    PREPOSITIONS,
    PRONOUNS,
    ROLE_HEADS,
    SAY,
    TITLES,
    WEEKDAYS,
)

_PARTICLES = frozenset("de van von bin al del la le der den di da dos du el ibn ten ter".split())
_SUFFIXES = frozenset("jr sr ii iii iv inc corp co ltd llc plc".split())
_WORD = re.compile(r"[^\W_]+(?:[-‑.'’][^\W_]+)*")
_LOOK_BACK = 8
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
    return any(_same(left, right) for left in _parts(a) for right in _parts(b))


def _parts(name: str) -> list[list[str]]:
    return [words for part in re.split(r"\s+and\s+|,", name) if (words := _name_words(part))]


@lru_cache(maxsize=4096)
def _name_words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", re.sub(r"^.*['’]s\s+", "", re.sub(r"['’]s?\s*$", "", name.strip())))
    plain = "".join(char for char in folded if not unicodedata.combining(char)).casefold()
    words = [word.rstrip(".") for word in _WORD.findall(plain)]
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    titled = max((at for at, word in enumerate(words[:-1]) if word in TITLES or word in ROLE_HEADS), default=-1)
    return [word for word in words[titled + 1 :] if word not in ("the", "a", "an")]


def _same(a: list[str], b: list[str]) -> bool:
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
    (kinds, words), (others, theirs) = _role_of(phrase), _role_of(role)
    return bool(kinds & others) and (not words or not theirs or bool(words & theirs))


def _role_of(phrase: str) -> tuple[set[str], set[str]]:
    """Return the kinds of role that a phrase names and the capitalised words of the organisation in it."""
    words = _WORD.findall(re.sub(r"['’]s\b", "", phrase))
    lowered = " ".join(words).lower()
    kinds = {kind for text, kind in _ROLE_PHRASES if text in lowered}
    kinds |= {ROLE_HEADS[word.lower()] for word in words if word.lower() in ROLE_HEADS} if not kinds else set()
    names = {word.lower() for word in words if word[0].isupper() and word.lower() not in ROLE_HEADS | TITLES}
    return kinds, names - CONNECTIVES - {"chief", "executive", "financial", "officer", "vice"}


@dataclass
class Person:
    """A person of a document: the fullest name it gives, the roles it gives, and a gender where it tells one."""

    name: str
    gender: str = ""
    roles: list[str] = field(default_factory=list)


@dataclass
class People:
    """The people of one document and where they are mentioned.

    at: the token index of every mention's first token, ascending; who: the person of each; last: its end.
    """

    tokens: Tokens
    at: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    who: list[Person] = field(default_factory=list)

    def add(self, start: int, end: int, person: Person) -> None:
        """Record a mention, in token order, unless it is known."""
        place = bisect_left(self.at, start)
        if place < len(self.at) and self.at[place] == start:
            return
        self.at.insert(place, start)
        self.last.insert(place, end)
        self.who.insert(place, person)

    def within(self, start: int, end: int) -> list[tuple[int, int, Person]]:
        """Return the mentions that begin in the token range, in order."""
        first, past = bisect_left(self.at, start), bisect_left(self.at, end)
        return [(self.at[place], self.last[place], self.who[place]) for place in range(first, past)]


def people_in(tokens: Tokens) -> People:
    """Find the people that a text names outside its quotations, with roles from titles and appositions."""
    people = People(tokens)
    runs = _name_runs(tokens)
    full: dict[str, list[Person]] = {}
    pending: list[tuple[int, int, str]] = []
    for start, end in runs:
        first, role = _split_role(tokens, start, end)
        name = tokens.text[tokens.start[first] : tokens.end[end - 1]]
        words = _name_words(name)
        if not words or any(word in ORG_WORDS for word in words):
            continue
        if len(words) == 1:
            pending.append((first, end, role))
            continue
        if not _is_person(tokens, first, end, role, words):
            continue
        person = next((known for known in full.get(words[-1], []) if _same(_name_words(known.name), words)), None)
        if person is None:
            person = Person(name)
            full.setdefault(words[-1], []).append(person)
        elif len(name) > len(person.name):
            person.name = name
        _learn(tokens, person, start, first, end, role)
        people.at.append(first)
        people.last.append(end)
        people.who.append(person)
    _add_single_names(tokens, people, full, pending)
    order = sorted(range(len(people.at)), key=people.at.__getitem__)
    return People(
        tokens, [people.at[k] for k in order], [people.last[k] for k in order], [people.who[k] for k in order]
    )


def _add_single_names(
    tokens: Tokens, people: People, full: dict[str, list[Person]], pending: list[tuple[int, int, str]]
) -> None:
    by_first: dict[str, list[Person]] = {}
    for known in full.values():
        for person in known:
            by_first.setdefault(_name_words(person.name)[0], []).append(person)
    lone: dict[str, Person] = {}
    for first, end, role in pending:
        word = tokens.lower[first]
        title = tokens.lower[first - 2] if first > 1 and tokens.word[first - 1] == "." else tokens.lower[first - 1]
        gender = TITLES.get(title, "") if first else ""
        holders = [person for person in full.get(word, []) if not gender or person.gender in ("", gender)]
        if len(holders) == 1:
            person = holders[0]
        elif len(holders) > 1:
            person = lone.setdefault(f"{gender} {word}", Person(tokens.word[first], gender))
        elif len(by_first.get(word, [])) == 1:
            person = by_first[word][0]
        elif role or gender or _appositive_role(tokens, end) or word in lone:
            person = lone.setdefault(word, Person(tokens.word[first], gender))
        else:
            continue
        _learn(tokens, person, first, first, end, role)
        people.at.append(first)
        people.last.append(end)
        people.who.append(person)


def _name_runs(tokens: Tokens) -> list[Span]:
    """Return the token ranges of runs of capitalised words, initials and name particles included."""
    runs: list[Span] = []
    for low, high in tokens.sentences:
        at = high if is_headline(tokens, low, high) else low
        while at < high:
            if not tokens.word[at][:1].isupper() or (at == low and tokens.lower[at] in CONNECTIVES):
                at += 1
                continue
            end = at + 1
            while end < high and _continues_name(tokens, end, high):
                end += 1
            runs.append((at, end))
            at = end
    return runs


def _continues_name(tokens: Tokens, at: int, high: int) -> bool:
    word, lower = tokens.word[at], tokens.lower[at]
    if word[:1].isupper():
        return lower not in WEEKDAYS and lower not in MONTHS
    if word == ".":
        before = tokens.lower[at - 1]
        abbreviated = before in ABBREVIATIONS or len(before) == 1
        return abbreviated and at + 1 < high and tokens.word[at + 1][:1].isupper()
    return lower in _PARTICLES and at + 1 < high and tokens.word[at + 1][:1].isupper()


def _split_role(tokens: Tokens, start: int, end: int) -> tuple[int, str]:
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


def _is_person(tokens: Tokens, first: int, end: int, role: str, words: list[str]) -> bool:
    if len(words) > 4 or all(tokens.word[at].isupper() for at in range(first, end) if len(tokens.word[at]) > 1):
        return False
    if role or words[0] in MALE or words[0] in FEMALE:
        return True
    if end >= len(tokens.word):
        return False
    following = tokens.lower[end]
    if (following in SAY and SAY[following][1] in ("past", "s")) or following == "who":
        return tokens.lower[first - 1 if first else 0] != "the"
    if following == "," and end + 1 < len(tokens.word):
        aged = tokens.word[end + 1].isdigit() and len(tokens.word[end + 1]) < 3
        return aged or tokens.lower[end + 1] == "who" or bool(_appositive_role(tokens, end))
    before = tokens.lower[first - 1] if first else ""
    return before in SAY and SAY[before][1] in ("past", "s")


def _appositive_role(tokens: Tokens, end: int) -> str:
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
    start = end + 1
    while start < at and tokens.lower[start] in ("the", "a", "an"):
        start += 1
    return tokens.text[tokens.start[start] : tokens.end[at - 1]]


def _learn(tokens: Tokens, person: Person, start: int, first: int, end: int, role: str) -> None:
    words = _name_words(person.name)
    titled = {word.strip(".").lower() for word in role.split()}
    if not person.gender:
        told = {TITLES.get(word, "") for word in titled} - {""}
        if "spokeswoman" in titled or words[0] in FEMALE:
            told = {"f"}
        elif "spokesman" in titled or words[0] in MALE:
            told = {"m"}
        person.gender = told.pop() if len(told) == 1 else ""
    for text in (role, _appositive_role(tokens, end)):
        if (
            text
            and text not in person.roles
            and not set(text.lower().strip(".").split()) <= {"mr", "mrs", "ms", "miss"}
        ):
            person.roles.append(text)


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
    if not words or not all(tokens.word[at][:1].isupper() or tokens.lower[at] in _PARTICLES for at in words):
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
    kinds, _ = _role_of(phrase)
    if not definite or not kinds or tokens.lower[end - 1] not in ROLE_HEADS:
        return None
    persons = list({id(person): person for person in people.who}.values())
    holders = [person for person in persons if any(same_role(phrase, role) for role in person.roles)]
    if len(holders) == 1:
        return holders[0]
    if holders:
        return None
    named = {id(person): person for _, _, person in people.within(0, start)}
    if len(named) != 1:
        return None
    only = next(iter(named.values()))
    return only if not only.roles else None


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
