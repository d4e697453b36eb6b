"""Words that news uses for one another, so that a question about a fall finds a plunge; never used to check a claim."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache

from app.check.words import stem

RELATED = 0.85
"""What a word counts that may stand for another."""
_GROUPS = """
    fall drop decline plunge tumble sink slump slide plummet decrease dip crash tank shed
    rise climb jump surge soar grow increase gain rally up
    lose loss
    spend spending expenditure expenditures capex invest investment outlay budget cost expense expenses
    earn earnings profit income
    revenue sales turnover
    share shares stock stocks equity
    employee employees worker workers staff headcount workforce
    ceo chief executive boss head
    cfo finance
    buy acquire purchase acquisition takeover
    sell sale
    start begin launch found establish create open
    end stop finish close cease
    win victory
    defeat beat
    kill murder assassinate
    die death
    make produce manufacture build construct
    big large huge massive
    small little tiny
    fast quick rapid
    show reveal disclose unveil
    help support aid assist
    use employ utilise utilize
    need require
    get receive obtain
    allow permit let enable
    forbid ban prohibit outlaw
    choose select pick elect
    name title call
    live reside inhabit dwell
    work job
    lead run head
    own belong owner owned
    person people
    user users customer customers
    country nation state
    city town
    company firm business corporation
    government administration authorities
    law statute legislation act
    war conflict
    reason cause why because
    effect result consequence impact
    goal aim purpose objective
    plan intend
    expect forecast predict project anticipate estimate suppose
    give provide supply
    price cost
    fight battle
    author writer write
    movie film
    doctor physician
    car vehicle automobile
    teach educate instruct
    child children kid
    q1 first quarter
    q2 second quarter
    q3 third quarter
    q4 fourth quarter
    day daily
    month monthly
    year annual yearly annually
    use user
"""


@cache
def related(word_stem: str) -> frozenset[str]:
    """The stems of the words that may stand for a word with this stem, its own left out."""
    return _table().get(word_stem, frozenset())


def named(term: str, stems: Set[str]) -> float:
    """1 where the term is among the stems, a little less where only a word that may stand for it is, else 0."""
    return 1.0 if term in stems else 0.0 if stems.isdisjoint(related(term)) else RELATED


def named_in(term: str, bags: Sequence[Set[str]]) -> list[float]:
    """What `named` gives for each of these bags of stems."""
    others = related(term)
    return [1.0 if term in stems else RELATED if others and not stems.isdisjoint(others) else 0.0 for stems in bags]


@cache
def _table() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for line in _GROUPS.strip().splitlines():
        stems = frozenset(map(stem, line.split()))
        for one in stems:
            table[one] = table.get(one, frozenset()) | (stems - {one})
    return table
