"""What rules out that a sentence bears a claim out though its words would allow it: another person, direction, tense.

The rules of wording (app.check.entailment, app.check.paraphrase, app.check.quoting) ask for each word of a claim where
it stands in the source. Each test here asks one thing that words alone don't tell, and is pure: of the claim, the
sentence and its document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from app.check.alignment import Token, align, same, tokens
from app.check.attribution import attributions, first_names, quoted_spans
from app.check.clause_words import ADVERBS, JOINTS, REPORTING, STOPS, TIMES, has_verb, shown
from app.check.paraphrase_layout import ANAPHORS
from app.check.paraphrase_words import PLANNED, groups
from app.check.words import base_form
from app.questions.periods import periods
from retrieval.documents import Document, Span
from retrieval.speech_words import DETERMINERS, FEMALE, MALE, MODALS, MONTHS, WEEKDAYS

_FIRST_NAMES = MALE | FEMALE
_LED = frozenset(("to", "by", "from"))
_MOVES = groups("rise") | groups("fall") | groups("gain")
_APPROXIMATE = frozenset(
    "about around roughly approximately some nearly almost over only just as much little an".split()
)
_RANKS = frozenset("deputy vice acting assistant associate junior interim designate elect emeritus honorary".split())
_SIDES = frozenset("above below beneath under short beyond".split())
_COMPARING = frozenset("more less fewer higher lower better worse".split())
_SAYS = REPORTING | {"calls", "describes"}
_TURNS = frozenset("nearly almost record previously formerly hardly barely".split())
_OF_SUCH = re.compile(r"\s*,?\s*of (?:them|whom|which|these|those)\b", re.IGNORECASE)
_ONE_IN = re.compile(r"\b(?:one|1)\s+(?:\w+\s+)?(?:in|of)\s+(?:every\s+)?$", re.IGNORECASE)
_GROUPED = re.compile(r"\d\.\d{3}\b")
"""Thousands or thousandths: one country's figure is not another's."""
_MIND = frozenset("imagine imagined pretend pretended suppose supposing dream dreamed dreamt joke joked".split())
_OWN_VIEW = re.compile(
    r"\b(?:i|we)(?: (?:do|really|still|just|also|always|personally|continue to|would|must))*"
    r" (?:think|believe|know|feel|say|guess|hope|see|expect)\b"
)
_ALWAYS = frozenset(
    "night nights evening evenings morning mornings weekend weekends winter summer spring autumn".split()
)
_PART_OF_YEAR = frozenset(MONTHS) | {"quarter", "half"}
_PLAIN = frozenset(
    """sharply recently currently simply really highly strongly significantly steadily rapidly quickly publicly
    officially actually certainly clearly finally immediately newly directly openly repeatedly formally strictly
    subsequently dramatically substantially considerably heavily badly hugely massively vastly extremely particularly
    especially
    notably importantly interestingly additionally similarly consequently accordingly ultimately eventually originally
    largely simultaneously primarily specifically exactly precisely truly deeply widely broadly greatly globally
    increasingly promptly swiftly suddenly briefly proudly gladly happily obviously naturally personally effectively
    efficiently successfully carefully explicitly unexpectedly surprisingly fully completely entirely totally
    continually continuously constantly consistently freshly firmly absolutely definitely surely truthfully""".split()
)
"""Adverbs that may be left out: they stress or tell how, and limit nothing."""


def objection(
    claim: str, window: Span, document: Document, *, reported: bool = False, freely: bool = False
) -> str | None:
    """Why this sentence of the document does not bear a claim out whose words it has, or None.

    reported: the claim is what somebody is said to have said. freely: it is worded freely, so that a name may stand for
    what the sentences before it tell, and what is told of no speaker may be somebody's words.
    """
    beside = _Beside(claim, document.text[slice(*window)], document, reported=reported)
    return beside.of_facts() or (None if freely else beside.of_names())


def embedded(before: Sequence[Token]) -> str | None:
    """Why words that follow these are not the speaker's own view: "people say", "I used to think"; or None.

    before: what the speaker says in the same sentence up to there.
    """
    led = [t for t in before if t.kind != "mark"]
    others = _OWN_VIEW.sub("", " ".join(t.lower for t in led)).split()
    if any(word in REPORTING or word in _MIND for word in others):
        return f"its source says this only as “{shown(led)} …”"
    return None


def turning(claim: Sequence[Token], source: Sequence[Token]) -> str | None:
    """Why a word that turns what it stands beside ("nearly", "record") may not be put in, or None."""
    keys = {t.key for t in source}
    for t, behind in zip(claim, [*claim[1:], None], strict=False):
        figure = behind is not None and behind.kind == "figure" and t.lower in ("nearly", "almost")
        if t.lower in _TURNS and t.key not in keys and not figure:
            return f"it adds “{t.text}”, which its source does not have there"
    return None


class _Beside:
    """A claim beside a sentence: tokens of both, marks kept in the source alone, and which stands for which."""

    def __init__(self, claim: str, source: str, document: Document, *, reported: bool) -> None:
        self.claim, self.source, self.document, self.reported = claim, source, document, reported
        self.ours = [t for t in tokens(claim) if t.kind != "mark"]
        self.theirs = tokens(source)
        self.pairs = align(self.ours, self.theirs, reported=True, alike=_alike)
        self.mine, self.its = dict(self.pairs), {j: i for i, j in self.pairs}
        self.figures = list(self._paired_figures())
        self.keys = {t.key for t in self.theirs}

    def of_facts(self) -> str | None:
        """What speaks against a claim however it is worded."""
        return (
            self._another_person()
            or self._figures()
            or self._respectively()
            or self._labels()
            or self._together()
            or self._forms()
            or self._left_out()
            or self._turned()
            or self._torn()
            or self._periods()
        )

    def of_names(self) -> str | None:
        """What speaks against a claim that keeps to the words of this sentence."""
        return self._another_subject() or self._inserted() or self._given_to()

    def _another_person(self) -> str | None:
        """A full name is not put where the source has another first name, or a surname that several have."""
        for given, surname in zip(self.ours, self.ours[1:], strict=False):
            if (
                given.lower not in _FIRST_NAMES
                or surname.kind != "name"
                or self.claim[given.end : surname.start].strip()
            ):
                continue
            if f"{given.text} {surname.text}" in self.source or surname.key not in self.keys:
                continue
            if first_names(surname.text, self.document) - {given.lower}:
                return f"its source says this of another {surname.text}, or may"
        return None

    def _another_subject(self) -> str | None:
        """A name that opens the claim is not put in the place of another thing that opens the clause of its source."""
        first = next((i for i, t in enumerate(self.ours) if t.content and i in self.mine), None)
        names = [t for t in self.ours[:first] if t.kind == "name"] if first else []
        if not names or first is None:
            return None
        head = self._head(self.mine[first])
        told = [t for t in head if t.content and not t.figure and t.lower not in ANAPHORS | TIMES | ADVERBS]
        if not told or any(t.key == name.key for t in told for name in names):
            return None
        if all(self._is_called(name.text, t.text) for name in names[-1:] for t in told[-1:]):
            return None
        return f"its source says this of “{shown(head)}”"

    def _head(self, at: int) -> list[Token]:
        """The tokens of a clause before a place."""
        head: list[Token] = []
        for t in reversed(self.theirs[:at]):
            if t.kind == "mark" or t.lower in JOINTS or t.lower in REPORTING or t.key == "which":
                break
            head.insert(0, t)
        return head

    def _is_called(self, name: str, noun: str) -> bool:
        """Whether the document calls a name this: "Helvoro, the largest insurer", "the insurer Helvoro"."""
        name, noun = re.escape(name), re.escape(noun)
        beside = rf"\b{noun},? (?:[\w&.-]+ )?{name}\b"
        behind = rf"\b{name},? (?:an?|the|its|which is an?|is an?)\b[^.;]{{0,40}}\b{noun}\b"
        return (
            re.search(f"{beside}|{behind}", f"{self.document.title}\n{self.document.text}", re.IGNORECASE) is not None
        )

    def _inserted(self) -> str | None:
        """A name is not put between two words where the source has something else between them."""
        for i, t in enumerate(self.ours):
            if t.kind != "name" or i in self.mine or i - 1 not in self.mine:
                continue
            after = next((k for k in range(i + 1, len(self.ours)) if k in self.mine), None)
            gap = self.theirs[self.mine[i - 1] + 1 : self.mine[after]] if after else ()
            told = [s for s in gap if s.content and s.lower not in ANAPHORS]
            if told and not any(s.key == t.key or self._is_called(t.text, s.text) for s in told):
                return f"its source has “{shown(told)}” where it has “{t.text}”"
        return None

    def _paired_figures(self) -> Iterator[tuple[int, int]]:
        """Each figure of the claim with the one of the source that it stands for, or may where they change places."""
        for i, t in enumerate(self.ours):
            if t.figure:
                j = self.mine.get(i)
                bears = (k for k, s in enumerate(self.theirs) if s.figure and s.figure.bears_out(t.figure))
                j = next((k for k in bears if k not in self.its), None) if j is None else j
                if j is not None:
                    yield i, j

    def _figures(self) -> str | None:
        """Where a figure leads ("to", "by", "from"), what it is a part of, and how it is written are the source's."""
        for i, j in self.figures:
            mine, its = self.ours[i], self.theirs[j]
            assert mine.figure is not None
            led = _led(self.ours, i), _led(self.theirs, j)
            if mine.figure.unit != "year" and all(led) and led[0] != led[1]:
                return f"its source does not say “{led[0]} {its.text}”"
            if _OF_SUCH.match(self.source, its.end) and not re.match(r"\W*(?:\w+\s+)?of\b", self.claim[mine.end :]):
                return f"its source says this of {its.text} of several"
            if (
                mine.figure.unit != "year"
                and _ONE_IN.search(self.source[: its.start])
                and not _ONE_IN.search(self.claim[: mine.start])
            ):
                return f"its source says “one in {its.text}”"
            grouped = _GROUPED.search(mine.text) and mine.text not in self.source
            if grouped or _marks(self.claim, mine) - _marks(self.source, its) or _is_cut(self.source, its):
                return f"it writes {its.text} otherwise than its source"
            before = [t for t in self.theirs[max(j - 3, 0) : j] if t.lower not in ("of", "the", "fiscal")][-1:]
            part = before and before[0].lower in _PART_OF_YEAR and mine.figure.unit == "year"
            if part and before[0].key not in {t.key for t in self.ours}:
                return f"its source says this of “{before[0].text} {its.text}”"
        return None

    def _respectively(self) -> str | None:
        """Of figures that go with several things one by one, none is left out alone."""
        told = any(t.lower == "respectively" for t in self.theirs)
        given = sum(bool(t.figure) for t in self.theirs)
        if told and 0 < len(self.figures) < given and not any(t.lower == "respectively" for t in self.ours):
            return "its source gives several figures for several things, respectively"
        return None

    def _labels(self) -> str | None:
        """What stands behind a figure does not stand behind another one in the source."""
        part, places = _segments(self.theirs)
        figured = {part[j] for j, t in enumerate(self.theirs) if t.figure and t.figure.unit != "year"}
        own, _ = _segments(tokens(self.claim))
        claimed = tokens(self.claim)
        at = {self.ours[i].start: j for i, j in self.figures}
        for n, t in enumerate(claimed):
            if not t.figure or t.figure.unit == "year" or t.start not in at or own.count(own[n]) < 2:
                continue
            here = part[at[t.start]]
            for label in claimed[n + 1 :]:
                if own[claimed.index(label)] != own[n] or label.figure:
                    break
                stands = places.get(label.key, ()) if label.content else ()
                behind = {part[j] for j in stands}
                if behind and here not in behind and behind <= figured and all(self._follows(j, part) for j in stands):
                    return f"its source gives another figure for “{label.text}”"
        return None

    def _follows(self, j: int, part: Sequence[int]) -> bool:
        """Whether a word stands behind a figure of its part of the sentence."""
        return any(t.figure and part[k] == part[j] for k, t in enumerate(self.theirs[:j]))

    def _together(self) -> str | None:
        """No figure that is given for several named together is given for one of them."""
        for k, t in enumerate(self.theirs):
            if t.lower != "and" or k in self.its:
                continue
            left, right = self._names(range(k - 1, -1, -1)), self._names(range(k + 1, len(self.theirs)))
            if not left or not right:
                continue
            used = [bool(set(side) & self.its.keys()) for side in (left, right)]
            behind = self.theirs[right[-1] + 1 :]
            counted = any(
                s.figure and s.figure.unit != "year" and j in self.its for j, s in enumerate(self.theirs) if j > k
            )
            if used[0] != used[1] and counted and behind and has_verb(behind[:2]) | (behind[0].kind == "word"):
                return "its source says this of several together"
        return None

    def _names(self, places: range) -> list[int]:
        """The names that stand one after another from a place on, commas between them."""
        found = []
        for j in places:
            if self.theirs[j].kind == "name":
                found.append(j)
            elif self.theirs[j].text != ",":
                break
        return found

    def _forms(self) -> str | None:
        """Who does and who suffers, what was and what is, are told by the form of a verb: paying, paid; was, is."""
        claimed = any(t.lower in REPORTING for t in self.ours)
        for i, j in self.pairs:
            mine, its = self.ours[i], self.theirs[j]
            if mine.kind != "word" or its.kind != "word":
                continue
            been = [_after_be(some, n) for some, n in ((self.ours, i), (self.theirs, j))]
            going = [t.lower.endswith("ing") for t in (mine, its)]
            if going[0] != going[1] and (all(been) or (going[1] and been[1] and _after_have(self.ours, i))):
                return f"its source says “{its.text}”, not “{mine.text}”"
            past = its.lower.endswith("ed") or its.lower in ("was", "were")
            present = mine.lower in ("is", "are") or (mine.lower.endswith("s") and its.lower.endswith("ed"))
            if past and present and mine.lower not in _SAYS and not (self.reported or claimed or been[1]):
                return f"its source says this of the past (“{its.text}”)"
            standing = (
                its.lower not in _SAYS and base_form(its.text) == its.lower and not its.lower.endswith(("ed", "ing"))
            )
            noun = _before(self.theirs, j) in DETERMINERS or (j and self.theirs[j - 1].kind == "possessive")
            done = mine.lower.endswith("ed") or base_form(mine.text) != mine.lower
            free = self.reported or claimed or been[0] or mine.lower in PLANNED or mine.lower == its.lower
            if standing and done and not (noun or free or _unsettled(self.theirs, j)):
                return f"its source does not say this of the past (“{its.text}”)"
        return None

    def _left_out(self) -> str | None:
        """No rank, no limiting adverb and no time at which a standing rule holds is left out beside a word kept."""
        present = any(self.ours[i].lower == self.theirs[j].lower in ("is", "are") for i, j in self.pairs)
        standing = present and sum(has_verb([t]) for t in self.theirs) == 1
        for j, t in enumerate(self.theirs):
            if j in self.its:
                continue
            beside = j + 1 in self.its or j - 1 in self.its
            ranked = t.lower in _RANKS and beside and t.key not in {mine.key for mine in self.ours}
            if ranked and (j + 1 in self.its or t.lower in ("elect", "designate", "emeritus")):
                return f"it drops “{t.text}”, which changes what its source says"
            inside = min(self.its, default=0) < j < max(self.its, default=0)
            limits = (
                t.kind == "word" and t.lower.endswith("ly") and len(t.lower) > 4 and t.lower not in _PLAIN | ADVERBS
            )
            if limits and beside and inside and t.lower not in ("family", "italy", "july"):
                return f"it drops “{t.text}” from what its source says"
            if t.lower in _COMPARING and inside and "than" in [s.lower for s in self.theirs[j + 1 : j + 4]]:
                return f"it drops “{t.text}” from what its source says"
            often = t.lower in _ALWAYS or (t.lower.endswith("s") and t.lower[:-1] in WEEKDAYS)
            often = often or (standing and t.lower in WEEKDAYS)
            led = j > 0 and self.theirs[j - 1].lower in ("at", "in", "on", "the", "during") and j - 1 not in self.its
            if (present or self._tells_apart(j)) and often and led:
                return f"its source says this only of “{shown(self.theirs[max(j - 2, 0) : j + 1])}”"
        return None

    def _tells_apart(self, at: int) -> bool:
        """Whether a time tells a figure that is used from another: €80 in winter and €140 in summer."""
        counted = [j for j, t in enumerate(self.theirs) if t.figure and t.figure.unit != "year"]
        before = [j for j in counted if j < at]
        return len(counted) > 1 and bool(before) and before[-1] in {j for _, j in self.figures}

    def _turned(self) -> str | None:
        """No "nearly", "record" or "a few" is put in."""
        for i, j in self.pairs:
            if self.ours[i].lower == "few" and (_before(self.ours, i) == "a") != (_before(self.theirs, j) == "a"):
                return "“few” is not “a few”"
        for t, behind in zip(self.ours, [*self.ours[1:], None], strict=False):
            if t.lower in _SIDES and t.key not in self.keys and not (behind and behind.figure):
                return f"it adds “{t.text}”, which its source does not have there"
        return turning(self.ours, self.theirs)

    def _given_to(self) -> str | None:
        """What the source says itself is not put in somebody's mouth."""
        told = any(t.lower in REPORTING or t.lower == "according" for t in self.theirs) or quoted_spans(self.source)
        for said in attributions(self.claim) if not (told or self.reported) else ():
            if said.who[:1].isupper() and not said.who.startswith(("The ", "A ", "An ")):
                return f"its source says this itself, and does not give it as {said.who}’s words"
        return None

    def _torn(self) -> str | None:
        """Nothing is taken out of what a speaker says that others say, or that was once thought."""
        first = next((j for i, j in self.pairs if self.ours[i].content), None)
        if first is None:
            return None
        start = self.theirs[first].start
        stretch = next((s for s in quoted_spans(self.source) if s[0] < start < s[1]), None)
        if stretch is None:
            return None
        inside = [t for t in self.theirs[:first] if stretch[0] <= t.start]
        while any(t.text in STOPS for t in inside):
            inside.pop(0)
        return embedded([t for t in inside if self.theirs.index(t) not in self.its])

    def _periods(self) -> str | None:
        """Where two clauses are each about a time of their own, the claim's is that of the clause it is made of."""
        year = self.document.published.year if self.document.published else None
        ours, theirs = periods(self.claim, year), periods(self.source, year)
        cuts = [
            0,
            *(m.start() for m in re.finditer(r";|,? (?:and|but|while|whereas)\b", self.source)),
            len(self.source),
        ]
        for p in ours:
            its = [q for q in theirs if q.kind == p.kind]
            if len({q.value for q in its}) < 2:
                continue
            parts = list(zip(cuts, cuts[1:], strict=False))
            used = [
                sum(a <= self.theirs[j].start < b and self.theirs[j].content for _, j in self.pairs
                    if not any(q.start <= self.theirs[j].start < q.end for q in its))
                for a, b in parts
            ]  # fmt: skip
            a, b = parts[used.index(max(used))]
            told = {q.value for q in its if a <= q.start < b}
            if max(used) and told and p.value not in told:
                return "its source says this of another time"
        return None


def _alike(mine: Token, its: Token) -> bool:
    if mine.figure or its.figure or "mark" in (mine.kind, its.kind):
        return same(mine, its, reported=True)
    alike = mine.kind == its.kind == "word" and mine.content and groups(mine.lower) & groups(its.lower)
    return mine.key == its.key or bool(alike) or same(mine, its, reported=True)


def _unsettled(some: Sequence[Token], at: int) -> bool:
    """Whether a verb stands without a tense of its own: behind "to", "will", "did" or another verb's "and"."""
    before = [t for t in some[max(at - 3, 0) : at] if not t.negative and t.lower not in ADVERBS]
    return bool(before) and (before[-1].lower in MODALS or before[-1].lower in ("to", "do", "does", "did", "and", "or"))


def _before(some: Sequence[Token], at: int) -> str:
    return some[at - 1].lower if at else ""


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
    beside = (
        text[max(figure.start - 1, 0) : figure.start],
        text[figure.start : figure.end],
        text[figure.end : figure.end + 1],
    )
    return {c for part in beside for c in part if unicodedata.category(c) in ("Sc", "Sm", "So") and c not in "$€£¥"}


def _is_cut(text: str, figure: Token) -> bool:
    """Whether a figure goes on behind what was read of it: "1.2" of "1.200.000"."""
    return re.match(r"[.,]\d", text[figure.end :]) is not None


def _after_be(some: Sequence[Token], at: int) -> bool:
    """Whether a form of "be" stands right before a word, an adverb or "not" between them."""
    before = [t for t in some[max(at - 3, 0) : at] if not (t.lower.endswith("ly") or t.negative or t.lower in ADVERBS)]
    return bool(before) and before[-1].key == "be"


def _after_have(some: Sequence[Token], at: int) -> bool:
    return at > 0 and some[at - 1].key == "have"


def _segments(some: Sequence[Token]) -> tuple[list[int], dict[str, list[int]]]:
    """Of each token the part between commas, semicolons and joints that it stands in, and where each key stands."""
    number, found, places = 0, list[int](), dict[str, list[int]]()
    for j, t in enumerate(some):
        number += t.kind == "mark" or t.lower in JOINTS
        found.append(number)
        places.setdefault(t.key, []).append(j)
    return found, places
