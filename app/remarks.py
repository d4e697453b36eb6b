"""The ledger as people use it: what was said, by whom, about what and when; and the passages in which it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from app.answer import Source
from app.check.words import collapse, words
from app.evidence.candidates import topicality
from app.evidence.sufficiency import LEAST_TOPICALITY
from app.evidence.voices import fullest_names
from app.questions.question import Question, topic_terms
from retrieval.documents import Document, Hit, Passage
from retrieval.quotations import Quotation

if TYPE_CHECKING:
    from retrieval.library import Library, Where

_MOST = 24
"""Passages that the ledger adds to a search's at most."""
_NAMED_TOPICS = 4


@dataclass(frozen=True)
class Quote:
    """One entry of the ledger.

    text: the exact words, " … " where the document breaks them; start and end: from their first to their last
    character in the document's stored text; kind: direct, mixed or indirect; role: as the document gives it;
    said: ISO date; dated_by: "text" where the document tells the day, "publication" where only its own date is known;
    proposed_by: the model that pointed it out, checked against the text; None where rules found it.
    """

    text: str
    start: int
    end: int
    kind: str
    speaker: str | None
    role: str | None
    said: str | None
    dated_by: str | None
    document: Source
    proposed_by: str | None = None

    @classmethod
    def of(cls, quotation: Quotation) -> Quote:
        """Describe a quotation."""
        said, dated_by = quotation.dated
        return cls(
            quotation.text,
            quotation.spans[0][0],
            quotation.spans[-1][1],
            quotation.kind,
            quotation.speaker,
            quotation.role,
            said.isoformat() if said else None,
            dated_by,
            Source.of(quotation.document),
            quotation.proposed_by,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def quotes(
    library: Library,
    speaker: str = "",
    about: str = "",
    since: date | None = None,
    until: date | None = None,
    where: Where = None,
) -> list[Quote]:
    """The ledger's entries, in order of date and document, the undated last.

    speaker: a name or role; about: words of a topic, each weighing the same; since and until: days, both included;
    entries without a date are left out where either is given; where: only what a filter lets through.
    """
    found = []
    weight = dict.fromkeys(topic_terms(about), 1.0)
    for document, spoken in library.quoting(speaker, about, where):
        passages = library.passages(document, where) if where and spoken else ()
        for quotation in spoken:
            if where and not any(s < p.end and p.start < e for s, e in quotation.spans for p in passages):
                continue
            said, _ = quotation.dated
            if (since or until) and (said is None or said < (since or said) or said > (until or said)):
                continue
            if _on(document, quotation, weight) >= LEAST_TOPICALITY:
                found.append((said or date.max, Quote.of(quotation)))
    names = fullest_names(quote.speaker for _, quote in found if quote.speaker)
    ordered = sorted(found, key=lambda one: (one[0], one[1].document.id, one[1].start))
    return [replace(quote, speaker=names.get(quote.speaker or "", quote.speaker)) for _, quote in ordered]


def _on(document: Document, quotation: Quotation, weight: dict[str, float]) -> float:
    span = (quotation.spans[0][0], quotation.spans[-1][1])
    return topicality(document, span, [quotation], weight)


def recalled(question: Question, library: Library, where: Where = None) -> list[Hit]:
    """Passages that hold what the person asked about says on the topic, best first, to join the search's.

    where: only what a filter lets through.
    """
    weight = dict.fromkeys((w.stem for w in question.terms), 1.0)
    found: list[tuple[float, Document, Quotation]] = []
    for document, spoken in library.quoting(question.who, question.topic, where):
        rated = ((_on(document, q, weight), q) for q in spoken)
        found += [(topical, document, q) for topical, q in rated if topical >= LEAST_TOPICALITY]
    hits: dict[tuple[str, int], Hit] = {}
    passages: dict[str, list[Passage]] = {}
    for _, document, quotation in sorted(found, key=lambda one: -one[0]):
        if len(hits) == _MOST:
            break
        if document.id not in passages:
            passages[document.id] = library.passages(document, where)
        start = quotation.spans[0][0]
        holding = next((p for p in passages[document.id] if p.start <= start < p.end), None)
        if holding is not None:
            hits.setdefault((document.id, holding.start), Hit(holding, 0.0, 0.0, 0.0))
    return list(hits.values())


def subjects(spoken: Iterable[Quotation]) -> list[str]:
    """What somebody speaks about most: the names in their remarks, else the words that recur, at most four."""
    names: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for quotation in spoken:
        for word in words(collapse(quotation.text)):
            if not word.content or len(word.text) < 3:
                continue
            named = word.capital and word.start > 1
            (names if named else others)[word.text.removesuffix("’s").removesuffix("'s")] += 1
    recurring = [word for word, count in others.most_common() if count > 1]
    return [word for word, _ in names.most_common(_NAMED_TOPICS)] or recurring[:_NAMED_TOPICS]
