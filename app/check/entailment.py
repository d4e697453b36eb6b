"""Does a sentence of a source bear a claim out? One test after the other; each returns why not, or None.

A claim is borne out when it can be had from one sentence of its source by leaving things out that don't matter
(app.check.clauses) and by naming who speaks (app.check.attribution): every word, name and figure of it stands there,
in that order, and nothing between, before or behind them changes what it says. What a model adds, swaps or turns round
has nowhere to stand; some true paraphrases are lost, and are listed as left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.check.alignment import Pairs, Token, align, tokens
from app.check.anaphora import as_its_source
from app.check.attribution import (
    Attributed,
    SpeakerOf,
    attributions,
    names_speaker,
    outside_quotes,
    quote_problem,
    quoted_words,
    speaker_problem,
    unmatched_marks,
)
from app.check.clause_words import STOPS, is_collective, is_strict, is_time
from app.check.clauses import end_problem, gap_problem, start_problem
from app.check.objections import objection
from app.check.paraphrase import loosely
from app.check.quantities import Quantity
from app.check.quoted_settings import BESIDE
from app.check.quoting import quoting_problem
from app.check.rearranged import rearranged
from app.check.words import stem
from retrieval.documents import Passage, Span
from retrieval.speech_words import DETERMINERS, FEMALE, MALE, MODALS, PREPOSITIONS, ROLE_HEADS

__all__ = ["SpeakerOf", "problem"]

_FREE = frozenset("the also ’s".split())
FIRST_NAMES = MALE | FEMALE
_UNFINISHED = PREPOSITIONS | DETERMINERS | {"and", "or", "but"}
_CHANGES = frozenset(
    map(stem, "rise fall grow drop gain climb jump slip increase decrease decline surge shrink cut expand lose".split())
)
_ABOUT = frozenset("about around roughly approximately some".split())


def problem(claim: str, passage: Passage, window: Span, speaker_of: SpeakerOf) -> str | None:
    """Why the window (one sentence) of the passage's document does not bear the claim out, or None when it does."""
    reason = _problem(claim, passage, window, speaker_of)
    for same in rearranged(claim, passage, window) if reason else ():
        if _problem(same, passage, window, speaker_of) is None:
            return None
    return reason


def _problem(claim: str, passage: Passage, window: Span, speaker_of: SpeakerOf) -> str | None:
    """The same of a claim in its own order."""
    source = passage.document.text[window[0] : window[1]]
    if unmatched_marks(claim):
        return "its quotation marks don’t match up"
    if source.rstrip(" \"'”’").endswith("?") and not claim.rstrip(" \"'”’").endswith("?"):
        return "its source only asks this"
    quotes = quoted_words(claim, passage, window)
    framed = quoting_problem(claim, passage, window, speaker_of) if quotes else ""
    if framed is None or framed == BESIDE:
        return framed
    reason = quote_problem(quotes, source)
    if reason:
        return reason
    plain = _plain_problem(claim, passage, window, source, speaker_of)
    if plain is None:
        return None
    reasons = [(a, _attributed_problem(a, passage, window, source, speaker_of)) for a in attributions(claim)]
    if any(reason is None for _, reason in reasons):
        return None
    return next((reason for a, reason in reasons if a.who[:1].isupper()), plain)


def _plain_problem(claim: str, passage: Passage, window: Span, source: str, speaker_of: SpeakerOf) -> str | None:
    reason, used = _rests_on(claim, passage, window, source, reported=False)
    heard = frozenset(filter(None, [speaker_of(passage, window)])) if reason else frozenset()
    for same in as_its_source(claim, passage, window, heard) if reason else ():
        other, found = _rests_on(same, passage, window, source, reported=False)
        if other is None:
            reason, used = None, found
            break
    if reason is None:
        reason = objection(claim, window, passage.document)
    return reason or _ledger_problem(_speakers(used, passage, window, speaker_of), claim, source)


def _attributed_problem(
    said: Attributed, passage: Passage, window: Span, source: str, speaker_of: SpeakerOf
) -> str | None:
    """The same tests for what a claim says that somebody said, and whether it was this person."""
    reason, used = _rests_on(said.content, passage, window, source, reported=True)
    if reason is None:
        reason = objection(said.content, window, passage.document, reported=True)
    return reason or speaker_problem(said, _speakers(used, passage, window, speaker_of), passage, source)


def _rests_on(
    claim: str, passage: Passage, window: Span, source: str, *, reported: bool
) -> tuple[str | None, list[Token]]:
    """Why the sentence does not bear the claim out, in its words or others, or None; and the words it rests on."""
    fit = _Fit(claim, source, passage.document.text, reported=reported)
    strict = fit.problem()
    if strict is None:
        return None, [fit.theirs[j] for i, j in fit.pairs if fit.ours[i].content]
    loose, used = loosely(claim, passage, window, reported=reported)
    return (None, used) if loose is None else (strict, [])


def _speakers(used: Sequence[Token], passage: Passage, window: Span, speaker_of: SpeakerOf) -> set[str]:
    """Who says the words that a claim uses, by the ledger of quotations."""
    spans = {(window[0] + t.start, window[0] + t.end) for t in used}
    return {speaker for span in spans if (speaker := speaker_of(passage, span)) is not None}


def _ledger_problem(speakers: set[str], claim: str, source: str) -> str | None:
    """Why a claim does not say whose words it has, or None; it may call them what its source calls them, "the CEO"."""
    theirs, ours = ({t.lower for t in tokens(outside_quotes(text))} for text in (source, claim))
    called = ours & theirs & ROLE_HEADS.keys()
    for speaker in sorted(speakers):
        if not names_speaker(claim, speaker) and (not called or len(speakers) > 1 or names_speaker(source, speaker)):
            return f"the words are {speaker}’s, and the sentence does not say so"
    return None


class _Fit:
    """A claim laid on one sentence; the tests of what it adds, reorders and leaves out."""

    def __init__(self, claim: str, source: str, document: str, *, reported: bool) -> None:
        self.claim, self.source, self.reported = claim, source, reported
        self.theirs = tokens(source)
        self.ours = _without_first_names([t for t in tokens(claim) if t.kind != "mark"], self.theirs, document)
        self.pairs: Pairs = []

    def problem(self) -> str | None:
        """Why the claim does not fit the sentence, or None; the cheap test comes first."""
        missing = self._missing()
        if missing:
            return missing
        self.pairs = align(self.ours, self.theirs, reported=self.reported)
        if not any(self.ours[i].content for i, _ in self.pairs):
            return "it says nothing that the sentence it cites says"
        return self._added() or self._approximation() or self._dropped() or self._edges()

    def _missing(self) -> str | None:
        keys = {t.key for t in self.theirs}
        figures = [t.figure for t in self.theirs if t.figure]
        for t in self.ours:
            if t.figure:
                if not any(q.bears_out(t.figure) for q in figures):
                    return f"the figure {t.text} is not in the sentence it cites"
            elif t.content and t.key not in keys and t.lower not in MODALS:
                if t.kind == "name" and t.start > 0:
                    return f"the name {t.text} is not in the sentence it cites"
                return f"“{t.text}” is not borne out by the sentence it cites"
        return None

    def _added(self) -> str | None:
        """Every token of the claim is one of the source's, in its order, but for articles and the like."""
        at = dict(self.pairs)
        for i, t in enumerate(self.ours):
            if i in at or t.key in _FREE or self._is_link(i, at):
                continue
            if t.content:
                return f"it puts “{t.text}” in another place or relation than its source does"
            return f"it adds “{t.text}”, which its source does not have there"
        return None

    def _is_link(self, i: int, at: dict[int, int]) -> bool:
        """Whether it is "on" before a day, "by" or "about" before a figure, or "has" before a verb, and beside it."""
        t = self.ours[i]
        after = self.ours[i + 1] if i + 1 < len(self.ours) else None
        if t.key == "which" and t.lower == "that":
            return i == 0 or self.ours[i - 1].lower in ("said", "says")
        if after is None or i + 1 not in at:
            return False
        beside = i == 0 or i - 1 not in at or self._words_between(at[i - 1], at[i + 1]) == 0
        if t.key == "have":
            return beside and after.kind == "word" and after.lower != "to"
        if after.kind == "figure" and (
            t.lower in _ABOUT or (t.lower == "by" and i and self.ours[i - 1].key in _CHANGES)
        ):
            return beside
        return beside and t.lower in ("on", "in") and is_time([after])

    def _words_between(self, left: int, right: int) -> int:
        return sum(t.kind != "mark" for t in self.theirs[left + 1 : right])

    def _approximation(self) -> str | None:
        for i, j in self.pairs:
            mine, its = self.ours[i].figure, self.theirs[j].figure
            if mine and its and not mine.approximate and its.approximate:
                return f"its source gives {_written(mine, self.claim)} only as an approximate figure"
        return None

    def _dropped(self) -> str | None:
        strict = is_strict(self.ours)
        for (mine, left), (yours, right) in zip(self.pairs, self.pairs[1:], strict=False):
            gap = self.theirs[left + 1 : right]
            if not gap:
                continue
            kept = self.claim[self.ours[mine].end : self.ours[yours].start]
            if any(t.text in STOPS for t in gap) and not any(mark in kept for mark in ";.!?:—–"):
                return "it runs together what its source keeps apart"
            after = self.theirs[right]
            reason = gap_problem(gap, after, before=self.theirs[: left + 1], strict=strict, reported=self.reported)
            if reason is None and any(t.kind == "name" for t in gap) and gap[-1].kind != "mark":
                reason = self._coordination(gap)
            if reason:
                return reason
        return self._crossing()

    def _coordination(self, gap: Sequence[Token]) -> str | None:
        joined = any(t.lower == "and" for t in gap) and is_collective(self.theirs)
        return "its source says this of several together" if joined else None

    def _crossing(self) -> str | None:
        """A claim that begins behind a comma must not run on over the next one: it may lie in a parenthesis."""
        first = self.pairs[0][1]
        if first == 0 or self.theirs[first - 1].text != "," or is_time(self.theirs[: first - 1]):
            return None
        for (_, left), (_, right) in zip(self.pairs, self.pairs[1:], strict=False):
            named = all(t.kind == "name" for t in self.theirs[first : left + 1])
            if right - left == 2 and self.theirs[left + 1].text == "," and not named and "," not in self.claim:
                return "it runs together what its source keeps apart"
        return None

    def _edges(self) -> str | None:
        first, last = self.pairs[0][1], self.pairs[-1][1]
        before, after = self.theirs[:first], self.theirs[last + 1 :]
        if after and after[0].kind != "mark" and self.theirs[last].lower in _UNFINISHED:
            return f"it breaks off at “{self.theirs[last].text}”"
        opened = first > 0 and self.source[: self.theirs[first].start].rstrip(" ").endswith(("“", '"', "‘", "«"))
        quoted = self.claim.rstrip(" .,").endswith(("”", '"', "’", "»"))
        return start_problem(before, self.theirs[first], reported=self.reported, opened=opened) or end_problem(
            after, strict=is_strict(self.ours), reported=self.reported, quoted=quoted
        )


def _without_first_names(claim: list[Token], source: Sequence[Token], document: str) -> list[Token]:
    """Leave out a first name that the document gives elsewhere to the surname of this sentence."""
    keys = {t.key for t in source}
    kept = []
    for t, after in zip(claim, [*claim[1:], None], strict=True):
        given = after is not None and t.lower in FIRST_NAMES and t.key not in keys and after.key in keys
        if not (given and after is not None and after.kind == "name" and f"{t.text} {after.text}" in document):
            kept.append(t)
    return kept


def _written(quantity: Quantity, text: str) -> str:
    return text[quantity.start : quantity.end]
