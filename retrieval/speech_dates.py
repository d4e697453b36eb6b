"""When something was said: the date that a sentence gives beside its verb of speech."""

from __future__ import annotations

from datetime import date, timedelta

from retrieval.documents import Span
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import MONTHS, WEEKDAYS


def said_on(
    tokens: Tokens, sentence: int, contents: list[Span], cue: Span | None, published: date | None
) -> date | None:
    """Return the date of speaking that the sentence tells outside the content, nearest to the cue, or None.

    A weekday is the nearest one on or before publication; a day and month without a year is the nearest such day on
    or before publication. Where the publication date is unknown only a full date counts.
    """
    low, high = tokens.sentences[sentence]
    near = cue[0] if cue else low
    for at in sorted(range(low, high), key=lambda at: abs(at - near)):
        if any(start <= at < end for start, end in contents):
            continue
        word = tokens.lower[at]
        found: date | None = None
        if word in WEEKDAYS and published is not None:
            found = published - timedelta(days=(published.weekday() - WEEKDAYS.index(word)) % 7)
        elif word == "yesterday" and published is not None:
            found = published - timedelta(days=1)
        elif word in MONTHS and (word != "may" or tokens.word[at] == "May"):
            found = _dated(tokens, at, low, high, published)
        if found is not None:
            return found
    return None


def _dated(tokens: Tokens, at: int, low: int, high: int, published: date | None) -> date | None:
    near = [k for k in (at + 1, at + 2, at - 1) if low <= k < high and tokens.word[k].isdigit()]
    days = [int(tokens.word[k]) for k in near if len(tokens.word[k]) <= 2]
    years = [
        int(tokens.word[k])
        for k in range(at + 1, min(at + 5, high))
        if tokens.word[k].isdigit() and len(tokens.word[k]) == 4
    ]
    if not days:
        return None
    try:
        if years:
            return date(years[0], MONTHS[tokens.lower[at]], days[0])
        if published is None:
            return None
        found = date(published.year, MONTHS[tokens.lower[at]], days[0])
        return found if found <= published else found.replace(year=published.year - 1)
    except ValueError:
        return None
