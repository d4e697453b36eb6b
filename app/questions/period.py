"""The year or quarter that a question names, and whether a sentence can be speaking of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval.documents import Document, Span

_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})s?\b")
_SPAN = re.compile(r"\b((?:1[0-9]|20)[0-9]{2})\s?(?:-|–|—|to|and|until)\s?((?:1[0-9]|20)[0-9]{2})\b")
_QUARTER = re.compile(
    r"\b(?:Q(?P<n>[1-4])|(?P<word>first|second|third|fourth|1st|2nd|3rd|4th)[- ](?:fiscal[- ])?quarter|"
    r"(?P<months>January (?:to|through) March|April (?:to|through) June|July (?:to|through) September|"
    r"October (?:to|through) December|last three months|final (?:quarter|three months)|holiday quarter))\b",
    re.IGNORECASE,
)
_NUMBER = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_MONTHS = {"january": 1, "april": 2, "july": 3, "october": 4, "last": 4, "final": 4, "holiday": 4}


@dataclass(frozen=True)
class Period:
    """The years and quarters (1 to 4) that a text names."""

    years: frozenset[int]
    quarters: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.years or self.quarters)


@lru_cache(maxsize=1024)
def period(text: str) -> Period:
    """Every year and quarter that a text names; "1990 to 1995" names all six."""
    years = {int(m[1]) for m in _YEAR.finditer(text)}
    for m in _SPAN.finditer(text):
        first, last = int(m[1]), int(m[2])
        years.update(range(first, last + 1) if last - first < 100 else ())
    return Period(frozenset(years), frozenset(map(_quarter, _QUARTER.finditer(text))))


def _quarter(m: re.Match[str]) -> int:
    if m["n"]:
        return int(m["n"])
    return _NUMBER[m["word"].lower()] if m["word"] else _MONTHS[m["months"].split()[0].lower()]


def can_be_of(asked: Period, document: Document, span: Span, passage: Span) -> bool:
    """Whether the sentence at a span may speak of the period asked about.

    It does where it, the title or the passage before it names the year; where none of them names one, as news does
    not that speaks of its own time, also where that is the document's year or the one before. A quarter has to be
    named in the passage, the title or the text, and the sentence may not name only another; where no quarter is named
    at all, news speaks of the one that was over when it was published.
    """
    own = period(document.text[span[0] : span[1]])
    if asked.quarters and not _quarter_fits(asked, own, document, passage):
        return False
    if not asked.years or asked.years & own.years or asked.years & period(document.title).years:
        return True
    day = document.published
    if day is not None and asked.years & {day.year, day.year - 1}:
        return True
    before = [int(m[1]) for m in _YEAR.finditer(document.text[passage[0] : span[0]])]
    return bool(before) and before[-1] in asked.years and not own.years


def _quarter_fits(asked: Period, own: Period, document: Document, passage: Span) -> bool:
    if own.quarters:
        return bool(asked.quarters & own.quarters)
    near = period(document.title).quarters | period(document.text[passage[0] : passage[1]]).quarters
    near = near or period(document.text).quarters
    if not near and document.published:
        near = frozenset(((document.published.month - 4) // 3 % 4 + 1,))
    return bool(asked.quarters & near)
