"""What kind of thing an answer has to hold: a figure, a time, a name, a reason; and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from app.check.quantities import is_withdrawn, quantities
from app.check.words import Word, bag, stem, words
from app.questions.question import Question
from app.questions.thesaurus import named

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
    r"\b(?:because|due to|owing to|as a result|so that|in order to|caus(?:e|es|ed|ing)|fears?|fear(?:ed|ing)|concerns?|"
    r"thanks to|driven by|led to|prompt(?:s|ed|ing)|trigger(?:s|ed)?|reasons?|blam(?:e|es|ed|ing))\b",
    re.IGNORECASE,
)
_WEAK_REASON = re.compile(r"\b(?:since|after|as|despite|so|to [a-z]+)\b", re.IGNORECASE)
_WHERE = re.compile(
    r"\b(?:in|at|near|outside|from|on|to|into|(?:city|town|state|capital|coast|cent(?:re|er)|north|south|east|west) of)"
    r"\s+(?:the\s+|an?\s+|[a-z]+ern\s+)?(?P<name>[A-Z]\w+)|(?P<dateline>^[A-Z]{2,}[A-Z ]+)[,(]"
)
_MONEY = re.compile(
    r"\b(?:cost|costs|spen[dt]|pay|paid|invest|earn|revenues?|income|profits?|budgets?|price|salary|worth|debts?|"
    r"expenses?|sales|capex|losses|expenditures?|valuation|market (?:value|cap\w*))\b",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\bhow\s+(?:many|far)\b|\b(?:rise|rose|fall|fell|grow|grew|drop|gain|climb|increase|decrease|decline|change|jump|up|down)\b"
)
_SUMS = re.compile(
    r"\bhow\s+many\s+(?:(?:thousands|millions|billions|trillions)(?:\s+of\s+(?:dollars|euros|pounds))?|dollars|euros|"
    r"pounds)\b"
)
_AWAITED = re.compile(r"\b(?:expect|forecast|predict|anticipate|estimate)", re.IGNORECASE)
_AWAITING = re.compile(
    r"\b(?:expect|forecast|predict|anticipat|estimat|project|guid|outlook|consensus|analysts|plan|aim|goal|target|will\b|"
    r"to be\b|pencill?ed|looking for|set aside|allocate|would\b|could\b|may\b|might\b|likely|hopes?\b)",
    re.IGNORECASE,
)
_OF = re.compile(r"\s*of\b")
_AGE = re.compile(r"\b(?:aged?|born)\b|-year-old|\byears? old\b|,\s\d\d,", re.IGNORECASE)
_LENGTH = re.compile(
    r"\b(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|decades?|centur(?:y|ies)|"
    r"(?:kilo|centi|milli)?met(?:re|er)s?|km|miles?|feet|foot|ft|inch(?:es)?|yards?|pages?)\b|\d\s?(?:m|km|mi)\b",
    re.IGNORECASE,
)
_VERB_FOLLOWS = re.compile(
    r"\s(?:has|had|is|was|will|would|\w+ed|plans|expects|says|reports|spends|makes|sells|owns|earns|employs|forecasts|"
    r"needs|wants|pays|owes|serves|counts)\b"
)
_PLACED = frozenset(map(stem, "build built born based locate headquarters bury buried".split()))
_SEATED = re.compile(r"\b(?:based|located|situated|headquartered)\b", re.IGNORECASE)
_FIRM = r"(?:lab|laboratory|company|firm|start-?up|group|maker|bank|giant|rival|competitor|developer)"
_SEAT = re.compile(
    rf"\b(?:based|located|situated|headquartered|{_FIRM}) (?:in|at|near|outside) (?:the )?[A-Z]|\bheadquarters\b|"
    r"-based\b|"
    r"\b(?:Chinese|American|U\.?S\.?|British|German|French|Japanese|Korean|Taiwanese|Indian|Canadian|Dutch|Swedish|Swiss|"
    r"Israeli|Russian|Italian|Spanish|Australian|Brazilian|Danish|Norwegian|Finnish|Irish|Belgian|Austrian|Polish|"
    rf"Turkish|Mexican|European)\b[\w\s-]{{0,30}}\b{_FIRM}\b"
)
"""Where an organisation is: "a lab in Oslo", "the Oslo-based firm", "a Norwegian start-up"."""
_OF_ONE = re.compile(r"\b(?:did|does|will|has|is|would)\s+(?P<name>[A-Z]\w+)\s+[a-z]")
_POST = re.compile(
    r"^\W*who(?:[’']s|\s+(?:is|was|are|were))\s+(?:[\w’'&.-]+\s+){0,4}?(?P<post>chief\s+[a-z]+(?:\s+officer)?|ceo|cfo|cto|coo|chief|president|chairman|"
    r"chairwoman|chair|head|boss|director|founder|minister|mayor|governor|spokesman|spokeswoman|author|owner)\b",
    re.IGNORECASE,
)
_BOSS = r"ceo|chief executive|boss|head|runs|leads"
_SAME_POST = {"ceo": _BOSS, "chief": _BOSS, "boss": _BOSS, "head": _BOSS} | {
    "chief executive": _BOSS,
    "chief executive officer": _BOSS,
    "chief financial officer": r"cfo|chief financial officer|finance chief",
    "cfo": r"cfo|chief financial officer|finance chief",
    "cto": r"cto|chief technology officer",
    "coo": r"coo|chief operating officer",
}
_ROLES = frozenset("ceo cfo cto coo chief president head chairman chairwoman chair director founder minister".split())


def fills(question: Question, sentence: str, asked: Set[str]) -> bool:
    """Whether a sentence holds what the kind of question asks for, beyond the question's own words.

    asked: the stems of the question.
    """
    if question.kind == "quantity":
        return _is_measured(question, sentence, asked)
    if question.kind == "time":
        return bool(_TIME.search(sentence))
    if question.kind == "person":
        if not _names_post(question, sentence):
            return False
        return any(
            w.capital
            and w.content
            and w.stem not in asked
            and not w.text.endswith(("'s", "’s"))
            and not w.text.isupper()
            and w.text.lower() not in _CALENDAR
            for w in words(sentence)
        )
    if question.kind == "place":
        return _names_place(question, sentence, asked)
    if question.kind == "reason":
        return bool(_REASON.search(sentence)) or bool(_WEAK_REASON.search(sentence))
    return True


def _is_measured(question: Question, sentence: str, asked: Set[str]) -> bool:
    """Whether a figure of the kind that is asked for stands there: money for a cost, a share for a percentage."""
    wanted = _wanted(question.text)
    if not all(pattern.search(sentence) for pattern in wanted.beside):
        return False
    return any(
        q.unit not in ("year", "label")
        and stem(sentence[q.start : q.end].split()[0]) not in asked
        and not is_withdrawn(sentence, q)
        and (not wanted.share or q.unit == "%")
        and not (wanted.money and (q.unit == "%" or (q.unit == "" and q.scale == 1)))
        and not (wanted.counted and (q.unit == "$" or (q.unit == "%" and not _OF.match(sentence, q.end))))
        for q in quantities(sentence)
    )


class _Wanted(NamedTuple):
    """The figure that a question asks for: what stands in its sentence, and whether a share, a sum or a count."""

    beside: tuple[re.Pattern[str], ...]
    share: bool
    money: bool
    counted: bool


@lru_cache(maxsize=64)
def _wanted(question: str) -> _Wanted:
    lowered = question.lower()
    told = (("how old" in lowered, _AGE), (_AWAITED.search(lowered), _AWAITING), ("how long" in lowered, _LENGTH))
    share = re.search(r"\bwhat\s+(?:percentage|percent|share)\b", lowered) is not None
    sums = _SUMS.search(lowered) is not None
    money = not share and (sums or (not _MOVES.search(lowered) and _MONEY.search(question) is not None))
    return _Wanted(tuple(pattern for says, pattern in told if says), share, money, "how many" in lowered and not sums)


def counts(question: str) -> bool:
    """Whether a question asks how many of something there are, and not how many dollars."""
    return _wanted(question).counted


def _names_place(question: Question, sentence: str, asked: Set[str]) -> bool:
    """Whether a name that may be a place's stands there; of what was built or born, behind "in" or the like."""
    if _SEATED.search(question.text):
        return bool(_SEAT.search(sentence))
    if not asked.isdisjoint(_PLACED):
        return any(m["dateline"] or stem(m["name"]) not in asked | _CALENDAR for m in _WHERE.finditer(sentence))
    return any(w.capital and w.content and w.stem not in asked for w in words(sentence))


def gives_reason(question: Question, sentence: str) -> bool:
    """Whether a sentence says outright that something is the reason of something."""
    return question.kind == "reason" and _REASON.search(sentence) is not None


def says_it_happened(question: Question, beside: Set[str]) -> bool:
    """Whether what the question says happened is named: its verb or one that may stand for it.

    beside: the stems of a sentence and of those on either side.
    """
    return not question.verb or named(question.verb, beside) > 0


def is_of_several(question: Question, sentence: str) -> bool:
    """Whether a sentence says of several together what was asked of one: "X, Y and Z plan to invest $500 billion"."""
    asked = _OF_ONE.search(question.text) if question.kind == "quantity" else None
    if not asked or " and " not in sentence:
        return False
    name = re.escape(asked["name"])
    joined = re.search(rf"\b[A-Z]\w+,? and (?:the )?{name}\b|\b{name}(?:, [A-Z]\w+)*,? and (?:the )?[A-Z]", sentence)
    return joined is not None


def is_about_another(question: Question, sentence: str) -> bool:
    """Whether a sentence gives its figure or date for somebody else: it opens with a name that was not asked about."""
    if question.kind == "person":
        return _holds_another_post(question, sentence)
    if question.kind not in ("quantity", "time") or not question.names:
        return False
    if not bag(sentence).isdisjoint(w.stem for w in question.names):
        return False
    found = words(sentence)
    subject = found[: next((n for n, w in enumerate(found) if not w.capital), len(found))]
    return (
        bool(subject)
        and all(w.content and w.text.lower() not in _CALENDAR for w in subject)
        and _is_name(subject, sentence)
    )


def _holds_another_post(question: Question, sentence: str) -> bool:
    """Whether every post in a sentence that is asked about belongs to another name: "Meta CEO" for DeepSeek's."""
    posts = bag(question.text) & _ROLES
    of = {w.stem for w in question.names} - _ROLES
    if not posts or not of or not posts & bag(sentence):
        return False
    found = words(sentence)
    chief = "ceo" in posts
    held = [n for n, w in enumerate(found) if w.stem in posts or (chief and _is_chief(found, n))]
    return bool(held) and all(_holder(found, n) not in of | {""} for n in held)


def _is_chief(found: Sequence[Word], n: int) -> bool:
    """Whether "chief executive" ends or begins there, so that "Meta's chief executive" is somebody's post."""
    text = [w.text.lower() for w in found[max(n - 1, 0) : n + 2]]
    return found[n].text.lower() in ("chief", "executive") and "chief" in text and "executive" in text


def _holder(found: Sequence[Word], n: int) -> str:
    """The stem of the name that a post stands behind ("Meta's CEO") or before ("the CEO of Meta"); "" for none."""
    if n and found[n - 1].capital and found[n - 1].content:
        return found[n - 1].stem
    after = [w for w in found[n + 1 : n + 4] if w.content]
    of = len(found) > n + 1 and found[n + 1].text.lower() in ("of", "at")
    return after[0].stem if of and after and after[0].capital else ""


def _names_post(question: Question, sentence: str) -> bool:
    """Whether a sentence names the post whose holder is asked for ("Who is the CEO of …?"), or its other name."""
    post = _POST.match(question.text)
    wanted = post["post"].lower() if post else ""
    return not wanted or re.search(rf"\b(?:{_SAME_POST.get(wanted, wanted)})\b", sentence, re.IGNORECASE) is not None


def _is_name(subject: Sequence[Word], sentence: str) -> bool:
    """A run of capitals is a name; so is a lone first word before a singular or past verb, unless it is a plural."""
    alone = subject[0].text
    if len(subject) > 1 or alone.endswith(("'s", "’s")):
        return True
    verb_follows = _VERB_FOLLOWS.match(sentence, subject[0].end)
    return verb_follows is not None and not alone.endswith("s")


def fits_tone(tone: str, sentence: str) -> bool:
    """Whether a sentence holds a word of criticism or of praise, where the question asks for either."""
    return tone not in _TONES or not bag(sentence).isdisjoint(_TONES[tone])
