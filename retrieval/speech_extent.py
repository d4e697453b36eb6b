"""Where a reported clause ends, and whether words are a clause at all."""

from __future__ import annotations

from retrieval.speech_cues import is_contracted
from retrieval.speech_phrases import is_adverb, is_name
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    AUXILIARIES,
    INFINITIVE,
    JUDGE,
    PREPOSITIONS,
    PRONOUNS,
    QUOTED_ONLY,
    SAY,
    SUBORDINATORS,
)

_IRREGULAR_PAST = frozenset(
    """fell rose grew won lost took gave came went ran made built bought sold kept left led met held became began
    broke brought chose drew drove ate felt fought found flew forgot got hid knew paid rode sang sank saw sent shook
    shot shrank slept slid sold spent spoke spread stood stole struck stuck swore swept swam swung taught thought
    threw told understood wore woke wrote hit cut put set let beat bet cost hurt quit shut split dealt bent lent
    meant heard laid lay lit crept dug bled bred sped sought caught bound overcame undertook withdrew""".split()
)
_IS = frozenset("’s 's".split())
_BEFORE_IS = PRONOUNS.keys() | {"that", "there", "here", "what", "this", "where", "how", "everyone", "nobody", "one"}


def has_finite(tokens: Tokens, at: int, high: int) -> bool:
    """Whether the words from at on hold a verb: a bare clause, not an object."""
    for k in range(at + 1, high):
        lower = tokens.lower[k]
        if (
            lower in AUXILIARIES
            or is_contracted(lower)
            or lower in ("’re", "'re", "’ll", "’d", "'ll", "'d")
            or (lower in _IS and tokens.lower[k - 1] in _BEFORE_IS)
        ) and lower not in ("having", "being", "been", "be"):
            return True
        if tokens.word[k] in (",", ";") and k > at + 20:
            return False
    return any(
        (tokens.lower[k] in _IRREGULAR_PAST or (tokens.lower[k].endswith(("ed", "s")) and tokens.lower[k] not in _IS))
        and not is_name(tokens, k)
        and tokens.lower[k - 1] not in PREPOSITIONS
        for k in range(at + 1, min(high, at + 9))
    )


def clause_end(tokens: Tokens, at: int, high: int) -> int:
    """Return where the content that begins at at ends: before a further cue, else at the sentence's end."""
    end = high
    for k in range(at + 2, high):
        word = tokens.word[k]
        if word == "," and k + 1 < high:
            following = tokens.lower[k + 1]
            entry = SAY.get(following)
            if entry and entry[1] == "ing":
                end = k
                break
            joint = following in ("but", "and", "while", "though")
            if following == "according" or _cue_soon(tokens, k + 1 + joint, high):
                end = k
                break
        elif (
            (tokens.lower[k] in ("and", "but") and k + 1 < high and verb_in_past(tokens, k + 1))
            or (tokens.quoted[k - 1] and k > at + 1 and _comma_closes(tokens, k - 1) and verb_in_past(tokens, k))
            or word == ";"
        ):
            end = k
            break
    while end > at + 1 and tokens.word[end - 1] in (".", "!", "?", ",", ":") and not tokens.quoted[end - 1]:
        end -= 1
    return end


def verb_in_past(tokens: Tokens, index: int) -> bool:
    """Whether the token is a finite verb of speech in the past, as a second verb of the same subject is."""
    index += is_adverb(tokens.lower[index]) and index + 1 < len(tokens.lower)
    word = tokens.lower[index]
    entry = SAY.get(word) or JUDGE.get(word) or INFINITIVE.get(word)
    return entry is not None and entry[1] == "past" and entry[0] not in QUOTED_ONLY


def _comma_closes(tokens: Tokens, at: int) -> bool:
    return tokens.text[tokens.start[at] : tokens.end[at]].rstrip("\"”’'») ").endswith(",")


def _cue_soon(tokens: Tokens, start: int, high: int) -> bool:
    """Whether a clause with a name or pronoun for its subject and a verb of speech of its own begins here."""
    if start >= high or tokens.quoted[start] or not (is_name(tokens, start) or tokens.lower[start] in ("he", "she")):
        return False
    for k in range(start + 1, min(high, start + 5)):
        entry = SAY.get(tokens.lower[k])
        if entry:
            return entry[1] in ("past", "s")
        if not (is_name(tokens, k) or is_adverb(tokens.lower[k]) or tokens.lower[k] in ("has", "had", ".")):
            return False
    return False


def finite_form(tokens: Tokens, index: int) -> bool:
    """Whether a lower-case word looks like a finite verb: it ends in -ed or -s and is no function word."""
    lower = tokens.lower[index]
    known = lower in PREPOSITIONS or lower in AUXILIARIES or lower in SUBORDINATORS or is_name(tokens, index)
    return lower.endswith(("ed", "s")) and len(lower) > 3 and not known


def relative_end(tokens: Tokens, start: int, end: int) -> int:
    """Return where a "who" clause ends: at the comma before the main clause's own verb."""
    for at in range(start + 1, end - 1):
        if tokens.word[at] == "," and (tokens.lower[at + 1] in AUXILIARIES or verb_in_past(tokens, at + 1)):
            return at
    return end
