"""Periods and days that a text names: years, quarters, months, days of the week, "this year", "from a year earlier"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.speech_words import MONTHS, WEEKDAYS

_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_MONTHS = "|".join(m.capitalize() for m in MONTHS if len(m) > 2)
_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in {
        "compared": r"(?i)\b(?:(?:up |down )?(?:from|than|on|over|in)\s+)?"
        r"(?:a|the|one|the same period (?:a|the|last))\s+(?:previous\s+)?year\s+(?:earlier|before|ago|prior)\b"
        r"|\byear[- ]on[- ]year\b|\byear[- ]over[- ]year\b|\bYoY\b"
        r"|\b(?:on|than) the same months of \d{4}\b|\b(?:than )?twelve months (?:before|earlier)\b"
        r"|\bfrom the previous year\b",
        "quarter": r"(?i)\b(?:the\s+)?(first|second|third|fourth)[-\s−]quarter\b(?:\s+of)?|\bQ([1-4])\b"
        r"|\b(October to December|January to March|April to June|July to September|last three months of)\b",
        "day": rf"\b(?:({_MONTHS})\.? (\d{{1,2}})(?:st|nd|rd|th)?|(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTHS}))\b(?!\s*%)",
        "month": rf"\b(?:{_MONTHS})\b",
        "weekday": rf"\b(?:{'|'.join(w.capitalize() for w in WEEKDAYS)})\b",
        "year": r"\b(?:19|20)\d\d\b|(?i:\bthis year\b|\blast year\b|\bnext year\b|\bthe year\b)",
        "often": r"(?i)\b(?:daily|monthly|weekly|yearly|annually|every (?:day|month|week|year)|(?:a|per|any given) day"
        r"|a month|average day)\b",
        "end": r"(?i)\b(?:the )?(?:end of (?:the |this )?year|year[’']s end|end of(?= \d{4}))",
    }.items()
)
_NAMED_QUARTERS = {"january": 1, "april": 2, "july": 3, "october": 4, "last": 4}
_OFTEN = {"day": "day", "daily": "day", "month": "month", "monthly": "month", "week": "week", "weekly": "week"}


@dataclass(frozen=True)
class Period:
    """A period named at a span of a text; kind is a key of _PATTERNS."""

    kind: str
    value: str
    start: int
    end: int


def periods(text: str, year: int | None = None) -> list[Period]:
    """The periods that a text names, in order. year: that of writing, by which "this year" is meant."""
    found: list[Period] = []
    taken = [False] * len(text)
    for kind, pattern in _PATTERNS:
        for m in pattern.finditer(text):
            if not any(taken[m.start() : m.end()]):
                taken[m.start() : m.end()] = [True] * (m.end() - m.start())
                found.append(Period(kind, _value(kind, m, year), m.start(), m.end()))
    return sorted(found, key=lambda p: p.start)


def _value(kind: str, m: re.Match[str], year: int | None) -> str:
    said = m.group().lower()
    if kind == "quarter":
        word = (m[1] or m[2] or m[3]).lower()
        return str(_ORDINAL.get(word) or _NAMED_QUARTERS.get(word.split()[0]) or word)
    if kind == "day":
        return f"{(m[1] or m[4]).lower()[:3]} {int(m[2] or m[3])}"
    if kind == "year" and not said.isdigit():
        shift = {"this year": 0, "the year": 0, "last year": -1, "next year": 1}[" ".join(said.split())]
        return str(year + shift) if year else said
    if kind == "often":
        return next((v for w, v in _OFTEN.items() if w in said), "year")
    return {"compared": "compared", "end": "end"}.get(kind, said)


def blanked(text: str, found: list[Period]) -> str:
    """The text with its periods blanked out, every other character at its place."""
    for p in found:
        text = text[: p.start] + " " * (p.end - p.start) + text[p.end :]
    return text
