"""The sentences of the passages found that may answer a question, each with how well it fits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.check.words import bag, last_ends
from app.compare.asked import given, of_another
from app.compare.figures import Figure, whom
from app.evidence.headings import is_heading, stems_above
from app.evidence.orders import is_order
from app.questions.definitions import defined, defines
from app.questions.period import Period, can_be_of, period
from app.questions.premise import Premise, premise, stands
from app.questions.question import Question
from app.questions.slots import fills, fits_tone, gives_reason, is_about_another, is_of_several, says_it_happened
from app.questions.thesaurus import named, named_in, related
from retrieval.documents import Document, Hit, Span
from retrieval.quotations import Quotation
from retrieval.roster import names_speaker

QuotationsOf = Callable[[Document], Sequence[Quotation]]

_LOOKED_AT = 24
"""Candidates, best first, for which it is worth finding out whether they hold what the question asks for."""
_REACH = 900
"""Characters before a remark within which its topic may have been named."""
_NAMED_BEFORE = 300
"""Characters before a sentence within which "the division" may have been named."""
_FOCUS = 1.5
_FIGURE = 0.6
"""A question is about its focus ("revenue") more than about the year or quarter that it names."""
_GIVEN = 0.2
"""What a sentence scores for giving a figure of the measure that a question names."""
_INHERITED, _INHERITED_BESIDE = 0.75, 0.15
"""What a topic that was named before counts for a remark, and for one in another paragraph with a topic of its own, if
the title does not name the first."""
_OF_ITS_OWN = re.compile(r"\b(?:about|on|to|of|by|from|with|for)\s+(?:the\s+)?[A-Z]")
_KIND_WEIGHT = {"direct": 1.0, "mixed": 0.8, "indirect": 0.0}


@dataclass(frozen=True)
class Candidate:
    """A sentence that may answer: hit is an index into the hits, document an id, span in document offsets.

    score: how well it fits, 0..1, by which candidates are ordered; coverage: the share of the question's terms, by
    rarity, that it or its surroundings hold; confidence: how likely it is to be about the question at all; fits: it
    holds what the kind of question asks for, and every name asked about stands beside it; stands: 1 where it says what
    the question takes for granted, -1 where it says the opposite, 0 where it says neither; speaker: whose words it
    reports, said on which day, and whether the text tells that, for questions about what somebody said; figure: of the
    very thing that the question asks for, by measure, owner and period (app.compare.asked); defines: it says who or
    what the name is that is asked about.
    """

    hit: int
    document: str
    span: Span
    text: str
    score: float
    coverage: float
    confidence: float
    fits: bool = True
    stands: int = 0
    speaker: str | None = None
    said: date | None = None
    said_in_text: bool = False
    figure: Figure | None = None
    defines: bool = False


@lru_cache(maxsize=16)
def candidates(question: Question, hits: tuple[Hit, ...], quotations_of: QuotationsOf) -> tuple[Candidate, ...]:
    """The best candidate sentences, best first; a sentence that stands in two overlapping passages counts once.

    One that gives orders to its reader is none: it was written to be obeyed, not to be true.
    """
    speech = question.kind == "speech"
    found = list(_remarks(question, hits, quotations_of)) if speech else _facts(question, hits)
    unique: dict[tuple[str, Span], Candidate] = {}
    for c in sorted(found, key=lambda c: -c.score):
        if not is_order(c.text):
            unique.setdefault((c.document, c.span), c)
    return tuple(unique.values())


def confidence(coverage: float, dense: float, relevance: float) -> float:
    """How likely a sentence is about a question, 0..1, by the share of its terms and two relevances.

    A logistic regression fitted on SQuAD 2.0 questions over their own articles against questions on other subjects.

    Measured on the held-back half: at the confidence that "balanced" asks for, 89% of the answerable and 0.7% of the
    foreign questions pass; questions on the subject whose answer is missing pass nearly as often as answerable ones,
    and need other checks.
    """
    return 1 / (1 + math.exp(3.77 - 0.74 * coverage - 4.97 * dense - 1.86 * relevance))


def _rarity(question: Question, presence: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Inverse document frequency of each term over the sentences found; the focus of a question counts for more.

    presence: for each term, how far each sentence names it. A term in none weighs the most.
    """
    weight = {}
    for term, degrees in presence.items():
        rarity = math.log(1 + (len(degrees) + 1) / (1 + len(degrees) - degrees.count(0.0)))
        factor = _FOCUS if term == question.focus else _FIGURE if any(map(str.isdigit, term)) else 1.0
        weight[term] = factor * rarity
    return weight


def _presence(terms: Iterable[str], bags: Sequence[Set[str]]) -> dict[str, list[float]]:
    return {term: named_in(term, bags) for term in terms}


def _facts(question: Question, hits: Sequence[Hit]) -> list[Candidate]:
    """The best sentences, weighed by the question's terms in them, beside them, in their passage, and by relevance."""
    terms = dict.fromkeys(t.stem for t in question.terms)
    bags = [[bag(h.passage.document.text[s:e]) for s, e in h.passage.sentences] for h in hits]
    above = [stems_above(h.passage.document, h.passage.sentences) for h in hits]
    presence = _presence(terms, [b for passage in bags for b in passage])
    weight = _rarity(question, presence)
    total = sum(weight.values()) or 1.0
    scored: list[tuple[float, float, int, int]] = []
    first = 0
    for index, hit in enumerate(hits):
        size = len(bags[index])
        title = bag(hit.passage.document.title)
        headings = frozenset().union(*above[index])
        coverage = [0.0] * size
        for term, degrees in presence.items():
            row = degrees[first : first + size]
            share = weight[term] / total
            most = max(row, default=0.0)
            around = 0.4 * max(named(term, title), most)
            headed = term in headings
            if not (most or headed):
                coverage = [known + share * around for known in coverage] if around else coverage
                continue
            beside = [0.0, *row, 0.0]
            for n, own in enumerate(row):
                if own < 0.7:  # else nothing around it tells more
                    near = 0.7 * max(own, beside[n], beside[n + 2], headed and term in above[index][n])
                    own = max(own, near, around)
                coverage[n] += share * own
        first += size
        relevance = hit.sentences or (0.0,) * size
        scored += [
            (0.35 * coverage[n] + 0.35 * relevance[n] + 0.2 * hit.score, coverage[n], index, n) for n in range(size)
        ]
    sought = _Sought.of(question)
    places: dict[tuple[str, Span], Candidate] = {}
    for score, covered, index, n in sorted(scored, reverse=True):
        document, span = hits[index].passage.document, hits[index].passage.sentences[n]
        if (document.id, span) not in places and not is_heading(document, span):
            places[document.id, span] = _fact(
                question, sought, hits[index], bags[index], above[index][n], n, index, score, covered
            )
            if len(places) == _LOOKED_AT:
                break
    return list(places.values())


@dataclass(frozen=True)
class _Sought:
    """What each sentence is held against, read off a question once: stems, but for the name that is to be defined."""

    names: frozenset[str]
    counted: str
    stems: frozenset[str]
    taken: Premise | None
    period: Period
    defined: str

    @classmethod
    def of(cls, question: Question) -> _Sought:
        names = frozenset(w.stem for w in question.names if not related(w.stem)) or question.about
        counted = question.focus if question.kind == "quantity" else ""
        text = question.text
        return cls(names, counted, bag(text), premise(question), period(text), defined(text))


def _fact(
    question: Question,
    sought: _Sought,
    hit: Hit,
    bags: Sequence[Set[str]],
    above: Set[str],
    n: int,
    index: int,
    score: float,
    coverage: float,
) -> Candidate:
    """One candidate; what fits the question's kind, names and counted thing scores a tenth more.

    A figure of the very measure that is asked for adds two tenths. above: the stems of the heading over it.
    """
    passage, document, span = hit.passage, hit.passage.document, hit.passage.sentences[n]
    text = document.text[span[0] : span[1]]
    names, counted, taken = sought.names, sought.counted, sought.taken
    beside = bags[max(n - 1, 0) : n + 2]
    around = frozenset().union(*beside)
    told = stands(taken, text, bag(document.title) | around | whom(document, span)) if taken else 0
    told_what = defines(sought.defined, text)
    possible = (
        (
            not names
            or names <= bag(document.title).union(above, *bags)
            or names <= _just_before(document, span, bags[n])
        )
        and (not sought.period or can_be_of(sought.period, document, span, (passage.start, passage.end)))
        and (told_what or fills(question, text, sought.stems))
        and not is_of_several(question, text)
        and _is_told(question, taken, bags[n], around)
        and not is_about_another(question, text)
    )
    figure = given(question, document, span) if possible else None
    fits = figure is not None or (
        possible
        and (not counted or any(named(counted, b) for b in beside))
        and says_it_happened(question, around)
        and not (question.kind == "quantity" and of_another(question, document, span))
    )
    sure = confidence(coverage, hit.dense, hit.sentences[n] if hit.sentences else 0.0)
    itself = named(counted, bags[n]) if counted else question.kind != "reason" or gives_reason(question, text)
    bonus = (0.1 if itself else 0.05) * fits + (_GIVEN if fits and (told_what or figure) else 0.0)
    return Candidate(
        index,
        document.id,
        span,
        text,
        score + bonus,
        coverage,
        sure,
        fits,
        told,
        figure=figure,
        defines=fits and told_what,
    )


def _just_before(document: Document, span: Span, own: Set[str]) -> Set[str]:
    """The stems of a sentence and of the text right before it, which may be in another passage."""
    return own | bag(document.text[max(span[0] - _NAMED_BEFORE, 0) : span[0]])


def _is_told(question: Question, taken: Premise | None, own: Set[str], around: Set[str]) -> bool:
    """Whether a sentence names what is taken for granted where a figure for it is asked, or it or its neighbours do."""
    if taken is None or question.kind not in ("quantity", "reason"):
        return True
    return not taken.said.isdisjoint(own if question.kind == "quantity" else around)


def _remarks(question: Question, hits: Sequence[Hit], quotations_of: QuotationsOf) -> Iterator[Candidate]:
    """Sentences that report the words of the person asked about, weighed by how near the topic was mentioned."""
    heard = [[q for q in quotations_of(h.passage.document) if _is_asked(question.who, q)] for h in hits]
    if not any(heard):
        return
    terms = dict.fromkeys(t.stem for t in question.terms)
    if not terms and not question.who:
        return
    bags = [bag(h.passage.document.text[s:e]) for h in hits for s, e in h.passage.sentences]
    weight = _rarity(question, _presence(terms, bags))
    for index, (hit, spoken) in enumerate(zip(hits, heard, strict=True)):
        document = hit.passage.document
        for n, (start, end) in enumerate(hit.passage.sentences if spoken else ()):
            said = [q for q in spoken if any(s < end and start < e for s, e in q.spans)]
            if not said:
                continue
            coverage = topicality(document, (start, end), said, weight)
            relevance = hit.sentences[n] if n < len(hit.sentences) else 0.0
            exact = max(_KIND_WEIGHT[q.kind] for q in said)
            score = 0.45 * coverage + 0.15 * relevance + 0.05 * hit.score + 0.25 * exact
            first, fits = said[0], fits_tone(question.tone, document.text[start:end])
            yield Candidate(
                index,
                document.id,
                (start, end),
                document.text[start:end],
                score + 0.1 * fits,
                coverage,
                1.0,
                fits,
                0,
                first.speaker,
                first.dated[0],
                first.said is not None,
            )


def _is_asked(who: str, quotation: Quotation) -> bool:
    return quotation.speaker is not None and names_speaker(who, quotation.speaker, quotation.role)


def topicality(document: Document, span: Span, said: Sequence[Quotation], weight: Mapping[str, float]) -> float:
    """How much of the topic the remark names, or its sentence, or, fading by distance, the text before it: 0..1.

    span: the sentence; said: the remarks in it; weight: what each term of the topic, by its stem, counts; without any,
    every remark is on the topic.
    """
    if not weight:
        return 1.0
    spoken = bag(" ".join(document.text[max(s, span[0]) : min(e, span[1])] for q in said for s, e in q.spans))
    sentence = bag(document.text[span[0] : span[1]])
    before = document.text[max(span[0] - _REACH, 0) : span[0]]
    missing = weight.keys() - sentence
    earlier = last_ends(before, missing) if missing else {}
    title = bag(document.title)
    elsewhere = missing == weight.keys() - title and "\n" in before[max(earlier.values(), default=0) :]
    beside = elsewhere and _OF_ITS_OWN.search(document.text[slice(*span)])
    inherited = _INHERITED_BESIDE if beside else _INHERITED

    def degree(term: str) -> float:
        if term in spoken:
            return 1.0
        if term in sentence:
            return 0.8
        fading = inherited * (1 - (len(before) - earlier[term]) / _REACH) if term in earlier else 0.0
        return max(fading, 0.25 if term in title else 0.0)

    return sum(counts * degree(term) for term, counts in weight.items()) / sum(weight.values())
