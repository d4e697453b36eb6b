"""The hard things of a claim in other words: figures, times, denials, causes, quantities and modality must hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.check.alignment import Pairs, Token
from app.check.clause_words import CONDITIONS, REVERSING, is_collective
from app.check.paraphrase_layout import Layout
from app.check.paraphrase_words import CAUSES, DOUBTED, LIGHT, PLANNED, POSSIBLE, QUANTIFIERS, senses
from app.questions.periods import Period

_CLOSE = frozenset("of at to was were is be came by put from a an the about nearly than over in with".split())
_BEFORE = (
    (">", r"(?:more than|over|above|exceed(?:s|ed|ing)?|upwards of|north of|no less than)"),
    ("<", r"(?:less than|under|below|fewer than)"),
    ("≥", r"(?:at least)"),
    ("≤", r"(?:up to|as much as|at most|no more than)"),
    ("≲", r"(?:nearly|almost|close to)"),
    ("≈", r"(?:about|around|roughly|approximately|some|an estimated)"),
)


class Facts(Layout):
    """The tests of what must be the same in a claim and in the clause that it rests on."""

    def _figures(self) -> str | None:
        """Each figure has the label, the bound and the sign of its source: "a share", "more than", "lower"."""
        matched = {j for _, j in self._all()}
        said = frozenset().union(*(senses(t.lower) for t in self.ours), frozenset())
        many = (
            len({t.key for t in self.clause if t.kind == "name"}) > 1 and sum(bool(t.figure) for t in self.clause) > 1
        )
        for i, j in self._all():
            mine, its = self.ours[i].figure, self.theirs[j].figure
            if not mine or not its:
                continue
            ours, theirs = bound(self.claim, self.ours[i].start), bound(self.source, self.theirs[j].start)
            rounded = ours == "≈" and theirs in ("", "≲")
            rounded = rounded or (ours == "≲" and theirs == "" and its.high < mine.low)
            if ours != theirs and not rounded:
                return f"its source gives {self.theirs[j].text} with another bound"
            names = self._name_before(self.ours, i), self._name_before(self.theirs, j)
            if many and None not in names and names[0] != names[1]:
                return f"its source gives {self.theirs[j].text} for something else"
            for label in self._labels(j):
                if label not in matched and not senses(self.theirs[label].lower) & said:
                    return f"its source gives {self.theirs[j].text} for “{self.theirs[label].text}”"
            if self._led_by(self.ours, i) != self._led_by(self.theirs, j):
                return f"it turns round where {self.ours[i].text} stands"
        return None

    def _labels(self, j: int) -> list[int]:
        """The words right before and behind a figure that say what it counts."""
        found = []
        left = j - 1
        while left >= 0 and j - left < 4 and self.theirs[left].lower in _CLOSE:
            left -= 1
        if left >= 0 and self.theirs[left].kind == "word" and self.theirs[left].content:
            found.append(left)
        right = j + 1
        while right < len(self.theirs) and right - j < 2 and self.theirs[right].lower in ("a", "per", "of"):
            right += 1
        if right < len(self.theirs) and self.theirs[right].kind == "word" and self.theirs[right].content:
            found.append(right)
        return [k for k in found if self.theirs[k].lower not in LIGHT]

    @staticmethod
    def _name_before(some: Sequence[Token], i: int) -> str | None:
        return next((t.key for t in reversed(some[1:i]) if t.kind == "name"), None)

    @staticmethod
    def _led_by(some: Sequence[Token], i: int) -> bool:
        """Whether "from" stands before a figure: what it was, not what it became."""
        return bool(i) and some[i - 1].lower in ("from", "after", "against", "versus", "vs", "compared", "with")

    def _times(self) -> str | None:
        kinds = {p.kind for p in self.their_periods}
        for p in self.our_periods:
            inherited = (p.kind, p.value) in self.context.periods and p.kind not in kinds
            inherited = inherited and not _since(self.claim, p)
            held = any(
                (q.kind, q.value) == (p.kind, p.value) and _since(self.source, q) == _since(self.claim, p)
                for q in self.their_periods
            )
            if not held and not inherited:
                return f"“{self.claim[p.start : p.end].strip()}” is not borne out by the sentence it cites"
        return self._bound_times()

    def _bound_times(self) -> str | None:
        """Where a source names two years, each goes with the words, figures first, that stand nearest to it."""
        at = self._all()
        anchors = [pair for pair in at if self.ours[pair[0]].figure] or at
        for p in self.our_periods:
            its = [q for q in self.their_periods if q.kind == p.kind]
            if len({q.value for q in its}) < 2 or self._same_order(p.kind, anchors):
                continue
            _, j = min(anchors, key=lambda pair: _gap(self.ours[pair[0]], p))
            if min(its, key=lambda q: _gap(self.theirs[j], q)).value != p.value:
                return "its source says this of another time"
        return None

    def _same_order(self, kind: str, anchors: Pairs) -> bool:
        """Whether the claim names all the periods of a kind, and the words beside them, in the order of its source."""
        ours, theirs = ([p.value for p in side if p.kind == kind] for side in (self.our_periods, self.their_periods))
        places = [j for _, j in anchors]
        return ours == theirs and len(anchors) >= len(ours) and places == sorted(places)

    def _function_words(self) -> str | None:
        """Small words that decide much: denials, causes, quantities; none is added, none is lost."""
        ours, theirs = {t.lower for t in self.ours}, {t.lower for t in self.clause}
        for name, words in (("says why", CAUSES), ("says how many", QUANTIFIERS), ("sets a condition", CONDITIONS)):
            added = sorted(ours & words - theirs)
            if added:
                return f"it {name} (“{added[0]}”), and its source does not"
        for i, t in enumerate(self.ours):
            if t.lower in QUANTIFIERS and not any(
                c.lower == t.lower and self._counts_the_same(i, j) for j, c in enumerate(self.theirs)
            ):
                return f"it says “{t.text}” of something else than its source does"
        several = [
            t
            for t, b in zip(self.clause, [*self.clause[1:], None], strict=True)
            if not (b and b.figure and t.lower == "between")
        ]
        if is_collective(several) and not is_collective(self.ours):
            return "its source says this of several together"
        lost = sorted(theirs & (QUANTIFIERS - {"each", "other", "another", "half"}) - ours)
        if lost:
            return f"it drops “{lost[0]}” from what its source says"
        denied = [sum(t.negative or t.lower in REVERSING for t in side) for side in (self.ours, self.clause)]
        if denied[0] != denied[1]:
            return "it denies what its source says, or says what its source denies"
        for i, t in enumerate(self.ours):
            opposed = t.lower == "against" and not any(n.figure for n in self.ours[i + 1 : i + 3])
            if opposed and not any(c.lower == "against" for c in self.clause):
                return "it adds “against”, which its source does not have there"
            if t.lower in ("up", "down") and not any(senses(t.lower) & senses(c.lower) for c in self.clause):
                return f"it adds “{t.text}”, which its source does not have there"
            was = i and self.ours[i - 1].key == "be" and t.lower.endswith(("ed", "en", "n"))
            for _, j in (pair for pair in self._all() if pair[0] == i and was):
                active = not any(s.key == "be" for s in self.theirs[max(j - 3, 0) : j])
                if active and t.kind == "word" and t.lower not in PLANNED:
                    return "it turns round who does what to whom"
        if sum(self._agent(side) for side in (self.ours, self.clause)) == 1:
            return "it turns round who does what to whom"
        passive = [
            bool(re.search(r"\b(?:is|are|was|were|been|be)\s+\w+ed by\b", text)) for text in (self.claim, self.source)
        ]
        if passive[0] != passive[1] and sum(t.kind == "name" for t in self.ours) > 1:
            return "it turns round who does what to whom"
        return None

    @staticmethod
    def _agent(some: Sequence[Token]) -> bool:
        """Whether "by" names a doer, not a figure."""
        return any(a.lower == "by" and not b.figure for a, b in zip(some, some[1:], strict=False))

    def _counts_the_same(self, i: int, j: int) -> bool:
        mine = next((t for t in self.ours[i + 1 :] if t.content), None)
        its = next((t for t in self.theirs[j + 1 :] if t.content), None)
        return mine is its or bool(mine and its and self._alike(mine, its))

    def _modality(self) -> str | None:
        ours, theirs = {t.lower for t in self.ours}, {t.lower for t in self.clause}
        for name, words in (("possible", POSSIBLE), ("doubtful", DOUBTED)):
            if bool(theirs & words) != bool(ours & words):
                return f"its source {'gives this only as' if theirs & words else 'does not give this as'} {name}"
        if _obliged(self.claim) != _obliged(" ".join(t.text for t in self.clause)):
            return "its source does not speak of a duty, or it does and the sentence doesn’t"
        to_come = [_is_to(self.ours), _is_to(self.clause)]
        plans = PLANNED - {"will", "would", "shall", "’ll", "going"}
        planned, plan = bool(theirs & PLANNED) or to_come[1], bool(theirs & plans) or to_come[1]
        if bool(ours & PLANNED) or to_come[0]:
            if not planned:
                return "its source does not speak of a plan here"
        elif planned:
            return "its source gives this only as planned"
        if plan and not ours & plans and not to_come[0]:
            return "its source gives this only as planned"
        return None


def bound(text: str, at: int) -> str:
    """The bound that stands before a figure at this place: > for "more than", ≲ for "nearly", "" for none."""
    lead = text[max(at - 24, 0) : at].lower()
    return next((name for name, pattern in _BEFORE if re.search(rf"\b{pattern}\s+(?:us)?[$€£]?$", lead)), "")


def _since(text: str, period: Period) -> str:
    """Whether a text says until, since or after a period, or in it."""
    lead = text[max(period.start - 22, 0) : period.start].lower()
    found = re.search(
        r"\b(by|before|until|since|after|as early as|as late as|from|through)\s+(?:the\s+)?(?:end of\s+)?$", lead
    )
    return {"before": "by", "from": ""}.get(found[1], found[1]) if found else ""


def _obliged(text: str) -> bool:
    return re.search(r"(?i)\b(?:must|ought|should|need|needs|required|(?:has|have|had) to)\b", text) is not None


def _is_to(some: Sequence[Token]) -> bool:
    """Whether something "is to" happen."""
    return any(a.key == "be" and b.lower == "to" for a, b in zip(some, some[1:], strict=False))


def _gap(token: Token, period: Period) -> int:
    return max(period.start - token.end, token.start - period.end, 0)
