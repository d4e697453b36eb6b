"""The check of a finished statement against nothing but the sentences that it cites, one by one and together."""

from __future__ import annotations

from collections.abc import Sequence

from app.check.attribution import SpeakerOf
from app.check.checking import Verdict, check
from app.evidence.strictness import NEVER
from retrieval.documents import Passage


def recheck(
    statement: str, cited: Sequence[Passage], speaker_of: SpeakerOf, least: float = NEVER
) -> tuple[Verdict, frozenset[int]]:
    """The verdict by what is cited, and the indices of the passages that bear the statement out.

    cited: one passage for each citation, of the words cited; those of one document may bear it out together. least: as
    in app.check.checking.check.
    """
    alone = check(statement, cited, range(1, len(cited) + 1), speaker_of, least)
    bearing = {evidence.passage for evidence in alone.evidence}
    joined = _joined(cited)
    if len(bearing) == len(cited) or len(joined) == len(cited):
        return alone, frozenset(bearing)
    together = check(statement, joined, range(1, len(joined) + 1), speaker_of, least)
    places = {(joined[e.passage].document.id, e.span) for e in together.evidence}
    bearing |= {n for n, p in enumerate(cited) if any((p.document.id, span) in places for span in p.sentences)}
    return (alone if alone.support else together), frozenset(bearing)


def _joined(cited: Sequence[Passage]) -> list[Passage]:
    """One passage for each document, of all its sentences that are cited."""
    found: dict[str, Passage] = {}
    for passage in cited:
        other = found.get(passage.document.id, passage)
        sentences = tuple(sorted({*other.sentences, *passage.sentences}))
        start, end = min(other.start, passage.start), max(other.end, passage.end)
        found[passage.document.id] = Passage(passage.document, start, end, sentences)
    return list(found.values())
