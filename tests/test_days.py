"""Days as people write them: ISO dates of three lengths, months, years and "last week" by a given today."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questions.days import PERIOD, days_of, iso_days

TODAY = date(2025, 3, 5)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 3, 1)),
    ],
)
def test_a_date_may_be_a_year_a_month_or_a_day(text: str, first: date, after: date) -> None:
    assert iso_days(text) == (first, after)
    assert days_of(text, TODAY) == (first, after)


@pytest.mark.parametrize("text", ["", "soon", "2025-13", "2025-02-30", "25-01-01", "2025/01/01", "0000", "9999999"])
def test_what_is_no_date_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 2025-01-31, 2025-01 or 2025"):
        iso_days(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("January 2025", date(2025, 1, 1), date(2025, 1, 31)),
        ("Sept. 2024", date(2024, 9, 1), date(2024, 9, 30)),
        ("January 31, 2025", date(2025, 1, 31), date(2025, 1, 31)),
        ("31st January 2025", date(2025, 1, 31), date(2025, 1, 31)),
        ("the year 2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("yesterday", date(2025, 3, 4), date(2025, 3, 4)),
        ("last week", date(2025, 2, 24), date(2025, 3, 2)),
        ("this week", date(2025, 3, 3), date(2025, 3, 9)),
        ("last month", date(2025, 2, 1), date(2025, 2, 28)),
        ("last year", date(2024, 1, 1), date(2024, 12, 31)),
        ("the last 7 days", date(2025, 2, 27), TODAY),
        ("the past two months", date(2025, 1, 5), TODAY),
        ("the last three years", date(2022, 3, 5), TODAY),
    ],
)
def test_a_period_in_words_has_a_first_and_a_last_day(text: str, first: date, last: date) -> None:
    assert re.fullmatch(PERIOD, text, re.IGNORECASE)
    assert days_of(text, TODAY) == (first, last + timedelta(days=1))


@given(st.from_regex(re.compile(PERIOD, re.IGNORECASE | re.ASCII), fullmatch=True), st.dates(date(1990, 1, 1)))
def test_every_period_that_is_found_is_read_or_is_no_day(text: str, today: date) -> None:
    days = days_of(text, today)
    assert days is None or days[0] < days[1]
