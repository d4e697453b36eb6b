"""Figures in a text: values with units, ranges and rounding, so that 48.39 and 48.4 can be told from 48.9."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_SCALE = {
    "": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9,
    "bln": 1e9, "billion": 1e9, "t": 1e12, "tn": 1e12, "trn": 1e12, "trillion": 1e12,
}  # fmt: skip
_WORDS = {
    name: float(value)
    for value, name in enumerate(
        """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen""".split(),
        start=2,
    )
} | {
    **{"twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0},
    **{"ninety": 90.0, "hundred": 100.0},
}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MAGNITUDE = r"(?:\s?-?(?P<{0}>thousand|million|billion|trillion|bln|mln|trn|bn|mn|tn|[kKmMbBtT])(?![A-Za-z]))?"
_CURRENCY = r"(?P<{0}>US\$|[$€£¥])?\s?"
_QUANTITY = re.compile(
    r"(?<![\w.])" + _CURRENCY.format("c1") + rf"(?P<n1>{_NUMBER})" + _MAGNITUDE.format("m1")
    + r"(?:(?P<join>\s?[-–—−]\s?|\s+(?:to|and)\s+)" + _CURRENCY.format("c2") + rf"(?P<n2>{_NUMBER})"
    + _MAGNITUDE.format("m2") + r")?(?:-plus)?\s?-?(?P<unit>%|percent|per\s?cent|percentage points?|dollars|euros)?",
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_NUMBER_WORD = re.compile(r"(?<![\w-])(" + "|".join(_WORDS) + r")(?![\w-])", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"\b(?:misstated|mistakenly|incorrectly|erroneously|wrongly|in error|earlier version|corrects?|retracts?|denied)\b"
    r"[^.;]*$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"(?:st|nd|rd|th)?\s*(?:of\s+)?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*\b", re.IGNORECASE
)
_LABELLED = re.compile(
    r"(?:^|[\s(“\"'‘])(?!(?:About|Almost|Around|Approximately|Roughly|Nearly|Some|Over|Only|Under|Than|Of|Least|The)\s)"
    r"(?:[A-Z][\w’'-]*|v|no\.?|vol\.?|page|p\.)\s$"
)
_GLUED = re.compile(r"(?<=\S)[^\W\d_]")
_SIGN = re.compile(r"(?:^|[\s(“\"'‘])([-−–+<>≤≥~≈±])\s?$")
_APPROXIMATE = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|some|close to|more than|over|at least|up to|as much as|"
    r"less than|under|below|above|an estimated|upwards of)\s+(?:US)?[$€£¥]?\s?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quantity:
    """A figure: low == high unless it is a range; unit is "$", "%", "year", … or "" for a bare number.

    unit is "label" where the number belongs to a name or a date: Llama 4, January 24, Article 65.

    places: decimal places as written, counted after the magnitude word; scale: the magnitude's factor.
    approximate: the text says about, nearly, more than, … before it; start and end: its span in the text.
    sign: a -, +, <, >, ~ or the like right before it, else "".
    """

    low: float
    high: float
    unit: str
    places: int
    scale: float
    approximate: bool
    start: int
    end: int
    sign: str = ""

    def bears_out(self, claim: Quantity) -> bool:
        """Whether this figure in a source supports the other in a claim: equal when rounded as claimed."""
        if self.unit != claim.unit and {self.unit, claim.unit} != {"", "label"}:
            return False
        if self.sign != claim.sign and claim.sign not in ("~", "≈"):
            return False
        ours, theirs = self.scale * 10.0**-self.places, claim.scale * 10.0**-claim.places
        while claim.approximate and claim.low >= 100 * theirs and claim.low % (10 * theirs) == 0:
            theirs *= 10  # "about 74,000" stands for 74,067
        slack = theirs * 0.5000001 if ours < theirs else theirs * 1e-6
        return abs(self.low - claim.low) <= slack and abs(self.high - claim.high) <= slack

    def agrees_with(self, other: Quantity) -> bool:
        """Whether two figures for the same thing are the same but for rounding."""
        return self.bears_out(other) or other.bears_out(self)


@lru_cache(maxsize=2048)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every figure in a text, in order; number words from two to twenty and round tens count too."""
    numbers = _QUANTITY.finditer(text) if _DIGIT.search(text) else ()  # most sentences hold none
    found = [q for m in numbers if not _GLUED.match(text, m.end()) for q in _read(text, m)]
    taken = [(q.start, q.end) for q in found]
    for m in _NUMBER_WORD.finditer(text) if any(map(text.lower().__contains__, _WORDS)) else ():
        if not any(start < m.end() and m.start() < end for start, end in taken):
            value = _WORDS[m.group().lower()]
            found.append(Quantity(value, value, "", 0, 1.0, False, m.start(), m.end()))
    return tuple(sorted(found, key=lambda q: q.start))


def is_withdrawn(text: str, figure: Quantity) -> bool:
    """Whether a text names a figure only to say that it was wrong: "misstated the fall as nearly 20%"."""
    return _WITHDRAWN.search(text[: figure.start]) is not None


def _read(text: str, m: re.Match[str]) -> list[Quantity]:
    """One quantity for a match, a range included; two when "and"/"to" joins figures that are no range."""
    before = text[: m.start()]
    approximate = bool(_APPROXIMATE.search(before[-24:] + text[m.start() : m.start("n1")]))
    if m["n2"] is None:
        return [_single(m, "1", m.start(), m.end(), m["unit"], approximate)]
    joiner = m["join"].strip().lower()
    is_range = (
        (joiner not in ("and", "to"))
        or (joiner == "and" and re.search(r"\bbetween\s+$", before) is not None)
        or (joiner == "to" and re.search(r"\bfrom\s+$", before) is None)
    )
    ends = m.start("join")
    first = _single(
        m, "1", m.start(), ends, m["unit"] if is_range else None, approximate, m["m2"] if is_range else None
    )
    second = _single(m, "2", m.start("c2") if m["c2"] else m.start("n2"), m.end(), m["unit"], False)
    if not is_range:
        return [first, second]
    if second.low < first.low:
        return [first, second]
    unit = first.unit if first.unit not in ("", "year") else second.unit
    places = max(first.places, second.places)
    return [Quantity(first.low, second.low, unit, places, second.scale, approximate, first.start, second.end)]


def _single(
    m: re.Match[str], side: str, start: int, end: int, unit: str | None, approximate: bool, scale: str | None = None
) -> Quantity:
    digits = m["n" + side].replace(",", "")
    factor = _SCALE[(m["m" + side] or scale or "").lower()]
    value = float(digits) * factor
    places = len(digits.partition(".")[2])
    currency = m["c" + side] or ""
    if currency:
        name = currency[-1]
    elif unit:
        name = {"dollars": "$", "euros": "€"}.get(unit.lower(), "%")
    elif factor == 1 and re.fullmatch(r"(?:19|20)\d\d", m["n" + side]):
        name = "year"
    else:
        named = _LABELLED.search(m.string[:start]) or _MONTH.match(m.string, end)
        name = "label" if factor == 1 and named else ""
    while m.string[start].isspace():
        start += 1
    signed = _SIGN.search(m.string[max(start - 3, 0) : start])
    sign = signed[1].replace("−", "-").replace("–", "-") if signed else ""
    while m.string[end - 1].isspace():
        end -= 1
    return Quantity(value, value, name, places, factor, approximate, start, end, sign)
