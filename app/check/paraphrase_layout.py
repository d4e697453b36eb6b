"""A claim laid loosely on a sentence of its source: which word stands for which, in which clause, in what context."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.check.alignment import Pairs, Token, same, tokens
from app.check.antecedents import GENDERS, meant
from app.check.clause_words import STOPS, has_verb, reports
from app.check.paraphrase_words import DOUBTED, LIGHT, PLANNED, POSSIBLE, groups, senses
from app.questions.periods import Period, blanked, periods
from retrieval.documents import Document, Passage, Span
from retrieval.sentences import split_sentences

_BREAKS = frozenset("while whereas but although though".split())
_ON = frozenset("on amid over".split())
_FEARS = frozenset("fear fears concern concerns worry worries hopes expectations".split())
"""What somebody fears or hopes is not what came of it: "fell on fears that"."""
_OPENERS = frozenset("and which who where as after with up down ahead".split())
_COMPARED = frozenset("more fewer less".split())
ANAPHORS = frozenset(
    """it its itself he his him she her they their them we our us i my company division firm maker lab laboratory
    startup release group boss chief executive owner shares stock guy""".split()
)
_OWN = frozenset("i my we us our".split())
"""Said by whoever speaks, of whom the sentences before may tell."""
PERSONS = frozenset("he his him she her i my boss chief executive owner guy".split())
_MOVABLE = frozenset().union(*(senses(w) for w in "rise fall revenue share lose expect plan spend large say".split()))
_UP_DOWN = groups("rise") | groups("fall")
_HEADING, _OPENING = 60, 6000
"""Characters that a heading has at most, and of a document that tell what it is about."""


@dataclass(frozen=True)
class Context:
    """What surrounds a source sentence: names that its pronouns may stand for, and the periods it may lie in.

    topic: what the document is about; he, it: whom alone these may mean here; near: all names just before.
    """

    topic: frozenset[str]
    he: frozenset[str]
    it: frozenset[str]
    near: frozenset[str]
    periods: frozenset[tuple[str, str]]
    year: int | None

    @classmethod
    def of(cls, passage: Passage, window: Span) -> Context:
        """The sentences before in the same paragraph, the heading above, and what the document is about."""
        return _context(passage.document, window)


@lru_cache(maxsize=4096)
def _context(document: Document, window: Span) -> Context:
    year = document.published.year if document.published else None
    *above, near = document.text[max(window[0] - 400, 0) : window[0]].rsplit("\n\n", 2)
    heading = above[-1].strip() if above and len(above[-1].strip()) < _HEADING else ""
    sentences = split_sentences(near)
    last = near[slice(*sentences[-1])] if sentences else ""
    told: dict[str, set[str]] = {}
    for part in (last, heading, document.title):
        for p in periods(part, year):
            told.setdefault(p.kind, set()).add(p.value)
    return Context(
        _topic(document),
        frozenset(t.key for t in tokens(meant(document, window[0], person=True))),
        frozenset(t.key for t in tokens(meant(document, window[0], person=False))),
        frozenset(t.key for part in (heading, near) for t in tokens(part) if t.kind == "name"),
        frozenset((kind, value) for kind, values in told.items() for value in values if len(values) == 1),
        year,
    )


@lru_cache(maxsize=512)
def _topic(document: Document) -> frozenset[str]:
    """The names in a document's title that its text repeats, those it repeats most."""
    count = Counter(t.key for t in tokens(document.text[:_OPENING]) if t.kind == "name")
    named = {t.key: count[t.key] for t in tokens(document.title) if t.kind == "name" and count[t.key] > 2}
    return frozenset(key for key, times in named.items() if times >= 0.5 * max(named.values()))


@lru_cache(maxsize=4096)
def _told(source: str, year: int | None) -> tuple[tuple[Period, ...], tuple[Token, ...], frozenset[str]]:
    """A source sentence: its periods, its other tokens, and everything that its words may stand for."""
    found = periods(source, year)
    others = tokens(blanked(source, found))
    meant = frozenset().union(*(senses(t.lower) | {t.key} for t in others), frozenset())
    return tuple(found), others, meant


class Layout:
    """A claim beside one sentence; pairs: the words in their order, moved: those that stand elsewhere; clause: used."""

    def __init__(self, claim: str, passage: Passage, window: Span, *, reported: bool) -> None:
        self.context = Context.of(passage, window)
        self.claim, self.reported = claim, reported
        self.document, self.start = passage.document, window[0]
        self.source = self.document.text[slice(*window)]
        self.our_periods = periods(claim, self.context.year)
        self.their_periods, self.theirs, self.meant = _told(self.source, self.context.year)
        self.ours = [t for t in tokens(blanked(claim, self.our_periods)) if t.kind != "mark"]
        self.priced = _priced(self.theirs, self.document.text)
        self.behind_figures = {t.start for f, t in zip(self.theirs, self.theirs[1:], strict=False) if f.figure}
        self.pairs: Pairs = []
        self.laid: Pairs = []
        self.clause: list[Token] = []
        self.moved: Pairs = []

    def _all(self) -> Pairs:
        return sorted(self.pairs + self.moved)

    def _alike(self, mine: Token, its: Token) -> bool:
        if mine.figure or its.figure or "mark" in (mine.kind, its.kind):
            return same(mine, its, reported=self.reported)
        if same(mine, its, reported=self.reported):
            return True
        if (mine.kind == "name" and mine.start > 0) or (its.kind == "name" and its.start > 0):
            return False
        if (its.lower in _COMPARED and its.start not in self.behind_figures) or mine.lower in _COMPARED:
            return False
        return mine.content and bool(groups(mine.lower) & groups(its.lower))

    def _move(self) -> None:
        """Pair figures and words of direction that stand elsewhere in the source."""
        mine, its = {i for i, _ in self.pairs}, {j for _, j in self.pairs}
        for i, t in enumerate(self.ours):
            if i in mine or not t.content:
                continue
            free = [j for j, s in enumerate(self.theirs) if j not in its and self._alike(t, s)]
            if free:
                at = min(free, key=lambda j: min((abs(j - k) for k in its), default=0))
                self.moved.append((i, at))
                its.add(at)

    def _free(self, t: Token) -> bool:
        """Whether a word needs no counterpart: it only counts or compares, or is a name that may be understood."""
        if t.lower in ("share", "shares", "stock") and self.priced:
            return True
        other = (LIGHT, PLANNED, POSSIBLE, DOUBTED)
        return any(t.lower in words for words in other) or t.key in self.context.topic | self.context.near

    def _unexplained(self) -> str | None:
        explained = {i for i, _ in self._all()}
        understood = frozenset[str]().union(*(self._meant(t) for t in self.theirs if t.lower in ANAPHORS))
        for i, t in enumerate(self.ours):
            if i in explained or not t.content:
                continue
            if t.figure:
                return f"the figure {t.text} is not in the sentence it cites"
            if t.key in self.context.near and t.key not in understood | self.context.topic:
                return f"the name {t.text} is not in the sentence it cites"
            if not self._free(t):
                return f"“{t.text}” is not borne out by the sentence it cites"
        return None

    def _meant(self, t: Token) -> frozenset[str]:
        """The words of the name that a pronoun, or "the company", may only stand for where it is."""
        if t.lower in _OWN:
            return self.context.he if t.lower in PERSONS else self.context.it
        found = meant(self.document, self.start + t.start, person=t.lower in PERSONS, gender=GENDERS.get(t.lower, ""))
        return frozenset(name.key for name in tokens(found))

    def _segments(self) -> list[int]:
        """For each token of the source the number of its clause."""
        number, found = 0, []
        for j, t in enumerate(self.theirs):
            before = self.theirs[max(j - 12, 0) : j]
            after = self.theirs[j + 1 : j + 6]
            comma = j > 0 and self.theirs[j - 1].text == ","
            figures = any(s.figure for s in before) and any(s.figure for s in after)
            if (
                t.text in (*STOPS, "–", "—", "--", ":")
                or t.lower in _BREAKS
                or (t.lower in _ON and after and after[0].lower in _FEARS)
                or t.lower in ("versus", "vs", "because", "due", "(")
                or (
                    comma
                    and (
                        t.lower in _OPENERS
                        or (
                            t.lower.endswith("ing")
                            and not reports([t, *after[:2]])
                            and "that" not in (a.lower for a in after[:1])
                        )
                    )
                )
                or (t.lower == "as" and has_verb(after) and not comma and j > 2)
                or (t.lower == "and" and figures and has_verb(before) and has_verb(after))
            ):
                number += 1
            found.append(number)
        return found

    def _scattered(self) -> str | None:
        """All of a claim lies in one clause, unless it has a break where its source has one."""
        segment = self._segments()
        busiest = Counter(segment[j] for i, j in self._all() if self.ours[i].kind != "name").most_common(1)[0][0]
        opening = segment.index(busiest)
        if (
            self.theirs[opening].lower in ("which", "who")
            and not any(self.ours[i].kind == "name" and opening - 4 < j for i, j in self._all())
            and any(t.kind == "name" for t in self.ours)
        ):
            return (
                f"its source says this of “{' '.join(t.text for t in self.theirs[max(opening - 3, 0) : opening - 1])}”"
            )
        anaphor = any(t.lower in ANAPHORS for t, n in zip(self.theirs, segment, strict=True) if n == busiest)
        if anaphor:  # "Meta expects …; last year it spent": the name may stand in the clause before
            self.pairs = [
                (i, j)
                for i, j in self.pairs
                if self.ours[i].kind != "name"
                or segment[j] >= busiest
                or (i + 1 < len(self.ours) and self.ours[i].key not in self._subjects())
            ]
        at = self._all()
        for (i, left), (k, right) in zip(at, at[1:], strict=False):
            kept = self.claim[self.ours[i].end : self.ours[k].start]
            broken = re.search(r"[,;:–—.(]|\b(?:and|while|but|as|with|on|against|because|versus)\b", kept)
            gap = self.theirs[left + 1 : right]
            loose = sum(t.text == "," for t in gap) % 2 and not (
                self.theirs[right].figure or senses(self.theirs[right].lower) & _MOVABLE
            )
            if (segment[left] != segment[right] or loose) and not broken:
                return "it runs together what its source keeps apart"
            if any(t.lower in ("who", "whose", "whom") for t in gap) and "," not in (t.text for t in gap):
                return "it leaves out what its source says this of"
        for i, _ in self.moved:
            figured = any(t.figure for t in self.ours) and self.ours[i].kind == "word"
            if not (self.ours[i].figure or figured or senses(self.ours[i].lower) & _MOVABLE):
                return f"it puts “{self.ours[i].text}” in another place or relation than its source does"
        used = {segment[j] for _, j in at}
        self.clause = [t for t, n in zip(self.theirs, segment, strict=True) if n in used]
        return None

    def _subjects(self) -> set[str]:
        """The names that the whole sentence begins with."""
        found: set[str] = set()
        for t in self.theirs:
            if t.kind == "word" and has_verb([t]):
                break
            found |= {t.key} if t.kind == "name" else set()
        return found


def _priced(source: Sequence[Token], document: str) -> bool:
    """Whether a sentence says of somebody by name, and of nothing of theirs, that they rose or fell by per cent."""
    at = next((n for n, t in enumerate(source) if t.kind == "word" and has_verb([t])), 0)
    moved = (at and groups(source[at].lower) & _UP_DOWN) or (at and source[at].lower == "closed")
    named = at > 0 and all(t.kind == "name" or not t.content for t in source[:at])
    percent = any(t.figure and t.figure.unit == "%" for t in source[at : at + 4])
    return bool(moved and named and percent and re.search(r"\b(?:shares|stock|trading|market value)\b", document))
