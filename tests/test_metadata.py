"""Title, outlet, author and date are read where a text states them, and nowhere else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.bylines import read_byline
from retrieval.dates import parse_date
from retrieval.metadata import label, stated

DAY = date(2025, 1, 31)
PROSE = (
    "The maker of network gear said on January 24 that it would spend $4 billion on new plants by the end of 2026, "
    "twice what it had planned, because orders from cloud companies kept growing through the autumn.\n"
)


@pytest.mark.parametrize(
    "written",
    [
        "31 Jan 2025",
        "31st January, 2025",
        "31 January 2025",
        "January 31, 2025",
        "Jan. 31, 2025",
        "JANUARY 31ST, 2025",
        "Friday, January 31, 2025 at 5:30 PM EST",
        "2025-01-31",
        "2025-01-31T23:59:00-05:00",
        "2025/01/31",
        "01/31/2025",
        "31/01/2025",
        "31.01.2025",
        "31-Jan-2025",
        "31st of January 2025",
    ],
)
def test_dates_are_read_in_the_ways_they_are_written(written: str) -> None:
    assert parse_date(written) == DAY


@pytest.mark.parametrize(
    "written",
    ["", "January 2025", "2025", "Jan 31", "01/02/2025", "31 Feb 2025", "2025-13-01", "31/01/25", "12.2.2025"],
)
def test_what_is_no_full_unambiguous_date_is_none(written: str) -> None:
    assert parse_date(written) is None


def test_the_same_day_and_month_are_unambiguous() -> None:
    assert parse_date("02/02/2025") == date(2025, 2, 2)


@pytest.mark.parametrize(
    ("line", "author", "outlet"),
    [
        ("By Jane Doe", "Jane Doe", None),
        ("by Jane Doe", "Jane Doe", None),
        ("BY JANE DOE", "JANE DOE", None),
        ("Written by Jane Doe", "Jane Doe", None),
        ("By Jane Doe and Li Wei", "Jane Doe, Li Wei", None),
        ("By Jane Doe, Omar Aziz and Li Wei", "Jane Doe, Omar Aziz, Li Wei", None),
        ("By Jane Doe, Staff Writer", "Jane Doe", None),
        ("By Jane Doe, Harbor Ledger", "Jane Doe", "Harbor Ledger"),
        ("By Jane Doe for The Harbor Ledger", "Jane Doe", "The Harbor Ledger"),
        ("By Jane Doe | Tidewater News", "Jane Doe", "Tidewater News"),
        ("By Maria de la Cruz", "Maria de la Cruz", None),
        ("By Jean-Luc O'Neill", "Jean-Luc O'Neill", None),
        ("By Tidewater News Network", None, "Tidewater News Network"),
        ("By Harbor Ledger Staff", None, "Harbor Ledger"),
        ("By Staff Writer", None, None),
        ("By Web Desk", None, None),
        ("By The Harbor Post", None, "The Harbor Post"),
        ("By Emily Post", "Emily Post", None),
        ("Author: Jane Doe", "Jane Doe", None),
        ("By Jane Doe - 31 January 2025", "Jane Doe", None),
        ("By Jane Doe on January 31, 2025 at 5:30 pm", "Jane Doe", None),
    ],
)
def test_bylines_tell_people_from_outlets(line: str, author: str | None, outlet: str | None) -> None:
    byline = read_byline(line)
    assert byline is not None
    assert (byline.author, byline.outlet) == (author, outlet)


@pytest.mark.parametrize(
    "line",
    [
        "By Friday, the shares had recovered.",
        "By January, the plant was built",
        "By contrast, rivals spent less",
        "By then the market had closed",
        "Standing by Your Man",
        "By Apple, for Apple users: what the new rules change for you",
        "The company, by its own account, is late",
    ],
)
def test_running_text_is_no_byline(line: str) -> None:
    assert read_byline(line) is None


@pytest.mark.parametrize(
    "head",
    [
        "Fiberline doubles its budget\n\nPublished 31 Jan 2025\n\n",
        "Fiberline doubles its budget\nJanuary 31, 2025\n",
        "Fiberline doubles its budget\n\nBy Jane Doe\n\nPublished: Jan. 31, 2025, 9 a.m. ET | Updated: Feb 3, 2025\n\n",
        "Fiberline doubles its budget\n\nUpdated Feb. 3, 2025 | Published Jan. 31, 2025\n\n",
        "Fiberline doubles its budget\nBy Jane Doe | January 31, 2025\n",
        "Fiberline doubles its budget\n\nPosted on 2025-01-31 by Jane Doe\n\n",
        "Fiberline doubles its budget\n\nFriday, 31 January 2025 · 3 min read\n\n",
        "Fiberline doubles its budget By Jane Doe - 31 January 2025\n\n",
        "Title: Fiberline doubles its budget\nAuthor: Jane Doe\nDate: 2025-01-31\n\n",
        "TECHNOLOGY\n\nFiberline doubles its budget\n\n31.01.2025\n\n",
        "Fiberline doubles its budget\n\nHarbor Ledger News | January 31, 2025\n\n",
        "Fiberline doubles its budget\n\nFirst published on Fri 31 Jan 2025 10.12 GMT\n\n",
    ],
)
def test_title_and_date_are_found_above_the_text(head: str) -> None:
    said = stated(head + PROSE)
    assert (said.title, said.published) == ("Fiberline doubles its budget", DAY)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "Fiberline doubles its budget\n\n" + PROSE,
        "Fiberline doubles its budget\n\nUpdated: January 31, 2025\n\n" + PROSE,
        "Fiberline doubles its budget\n\n" + PROSE + "On January 31, 2025, the board met.\n",
        "What Fiberline said on January 31, 2025\n\n" + PROSE,
        "Fiberline doubles its budget\n\n31/01/25\n\n" + PROSE,
        "LONDON, Jan 31 (Tidewater) - " + PROSE,
    ],
)
def test_no_date_is_taken_from_anywhere_else(text: str) -> None:
    assert stated(text).published is None


def test_a_wire_dateline_gives_the_agency_and_a_full_date() -> None:
    said = stated("MENLO PARK, Calif., Jan. 31, 2025 (Tidewater) - " + PROSE)
    assert (said.source, said.published, said.title) == ("Tidewater", DAY, None)
    assert stated("NEW YORK (Tidewater) — " + PROSE).source == "Tidewater"


def test_a_date_line_at_the_end_counts_when_it_says_published() -> None:
    assert stated(PROSE + "\nPublished on 31 January 2025\n").published == DAY


def test_title_byline_and_date_in_one_line() -> None:
    text = "Fiberline doubles its budget By Tidewater News Network - 31 January 2025\n\n" + PROSE
    said = stated(text)
    assert (said.title, said.source, said.author) == ("Fiberline doubles its budget", "Tidewater News Network", None)
    assert [text[a:b] for a, b in said.lines] == ["By Tidewater News Network - 31 January 2025"]


def test_a_text_without_title_is_labelled_with_its_first_words() -> None:
    assert stated(PROSE).title is None
    name = label(PROSE)
    assert name.endswith("…")
    assert len(name) <= 91
    assert PROSE.startswith(name[:-1])
    assert label("Short note.") == "Short note."


@given(st.text(max_size=400))
def test_any_text_is_read_and_spans_lie_inside(text: str) -> None:
    said = stated(text)
    assert all(0 <= start < end <= len(text) for start, end in said.lines)
    assert bool(label(text).strip()) == bool(text.strip())
