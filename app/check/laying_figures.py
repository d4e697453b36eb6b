"""Whether the figures of a claim are its source's, of the same thing, bound and unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.check.alignment import Token
from app.check.derived_figures import follows
from app.check.edits import may_stand
from app.check.laying import Sentence
from app.check.matching import REACH, Matched, mean
from app.check.paraphrase_facts import bound
from app.check.paraphrase_words import LIGHT

_ITS_REACH = 7
_LED = frozenset("from after against versus vs than with".split())


def figures(m: Matched) -> dict[str, float]:
    """Figures that the sentences lack, or give with another bound, unit or label."""
    same, claim = m.laid.same, m.laid.claim.text
    mainly = np.array([s == m.laid.main for s, _ in m.laid.places])
    held = {i: [int(p) for p in np.flatnonzero(same[i])] for i in m.counted}
    bounds = units = led = 0
    for i, places in held.items():
        if not places:
            continue
        mine = bound(claim, m.ours[i].start)
        theirs = {bound(_sentence_at(m, p).text, m.theirs[p].start) for p in places}
        bounds += mine not in theirs and not (mine == "≈" and bool(theirs & {"", "≲"}))
        led += _led(m.ours, i) not in {_led(_sentence_at(m, p).tokens, m.laid.places[p][1]) for p in places}
        counted = [_counted(_sentence_at(m, p).tokens, m.laid.places[p][1]) for p in places]
        unit = _counted(m.ours, i)
        units += bool(unit) and all(counted) and not any(unit and t and may_stand(unit, t) for t in counted)
    absent = [m.ours[i].figure for i, places in held.items() if not places]
    derived = sum(f is not None and follows(f, [s.text for s in m.laid.sentences]) for f in absent)
    label, rival = _labels(m)
    kept = [m.ours[i].figure for i in m.counted]
    dropped = [t.figure for t in m.main.tokens if t.figure]
    return {
        "figures": len(m.counted),
        "figures_absent": len(absent) - derived,
        "figures_derived": derived,
        "figures_not_main": sum(not (same[i] * mainly).any() for i in m.counted),
        "figures_dropped": sum(not any(q.bears_out(f) for f in kept if f) for q in dropped),
        "bounds": bounds,
        "units": units,
        "led": led,
        "label": label,
        "rival": rival,
    }


def others_figure(m: Matched) -> bool:
    """Whether a figure follows one name in the claim and another in the main sentence, which has several."""
    some = m.main.tokens
    figures = [n for n, t in enumerate(some) if t.figure]
    if len(figures) < 2:
        return False
    for i in m.counted:
        mine = _name_before(m.ours, i)
        its = {_name_before(some, n) for n in figures if _bears(some[n], m.ours[i])}
        if mine and its and None not in its and mine not in its and mine in {t.key for t in some}:
            return True
    return False


def _sentence_at(m: Matched, place: int) -> Sentence:
    return m.laid.sentences[m.laid.places[place][0]]


def _labels(m: Matched) -> tuple[float, float]:
    """How well the words about a figure fit those about it in the source; how much better those about another."""
    column = {place: n for n, place in enumerate(m.laid.places)}
    least, rival = 1.0, -1.0
    for i in m.counted:
        about = range(max(i - REACH, 0), min(i + REACH + 1, len(m.ours)))
        label = [k for k in about if _labelling(m.ours[k]) and m.ours[k].lower not in LIGHT]
        if not label:
            continue
        own, others = list[float](), list[float]()
        for p in (p for p, t in enumerate(m.theirs) if t.figure):
            sentence, n = m.laid.places[p]
            some = m.laid.sentences[sentence].tokens
            reach = range(max(n - _ITS_REACH, 0), min(n + _ITS_REACH + 1, len(some)))
            its = [column[sentence, k] for k in reach if _labelling(some[k])]
            fit = mean([float(m.alike[k, its].max()) if its else 0.0 for k in label], 0.0)
            (own if m.laid.same[i, p] else others).append(fit)
        if own:
            least = min(least, max(own))
            rival = max(rival, max(others, default=-1.0) - max(own))
    return least, rival


def _labelling(t: Token) -> bool:
    return t.content and not t.figure


def _led(some: Sequence[Token], i: int) -> bool:
    """Whether a figure is what something was, or is compared with: "from 8%", "than 8%"."""
    return i > 0 and some[i - 1].lower in _LED


def _name_before(some: Sequence[Token], i: int) -> str | None:
    return next((t.key for t in reversed(some[:i]) if t.kind == "name"), None)


def _bears(its: Token, mine: Token) -> bool:
    return its.figure is not None and mine.figure is not None and its.figure.bears_out(mine.figure)


def _counted(some: Sequence[Token], i: int) -> Token | None:
    """The word right behind a figure, which tells what it counts."""
    after = some[i + 1] if i + 1 < len(some) else None
    return after if after and after.kind == "word" and after.content else None
