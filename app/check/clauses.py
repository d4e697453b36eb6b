"""What a claim may leave out of the sentence it rests on without saying something else: before, between and after.

A claim keeps a sentence's meaning when only whole clauses, parentheses, times of day and the like are dropped, and
nothing dropped was a condition, a doubt, a denial, or the name of who says so. Everything else counts as a change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.check.alignment import Token
from app.check.clause_words import (
    ADVERBS,
    CLAUSE_OPENERS,
    CONDITIONS,
    FRONTED,
    JOINTS,
    ORGANISED,
    REPORTING,
    REVERSING,
    STOPS,
    TIMES,
    VENUES,
    WHICH_TIME,
    droppable,
    has_verb,
    is_past,
    is_time,
    is_title,
    names_only,
    reports,
    shown,
    starts_time,
    weight_of,
)
from retrieval.speech_words import DETERMINERS, MODALS, PREPOSITIONS, ROLE_HEADS, TITLES

_LIMITING = frozenset(
    "in on under without before apart except excepting excluding besides outside during until".split()
)
_FIXED = frozenset("fact turn addition particular general short effect all other its his her their".split())
_BESIDE = frozenset("versus vs compared".split())
"""What a figure is set beside may be left out."""
_WHY = frozenset("as on amid".split())
_INVERTED = frozenset("had were should".split())
"""Verbs that open a condition without an "if"."""


def gap_problem(
    gap: Sequence[Token], after: Token, *, before: Sequence[Token], strict: bool, reported: bool
) -> str | None:
    """Why the tokens between two used ones may not be dropped, or None. reported: the claim says whose words they are.

    after: the used token that follows; before: all tokens up to the gap, the last of them used, or nothing.
    """
    words = [t for t in gap if t.kind != "mark"]
    if all(droppable(t) and not (strict and t.lower.endswith("ly")) for t in words):
        to_follows = words and words[-1].key == "have" and after.lower == "to"
        return f"it drops “{shown([*words, after])}”" if to_follows else None
    if names_only(words) and (after.kind == "name" or reported) and is_title(words, after):
        return None
    if not strict and is_time(gap) and starts_time(gap):
        return None
    enclosed = gap[0].text in (",", "(", "–", "—", "--") and [t.kind for t in gap].count("mark") == 2
    enclosed = enclosed and gap[-1].kind == "mark"
    if enclosed and _limits(words):
        return f"it drops “{shown(words)}”, which limits what its source says"
    if enclosed and words[0].lower in CLAUSE_OPENERS:
        return None
    weight = weight_of(words)
    if weight is not None:
        return f"it drops “{weight}” from what its source says"
    if enclosed and (reported or not reports(words)):
        return None
    if before and (_opens_relative(gap, after, before) or _is_start(gap, after, before)):
        return None
    if before and not strict and _is_first_predicate(gap, after, before[-1]):
        return None
    if gap[0].lower in (",", "and") and names_only([t for t in words if t.lower != "and"]):
        return None
    if len(words) == 1 and words[0].lower in ORGANISED:
        return None
    return f"it drops “{shown(words)}”, which changes what its source says"


def _opens_relative(gap: Sequence[Token], after: Token, before: Sequence[Token]) -> bool:
    """Whether a relative clause is made a sentence of its own: "Vell, which left in May," as "Vell left in May"."""
    opens = [t.lower for t in gap] in ([",", "who"], [",", "which"])
    marks = [n for n, t in enumerate(before) if t.kind == "mark"]
    head = before[marks[-1] + 1 if marks else 0 :]
    alone = not any(t.kind == "possessive" or t.lower in PREPOSITIONS or t.lower in JOINTS for t in head)
    return opens and alone and after.kind == "word" and after.lower not in (*DETERMINERS, *PREPOSITIONS)


def _is_start(gap: Sequence[Token], after: Token, before: Sequence[Token]) -> bool:
    """Whether what was before a change is left out: "rose from 3 to 4" as "rose to 4"."""
    if [t.lower for t in gap[:1]] != ["from"] or [t.kind for t in gap[1:]] not in (["figure"], ["figure", "mark"]):
        return False
    start, reached = gap[1].figure, before[-1].figure
    counts = start is not None and start.unit not in ("year", "label")
    return counts and (after.lower == "to" or reached is not None)


def _is_first_predicate(gap: Sequence[Token], after: Token, doer: Token) -> bool:
    """Whether the first of two things that one did is left out: "left in May and joined Vell" as "joined Vell"."""
    if not (is_past(gap[0]) and is_past(after) and gap[-1].lower == "and") or reports(gap):
        return False
    if not doer.content or doer.kind == "figure" or is_past(doer) or doer.lower in MODALS or doer.lower.endswith("ly"):
        return False
    return not any(t.kind == "mark" or is_past(t) or t.key == "which" for t in gap[1:-1])


def _limits(words: Sequence[Token]) -> bool:
    """Whether a parenthesis says where or without what: ", apart from gas,", ", in a simulator,", not ", in fact,"."""
    lower = [t.lower for t in words]
    fixed = lower[1:2] and lower[1] in _FIXED
    return lower[0] in _LIMITING and not (fixed or VENUES & set(lower) or is_time(words))


def start_problem(before: Sequence[Token], first: Token, *, reported: bool, opened: bool = False) -> str | None:
    """Why a claim may not begin where these tokens of its sentence come before it, or None.

    opened: a quotation begins right there.
    """
    before = _without_light(before, first, reported)
    if not any(t.kind != "mark" for t in before):
        return None
    if before[-1].text in STOPS:
        return None
    last, head = before[-1], _since_joint(before)
    weight = weight_of(head)
    if weight is not None:
        return f"its source says this only under “{shown([t for t in head if t.kind != 'mark'])}”"
    if reported and (opened or _ends_in_report(before) or (before[0].lower == "according" and last.text == ",")):
        return None
    if reports(head) and not (reported or head is not before):
        return f"its source says this only as “{shown(head)} …”"
    if last.lower in JOINTS:
        return _joint_problem(before, first)
    if last.kind == "mark":
        return _comma_problem(before, first)
    return f"its source says this of “{shown([*before[-3:], first])}”"


def _ends_in_report(before: Sequence[Token]) -> bool:
    """Whether a verb of speech leads up to here: "said", "told analysts that", "wrote on X, that same Monday, that"."""
    rest = list(before)
    if rest and rest[-1].lower == "that":
        rest.pop()
        while rest and (
            rest[-1].kind in ("mark", "name")
            or rest[-1].kind == "figure"
            or rest[-1].lower in (*TIMES, *WHICH_TIME, *VENUES, *PREPOSITIONS, "the", "a", "an", "that")
        ):
            rest.pop()
    noun = len(rest) > 1 and (rest[-2].lower in REPORTING or rest[-2].lower in DETERMINERS)
    return bool(rest) and rest[-1].lower in REPORTING and not noun


def _without_light(before: Sequence[Token], first: Token, reported: bool) -> Sequence[Token]:
    """Without what may always be dropped at the start: "the", a first name or a title, "I think"."""
    before = list(before)
    while before and (before[-1].key == "the" or before[-1].lower in ADVERBS - {"just", "even"}):
        before.pop()
    run = len(before)
    while run and (names_only(before[run - 1 : run])):
        run -= 1
    if first.kind == "name" and run < len(before) and is_title(before[run:], first):
        before = before[:run]
    if reported:
        text = " ".join(t.lower for t in before)
        light = re.search(r"(?:^| )(?:(?:i|we) (?:think|believe) ?(?:that )?)?(?:(?:there|it) is ?)?$", text)
        dropped = len(light.group().split()) if light else 0
        before = before[: len(before) - dropped] if dropped else before
    return before


def _since_joint(before: Sequence[Token]) -> Sequence[Token]:
    """What stands between the last clause that ended (at ";", "and", "but", "while", …) and the claim, or all of it."""
    for n in range(len(before) - 1, -1, -1):
        if before[n].text in STOPS:
            return before[n + 1 :]
        if before[n].lower in JOINTS and has_verb(before[:n]) and n < len(before):
            return before[n:]
    return before


def _joint_problem(before: Sequence[Token], first: Token) -> str | None:
    """After "and", "while", …: a clause before it must be whole, and no list of names may reach over it."""
    rest = before[:-1]
    if before[-1].lower != "and":
        return None if not rest or has_verb(rest) else f"its source does not say this of “{first.text}” alone"
    if first.kind == "name" and rest and rest[-1].kind in ("name", "mark"):
        start = len(rest)
        while start and (rest[start - 1].kind == "name" or rest[start - 1].text == ","):
            start -= 1
        if start == 0 or rest[start - 1].text in STOPS:
            return None
        if rest[-1].text != "," or not has_verb(rest[:start]):
            return f"its source says this of “{shown([*rest[max(start - 2, 0) :], before[-1], first])}”"
    return None if has_verb(rest) else f"its source does not say this of “{first.text}” alone"


def _comma_problem(before: Sequence[Token], first: Token) -> str | None:
    """After a comma: what came before is a whole clause or a time, an occasion, a contrast."""
    words = [t for t in before if t.kind != "mark"]
    if words[0].lower in _INVERTED:
        return f"its source says this only under “{shown(words)}”"
    occasion = words[0].lower in FRONTED and not (words[0].lower == "during" and not VENUES & {t.lower for t in words})
    if is_time(before) or occasion or before[-1].text in (":", "–", "—", "--"):
        return None
    if words[0].lower in PREPOSITIONS:
        return f"its source says this only for “{shown(words)}”"
    if first.kind == "name" and len(before) > 1 and before[-2].kind == "name":
        start = len(before)
        while start and (before[start - 1].kind == "name" or before[start - 1].text == ","):
            start -= 1
        return None if start == 0 else f"its source says this of “{shown([*before[max(start - 2, 0) :], first])}”"
    named = first.kind == "name" and words[-1].lower in (*ROLE_HEADS, *TITLES)
    plain = not any(t.lower in PREPOSITIONS for t in words) and (len(words) < 3 or named)
    return None if plain or has_verb(words) else f"its source says this of “{shown(words)}”"


def end_problem(after: Sequence[Token], *, strict: bool, reported: bool, quoted: bool = False) -> str | None:
    """Why a claim may not end where these tokens of its sentence come after it, or None.

    quoted: the claim ends in a quotation that breaks off there.
    """
    words = [t for t in after if t.kind != "mark"]
    if not words or after[0].text in STOPS or [t.lower for t in words] == ["instead"]:
        return None
    weight = next((t.text for t in words if t.lower in REVERSING), None)
    near = _near(after)
    weight = weight or weight_of(near[:1]) or weight_of(near[1:3], CONDITIONS - {"than", "or"})
    if weight is not None and not (near and near[0].lower in JOINTS and weight.lower() not in REVERSING):
        return f"it leaves out how its source goes on: “{shown(near or words)}”"
    if not strict and near and near[0].lower in _BESIDE and any(t.figure for t in near[1:4]):
        return None
    told = reports(near[:7]) and not has_complement(near)
    if not reported and near and near[0].lower not in JOINTS and told:
        return f"its source gives this as what “{shown(near)}”"
    first = after[0]
    if words[0].lower == "but" and any(t.negative for t in words[1:2]):
        return f"it leaves out how its source goes on: “{shown(words)}”"
    if first.lower == "after" and any(t.figure for t in words[1:2]):
        return f"it leaves out “{shown(words[:4])}”, which limits what its source says"
    if first.kind == "mark" or first.lower in JOINTS or first.lower in ("which", "who", "whose", "after"):
        return None
    if first.lower == "as" and (len(words) < 2 or words[1].lower not in ("much", "many", "long", "soon", "a", "well")):
        return "it ends before its source does" if strict else None
    if first.lower in ("to", "from") and len(words) > 1 and words[1].kind == "figure":
        return None
    phrase = _phrase(after)
    if not strict and (
        (is_time(phrase) and starts_time(phrase))
        or (first.lower in PREPOSITIONS and VENUES & {t.lower for t in phrase})
    ):
        return None
    loose = quoted and (first.lower in PREPOSITIONS or first.lower in ("that", "there", "and"))
    return None if loose else f"it leaves out “{shown(phrase)}”, which limits what its source says"


def has_complement(near: Sequence[Token]) -> bool:
    """Whether "as investors feared that …" or "on fears that …" says why, since it says itself what they feared."""
    if not near or near[0].lower not in _WHY:
        return False
    places = [
        n + 2
        for n, (t, that) in enumerate(zip(near, near[1:], strict=False))
        if that.lower == "that" and t.lower in REPORTING
    ]
    return any(near[n:] and near[n].lower not in TIMES and has_verb(near[n:]) for n in places)


def _near(after: Sequence[Token]) -> Sequence[Token]:
    """The words up to the next mark but one: ", if sales fall," without the commas."""
    rest = list(after)
    while rest and rest[0].kind == "mark":
        rest.pop(0)
    end = next((n for n, t in enumerate(rest) if t.kind == "mark" or (n and t.lower in JOINTS)), len(rest))
    return rest[:end]


def _phrase(after: Sequence[Token]) -> Sequence[Token]:
    """The words from here to the next mark, joint or preposition, "of" not counted."""
    end = next(
        (
            n
            for n, t in enumerate(after)
            if n and (t.kind == "mark" or t.lower in JOINTS or (t.lower in PREPOSITIONS and t.lower != "of"))
        ),
        len(after),
    )
    return after[:end]
