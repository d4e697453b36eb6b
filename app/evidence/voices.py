"""Who is heard where in the documents found; one name for one person, whichever name a document uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.evidence.candidates import QuotationsOf
from retrieval.documents import Document, Passage, Span
from retrieval.quotations import Quotation, speaker_of
from retrieval.speakers import same_speaker

_EXACT_FIRST = ("direct", "mixed", "indirect")


@dataclass(frozen=True)
class Voices:
    """The speakers of some documents. names: a name as a document gives it -> the fullest that these documents give."""

    quotations_of: QuotationsOf
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[Document], quotations_of: QuotationsOf) -> Voices:
        """Listen to these documents."""
        heard = {q.speaker for document in documents for q in quotations_of(document) if q.speaker}
        return cls(quotations_of, fullest_names(heard))

    def speaker_of(self, passage: Passage, span: Span) -> str | None:
        """Who says the words at a span of the passage's document; None where nobody, or no one person, does."""
        name = speaker_of(self.quotations_of(passage.document), span[0], span[1])
        return self.names.get(name, name) if name else None

    def heard_at(self, document: Document, span: Span) -> tuple[str | None, Quotation | None]:
        """The speaker at a span, and their quotation that reaches into it, exact words before reported ones."""
        name = speaker_of(self.quotations_of(document), span[0], span[1])
        return (self.names.get(name, name) if name else None), _reaching(self.quotations_of(document), span, name)


def _reaching(quotations: Sequence[Quotation], span: Span, speaker: str | None) -> Quotation | None:
    if speaker is None:
        return None
    inside = [q for q in quotations if q.speaker == speaker and any(s < span[1] and span[0] < e for s, e in q.spans)]
    return min(inside, key=lambda q: _EXACT_FIRST.index(q.kind), default=None)


def fullest_names(heard: Iterable[str]) -> dict[str, str]:
    """Each name with the only longer one among these that it can be short for, else with itself.

    Two people never become one: a surname that fits two full names stays as it is.
    """
    by_surname: dict[str, list[str]] = defaultdict(list)
    for name in set(heard):
        by_surname[name.split()[-1].lower()].append(name)
    return {name: _fullest(name, namesakes) for namesakes in by_surname.values() for name in namesakes}


def _fullest(name: str, namesakes: Sequence[str]) -> str:
    longer = sorted((other for other in namesakes if len(other) > len(name) and same_speaker(name, other)), key=len)
    return longer[-1] if longer and all(same_speaker(longer[-1], other) for other in longer) else name
