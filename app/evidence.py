"""Which sentences of the passages found answer the question, how strongly, and whether that is enough."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.quotations import Quotation
from retrieval.speakers import same_speaker

from app.quantities import quantities
from app.question import Question
from app.words import Word, stem, words
from retrieval.documents import Document, Hit, Span

QuotationsOf = Callable[[Document], Sequence[Quotation]]

_TIME = re.compile(
    r"\b(?:\d{4}|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|"
    r"jun|jul|aug|sept?|oct|nov|dec|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|yesterday|today|"
    r"tomorrow|last (?:week|month|year)|earlier|decade|\d{1,2}(?:st|nd|rd|th)|ago)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|after|so that|in order to|caused|fears?|concerns?|despite|"
    r"thanks to|driven by|led to|prompted|triggered|to [a-z]+)\b",
    re.IGNORECASE,
)

LEAST_COVERAGE = 0.6
LEAST_COVERAGE_SPEECH = 0.3
LEAST_SCORE = 0.35


@dataclass(frozen=True)
class Candidate:
    """A sentence that may answer: hit is an index into the hits, span is in document offsets.

    score: how well it fits, 0..1; coverage: the share of the question's terms, by rarity, that it or its surroundings
    hold; fits: it holds what the kind of question asks for, and every name asked about stands beside it;
    speaker: whose words it reports, for questions about what somebody said.
    """

    hit: int
    span: Span
    text: str
    score: float
    coverage: float
    fits: bool = True
    speaker: str | None = None


def candidates(question: Question, hits: Sequence[Hit], quotations_of: QuotationsOf) -> list[Candidate]:
    """All candidate sentences, best first; a sentence that stands in two overlapping passages counts once."""
    weight = _rarity(question, hits)
    if question.kind == "speech":
        found = _remarks(question, hits, quotations_of, weight)
    else:
        found = _facts(question, hits, weight)
    unique: dict[tuple[str, Span], Candidate] = {}
    for c in found:
        key = (hits[c.hit].passage.document.id, c.span)
        if key not in unique or c.score > unique[key].score:
            unique[key] = c
    return sorted(unique.values(), key=lambda c: -c.score)


def sufficient(question: Question, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates strong enough to answer with, best first; none means that the sources don't say."""
    least = LEAST_COVERAGE_SPEECH if question.kind == "speech" else LEAST_COVERAGE
    return [c for c in ranked if c.fits and c.coverage >= least and c.score >= LEAST_SCORE]


def _rarity(question: Question, hits: Sequence[Hit]) -> dict[str, float]:
    """Inverse document frequency of each question term over the sentences found; a term in none weighs the most."""
    sentences = [{w.stem for w in words(h.passage.document.text[s:e])} for h in hits for s, e in h.passage.sentences]
    total = len(sentences) + 1
    return {term.stem: math.log(1 + total / (1 + sum(term.stem in s for s in sentences))) for term in question.terms}


def _share(present: dict[str, float], weight: dict[str, float]) -> float:
    total = sum(weight.values())
    return sum(weight[t] * degree for t, degree in present.items()) / total if total else 0.0


def _facts(question: Question, hits: Sequence[Hit], weight: dict[str, float]) -> Iterator[Candidate]:
    asked = {w.stem for w in words(question.text)}
    names = {w.stem for w in question.names}
    for index, hit in enumerate(hits):
        passage = hit.passage
        text = passage.document.text
        bags = [{w.stem for w in words(text[s:e])} for s, e in passage.sentences]
        around = set().union({w.stem for w in words(passage.document.title)}, *bags)
        for n, (start, end) in enumerate(passage.sentences):
            sentence = text[start:end]
            near = set().union(*bags[max(n - 1, 0) : n + 2])
            degree = {t: 1.0 if t in bags[n] else 0.6 if t in near else 0.4 if t in around else 0.0 for t in weight}
            coverage = _share(degree, weight)
            relevance = hit.sentences[n] if n < len(hit.sentences) else 0.0
            fits = fills(question, sentence, asked) and names <= around
            score = 0.5 * coverage + 0.3 * relevance + 0.1 * hit.score + 0.1 * fits
            yield Candidate(index, (start, end), sentence, score, coverage, fits)


def fills(question: Question, sentence: str, asked: set[str]) -> bool:
    """Whether a sentence holds what the kind of question asks for, beyond the question's own words."""
    if question.kind == "quantity":
        return any(
            q.unit != "year" and stem(sentence[q.start : q.end].split()[0]) not in asked for q in quantities(sentence)
        )
    if question.kind == "time":
        return bool(_TIME.search(sentence))
    if question.kind in ("person", "place"):
        return any(w.capital and w.content and w.stem not in asked for w in words(sentence))
    if question.kind == "reason":
        return bool(_REASON.search(sentence))
    return True


def _remarks(
    question: Question, hits: Sequence[Hit], quotations_of: QuotationsOf, weight: dict[str, float]
) -> Iterator[Candidate]:
    """Sentences that report the words of the person asked about, weighed by how near the topic was mentioned."""
    for index, hit in enumerate(hits):
        document = hit.passage.document
        spoken = [
            q
            for q in quotations_of(document)
            if q.speaker and (not question.who or same_speaker(question.who, q.speaker))
        ]
        if not spoken:
            continue
        for n, (start, end) in enumerate(hit.passage.sentences):
            said = next((q for q in spoken if any(s < end and start < e for s, e in q.spans)), None)
            if said is None:
                continue
            coverage = _topicality(document, (start, end), weight) if weight else 1.0
            relevance = hit.sentences[n] if n < len(hit.sentences) else 0.0
            exact = 0.1 if said.kind != "indirect" else 0.0
            score = 0.6 * coverage + 0.25 * relevance + 0.05 * hit.score + exact
            yield Candidate(index, (start, end), document.text[start:end], score, coverage, speaker=said.speaker)


def _topicality(document: Document, span: Span, weight: dict[str, float]) -> float:
    """How much of the topic stands in the sentence or, fading by distance, in the text before it (and in the title)."""
    reach = 900
    before = document.text[max(span[0] - reach, 0) : span[0]]
    own = _last_mentions(words(document.text[span[0] : span[1]]))
    earlier = _last_mentions(words(before))
    title = {w.stem for w in words(document.title)}
    degree = {}
    for term in weight:
        if term in own:
            degree[term] = 1.0
        elif term in earlier:
            degree[term] = 0.75 * (1 - (len(before) - earlier[term].end) / reach)
        else:
            degree[term] = 0.0
        if term in title:
            degree[term] = max(degree[term], 0.25)
    return _share(degree, weight)


def _last_mentions(sequence: Sequence[Word]) -> dict[str, Word]:
    return {w.stem: w for w in sequence}
