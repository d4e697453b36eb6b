"""Figures of a claim that its source does not give as such, but that follow from it: 40% of what is two fifths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from app.check.quantities import Quantity, quantities

_UNDERSTOOD = frozenset("$€£¥%")
_COMPOUND = re.compile(r"(?<![\w.,-])(\d+(?:\.\d+)?|[a-z]+)-(?=[a-z]{3})", re.IGNORECASE)
"""The figure of "a 63-page report" and of "a two-year-old lab"."""
_SHARE = re.compile(r"\b(half|(?:(a|one|two|three|four)[\s-])?(third|quarter|fifth|tenth)s?)\b", re.IGNORECASE)
_NAMED = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}


def follows(claimed: Quantity, sources: Sequence[str]) -> bool:
    """Whether a figure follows from sentences: by another spelling of it, or as a difference or sum of two of theirs.

    Spellings: in a compound ("63-page"), a share in words ("a quarter" for 25%), and a unit that goes without saying
    beside another figure ("from 91 million euros to 58 million").
    """
    found = [q for text in sources for q in quantities(text) if q.unit not in ("label", "year")]
    spelt = [q for text in sources for q in (*_compounds(text), *_shares(text))]
    units = {q.unit for q in found} & _UNDERSTOOD
    unsaid = [replace(q, unit=unit) for q in found if not q.unit for unit in units]
    if any(q.bears_out(claimed) for q in (*spelt, *unsaid)):
        return True
    return claimed.unit not in ("label", "year") and any(q.bears_out(claimed) for q in _computed(found, units))


def _compounds(text: str) -> Iterator[Quantity]:
    for found in _COMPOUND.finditer(text):
        for q in quantities(found[1]):
            yield replace(q, unit="" if q.unit in ("label", "year") else q.unit)


def _shares(text: str) -> Iterator[Quantity]:
    for found in _SHARE.finditer(text):
        value = (
            50.0 if found[1].lower() == "half" else 100 * _NAMED[(found[2] or "a").lower()] / _PARTS[found[3].lower()]
        )
        yield Quantity(value, value, "%", 6, 1.0, approximate=False, start=found.start(), end=found.end())


def _computed(found: Sequence[Quantity], units: set[str]) -> Iterator[Quantity]:
    """The differences and sums of figures of one unit; a bare number may have the unit of the others."""
    for a, b in combinations((q for q in found if q.low == q.high), 2):
        unit = a.unit or b.unit
        if {a.unit, b.unit} <= {unit, ""}:
            finest = min(a, b, key=lambda q: q.scale * 10.0**-q.places)
            for value in (abs(a.low - b.low), a.low + b.low):
                made = replace(finest, low=value, high=value, unit=unit, approximate=False, sign="")
                yield from (made, *(replace(made, unit=one) for one in units if not unit))
