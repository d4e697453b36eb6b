"""What kind of thing an answer has to hold: a figure, a time, a name, a reason; and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Set

from app.quantities import is_withdrawn, quantities
from app.question import Question
from app.words import Word, bag, stem, words

_TIME = re.compile(
    r"\b(?:\d{4}|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|"
    r"jun|jul|aug|sept?|oct|nov|dec|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|yesterday|today|"
    r"tomorrow|last (?:week|month|year)|earlier|decade|\d{1,2}(?:st|nd|rd|th)|ago)\b",
    re.IGNORECASE,
)
_CALENDAR = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday""".split()
)
_TONES = {
    "critical": frozenset(
        map(
            stem,
            """criticise criticize critic condemn denounce slam blast attack doubt doubtful sceptical skeptical
            question
            warn warning wrong false misleading mislead exaggerated overstated overhyped worried worry concern
            concerned disappointing dangerous threat reject dismiss unconvinced bizarre absurd fault
            blame accuse cheat""".split(),
        )
    ),
    "approving": frozenset(
        map(
            stem,
            """praise praised hail laud applaud impressive impressed admire excellent brilliant invigorating welcome
            congratulate innovative novel real amazing remarkable great good best breakthrough
            credit inspiration""".split(),
        )
    ),
}
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|after|so that|in order to|caused|fears?|concerns?|despite|"
    r"thanks to|driven by|led to|prompted|triggered|as|to [a-z]+)\b",
    re.IGNORECASE,
)


def fills(question: Question, sentence: str, asked: Set[str]) -> bool:
    """Whether a sentence holds what the kind of question asks for, beyond the question's own words.

    asked: the stems of the question.
    """
    if question.kind == "quantity":
        return any(
            q.unit not in ("year", "label")
            and stem(sentence[q.start : q.end].split()[0]) not in asked
            and not is_withdrawn(sentence, q)
            for q in quantities(sentence)
        )
    if question.kind == "time":
        return bool(_TIME.search(sentence))
    if question.kind in ("person", "place"):
        return any(w.capital and w.content and w.stem not in asked for w in words(sentence))
    if question.kind == "reason":
        return bool(_REASON.search(sentence))
    return True


def is_about_another(question: Question, sentence: str) -> bool:
    """Whether a sentence gives its figure or date for somebody else: it opens with a name that was not asked about."""
    if question.kind not in ("quantity", "time") or not question.names:
        return False
    found = words(sentence)
    if {w.stem for w in question.names} & {w.stem for w in found}:
        return False
    subject = found[: next((n for n, w in enumerate(found) if not w.capital), len(found))]
    return (
        bool(subject)
        and all(w.content and w.text.lower() not in _CALENDAR for w in subject)
        and _is_name(subject, sentence)
    )


def _is_name(subject: list[Word], sentence: str) -> bool:
    """A run of capitals is a name; so is a lone first word before a singular or past verb, unless it is a plural."""
    alone = subject[0].text
    if len(subject) > 1 or alone.endswith(("'s", "’s")):
        return True
    verb_follows = re.match(r"\s(?:has|had|is|was|will|would|\w+ed|\w+s)\b", sentence[subject[0].end :])
    return verb_follows is not None and not alone.endswith("s")


def fits_tone(tone: str, sentence: str) -> bool:
    """Whether a sentence holds a word of criticism or of praise, where the question asks for either."""
    return tone not in _TONES or not bag(sentence).isdisjoint(_TONES[tone])
