"""Quote cards: what somebody said, their exact words set off in the sentence that reports them, and who carries it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from app.answer import Remark, Statement, Variant
from app.check.wording import exact_spans, in_marks
from app.web.html import chips, cited, clipped, day, escape, line, marked
from app.web.parts import behind
from app.web.turn import MARKER, Turn

_OUTLETS = 3
_NAME = 60


def quote_card(turn: Turn, statement: Statement, remark: Remark, *, named: bool, acts: str = "") -> str:
    """One remark: its sentence, when it was said, its outlets and each wording.

    named: with the speaker above it; acts: what can be done with it, as HTML.
    """
    sentence = " ".join(MARKER.sub("", statement.text).split())
    heading = _who(turn, remark) if named else ""
    words = marked(_set_off(sentence, remark), chips(turn, statement.citations))
    return (
        f'{heading}<div class="said remark {remark.kind}"><p class="words" dir="auto">{words}</p>'
        f'<p class="by" dir="auto">{_by(turn, statement, remark)}{acts}</p>{_worded(turn, remark.variants)}</div>'
    )


def _set_off(sentence: str, remark: Remark) -> str:
    """The sentence with the words that were spoken set off; of reported speech no word is sure to have been."""
    if remark.kind == "indirect":
        return escape(sentence)
    parts, at = [], 0
    for start, end in exact_spans(sentence, remark.words):
        exact = f'<span class="exact">{escape(sentence[start:end])}</span>'
        parts += [_muted(sentence[at:start]), exact]
        at = end
    return "".join([*parts, _muted(sentence[at:])]) if parts else escape(sentence)


def _muted(text: str) -> str:
    return f'<span class="rest">{escape(text)}</span>' if text.strip() else text


def _who(turn: Turn, remark: Remark) -> str:
    """The speaker, with the first role that any of their remarks in this answer gives."""
    same = [r for r in (turn.answer.remarks if turn.answer else ()) if r.speaker == remark.speaker]
    role = remark.role or next((r.role for r in same if r.role), None)
    shown = f' <span class="role">{line(role)}</span>' if role else ""
    name = line(remark.speaker) or "Speaker not named"
    return f'<p class="who" dir="auto"><span class="speaker">{name}</span>{shown}</p>'


def _by(turn: Turn, statement: Statement, remark: Remark) -> str:
    sources = {c.document.id: c.document for c in cited(turn, remark.citations)}
    outlets = list(dict.fromkeys(clipped(d.source or d.title, _NAME) for d in sources.values()))
    more = [f"{len(outlets) - _OUTLETS} more"] if len(outlets) > _OUTLETS else []
    parts = [_when(remark), ", ".join(outlets[:_OUTLETS] + more)]
    if len(sources) > 1:
        parts.append(f'<span class="carried">{line(behind(len(sources), statement))}</span>')
    if remark.kind == "indirect":
        parts.append("reported speech")
    parts.append(
        '<span class="support" title="This sentence stands in its source&#44; word for word&#46;">word for word</span>'
    )
    return " · ".join(part for part in parts if part)


def _when(remark: Remark) -> str:
    if not remark.said:
        return "date not stated"
    if remark.dated_by == "publication":
        return f"reported {line(day(remark.said))}"
    return f'<span class="when">{line(day(remark.said))}</span>'


def _worded(turn: Turn, variants: Sequence[Variant]) -> str:
    """Each wording with its outlets; in all but the first, what differs from the first is set off."""
    if not variants:
        return ""
    rows = "".join(
        f'<li><p class="wording" dir="auto">{_wording(turn, variants[0], variant)}</p>'
        f'<p class="by">{_carriers(turn, variant)}</p></li>'
        for variant in variants
    )
    return f'<details class="worded"><summary>worded differently</summary><ul>{rows}</ul></details>'


def _wording(turn: Turn, first: Variant, variant: Variant) -> str:
    """The wording with its marks; in quotation marks only where its source has it so."""
    differing = _differing(first.words, variant.words)
    quoted = any(in_marks(c.quote, variant.words) for c in cited(turn, variant.citations))
    return marked(f"“{differing}”" if quoted else differing, chips(turn, variant.citations))


def _carriers(turn: Turn, variant: Variant) -> str:
    names = (clipped(c.document.source or c.document.title, _NAME) for c in cited(turn, variant.citations))
    return ", ".join(dict.fromkeys(names))


def _differing(first: str, words: str) -> str:
    """The words, escaped, with those set off that the first wording doesn't have in their place."""
    theirs, ours = ([re.sub(r"\W", "", word).lower() for word in text.split()] for text in (first, words))
    split, parts = words.split(), []
    for what, _, _, low, high in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        run = line(" ".join(split[low:high]))
        if run:
            parts.append(run if what == "equal" else f'<span class="differs">{run}</span>')
    return " ".join(parts)
