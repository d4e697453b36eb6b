"""What a question asks for: its kind of answer, the words its evidence must hold, and whose words it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from app.check.words import Word, stem, words

Kind = Literal["speech", "quantity", "time", "person", "place", "reason", "other"]

_SPEECH_VERBS = (
    r"say|said|think|thought|thinking|believe|comment|commented|remark|remarked|tell|told|state|stated|argue|argued|"
    r"claim|claimed|explain|explained|respond|responded|react|reacted|reply|replied|predict|predicted|warn|warned|"
    r"mention|mentioned|announce|announced|talk|talked|speak|spoken|note|noted|describe|described|feel|felt|"
    r"promise|promised|suggest|suggested"
)
_ABOUT = r"about|on|regarding|concerning|of|to|with regard to|when asked about|around|over|in response to"
_OWN = (
    r"[’']s?\s+(?:quotes?|comments?|remarks?|statements?|views?|opinions?|thoughts?|stance|position|reactions?|response|take)\s+"
    rf"(?:{_ABOUT})\s+(?P<topic>.+)$"
)
_ASKED_SPEECH = (
    re.compile(
        r"\b(?P<aux>did|does|do|has|have|had|is|was|were)\s+(?!there\b)(?P<who>(?:(?!\b(?:not|ever)\b)[^,?]){2,60}?)\s+"
        rf"(?:ever\s+|also\s+|then\s+|actually\s+|publicly\s+)*(?:{_SPEECH_VERBS})(?P<ing>ing)?\b"
        rf"(?:\s+(?:anything|something|more|else))*(?:\s+(?:{_ABOUT}))?\s*(?P<topic>.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:quotes?|quotations?|comments?|remarks?|statements?|words|views?|opinions?|stance|position|reactions?|"
        rf"response)\s+(?:by|from|of)\s+(?P<who>.{{2,60}}?)\s+(?:{_ABOUT})\s+(?P<topic>.+)$",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<who>[^\W\d_][\w.’'-]*(?:\s+[^\W\d_][\w.’'-]*){{0,3}}){_OWN}", re.IGNORECASE),
)
_OWNED = re.compile(_OWN, re.IGNORECASE)
"""What the last of these patterns ends with: without it, the long search for a name before it is for nothing."""
_WHO_SAID = re.compile(
    rf"^\s*who(?:\s+else)?\s+(?:has\s+|have\s+)?(?:{_SPEECH_VERBS})\b\s*(?:that\s+)?(?P<topic>.*)$", re.IGNORECASE
)
_WHO_JUDGED = re.compile(
    r"^\s*who(?:\s+else)?\s+(?:has\s+|have\s+|was\s+|is\s+)?(?:(?P<critical>critici[sz]e[ds]?|attack(?:ed|s)?|condemn(?:ed|s)?|"
    r"denounce[ds]?|question(?:ed|s)?|doubt(?:ed|s)?|warn(?:ed|s)?\s+(?:of|about|against)|(?:critical|sceptical|skeptical)\s+(?:of|about))|"
    r"praise[ds]?|hail(?:ed|s)?|laud(?:ed|s)?|welcome[ds]?|applaud(?:ed|s)?|defend(?:ed|s)?|support(?:ed|s)?)\s+(?P<topic>.+)$",
    re.IGNORECASE,
)
_CRITICS = re.compile(r"(?:its |their |his |her )?(?:critics|sceptics|skeptics|doubters|opponents)", re.IGNORECASE)
_VIEW_CHANGED = re.compile(
    r"\bhow\s+(?:has|have|did|had)\s+(?P<who>.{2,60}?)(?:[’']s?)?\s+(?:views?|opinions?|stance|position|thinking|attitude|tone)\s+"
    rf"(?:{_ABOUT}|towards?)\s+(?P<topic>.+?)\s+(?:change|evolve|shift|develop|move)",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "quantity",
        re.compile(
            r"\bhow\s+(?:much|many|large|big|high|low|far|long|old|fast|often)\b|\bwhat\s+(?:percentage|percent|share|number|"
            r"amount|price|cost|figure|size|rate)\b|\b(?:what|which)\b.*\b(?:revenues?|income|profits?|loss|losses|"
            r"budget|capex|expenses|earnings|valuation|salary|population|eps|headcount|turnover|expenditures?)\b|"
            r"^\W*what(?:[’']s|\s+(?:is|was|are|were))\s+(?!.*\b(?:reason|cause|effect|impact)\b)(?:[\w’'&.-]+\s+){0,4}"
            r"(?:price|cost|market\s+(?:value|cap(?:itali[sz]ation)?)|net\s+worth)\s*(?:$|[?]|\b(?:of|in|on|per|at|now|today)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "time",
        re.compile(
            r"^\W*(?:\w+\s){0,2}when\b|\bwhat\s+(?:year|date|day|month|time)\b|\bin\s+(?:what|which)\s+year\b|"
            r"\bsince\s+when\b",
            re.IGNORECASE,
        ),
    ),
    (
        "person",
        re.compile(
            r"^\W*(?:\w+\s){0,2}(?:who|whom|whose)\b|\bwhich\s+(?:person|people|man|woman|company|companies|firms?|executives?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "place",
        re.compile(
            r"^\W*(?:\w+\s){0,2}where\b|\b(?:what|which)\s+(?:city|country|state|place|town|region|continent)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "reason",
        re.compile(r"^\W*(?:\w+\s){0,2}why\b|\bfor\s+what\s+reason\b|\bwhat\s+(?:caused|led\s+to)\b", re.IGNORECASE),
    ),
)
_ASKING = frozenset(
    """year date day month time percentage percent number amount figure kind type sort many much name reason mean
    happen say said tell told think believ comment state describ explain accord compar articl""".split()
)
_UNITS = frozenset(map(stem, "thousands millions billions trillions dollars euros pounds money percent".split()))
_SITUATED = frozenset(map(stem, "based located situated headquartered".split()))
_COUNTED = re.compile(
    r"\bhow\s+(?:much|many)\s+(?!(?:did|does|do|has|have|had|will|would|is|was|are|were|can|could)\b)(.+)",
    re.IGNORECASE,
)
_VALUE_OF = re.compile(
    r"\bwhat\s+(?:is|was|are|were|will be)\s+(.+?)(?:\s+(?:expected|projected|forecast|supposed|likely)\s+to\s+be)?"
    r"(?:\s+(?:in|on|at|for|of|by|during|from|to|when|after|before)\s.*)?\??$",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:did|does|do|will|would|has|have|had|was|were|is|are|can|could)"
_WHO_DOES = re.compile(rf"^\W*(?:and\s+|but\s+)?who(?:\s+else)?\s+(?!{_AUXILIARY}\b)(?P<verb>[a-z]+)\b", re.IGNORECASE)
_NAME_DOES = re.compile(
    rf"\b{_AUXILIARY}\s+(?:the\s+)?(?:[A-Z0-9][\w.&-]*\s+)+"
    r"(?:(?:not|also|first|ever|then|(?:plan|want|expect|have|intend|hope|need)\s+to)\s+)*(?P<verb>[a-z]+)\b"
)
_IS = re.compile(r"(?:is|are|was|were)\b", re.IGNORECASE)
_DONE = re.compile(r"(?:ed|en|wn|ung|lt|nt|ld|ht|ing)$")
"""What stands behind "is" and a name is a verb only as a participle: "was Meta fined", not "is the Meta project"."""
_LIGHT = frozenset(
    map(
        stem,
        """have be do go come came get take took make become became happen call name base locate situate use like look
        begin start include mean need want plan expect hope decide refer play first originally currently""".split(),
    )
)
_CLAUSE = frozenset("when that because agree if who which whether".split())
_CAPITAL = r"[^\W\d_a-z][\w.’'-]*(?<![’']s)"
_DESCRIBED = re.compile(
    rf"(?:.*(?:\b(?!(?:of|for|and|at|in|the|de|von|van|del|la|al)\b)[a-z][\w-]*|[’']s)\s+)?(?P<name>{_CAPITAL}(?:\s+{_CAPITAL})+)"
    r"(?:,?\s+(?:of|at|from)\s+.*)?$"
)
_PERIOD = re.compile(r"Q[1-4]|H[12]|FY\d*")
_DETERMINER = re.compile(r"^(?:the|a|an|any|some|all|these|those)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """A question taken apart; everything is read off its words.

    For kind "speech" only: who: whose words are wanted ("" when anybody's); topic: what about; tone: "critical" or
    "approving" words, or any; chronological: how they changed is asked. about: the stems of the names that one of
    several questions leaves to those before it.
    """

    text: str
    kind: Kind
    who: str
    topic: str
    tone: Literal["", "critical", "approving"] = ""
    chronological: bool = False
    about: frozenset[str] = frozenset()

    @cached_property
    def terms(self) -> tuple[Word, ...]:
        """The words that evidence has to share: those of the topic for speech, else every content word."""
        found = _terms(self.topic if self.kind == "speech" else self.text)
        return tuple(w for w in found if w.stem not in _SITUATED) if self.kind == "place" else found

    @cached_property
    def focus(self) -> str:
        """The stem of the word whose value is asked: "users" in how many users, "revenue" in what was X's revenue."""
        counted = _COUNTED.search(self.text)
        asked = counted or _VALUE_OF.search(self.text)
        inside = [w for w in words(asked[1]) if w.content] if asked else []
        counting = [w for w in inside if w.stem not in _UNITS] if counted else inside
        return "" if not counting else (counting[0] if counted else counting[-1]).stem

    @cached_property
    def verb(self) -> str:
        """The stem of the verb whose subject a name or "who" is: "buy" in "When did Meta buy …?"; "" where none is."""
        found = (
            None if self.kind in ("speech", "other") else _WHO_DOES.search(self.text) or _NAME_DOES.search(self.text)
        )
        if not found or stem(found["verb"]) in _LIGHT or (_IS.match(found.group()) and not _DONE.search(found["verb"])):
            return ""
        return stem(found["verb"])

    @cached_property
    def names(self) -> tuple[Word, ...]:
        """The terms written as names; the sentence's first word counts only if it isn't a question word."""
        return tuple(w for w in self.terms if w.capital and not _PERIOD.fullmatch(w.text))


@lru_cache(maxsize=256)
def understand(text: str) -> Question:
    """Read a standalone question; never fails: what fits no pattern is kind "other"."""
    match = _VIEW_CHANGED.search(text)
    if match and _names_somebody(match["who"]):
        return Question(
            text, "speech", _DETERMINER.sub("", match["who"]), match["topic"].strip(" ?.!"), chronological=True
        )
    match = _WHO_JUDGED.search(text)
    if match:
        tone: Literal["critical", "approving"] = "critical" if match["critical"] else "approving"
        return Question(text, "speech", "", match["topic"].strip(" ?.!"), tone)
    match = _WHO_SAID.search(text)
    if match:
        return Question(text, "speech", "", match["topic"].strip(" ?.!"))
    for pattern in _ASKED_SPEECH if _OWNED.search(text) else _ASKED_SPEECH[:-1]:
        match = pattern.search(text)
        if match and _names_somebody(match["who"]) and not _is_passive(match):
            who = _person(_DETERMINER.sub("", match["who"].strip(" \"'“”")))
            if _CRITICS.fullmatch(who):
                return Question(text, "speech", "", match["topic"].strip(" ?.!"), "critical")
            if who.lower() in (
                "anyone",
                "anybody",
                "someone",
                "somebody",
                "people",
                "they",
                "sources",
                "articles",
                "documents",
            ):
                who = ""
            return Question(text, "speech", who, match["topic"].strip(" ?.!"))
    for kind, pattern in _KINDS:
        if pattern.search(text):
            return Question(text, kind, "", "")
    return Question(text, "other", "", "")


def topic_terms(text: str) -> list[str]:
    """The stems that something about this topic has to share."""
    return [w.stem for w in _terms(text)]


def _terms(text: str) -> tuple[Word, ...]:
    return tuple(w for w in words(text) if w.content and w.stem not in _ASKING)


def _names_somebody(who: str) -> bool:
    lowered = who.lower().split()
    if not lowered or _CLAUSE & set(lowered):
        return False
    return lowered[0] not in ("it", "this", "that", "there", "these", "those") and len(lowered) <= 7


def _is_passive(match: re.Match[str]) -> bool:
    """Whether something was said of whom it names: "were apples first mentioned"."""
    groups = match.groupdict()
    return (groups.get("aux") or "").lower() in ("is", "was", "were") and not groups["ing"]


def _person(who: str) -> str:
    """The full name in "analyst Lucy Faraday", "Deltanet's boss Pieter Hooft" or "Siobhan Keane of Gallant"."""
    described = _DESCRIBED.match(who)
    return described["name"] if described else who
