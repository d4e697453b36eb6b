"""Of what a quotation is said, by whom and to whom: a claim's setting of quoted words beside that of their source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.check.alignment import Token, tokens
from app.check.attribution import quoted_spans
from app.check.clause_words import ADVERBS, REPORTING, STOPS, TIMES, VENUES
from app.check.paraphrase_layout import ANAPHORS, PERSONS, Context
from app.check.paraphrase_words import LIGHT, senses
from app.check.quoted_places import Quoted, without_quotes
from retrieval.documents import Document, Span
from retrieval.speech_words import BE, DETERMINERS, MODALS

BESIDE = "it says the quoted words of something that its source only puts beside them"
"""The reason that stands whatever else may bear a claim out."""
_CALLING = frozenset("call calls called calling describe describes described describing label labelled branded".split())
_CUES = REPORTING | _CALLING | frozenset("tell tells told telling".split())
_TELLING = frozenset(
    "tell tells told telling remind reminds reminded inform informed warn warned assure assured".split()
)
_TO = _TELLING | frozenset("to with".split())
_HELPERS = BE | MODALS | frozenset("have has had not also once later then".split())
_US = frozenset("we our us i my me ours".split())
_IT = frozenset("it its they their them".split())
_ENDS = frozenset("that on in at during of".split())
_WHERE = frozenset("in on at to during with".split())
_SENT = frozenset("letter letters memo email emails note message statement wrote writing spoke speaking".split())


def setting_problem(
    claim: str, quoted: Sequence[Quoted], near: Sequence[Span], document: Document, context: Context, speaker: str
) -> str | None:
    """Why the quoted words are not said so of this, by this person and to these people, or None.

    near: the spans of the sentences quoted and of those beside them; speaker: whose words they are, by the ledger.
    """
    last = 0
    named = frozenset(speaker.lower().split())
    for q in quoted:
        sentence = next(s for s in near if s[0] <= q.spans[0][0] < s[1])
        lead = _words(document.text[sentence[0] : max(q.stretch[0], sentence[0])])
        inside = _words(document.text[max(q.stretch[0], sentence[0]) : q.spans[0][0]])
        frame = _words(claim[last : q.claimed[0]])
        if re.match(r"\W*that\b", claim[q.claimed[1] :]) and not re.match(r"\W*that\b", document.text[q.stretch[1] :]):
            return BESIDE
        problem = _of_another(frame, lead, inside, context, named) or _by_another(frame, lead, named)
        if problem:
            return problem
        last = q.claimed[1]
    outside = without_quotes(claim, (0, len(claim)), [q.claimed for q in quoted])
    marked = quoted_spans(document.text)
    plain = " ".join(without_quotes(document.text, s, marked) for s in near)
    return _to_another(_words(outside), _words(plain), named)


def _words(text: str) -> list[Token]:
    return [t for t in tokens(text) if t.kind != "mark" or t.text in STOPS]


def _of_another(
    frame: Sequence[Token], lead: Sequence[Token], inside: Sequence[Token], context: Context, speaker: frozenset[str]
) -> str | None:
    """What stands between "said" and the quotation stands before it in the source, or is what a pronoun there means."""
    cue = max((n for n, t in enumerate(frame) if _is_cue(frame, n)), default=None)
    if cue is None:
        return None
    said = list(frame[cue + 1 :])
    if frame[cue].lower in _TELLING:
        said = said[next((n + 1 for n, t in enumerate(said) if t.lower == "that"), len(said)) :]
    known = [*lead, *inside]
    meant = frozenset().union(*(senses(t.lower) | {t.key} for t in known), frozenset())
    pronouns = {t.lower for t in known}
    names = frozenset[str]()
    if pronouns & (_US | (ANAPHORS - PERSONS) | {"this", "that", "they", "these"}):
        names |= context.it | context.topic
    if pronouns & PERSONS:
        names |= context.he
    for n, t in enumerate(said):
        free = t.lower in (LIGHT - ANAPHORS) | TIMES | ADVERBS | speaker or t.lower.endswith("ly")
        free = free or (t.lower in VENUES and any(b.lower in _WHERE for b in said[max(n - 3, 0) : n]))
        free = free or (t.lower in ANAPHORS and bool(pronouns & (_US | _IT)))
        if t.content and not t.figure and not free and not (senses(t.lower) | {t.key}) & meant and t.key not in names:
            return f"its source does not say this of “{t.text}”"
    return None


def _by_another(frame: Sequence[Token], lead: Sequence[Token], speaker: frozenset[str]) -> str | None:
    """Words that a speaker reports of somebody else are not told as the speaker's own."""
    cues = [n for n, _ in enumerate(lead) if _is_cue(lead, n)]
    if len(cues) < 2:
        return None
    between = list(lead[cues[-2] + 1 : cues[-1]])
    that = next((n + 1 for n, t in enumerate(between) if t.lower == "that"), 0)
    doer = [t for t in between[that:] if t.lower not in _HELPERS and t.lower not in ADVERBS]
    if not doer or doer[-1].lower in ANAPHORS or not doer[-1].content or doer[-1].lower in speaker | VENUES | TIMES:
        return None
    told = sum(_is_cue(frame, n) for n, _ in enumerate(frame))
    if told < 2 or doer[-1].key not in {t.key for t in frame}:
        return f"its source gives this as what “{doer[-1].text}” said"
    return None


def _to_another(frame: Sequence[Token], source: Sequence[Token], speaker: frozenset[str]) -> str | None:
    """Whoever is told it in the claim is told it in the source."""
    for n, t in enumerate(frame):
        sent = t.lower == "to" and n and frame[n - 1].lower in _SENT
        if not (sent or t.lower in _TELLING):
            continue
        for told in (one for one in _addressed(frame[n + 1 :]) if one.content and one.lower not in speaker | TIMES):
            places = [k for k, s in enumerate(source) if s.key == told.key]
            led = any(s.lower in _TO for k in places for s in source[max(k - 6, 0) : k])
            if not led and not (places and told.lower in VENUES):
                return f"its source does not say that “{told.text}” was told this"
    return None


def _addressed(some: Sequence[Token]) -> list[Token]:
    """Whom "told" is followed by: as far as to "that", or to what else a clause begins or goes on with."""
    found: list[Token] = []
    for t in some:
        goes_on = t.lower in DETERMINERS or t.lower in ANAPHORS or t.lower in MODALS or t.key == "be"
        if t.text in STOPS or t.lower in _ENDS or (goes_on and any(one.content for one in found)):
            break
        found.append(t)
    return found


def _is_cue(some: Sequence[Token], n: int) -> bool:
    """Whether a verb of saying stands here, no noun: "told", not "the claim"."""
    return some[n].lower in _CUES and not (n and (some[n - 1].lower in DETERMINERS or some[n - 1].kind == "possessive"))
