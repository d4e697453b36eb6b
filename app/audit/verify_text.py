"""Whether the parts of an answer fit together: its text, statements, numbers, disagreements and remarks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from app.answer import Answer
from app.check.words import find_folded
from app.compose import blocks, inert, own_text, statement_line, unsaid
from retrieval.speakers import same_speaker

_SHOWN = 120
_SILENT = "The sources don’t say"


def text_problems(answer: Answer) -> Iterator[str]:
    """What in an answer contradicts the rest of it, in words; an answer as it was given has none."""
    known = Counter(citation.number for citation in answer.citations)
    for number, count in known.items():
        if count > 1:
            yield f"{count} citations have the number {number}."
    text = own_text(answer)
    marked = {part for block in blocks(text) for part in block.parts if isinstance(part, int)}
    for number in sorted(marked - set(known)):
        yield f"The text cites [{number}], and the answer has no such citation."
    if answer.answered:
        yield from _unstated(answer, text)
    else:
        if not text.startswith(_SILENT) or marked:
            yield "The answer says to be none, and its text says more than that."
        if answer.statements:
            yield "The answer says to be none, and it has statements."
    yield from _disagreement_problems(answer)
    yield from _remark_problems(answer)


def _unstated(answer: Answer, text: str) -> Iterator[str]:
    """Statements that the text lacks, and words of the text that are no statement."""
    if not answer.statements:
        yield "The answer says to be one, and it has no statement."
    for number, statement in enumerate(answer.statements, 1):
        if statement_line(statement) not in text:
            yield f"Statement {number} is not in the text as it stands: {_shown(statement.text)}"
    rest = text
    for missing in answer.missing:
        rest = rest.replace(inert(unsaid(missing)), "\n")
    for statement in sorted(answer.statements, key=lambda s: -len(s.text)):
        rest = rest.replace(statement_line(statement), "\n")
    speakers = {citation.speaker for citation in answer.citations}
    for block in blocks(rest):
        said = "".join(part if isinstance(part, str) else f"[{part}]" for part in block.parts)
        if re.search(r"\w", said) and not (block.kind == "heading" and said in speakers):
            yield f"The text says what no statement says: {_shown(said)}"


def _disagreement_problems(answer: Answer) -> Iterator[str]:
    quotes = {citation.number: citation.quote for citation in answer.citations}
    for disagreement in answer.disagreements:
        for position in disagreement.positions:
            sources = [quotes[number] for number in position.citations if number in quotes]
            if not any(find_folded(position.value, quote) for quote in sources):
                yield (
                    f"In the disagreement on {_shown(disagreement.about)}, no quote that is cited for "
                    f"{_shown(position.value)} has it."
                )


def _remark_problems(answer: Answer) -> Iterator[str]:
    citations = {citation.number: citation for citation in answer.citations}
    for number, remark in enumerate(answer.remarks, 1):
        first = citations.get(remark.citations[0]) if remark.citations else None
        if first is None or not 0 <= remark.statement < len(answer.statements):
            yield f"Remark {number} points to a citation or a statement that is not there."
            continue
        if not all(find_folded(piece, first.quote) for piece in remark.words.split(" … ") if piece.strip()):
            yield f"The words of remark {number} are not in the quote it cites: {_shown(remark.words)}"
        if first.speaker is None or not same_speaker(remark.speaker, first.speaker):
            yield f"Remark {number} is given to {remark.speaker}, and its citation to {first.speaker or 'nobody'}."
        for variant in remark.variants:
            worded = [citations[n].quote for n in variant.citations if n in citations]
            pieces = variant.words.split(" … ")
            if not any(all(find_folded(p, quote) for p in pieces if p.strip()) for quote in worded):
                yield f"A wording in remark {number} is in no quote that it cites: {_shown(variant.words)}"


def _shown(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _SHOWN else f"{short[: _SHOWN - 1]}…"
