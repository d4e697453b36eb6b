"""The subject that follows an inverted verb of speech, with its appositions: "…," said Ada Stone, a trader."""

from __future__ import annotations

from retrieval.documents import Span
from retrieval.speech_phrases import APPOSITIVE, BREAKS, is_adverb, simple_phrase
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import AUXILIARIES, PREPOSITIONS, PRONOUNS, ROLE_HEADS, SAY, SUBORDINATORS, WEEKDAYS


def subject_after(tokens: Tokens, start: int, high: int) -> Span | None:
    """Return the noun phrase that an inverted verb of speech names ("…," said X, a lawyer.), or None."""
    if start >= high or tokens.quoted[start] or tokens.lower[start] == "that":
        return None
    if tokens.lower[start] in ("he", "she", "they", "i", "we"):
        return start, start + 1
    end = simple_phrase(tokens, start, high)
    if end == start:
        return None
    if end < high and not tokens.quoted[end]:
        lower, word = tokens.lower[end], tokens.word[end]
        follows = word in BREAKS or lower in PREPOSITIONS | SUBORDINATORS or lower in WEEKDAYS or is_adverb(lower)
        if not follows and lower not in ("and", "last", "earlier", "yesterday", "today", "this"):
            return None
    return start, _with_modifiers(tokens, end, high)


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
            opens = inside in APPOSITIVE or inside in ROLE_HEADS or tokens.word[end + 1][:1].isdigit()
            noun = inside[:1].isalpha() and not (
                inside in PREPOSITIONS | SUBORDINATORS | PRONOUNS.keys() | AUXILIARIES | {"and", "but", "or"}
                or inside in SAY
                or inside.endswith("ing")
                or is_adverb(inside)
            )
            if not (opens or noun):
                return end
            reached = _apposition_end(tokens, end + 1, high)
            if reached <= end + 1:
                return end
            end = reached
        else:
            return end
    return end


def _apposition_end(tokens: Tokens, start: int, high: int) -> int:
    at = start
    while at < high and not tokens.quoted[at] and tokens.word[at] not in (",", ";", ":", "—", "--"):
        if tokens.lower[start] == "who" and at > start and tokens.lower[at] in SAY:
            return start - 1
        if tokens.word[at] in (".", "?", "!") and at + 1 >= high:
            break
        if tokens.lower[at] in ("during", "when", "while", "after"):
            break
        at += 1
    return at
