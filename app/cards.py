"""Quote cards: the remarks that an answer reports, each once, with all its sources and where their wordings differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.answer import Citation, Remark, Statement, Variant
from app.check.words import collapse, fold
from retrieval.quotations import Quotation

_QUOTED = re.compile(r'[“"«„]([^“”"«»„]+)[”"»“]')
QuotationAt = Callable[[Citation], Quotation | None]
"""The quotation that a citation reports, or None."""


def remarks(statements: Sequence[Statement], citations: Sequence[Citation], quotation_at: QuotationAt) -> list[Remark]:
    """A remark for each statement that reports somebody's words, in their order."""
    numbered = {citation.number: citation for citation in citations}
    found = []
    for index, statement in enumerate(statements):
        reported = [(n, q) for n in statement.citations if (q := quotation_at(numbered[n])) is not None]
        if not reported:
            continue
        first = numbered[reported[0][0]]
        dated = [c for n, _ in reported if (c := numbered[n]).said]
        said = min(dated, key=lambda c: (c.dated_by != "text", c.said or ""), default=first)
        wordings = [(n, exact_words(q, numbered[n])) for n, q in reported]
        found.append(
            Remark(
                speaker=first.speaker or "",
                role=next((c.role for n, _ in reported if (c := numbered[n]).role), None),
                said=said.said,
                dated_by=said.dated_by,
                kind=reported[0][1].kind,
                words=wordings[0][1],
                citations=statement.citations,
                statement=index,
                variants=tuple(_variants(wordings)),
            )
        )
    return found


def exact_words(quotation: Quotation, citation: Citation) -> str:
    """The words inside quotation marks within the cited span, or, of reported speech, all of its content there."""
    text = quotation.document.text
    inside = [text[max(s, citation.start) : min(e, citation.end)] for s, e in quotation.spans if s < citation.end]
    content = collapse(" … ".join(part for part in inside if part))
    quoted = [q.strip(" ,") for q in _QUOTED.findall(content)]
    return " … ".join(quoted) if quoted else content.strip(' "“”„«»,')


def _variants(wordings: Sequence[tuple[int, str]]) -> list[Variant]:
    """The different wordings, each with its citations; none where all are the same but for typography."""
    grouped: dict[str, tuple[str, list[int]]] = {}
    for number, wording in wordings:
        key = " ".join(re.findall(r"[^\W_]+", fold(wording).lower()))
        grouped.setdefault(key, (wording, []))[1].append(number)
    return [Variant(words, tuple(numbers)) for words, numbers in grouped.values()] if len(grouped) > 1 else []
