"""What rules a claim out by its figures: where they lead, what they are a part of, what is counted, and when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.check.alignment import Token, tokens
from app.check.beside import Beside
from app.check.clause_words import JOINTS, has_verb
from app.check.paraphrase_words import groups
from app.questions.periods import Period, periods
from retrieval.speech_words import MONTHS

_LED = frozenset(("to", "by", "from"))
_MOVES = groups("rise") | groups("fall") | groups("gain")
_APPROXIMATE = frozenset(
    "about around roughly approximately some nearly almost over only just as much little an".split()
)
_OF_SUCH = re.compile(r"\s*,?\s*of (?:them|whom|which|these|those)\b", re.IGNORECASE)
_ONE_IN = re.compile(r"\b(?:one|1)\s+(?:\w+\s+)?(?:in|of)\s+(?:every\s+)?$", re.IGNORECASE)
_GROUPED = re.compile(r"\d\.\d{3}\b")
"""Thousands or thousandths: one country's figure is not another's."""
_PART_OF_YEAR = frozenset(MONTHS) | {"quarter", "half"}


def figure_objection(b: Beside) -> str | None:
    """Why the sentence does not give the claim's figures so, or None."""
    return _figures(b) or _respectively(b) or _labels(b) or _together(b) or _periods(b)


def tells_apart(b: Beside, at: int) -> bool:
    """Whether a time tells a figure that is used from another: €80 in winter and €140 in summer."""
    counted = [j for j, t in enumerate(b.theirs) if t.figure and t.figure.unit != "year"]
    before = [j for j in counted if j < at]
    return len(counted) > 1 and bool(before) and before[-1] in {j for _, j in b.figures}


def _figures(b: Beside) -> str | None:
    """Where a figure leads ("to", "by", "from"), what it is a part of, and how it is written are the source's."""
    for i, j in b.figures:
        mine, its = b.ours[i], b.theirs[j]
        assert mine.figure is not None
        led = _led(b.ours, i), _led(b.theirs, j)
        if mine.figure.unit != "year" and all(led) and led[0] != led[1]:
            return f"its source does not say “{led[0]} {its.text}”"
        if _OF_SUCH.match(b.source, its.end) and not re.match(r"\W*(?:\w+\s+)?of\b", b.claim[mine.end :]):
            return f"its source says this of {its.text} of several"
        if (
            mine.figure.unit != "year"
            and _ONE_IN.search(b.source[: its.start])
            and not _ONE_IN.search(b.claim[: mine.start])
        ):
            return f"its source says “one in {its.text}”"
        grouped = _GROUPED.search(mine.text) and mine.text not in b.source
        if grouped or _marks(b.claim, mine) - _marks(b.source, its) or _is_cut(b.source, its):
            return f"it writes {its.text} otherwise than its source"
        before = [t for t in b.theirs[max(j - 3, 0) : j] if t.lower not in ("of", "the", "fiscal")][-1:]
        part = before and before[0].lower in _PART_OF_YEAR and mine.figure.unit == "year"
        if part and before[0].key not in {t.key for t in b.ours}:
            return f"its source says this of “{before[0].text} {its.text}”"
    return None


def _respectively(b: Beside) -> str | None:
    """Of figures that go with several things one by one, none is left out alone."""
    told = any(t.lower == "respectively" for t in b.theirs)
    given = sum(bool(t.figure) for t in b.theirs)
    if told and 0 < len(b.figures) < given and not any(t.lower == "respectively" for t in b.ours):
        return "its source gives several figures for several things, respectively"
    return None


def _labels(b: Beside) -> str | None:
    """What stands behind a figure does not stand behind another one in the source."""
    part, places = _segments(b.theirs)
    figured = {part[j] for j, t in enumerate(b.theirs) if t.figure and t.figure.unit != "year"}
    own, _ = _segments(tokens(b.claim))
    claimed = tokens(b.claim)
    at = {b.ours[i].start: j for i, j in b.figures}
    for n, t in enumerate(claimed):
        if not t.figure or t.figure.unit == "year" or t.start not in at or own.count(own[n]) < 2:
            continue
        here = part[at[t.start]]
        for label, its_part in zip(claimed[n + 1 :], own[n + 1 :], strict=True):
            if its_part != own[n] or label.figure:
                break
            stands = places.get(label.key, ()) if label.content else ()
            behind = {part[j] for j in stands}
            if behind and here not in behind and behind <= figured and all(_follows(b, j, part) for j in stands):
                return f"its source gives another figure for “{label.text}”"
    return None


def _follows(b: Beside, j: int, part: Sequence[int]) -> bool:
    """Whether a word stands behind a figure of its part of the sentence."""
    return any(t.figure and part[k] == part[j] for k, t in enumerate(b.theirs[:j]))


def _together(b: Beside) -> str | None:
    """No figure that is given for several named together is given for one of them."""
    for k, t in enumerate(b.theirs):
        if t.lower != "and" or k in b.its:
            continue
        left, right = _names(b, range(k - 1, -1, -1)), _names(b, range(k + 1, len(b.theirs)))
        if not left or not right:
            continue
        used = [bool(set(side) & b.its.keys()) for side in (left, right)]
        behind = b.theirs[right[-1] + 1 :]
        counted = any(s.figure and s.figure.unit != "year" and j in b.its for j, s in enumerate(b.theirs) if j > k)
        if used[0] != used[1] and counted and behind and has_verb(behind[:2]) | (behind[0].kind == "word"):
            return "its source says this of several together"
    return None


def _names(b: Beside, places: range) -> list[int]:
    """The names that stand one after another from a place on, commas between them."""
    found = []
    for j in places:
        if b.theirs[j].kind == "name":
            found.append(j)
        elif b.theirs[j].text != ",":
            break
    return found


def _periods(b: Beside) -> str | None:
    """Where two clauses are each about a time of their own, the claim's is that of the clause it is made of."""
    year = b.document.published.year if b.document.published else None
    ours, theirs = periods(b.claim, year), periods(b.source, year)
    joints = re.finditer(r";|,? (?:and|but|while|whereas)\b", b.source)
    cuts = [0, *(m.start() for m in joints), len(b.source)]
    for p in ours:
        its = [q for q in theirs if q.kind == p.kind]
        if len({q.value for q in its}) < 2:
            continue
        parts = list(zip(cuts, cuts[1:], strict=False))
        used = [b.theirs[j] for _, j in b.pairs if b.theirs[j].content and not _lies_in(b.theirs[j], its)]
        counts = [sum(start <= t.start < stop for t in used) for start, stop in parts]
        start, stop = parts[counts.index(max(counts))]
        told = {q.value for q in its if start <= q.start < stop}
        if max(counts) and told and p.value not in told:
            return "its source says this of another time"
    return None


def _lies_in(t: Token, some: Sequence[Period]) -> bool:
    return any(p.start <= t.start < p.end for p in some)


def _led(some: Sequence[Token], at: int) -> str:
    """The "to", "by" or "from" before a figure, "by" where it follows a verb right away ("rose 3%"), or ""."""
    at -= 1
    while at >= 0 and some[at].lower in _APPROXIMATE:
        at -= 1
    if at < 0 or some[at].lower in _LED:
        return some[at].lower if at >= 0 else ""
    return "by" if groups(some[at].lower) & _MOVES else ""


def _marks(text: str, figure: Token) -> set[str]:
    """Signs that touch a figure: of currencies, +, ~, ≫."""
    touching = text[max(figure.start - 1, 0) : figure.end + 1]
    return {c for c in touching if unicodedata.category(c) in ("Sc", "Sm", "So") and c not in "$€£¥"}


def _is_cut(text: str, figure: Token) -> bool:
    """Whether a figure goes on behind what was read of it: "1.2" of "1.200.000"."""
    return re.match(r"[.,]\d", text[figure.end :]) is not None


def _segments(some: Sequence[Token]) -> tuple[list[int], dict[str, list[int]]]:
    """Of each token the part between commas, semicolons and joints that it stands in, and where each key stands."""
    number, found, places = 0, list[int](), dict[str, list[int]]()
    for j, t in enumerate(some):
        number += t.kind == "mark" or t.lower in JOINTS
        found.append(number)
        places.setdefault(t.key, []).append(j)
    return found, places
