"""The people that a document names: full names, roles and gender, and where each is mentioned."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from retrieval.documents import Span
from retrieval.speakers import name_words, role_of, same_names
from retrieval.speech_phrases import dates
from retrieval.speech_roles import appositive_role, leading_role, split_role
from retrieval.speech_tokens import Tokens, is_headline
from retrieval.speech_words import (
    ABBREVIATIONS,
    CONNECTIVES,
    FEMALE,
    MALE,
    MONTHS,
    ORG_WORDS,
    PARTICLES,
    ROLE_HEADS,
    SAY,
    TITLES,
    WEEKDAYS,
)

# More people of one surname than this are not told apart, so that time stays linear in the text.
_NAMESAKES = 20


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
    holders: who has a role of a kind ("ceo"); alone: the token before which only one person is named.
    surnamed: the people of each last name; bare: who is known by a surname alone, as resolution comes upon them.
    """

    tokens: Tokens
    at: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    who: list[Person] = field(default_factory=list)
    holders: dict[str, list[Person]] = field(default_factory=dict)
    alone: int = 0
    surnamed: dict[str, list[Person]] = field(default_factory=dict)
    bare: dict[str, Person] = field(default_factory=dict)

    def add(self, start: int, end: int, person: Person) -> None:
        """Record a mention, in token order, unless it is known."""
        place = bisect_left(self.at, start)
        if place < len(self.at) and self.at[place] == start:
            return
        self.at.insert(place, start)
        self.last.insert(place, end)
        self.who.insert(place, person)

    def named(self, name: str) -> Person | None:
        """Return the one person that a name which is no mention, as a headline's, can be; None where it is unclear."""
        words = name_words(name)
        alike = self.surnamed.get(words[-1], [])[:_NAMESAKES] if words else []
        fitting = [person for person in alike if same_names(name_words(person.name), words)]
        return fitting[0] if len(fitting) == 1 else None

    def within(self, start: int, end: int) -> list[tuple[int, int, Person]]:
        """Return the mentions that begin in the token range, in order."""
        first, past = bisect_left(self.at, start), bisect_left(self.at, end)
        return [(self.at[place], self.last[place], self.who[place]) for place in range(first, past)]


def people_in(tokens: Tokens) -> People:
    """Find the people that a text names outside its quotations, with roles from titles and appositions."""
    people = People(tokens)
    runs = _name_runs(tokens)
    lone = {tokens.lower[start] for start, end in runs if end - start == 1 and tokens.lower[start - 1] != "the"}
    full: dict[str, list[Person]] = {}
    pending: list[tuple[int, int, str]] = []
    for start, end in runs:
        first, role = split_role(tokens, start, end)
        role = role or leading_role(tokens, first, end)
        name = tokens.text[tokens.start[first] : tokens.end[end - 1]]
        words = name_words(name)
        given = len(words) > 1 and (words[0] in MALE or words[0] in FEMALE)
        if not words or (any(word in ORG_WORDS for word in words) and not given):
            continue
        if len(words) == 1:
            pending.append((first, end, role))
            continue
        if words[-1] not in lone and not _is_person(tokens, first, end, role, words):
            continue
        alike = full.get(words[-1], [])[:_NAMESAKES]
        person = next((known for known in alike if same_names(name_words(known.name), words)), None)
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
    return _in_order(people)


def _in_order(people: People) -> People:
    order = sorted(range(len(people.at)), key=people.at.__getitem__)
    who = [people.who[k] for k in order]
    at = [people.at[k] for k in order]
    second = next((k for k, person in enumerate(who) if person is not who[0]), None)
    holders: dict[str, list[Person]] = {}
    surnamed: dict[str, list[Person]] = {}
    for person in {id(person): person for person in who}.values():
        surnamed.setdefault(name_words(person.name)[-1], []).append(person)
        for kind in {kind for role in person.roles for kind in role_of(role)[0]}:
            holders.setdefault(kind, []).append(person)
    alone = at[second] if second is not None else len(people.tokens.word)
    return People(people.tokens, at, [people.last[k] for k in order], who, holders, alone, surnamed)


def _add_single_names(
    tokens: Tokens, people: People, full: dict[str, list[Person]], pending: list[tuple[int, int, str]]
) -> None:
    by_first: dict[str, list[Person]] = {}
    for known in full.values():
        for person in known:
            by_first.setdefault(name_words(person.name)[0], []).append(person)
    lone: dict[str, Person] = {}
    for first, end, role in pending:
        if not name_words(tokens.word[first]):
            continue  # "Captain America, The Captain": an article written as a name
        word = tokens.lower[first]
        if word.endswith("s") and word[:-1] in ROLE_HEADS:
            continue  # "House Republicans": several, whom no "he" stands for
        title = tokens.lower[first - 2] if first > 1 and tokens.word[first - 1] == "." else tokens.lower[first - 1]
        gender = TITLES.get(title, "") if first else ""
        holders = [person for person in full.get(word, [])[:_NAMESAKES] if not gender or person.gender in ("", gender)]
        if len(holders) == 1:
            person = holders[0]
        elif len(holders) > 1:
            person = lone.setdefault(f"{gender} {word}", Person(tokens.word[first], gender))
        elif len(by_first.get(word, [])) == 1:
            person = by_first[word][0]
        elif role or gender or appositive_role(tokens, end) or word in lone:
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
    words = tokens.word
    for low, high in tokens.sentences:
        at = high if is_headline(tokens, low, high) else low
        while at < high:
            if not words[at][:1].isupper() or (at == low and tokens.lower[at] in CONNECTIVES):
                at += 1
                continue
            if tokens.lower[at] in WEEKDAYS or (tokens.lower[at] in MONTHS and dates(tokens, at)):
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
        return lower not in WEEKDAYS and not (lower in MONTHS and dates(tokens, at))
    if word == ".":
        before = tokens.lower[at - 1]
        abbreviated = before in ABBREVIATIONS or len(before) == 1
        return abbreviated and at + 1 < high and tokens.word[at + 1][:1].isupper()
    return lower in PARTICLES and at + 1 < high and tokens.word[at + 1][:1].isupper()


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
        return aged or tokens.lower[end + 1] == "who" or bool(appositive_role(tokens, end))
    before = tokens.lower[first - 1] if first else ""
    return before in SAY and SAY[before][1] in ("past", "s")


def _learn(tokens: Tokens, person: Person, start: int, first: int, end: int, role: str) -> None:
    words = name_words(person.name)
    titled = {word.strip(".").lower() for word in role.split()}
    if not person.gender:
        told = {TITLES.get(word, "") for word in titled} - {""}
        if "spokeswoman" in titled or words[0] in FEMALE:
            told = {"f"}
        elif "spokesman" in titled or words[0] in MALE:
            told = {"m"}
        person.gender = told.pop() if len(told) == 1 else ""
    for text in (role, appositive_role(tokens, end)):
        if (
            text
            and text not in person.roles
            and not set(text.lower().strip(".").split()) <= {"mr", "mrs", "ms", "miss"}
        ):
            person.roles.append(text)
