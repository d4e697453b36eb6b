"""Reports without an active verb before its content: "Stone: …", "criticised by Stone for …", "called for …"."""

from __future__ import annotations

from retrieval.documents import Span
from retrieval.speech_cues import Cue
from retrieval.speech_extent import clause_end, has_finite
from retrieval.speech_phrases import is_adverb, is_auxiliary, is_name, simple_phrase
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    BE,
    DETERMINERS,
    JUDGE,
    MODALS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    ROLE_HEADS,
    SUBORDINATORS,
    WEEKDAYS,
)

_OBJECTS = frozenset("him her it them me us this that himself herself itself".split())
_LABELS = frozenset(
    """poll report review live video photo photos watch update updates exclusive opinion editorial note source sources
    summary background analysis related read more newspaper transcript correction breaking question answer q a
    date time place""".split()
)
# The verbs whose passive tells what the agent said of the subject, with what introduces it.
_JUDGING = frozenset(
    """criticize criticise praise denounce condemn describe dismiss hail mock blast slam call label brand accuse
    characterize characterise deride ridicule rebuke castigate laud applaud blame fault""".split()
)
# "None has said that …" and "No analyst said that …" report what was not said.
_DENYING = frozenset("no none nobody nothing neither".split())
# Verbs that are speech only with such a word after them: to raise a doubt, but not a forecast or money.
_SPOKEN_OBJECTS = {
    "raise": frozenset(
        """concern concerns question questions doubt doubts alarm alarms issue issues possibility prospect specter
        spectre objection objections fear fears idea point points hopes suspicion suspicions""".split()
    ),
    "maintain": frozenset("that he she it they there".split()),
}
_INTRODUCING = frozenset("for as of".split())


def named_colon(tokens: Tokens, low: int, high: int) -> tuple[Span, Span, Span] | None:
    """Read "Ada Stone: Prices will fall" at a sentence's start; return source, cue and content, or None.

    Labels ("Update:", "Poll:") and words without a verb after the colon are not speech.
    """
    end = low
    while end < min(low + 5, high) and (is_name(tokens, end) or (tokens.word[end] == "." and end > low)):
        end += 1
    if not low < end < high - 3 or tokens.word[end] != ":" or not all(map(str.isalpha, tokens.word[low : low + 1])):
        return None
    if any(tokens.lower[at] in _LABELS | DETERMINERS | ROLE_HEADS.keys() for at in (low, end - 1)):
        return None
    start = end + 1
    if tokens.quoted[start] or not (has_finite(tokens, start, high) or tokens.lower[start + 1] in ("’m", "'m")):
        return None
    return (low, end), (end, start), (start, _sentence_end(tokens, start, high))


def _sentence_end(tokens: Tokens, start: int, high: int) -> int:
    return high - (tokens.word[high - 1] in (".", "!", "?") and high - 1 > start)


def passive(tokens: Tokens, low: int, high: int, index: int) -> tuple[Span, Span, Span] | None:
    """Read "was criticised by Stone for its cost"; return source, cue and content, or None."""
    entry = JUDGE.get(tokens.lower[index])
    if entry is None or entry[1] != "past" or entry[0] not in _JUDGING:
        return None
    if index + 3 >= high or tokens.lower[index + 1] != "by":
        return None
    start = index
    while start > low and (is_auxiliary(tokens, start - 1) or is_adverb(tokens.lower[start - 1])):
        start -= 1
    passive_verb = any(tokens.lower[at] in BE for at in range(start, index))
    if not passive_verb or any(
        tokens.lower[at] in MODALS or tokens.lower[at] in NEGATIONS for at in range(max(low, start - 1), index)
    ):
        return None
    end = simple_phrase(tokens, index + 2, high)
    if end == index + 2 or end >= high - 1 or tokens.lower[end] not in _INTRODUCING:
        return None
    return (index + 2, end), (start, index + 2), (end, clause_end(tokens, end, high))


def called(tokens: Tokens, high: int, cue: Cue) -> Span | None:
    """Return what is called for, or the object and its name in "called Stone a liar" and "called it divisive"."""
    at = cue.end
    if at + 1 >= high:
        return None
    lower = tokens.lower[at]
    if lower in ("for", "on") and tokens.word[at + 1].isalpha() and tokens.lower[at + 1] not in WEEKDAYS:
        return at + 1, clause_end(tokens, at, high)
    if lower in _OBJECTS:
        named = tokens.lower[at + 1]
        free = not named.isalpha() or named in PREPOSITIONS or named in SUBORDINATORS or named in PRONOUNS
        plain = named in ("a", "an") or not (lower == "her" or free or is_name(tokens, at + 1) or named in DETERMINERS)
        plain = plain and not is_adverb(named) and named not in ("and", "or", "back", "in", "out", "up", "home")
        return (at, clause_end(tokens, at, high)) if plain else None
    end = simple_phrase(tokens, at, high)
    if end > at and end < high and tokens.lower[end] in ("a", "an"):
        return at, clause_end(tokens, at, high)
    return None


def reports_nothing(tokens: Tokens, low: int, high: int, cue: Cue, source: Span, near: bool) -> bool:
    """Whether a verb with a subject reports no words after all.

    So in "None has said …", "What she said …", "as she calls it, …" and "raised its forecast".
    """
    if tokens.lower[source[0]] in _DENYING:
        return True
    following = range(cue.end, min(high, cue.end + 6))
    if cue.verb in _SPOKEN_OBJECTS and not near:
        return not any(tokens.lower[at] in _SPOKEN_OBJECTS[cue.verb] for at in following)
    if source[0] > low and tokens.lower[source[0] - 1] == "what" and source[0] - 1 == low:
        return not any(tokens.quoted[at] or tokens.word[at] in ("that", ":") for at in following)
    itself = cue.end + 1 < high and tokens.lower[cue.end] in _OBJECTS and tokens.word[cue.end + 1] == ","
    return cue.verb == "call" and itself
