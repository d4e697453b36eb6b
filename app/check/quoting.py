"""A claim whose substance is exact quotation: all of one person's words, and a frame that says no more than the source.

The quoted words stand in the source, in quotation marks there too, from one speaker by the ledger and from sentences
next to one another. What stands around them is free in its wording; every name, figure, time, denial, cause and word
of meaning in it must be borne out by those sentences, by the ones beside them or by what the document is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.check.alignment import Token, tokens
from app.check.attribution import SpeakerOf, called_problem, may_be_another, quoted_spans
from app.check.clause_words import (
    CONDITIONS,
    JOINTS,
    REPORTING,
    REVERSING,
    TIMES,
    VENUES,
    has_verb,
    is_strict,
    weight_of,
)
from app.check.objections import embedded, turning
from app.check.paraphrase_layout import Context
from app.check.paraphrase_words import CAUSES, DOUBTED, LIGHT, PLANNED, POSSIBLE, QUANTIFIERS, groups, senses
from app.check.quoted_places import Quoted, beside, located, without_quotes
from app.check.quoted_settings import setting_problem
from app.check.words import base_form, fold
from app.questions.periods import blanked, periods
from retrieval.documents import Passage, Span
from retrieval.speakers import same_speaker
from retrieval.speech_words import BE, DETERMINERS, MODALS, PREPOSITIONS

_NEUTRAL = frozenset(
    """say said says tell told tells write wrote writes writing saying add added adds adding call called calls calling
    describe described describes note noted notes reply replied put state stated comment commented remark remarked
    according words speak speaking spoke ask asked asks question post posted statement remind reminded reminds
    reminding think thinks thought believe believes believed view see sees means meaning promise promised readers
    explain explained explains something share shared announce announced disclose disclosed""".split()
)
"""Words of a frame that need no counterpart: they only say that somebody says this."""
_CUES = REPORTING | _NEUTRAL
_US = frozenset("we our us i my ours".split())
_THEM = frozenset("they their them it its this that he his release model models laboratory lab startup news".split())
_JOINS = frozenset("and but adding added also while".split())
_TURNING = groups("rise") | groups("fall") | groups("large") | groups("lose") | groups("gain")
"""Groups of words that turn a statement round; only the quoted sentence itself may bear them out."""
_OPEN = frozenset("if whether unless".split())
_CALLING = frozenset("as call called calls calling describe described describes".split())
_SMALL = BE | frozenset(
    """the a an that this these it its he she they we his her their our him them who which what whose how there of to in
    on at for with by from about as and will would has have had do does did then when than own some also is""".split()
)
"""Small words that a frame may put in; others, such as "against" and "under", decide what it says."""
_BRACKETED = re.compile(r"\[([^\]\d]+)\]")
_BINDING = MODALS | frozenset("want wants wanted hope hopes hoped try tries tried refuse need needs".split())
_UNFINISHED = PREPOSITIONS | DETERMINERS | BE | MODALS | _US | {"they", "he", "she", "it", "and", "or", "but", "to"}
_COMPARED = frozenset("more less fewer up down lower higher".split())
_ORGANISED = r"(?:['’]s)?(?:\s+\w+)?\s+(?:CEO|CFO|chief|boss|finance|president|founder|head)"


def quoting_problem(claim: str, passage: Passage, window: Span, speaker_of: SpeakerOf) -> str | None:
    """Why a claim is not this sentence's exact words in a harmless frame, or None. It must quote something of it."""
    if not any(s < window[1] and window[0] < e for s, e in quoted_spans(passage.document.text)):
        return "it does not quote the sentence it cites"
    near = beside(passage, window)
    quoted = located(claim, passage, near, window)
    if not quoted or not any(window[0] <= s[0] < window[1] for q in quoted for s in q.spans):
        return "it does not quote the sentence it cites"
    speakers = {speaker_of(passage, span) for q in quoted for span in q.spans}
    if len(speakers) != 1 or None in speakers:
        return "its source does not give all the quoted words as one person’s"
    [speaker] = speakers
    frame = _Frame(claim, passage, quoted, near, str(speaker))
    return frame.problem()


class _Frame:
    """What stands around the quotations of a claim, beside the sentences that they come from."""

    def __init__(
        self, claim: str, passage: Passage, quoted: Sequence[Quoted], near: Sequence[Span], speaker: str
    ) -> None:
        self.claim, self.passage, self.quoted, self.near, self.speaker = claim, passage, quoted, near, speaker
        document = passage.document
        self.own = [s for s in near if any(s[0] <= p[0] < s[1] for q in quoted for p in q.spans)]
        self.context = Context.of(passage, self.own[0])
        outside = claim
        for q in quoted:
            outside = outside[: q.claimed[0]] + " " * (q.claimed[1] - q.claimed[0]) + outside[q.claimed[1] :]
        self.outside = outside
        self.our_periods = periods(outside, self.context.year)
        self.ours = [t for t in tokens(blanked(outside, self.our_periods)) if t.kind != "mark"]
        self.source = " ".join(document.text[slice(*s)] for s in self.own)
        self.wide = " ".join([document.title, document.source or "", *(document.text[slice(*s)] for s in near)])
        self.theirs = tokens(self.source)
        self.meant = frozenset().union(*(senses(t.lower) | {t.key} for t in tokens(self.wide)), frozenset())
        plain = [t for t in self.theirs if t.lower not in _COMPARED]
        self.meant_here = frozenset().union(*(senses(t.lower) | {t.key} for t in plain), frozenset())

    def problem(self) -> str | None:
        """Why the frame says more or less than its source, or None."""
        return (
            self._who() or self._words() or self._names() or self._times() or self._small() or self._cut()
            or self._joined() or self._bracketed()
            or setting_problem(self.claim, self.quoted, self.near, self.passage.document, self.context, self.speaker)
        )  # fmt: skip

    def _cue(self) -> int | None:
        """The first verb of saying with somebody who says; a participle only where there is no other."""
        cues = [i for i, t in enumerate(self.ours) if t.lower in _CUES - VENUES and self._subject(i)]
        cues = [i for i in cues if self.ours[i].start or self.ours[i].lower == "according"]
        cues = [i for i in cues if self.ours[i].lower not in ("asked", "ask", "asks")]
        cues = [
            i
            for i in cues
            if self.ours[i].lower in _NEUTRAL
            or base_form(self.ours[i].text) != self.ours[i].lower
            or self.ours[i].lower.endswith(("ed", "s"))
        ]
        finite = [i for i in cues if not self.ours[i].lower.endswith("ing")]
        return next(iter(finite or cues), None)

    def _subject(self, cue: int) -> list[Token]:
        """The name that does the saying: the nearest before the verb, else right behind it."""
        before = [t for t in self.ours[:cue] if t.kind == "name"]
        behind = [t for t in self.ours[cue + 1 : cue + 7] if t.kind == "name"]
        some = before or behind
        if not some:
            return []
        pool = self.ours
        opening = next((n for n, t in enumerate(pool) if t.kind != "name"), 0)
        if 0 < opening <= cue and self.claim[pool[opening - 1].end :].startswith(","):
            return pool[:opening]  # "Ines Roth, asked whether Fenn would close, said"
        last = some[-1] if before else some[0]
        at = pool.index(last)
        first = at
        while first and pool[first - 1].kind == "name" and self._touching(pool[first - 1], pool[first]):
            first -= 1
        while not before and at + 1 < len(pool) and pool[at + 1].kind == "name" and self._touching(*pool[at : at + 2]):
            at += 1
        return pool[first : at + 1]

    def _touching(self, one: Token, two: Token) -> bool:
        return not self.claim[one.end : two.start].strip()

    def _who(self) -> str | None:
        cue = self._cue()
        who = self._subject(cue) if cue is not None else []
        name = self.claim[who[0].start : who[-1].end] if who else ""
        words = {w.lower() for w in self.speaker.split()}
        self.named = [t for t in who if t.lower in words]
        if not name or not (same_speaker(name, self.speaker) or (self.named and self.named[-1] is who[-1])):
            return f"the words are {self.speaker}’s, and the sentence does not say so"
        if may_be_another(name, self.speaker, self.passage.document):
            return f"its source may mean another {self.speaker}"
        titles = " ".join(t.text for t in who if t not in self.named)
        if titles:
            return called_problem(titles, self.speaker, self.passage.document)
        return None

    def _words(self) -> str | None:
        put_in = turning(self.ours, self.theirs)
        if put_in:
            return put_in
        for t in self.ours:
            if t.figure:
                figures = [s.figure for s in self.theirs if s.figure]
                if not any(q.bears_out(t.figure) for q in figures):
                    return f"the figure {t.text} is not in the sentence it cites"
            elif (
                not t.content
                and t.kind != "possessive"
                and t.lower not in _SMALL
                and t.key not in {s.key for s in self.theirs}
            ):
                return f"it adds “{t.text}”, which its source does not have there"
            elif t.content and t.kind != "name" and t.lower not in _NEUTRAL | LIGHT:
                known = self.meant_here if senses(t.lower) & _TURNING else self.meant
                venue = t.lower in VENUES | {"earnings"} and t.lower in self.passage.text.lower()
                if not venue and not (senses(t.lower) | {t.key}) & known:
                    return f"“{t.text}” is not borne out by the sentence it cites"
        return None

    def _names(self) -> str | None:
        """Each other name stands in the sentences quoted, or one of their pronouns can only mean it."""
        here = {t.key for t in self.theirs}
        lower = {t.lower for t in self.theirs}
        speaker = {w.lower() for w in self.speaker.split()}
        for t in self.ours:
            if t.kind != "name" or t.lower in _CUES | speaker or t.key in here or senses(t.lower) & self.meant_here:
                continue
            if t.start == 0:  # a word that is only capitalised because it opens the sentence
                if t.lower not in LIGHT and not (senses(t.lower) | {t.key}) & self.meant:
                    return f"“{t.text}” is not borne out by the sentence it cites"
                continue
            own = re.search(rf"\b{re.escape(t.text)}{_ORGANISED}", self.passage.document.text) is not None
            stands = _US if own else _THEM
            if not (t.key in self.context.topic | self.context.near and stands & lower):
                return f"the name {t.text} is not in the sentence it cites"
        return None

    def _times(self) -> str | None:
        year = self.context.year
        its = periods(self.source, year)
        told = periods(self._told(), year)
        around = {(p.kind, p.value) for p in periods(self.wide, year)}
        for p in self.our_periods:
            same = {q.value for q in its if q.kind == p.kind}
            quoted = {q.value for q in its if q.kind == p.kind} - {q.value for q in told}
            if p.value in same - quoted or (not same and ((p.kind, p.value) in self.context.periods | around)):
                continue
            return f"“{self.claim[p.start : p.end].strip()}” is not borne out by the sentence it cites"
        return None

    def _told(self) -> str:
        """The sentences quoted without what stands in quotation marks."""
        text = self.passage.document.text
        return " ".join(fold(without_quotes(text, s, quoted_spans(text))) for s in self.own)

    def _small(self) -> str | None:
        """Denials, causes, conditions, quantities and doubts of the frame are those of its source."""
        mine = {t.lower for t in self.ours}
        here = {t.lower for t in self.theirs}
        for words in (CAUSES, CONDITIONS, QUANTIFIERS, POSSIBLE, DOUBTED, REVERSING):
            added = sorted(mine & words - here)
            if added and not (added == ["after"] and self.our_periods):
                return f"it adds “{added[0]}”, which its source does not have there"
        if mine & PLANNED and not here & PLANNED:
            return "its source does not speak of a plan here"
        theirs = [t for t in tokens(self._told()) if t.kind != "mark"]
        denied = [sum(t.negative or t.lower in REVERSING for t in side) for side in (self.ours, theirs)]
        asked = [
            {tuple(c.key for c in side[n + 1 :] if c.content)[:2] for n, t in enumerate(side) if t.lower in _OPEN}
            for side in (self.ours, theirs)
        ]
        if asked[0] - asked[1]:
            return "it sets another condition than its source"
        following = [{_next(side, n) for n, t in enumerate(side) if t.negative} for side in (self.ours, theirs)]
        if denied[0] > denied[1] or following[0] - following[1]:
            return "it denies what its source says, or says what its source denies"
        for n, t in enumerate(theirs):
            behind = next((s for s in theirs[n + 1 :] if s.content), None)
            if t.lower in CONDITIONS - {"than", "or"} | MODALS and behind and t.lower not in mine:
                weaker = {"would": "will", "could": "can"}.get(t.lower, "")
                if weaker not in mine and any(m.key == behind.key for m in self.ours):
                    return f"it drops “{t.text}” from what its source says"
            denied_next = next((s for s in theirs[n + 1 :] if s.content), None) if t.negative else None
            if denied_next and not denied[0] and any(m.key == denied_next.key for m in self.ours):
                return "it says what its source denies"
        return None

    def _bracketed(self) -> str | None:
        """A name in brackets for "I" or "we" is the speaker's, or what the document is about."""
        speaker = {w.lower() for w in self.speaker.split()}
        for m in _BRACKETED.finditer(self.claim):
            named = [t for t in tokens(m[1]) if t.kind == "name"]
            unknown = [t for t in named if t.lower not in speaker and t.key not in self.context.topic]
            if unknown and {t.lower for t in self.theirs} & _US:
                return f"it puts “{m[0]}” for words of {self.speaker}’s"
        return None

    def _cut(self) -> str | None:
        """What is left out of the quoted sentence around a piece is no condition, doubt or denial of it."""
        mine = {t.lower for t in tokens(self.claim)}
        reasons = (self._torn(q, mine) or self._led(q, mine) for q in self.quoted)
        return next((reason for reason in reasons if reason), None)

    def _torn(self, q: Quoted, mine: set[str]) -> str | None:
        """Whether a piece is torn out of its quotation: behind a doubt, before a condition, in mid-phrase."""
        text = self.passage.document.text
        for start, end in q.spans:
            low = max(q.stretch[0], max((s[0] for s in self.own if s[0] <= start), default=q.stretch[0]))
            before = [t for t in tokens(text[low:start]) if t.kind != "mark"]
            torn = embedded(before) or self._another_thing(before)
            if torn:
                return torn
            weight = weight_of(before)
            if weight and weight.lower() not in mine:
                return f"its source says this only under “{' '.join(t.text for t in before[:6])}”"
            high = next((s[1] for s in self.own if s[0] <= start < s[1]), q.stretch[1])
            after = [t for t in tokens(text[end : max(high, end)])[:5] if t.kind != "mark"]
            if [t.lower for t in after[:2]] == ["but", "not"] and "not" not in mine:
                return f"it leaves out how its source goes on: “{' '.join(t.text for t in after)}”"
            if after and weight_of(after[:1]) and after[0].lower not in {*mine, "than", "or"}:
                return f"it leaves out how its source goes on: “{' '.join(t.text for t in after)}”"
            ends = text[start:end].split()[-1].lower()
            if ends in _UNFINISHED and text[end : end + 1] not in ",.;:!?":
                return f"it breaks off at “{ends}”"
        return None

    def _another_thing(self, before: Sequence[Token]) -> str | None:
        """Why what leads up to a piece inside its quotation may not be exchanged in the frame: its subject, "must"."""
        joint = max((n for n, t in enumerate(before) if t.lower in JOINTS), default=-1)
        clause = before[joint + 1 :]
        mine = {t.lower for t in self.ours}
        lost = next((t.text for t in clause if t.lower in _BINDING and t.lower not in mine), None)
        if lost or (clause and clause[-1].lower in ("as", "like", "than") and clause[-1].lower not in mine):
            return f"it drops “{lost or clause[-1].text}” from what its source says"
        things = [t for t in clause if t.content and t.kind != "figure" and not has_verb([t])]
        others = {t.key for t in self.theirs} - {t.key for t in clause}
        said = [t for t in self.ours if t.content and t.key in others and t.kind == "word" and t.lower not in _CUES]
        if things and said and not any(self._has(t) for t in things):
            return f"its source says this of “{things[-1].text}”"
        return None

    def _led(self, q: Quoted, mine: set[str]) -> str | None:
        """Whether the words that lead up to the quotation in its sentence are in the claim: subject, doubt, "would"."""
        text = self.passage.document.text
        own = next(s for s in self.own if s[0] <= q.spans[0][0] < s[1])
        lead = text[own[0] : q.stretch[0]]
        led = [t for t in tokens(lead) if t.kind != "mark"][-8:]
        whole = text[q.spans[0][0]].isupper() and not text[q.stretch[0] + 1 : q.spans[0][0]].strip(" ")
        if lead.rstrip().endswith(":") or (whole and lead.rstrip().endswith(".")):
            return None
        at_cue = self._cue_in(led)
        if not whole and at_cue is not None:
            lost = next((t for t in led[at_cue + 1 :] if t.content and not self._has(t)), None)
            if lost and not self._around(lost):
                return f"its source says this of “{lost.text}”"
        last = led[-1] if led else None
        if last and last.key == "be" and not mine & (BE | _CALLING | {"will", "would"}):
            return f"it drops “{last.text}” from what its source says"
        touching = not re.search(r"[,:;.—–]\W*$", lead)
        beside = re.search(r",\W*$", lead) and last and last.kind == "name"  # its author, Per Holm, “knows nothing”
        other = last and (touching or beside) and last.content and last.lower not in _CUES
        if last and other and last.lower not in self.speaker.lower().split() and not self._has(last):
            return f"its source says this of “{last.text}”"
        weight = (weight_of(led) or "").lower()
        shifted = {"would": {"will", "would"}, "could": {"can", "could"}}.get(weight, {weight})
        if weight and not shifted & mine and not (weight in PLANNED and mine & PLANNED):
            return f"its source says this only under “{' '.join(t.text for t in led)}”"
        return None

    @staticmethod
    def _cue_in(led: Sequence[Token]) -> int | None:
        """Where the words that lead up to a quotation report it: the last verb of saying behind a name, or "that"."""
        cues = [n for n, t in enumerate(led) if t.lower in _CUES | {"that"}]
        said = [n for n in cues if n and (led[n - 1].kind == "name" or led[n - 1].lower in ("he", "she", "they"))]
        thats = [n for n in cues if led[n].lower == "that"]
        return next(reversed(thats or said or cues), None)

    def _has(self, t: Token) -> bool:
        """Whether the frame has this word of the source, or the name it is part of."""
        return any(m.key == t.key or senses(m.lower) & senses(t.lower) for m in self.ours)

    def _around(self, t: Token) -> bool:
        """Whether a word is a day, a place of speaking or the one spoken to: "told analysts on Wednesday"."""
        return t.lower in VENUES or t.lower in TIMES or (t.figure is not None and t.figure.unit in ("year", "label"))

    def _joined(self) -> str | None:
        """Quotations from one pair of marks keep their order; those from two are apart in the claim as well."""
        for one, two in zip(self.quoted, self.quoted[1:], strict=False):
            if one.stretch == two.stretch and one.spans[-1][1] <= two.spans[0][0]:
                continue
            glue = {t.lower for t in tokens(self.claim[one.claimed[1] : two.claimed[0]])}
            if not glue & _JOINS:
                return "it runs together what its source keeps apart"
        if is_strict(self.ours) and not is_strict(self.theirs):
            return "it says more than its source"
        return None


def _next(some: Sequence[Token], n: int) -> str:
    """The key of the first word of meaning behind a place, or ""."""
    return next((t.key for t in some[n + 1 :] if t.content), "")
