"""Figures laid side by side: which are of the same thing, which agree, and what kind of disagreement is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.answer import DisagreementKind
from app.check.quantities import Quantity
from app.check.words import stem
from app.compare.figures import Figure
from app.compare.measures import RESULTS
from app.questions.thesaurus import named

_RATIO, _RATIO_OF_A_MEASURE = 1.6, 2.5
"""Figures further apart than this are hardly about the same thing; the second where both name the same measure."""
_OVER = frozenset(("more than", "over", "at least", "above"))
_DOWN = {"nearly": 0.05, "almost": 0.05, "up to": 0.1, "as much as": 0.1} | dict.fromkeys(
    ("less than", "fewer than", "under", "below"), 0.2
)
_ABOUT = dict.fromkeys(("about", "around", "approximately", "roughly", "some", "close to", "an estimated"), 0.05)
"""How far down a figure so worded may stand from the true one, and how far either way, as a share of it."""
_OVER_AND_DONE = frozenset(
    ("shares", "market value", "earnings per share", "revenue", "net income", "operating income")
)
"""Measures whose figure belongs to a day or quarter that is over: what is printed later is no news of it."""
_WIDE = frozenset(("spending", "expenses"))
"""Measures that tell too little by themselves: money may be spent on anything."""
_SPENDING = frozenset(
    map(
        stem,
        "capital expenditure capex spend spent invest investment budget outlay allocate cost expense billion".split(),
    )
)
_COMMON = frozenset(
    map(stem, "year say said company include plan expect new last make time week month day also".split())
)


@dataclass(frozen=True)
class Side:
    """One value of a disagreement with the figures that give it, in the order in which they were found."""

    figures: tuple[Figure, ...]

    @property
    def value(self) -> str:
        """The value as its first source has it; one with "over" or "nearly" tells more than one with "about"."""
        telling = [f for f in self.figures if f.hedge in _OVER or f.hedge in _DOWN]
        exact = [f for f in self.figures if not f.hedge or f.quantity.low != f.quantity.high]
        return (exact or telling or self.figures)[0].written

    @property
    def published(self) -> tuple[date, ...]:
        """The days on which its sources were published, ascending; those without one left out."""
        return tuple(sorted({f.document.published for f in self.figures if f.document.published}))


def _same_thing(one: Figure, other: Figure) -> bool:
    """Whether two figures of one sort and of different documents are of the same thing: measure, subject and period."""
    if one.document.id == other.document.id:
        return False
    alike = one.measure is not None and one.measure == other.measure
    if one.measure and other.measure and not alike:
        return False
    if not _near(one.quantity, other.quantity, _RATIO_OF_A_MEASURE if alike else _RATIO):
        return False
    if one.measure in RESULTS and one.planned != other.planned and not one.expected:
        return False
    if _apart(one.direction, other.direction) or not _same_period(one, other):
        return False
    if one.qualifiers and other.qualifiers and one.qualifiers.isdisjoint(other.qualifiers):
        return False
    if one.names and other.names and one.names.isdisjoint(other.names):
        return False
    return (alike and one.measure not in _WIDE) or _same_topic(one, other, alike=alike)


def comparable(one: Figure, other: Figure) -> bool:
    """Whether two figures of one measure, by unit and size, can be of one thing at all."""
    return one.quantity.unit == other.quantity.unit and _near(one.quantity, other.quantity, _RATIO_OF_A_MEASURE)


def _near(one: Quantity, other: Quantity, ratio: float) -> bool:
    low, high = sorted((max(one.high, 1e-9), max(other.high, 1e-9)))
    return high <= low * ratio


def _apart(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _same_period(one: Figure, other: Figure) -> bool:
    if one.measure == "shares" and one.days and other.days and one.days.isdisjoint(other.days):
        return False
    pairs = ((one.quarters, other.quarters), (one.years, other.years))
    return not any(mine and theirs and mine.isdisjoint(theirs) for mine, theirs in pairs)


def _same_topic(one: Figure, other: Figure, *, alike: bool) -> bool:
    """Whether the words around two figures are of one thing.

    Those of one measure share a word; others a good part of them, and a bare number has to count the same.
    """
    mine, theirs = _topic(one), _topic(other)
    shared = sum(named(s, theirs) > 0 for s in mine)
    if alike:
        return shared > 0 or not (mine and theirs)
    if one.quantity.unit == "" and not any(named(s, other.counted) for s in one.counted):
        return False
    return shared >= max(2, 0.4 * min(len(mine), len(theirs)))


def _topic(figure: Figure) -> frozenset[str]:
    """The words around a figure that say more than whose and of what measure it is."""
    return figure.around - figure.names - _COMMON - (_SPENDING if figure.measure in _WIDE else frozenset())


def groups(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Figures grouped by what they are of, in their order: one joins a group if it is of the same thing as a member."""
    sorts = [sort_of(figure) for figure in figures]
    found: dict[int, list[Figure]] = {}  # by the place of the last one that joined
    for at, figure in enumerate(figures):
        joins = [
            n for n, g in found.items() if sorts[n] == sorts[at] and any(_same_thing(figure, other) for other in g)
        ]
        found[at] = [*(member for n in joins for member in found.pop(n)), figure]
    return list(found.values())


def sort_of(figure: Figure) -> tuple[object, ...]:
    """What figures of one thing have in common to begin with; see _same_thing."""
    return figure.quantity.unit, figure.per, figure.expected, figure.past, figure.total


def sides(group: Sequence[Figure]) -> list[Side]:
    """The values of a group: figures that are equal, or equal but for rounding, make one."""
    found: list[list[Figure]] = []
    # Exact figures first: what "about 60" agrees with is then told from them.
    for figure in sorted(group, key=lambda f: bool(f.hedge) and f.quantity.low == f.quantity.high):
        side = next((s for s in found if s[0].quantity.agrees_with(figure.quantity)), None)
        if side is None:
            found.append([figure])
        else:
            side.append(figure)
    order = {id(f): n for n, f in enumerate(group)}
    ordered = [sorted(s, key=lambda f: order[id(f)]) for s in found]
    return [Side(tuple(s)) for s in sorted(ordered, key=lambda s: order[id(s[0])])]


def differ(found: Sequence[Side]) -> bool:
    """Whether some two values can't both be right."""
    return any(not compatible(a, b) for n, a in enumerate(found) for b in found[:n])


def compatible(one: Side, other: Side) -> bool:
    """Whether two values can both be right: "over 60" and 60–65, "nearly 20" and 19.6, "about 60" and 61."""
    return all(_both_right(a, b) for a in one.figures for b in other.figures)


def _both_right(one: Figure, other: Figure) -> bool:
    (low, high), (other_low, other_high) = _reach(one), _reach(other)
    ranges = [f.quantity.low != f.quantity.high for f in (one, other)]
    if all(ranges) or not (one.hedge or other.hedge):
        return False
    return low <= other_high and other_low <= high


def _reach(figure: Figure) -> tuple[float, float]:
    """From where to where the true value may lie, as a figure is worded."""
    low, high = figure.quantity.low, figure.quantity.high
    if low != high:
        return low, high
    if figure.hedge in _OVER:
        return low, high * _RATIO
    if figure.hedge in _DOWN:
        return low * (1 - _DOWN[figure.hedge]), high
    slack = _ABOUT.get(figure.hedge, 0.0)
    return low * (1 - slack), high * (1 + slack)


def kind_of(found: Sequence[Side]) -> tuple[DisagreementKind, frozenset[int]]:
    """What kind of disagreement some values are, and which of them (by index) are later information.

    "updated later": some are given only by documents of a later day than all that give the others, for a thing that may
    change; "rounding": they differ by less than the last digit of the coarser; else "different figures".
    """
    first = found[0].figures[0]
    if all(f.document.published for s in found for f in s.figures):
        dated = [s.published for s in found]
        earliest = min(days[-1] for days in dated)
        later = frozenset(n for n, days in enumerate(dated) if days[0] > earliest)
        kept = max(days[-1] for n, days in enumerate(dated) if n not in later)
        if later and first.measure not in _OVER_AND_DONE and kept < min(dated[n][0] for n in later):
            return "updated later", later
    if all(_nearly(a.figures[0].quantity, b.figures[0].quantity) for n, a in enumerate(found) for b in found[:n]):
        return "rounding", frozenset()
    return "different figures", frozenset()


def _nearly(one: Quantity, other: Quantity) -> bool:
    """Whether two figures differ by less than the last digit of the one that is given less exactly."""
    steps = [q.scale * 10.0**-q.places for q in (one, other)]
    return steps[0] != steps[1] and max(abs(one.low - other.low), abs(one.high - other.high)) < max(steps) * 0.999
