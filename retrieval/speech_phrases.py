"""Noun phrases around a verb of speech: who is named as its subject, by token ranges."""

from __future__ import annotations

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

_BREAKS = frozenset(", ; : — -- – ( ) [ ] . ? ! … • / “ ” \" ' ’ ‘".split())
_TIMES = (
    frozenset(WEEKDAYS)
    | frozenset(MONTHS)
    | frozenset(
        """statement interview week month year day call speech email e-mail tweet today yesterday morning night
        afternoon evening conference briefing ago time times point case debate rally later earlier meeting event
        hearing weekend tonight letter memo post message report""".split()
    )
)
_APPOSITIVE = DETERMINERS | frozenset("who whose which of from aged both one director former himself herself".split())
_STRANDED = frozenset("in on at during when as while after before for with because if since until to through".split())


def is_name(tokens: Tokens, index: int) -> bool:
    """Whether the token is capitalised as a name's part is."""
    return tokens.word[index][:1].isupper()


def is_adverb(word: str) -> bool:
    """Whether the word may stand between a subject and its verb."""
    return word in ADVERBS or (word.endswith("ly") and len(word) > 4)


def subject_before(tokens: Tokens, low: int, end: int) -> Span | None:
    """Return the noun phrase that ends before token end, appositions included, or None.

    low: the first token of the clause. Titles, appositions ("…, a lawyer,") and "who" clauses are taken in; an
    adverbial between commas is stepped over.
    """
    if end <= low:
        return None
    if tokens.word[end - 1] != ",":
        return _phrase_before(tokens, low, end)
    limit = end - 1
    comma = limit - 1
    for _ in range(4):
        while comma > low and tokens.word[comma] != ",":
            if tokens.quoted[comma] or tokens.word[comma] in ";:":
                return None
            comma -= 1
        if comma <= low:
            return None
        head = _phrase_before(tokens, low, comma)
        if head is None:
            return None
        inside = tokens.lower[comma + 1]
        appositive = (
            inside in _APPOSITIVE
            or tokens.word[comma + 1][:1].isdigit()
            or inside in ROLE_HEADS
            or (is_name(tokens, comma + 1) and inside not in WEEKDAYS)
            or not (inside in PREPOSITIONS or inside in SUBORDINATORS or is_adverb(inside) or inside.endswith("ing"))
        )
        if not _is_apposition_itself(tokens, low, head, comma):
            return (head[0], limit) if appositive else head
        comma -= 1
    return None


def _is_apposition_itself(tokens: Tokens, low: int, head: Span, comma: int) -> bool:
    """Whether the phrase that ends at a comma follows another comma and a name: the second of two appositions."""
    before = head[0] - 1
    if before <= low or tokens.word[before] != ",":
        return False
    return is_name(tokens, before - 1) or tokens.word[before - 1][:1].isdigit()


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
    start = _trim(tokens, start, end)
    return (start, end) if start < end and _has_noun(tokens, start, end) else None


def _stops(tokens: Tokens, index: int) -> bool:
    word, lower = tokens.word[index], tokens.lower[index]
    if tokens.quoted[index] or lower in AUXILIARIES or lower in PRONOUNS:
        return True
    if lower in SUBORDINATORS:
        return lower not in ("since", "before", "after", "until", "than") or not is_name(tokens, index)
    if word == ".":
        return not (tokens.end[index - 1] == tokens.start[index] and (is_name(tokens, index - 1)))
    if word in _BREAKS:
        return True
    return lower in SAY and SAY[lower][1] in ("past", "ing") and not lower.endswith("ing")


def _trim(tokens: Tokens, start: int, end: int) -> int:
    """Drop from the front what cannot belong to the phrase: connectives, adverbials, an earlier conjunct."""
    leads = (
        start < end and tokens.lower[start] in PREPOSITIONS and tokens.lower[start] not in ("about", "over", "under")
    )
    for index in range(end - 1, start, -1):
        lower, before = tokens.lower[index], tokens.lower[index - 1]
        if before in ("and", "but", "or", "yet", "so") and not _coordinates(tokens, start, index):
            return index
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


def subject_after(tokens: Tokens, start: int, high: int) -> Span | None:
    """Return the noun phrase that an inverted verb of speech names ("…," said X, a lawyer.), or None."""
    if start >= high or tokens.quoted[start]:
        return None
    if tokens.lower[start] in ("he", "she", "they", "i", "we", "one"):
        return start, start + 1
    end = simple_phrase(tokens, start, high)
    if end == start:
        return None
    if end < high and not tokens.quoted[end]:
        lower, word = tokens.lower[end], tokens.word[end]
        follows = word in _BREAKS or lower in PREPOSITIONS | SUBORDINATORS or lower in WEEKDAYS or is_adverb(lower)
        if not follows and lower not in ("and", "last", "earlier", "yesterday", "today", "this"):
            return None
    return start, _with_modifiers(tokens, end, high)


def simple_phrase(tokens: Tokens, start: int, high: int) -> int:
    """Return the end of the name or "the …" phrase that begins at start; start itself where there is none."""
    at = start
    while at < high and (tokens.lower[at] in DETERMINERS or tokens.lower[at] in ("former", "then", "the")):
        at += 1
    determined = at > start
    named = False
    while at < high and not tokens.quoted[at]:
        word, lower = tokens.word[at], tokens.lower[at]
        if word == "." and tokens.end[at - 1] == tokens.start[at] and at + 1 < high and at > start:
            pass
        elif word in ("’s", "'s", "&", "-", "’", "'") and at > start:
            determined = determined or word in ("’s", "'s")
        elif is_name(tokens, at) and lower not in WEEKDAYS:
            named = True
        elif (
            not word[:1].isalpha()
            or lower in PREPOSITIONS
            or lower in SUBORDINATORS
            or lower in AUXILIARIES
            or lower in PRONOUNS
            or lower in ("and", "or")
            or is_adverb(lower)
            or lower in _TIMES
            or lower in DETERMINERS
            or (named and not determined and not (lower in ROLE_HEADS or lower in TITLES or lower.endswith("s")))
            or (named and lower in SAY and lower not in ROLE_HEADS)
        ):
            break
        at += 1
    ends_named = at > start and (
        named or determined or tokens.lower[at - 1] in ROLE_HEADS or tokens.lower[at - 1][-1:] == "s"
    )
    return at if ends_named else start


def _with_modifiers(tokens: Tokens, end: int, high: int) -> int:
    """Extend a phrase over "of …", a parenthesis and an apposition up to the clause's end."""
    while end < high and not tokens.quoted[end]:
        word, lower = tokens.word[end], tokens.lower[end]
        if word == "(":
            while end < high - 1 and tokens.word[end] != ")":
                end += 1
            end += 1
        elif lower in ("of", "from") or (
            lower == "and" and end + 1 < high and simple_phrase(tokens, end + 1, high) > end + 1
        ):
            reached = simple_phrase(tokens, end + 1, high)
            if reached == end + 1:
                return end
            end = reached
        elif word == "," and end + 1 < high and not tokens.quoted[end + 1]:
            inside = tokens.lower[end + 1]
            opens = inside in _APPOSITIVE or inside in ROLE_HEADS or tokens.word[end + 1][:1].isdigit()
            noun = inside[:1].isalpha() and not (
                inside in PREPOSITIONS | SUBORDINATORS | PRONOUNS.keys() | AUXILIARIES | {"and", "but", "or"}
                or inside in SAY
                or inside.endswith("ing")
                or is_adverb(inside)
            )
            if not (opens or noun):
                return end
            end = _apposition_end(tokens, end + 1, high)
        else:
            return end
    return end


def _apposition_end(tokens: Tokens, start: int, high: int) -> int:
    at = start
    while at < high and not tokens.quoted[at] and tokens.word[at] not in (",", ";", ":", "—", "--"):
        if tokens.word[at] in (".", "?", "!") and at + 1 >= high:
            break
        if tokens.lower[at] in ("during", "when", "while", "after"):
            break
        at += 1
    return at
