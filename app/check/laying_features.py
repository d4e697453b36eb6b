"""Where a claim in free words agrees with the sentences it is laid on, and where it parts from them, as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from app.check.attribution import SpeakerOf, attributions, names_speaker, quoted_spans
from app.check.clause_words import CONDITIONS, REVERSING
from app.check.edits import Edited
from app.check.laying import Laid
from app.check.laying_figures import figures, others_figure
from app.check.laying_names import another_opens, names
from app.check.matching import REACH, Matched, mean
from app.check.objections import objection
from app.check.opposites import opposed
from app.check.paraphrase_words import CAUSES, PLANNED, POSSIBLE, QUANTIFIERS, groups
from app.check.words import bag, find_folded, stem
from app.questions.periods import periods

_UP, _DOWN = groups("rise"), groups("fall")
_MORE = frozenset("more higher larger bigger greater above exceed exceeded exceeds beat better longer up".split())
_LESS = frozenset("less fewer lower smaller below under missed worse shorter slower down".split())
_RANKS = frozenset(
    """first second third last only most least best worst never ever all every each no none any both entire
    whole""".split()
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|be|being)\s+(?:\w+ly\s+)?\w+(?:ed|en|wn|ught|ld|id|ut)\b")
_KINDS = {
    "planned": PLANNED,
    "possible": POSSIBLE,
    "cause": CAUSES,
    "quantity": QUANTIFIERS,
    "condition": CONDITIONS,
    "rank": _RANKS,
}


def features(laid: Laid, speaker_of: SpeakerOf) -> dict[str, float]:
    """Measure a claim against its sentences: words, names, figures, times, places, small words and who speaks."""
    m = Matched(laid)
    surely = _objected(laid, freely=True)
    found = {
        "others_figure": float(others_figure(m)),
        "another_opens": float(another_opens(m)),
        "objected": float(surely or _objected(laid, freely=False)),
        "objected_surely": float(surely),
        **_words(m),
        **_strangers(m),
        **names(m),
        **figures(m),
        **_times(m),
        **_places(m),
        **_small_words(m),
        **_edits(m),
        **_speech(m, speaker_of),
    }
    near = found["strange"] <= 1
    return found | {"put_in": float(near and bool(found["denial_added"] or found["possible_added"]))}


def _objected(laid: Laid, *, freely: bool) -> bool:
    """Whether something speaks against the main sentence that words alone don't tell; see app.check.objections."""
    return objection(laid.claim.text, laid.spans[laid.main], laid.passage.document, freely=freely) is not None


def _edits(m: Matched) -> dict[str, float]:
    """What the claim changed in the main sentence; see app.check.edits."""
    known = {t.key for t in m.theirs}
    return Edited(m.ours, m.main.tokens, known).measures()


def _words(m: Matched) -> dict[str, float]:
    """How many words of meaning there are, and how well the others of the source stand for those it lacks."""
    heavy, strange, near = m.heavy, m.strange, m.laid.near.max(axis=1)
    stands = sorted(float(m.laid.stands[i].max()) for i in strange)
    text = bag(m.laid.passage.document.text)
    ours, its = m.laid.claim.states.mean(axis=0), m.main.states.mean(axis=0)
    norm = float(np.linalg.norm(ours) * np.linalg.norm(its))
    return {
        "length": len(m.content),
        "heavy": len(heavy),
        "explained": (len(heavy) - len(strange)) / max(len(heavy), 1),
        "strange": len(strange),
        "absent": sum(m.ours[i].key not in text for i in strange),
        "stands_least": stands[0] if stands else 1.0,
        "stands_second": stands[1] if len(stands) > 1 else 1.0,
        "stands": mean(stands, 1.0),
        "near_least": min((float(near[i]) for i in strange), default=1.0),
        "near_strange": mean([float(near[i]) for i in strange], 1.0),
        "near": mean([float(near[i]) for i in m.content], 0.0),
        "alike": mean([float(m.alike[i].max()) for i in heavy], 1.0),
        "whole": float(ours @ its) / norm if norm else 0.0,
    }


def _strangers(m: Matched) -> dict[str, float]:
    """Whether what stands in the place of a word that the source lacks means the same, or is near but otherwise."""
    laid, free = m.laid, m.plain_places & ~(m.laid.same > 0).any(axis=0)
    gaps, own, beside, beside_near = list[float](), list[float](), list[float](), list[float]()
    for i in m.strange:
        if not m.plain_places.any():
            break
        row = np.where(free if free.any() else m.plain_places, laid.near[i], -1)
        n = int(row.argmax())
        gaps.append(float(row[n] - laid.stands[i, n]))
        own.append(float(laid.stands[i, n]))
        around = _around(m, i)
        places = [p for p in np.flatnonzero(free) if around and min(abs(p - a) for a in around) <= 4]
        if places:
            beside.append(float(laid.stands[i, places].max()))
            beside_near.append(float(laid.near[i, places].max()))
    return {
        "gap_most": max(gaps, default=0.0),
        "gap": mean(gaps, 0.0),
        "own_least": min(own, default=1.0),
        "beside_least": min(beside, default=1.0),
        "beside": mean(beside, 1.0),
        "beside_near": min(beside_near, default=1.0),
    }


def _around(m: Matched, i: int) -> list[int]:
    """Where the nearest explained words of meaning on either side of a word stand in the source."""
    sides = (range(i - 1, -1, -1), range(i + 1, len(m.ours)))
    found = [next((k for k in side if m.explained[k] and m.ours[k].content), None) for side in sides]
    return [int(p) for k in found if k is not None for p in np.flatnonzero(m.laid.same[k])]


def _times(m: Matched) -> dict[str, float]:
    """Times of the claim that the document or the main sentence lacks, and those it leaves out."""
    document = m.laid.passage.document
    year = document.published.year if document.published else None
    ours = {(p.kind, p.value) for p in m.laid.claim.periods}
    its = {(p.kind, p.value) for p in m.main.periods}
    told = _told(document.text, year) | _told(document.title, year)
    return {
        "times_unknown": len(ours - told - {("year", str(year))}),
        "times_not_main": len(ours - its),
        "times_clash": sum(any(kind == k and value != v for k, v in its) for kind, value in ours - its),
        "times_dropped": len(its - ours),
    }


def _places(m: Matched) -> dict[str, float]:
    """Whether the words stand together in the source, and in the claim's order."""
    used, at = m.used, m.positions
    pairs = [(at[a], at[b]) for a, b in zip(m.content, m.content[1:], strict=False) if a in at and b in at]
    return {
        "in_main": mean([s == m.laid.main for s, _ in used], 0.0),
        "in_clause": max((used.count(clause) for clause in set(used)), default=0) / max(len(used), 1),
        "clauses": len(set(used)),
        "neighbours": mean([s == r and abs(a - b) <= 4 for (s, a), (r, b) in pairs], 0.0),
        "order": mean([s == r and a <= b for (s, a), (r, b) in pairs], 0.0),
    }


def _rests_on_a_plan(m: Matched) -> bool:
    """Whether words of the claim stand right behind "will" and the like, before "is planned", or beside nothing."""
    used = set(m.positions.values())
    for s, sentence in enumerate(m.laid.sentences):
        some = [(n, t) for n, t in enumerate(sentence.tokens) if t.kind != "mark"]
        for k in (k for k, (_, t) in enumerate(some) if t.lower in PLANNED):
            passive = k > 0 and some[k - 1][1].key == "be"
            around = some[max(k - 1 - REACH, 0) if passive else k + 1 : k + 1 + REACH]
            if k > 0 and some[k - 1][1].figure and not any(t.content for _, t in around):
                around = some[k - 1 : k]  # "$47 billion expected"
            planned = [(s, n) for n, t in around if t.content and t.lower not in PLANNED]
            if not used.isdisjoint(planned) or (s == m.laid.main and not planned):
                return True
    return False


def _small_words(m: Matched) -> dict[str, float]:
    """Denials, directions, plans, causes, quantities and conditions that one side has and the other lacks."""
    sides = (m.ours, m.clause, m.main.tokens, m.theirs)
    ours, its, main, everything = ({t.lower for t in side} for side in sides)
    denied = [sum(t.negative or t.lower in REVERSING for t in side) for side in sides]
    up, down = ([bool(_groups(side) & way) for side in (ours, its, main)] for way in (_UP, _DOWN))
    found = {
        "denied": denied[0],
        "denied_source": denied[1],
        "denied_unlike": abs(denied[0] - denied[1]),
        "denial_lost": not denied[0] and denied[1] > 0,
        "denial_added": denied[0] > 0 and not denied[2],
        "only_planned": not ours & PLANNED and _rests_on_a_plan(m),
        "turned": (up[0] and down[1] and not up[1]) or (down[0] and up[1] and not down[1]),
        "turn_added": (up[0] and not up[2]) or (down[0] and not down[2]),
        "compared": bool(ours & _MORE and its & _LESS - _MORE and not its & _MORE)
        + bool(ours & _LESS and its & _MORE and not its & _LESS),
        "opposed": opposed(*({stem(t.lower) for t in side} for side in (m.ours, m.clause))),
        "passive": bool(_PASSIVE.search(m.laid.claim.text)) != bool(_PASSIVE.search(m.main.text)),
    }
    for kind, some in _KINDS.items():
        found[f"{kind}_added"] = len(ours & some - its)
        found[f"{kind}_nowhere"] = len(ours & some - everything)
        found[f"{kind}_lost"] = len(its & some - ours)
    return {name: float(value) for name, value in found.items()}


def _speech(m: Matched, speaker_of: SpeakerOf) -> dict[str, float]:
    """Whose words these are by the ledger, and whether the claim says so."""
    passage, claim, base = m.laid.passage, m.laid.claim.text, m.laid.spans[m.laid.main][0]
    spans = {(base + t.start, base + t.end) for t in m.clause if t.content and t in m.main.tokens}
    speakers = {speaker for span in spans if (speaker := speaker_of(passage, span))}
    said_by = [names_speaker(claim, speaker) for speaker in speakers]
    who = next((a.who for a in attributions(claim) if a.who), "")
    right = any({*map(stem, who.split())} & {*map(stem, speaker.split())} for speaker in speakers)
    quotes = [claim[a:b].strip(" \"'“”„«»‘’`,.;:!?…") for a, b in quoted_spans(claim)]
    return {
        "spoken": float(bool(speakers)),
        "speaker_named": float(bool(speakers) and all(said_by)),
        "speaker_unnamed": float(bool(speakers) and not any(said_by)),
        "attributed": float(bool(who)),
        "attributed_right": float(bool(who) and right),
        "attributed_wrong": float(bool(who) and not right),
        "quotes": float(len(quotes)),
        "quotes_absent": float(sum(find_folded(quote, passage.document.text) is None for quote in quotes if quote)),
    }


@lru_cache(maxsize=64)
def _told(text: str, year: int | None) -> frozenset[tuple[str, str]]:
    """The periods that a text names, by kind and value."""
    return frozenset((p.kind, p.value) for p in periods(text, year))


def _groups(some: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(groups, some))
