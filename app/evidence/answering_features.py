"""What a sentence and its surroundings have that tells whether it answers a question: plain numbers, one row each."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.check.quantities import quantities
from app.check.words import Word, bag, is_negation, lowered, stem, words
from app.questions.thesaurus import RELATED, related
from retrieval.documents import Hit

KINDS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "quantity": r"\bhow\s+(?:much|many|large|big|high|low|far|long|old|fast|often|tall|deep|wide|heavy)\b|\bwhat\s+"
        r"(?:percentage|percent|share|number|amount|price|cost|size|rate)\b|\bpopulation\b",
        "time": r"^\W*(?:\w+\s){0,2}when\b|\b(?:what|which)\s+(?:year|date|day|month|time|century|decade)\b",
        "person": r"^\W*(?:\w+\s){0,2}(?:who|whom|whose)\b|\b(?:what|which)\s+(?:person|man|woman|company|firm)\b",
        "place": r"^\W*(?:\w+\s){0,2}where\b|\b(?:what|which)\s+(?:city|country|state|place|town|region|continent)\b",
        "reason": r"^\W*(?:\w+\s){0,2}why\b|\bfor\s+what\s+reason\b|\bwhat\s+(?:caused|led\s+to)\b",
        "other": "",
    }.items()
}
_TIME = re.compile(
    r"\b(?:\d{4}|january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|century|yesterday|today|tomorrow|last (?:week|month|year)|earlier|"
    r"decade|\d{1,2}(?:st|nd|rd|th)|ago)\b"
)  # of lower-cased text, which is twice as fast as to ignore case
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|after|so that|in order to|caused|fears?|concerns?|despite|"
    r"thanks to|driven by|led to|prompted|triggered|as|to [a-z]+)\b",
    re.IGNORECASE,
)
_EXTREME = re.compile(r"\b(?:most|least|first|last|only|(?!rest|west|east|test|guest|forest|interest)\w+est)\b", re.I)
_OPPOSITES = tuple(
    (stem(a), stem(b))
    for a, _, b in (
        pair.partition(":")
        for pair in """increase:decrease rise:fall more:less high:low largest:smallest before:after first:last win:lose
        north:south east:west male:female men:women support:oppose allow:prohibit possible:impossible legal:illegal
        above:below begin:end start:stop strong:weak easy:hard accept:reject internal:external direct:indirect
        majority:minority maximum:minimum include:exclude active:passive positive:negative greater:lesser better:worse
        best:worst old:new old:young always:never all:none many:few with:without public:private import:export
        success:failure upper:lower simple:complex agree:disagree like:dislike friend:enemy
        inside:outside forward:backward equal:unequal true:false early:late major:minor long:short big:small
        buy:sell attack:defend same:different""".split()
    )
)
_FAR = 200
"""Characters; a candidate for the answer that is farther from the question's words is as good as none."""

NAMES: tuple[str, ...] = (
    *"passages characters asked_words terms names figures negated".split(),
    *(f"asks_{kind}" for kind in KINDS),
    *"asks_what asks_which asks_how".split(),
    *"covered covered_near covered_passage covered_title covered_before".split(),
    *"shared shared_near shared_passage".split(),
    *"missing missing_near missing_passage rarest_missing rarest_missing_near rarest_missing_passage".split(),
    *"names_missing names_missing_near names_missing_passage figures_missing figures_missing_passage".split(),
    *"relevance relevance_gap relevance_margin best_relevance mean_relevance dense score lexical rank".split(),
    *"cosine cosine_gap cosine_margin".split(),
    *"has_candidate candidates distance new_words negation_differs negations opposites extremes_missing".split(),
    *"extremes has_figure has_time has_name place is_first sentences length title_match".split(),
)
"""What the numbers of a row stand for, in their order."""


@dataclass(frozen=True)
class _Asked:
    """A question as its rows need it; weight: each term's stem with its rarity among the sentences found."""

    kind: str
    stems: frozenset[str]
    weight: Mapping[str, float]
    names: tuple[str, ...]
    figures: tuple[str, ...]
    extremes: tuple[str, ...]
    opposites: tuple[tuple[str, str], ...]
    negated: bool
    numbers: tuple[float, ...]

    def covered(self, stems: Set[str]) -> float:
        """The share of the terms, by rarity, that these stems name."""
        return sum([w * (t in stems or RELATED * (not stems.isdisjoint(r))) for t, w, r in self._terms]) / self._total

    def missing(self, stems: Set[str]) -> list[str]:
        """The terms that these stems don't name."""
        return [t for t, _, r in self._terms if t not in stems and stems.isdisjoint(r)]

    @cached_property
    def _terms(self) -> list[tuple[str, float, frozenset[str]]]:
        """Each term with its weight and the stems of the words that may stand for it; see thesaurus.named."""
        return [(term, weight, related(term)) for term, weight in self.weight.items()]

    @cached_property
    def _total(self) -> float:
        return sum(self.weight.values()) or 1.0

    def rarest(self, terms: Sequence[str]) -> float:
        """The weight of the rarest of these terms; 0 for none."""
        return max((self.weight[term] for term in terms), default=0.0)


_negates = lru_cache(maxsize=65536)(is_negation)


def kind_of(question: str) -> str:
    """What kind of answer the words of a question ask for: one of KINDS."""
    return next(kind for kind, pattern in KINDS.items() if pattern.search(question))


def rows(question: str, hits: Sequence[Hit]) -> list[list[list[float]]]:
    """For each hit and each sentence of its passage the numbers that NAMES names."""
    bags = [[bag(hit.passage.document.text[a:b]) for a, b in hit.passage.sentences] for hit in hits]
    asked = _asked(question, hits, [stems for passage in bags for stems in passage])
    relevances = sorted((r for hit in hits for r in hit.sentences), reverse=True) or [0.0]
    cosines = sorted((c for hit in hits for c in _cosines(hit)), reverse=True) or [0.0]
    return [list(_of_hit(asked, hit, rank, bags[rank], relevances, cosines)) for rank, hit in enumerate(hits)]


def _cosines(hit: Hit) -> Sequence[float]:
    """Of each sentence; without vectors of sentences their relevance, from their words alone, stands for them."""
    return hit.cosines or hit.sentences or (0.0,) * len(hit.passage.sentences)


def _beside(value: float, ordered: Sequence[float]) -> tuple[float, float]:
    """How far a value is from the best of all, and how far from the best other."""
    best = ordered[0]
    return value - best, value - (ordered[min(1, len(ordered) - 1)] if value == best else best)


def _asked(question: str, hits: Sequence[Hit], bags: Sequence[Set[str]]) -> _Asked:
    said = words(question)
    terms: dict[str, Word] = {}
    for n, word in enumerate(said):
        if word.content or (word.capital and n):
            terms.setdefault(word.stem, word)
    weight = {t: math.log(1 + (len(bags) + 1) / (1 + sum(t in stems for stems in bags))) for t in terms}
    names = tuple(t for t, word in terms.items() if word.capital and word.start)
    figures = tuple(t for t in terms if any(map(str.isdigit, t)))
    negated, kind = sum(_negates(w.text) for w in said), kind_of(question)
    asking = re.search(r"\b(what|which|who|whom|whose|when|where|why|how)\b", question.lower())
    numbers = (
        len(hits),
        sum(len(hit.passage.text) for hit in hits) / 1000,
        len(said),
        len(terms),
        len(names),
        len(figures),
        negated,
        *(kind == one for one in KINDS),
        *(bool(asking) and asking is not None and asking[1] == one for one in ("what", "which", "how")),
    )
    extremes = tuple(word.lower() for word in _EXTREME.findall(question))
    stems = bag(question)
    opposites = tuple(pair for pair in _OPPOSITES if not stems.isdisjoint(pair))
    return _Asked(kind, stems, weight, names, figures, extremes, opposites, negated > 0, tuple(map(float, numbers)))


def _of_hit(
    asked: _Asked,
    hit: Hit,
    rank: int,
    bags: Sequence[frozenset[str]],
    relevances: Sequence[float],
    cosines: Sequence[float],
) -> Iterator[list[float]]:
    document, spans = hit.passage.document, hit.passage.sentences
    title = bag(document.title)
    whole = title.union(*bags)
    lost = asked.missing(whole)
    covered, lacking = [asked.covered(stems) for stems in bags], [asked.missing(stems) for stems in bags]
    passage = (asked.covered(whole), asked.covered(title))
    near_by = _cosines(hit)
    mean = sum(relevances) / len(relevances)
    for n, (start, end) in enumerate(spans):
        near = title.union(*bags[max(n - 1, 0) : n + 2])
        missing, missing_near = lacking[n], asked.missing(near)
        relevance = hit.sentences[n] if hit.sentences else 0.0
        yield [
            *asked.numbers,
            covered[n],
            asked.covered(near),
            *passage,
            covered[n - 1] if n else 0.0,
            *(1 - len(terms) / max(len(asked.weight), 1) for terms in (missing, missing_near, lost)),
            len(missing),
            len(missing_near),
            len(lost),
            asked.rarest(missing),
            asked.rarest(missing_near),
            asked.rarest(lost),
            sum(t in missing for t in asked.names),
            sum(t in missing_near for t in asked.names),
            sum(t in lost for t in asked.names),
            sum(t in missing for t in asked.figures),
            sum(t in lost for t in asked.figures),
            relevance,
            *_beside(relevance, relevances),
            relevances[0],
            mean,
            hit.dense,
            hit.score,
            hit.lexical,
            rank,
            near_by[n],
            *_beside(near_by[n], cosines),
            *_of_text(asked, document.text[start:end], bags[n]),
            n / len(spans),
            n == 0,
            len(spans),
            (end - start) / 100,
            len(title & asked.weight.keys()) / max(len(title), 1),
        ]


def _of_text(asked: _Asked, text: str, stems: Set[str]) -> tuple[float, ...]:
    """What the sentence holds of the kind that is asked for, beyond the question's words and how near to them."""
    found = words(text)
    new = [w for w in found if w.stem not in asked.stems]
    figures = [
        q.start
        for q in quantities(text)
        if q.unit not in ("label", "year") and stem(text[q.start : q.end].split()[0]) not in asked.stems
    ]
    small = lowered(text)
    times = [m.start() for m in _TIME.finditer(small) if stem(m.group()) not in asked.stems]
    # A lone first word is a name only where another follows it.
    capitals = [w.start for w in new if w.capital and w.content and (w.start or any(x.capital for x in found[1:2]))]
    candidates = {"quantity": figures, "time": times, "person": capitals, "place": capitals}.get(asked.kind)
    if candidates is None:
        reason = asked.kind == "reason"
        candidates = [m.start() for m in _REASON.finditer(text)] if reason else [w.start for w in new if w.content]
    matched = [w.start for w in found if w.stem in asked.weight]
    distance = _gap(candidates, matched)
    negations = sum(_negates(w.text) for w in found)
    return (
        bool(candidates),
        min(len(candidates), 5),
        min(distance, _FAR) / 100,
        min(len(new), 60) / 20,
        (negations > 0) != asked.negated,
        negations,
        sum(_is_opposed(asked.stems, stems, a, b) for a, b in asked.opposites),
        sum(word not in small for word in asked.extremes),
        len(asked.extremes),
        bool(figures),
        bool(times),
        bool(capitals),
    )


def _gap(some: Sequence[int], others: Sequence[int]) -> int:
    """The least difference of a number of the one and one of the other, both ascending; _FAR where there are none."""
    least = _FAR
    for other in others if some else ():
        at = bisect_left(some, other)
        least = min(least, *(abs(near - other) for near in some[max(at - 1, 0) : at + 1]))
    return least


def _is_opposed(asked: Set[str], stems: Set[str], one: str, other: str) -> bool:
    """Whether the question names one of two opposites and the sentence only the other."""
    in_question, in_sentence = {one, other} & asked, {one, other} & stems
    return bool(in_question and in_sentence) and not in_question & in_sentence
