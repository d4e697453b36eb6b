"""Noun phrases around a verb of speech: who is named as its subject, by token ranges."""

from __future__ import annotations

import itertools

from retrieval.documents import Span
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    ADVERBS,
    AUXILIARIES,
    CONNECTIVES,
    DETERMINERS,
    MONTHS,
    PREPOSITIONS,
    PRONOUNS,
    ROLE_HEADS,
    SAY,
    SUBORDINATORS,
    THINK,
    TITLES,
    WEEKDAYS,
)

BREAKS = frozenset(", ; : — -- – ( ) [ ] . ? ! … • / “ ” \" ' ’ ‘".split())
_WHICH = frozenset("last next this early late mid since each every".split())
_TIMES = (
    frozenset(WEEKDAYS)
    | frozenset(MONTHS)
    | frozenset(
        """statement interview week month year day call speech email e-mail tweet today yesterday morning night
        afternoon evening conference briefing ago time times point case debate rally later earlier meeting event
        hearing weekend tonight letter memo post message report""".split()
    )
)
APPOSITIVE = DETERMINERS | frozenset("who whose which of from aged both one director former himself herself".split())


def is_name(tokens: Tokens, index: int) -> bool:
    """Whether the token is capitalised as a name's part is."""
    return tokens.word[index][:1].isupper()


def dates(tokens: Tokens, at: int) -> bool:
    """Whether a month's name is a date's here: "29 January Ada Stone said", not "April Stone said" or "Theresa May"."""
    before = tokens.lower[at - 1] if at else ""
    after = tokens.word[at + 1] if at + 1 < len(tokens.word) else ""
    return before.isdigit() or after[:1].isdigit() or before in PREPOSITIONS or before in _WHICH


def is_auxiliary(tokens: Tokens, index: int) -> bool:
    """Whether an auxiliary verb stands there, and not somebody called May or Will."""
    return tokens.lower[index] in AUXILIARIES and tokens.word[index] not in ("Will", "May", "Might")


def is_adverb(word: str) -> bool:
    """Whether the word may stand between a subject and its verb."""
    return word in ADVERBS or (word.endswith("ly") and len(word) > 4)


def subject_before(tokens: Tokens, low: int, end: int) -> Span | None:
    """Return the noun phrase that ends before token end, appositions included, or None.

    low: the first token of the clause. Titles, appositions ("…, a lawyer,") and "who" clauses are taken in; an
    adverbial between commas is stepped over.
    """
    end = _before_time(tokens, low, end)
    if end <= low:
        return None
    if tokens.word[end - 1] != ",":
        return _phrase_before(tokens, low, end)
    limit = end - 1
    commas = [limit]
    for at in range(limit - 1, max(low - 1, limit - 60), -1):
        if tokens.word[at] in (";", ":") or (tokens.quoted[at] and tokens.end[at] - tokens.start[at] > 40):
            break
        if tokens.word[at] == ",":
            commas.append(at)
    for right, comma in itertools.pairwise(commas):
        head = _phrase_before(tokens, low, comma)
        if not _modifies(tokens, comma + 1, right):
            return head
        if head is None:
            continue
        left = comma
        while left > low and tokens.word[left - 1] != ",":
            left -= 1
        further = left > low and comma != commas[-1]
        described = _modifies(tokens, left, comma) and not is_name(tokens, left)
        if not (further and described and _named_before(tokens, low, left - 1)):
            return head[0], limit
    return None


def _before_time(tokens: Tokens, low: int, end: int) -> int:
    """Step back over the time between a subject and its verb: "Stone on Friday said", "Stone last week said"."""
    at = end - 1
    if at <= low:
        return end
    if tokens.lower[at] in WEEKDAYS or tokens.lower[at] in ("yesterday", "today"):
        at -= tokens.lower[at - 1] == "on"
    elif tokens.lower[at] in ("week", "month", "year", "night") and tokens.lower[at - 1] in ("last", "this"):
        at -= 1
    else:
        return end
    return at if at > low else end


def _modifies(tokens: Tokens, start: int, end: int) -> bool:
    """Whether the words between two commas describe the name before them: an age, "of …", "a lawyer", "who …"."""
    lower = tokens.lower[start]
    if lower in APPOSITIVE or lower in ROLE_HEADS or tokens.word[start][:1].isdigit():
        return True
    if is_name(tokens, start) and lower not in WEEKDAYS and lower not in MONTHS:
        return True
    return not (lower in PREPOSITIONS or lower in SUBORDINATORS or is_adverb(lower) or lower.endswith("ing"))


def _named_before(tokens: Tokens, low: int, comma: int) -> bool:
    """Whether a name, an age or an abbreviation ends right before a comma, and not "In a letter to the Times,"."""
    at = comma - 1
    first = at
    while first > low and tokens.word[first - 1] != ",":
        first -= 1
    if tokens.lower[first] in PREPOSITIONS or tokens.lower[first] in SUBORDINATORS:
        return False
    return at >= low and (
        is_name(tokens, at) or (tokens.word[at].isdigit() and len(tokens.word[at]) < 3) or tokens.word[at] in ".)"
    )


def _phrase_before(tokens: Tokens, low: int, end: int) -> Span | None:
    last = tokens.lower[end - 1]
    if last in PRONOUNS:
        return end - 1, end
    if tokens.word[end - 1] == ")":
        opening = end - 1
        while opening > low and tokens.word[opening] != "(" and end - opening < 12:
            opening -= 1
        inner = _phrase_before(tokens, low, opening) if opening > low and tokens.word[opening] == "(" else None
        return (inner[0], end) if inner else None
    start = end
    while start > low and not _stops(tokens, start - 1):
        start -= 1
    if start > low and start < end and tokens.lower[start - 1] in ("who", "whose"):
        antecedent = _phrase_before(tokens, low, start - 1 - (tokens.word[start - 2] == ","))
        return (antecedent[0], end) if antecedent else None
    start = _listed(tokens, low, _trim(tokens, start, end), end)
    return (start, end) if start < end and _has_noun(tokens, start, end) else None


def _listed(tokens: Tokens, low: int, start: int, end: int) -> int:
    """Take in the names before a last "and X": "A, B and X said"."""
    names = all(is_name(tokens, at) or tokens.lower[at] in ("and", ",", ".") for at in range(low, end))
    if names and start < end and start - 2 > low and tokens.word[start - 1] == "," and "and" in tokens.lower[start:end]:
        return low if tokens.lower[low] not in CONNECTIVES else start
    if start - 2 < low or tokens.lower[start - 1] != "and" or not is_name(tokens, start):
        return start
    at = start - 1
    while at > low and (is_name(tokens, at - 1) or tokens.word[at - 1] == ","):
        at -= 1
    while tokens.word[at] == "," or tokens.lower[at] in CONNECTIVES - {"and"}:
        at += 1
    return at if at < start - 1 else start


def _stops(tokens: Tokens, index: int) -> bool:
    word, lower = tokens.word[index], tokens.lower[index]
    if tokens.quoted[index] or lower in PRONOUNS or is_auxiliary(tokens, index):
        return True
    if word == "-" and index and tokens.start[index] > tokens.end[index - 1]:
        return True
    if lower in SUBORDINATORS:
        return lower not in ("since", "before", "after", "until", "than") or not is_name(tokens, index)
    if word == ".":
        return not (tokens.end[index - 1] == tokens.start[index] and (is_name(tokens, index - 1)))
    if word in BREAKS:
        return True
    return lower in SAY and SAY[lower][1] in ("past", "ing") and not is_name(tokens, index)


def _trim(tokens: Tokens, start: int, end: int) -> int:
    """Drop from the front what cannot belong to the phrase: connectives, adverbials, an earlier conjunct."""
    leads = (
        start < end and tokens.lower[start] in PREPOSITIONS and tokens.lower[start] not in ("about", "over", "under")
    )
    for index in range(end - 1, start, -1):
        lower, before = tokens.lower[index], tokens.lower[index - 1]
        joint = before in ("and", "but", "or", "yet", "so") and lower not in PREPOSITIONS
        if joint and not _coordinates(tokens, start, index):
            return index
        if before in MONTHS and is_name(tokens, index - 1) and not dates(tokens, index - 1):
            continue
        if is_name(tokens, index) and not is_name(tokens, index - 1):
            time = before in _TIMES or (before.isdigit() and len(before) == 4)
            noun = before.isalpha() and before not in DETERMINERS | PREPOSITIONS and before not in ROLE_HEADS
            if time or (leads and noun and before not in ("and", "or")):
                return index
        if is_name(tokens, index) and before in _TIMES and before not in ("post", "times", "report"):
            return index
        if before in _TIMES and lower in DETERMINERS and (before in WEEKDAYS or leads):
            return index
    while start < end and (
        (
            tokens.lower[start] in CONNECTIVES
            and tokens.lower[start] not in DETERMINERS
            and tokens.lower[start] != "many"
        )
        or is_adverb(tokens.lower[start])
        or tokens.lower[start] in ("out", "up", "off", "down")
    ):
        if tokens.lower[start] in (
            "one",
            "people",
            "others",
            "officials",
            "critics",
            "sources",
            "most",
            "few",
            "another",
        ):
            break
        start += 1
    if leads and start < end and tokens.lower[start] in DETERMINERS:
        for index in range(end - 1, start, -1):
            if tokens.lower[index] in ("the", "a", "an") and tokens.lower[index - 1] not in PREPOSITIONS:
                return index
        return end
    return start


def _coordinates(tokens: Tokens, start: int, index: int) -> bool:
    """Whether the words before a conjunction at index - 1 are a noun phrase of the same subject."""
    left = range(start, index - 1)
    if not left or len(left) > 9 or tokens.lower[index] in PRONOUNS or tokens.lower[index - 1] in ("but", "yet", "so"):
        return False
    if not (is_name(tokens, start) or tokens.lower[start] in DETERMINERS):
        return False
    verbs = (
        tokens.lower[at] in SAY or tokens.lower[at] in THINK or tokens.lower[at].endswith(("ed", "ing"))
        for at in left
        if not is_name(tokens, at)
    )
    return not any(verbs)


def _has_noun(tokens: Tokens, start: int, end: int) -> bool:
    return any(
        tokens.word[at][:1].isalpha() and (tokens.lower[at] not in CONNECTIVES or tokens.lower[at] in DETERMINERS)
        for at in range(start, end)
    ) or tokens.lower[end - 1] in ("officials", "critics", "sources", "people", "others", "many", "some", "most")


def simple_phrase(tokens: Tokens, start: int, high: int) -> int:
    """Return the end of the name or "the …" phrase that begins at start; start itself where there is none."""
    at = start
    while at < high and (tokens.lower[at] in DETERMINERS or tokens.lower[at] in ("former", "then", "the")):
        at += 1
    first = at
    determined = at > start
    named = False
    while at < high and not tokens.quoted[at]:
        word, lower = tokens.word[at], tokens.lower[at]
        glued = at > start and tokens.end[at - 1] == tokens.start[at]
        if (word == "." and glued and at + 1 < high) or (word in ("’s", "'s", "&", "-", "’", "'") and at > start):
            determined = determined or word in ("’s", "'s")
        elif is_name(tokens, at) and lower not in WEEKDAYS:
            named = True
        elif _ends_phrase(tokens, at, high, named and not determined):
            break
        at += 1
    if at <= first:
        return start
    last = tokens.lower[at - 1]
    return at if named or determined or last in ROLE_HEADS or last[-1:] == "s" else start


def _ends_phrase(tokens: Tokens, at: int, high: int, named: bool) -> bool:
    """Whether a lower-case word ends a simple noun phrase; after a name only words up to a role go on."""
    word, lower = tokens.word[at], tokens.lower[at]
    if not word[:1].isalpha() or lower in PREPOSITIONS or lower in SUBORDINATORS or lower in AUXILIARIES:
        return True
    if lower in PRONOUNS or lower in ("and", "or") or is_adverb(lower) or lower in _TIMES or lower in DETERMINERS:
        return True
    if lower.endswith("ed") and lower in SAY:
        return True
    if not named or lower in ROLE_HEADS or lower in TITLES:
        return False
    if lower in SAY or lower in THINK:
        return True
    near = range(at + 1, min(at + 3, high))
    return not any(tokens.lower[k] in ROLE_HEADS for k in near) and not lower.endswith("s")
