"""Whether the evidence found is enough to answer a question with, or denies what it takes for granted."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from app.check.words import bag, content_bag
from app.evidence.answering import Model, weigh
from app.evidence.candidates import Candidate, confidence
from app.evidence.strictness import BALANCED, Least
from app.questions.premise import premise
from app.questions.question import Question
from retrieval.documents import Hit

LEAST_CONFIDENCE = BALANCED.strength
LEAST_COVERAGE = 0.4
AMPLE_COVERAGE = 0.75
LEAST_TOPICALITY = 0.3
"""Facts need the least coverage, and either the confidence or ample coverage; remarks need the topicality. With another
strictness the confidence and the ample coverage rise or fall alike, and the topicality in proportion."""
_SURE, _SURE_COVERAGE = 0.5, 0.2
"""The confidence from which on a fact needs less coverage, and how much: questions come in other words than answers."""
_NEAR_SCORE, _NEAR_TOPICALITY = 0.45, 0.15
"""The score from which on a remark needs less topicality, and how much. Of 128 everyday questions that can be answered
(tests.benchmarks.plain_questions) 50 were answered rightly with these and 37 without, of 64 others 25 either way."""
_NEAR_BEST = 0.7


def sufficient(question: Question, ranked: Sequence[Candidate], least: float = LEAST_CONFIDENCE) -> list[Candidate]:
    """The candidates strong enough to answer with, best first; none means that the sources don't say.

    least: how strong that is, 0..1; see app.evidence.strictness.
    """
    if opposing(ranked):
        return []
    best = max((c.score for c in ranked), default=0.0)
    return [c for c in ranked if strength(question, c, best) >= least]


def strength(question: Question, candidate: Candidate, best: float) -> float:
    """How strong an answer a sentence is, 0..1, to be held against the least that a strictness asks for.

    best: the highest score of any candidate. 0 where it isn't on the topic, or lacks what the question asks for.
    """
    if not (candidate.fits and on_topic(question, candidate)):
        return 0.0
    if question.kind == "speech":
        vouched = LEAST_CONFIDENCE if on_topic(question, candidate) else 0.0
        return max(vouched, min(candidate.coverage * LEAST_CONFIDENCE / LEAST_TOPICALITY, 1.0))
    if candidate.score < _NEAR_BEST * best:
        return 0.0
    vouched = LEAST_CONFIDENCE if candidate.figure else 0.0
    return max(candidate.confidence, candidate.coverage - (AMPLE_COVERAGE - LEAST_CONFIDENCE), vouched)


@dataclass(frozen=True)
class Assessment:
    """What the evidence found is worth for one question.

    ranked: the candidates, best first; enough: those to answer with; opposing: where the question takes something for
    granted of which the sources say the opposite, those that say so; then none is enough.
    """

    question: Question
    ranked: Sequence[Candidate]
    enough: Sequence[Candidate]
    opposing: Sequence[Candidate]

    @property
    def relevant(self) -> list[Candidate]:
        """What an answer may say: all on the topic of a question that is answered, or what opposes its premise."""
        return [c for c in self.ranked if on_topic(self.question, c)] if self.enough else list(self.opposing)

    @property
    def answer(self) -> Sequence[Candidate]:
        """What to answer with: what is enough, or else what opposes the premise."""
        return self.enough or self.opposing

    @property
    def claim(self) -> str:
        """What the question takes for granted, as "that …"."""
        taken = premise(self.question)
        return taken.claim if taken else ""


def assess(question: Question, ranked: Sequence[Candidate], hits: Sequence[Hit], least: Least = BALANCED) -> Assessment:
    """Weigh the candidates found in these hits for a question."""
    enough = sufficient(question, ranked, least.strength)
    sure = any(c.defines for c in enough)
    unsure = enough and not sure and least.likelihood and likelihood(question, enough, hits) < least.likelihood
    return Assessment(question, ranked, [] if unsure else enough, opposing(ranked))


def likelihood(
    question: Question, enough: Sequence[Candidate], hits: Sequence[Hit], model: Model | None = None
) -> float:
    """The probability that the passages of these candidates hold an answer; 1 for remarks: the ledger vouches for them.

    model: in the place of the one shipped.
    """
    if question.kind == "speech":
        return 1.0
    return weigh(question.text, tuple(hits[n] for n in dict.fromkeys(c.hit for c in enough)), model).whole


def nearness(question: Question, hits: Sequence[Hit]) -> float:
    """How likely the nearest of these passages is about the question at all, 0..1."""
    asked = content_bag(question.text)
    return max((_near(asked, hit) for hit in hits), default=0.0)


def _near(asked: Set[str], hit: Hit) -> float:
    held = asked & bag(f"{hit.passage.document.title} {hit.passage.text}")
    return confidence(len(held) / max(len(asked), 1), hit.dense, max(hit.sentences, default=0.0))


def opposing(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that say the opposite of what the question takes for granted, where none says that it is so."""
    if any(c.stands > 0 and c.coverage >= LEAST_COVERAGE for c in ranked):
        return []
    return [c for c in ranked if c.stands < 0 and c.coverage >= LEAST_COVERAGE]


def on_topic(question: Question, candidate: Candidate) -> bool:
    """Whether a sentence has to do with the question, be it enough of an answer or not."""
    if question.kind == "speech":
        near = candidate.score >= _NEAR_SCORE and candidate.coverage >= _NEAR_TOPICALITY
        return near or candidate.coverage >= LEAST_TOPICALITY
    sure = candidate.confidence >= _SURE and candidate.coverage >= _SURE_COVERAGE
    return sure or candidate.coverage >= LEAST_COVERAGE


def by_evidence(hits: Sequence[Hit], ranked: Sequence[Candidate]) -> tuple[Hit, ...]:
    """The hits in the order of the best sentence that each holds; those without one keep their order at the end."""
    first = dict.fromkeys(c.hit for c in ranked)
    return tuple(hits[n] for n in (*first, *(n for n in range(len(hits)) if n not in first)))
