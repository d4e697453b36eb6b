"""Where a claim in free words agrees with the sentences it is laid on, and where it parts from them, as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from app.check.alignment import Token
from app.check.attribution import SpeakerOf, attributions, names_speaker, quoted_spans
from app.check.clause_words import CONDITIONS, REPORTING, REVERSING
from app.check.derived_figures import follows
from app.check.edits import Edited, may_stand
from app.check.laying import Floats, Laid, Place, Sentence
from app.check.opposites import opposed
from app.check.paraphrase_facts import bound
from app.check.paraphrase_layout import ANAPHORS
from app.check.paraphrase_words import CAUSES, LIGHT, PLANNED, POSSIBLE, QUANTIFIERS, groups
from app.check.words import bag, find_folded, stem, words
from app.questions.periods import periods

_REACH = 5
"""Words on either side of a figure or a name that tell what it is said of."""
_ITS_REACH = 7
_FOR_SURE = 0.85
"""What a word counts that only may stand for the claim's, beside one that is the same."""
_UP, _DOWN = groups("rise"), groups("fall")
_MORE = frozenset("more higher larger bigger greater above exceed exceeded exceeds beat better longer up".split())
_LESS = frozenset("less fewer lower smaller below under missed worse shorter slower down".split())
_RANKS = frozenset(
    """first second third last only most least best worst never ever all every each no none any both entire
    whole""".split()
)
_LED = frozenset("from after against versus vs than with".split())
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
    m = _Measured(laid)
    found = {
        "others_figure": float(m.others_figure()),
        "another_opens": float(m.another_opens()),
        **m.words(),
        **m.strangers(),
        **m.names(),
        **m.figures(),
        **m.times(),
        **m.places(),
        **m.small_words(),
        **m.edits(),
        **_speech(m, speaker_of),
    }
    near = found["strange"] <= 1
    return found | {"put_in": float(near and bool(found["denial_added"] or found["possible_added"]))}


class _Measured:
    """A laid claim with what several measures need of it."""

    def __init__(self, laid: Laid) -> None:
        self.laid = laid
        self.ours, self.main = laid.claim.tokens, laid.sentences[laid.main]
        self.theirs = [laid.token(n) for n in range(len(laid.places))]
        self.explained: NDArray[np.bool_] = np.max(laid.same, axis=1) > 0
        self.content = [i for i, t in enumerate(self.ours) if t.content]
        written = _written(laid.passage.document.text)
        capital = [i for i in self.content if self.ours[i].kind == "name"]
        opening = self.ours[0]
        opens = opening.text in written and opening.lower not in written
        self.named = [i for i in capital if i or opens]
        self.opens_unknown = 0 in capital and not {opening.text, opening.lower} & written
        self.counted = [i for i in self.content if self.ours[i].figure]
        light = LIGHT | PLANNED | REPORTING
        self.heavy = [i for i in self.content if self.ours[i].kind == "word" and self.ours[i].lower not in light]
        self.strange = [i for i in self.heavy if not self.explained[i]]
        self.plain_places = np.array([t.kind == "word" and t.content for t in self.theirs])

    @cached_property
    def alike(self) -> Floats:
        """How well each word of the source may stand for each of the claim, 0..1."""
        laid = self.laid
        close = 0.9 * np.clip((laid.near - 0.35) / 0.5, 0, 1)
        found = np.maximum(laid.same, _FOR_SURE * np.maximum(laid.stands, close))
        meant = np.array([t.content for t in self.theirs])
        return np.where(meant[None, :] | (laid.same > 0), found, 0).astype(np.float32)

    @cached_property
    def positions(self) -> dict[int, Place]:
        """Where each word of meaning most likely stands in the source: the best match, near those found before."""
        found: dict[int, Place] = {}
        anchors: list[int] = []
        columns = np.arange(len(self.theirs))
        mainly = 0.1 * np.array([s == self.laid.main for s, _ in self.laid.places])
        for i in sorted(self.content, key=lambda i: -self.alike[i].max()):
            if self.alike[i].max() < 0.3:
                break
            score = self.alike[i] + mainly
            if anchors:
                score = score - 0.01 * np.minimum(np.abs(columns[:, None] - np.array(anchors)).min(axis=1), 20)
            anchors.append(int(score.argmax()))
            found[i] = self.laid.places[anchors[-1]]
        return found

    def edits(self) -> dict[str, float]:
        """What the claim changed in the main sentence; see app.check.edits."""
        known = {t.key for t in self.theirs}
        return Edited(self.ours, self.main.tokens, known).measures()

    def words(self) -> dict[str, float]:
        """How many words of meaning there are, and how well the others of the source stand for those it lacks."""
        heavy, strange, near = self.heavy, self.strange, self.laid.near.max(axis=1)
        stands = sorted(float(self.laid.stands[i].max()) for i in strange)
        text = bag(self.laid.passage.document.text)
        ours, its = self.laid.claim.states.mean(axis=0), self.main.states.mean(axis=0)
        norm = float(np.linalg.norm(ours) * np.linalg.norm(its))
        return {
            "length": len(self.content),
            "heavy": len(heavy),
            "explained": (len(heavy) - len(strange)) / max(len(heavy), 1),
            "strange": len(strange),
            "absent": sum(self.ours[i].key not in text for i in strange),
            "stands_least": stands[0] if stands else 1.0,
            "stands_second": stands[1] if len(stands) > 1 else 1.0,
            "stands": _mean(stands, 1.0),
            "near_least": min((float(near[i]) for i in strange), default=1.0),
            "near_strange": _mean([float(near[i]) for i in strange], 1.0),
            "near": _mean([float(near[i]) for i in self.content], 0.0),
            "alike": _mean([float(self.alike[i].max()) for i in heavy], 1.0),
            "whole": float(ours @ its) / norm if norm else 0.0,
        }

    def strangers(self) -> dict[str, float]:
        """Whether what stands in the place of a word that the source lacks means the same, or is near but otherwise."""
        laid, free = self.laid, self.plain_places & ~(self.laid.same > 0).any(axis=0)
        gaps, own, beside, beside_near = list[float](), list[float](), list[float](), list[float]()
        for i in self.strange:
            if not self.plain_places.any():
                break
            row = np.where(free if free.any() else self.plain_places, laid.near[i], -1)
            n = int(row.argmax())
            gaps.append(float(row[n] - laid.stands[i, n]))
            own.append(float(laid.stands[i, n]))
            around = self._around(i)
            places = [p for p in np.flatnonzero(free) if around and min(abs(p - a) for a in around) <= 4]
            if places:
                beside.append(float(laid.stands[i, places].max()))
                beside_near.append(float(laid.near[i, places].max()))
        return {
            "gap_most": max(gaps, default=0.0),
            "gap": _mean(gaps, 0.0),
            "own_least": min(own, default=1.0),
            "beside_least": min(beside, default=1.0),
            "beside": _mean(beside, 1.0),
            "beside_near": min(beside_near, default=1.0),
        }

    def _around(self, i: int) -> list[int]:
        """Where the nearest explained words of meaning on either side of a word stand in the source."""
        sides = (range(i - 1, -1, -1), range(i + 1, len(self.ours)))
        found = [next((k for k in side if self.explained[k] and self.ours[k].content), None) for side in sides]
        return [int(p) for k in found if k is not None for p in np.flatnonzero(self.laid.same[k])]

    def names(self) -> dict[str, float]:
        """Names that the sentences, or the document, lack; and those of the main sentence that the claim leaves out."""
        document = self.laid.passage.document
        known = bag(document.text) | bag(document.title) | bag(document.source or "")
        its, ours = {t.key for t in self.main.tokens}, {t.key for t in self.ours}
        missing = [self.ours[i].key for i in self.named if not self.explained[i]]
        return {
            "names": len(self.named),
            "names_unknown": sum(key not in known for key in missing),
            "names_elsewhere": sum(key in known for key in missing),
            "names_not_main": sum(self.ours[i].key not in its for i in self.named),
            "names_dropped": sum(t.kind == "name" and t.start > 0 and t.key not in ours for t in self.main.tokens),
            "opens_unknown": float(self.opens_unknown),
            "pronoun": float(any(t.lower in ANAPHORS for t in self.main.tokens)),
            "names_apart": self._names_apart(),
            "names_swapped": self._names_swapped(),
        }

    def another_opens(self) -> bool:
        """Whether the claim opens with a word that its document lacks where the source has a name: it is another's."""
        if not self.opens_unknown or len(self.ours) < 2:
            return False
        if self.ours[1].kind == "possessive":
            return True
        places = [self.laid.places[p] for p in np.flatnonzero(self.laid.same[1])]
        before = [self.laid.sentences[s].tokens[max(n - 3, 0) : n] for s, n in places]
        return any(t.kind == "name" for some in before for t in some)

    def others_figure(self) -> bool:
        """Whether a figure follows one name in the claim and another in the main sentence, which has several."""
        some = self.main.tokens
        figures = [n for n, t in enumerate(some) if t.figure]
        if len(figures) < 2:
            return False
        for i in self.counted:
            mine = _name_before(self.ours, i)
            its = {_name_before(some, n) for n in figures if _bears(some[n], self.ours[i])}
            if mine and its and None not in its and mine not in its and mine in {t.key for t in some}:
                return True
        return False

    def _names_apart(self) -> float:
        """For the worst name, the share of the words beside it that stand in a sentence without that name."""
        worst = 0.0
        for i in self.named:
            near = [k for k in self.positions if k != i and abs(k - i) <= _REACH and self.ours[k].kind != "name"]
            with_name = {self.laid.places[p][0] for p in np.flatnonzero(self.laid.same[i])}
            apart = [self.positions[k][0] not in with_name for k in near]
            worst = max(worst, _mean(apart, 0.0))
        return worst

    def _names_swapped(self) -> float:
        """Pairs of names that some sentence of the source has in the other order only."""
        places: dict[int, dict[int, list[int]]] = {}
        for i in self.named:
            for p in np.flatnonzero(self.laid.same[i]):
                sentence, n = self.laid.places[p]
                places.setdefault(i, {}).setdefault(sentence, []).append(n)
        pairs = [(a, b) for a in places for b in places if a < b and self.ours[a].key != self.ours[b].key]
        both = [(places[a][s], places[b][s]) for a, b in pairs for s in places[a].keys() & places[b].keys()]
        return float(sum(min(first) > max(second) for first, second in both))

    def figures(self) -> dict[str, float]:
        """Figures that the sentences lack, or give with another bound, unit or label."""
        same, claim = self.laid.same, self.laid.claim.text
        mainly = np.array([s == self.laid.main for s, _ in self.laid.places])
        held = {i: [int(p) for p in np.flatnonzero(same[i])] for i in self.counted}
        bounds = units = led = 0
        for i, places in held.items():
            if not places:
                continue
            mine = bound(claim, self.ours[i].start)
            theirs = {bound(self._sentence_at(p).text, self.theirs[p].start) for p in places}
            bounds += mine not in theirs and not (mine == "≈" and bool(theirs & {"", "≲"}))
            led += _led(self.ours, i) not in {_led(self._sentence_at(p).tokens, self.laid.places[p][1]) for p in places}
            counted = [_counted(self._sentence_at(p).tokens, self.laid.places[p][1]) for p in places]
            unit = _counted(self.ours, i)
            units += bool(unit) and all(counted) and not any(unit and t and may_stand(unit, t) for t in counted)
        absent = [self.ours[i].figure for i, places in held.items() if not places]
        derived = sum(f is not None and follows(f, [s.text for s in self.laid.sentences]) for f in absent)
        label, rival = self._labels()
        kept = [self.ours[i].figure for i in self.counted]
        dropped = [t.figure for t in self.main.tokens if t.figure]
        return {
            "figures": len(self.counted),
            "figures_absent": len(absent) - derived,
            "figures_derived": derived,
            "figures_not_main": sum(not (same[i] * mainly).any() for i in self.counted),
            "figures_dropped": sum(not any(q.bears_out(f) for f in kept if f) for q in dropped),
            "bounds": bounds,
            "units": units,
            "led": led,
            "label": label,
            "rival": rival,
        }

    def _sentence_at(self, place: int) -> Sentence:
        return self.laid.sentences[self.laid.places[place][0]]

    def _labels(self) -> tuple[float, float]:
        """How well the words about a figure fit those about it in the source; how much better those about another."""
        column = {place: n for n, place in enumerate(self.laid.places)}
        least, rival = 1.0, -1.0
        for i in self.counted:
            about = range(max(i - _REACH, 0), min(i + _REACH + 1, len(self.ours)))
            label = [k for k in about if self._labelling(self.ours[k]) and self.ours[k].lower not in LIGHT]
            if not label:
                continue
            own, others = list[float](), list[float]()
            for p in (p for p, t in enumerate(self.theirs) if t.figure):
                sentence, n = self.laid.places[p]
                some = self.laid.sentences[sentence].tokens
                reach = range(max(n - _ITS_REACH, 0), min(n + _ITS_REACH + 1, len(some)))
                its = [column[sentence, k] for k in reach if self._labelling(some[k])]
                fit = _mean([float(self.alike[k, its].max()) if its else 0.0 for k in label], 0.0)
                (own if self.laid.same[i, p] else others).append(fit)
            if own:
                least = min(least, max(own))
                rival = max(rival, max(others, default=-1.0) - max(own))
        return least, rival

    @staticmethod
    def _labelling(t: Token) -> bool:
        return t.content and not t.figure

    def times(self) -> dict[str, float]:
        """Times of the claim that the document or the main sentence lacks, and those it leaves out."""
        document = self.laid.passage.document
        year = document.published.year if document.published else None
        ours = {(p.kind, p.value) for p in self.laid.claim.periods}
        its = {(p.kind, p.value) for p in self.main.periods}
        told = _told(document.text, year) | _told(document.title, year)
        return {
            "times_unknown": len(ours - told - {("year", str(year))}),
            "times_not_main": len(ours - its),
            "times_clash": sum(any(kind == k and value != v for k, v in its) for kind, value in ours - its),
            "times_dropped": len(its - ours),
        }

    @cached_property
    def _used(self) -> list[Place]:
        """The clauses (sentence, clause) in which the words stand, one for each word."""
        return [(s, self.laid.sentences[s].clauses[n]) for s, n in self.positions.values()]

    def places(self) -> dict[str, float]:
        """Whether the words stand together in the source, and in the claim's order."""
        used, at = self._used, self.positions
        pairs = [(at[a], at[b]) for a, b in zip(self.content, self.content[1:], strict=False) if a in at and b in at]
        return {
            "in_main": _mean([s == self.laid.main for s, _ in used], 0.0),
            "in_clause": max((used.count(clause) for clause in set(used)), default=0) / max(len(used), 1),
            "clauses": len(set(used)),
            "neighbours": _mean([s == r and abs(a - b) <= 4 for (s, a), (r, b) in pairs], 0.0),
            "order": _mean([s == r and a <= b for (s, a), (r, b) in pairs], 0.0),
        }

    @cached_property
    def clause(self) -> list[Token]:
        """The tokens of the clauses that hold at least two words of the claim."""
        kept = {clause for clause in self._used if self._used.count(clause) > 1 or len(self._used) < 3}
        sentences = enumerate(self.laid.sentences)
        return [t for s, one in sentences for t, n in zip(one.tokens, one.clauses, strict=True) if (s, n) in kept]

    def _rests_on_a_plan(self) -> bool:
        """Whether words of the claim stand right behind "will" and the like, before "is planned", or beside nothing."""
        used = set(self.positions.values())
        for s, sentence in enumerate(self.laid.sentences):
            some = [(n, t) for n, t in enumerate(sentence.tokens) if t.kind != "mark"]
            for k in (k for k, (_, t) in enumerate(some) if t.lower in PLANNED):
                passive = k > 0 and some[k - 1][1].key == "be"
                around = some[max(k - 1 - _REACH, 0) if passive else k + 1 : k + 1 + _REACH]
                planned = [(s, n) for n, t in around if t.content and t.lower not in PLANNED]
                if not used.isdisjoint(planned) or (s == self.laid.main and not planned):
                    return True
        return False

    def small_words(self) -> dict[str, float]:
        """Denials, directions, plans, causes, quantities and conditions that one side has and the other lacks."""
        sides = (self.ours, self.clause, self.main.tokens, self.theirs)
        ours, its, main, everything = ({t.lower for t in side} for side in sides)
        denied = [sum(t.negative or t.lower in REVERSING for t in side) for side in sides]
        up, down = ([bool(_groups(side) & way) for side in (ours, its, main)] for way in (_UP, _DOWN))
        found = {
            "denied": denied[0],
            "denied_source": denied[1],
            "denied_unlike": abs(denied[0] - denied[1]),
            "denial_lost": not denied[0] and denied[1] > 0,
            "denial_added": denied[0] > 0 and not denied[2],
            "only_planned": not ours & PLANNED and self._rests_on_a_plan(),
            "turned": (up[0] and down[1] and not up[1]) or (down[0] and up[1] and not down[1]),
            "turn_added": (up[0] and not up[2]) or (down[0] and not down[2]),
            "compared": bool(ours & _MORE and its & _LESS - _MORE and not its & _MORE)
            + bool(ours & _LESS and its & _MORE and not its & _LESS),
            "opposed": opposed(*({stem(t.lower) for t in side} for side in (self.ours, self.clause))),
            "passive": bool(_PASSIVE.search(self.laid.claim.text)) != bool(_PASSIVE.search(self.main.text)),
        }
        for kind, some in _KINDS.items():
            found[f"{kind}_added"] = len(ours & some - its)
            found[f"{kind}_nowhere"] = len(ours & some - everything)
            found[f"{kind}_lost"] = len(its & some - ours)
        return {name: float(value) for name, value in found.items()}


def _speech(m: _Measured, speaker_of: SpeakerOf) -> dict[str, float]:
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


@lru_cache(maxsize=64)
def _written(text: str) -> frozenset[str]:
    """The words of a text as they are written."""
    return frozenset(word.text for word in words(text))


def _mean(values: Sequence[float], empty: float) -> float:
    return sum(values) / len(values) if values else empty


def _groups(some: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(groups, some))


def _led(some: Sequence[Token], i: int) -> bool:
    """Whether a figure is what something was, or is compared with: "from 8%", "than 8%"."""
    return i > 0 and some[i - 1].lower in _LED


def _name_before(some: Sequence[Token], i: int) -> str | None:
    return next((t.key for t in reversed(some[:i]) if t.kind == "name"), None)


def _bears(its: Token, mine: Token) -> bool:
    return its.figure is not None and mine.figure is not None and its.figure.bears_out(mine.figure)


def _counted(some: Sequence[Token], i: int) -> Token | None:
    """The word right behind a figure, which tells what it counts."""
    after = some[i + 1] if i + 1 < len(some) else None
    return after if after and after.kind == "word" and after.content else None
