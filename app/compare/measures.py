"""What a figure may be a figure of: measures with their names in the news, directions, expectations and periods."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from app.check.words import fold, lowered

_MEASURES = {
    "earnings per share": r"earnings per share|eps|(?:per|a) share",
    "revenue": r"revenues?|sales|turnover|top line",
    "operating income": r"operating (?:income|profits?|earnings)",
    "net income": r"net (?:income|profits?|earnings)|profits?|earnings(?! (?:call|report|season|release))",
    "loss": r"(?:operating |net )?loss(?:es)?",
    "spending": r"capital (?:expenditures?|spending|budget|outlays?|investments?)|capex|spend(?:s|ing)?|spent|"
    r"invest(?:s|ed|ing|ments?)?|budget(?:s|ed)?|outlays?|allocat(?:es?|ed|ing)|expenditures?",
    "expenses": r"(?:total |operating )?expenses|costs?",
    "market value": r"(?:market )?value|market cap(?:itali[sz]ation)?|valuation|valued at",
    "shares": r"shares(?! outstanding)|stocks?|share price",
    "users": r"users|people (?:using|use)",
    "employees": r"employees|staff|workers|headcount|workforce",
    "deaths": r"killed|dead|deaths?|died|death toll|fatalities|lives",
    "injuries": r"injur(?:ed|ies)|wounded|hurt",
    "population": r"population|inhabitants|residents",
}
_SEARCHED = {
    "earnings per share": "share EPS",
    "revenue": "revenue sales turnover",
    "operating income": "operating",
    "net income": "profit income earnings",
    "loss": "loss lost",
    "spending": "spend spent capital capex invest investment budget outlay allocate expenditure",
    "expenses": "expenses cost",
    "market value": "value valuation capitalization capitalisation cap",
    "shares": "shares stock",
    "users": "users people",
    "employees": "employees staff workers headcount workforce",
    "deaths": "killed dead deaths died toll fatalities lives",
    "injuries": "injured injuries wounded hurt",
    "population": "population inhabitants residents",
}
"""The words by which a passage with a figure of a measure is looked up; an index reduces them to their stems."""
_MEASURE = re.compile(
    r"\b(?:" + "|".join(f"(?P<m{n}>{pattern})" for n, pattern in enumerate(_MEASURES.values())) + r")\b"
)  # of lower-cased text, as _MOVE: that is twice as fast as to ignore case
_NAMES = tuple(_MEASURES)
RESULTS = frozenset(("earnings per share", "revenue", "operating income", "net income", "loss"))
"""What "results" are made of."""
COUNTS = frozenset(("users", "employees", "deaths", "injuries", "population", "shares"))
"""Measures whose figures may be bare numbers; those of the others are money or shares of something."""
_RESULTS = re.compile(
    r"\b(?:results?|(?<!net )earnings\b(?! per share)|(?:quarterly|financial) (?:report|figures|performance)|"
    r"perform(?:ed|ance)?|"
    r"quarter|how (?:did|was|were|has|have) .* (?:do|doing|done|fare|fared|quarter))\b",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(
    r"\b(net|operating|gross|adjusted|daily|weekly|monthly|annual|average|median|mean|domestic|global|"
    r"quarterly|diluted|median|direct|indirect)\b",
    re.IGNORECASE,
)
_FALL = (
    r"falls?|fell|fallen|falling|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|plung(?:e|es|ed|ing)|tumbl(?:e|es|ed|ing)|"
    r"sinks?|sank|sunk|slump(?:s|ed|ing)?|slid(?:es?|ing)?|plummet(?:s|ed|ing)?|los(?:e|es|t|ing)|sheds?|down|lower|less|"
    r"fewer|decreas(?:e|es|ed|ing)|tank(?:s|ed|ing)?|crash(?:es|ed|ing)?|dip(?:s|ped)?|wiped|erased|shrank|cut"
)
_RISE = (
    r"ris(?:e|es|en|ing)|rose|climb(?:s|ed|ing)?|jump(?:s|ed|ing)?|surg(?:e|es|ed|ing)|soar(?:s|ed|ing)?|grow(?:s|n|ing|th)?|"
    r"grew|increas(?:e|es|ed|ing)|gain(?:s|ed|ing)?|rall(?:y|ies|ied)|up|higher|more|added"
)
_MOVE = re.compile(rf"\b(?!(?:up to|(?:more|less|fewer|lower|higher) than)\b)(?:(?P<fall>{_FALL})|(?P<rise>{_RISE}))\b")
_ANALYSTS = re.compile(
    r"\b(?:analysts?|wall street|(?:the )?street|consensus|economists|estimates?|pencill?ed|looking for)\b",
    re.IGNORECASE,
)
_EXPECTED = (
    r"expect(?:ed|ing)?|forecasts?|estimated?|predict(?:ed)?|project(?:ed)?|anticipated?|pencill?ed in|looking for"
)
_EXPECTATION = r"consensus|estimates?|forecasts?|expectations|projections|predictions"
_EXPECTED_AFTER = re.compile(
    r"\W*(?:[\w-]+\W+){0,2}?(?:that\s+)?(?:(?:was|were|had been|(?:analysts|they)(?:'d| had)?)\s+)?"
    r"(?:expected|forecast|estimated|predicted|projected|anticipated|pencill?ed in|consensus|estimates?)\b(?!\s+to\b)",
    re.IGNORECASE,
)
_EXPECTED_BEFORE = re.compile(rf"\b(?:{_EXPECTED})\b(?:[^\w,;]+[\w'-]+){{0,6}}[^\w,;]*$", re.IGNORECASE)
_EXPECTATION_BEFORE = re.compile(
    rf"\b(?:{_EXPECTATION})\s+(?:of|for|at|was|were|stood at|called for)\b(?:[^\w,;]+[\w'-]+){{0,5}}[^\w,;]*$"
    r"|\bexpected\s+(?:[\w'-]+\s+){1,4}(?:of|at|was|were)\s+\W*$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:vs|versus|ahead of|above|below|beat|beating|topped|topping|against|short of|than)\b\W*(?:the\s+)?$",
    re.IGNORECASE,
)
_ASKED_EXPECTED = re.compile(
    rf"\b(?:expects|{_EXPECTED}|{_EXPECTATION}|analysts?|wall street|beat|miss(?:ed)?)\b", re.IGNORECASE
)
_EXPECTED_OF = re.compile(
    r"(?i:\b(?:analysts|wall street|the street|economists)\s+(?:expect(?:ed|ing)?|forecast(?:ing)?|predict(?:ed)?))"
    r"(?:\s+(?i:from|of|for)(?:\s+[A-Z][\w’'&-]*){1,3})?\W*$"
)
_QUARTER = re.compile(
    r"\bQ(?P<n>[1-4])\b|\b(?P<word>first|second|third|fourth|1st|2nd|3rd|4th)[ -]quarter\b|"
    r"\b(?P<fy>full[ -]year|for the (?:full |whole )?year|annual(?:ly)?)\b|"
    r"\b(?P<last>(?:last|final) (?:three months|quarter) of|October (?:to|through) December)\b",
    re.IGNORECASE,
)
_ORDINAL = {"first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4"}
_DAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_THIS_YEAR = re.compile(r"\bthis year\b", re.IGNORECASE)
_PLANNED = re.compile(
    r"\b(?:forecasts?|expects?|expected to|guid(?:es|ed|ance)|outlook|project(?:s|ed)|will|would|plans?|planned|"
    r"planning|aims?|targets?|hopes?|sees|could|may|might|set aside|next year)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:last year|(?:a )?year (?:earlier|ago|before)|previous(?:ly)?|prior|earlier version|formerly|used to)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\b(?:between them|together|combined|jointly)\b", re.IGNORECASE)
_SINCE = re.compile(
    r"\b(?:since|cumulative(?:ly)?|in total|add up to|over (?:the (?:next|past|last) )?\w+ years|between them|"
    r"together|combined|jointly)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def measures(text: str) -> tuple[tuple[str, int, int], ...]:
    """Each measure that a text names, with the span of its words."""
    found = _MEASURE.finditer(lowered(fold(text)))
    return tuple((_NAMES[int((m.lastgroup or "m0")[1:])], *m.span()) for m in found)


@lru_cache(maxsize=64)
def measures_asked(question: str) -> frozenset[str]:
    """The measures whose figures a question asks for; those that results are made of where it asks for results.

    What analysts expected of somebody, and of nothing in particular, are results.
    """
    named = measures(question)
    only_earnings = all(question[start:end].lower() == "earnings" for _, start, end in named)
    results = _RESULTS.search(question) or _EXPECTED_OF.search(question)
    return RESULTS if only_earnings and results else frozenset(name for name, _, _ in named)


def searched(of: Collection[str]) -> list[str]:
    """The words by which passages with figures of these measures are looked up."""
    return [word for measure in sorted(of) for word in _SEARCHED[measure].split()]


def qualifiers(text: str) -> frozenset[str]:
    """The words of a text that tell one figure of a measure from another: net, operating, daily, monthly."""
    return frozenset(m[1].lower() for m in _QUALIFIER.finditer(text))


def direction(text: str) -> str:
    """Whether a text tells of a "fall" or a "rise"; "" where of neither or both."""
    found = {m.lastgroup or "" for m in _MOVE.finditer(text.lower())}
    return found.pop() if len(found) == 1 else ""


def is_expected(before: str, after: str) -> bool:
    """Whether a figure between these words of its clause is what others expected, rather than what came or is planned.

    What a company expects of itself is a plan.
    """
    if _EXPECTED_AFTER.match(after) or _EXPECTATION_BEFORE.search(before):
        return True
    foreseen = _EXPECTED_BEFORE.search(before) or _COMPARED.search(before)
    return bool(foreseen and _ANALYSTS.search(f"{before} {re.split('[,;.]', after)[0]}"))


def asks_for_expected(question: str) -> bool:
    """Whether a question asks what was expected."""
    return bool(_ASKED_EXPECTED.search(question))


def quarters(text: str) -> frozenset[str]:
    """The quarters that a text names ("1" to "4"), "year" for the whole of one."""
    return frozenset(
        m["n"] or ("year" if m["fy"] else "4" if m["last"] else _ORDINAL[m["word"].lower()])
        for m in _QUARTER.finditer(fold(text))
    )


def years(text: str, published: date | None) -> frozenset[int]:
    """The years that a text names; "this year" is that of its publication."""
    named = {int(m.group()) for m in _YEAR.finditer(text)}
    return frozenset(named | ({published.year} if published and _THIS_YEAR.search(text) else set()))


def weekdays(text: str) -> frozenset[str]:
    """The days of the week that a text names."""
    return frozenset(m[1].lower() for m in _DAY.finditer(text))


def is_past(text: str) -> bool:
    """Whether a text speaks of an earlier time than its own."""
    return bool(_PAST.search(text))


def is_planned(text: str) -> bool:
    """Whether a text speaks of what is to come."""
    return bool(_PLANNED.search(text))


def is_cumulative(text: str) -> bool:
    """Whether a text sums up over more than one period or owner."""
    return bool(_SINCE.search(text))


def is_joint(text: str) -> bool:
    """Whether a text sums up over several owners, wherever in its sentence it says so."""
    return bool(_JOINT.search(text))
