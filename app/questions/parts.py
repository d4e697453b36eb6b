"""A question that asks two things, taken apart, so that the one is answered where the sources don't say the other."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from app.check.words import words
from app.questions.followup import filled_in
from app.questions.question import Question, understand
from app.questions.thesaurus import related

_ASKS = r"(?:what|how|who|whom|whose|when|where|why|which|did|does|do|is|are|was|were|has|have|will|can)\b"
_JOINT = re.compile(rf"\s*(?:,|;)?\s+(?:and|but)\s+(?=(?:in\s+)?{_ASKS})|\?\s+(?:and\s+)?(?={_ASKS})", re.IGNORECASE)
_TWO_WORDS = re.compile(
    r"^(?P<one>why|when|where|how|who)\s+and\s+(?P<other>why|when|where|how|who)\s+(?P<rest>\S.*)$", re.IGNORECASE
)
_NAME = r"[^\W\d_a-z][\w.’'&-]*(?:\s+[^\W\d_a-z][\w.’'&-]*){0,3}"
_TWO_NAMES = re.compile(rf"(?<![\w’'])(?P<one>(?:the\s+)?{_NAME})\s+and\s+(?P<other>(?:the\s+)?{_NAME})")
_OF_BOTH = re.compile(
    r"\b(?:between|both|together|combined|differ\w*|compar\w*|relation\w*|merge\w*|versus)\b|\bhow\s+are\b",
    re.IGNORECASE,
)
_MEASURE = (
    r"(?:[a-z][\w-]*\s+){0,3}(?:rate|ratio|margin|price|value|income|revenues?|profits?|loss(?:es)?|sales|costs?|expenses|"
    r"spending|capex|debt|budget|headcount|staff|users|employees|earnings|EPS|dividend|growth|turnover|guidance|outlook|"
    r"population|salary|size|weight|height|length|age)"
)
_TWO_MEASURES = re.compile(
    rf"^[Ww]hat\s+(?P<verb>is|was|are|were)\s+(?P<whose>the\s+|{_NAME}[’']s\s+)(?P<one>{_MEASURE})"
    rf"(?:,?\s+and|,)\s+(?:the\s+|its\s+|their\s+)?(?P<other>{_MEASURE})(?P<after>(?:\s+(?:of|at|in|for)\s[^?]*)?)\??$"
)
_ASKED_OF = re.compile(r"^(?P<one>who\s+(?:is|was)\s+(?P<whom>.+))$", re.IGNORECASE)
_HE_OR_SHE = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)


@lru_cache(maxsize=256)
def parts(question: str) -> tuple[str, ...]:
    """The questions that one question is made of, each made to stand alone; one question alone is itself.

    Two are told apart by a second question word ("… and when did they recover?"), by two of them before one clause
    ("When and where …"), by two names of which the same is asked ("What did X and Y say …"), or by two measures of one
    ("What was X's income and revenue?").
    """
    joint = _JOINT.search(question)
    if joint and _is_whole(question[: joint.start()]):
        one = question[: joint.start()].rstrip(" ?,") + "?"
        other = _second(one, question[joint.end() :])
        if _is_whole(other):
            return (*parts(one), *parts(other.rstrip(" ?.!") + "?"))
    double = _TWO_WORDS.match(question)
    if double:
        return tuple(f"{word.capitalize()} {double['rest']}" for word in (double["one"], double["other"]))
    if two := _TWO_MEASURES.match(question.strip()):
        return tuple(_of_measure(one, two) for one in (two["one"], two["other"]))
    return _of_each_name(question)


@lru_cache(maxsize=64)
def asked_in(question: str) -> tuple[Question, ...]:
    """The questions that one question is made of, read; one that names nothing is about what the first one names."""
    first, *others = [understand(part) for part in parts(question)]
    named = frozenset(w.stem for w in (*first.names, *words(first.who)) if w.capital and not related(w.stem))
    return (first, *(other if other.names or other.who else replace(other, about=named) for other in others))


def _of_measure(measure: str, asked: re.Match[str]) -> str:
    now = asked["verb"] in ("is", "are")
    verb = ("are" if now else "were") if measure.endswith("s") else "is" if now else "was"
    return f"What {verb} {asked['whose']}{measure}{asked['after']}?"


def _second(one: str, other: str) -> str:
    """The second question with what it leaves to the first: "how old is she" gets the person that "who" asks for."""
    other = other[:1].upper() + other[1:]
    who = _ASKED_OF.match(one.rstrip(" ?"))
    if who and _HE_OR_SHE.search(other):
        return _HE_OR_SHE.sub(who["whom"], other, count=1)
    return filled_in(other, one)


def _is_whole(question: str) -> bool:
    """Whether it says enough to be asked alone: "over how many years?" doesn't."""
    return bool(re.match(rf"(?:in\s+)?{_ASKS}", question, re.IGNORECASE)) and len(understand(question).terms) > 0


def _of_each_name(question: str) -> tuple[str, ...]:
    """One question for each of two names of which something is said or counted; a relation of the two stays whole."""
    asked = understand(question)
    joined = _TWO_NAMES.search(question)
    if not joined or asked.kind not in ("speech", "quantity") or _OF_BOTH.search(question):
        return (question,)
    one, other = joined["one"], joined["other"]
    before, after = question[: joined.start()], question[joined.end() :]
    if not _ends_in_name(one) or (not before and words(one)[0].start == 0 and not words(one)[0].content):
        return (question,)
    if other.endswith(("’s", "'s")) and not one.endswith(("’s", "'s")):
        one += "’s"
    return (*_of_each_name(before + one + after), *_of_each_name(before + other + after))


def _ends_in_name(text: str) -> bool:
    return words(text)[-1].capital and words(text)[-1].content
