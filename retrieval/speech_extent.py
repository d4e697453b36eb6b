"""Where a reported clause ends, and whether words are a clause at all."""

from __future__ import annotations

from retrieval.speech_cues import is_contracted
from retrieval.speech_phrases import is_adverb, is_name
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import AUXILIARIES, INFINITIVE, JUDGE, PREPOSITIONS, QUOTED_ONLY, SAY


def has_finite(tokens: Tokens, at: int, high: int) -> bool:
    """Whether the words from at on hold a verb: a bare clause, not an object."""
    for k in range(at + 1, high):
        lower = tokens.lower[k]
        if (
            lower in AUXILIARIES
            or is_contracted(lower)
            or lower in ("’s", "'s", "’re", "'re", "’ll", "’d", "'ll", "'d")
        ) and lower not in ("having", "being", "been", "be"):
            return True
        if tokens.word[k] in (",", ";") and k > at + 20:
            return False
    return any(
        tokens.lower[k].endswith(("ed", "s")) and not is_name(tokens, k) and tokens.lower[k - 1] not in PREPOSITIONS
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
