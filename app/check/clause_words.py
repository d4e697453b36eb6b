"""Words and short phrases that decide what a sentence still says when they are dropped: conditions, doubts, times."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.check.alignment import Token
from app.check.words import HEDGES, base_form
from retrieval.speech_words import (
    DETERMINERS,
    FEMALE,
    MALE,
    MONTHS,
    PREPOSITIONS,
    QUOTED_ONLY,
    ROLE_HEADS,
    SAY,
    THINK,
    TITLES,
    WEEKDAYS,
)

CONDITIONS = frozenset(
    """if unless whether provided providing assuming suppose supposing except excluding only until or lest whenever
    than otherwise barring""".split()
)
REPORTING = frozenset(form for form, (verb, _) in (SAY | THINK).items() if verb not in QUOTED_ONLY)
REVERSING = frozenset(
    """deny denied denies refuse refused refuses reject rejected rejects fail failed fails doubt doubts doubted refute
    refuted refutes stop stopped stops avoid avoided false falsely untrue wrong wrongly incorrect incorrectly mistaken
    mistakenly myth dismiss dismissed dismisses disputed dispute disputes retracted hoax rumour rumor
    rumours rumors unfounded misstated fake""".split()
)
_DOUBT = HEDGES | frozenset(
    """supposedly purportedly seemingly seems seem seemed appears appear appeared hypothetically theoretically
    theory""".split()
)
TIMES = frozenset(
    """today yesterday tomorrow tonight day days hour hours minute minutes week weeks month months quarter quarters year
    years morning afternoon evening night noon midday weekend century decade half trading session ago spring summer
    autumn winter""".split()
) | frozenset((*WEEKDAYS, *MONTHS))
_DAYS = frozenset("today yesterday tomorrow tonight".split())
WHICH_TIME = frozenset(
    """this last next previous past first second third fourth fiscal same following calendar early late later earlier
    close""".split()
)
_TIME_LINKS = frozenset("on in at during of the for over since within ’s".split())
VENUES = frozenset(
    """call calls statement post posts interview interviews blog letter filing report essay podcast conference briefing
    memo speech tweet article email note analysts reporters investors shareholders audience""".split()
)
ADVERBS = frozenset(
    """also very really quite just even already still now then too well indeed overall meanwhile however so again
    currently sharply further himself herself itself themselves""".split()
)
_LIMITING = frozenset(
    """nearly hardly barely scarcely partly seemingly allegedly reportedly supposedly purportedly apparently possibly
    probably likely potentially virtually practically theoretically hypothetically falsely wrongly mistakenly only early
    family previously formerly initially temporarily largely mainly mostly rarely roughly approximately conditionally
    merely solely supply apply reply rely monthly weekly daily yearly quarterly allegedly relatively narrowly""".split()
)
JOINTS = frozenset("and but while whereas although though because since so yet after".split())
STOPS = (";", ".", "!", "?")
CLAUSE_OPENERS = frozenset("which who whose where not those".split())
FRONTED = frozenset(
    """despite contrary before during after
    since following because while although though unlike besides and but so still yet then meanwhile
    however overall also separately additionally""".split()
)
_STRICT = frozenset(
    """all every each any few no none only most least first never nobody nothing neither nor record best worst ever
    both together combined""".split()
)
_SUPERLATIVE = re.compile(r"[a-z]{2,}(?:iest|[^aeiou]est)$")
_NO_SUPERLATIVE = frozenset("interest request invest rest west test latest forest harvest protest honest".split())
_PAST = frozenset("was were had cost cut hit put set shut beat spread".split())
_FINITE = frozenset("be have do will would can could may might must shall should".split())
_COLLECTIVE = frozenset("together combined jointly between each total both merged agreed met or nor either".split())
ORGANISED = frozenset("platforms inc corp corporation co ltd plc llc".split())


def is_strict(claim: Sequence[Token]) -> bool:
    """Whether a claim denies, ranks or counts all of something, so that dropping "in May" would make it say more."""
    return any(
        t.negative
        or t.lower in _STRICT
        or (t.kind == "word" and bool(_SUPERLATIVE.search(t.lower)) and t.lower not in _NO_SUPERLATIVE)
        for t in claim
    )


def is_time(part: Sequence[Token]) -> bool:
    """Whether these words only say when: "on Monday", "in the fourth quarter of 2024"."""
    words = [t for t in part if t.kind != "mark"]
    times = [t for t in words if t.lower in TIMES or (t.figure is not None and t.figure.unit in ("year", "label"))]
    if any(t.lower in MONTHS for t in times):
        times += [t for t in words if t.figure is not None and t.figure.unit == "" and t.figure.high <= 31]
    return bool(times) and all(t in times or t.key in _TIME_LINKS or t.lower in WHICH_TIME for t in words)


def starts_time(part: Sequence[Token]) -> bool:
    """Whether a time begins here, not in the middle of one: "in May", "last year", "Monday", but not "months"."""
    first = next(t for t in part if t.kind != "mark")
    return first.lower in PREPOSITIONS or first.lower in WHICH_TIME or first.kind == "name" or first.lower in _DAYS


def droppable(token: Token) -> bool:
    """Whether a word may go without changing a claim: an article, "has", "also", "sharply", but not "nearly"."""
    lower = token.lower
    return (
        token.key in ("the", "have")
        or lower in ADVERBS
        or (token.kind == "word" and lower.endswith("ly") and lower not in _LIMITING)
    )


def weight_of(part: Sequence[Token], conditions: frozenset[str] = CONDITIONS) -> str | None:
    """The first word of a part that makes it a condition, a doubt or a denial, or None."""
    for t in part:
        if t.text == "May":
            continue
        if t.negative or t.lower in conditions or t.lower in REVERSING or t.lower in _DOUBT:
            return t.text
    return None


def reports(part: Sequence[Token]) -> bool:
    """Whether a part says who says or thinks so: "Li said", "according to Li", "analysts fear", not "its report"."""
    if part and part[0].lower == "contrary":
        part = part[3:]
    nouns = {n + 1 for n, t in enumerate(part) if t.lower in DETERMINERS or t.kind == "possessive"}
    return any((t.lower in REPORTING and n not in nouns) or t.lower == "according" for n, t in enumerate(part))


def shown(part: Sequence[Token]) -> str:
    """A few words of a part, for a reason that a reader sees."""
    words = [t.text for t in part if t.kind != "mark"]
    return " ".join(words if len(words) < 8 else [*words[:6], "…"]).replace(" ’s", "’s")


def names_only(words: Sequence[Token]) -> bool:
    """Whether these words are names, titles and roles."""
    return bool(words) and all(
        t.kind in ("name", "possessive") or t.key == "the" or t.lower in TITLES or t.lower in ROLE_HEADS for t in words
    )


def is_title(words: Sequence[Token], name: Token) -> bool:
    """Whether these words stand before a person's name as first name, role or employer: Meta’s chief executive Mark."""
    last = words[-1].lower
    return last in MALE or last in FEMALE or ((last in TITLES or last in ROLE_HEADS) and name.kind == "name")


def is_collective(source: Sequence[Token]) -> bool:
    """Whether a sentence speaks of several things as one, so that none may be taken out of "A and B"."""
    return any(t.lower in _COLLECTIVE for t in source)


def has_verb(part: Sequence[Token]) -> bool:
    """Whether a part seems to hold a verb, so that it may be a clause; plain present tense goes unnoticed."""
    return any(
        t.key in _FINITE
        or (t.kind == "word" and (t.lower.endswith("ed") or t.lower in REPORTING or base_form(t.text) != t.lower))
        for t in part
    )


def is_past(token: Token) -> bool:
    """Whether a word seems to be a verb in its past, or a participle."""
    lower = token.lower
    inflected = lower.endswith("ed") or (base_form(token.text) != lower and not lower.endswith(("s", "ing")))
    return token.kind == "word" and (inflected or lower in _PAST)
