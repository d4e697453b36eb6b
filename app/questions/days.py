"""Days, months, years and weeks as people write them, each as its first day and the day after its last."""

from __future__ import annotations

import re
from datetime import date, timedelta

from retrieval.dates import parse_date
from retrieval.speech_words import MONTHS

Days = tuple[date, date]
"""Half-open: [first day, day after the last)."""

_NUMBERS = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
"""A regular expression (ignore case; no groups) for a month's name, or short for it."""
_LATELY = (
    rf"(?:(?:the\s+)?(?:last|past|previous|this)\s+(?:(?:\d{{1,3}}|{'|'.join(_NUMBERS)})\s+)?(?:day|week|month|year)s?)"
)
PERIOD = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH},?\s+\d{{4}}|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|{MONTH},?\s+(?:of\s+)?\d{{4}}|\d{{4}}-\d\d(?:-\d\d)?|(?:the\s+year\s+)?(?:19|20)\d\d"
    rf"|{_LATELY}|yesterday|today)(?![\w-]|\s+of\b|[’'])"
)
"""A regular expression (ignore case; no groups) for what days_of reads within a sentence."""

_ISO = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_MONTH_OF = re.compile(rf"({MONTH}),?\s+(?:of\s+)?(\d{{4}})", re.IGNORECASE)


def iso_days(text: str) -> Days:
    """Read "2025", "2025-01" or "2025-01-31". Raises ValueError, with what to write instead, for anything else."""
    match = _ISO.fullmatch(text.strip())
    try:
        if not match:
            raise ValueError
        year, month, day = (int(part) if part else 0 for part in match.groups())
        return _of_day(date(year, month, day)) if day else _of_month(year, month) if month else _of_year(year)
    except ValueError:
        raise ValueError(f"{text!r} is no day, month or year: write 2025-01-31, 2025-01 or 2025.") from None


def days_of(text: str, today: date) -> Days | None:
    """Read a text that PERIOD matches; today: by which "last week" is meant. None where there is no such day.

    "last week" is the one before this, Monday to Sunday; "the last 7 days" end today.
    """
    text = " ".join(text.lower().removeprefix("the year ").split())
    if text in ("today", "yesterday"):
        return _of_day(today - timedelta(days=text == "yesterday"))
    if match := re.fullmatch(_LATELY, text):
        return _lately(match.group().split(), today)
    try:
        if _ISO.fullmatch(text):
            return iso_days(text)
        if match := _MONTH_OF.fullmatch(text):
            return _of_month(int(match[2]), MONTHS[match[1].rstrip(".")])
    except ValueError:
        return None
    day = parse_date(text)
    return _of_day(day) if day else None


def _lately(words: list[str], today: date) -> Days | None:
    which, unit = words[words[0] == "the"], words[-1].rstrip("s")
    number = words[-2]
    count = int(number) if number.isdigit() else _NUMBERS.get(number, 0)
    back = 0 if which == "this" else 1
    if unit == "day" and not count:
        return _of_day(today - timedelta(days=back))
    if count:
        start = _months_before(today, count * (12 if unit == "year" else 1)) if unit in ("month", "year") else None
        return start or today - timedelta(days=count * (7 if unit == "week" else 1) - 1), today + timedelta(days=1)
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=7)
    if unit == "month":
        first = _months_before(today.replace(day=1), back)
        return _of_month(first.year, first.month)
    return _of_year(today.year - back)


def _of_day(day: date) -> Days:
    return day, day + timedelta(days=1)


def _of_month(year: int, month: int) -> Days:
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _of_year(year: int) -> Days:
    return date(year, 1, 1), date(year + 1, 1, 1)


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last that there is of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (_of_month(year, month + 1)[1] - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
