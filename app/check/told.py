"""Sentences that name the document they rest on ("according to the Ledger of 3 May, …"), and what else they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.check.words import fold
from app.questions.days import MONTH, days_of
from retrieval.documents import Document
from retrieval.speech_words import WEEKDAYS

_MONTH = rf"(?i:{MONTH})"
_WEEKDAY = rf"(?:(?:{'|'.join(map(str.title, WEEKDAYS))}),?\s+)?"
_DATE = (
    rf"{_WEEKDAY}(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)"
)
_KIND = r"(?:news\s+)?(?:report|article|story|account|briefing|post|passage|source)"
_SOME = rf"(?:an?|the|one|another|a\s+(?:second|third|fourth|further|different|separate))\s+(?:other\s+)?{_KIND}"
_OTHER = r"[Aa]nother|[Aa]\s+(?:second|third|fourth)"
_OUTLET = r"(?:[Tt]he\s+)?[A-Z][^,;:“”\"]{1,60}?"
_SAYS = r"(?:reports|reported|says|said|writes|wrote|notes|noted|adds|added|states|stated)"
_SOURCE = rf"(?P<who>(?i:{_SOME})|{_OTHER}|{_OUTLET}(?:\s+{_KIND})?)"
_WHEN = rf"(?:,?\s+(?:in\s+an?\s+{_KIND}\s+)?(?:of|on|from|dated)\s+(?P<day>{_DATE}))?"
_FORMS = (
    re.compile(rf"^According\s+to\s+{_SOURCE}{_WHEN},\s+(?P<content>\S.*)$"),
    re.compile(rf"^(?P<content>.*?\S),?\s+according\s+to\s+{_SOURCE}{_WHEN}\.?$"),
    re.compile(rf"^{_SOURCE}{_WHEN}\s+(?:also\s+)?{_SAYS}\s+(?:also\s+)?that\s+(?P<content>\S.*)$"),
    re.compile(rf"^{_SOURCE}\s+(?:also\s+)?{_SAYS}\s+on\s+(?P<day>{_DATE})\s+that\s+(?P<content>\S.*)$"),
    re.compile(rf"^On\s+(?P<day>{_DATE}),?\s+{_SOURCE}\s+(?:also\s+)?{_SAYS}\s+that\s+(?P<content>\S.*)$"),
    re.compile(rf"^(?P<content>.*?\S),\s+{_SOURCE}\s+{_SAYS}(?:\s+on\s+(?P<day>{_DATE}))?\.?$"),
)
_NAMELESS = re.compile(rf"(?i:{_SOME}|{_OTHER})")


@dataclass(frozen=True)
class Told:
    """What a sentence says without its mention of a source: outlet, "" for any, and the day, as they are written."""

    content: str
    outlet: str
    day: str

    def of(self, document: Document) -> bool:
        """Whether the document is such a source."""
        if self.outlet and _plain(self.outlet) != _plain(document.source or ""):
            return False
        if not self.day:
            return True
        published = document.published
        if published is None:
            return False
        text = re.sub(rf"^{_WEEKDAY}", "", self.day)
        days = days_of(text if re.search(r"\d{4}", text) else f"{text} {published.year}", published)
        return days is not None and days[0] <= published < days[1]


def told(sentence: str) -> Iterator[Told]:
    """The ways to read a sentence as told of its source."""
    for form in _FORMS:
        if found := form.match(sentence):
            who = found["who"]
            named = found.groupdict()
            content = found["content"].rstrip(" ,")
            content = content[:1].upper() + content[1:] + ("" if content[-1:] in '.!?”"' else ".")
            yield Told(content, "" if _NAMELESS.fullmatch(who) else who, named.get("day") or "")


def _plain(name: str) -> str:
    name = re.sub(rf"\s+{_KIND}$", "", fold(name).strip().lower())
    return re.sub(r"^the\s+", "", name)
