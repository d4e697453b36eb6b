"""Bylines: who wrote a text, told apart into people and outlets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.dates import DATE

_NAME = (
    r"(?:(?:[A-Z][\w’'\-]*\.?|&)"
    r"(?: (?:(?:[A-Z]|d[’'])[\w’'\-]*\.?|&|de|da|del|della|der|den|van|von|la|le|bin|al|el|of|the))*)"
)
_BY = re.compile(
    rf"(?i:(?:(?:written|words|posted|reported|reporting|story|published|compiled|edited)\s+)?by|author)\s*:?\s+"
    rf"(?P<names>{_NAME}(?:(?:, (?:and )?| and | & ){_NAME}){{0,5}})(?: for (?P<for>{_NAME}))?"
    rf"(?P<rest>\s*(?:(?:[-–—|•·,/(]|(?i:\b(?:on|published|posted|updated)\b|{DATE})).*)?)"
)
_CALENDAR = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|[a-z]*ember"
    r"|uary|ruary|ch|il|ust|ober|t)?\b|(?:early|late|mid|then|now|noon|next|last|this)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = re.compile(
    r"(?:a|am|an|and|ago|at|at:|by|correspondent|de|desk|edited|editor|editors|first|for|h|hours?|hrs?|in|last|min|mins|minutes?|"
    r"modified|months?|of|on|p|pm|posted|published|read|reporters?|senior|staff|the|to|updated|van|von|writers?|th|st|nd|rd)"
)
_OUTLET_WORDS = re.compile(
    r"\b(?:networks?|news|newsroom|newswire|wire|staff|desk|bureau|agency|agencies|media|editors?|editorial|team|"
    r"service|services|magazine|online|digital|tv|radio|associated press|reuters|bloomberg|pti|ani|afp|upi)\b"
    r"|\.\w{2,4}$",
    re.IGNORECASE,
)
_PAPER_WORDS = re.compile(
    r"\b(?:times|post|press|journal|herald|tribune|gazette|daily|chronicle|ledger|observer|courier|review|report|weekly|"
    r"standard|guardian|examiner|register|mirror|star|sun|telegraph|monitor|dispatch|wires?)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:staff|senior|chief|special|contributing|political|business|technology|tech|science)?\s*"
    r"(?:staff|staff writers?|writers?|reporters?|correspondents?|editors?|contributors?|columnists?|editorial team|"
    r"news desk|web desk|newsroom|desk|team)$",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:the |our |a |an |special )*"
    r"(?:staff|admin|administrator|guest|anonymous|contributor|editor|author|user|webmaster)s?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Byline:
    """People (joined by commas) and outlet of a byline, and what follows them in the line."""

    author: str | None
    outlet: str | None
    rest: str


def read_byline(line: str) -> Byline | None:
    """Read a line such as "By Jane Doe and Li Wei, Harbor Ledger | 31 January 2025"; None if it is not a byline.

    "By Elets News Network" names an outlet; "By Harbor Ledger Staff" the Harbor Ledger; "By Staff Writer" nobody.
    """
    match = _BY.fullmatch(line.strip())
    if not match or len(line.split()) > 30 or _CALENDAR.match(match["names"]):
        return None
    if any(not _SMALL_WORDS.fullmatch(word) for word in re.findall(r"\b[a-z]+\b", match["rest"])):
        return None
    people: list[str] = []
    outlet = match["for"]
    for name in re.split(r", (?:and )?| and ", match["names"]):
        if _is_outlet(name) or (people and _PAPER_WORDS.search(name) and f", {name}" in line):
            stripped = _ROLE.sub("", name).strip(" ,")
            outlet = outlet or (stripped if stripped and not _NOBODY.fullmatch(stripped) else None)
        elif not _NOBODY.fullmatch(name) and not (people and _ROLE.search(name)):
            people.append(name)
    rest = match["rest"] or ""
    if outlet is None and people:
        after = re.match(rf"\s*[-–—|•·,/(]\s*(?P<outlet>{_NAME})", rest)
        if after and _is_outlet(after["outlet"]) and not _ROLE.search(after["outlet"]):
            outlet = after["outlet"]
    return Byline(", ".join(people) or None, outlet, rest)


def _is_outlet(name: str) -> bool:
    words = name.split()
    if _OUTLET_WORDS.search(name) or _ROLE.fullmatch(name):
        return True
    if len(words) == 1 and name.isupper() and 2 <= len(name) <= 5:
        return True
    return bool(_PAPER_WORDS.search(name)) and (len(words) > 2 or words[0].lower() == "the" or words[0] == "Associated")
