"""Remarks that a sentence announces ("Li's answer: …", "in Li's view, …"): who by, whether it says so, and where.

These forms are too often plain narration for the rules that find quotations on their own; here they only test words
that somebody takes for a remark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.documents import Span
from retrieval.speech_cues import Cue, cue_at, is_contracted, is_hypothetical
from retrieval.speech_inversion import subject_after
from retrieval.speech_phrases import is_adverb, is_name, simple_phrase, subject_before
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    ATTITUDES,
    AUXILIARIES,
    BE,
    CUES,
    DETERMINERS,
    MODALS,
    MONTHS,
    NEGATIONS,
    NOUNS,
    PREPOSITIONS,
    PRONOUNS,
    ROLE_HEADS,
    SAY_VERBS,
    SUBORDINATORS,
    THINK_VERBS,
    WEEKDAYS,
)

_FARTHEST = 16
"""Tokens between an announcement and its words at most."""
_REMARKS = NOUNS | frozenset(
    """message point answer reply response verdict judgment judgement advice argument explanation letter speech post
    tweet email e-mail note demand question proposal diagnosis summary take""".split()
)
_VIEWS = frozenset("view opinion words judgment judgement estimation telling account assessment".split())
_GIVES = frozenset(
    """has had gave gives issued issues made makes offered offers sent sends delivered delivers voiced voices reached
    repeated repeats drew draws posted posts released releases""".split()
)
_PLAINLY = frozenset("simple clear plain blunt short brief stark straightforward unequivocal firm this".split())
_OPENERS = frozenset("to for on in at during last yesterday today".split())
_DASHES = frozenset("— – -- - ―".split())
_IDIOMS = {
    "clear": frozenset(("made", "makes")),
    "plain": frozenset(("made", "makes")),
    "known": frozenset(("made", "makes", "let")),
    "doubt": frozenset(("left", "leaves")),
}
_CLAUSAL = frozenset("say claim argue think believe insist".split())
_IF = frozenset("if unless whether".split())


@dataclass(frozen=True)
class Announcement:
    """Token ranges of who speaks and of the words that say so, and those that may stand for the remark's beginning.

    link: "after" (behind a colon or "that"), "lead" (behind a comma), or "before" (the remark comes first).
    verb: the cue is a verb of speech; bare: a clause may follow it without "that".
    """

    source: Span
    cue: Span
    link: str
    verb: bool = False
    bare: bool = False


def announcements_in(tokens: Tokens, number: int) -> list[Announcement]:
    """Find what announces a remark in a sentence, denied, imagined and asked remarks left out."""
    low, high = tokens.sentences[number]
    found = [item for index in range(low, high) for item in _at(tokens, low, high, index)]
    return [item for item in found if not is_denied(tokens, low, high, item)]


def is_denied(tokens: Tokens, low: int, high: int, item: Announcement) -> bool:
    """Whether a negation, a modal or a condition stands over an announcement, or its sentence asks for it."""
    cue = Cue(item.cue[0], item.cue[1], "", "past")
    first, last = min(item.source[0], item.cue[0]), max(item.source[1], item.cue[1])
    between = [at for at in range(max(low, first - 2), last) if not item.source[0] <= at < item.source[1]]
    return is_hypothetical(tokens, low, high, cue) or any(_denies(tokens, at) for at in between)


def _denies(tokens: Tokens, at: int) -> bool:
    lower = tokens.lower[at]
    doubt = lower == "no" and tokens.lower[at + 1 : at + 2] == ["doubt"]
    known = lower in NEGATIONS or lower in MODALS or lower in _IF or lower in ("’t", "'t", "no", "nothing")
    return (known and not doubt and tokens.word[at] not in ("Will", "May")) or is_contracted(lower)


def announces_denied(tokens: Tokens, number: int) -> bool:
    """Whether a sentence holds a verb or noun of speech that is denied, imagined or asked about."""
    low, high = tokens.sentences[number]
    words = ((at, tokens.lower[at]) for at in range(low, high))
    spoken = [at for at, w in words if w in CUES or w in ATTITUDES or w == "known" or w.removesuffix("s") in _REMARKS]
    return any(
        is_hypothetical(tokens, low, high, Cue(at, at + 1, "", "past"))
        or any(_denies(tokens, near) for near in range(max(low, at - 4), at))
        for at in spoken
    )


def leads_to(tokens: Tokens, sentence: Span, item: Announcement, content: Span) -> bool:
    """Whether an announcement of this sentence introduces exactly the words that begin, or end, where content does."""
    low, high = sentence
    if item.link == "before":
        return _precedes(tokens, low, high, item, content)
    start, first = max(item.source[1], item.cue[1]), content[0]
    gap = range(start, min(first, high))
    if first < start or len(gap) > _FARTHEST or any(tokens.quoted[at] for at in gap):
        return False
    words = [tokens.lower[at] for at in gap]
    if item.link == "lead":
        return words == [","]
    if tokens.lower[first] == "that" and first < high:
        words.append("that")
    if not words:
        return item.bare
    if any(cue_at(tokens, low, high, at) for at in gap):
        return False
    if item.verb:
        return words[-1] == "that" and words[-2:-1] == [","]
    if words[-1] == "that":
        return words == ["that"]
    return words[-1] == ":" and _opens(tokens, start, min(first, high) - 1)


def _opens(tokens: Tokens, at: int, end: int) -> bool:
    """Whether only time, place, hearers or "was simple" stand between an announcement and its colon."""
    words = tokens.lower[at:end]
    if len(words) > 1 and words[-2] in BE and words[-1] in _PLAINLY:
        words = words[:-2]
    elif len(words) > 2 and words[-3] in BE and is_adverb(words[-2]) and words[-1] in _PLAINLY:
        words = words[:-3]
    barred = AUXILIARIES | SUBORDINATORS | PRONOUNS.keys() | {",", ";", "(", "—", "–", "of", "from", "by", "and"}
    starts = not words or words[0] in _OPENERS or words[0] in WEEKDAYS or words[0] in MONTHS
    return starts and not any(word in barred or word in CUES for word in words)


def _precedes(tokens: Tokens, low: int, high: int, item: Announcement, content: Span) -> bool:
    """Whether the words run from the sentence's beginning to the dash or comma before the announcement."""
    first, last = min(item.source[0], item.cue[0]), max(item.source[1], item.cue[1])
    between = [at for at in range(content[1], first) if tokens.lower[at] not in ("so", "or", "in")]
    joined = len(between) == 1 and (tokens.word[between[0]] == "," or tokens.word[between[0]] in _DASHES)
    begins = all(tokens.lower[at] in ("but", "and", "so", "yet", ",") for at in range(low, content[0]))
    ends = last >= high or tokens.word[last] in (".", ";", "!")
    return content[1] <= first and joined and begins and ends


def _at(tokens: Tokens, low: int, high: int, index: int) -> Iterator[Announcement]:
    if tokens.quoted[index]:
        return
    word = tokens.lower[index]
    if word in CUES:
        yield from _verb(tokens, low, high, index)
    if word in _VIEWS:
        yield from _view(tokens, low, high, index)
    if word in _REMARKS or word.removesuffix("s") in _REMARKS:
        yield from _remark(tokens, low, high, index)
    if word in _IDIOMS:
        yield from _idiom(tokens, low, index)
    if (
        word in ATTITUDES
        and index > low
        and tokens.lower[index - 1] in BE
        and tokens.word[min(index + 1, high - 1)] == ":"
    ):
        source = subject_before(tokens, low, index - 1)
        if source:
            yield Announcement(source, (index - 1, index + 1), "after")


def _verb(tokens: Tokens, low: int, high: int, index: int) -> Iterator[Announcement]:
    cue = cue_at(tokens, low, high, index)
    if cue is None or cue.form == "ing":
        return
    span = (cue.start, cue.end)
    source = subject_before(tokens, low, cue.start)
    if source and tokens.lower[index] == "put" and tokens.lower[cue.end : cue.end + 1] == ["it"]:
        if source[0] > low and tokens.lower[source[0] - 1] == "as":
            end = cue.end + 1
            while end < high and tokens.word[end] != "," and _opens(tokens, cue.end + 1, end + 1):
                end += 1
            yield Announcement(source, (cue.start, end), "lead")
    elif source and cue.verb in SAY_VERBS | THINK_VERBS:
        yield Announcement(source, span, "after", verb=True, bare=cue.verb in _CLAUSAL)
    inverted = subject_after(tokens, cue.end, high) if cue.verb in SAY_VERBS else None
    if inverted:
        yield Announcement(inverted, span, "before")


def _remark(tokens: Tokens, low: int, high: int, index: int) -> Iterator[Announcement]:
    """Read "X's answer", "her answer", "the answer of X" and "X gave an answer"."""
    noun = (index, index + 1)
    owner = _owner(tokens, low, index)
    if owner and (owner[0] == low or tokens.lower[owner[0] - 1] not in PREPOSITIONS):
        yield Announcement(owner, noun, "after")
    if tokens.lower[index + 1 : index + 2] in (["of"], ["from"]):
        giver = (index + 2, simple_phrase(tokens, index + 2, high))
        if giver[1] > giver[0]:
            yield Announcement(giver, noun, "after")
    for at in range(index - 1, max(low, index - 6), -1):
        if tokens.lower[at] in _GIVES:
            source = subject_before(tokens, low, at)
            if source:
                yield Announcement(source, (at, index + 1), "after")
            break
        if tokens.lower[at].endswith("ed") or tokens.lower[at] in CUES or tokens.lower[at] in PREPOSITIONS:
            break


def _view(tokens: Tokens, low: int, high: int, index: int) -> Iterator[Announcement]:
    """Read "in X's view" and "in the words of X", in front of a remark or behind it."""
    owner = _owner(tokens, low, index)
    if owner is None and tokens.lower[index - 1 : index + 2] == ["the", tokens.lower[index], "of"]:
        owner = (index + 2, simple_phrase(tokens, index + 2, high))
    if owner is None or owner[0] == owner[1]:
        return
    first = min(owner[0], index - 1 if owner[0] > index else owner[0])
    if first > low and tokens.lower[first - 1] == "in":
        lead = first - 1 == low or (first - 2 == low and tokens.lower[low] in ("but", "and"))
        yield Announcement(owner, (index, index + 1), "lead" if lead else "before")


def _idiom(tokens: Tokens, low: int, index: int) -> Iterator[Announcement]:
    """Read "X made it clear that", "X left no doubt that", "X let it be known that"."""
    for at in range(index - 1, max(low, index - 4), -1):
        if tokens.lower[at] in _IDIOMS[tokens.lower[index]]:
            source = subject_before(tokens, low, at)
            if source:
                yield Announcement(source, (at, index + 1), "after", bare=True)


def _owner(tokens: Tokens, low: int, index: int) -> Span | None:
    """Return who owns the noun at index, at most two adjectives before it: "her", "Ada Stone's", "the Meta CEO's"."""
    at = index - 1
    while at > low and index - at < 3 and tokens.lower[at] not in ("’s", "'s", "his", "her", "their", "’", "'"):
        at -= 1
    if at < low:
        return None
    if tokens.lower[at] in ("his", "her", "their"):
        return at, at + 1
    if tokens.lower[at] not in ("’s", "'s", "’", "'"):
        return None
    start = at
    while start > low and at - start < 6 and (is_name(tokens, start - 1) or tokens.lower[start - 1] in ROLE_HEADS):
        if tokens.lower[start - 1] in PREPOSITIONS:
            break
        start -= 1
    if start > low and tokens.lower[start - 1] in DETERMINERS:
        start -= 1
    return (start, at) if start < at else None
