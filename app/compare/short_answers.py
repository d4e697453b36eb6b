"""The stretch of a text that answers a question by itself: a date, a figure, a name or a short phrase."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.check.quantities import quantities
from app.check.words import Word, fold, words
from app.questions.thesaurus import named
from retrieval.documents import Span

Form = Literal["date", "figure", "name", "phrase"]
Wanted = Literal["date", "figure", "person", "place", "other"]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:1[0-9]|20)\d\d(?:s\b)?|\b[1-9]\d{2}\b(?=\s(?:AD|CE|BC))"
_ONE_DATE = (
    rf"(?:{_DAY}\s(?:of\s)?{_MONTH}(?:\s?,?\s(?:{_YEAR}))?|{_MONTH}\s{_DAY}(?:\s?,\s?(?:{_YEAR}))?|"
    rf"{_MONTH}\s?,?\s(?:{_YEAR})|(?:{_YEAR}))"
)
_DATE = re.compile(rf"(?<![\w.,$])(?:{_ONE_DATE})(?:\s?(?:-|to|until|and)\s?(?:{_ONE_DATE}|\d\d\b|present))?(?![\w%])")
_BEFORE_ANSWER = re.compile(
    r"(?:\b(?:is|was|are|were|be|as|by|called|named|became)(?:\s(?:an?|the))?|:)\s*[\"'(]?$", re.IGNORECASE
)
_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        "date",
        re.compile(
            r"\bwhen\b|\b(?:what|which)\s(?:year|date|day|month|decade|century)\b|\bdates?\b|\bbirthday\b",
            re.IGNORECASE,
        ),
    ),
    (
        "figure",
        re.compile(
            r"\bhow\s(?:many|much|long|tall|high|large|big|far|old|deep|wide|fast|often)\b|\b(?:population|number|area|length|"
            r"height|elevation|size|capacity|distance|age|percentage|amount|total|weight|runtime|duration)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "person",
        re.compile(
            r"\bwho(?:se|m)?\b|\b(?:what|which)\s(?:person|actor|actress|artist|author|director|singer|band)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "place",
        re.compile(
            r"\bwhere\b|\b(?:what|which)\s(?:city|country|state|county|place|town|region|continent|province|district)\b|\b(?:location|located)\b",
            re.IGNORECASE,
        ),
    ),
)


_FORMS: tuple[Form, ...] = ("date", "figure", "name", "phrase")
_KINDS: tuple[Wanted, ...] = ("date", "figure", "person", "place", "other")
_WORDS = 8
"""Words on either side of a candidate that are looked at."""
_LONGEST = 6
"""Words of a candidate at most."""


@dataclass(frozen=True)
class Short:
    """A stretch of a text that may answer, where it stands, and what it looks like."""

    text: str
    span: Span
    form: Form


def wanted(question: str) -> Wanted:
    """What kind of short answer a question asks for."""
    return next((kind for kind, pattern in _WANTED if pattern.search(question)), "other")


def candidates(text: str) -> list[Short]:
    """Every date, figure, name and short phrase of a text, in order."""
    plain = fold(text)
    dates = [m.span() for m in _DATE.finditer(plain)]
    found = [Short(text[s:e], (s, e), "date") for s, e in dates]
    for q in quantities(plain):
        if not any(s < q.end and q.start < e for s, e in dates):
            found.append(Short(text[q.start : q.end], (q.start, q.end), "figure"))
    found += [Short(text[s:e], (s, e), form) for s, e, form in _phrases(plain)]
    return sorted(found, key=lambda c: c.span)


def _phrases(text: str) -> list[tuple[int, int, Form]]:
    """Runs of capitalised words, and runs of other words that carry meaning."""
    found: list[tuple[int, int, Form]] = []
    every = words(text)
    at = 0
    while at < len(every):
        w = every[at]
        if not w.content or w.text[0].isdigit():
            at += 1
            continue
        end = at + 1
        while end < len(every) and _joined(text, every[end - 1], every[end], w.capital):
            end += 1
        while end > at + 1 and not every[end - 1].content:
            end -= 1
        form: Form = "name" if w.capital else "phrase"
        last = min(end, at + _LONGEST)
        found.append((w.start, every[last - 1].end, form))
        at = last
    return found


def _joined(text: str, one: Word, other: Word, capital: bool) -> bool:
    between = text[one.end : other.start]
    if between.strip() not in ("", "-", ".") or (between.strip() == "." and len(one.text) > 2):
        return False
    if other.text[0].isdigit():
        return False
    if capital:
        return other.capital or other.text in ("of", "the", "de", "da", "von", "van", "der", "la", "le", "and", "&")
    return other.content and not other.capital


def features(question: str, text: str) -> tuple[list[Short], list[list[float]]]:
    """The candidates of a text and, for each, a row of numbers by which a model can tell which one answers.

    Which form meets which kind of question; how much of the question stands in the candidate, before it, after it, in
    its sentence (names apart from other words); how near; how it is introduced, how often it comes, how long it is.
    """
    found = candidates(text)
    spoken = words(text)
    stems, starts = [w.stem for w in spoken], [w.start for w in spoken]
    counts, seen = Counter(c.text.lower() for c in found), Counter[str]()
    bounds = _sentences(text)
    kind = wanted(question)
    table = []
    for c in found:
        seen[c.form] += 1
        at, end = bisect_left(starts, c.span[0]), bisect_left(starts, c.span[1])
        s, e = next((b for b in bounds if b[0] <= c.span[0] < b[1]), (0, len(text)))
        sentence = frozenset(stems[bisect_left(starts, s) : bisect_left(starts, e)])
        table.append(
            [float(c.form == form and kind == k) for form in _FORMS for k in _KINDS]
            + _asked(question, stems, at, end, sentence)
            + [
                float(bool(_BEFORE_ANSWER.search(text[max(c.span[0] - 20, 0) : c.span[0]]))),
                float(text[max(c.span[0] - 2, 0) : c.span[0]].strip().endswith("(")),
                c.span[0] / max(len(text), 1),
                math.log(counts[c.text.lower()]),
                math.log(max(end - at, 1)),
                math.log(seen[c.form]),
                float("–" in c.text or "-" in c.text or " to " in c.text),
                float(bool(re.search(r"\d{4}", c.text))),
                float(bool(re.search(r"[A-Za-z]", c.text))),
            ]
        )
    return found, table


def _asked(question: str, stems: Sequence[str], at: int, end: int, sentence: frozenset[str]) -> list[float]:
    """How the words of a question, its names apart, stand around the words at:end of a text."""
    names, others = _terms(question)
    inside = frozenset(stems[at:end])
    before, after = frozenset(stems[max(at - _WORDS, 0) : at]), frozenset(stems[end : end + _WORDS])
    return [
        len(inside & (names | others)) / max(len(inside), 1),
        _share(others, before),
        _share(others, after),
        _share(names, before),
        _share(names, after),
        _share(others, sentence),
        _share(names, sentence),
        _near(others, stems, at, end),
        _near(names, stems, at, end),
    ]


@lru_cache(maxsize=64)
def _terms(question: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of a question's names, and of its other words that carry meaning."""
    asked = [w for w in words(question) if w.content]
    names = frozenset(w.stem for w in asked if w.capital and w.start)
    return names, frozenset(w.stem for w in asked) - names


def _share(terms: frozenset[str], stems: frozenset[str]) -> float:
    return sum(named(t, stems) for t in terms) / len(terms) if terms else 0.0


def _near(terms: frozenset[str], stems: Sequence[str], at: int, end: int) -> float:
    far = [at - n if n < at else n - end + 1 for n, s in enumerate(stems) if s in terms and not at <= n < end]
    return 1 / (1 + min(far)) if far else 0.0


def _sentences(text: str) -> list[Span]:
    ends = [m.end() for m in re.finditer(r"[.!?]\s+(?=[A-Z\"“])|\n+", text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))
