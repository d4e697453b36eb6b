"""Calendar dates as documents write them, read only where day, month and year are all stated and unambiguous."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DATE = (
    rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)?(?:\ of)?[ \-]{_MONTH}[ \-,]\ ?\d{{4}}\b"
    rf"|\b{_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?,?\ \d{{4}}\b"
    r"|\b\d{4}-\d{2}-\d{2}(?![\d-])"
    r"|\b\d{4}/\d{1,2}/\d{1,2}(?![\d/])"
    r"|\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b)"
)
"""A regular expression (ignore case; no groups) for the forms that parse_date reads."""

_DATE = re.compile(DATE, re.IGNORECASE)


def parse_date(text: str) -> date | None:
    """The first date that `text` states in full, or None.

    English month names in either order ("31st January, 2025", "Jan. 31, 2025"), ISO (a time may follow), and
    1/31/2025 or 31.1.2025 where only one reading is a date. 1/2/2025 is ambiguous, hence no date.
    """
    for match in _DATE.finditer(text):
        found = _read(match.group())
        if found:
            return found
    return None


def _read(written: str) -> date | None:
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    if month := re.search(_MONTH, written, re.IGNORECASE):
        day, year = numbers
        return _valid(year, _MONTHS.index(month.group()[:3].lower()) + 1, day)
    if numbers[0] > 31:
        return _valid(*numbers)
    first, second, year = numbers
    readings = {_valid(year, first, second), _valid(year, second, first)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1400 <= year <= 2200 else None
    except ValueError:
        return None
