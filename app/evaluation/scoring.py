"""Scoring answers against what was expected of them: counts for each question, rates with intervals over many."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.answer import Answer, Citation
from app.check.quantities import Quantity, quantities
from app.check.words import content_bag, find_folded, is_negation, stem, words
from app.questions.followup import Turn
from retrieval.roster import names_speaker

Count = tuple[int, int]
"""(how many were right, of how many)."""
Alternatives = tuple[str, ...]
"""Ways to put one thing; any one of them will do."""

MEASURES = {
    "passed": "questions that met every expectation",
    "answered": "questions with an answer that got one",
    "silence": "questions without an answer that got none",
    "abstention": "balanced accuracy of answering or not: the mean of the two above",
    "facts": "expected facts that a statement bears out, or a disagreement shows",
    "quotes": "expected words that a citation quotes",
    "speakers": "citations of expected words, with the right speaker",
    "exactness": "citations that are their document's stored text, character for character",
    "citation_precision": "citations that bear their statement out by themselves",
    "citation_recall": "expected sources that are cited",
    "disagreements": "expected disagreements shown, and none where none was expected",
    "written": "answers that the model wrote, and for which the sources’ own words did not stand in",
}
"""Every measure, 0..1 and higher is better, with what it is a share of."""
_Z = 1.959964


@dataclass(frozen=True)
class EvalQuestion:
    """A question with what is expected of its answer; what is None or empty is not scored.

    history: earlier turns, a question alone being asked first; silence: the sources hold no answer. Of facts and quotes
    each may be put in several ways; disagreement: the values that must be set against each other, () for none.
    line: where it stands in its file, 1-based.
    """

    question: str
    id: str = ""
    history: tuple[str | Turn, ...] = ()
    silence: bool = False
    facts: tuple[Alternatives, ...] = ()
    quotes: tuple[Alternatives, ...] = ()
    speakers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    disagreement: tuple[str, ...] | None = None
    tags: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came of asking: an answer, or the error that came instead.

    seconds: of wall-clock time for this question alone; texts: document id -> stored text, for every document cited;
    bears: (index of a statement, number of a citation) where the citation bears the statement out by itself; writer:
    the model that was asked to write it.
    """

    answer: Answer | None
    seconds: float
    error: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    bears: frozenset[tuple[int, int]] = frozenset()
    writer: str = ""


@dataclass(frozen=True)
class Scored:
    """A question, what came of it, the counts of each measure, and every expectation that was not met."""

    expected: EvalQuestion
    outcome: Outcome
    counts: Mapping[str, Count]
    problems: tuple[str, ...]
    imprecise: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Measure:
    """A rate over many questions, 0..1, with a 95% interval; None where nothing was counted."""

    hits: int
    of: int
    value: float | None
    low: float | None
    high: float | None


def score(expected: EvalQuestion, outcome: Outcome) -> Scored:
    """Hold an outcome against what was expected. Pure.

    Citation precision follows ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"):
    a citation is precise where it bears its statement out, alone or with others of its document. In the place of their
    entailment model stands Onrecord's check; a citation that holds an expected fact or quote counts too. Recall
    is over the expected sources.
    """
    answer = outcome.answer
    answered = answer is not None and answer.answered
    counts: dict[str, Count] = {}
    problems = [f"it failed: {outcome.error}"] if answer is None else []
    if expected.silence:
        counts["silence"] = (int(answer is not None and not answered), 1)
        if answered:
            problems.append("it was answered, and the sources should not say")
    else:
        counts["answered"] = (int(answered), 1)
        if answer is not None and not answered:
            problems.append("it was not answered")
    shown = answer if answer is not None and answered else Answer(expected.question, False, "")
    for name, found, missed in (
        ("facts", *_facts(expected, shown)),
        ("quotes", *_quotes(expected, shown)),
        ("speakers", *_speakers(expected, shown)),
        ("citation_recall", *_sources(expected, shown)),
        ("disagreements", *_disagreements(expected, shown)),
    ):
        counts[name] = found
        if answered:
            problems += missed
    cited = [*answer.citations, *answer.closest] if answer is not None else []
    wrong = [c for c in cited if outcome.texts.get(c.document.id, "")[c.start : c.end] != c.quote]
    problems += [f"citation [{c.number}] is not what its document says at {c.start}–{c.end}" for c in wrong]
    counts["exactness"] = (len(cited) - len(wrong), len(cited))
    pairs = [(i, n) for i, statement in enumerate(shown.statements) for n in statement.citations]
    imprecise = tuple(p for p in pairs if p not in outcome.bears and not _holds_expected(expected, shown, p[1]))
    counts["citation_precision"] = (len(pairs) - len(imprecise), len(pairs))
    if answer is not None and answered and outcome.writer not in ("", "extractive"):
        counts["written"] = (int(answer.model == outcome.writer), 1)
    counts["passed"] = (int(not problems), 1)
    return Scored(expected, outcome, counts, tuple(problems), imprecise)


def holds(text: str, fact: str) -> bool:
    """Whether a text bears a fact out: a /pattern/ is found in it, or it has all the fact's words, figures and "not"s.

    Words are compared by their stems and in any order; a figure is borne out when it is the text's, rounded as the fact
    rounds it and with the unit that it names, if any: $48.39 billion bears out 48.4 billion.
    """
    if is_pattern(fact):
        return re.search(fact[1:-1], text, re.IGNORECASE) is not None
    wanted, given = quantities(fact), quantities(text)
    if not all(any(_in_unit_of(figure, theirs).bears_out(figure) for theirs in given) for figure in wanted):
        return False
    for figure in reversed(wanted):
        fact = fact[: figure.start] + " " + fact[figure.end :]
    negations = {stem(w.text) for w in words(fact) if is_negation(w.text)}
    return content_bag(fact) <= content_bag(text) and negations <= {stem(w.text) for w in words(text)}


def _in_unit_of(wanted: Quantity, given: Quantity) -> Quantity:
    return given if wanted.unit else replace(given, unit="")


def is_pattern(fact: str) -> bool:
    """Whether a fact is a regular expression: /…/."""
    return len(fact) > 2 and fact.startswith("/") and fact.endswith("/")


def measures(scored: Sequence[Scored]) -> dict[str, Measure]:
    """Every measure over these questions."""
    return from_counts([s.counts for s in scored])


def from_counts(counts: Iterable[Mapping[str, Count]]) -> dict[str, Measure]:
    """Every measure over questions whose counts are given.

    Intervals are Wilson's (1927), at 95%; that of the mean of two rates is made of theirs (MOVER, Zou and Donner 2008).
    """
    total = dict.fromkeys(MEASURES, (0, 0))
    for one in counts:
        for name, (hits, of) in one.items():
            total[name] = (total[name][0] + hits, total[name][1] + of)
    found = {name: _measure(*total[name]) for name in MEASURES}
    found["abstention"] = _mean(found["answered"], found["silence"])
    return found


def _measure(hits: int, of: int) -> Measure:
    if not of:
        return Measure(0, 0, None, None, None)
    low, high = wilson(hits, of)
    return Measure(hits, of, hits / of, low, high)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95% score interval of a share (Wilson 1927). of: at least 1."""
    share, z2 = hits / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return min(max(0.0, middle - half), share), max(min(1.0, middle + half), share)


def _mean(one: Measure, other: Measure) -> Measure:
    """The mean of two rates; with only one of them measured, that one."""
    if one.value is None or other.value is None:
        return one if other.value is None else other
    (a, a_low, a_high), (b, b_low, b_high) = ((m.value or 0.0, m.low or 0.0, m.high or 0.0) for m in (one, other))
    value = (a + b) / 2
    below, above = math.hypot(a - a_low, b - b_low) / 2, math.hypot(a_high - a, b_high - b) / 2
    return Measure(one.hits + other.hits, one.of + other.of, value, max(0.0, value - below), min(1.0, value + above))


Found = tuple[Count, list[str]]


def _facts(expected: EvalQuestion, answer: Answer) -> Found:
    speakers = {c.number: c.speaker or "" for c in answer.citations}
    said = [" ".join((s.text, *dict.fromkeys(speakers.get(n, "") for n in s.citations))) for s in answer.statements]
    said += [f"{d.about} {position.value}" for d in answer.disagreements for position in d.positions]
    missed = [ways for ways in expected.facts if not any(holds(text, way) for text in said for way in ways)]
    return _found("the fact is missing", expected.facts, missed)


def _quotes(expected: EvalQuestion, answer: Answer) -> Found:
    missed = [ways for ways in expected.quotes if not any(_quoted(ways, c) for c in answer.citations)]
    return _found("these words are not quoted", expected.quotes, missed)


def _found(what: str, all_ways: Sequence[Alternatives], missed: Sequence[Alternatives]) -> Found:
    return (len(all_ways) - len(missed), len(all_ways)), [f"{what}: {' | '.join(ways)}" for ways in missed]


def _quoted(ways: Alternatives, citation: Citation) -> bool:
    return any(find_folded(words, citation.quote) for words in ways)


def _speakers(expected: EvalQuestion, answer: Answer) -> Found:
    """Every citation of expected words (of any words, where none are expected) that names somebody names the right one.

    A person expected whom no such citation names counts as one more that is wrong.
    """
    if not expected.speakers:
        return (0, 0), []
    heard = [c for c in answer.citations if c.speaker]
    if expected.quotes:
        heard = [c for c in answer.citations if any(_quoted(ways, c) for ways in expected.quotes)]
    wrong = [c for c in heard if not any(_is_by(c, who) for who in expected.speakers)]
    unheard = [who for who in expected.speakers if not any(_is_by(c, who) for c in heard)]
    problems = [f"citation [{c.number}] gives {c.speaker or 'nobody'} as the speaker" for c in wrong]
    problems += [f"nothing is cited as said by {who}" for who in unheard]
    return (len(heard) - len(wrong), len(heard) + len(unheard)), problems


def _is_by(citation: Citation, who: str) -> bool:
    return citation.speaker is not None and names_speaker(who, citation.speaker, citation.role)


def _sources(expected: EvalQuestion, answer: Answer) -> Found:
    missed = [s for s in expected.sources if not any(_is_from(c, s) for c in answer.citations)]
    of = len(expected.sources)
    return (of - len(missed), of), [f"the source is not cited: {source}" for source in missed]


def _is_from(citation: Citation, part: str) -> bool:
    """Whether a citation's document has this in its title, outlet or address, or as the beginning of its id."""
    document = citation.document
    named = (document.title, document.source or "", document.uri)
    return document.id.startswith(part) or any(part.casefold() in text.casefold() for text in named)


def _disagreements(expected: EvalQuestion, answer: Answer) -> Found:
    values = expected.disagreement
    if values is None or (not values and not answer.answered):
        return (0, 0), []
    if not values:
        shown = [f"a disagreement on {d.about} is shown, and none was expected" for d in answer.disagreements]
        return (int(not shown), 1), shown
    if any(_matched(values, [p.value for p in d.positions]) for d in answer.disagreements):
        return (1, 1), []
    return (0, 1), [f"the disagreement is not shown: {' / '.join(values)}"]


def _matched(values: Sequence[str], positions: Sequence[str]) -> bool:
    """Whether each value is a position of its own."""
    return not values or any(
        _same_value(values[0], position) and _matched(values[1:], [*positions[:i], *positions[i + 1 :]])
        for i, position in enumerate(positions)
    )


def _same_value(one: str, other: str) -> bool:
    mine, theirs = quantities(one), quantities(other)
    if mine:
        return all(any(a.agrees_with(_in_unit_of(a, b)) for b in theirs) for a in mine)
    return holds(other, one)


def _holds_expected(expected: EvalQuestion, answer: Answer, number: int) -> bool:
    citation = next((c for c in answer.citations if c.number == number), None)
    return citation is not None and (
        any(holds(citation.quote, way) for ways in expected.facts for way in ways)
        or any(_quoted(ways, citation) for ways in expected.quotes)
    )
