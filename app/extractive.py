"""The writer without a language model: the sentences that answer, word for word, a remark of several sources once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from app.check.checking import same_remark
from app.check.words import collapse
from app.compare.positions import comparable
from app.evidence.candidates import Candidate
from app.evidence.sufficiency import Assessment
from app.questions.question import Question

_MOST_FACTS = 4
_MOST_REMARKS = 8
_ON_TOPIC, _SAID_SO = 0.55, 0.7
"""The share of the best topicality that a remark needs: of what was said on a topic, and of who said one thing."""


def own_words(assessed: Iterable[Assessment]) -> Iterator[str]:
    """What the sources say for each question that was weighed, as lines of a draft."""
    for one in assessed:
        yield from lines(one.question, one.answer)


def lines(question: Question, ranked: Sequence[Candidate]) -> Iterator[str]:
    """The best of these candidates as lines of a draft, each with the markers of its sources."""
    for group in select(question, ranked):
        markers = "".join(f"[{n}]" for n in dict.fromkeys(c.hit + 1 for c in group))
        yield f"{collapse(group[0].text)} {markers}\n"


def select(question: Question, ranked: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates worth showing, best first, in groups that carry the same remark; the first of each is shown."""
    if not ranked:
        return []
    speech = question.kind == "speech"
    ranked = ranked if speech else _giving(ranked)
    most = _MOST_REMARKS if speech else _MOST_FACTS
    groups: list[list[Candidate]] = []
    for candidate in ranked:
        group = next((g for g in groups if _joins(candidate, g)), None)
        if group is not None:
            group.append(candidate)
        else:
            groups.append([candidate])
    chosen = _best_of_each_source(_on_topic(question, groups) if speech else groups, most)
    if question.chronological:
        return sorted(chosen, key=_day)
    return chosen


def _giving(ranked: Sequence[Candidate]) -> Sequence[Candidate]:
    """Where some say what a name is, or give a figure of the very thing asked for, those alone.

    Of figures only those that can be of one thing with the best one's.
    """
    if any(c.defines for c in ranked):
        return [c for c in ranked if c.defines]
    best = next((c.figure for c in ranked if c.figure), None)
    return [c for c in ranked if c.figure and comparable(best, c.figure)] if best else ranked


def _on_topic(question: Question, groups: list[list[Candidate]]) -> list[list[Candidate]]:
    """Without the remarks that no source has near to where the topic was named, where others are."""
    topical = [max(c.coverage for c in group) for group in groups]
    least = max(topical) * (_ON_TOPIC if question.who or question.tone else _SAID_SO)
    return [group for group, coverage in zip(groups, topical, strict=True) if coverage >= least]


def _day(group: Sequence[Candidate]) -> date:
    """When a remark was made: the day that a text gives it, else that of its first report."""
    days = [(not c.said_in_text, c.said) for c in group if c.said]
    return min(days)[1] if days else date.max


def _best_of_each_source(groups: Sequence[list[Candidate]], most: int) -> list[list[Candidate]]:
    """At most so many groups, in their order, so that no source that has something to say is crowded out by another."""
    covered: set[str] = set()
    first: list[int] = []
    for n, group in enumerate(groups):
        documents = {c.document for c in group}
        if not documents <= covered:
            covered |= documents
            first.append(n)
    rest = [n for n in range(len(groups)) if n not in first]
    return [groups[n] for n in sorted((first + rest)[:most])]


def _joins(candidate: Candidate, group: Sequence[Candidate]) -> bool:
    return candidate.hit not in {c.hit for c in group} and same_remark(group[0].text, candidate.text)
