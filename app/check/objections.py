"""What rules out that a sentence bears a claim out though its words would allow it: another person, direction, tense.

The rules of wording (app.check.entailment, app.check.paraphrase, app.check.quoting) ask for each word of a claim where
it stands in the source. Each test here asks one thing that words alone don't tell, and is pure: of the claim, the
sentence and its document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.check.alignment import Token
from app.check.attribution import attributions, first_names, quoted_spans
from app.check.beside import Beside
from app.check.clause_words import ADVERBS, JOINTS, REPORTING, STOPS, TIMES, has_verb, shown
from app.check.figure_objections import figure_objection, tells_apart
from app.check.paraphrase_layout import ANAPHORS
from app.check.paraphrase_words import PLANNED
from app.check.words import base_form
from retrieval.documents import Document, Span
from retrieval.speech_words import DETERMINERS, FEMALE, MALE, MODALS, WEEKDAYS

_FIRST_NAMES = MALE | FEMALE
_RANKS = frozenset("deputy vice acting assistant associate junior interim designate elect emeritus honorary".split())
_SIDES = frozenset("above below beneath under short beyond".split())
_UP_DOWN = frozenset("up down".split())
"""What "rose" and "fell" may stand for, and no verbs."""
_COMPARING = frozenset("more less fewer higher lower better worse".split())
_SAYS = REPORTING | {"calls", "describes"}
_TURNS = frozenset("nearly almost record previously formerly hardly barely".split())
_MIND = frozenset("imagine imagined pretend pretended suppose supposing dream dreamed dreamt joke joked".split())
_OWN_VIEW = re.compile(
    r"\b(?:i|we)(?: (?:do|really|still|just|also|always|personally|continue to|would|must))*"
    r" (?:think|believe|know|feel|say|guess|hope|see|expect)\b"
)
_ALWAYS = frozenset(
    "night nights evening evenings morning mornings weekend weekends winter summer spring autumn".split()
)
_PLAIN = frozenset(
    """sharply recently currently simply really highly strongly significantly steadily rapidly quickly publicly
    officially actually certainly clearly finally immediately newly directly openly repeatedly formally strictly
    subsequently dramatically substantially considerably heavily badly hugely massively vastly extremely
    particularly especially notably importantly interestingly additionally similarly consequently accordingly
    ultimately eventually originally largely simultaneously primarily specifically exactly precisely truly
    deeply widely broadly greatly globally increasingly promptly swiftly suddenly briefly proudly gladly happily
    obviously naturally personally effectively efficiently successfully carefully explicitly unexpectedly
    surprisingly fully completely entirely totally continually continuously constantly consistently freshly
    firmly absolutely definitely surely truthfully""".split()
)
"""Adverbs that may be left out: they stress or tell how, and limit nothing."""


def objection(
    claim: str, window: Span, document: Document, *, reported: bool = False, freely: bool = False
) -> str | None:
    """Why this sentence of the document does not bear a claim out whose words it has, or None.

    reported: the claim is what somebody is said to have said. freely: it is worded freely, so that a name may stand for
    what the sentences before it tell, and what is told of no speaker may be somebody's words.
    """
    b = Beside(claim, document.text[slice(*window)], document, reported=reported)
    facts = _another_person(b) or figure_objection(b) or _forms(b) or _left_out(b) or _turned(b) or _torn(b)
    return facts or (None if freely else _another_subject(b) or _inserted(b) or _given_to(b))


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


def _another_person(b: Beside) -> str | None:
    """A full name is not put where the source has another first name, or a surname that several have."""
    for given, surname in zip(b.ours, b.ours[1:], strict=False):
        if given.lower not in _FIRST_NAMES or surname.kind != "name" or b.claim[given.end : surname.start].strip():
            continue
        if f"{given.text} {surname.text}" in b.source or surname.key not in b.keys:
            continue
        if first_names(surname.text, b.document) - {given.lower}:
            return f"its source says this of another {surname.text}, or may"
    return None


def _another_subject(b: Beside) -> str | None:
    """A name that opens the claim is not put in the place of another thing that opens the clause of its source."""
    first = next((i for i, t in enumerate(b.ours) if t.content and i in b.mine), None)
    names = [t for t in b.ours[:first] if t.kind == "name"] if first else []
    if not names or first is None:
        return None
    head = _head(b, b.mine[first])
    told = [t for t in head if t.content and not t.figure and t.lower not in ANAPHORS | TIMES | ADVERBS]
    if not told or any(t.key == name.key for t in told for name in names):
        return None
    if all(_is_called(b, name.text, t.text) for name in names[-1:] for t in told[-1:]):
        return None
    return f"its source says this of “{shown(head)}”"


def _head(b: Beside, at: int) -> list[Token]:
    """The tokens of a clause before a place."""
    head: list[Token] = []
    for t in reversed(b.theirs[:at]):
        if t.kind == "mark" or t.lower in JOINTS or t.lower in REPORTING or t.key == "which":
            break
        head.insert(0, t)
    return head


def _is_called(b: Beside, name: str, noun: str) -> bool:
    """Whether the document calls a name this: "Helvoro, the largest insurer", "the insurer Helvoro"."""
    name, noun = re.escape(name), re.escape(noun)
    beside = rf"\b{noun},? (?:[\w&.-]+ )?{name}\b"
    behind = rf"\b{name},? (?:an?|the|its|which is an?|is an?)\b[^.;]{{0,40}}\b{noun}\b"
    return re.search(f"{beside}|{behind}", f"{b.document.title}\n{b.document.text}", re.IGNORECASE) is not None


def _inserted(b: Beside) -> str | None:
    """A name is not put between two words where the source has something else between them."""
    for i, t in enumerate(b.ours):
        if t.kind != "name" or i in b.mine or i - 1 not in b.mine:
            continue
        after = next((k for k in range(i + 1, len(b.ours)) if k in b.mine), None)
        gap = b.theirs[b.mine[i - 1] + 1 : b.mine[after]] if after else ()
        told = [s for s in gap if s.content and s.lower not in ANAPHORS]
        if told and not any(s.key == t.key or _is_called(b, t.text, s.text) for s in told):
            return f"its source has “{shown(told)}” where it has “{t.text}”"
    return None


def _forms(b: Beside) -> str | None:
    """Who does and who suffers, what was and what is, are told by the form of a verb: paying, paid; was, is."""
    claimed = any(t.lower in REPORTING for t in b.ours)
    for i, j in b.pairs:
        mine, its = b.ours[i], b.theirs[j]
        if mine.kind != "word" or its.kind != "word" or its.lower in _UP_DOWN:
            continue
        been = [_after_be(some, n) for some, n in ((b.ours, i), (b.theirs, j))]
        going = [t.lower.endswith("ing") for t in (mine, its)]
        if going[0] != going[1] and (all(been) or (going[1] and been[1] and _after_have(b.ours, i))):
            return f"its source says “{its.text}”, not “{mine.text}”"
        past = its.lower.endswith("ed") or its.lower in ("was", "were")
        present = mine.lower in ("is", "are") or (mine.lower.endswith("s") and its.lower.endswith("ed"))
        if past and present and mine.lower not in _SAYS and not (b.reported or claimed or been[1]):
            return f"its source says this of the past (“{its.text}”)"
        standing = its.lower not in _SAYS and base_form(its.text) == its.lower and not its.lower.endswith(("ed", "ing"))
        noun = _before(b.theirs, j) in DETERMINERS or (j and b.theirs[j - 1].kind == "possessive")
        done = mine.lower.endswith("ed") or base_form(mine.text) != mine.lower
        free = b.reported or claimed or been[0] or mine.lower in PLANNED or mine.lower == its.lower
        if standing and done and not (noun or free or _unsettled(b.theirs, j)):
            return f"its source does not say this of the past (“{its.text}”)"
    return None


def _left_out(b: Beside) -> str | None:
    """No rank, no limiting adverb and no time at which a standing rule holds is left out beside a word kept."""
    present = any(b.ours[i].lower == b.theirs[j].lower in ("is", "are") for i, j in b.pairs)
    standing = present and sum(has_verb([t]) for t in b.theirs) == 1
    for j, t in enumerate(b.theirs):
        if j in b.its:
            continue
        beside = j + 1 in b.its or j - 1 in b.its
        ranked = t.lower in _RANKS and beside and t.key not in {mine.key for mine in b.ours}
        if ranked and (j + 1 in b.its or t.lower in ("elect", "designate", "emeritus")):
            return f"it drops “{t.text}”, which changes what its source says"
        inside = min(b.its, default=0) < j < max(b.its, default=0)
        limits = t.kind == "word" and t.lower.endswith("ly") and len(t.lower) > 4 and t.lower not in _PLAIN | ADVERBS
        if limits and beside and inside and t.lower not in ("family", "italy", "july"):
            return f"it drops “{t.text}” from what its source says"
        if t.lower in _COMPARING and inside and "than" in [s.lower for s in b.theirs[j + 1 : j + 4]]:
            return f"it drops “{t.text}” from what its source says"
        often = t.lower in _ALWAYS or (t.lower.endswith("s") and t.lower[:-1] in WEEKDAYS)
        often = often or (standing and t.lower in WEEKDAYS)
        led = j > 0 and b.theirs[j - 1].lower in ("at", "in", "on", "the", "during") and j - 1 not in b.its
        if (present or tells_apart(b, j)) and often and led:
            return f"its source says this only of “{shown(b.theirs[max(j - 2, 0) : j + 1])}”"
    return None


def _turned(b: Beside) -> str | None:
    """No "nearly", "record" or "a few" is put in."""
    for i, j in b.pairs:
        if b.ours[i].lower == "few" and (_before(b.ours, i) == "a") != (_before(b.theirs, j) == "a"):
            return "“few” is not “a few”"
    for t, behind in zip(b.ours, [*b.ours[1:], None], strict=False):
        if t.lower in _SIDES and t.key not in b.keys and not (behind and behind.figure):
            return f"it adds “{t.text}”, which its source does not have there"
    return turning(b.ours, b.theirs)


def _given_to(b: Beside) -> str | None:
    """What the source says itself is not put in somebody's mouth."""
    told = any(t.lower in REPORTING or t.lower == "according" for t in b.theirs) or quoted_spans(b.source)
    for said in attributions(b.claim) if not (told or b.reported) else ():
        if said.who[:1].isupper() and not said.who.startswith(("The ", "A ", "An ")):
            return f"its source says this itself, and does not give it as {said.who}’s words"
    return None


def _torn(b: Beside) -> str | None:
    """Nothing is taken out of what a speaker says that others say, or that was once thought."""
    first = next((j for i, j in b.pairs if b.ours[i].content), None)
    if first is None:
        return None
    start = b.theirs[first].start
    stretch = next((s for s in quoted_spans(b.source) if s[0] < start < s[1]), None)
    if stretch is None:
        return None
    inside = [t for t in b.theirs[:first] if stretch[0] <= t.start]
    while any(t.text in STOPS for t in inside):
        inside.pop(0)
    return embedded([t for t in inside if b.theirs.index(t) not in b.its])


def _unsettled(some: Sequence[Token], at: int) -> bool:
    """Whether a verb stands without a tense of its own: behind "to", "will", "did" or another verb's "and"."""
    before = [t for t in some[max(at - 3, 0) : at] if not t.negative and t.lower not in ADVERBS]
    return bool(before) and (before[-1].lower in MODALS or before[-1].lower in ("to", "do", "does", "did", "and", "or"))


def _before(some: Sequence[Token], at: int) -> str:
    return some[at - 1].lower if at else ""


def _after_be(some: Sequence[Token], at: int) -> bool:
    """Whether a form of "be" stands right before a word, an adverb or "not" between them."""
    before = [t for t in some[max(at - 3, 0) : at] if not (t.lower.endswith("ly") or t.negative or t.lower in ADVERBS)]
    return bool(before) and before[-1].key == "be"


def _after_have(some: Sequence[Token], at: int) -> bool:
    return at > 0 and some[at - 1].key == "have"
