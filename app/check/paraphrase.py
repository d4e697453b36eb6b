"""Does a sentence bear out a claim that is worded otherwise? Every hard thing must hold; words may have synonyms.

Where the strict alignment of app.check.entailment fails, the claim is laid on its source anew: words may stand for one
another (app.check.paraphrase_words), figures and directions may change places, names may be those of the sentence
before. In return every word of the claim has to be explained, in one clause of the source, with the figures, periods,
bounds, denials, modality, causes and labels that stand there, and with no name or condition of that clause left out;
where nothing stands in the place of what is left out, the strict tests of app.check.clauses hold.
"""

from __future__ import annotations

from app.check.alignment import Token, align
from app.check.clause_words import CONDITIONS, JOINTS, STOPS, has_verb, is_past, is_strict, reports
from app.check.clauses import end_problem, gap_problem, has_complement, start_problem
from app.check.edits import Edited
from app.check.paraphrase_facts import Facts
from app.check.paraphrase_layout import ANAPHORS
from app.check.paraphrase_words import DOUBTED, groups, senses
from app.check.words import STOP_WORDS
from retrieval.documents import Passage, Span

_HARMLESS = frozenset("the a an also that which 's is was are were has had have it its of".split())
_SMALL = frozenset("in the a an".split())


class Reading(Facts):
    """A claim laid loosely on one sentence of its source, and the tests that the loose words make needful."""

    def problem(self) -> str | None:
        """Why the sentence does not bear the claim out, in other words either, or None."""
        for t in self.ours:
            if t.content and not t.figure and not self._free(t) and not senses(t.lower) & self.meant:
                return f"“{t.text}” is not borne out by the sentence it cites"
        self.pairs = align(self.ours, self.theirs, alike=self._alike)
        self.laid = self.pairs
        self.pairs = [(i, j) for i, j in self.pairs if self.ours[i].content]
        self._move()
        if sum(self.ours[i].kind != "name" for i, _ in self._all()) < 1 or len(self._all()) < 2:
            return "it says nothing that the sentence it cites says"
        return (
            self._unexplained()
            or self._scattered()
            or self._figures()
            or self._times()
            or self._function_words()
            or self._modality()
            or self._dropped()
            or self._cut()
            or self._exchanged()
        )

    def _exchanged(self) -> str | None:
        changed = Edited(self.ours, self.theirs).exchanged()
        return "it has one thing where its source has another" if changed else None

    def _dropped(self) -> str | None:
        """No name, condition or doubt of the clause is left out, and its subject stands in the claim."""
        matched = {j for _, j in self._all()}
        clause = {t.start for t in self.clause}
        last = max(matched)
        unfinished = next((t for t in self.theirs[last + 1 :] if t.lower in CONDITIONS - {"than", "or"}), None)
        if unfinished:
            return f"it drops “{unfinished.text}” from what its source says"
        if not self.reported:
            rest = [t for t in self.theirs[last + 1 :] if t.kind != "mark"]
            rest = [] if has_complement(rest) else rest[:7]
            head = self.theirs[: min(matched)]
            open_end = [t for t in head if t.lower not in ("the", "a", "an", "its", "their")]
            if rest and rest[0].lower not in JOINTS and self.theirs[last + 1].text not in STOPS and reports(rest):
                return f"its source gives this as what “{' '.join(t.text for t in rest)}”"
            if open_end and open_end[-1].lower in ("that", "whether", "if"):
                return "its source says this only as what somebody says"
        if self.theirs[0].lower in ("had", "were", "should") and self.ours[0].lower != self.theirs[0].lower:
            return "its source says this only under a condition"
        strict = is_strict(self.ours)
        if strict and {p.value for p in self.their_periods} - {p.value for p in self.our_periods}:
            return "it drops when its source says this"
        depth = 0
        for j, t in enumerate(self.theirs):
            depth += (t.text == "(") - (t.text == ")")
            if j in matched or t.start not in clause or depth or t.lower in ANAPHORS:
                continue
            if t.lower in CONDITIONS - {"than", "or"} or t.lower in DOUBTED or (strict and t.content):
                return f"it drops “{t.text}” from what its source says"
            closed = any(a.kind == "mark" or a.lower in JOINTS for a in self.theirs[last + 1 : j + 1])
            if t.kind == "name" and j > 0 and not self._may_go(j) and not closed:
                return f"it drops “{t.text}”, which changes what its source says"
            if t.content and not t.figure and self._heads(j, matched):
                return f"it drops “{t.text}”, which changes what its source says"
        tail = self.theirs[last + 1 : last + 4]
        if (
            not self.reported
            and tail
            and tail[0].lower in ("in", "for", "among", "against", "with")
            and any(t.content and t.kind == "word" for t in tail[1:])
        ):
            return f"it leaves out “{' '.join(t.text for t in tail)}”, which limits what its source says"
        return self._subject(matched)

    def _cut(self) -> str | None:
        """Where nothing stands in the place of what is left out, the strict tests of leaving out hold."""
        strict = is_strict(self.ours)
        for (i, left), (k, right) in zip(self.laid, self.laid[1:], strict=False):
            gap = self.theirs[left + 1 : right]
            put = [t for t in self.ours[i + 1 : k] if t.key != "the"]
            words = [t for t in gap if t.kind != "mark"]
            timed = any(self.theirs[left].end <= p.start < self.theirs[right].start for p in self.their_periods)
            if timed and self.our_periods and any(is_past(t) for t in words):
                return "its source says this of another time"
            if gap and not put and not all(self._needless(t) for t in words):
                reason = gap_problem(
                    gap, self.theirs[right], before=self.theirs[: left + 1], strict=strict, reported=self.reported
                )
                if reason:
                    return reason
            ranged = put and put[-1].lower in ("between", "from", "by") and self.ours[k].figure
            if not words and not ranged and any(t.lower not in _HARMLESS and not self._understood(t) for t in put):
                return f"it adds “{put[0].text}”, which its source does not have there"
        (first, start), (last, end) = self.laid[0], self.laid[-1]
        before, after = self.theirs[:start], self.theirs[end + 1 :]
        while before and (
            before[-1].kind == "possessive"
            or (before[-1].key in self.context.topic and len(before) < start)
            or (self.reported and before[-1].lower in ("our", "my"))
        ):
            before = before[:-1]
        if not any(t.content for t in self.ours[:first]):
            opened = start > 0 and self.source[: self.theirs[start].start].rstrip(" ").endswith(("“", '"', "‘", "«"))
            reason = start_problem(before, self.theirs[start], reported=self.reported, opened=opened)
            if reason:
                return reason
        if not any(t.content for t in self.ours[last + 1 :]):
            quoted = self.claim.rstrip(" .,").endswith(("”", '"', "’", "»"))
            return end_problem(after, strict=strict, reported=self.reported, quoted=quoted)
        return None

    def _needless(self, t: Token) -> bool:
        """Whether a word may go: a small one, or one whose synonym the claim has."""
        own = groups(t.lower)
        return t.lower in _SMALL or bool(own and any(own & groups(mine.lower) for mine in self.ours))

    def _understood(self, t: Token) -> bool:
        return t.content and (self._free(t) or any(self.ours[i] is t for i, _ in self._all()))

    def _heads(self, j: int, matched: set[int]) -> bool:
        """Whether a word left out governs one that is kept: shares in Vell, Vell’s rival."""
        after = self.theirs[j + 1 : j + 4]
        if after and after[0].lower in ("of", "in", "from", "for", "against", "with"):
            for n, t in enumerate(after[1:], start=j + 2):
                if n in matched and t.kind == "name":
                    return True
        k = j - 1
        while k > 0 and self.theirs[k].kind == "word" and k - j > -3:
            k -= 1
        if self.theirs[k].kind != "possessive" or k - 1 not in matched:
            return False
        owned = [k + 1]
        while owned[-1] + 1 < len(self.theirs) and not _ends_phrase(self.theirs[owned[-1] + 1]):
            owned.append(owned[-1] + 1)
        return not any(n in matched for n in owned)

    def _may_go(self, j: int) -> bool:
        """Whether a name may be left out: in a parenthesis, or where the claim says whose words these are."""
        if self.reported or self.theirs[j].key in {t.key for t in self.ours}:
            return True
        if self.theirs[j].text.isupper() and len(self.theirs[j].text) < 4 and j + 1 in {k for _, k in self._all()}:
            return True  # "AI" before a noun that is kept
        marks = [k for k, t in enumerate(self.theirs) if t.text == ","]
        return any(k < j for k in marks) and any(k > j for k in marks) and self.theirs[j].key not in STOP_WORDS

    def _subject(self, matched: set[int]) -> str | None:
        """The words before the first verb of the clause used: one of them stands in the claim, or they are pronouns."""
        clause = [j for j, t in enumerate(self.theirs) if t.start in {c.start for c in self.clause}]
        head: list[int] = []
        for j in clause:
            if self.theirs[j].kind == "word" and head and has_verb([self.theirs[j]]):
                break
            head.append(j)
        named = [j for j in head if self.theirs[j].content and self.theirs[j].kind != "figure"]
        if not named or any(j in matched for j in named) or self.reported:
            return None
        if all(self.theirs[j].lower in ANAPHORS for j in named):
            return None
        return f"its source says this of “{' '.join(self.theirs[j].text for j in named[:4])}”"


def _ends_phrase(t: Token) -> bool:
    """Whether a noun phrase cannot go on with this."""
    return t.kind == "mark" or not t.content or has_verb([t])


def loosely(claim: str, passage: Passage, window: Span, *, reported: bool) -> tuple[str | None, list[Token]]:
    """Why the window does not bear the claim out in other words, or None, with the tokens of the source it rests on."""
    reading = Reading(claim, passage, window, reported=reported)
    reason = reading.problem()
    return reason, [] if reason else [reading.theirs[j] for _, j in reading.pairs]
