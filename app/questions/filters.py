"""Where a question says to look: "according to Fortune", "in articles published in 2024", "said since January 2025"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.questions.days import PERIOD, days_of
from app.questions.question import understand
from retrieval.filters import Filter

_TRIGGER = re.compile(
    r"\baccording\s+to\b|\b(?:report|sa[yi]|wr[io]t|publish|print|quote|cover|mention|describ|claim|note|tell|told)|"
    r"\b(?:article|report|stor(?:y|ies)|piece|coverage|interview)s?\b",
    re.IGNORECASE,
)
_NOUN = r"(?:articles?|reports?|stor(?:y|ies)|pieces?|coverage|reporting|interviews?|write-?ups?)"
_PUBLISHED = r"(?:(?:(?:that|which)\s+)?(?:was\s+|were\s+)?(?:published|written|printed|posted|dated)\s+)"
_REPORTS = r"(?:report|write|publish|cover|print)(?:s|ed|ing)?|wrote|written"
_SAYS = r"(?:say|claim|mention|note|state|describe)(?:s|d|ed|ing)?|said|tell|told"
_END = (
    r"(?=\s*(?:[,;:?.!)]|$)|\s+(?:about|on|what|who|how|when|where|why|which|did|does|do|has|had|was|were|is|are|since|"
    r"before|after|during|between|in\s+(?:\d|the\s+(?:last|past)|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|"
    r"published|last|this)\b)"
)
_TIME = (
    rf"(?:(?P<pair>between|from)\s+(?P<one>{PERIOD})\s+(?:and|to|until|till|through)\s+(?P<other>{PERIOD})"
    rf"|(?P<how>in|during|on|from|since|after|before|until|till|up\s+to|within|over)\s+(?P<period>{PERIOD})"
    rf"(?P<on>\s+on(?:wards?)?\b)?|(?P<bare>yesterday|today|(?:last|this)\s+(?:week|month|year))\b(?![’']))"
)
_WHEN = re.compile(rf"\b{_TIME}", re.IGNORECASE)
_DATED = re.compile(
    rf"(?:(?P<place>\b(?:in|from|among)\s+)?\b(?:(?:the|any|all)\s+)?(?P<noun>{_NOUN}|documents?|sources|papers?|news)\s+"
    rf"{_PUBLISHED}?|\b(?P<was>was|were|is|been)\s+(?:reported|published|written)\s+){_TIME}",
    re.IGNORECASE,
)
_NAMED = 3
"""Documents that are named one by one."""
_COMPARED = re.compile(r"\b(?:difference|gap|change|comparison|growth|rise|fall|shift)s?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Read:
    """A question without the words that only say where to look, and what those words say."""

    question: str
    filters: tuple[Filter, ...] = ()


def read(
    question: str,
    outlets: Callable[[], Sequence[str]],
    is_quoted: Callable[[str], bool],
    today: date,
) -> Read:
    """Take what plainly says where to look out of a question that stands alone.

    outlets: those of the library, asked for only where the question may name one; is_quoted: whether somebody of a name
    is quoted in it, who may then be meant instead; today: by which "last week" is meant. Days limit what was published
    where the question speaks of articles, else what was said where it asks who said what; never a question of fact: the
    revenue of 2024 stands in an article of 2025.
    """
    question, published = _published(question, today)
    sent: tuple[Filter, ...] = ()
    if _TRIGGER.search(question):
        question, sent = _outlets(question, outlets(), is_quoted, today)
    said: tuple[Filter, ...] = ()
    if not published and understand(question).kind == "speech" and (match := _WHEN.search(question)):
        days = _days(match, today)
        if days and not _COMPARED.search(question[: match.start()]):
            said = (Filter(said_since=days[0], said_until=days[1]),)
            question = _tidy(question[: match.start()] + question[match.end() :])
    return Read(question, (*sent, *published, *said))


def _published(question: str, today: date) -> tuple[str, tuple[Filter, ...]]:
    """The question without the days that it limits articles to, and those days."""
    match = _DATED.search(question)
    days = _days(match, today) if match else None
    if not match or not days:
        return question, ()
    kept = f"{match['was']} said " if match["was"] else "" if match["place"] else f"{match['noun']} "
    left = _tidy(question[: match.start()] + kept + question[match.end() :])
    return left, (Filter(since=days[0], until=days[1]),)


def _days(match: re.Match[str], today: date) -> tuple[date | None, date | None] | None:
    """What a match of _TIME limits days to, half-open; None where it is no time that has come."""
    first = days_of(match["one"] or match["period"] or match["bare"], today)
    last = days_of(match["other"], today) if match["other"] else first
    if first is None or last is None or max(first[0], last[0]) > today:
        return None
    how = "in" if match["pair"] or match["bare"] else "since" if match["on"] else " ".join(match["how"].lower().split())
    if how in ("until", "till", "up to"):
        return None, last[1]
    if how in ("since", "after", "before"):
        return {"since": (first[0], None), "after": (first[1], None), "before": (None, first[0])}[how]
    return min(first[0], last[0]), max(first[1], last[1])


def _outlets(
    question: str, known: Sequence[str], is_quoted: Callable[[str], bool], today: date
) -> tuple[str, tuple[Filter, ...]]:
    """The question without the words that send its reader to some outlets, and those outlets."""
    by_name, in_part, several, find = _names(tuple(known))
    if not by_name or not find.search(question):
        return question, ()
    for pattern, put, surely in _sendings(several):
        for match in re.finditer(pattern, question, re.IGNORECASE):
            named = [" ".join(found.split()) for found in find.findall(match["outlets"])]
            whole = all(found.casefold() in by_name for found in named)
            if not whole and (
                put or not all(found.casefold() in in_part or found.casefold() in by_name for found in named)
            ):
                continue
            if not all(_as_a_name(found, question) for found in named):
                continue
            if not (whole and surely(match)) and any(map(is_quoted, named)):
                continue
            timed = match.groupdict().get("period") or match.groupdict().get("bare") or match.groupdict().get("pair")
            days = _days(match, today) if timed else None
            if timed and not days:
                continue
            sources = tuple(dict.fromkeys((by_name | in_part)[found.casefold()] for found in named))
            since, until = days or (None, None)
            left = _tidy(question[: match.start()] + match.expand(put) + question[match.end() :])
            return left, (Filter(sources=sources, since=since, until=until),)
    return question, ()


@lru_cache(maxsize=4)
def _names(known: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str], str, re.Pattern[str]]:
    """Outlets by what they may be called, and by a part of it; a pattern for several of them, and one to find each."""
    by_name = {name.casefold(): outlet for outlet in known for name in _called(outlet)}
    in_part = _in_part(known)
    names = sorted(by_name | in_part, key=len, reverse=True)
    name = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in names)
    one = rf"(?:the\s+)?(?:{name})(?:\.com)?(?!\w)"
    several = rf"(?P<outlets>{one}(?:(?:\s*,\s*(?:and\s+)?|\s+(?:and|or)\s+){one})*)"
    return by_name, in_part, several, re.compile(rf"(?<!\w)(?:{name})(?!\w)", re.IGNORECASE)


def _sendings(several: str) -> Iterator[tuple[str, str, Callable[[re.Match[str]], bool]]]:
    """Patterns of words that send to outlets, what stands in their place, and whether an outlet alone can be meant."""
    yield (
        rf"[,;]?\s*\b(?:according\s+to|as\s+(?:reported|told)\s+by)\s+{several}"
        rf"(?:(?:[’']s)?\s+{_NOUN}(?!\w))?{_END},?",
        "",
        lambda match: True,
    )
    yield (
        rf"\b(?P<asks>what|which|how)\s+(?:does|did|do|has|have)\s+{several}(?:(?:[’']s)?\s+(?P<noun>{_NOUN}))?\s+"
        rf"(?:ever\s+|also\s+)?(?:(?P<reports>{_REPORTS})|{_SAYS})(?!\w)(?:\s+{_TIME})?"
        r"(?:\s+(?:about|on|of|regarding|concerning|that|as)(?!\w))?(?=\s+\w)",
        "What about",
        lambda match: bool(match["reports"] or match["noun"]),
    )
    yield (
        rf"\b(?P<did>(?:was|were|is|been)\s+)(?:{_REPORTS}|said)\s+(?:in|by)\s+{several}(?!\w)",
        r"\g<did>said",
        lambda match: " by " not in match.group().lower(),
    )
    yield (
        rf"[,;]?\s*\b(?:in|from|by|per)\s+(?:an?\s+)?{several}(?:[’']s)?\s+(?P<noun>{_NOUN})(?!\w)",
        "",
        lambda match: "’" not in match.group() and "'" not in match.group(),
    )


def _called(outlet: str) -> Iterator[str]:
    """How an outlet may be called: "The Coast Post" also "Coast Post", "coast.com" also "coast"."""
    for name in (outlet, _bare(outlet)):
        if len(name) > 2:
            yield " ".join(name.split())


def _in_part(known: Sequence[str]) -> dict[str, str]:
    """The first and the last word of an outlet's name, where they are no other's: "Times" of The New York Times."""
    ends = [
        (word.casefold(), outlet) for outlet in known for word in {*_bare(outlet).split()[:1], *outlet.split()[-1:]}
    ]
    count = Counter(word for word, _ in ends)
    return {word: outlet for word, outlet in ends if count[word] == 1 and len(word) > 3}


def _bare(outlet: str) -> str:
    return re.sub(r"^the\s+|\.(?:com|org|net)$", "", outlet, flags=re.IGNORECASE)


def _as_a_name(found: str, question: str) -> bool:
    """Whether words are written as a name: "according to the information" does not mean The Information."""
    return not found.islower() or question.islower()


def _tidy(question: str) -> str:
    """A question that lost some words, with the spaces, commas and capital that it should have."""
    question = re.sub(r"\s+([?,.;!])", r"\1", " ".join(question.split())).lstrip(" ,;")
    question = re.sub(r"[,;]+(?=[?.!]|$)", "", question)
    return question[:1].upper() + question[1:]


def described(filters: Iterable[Filter], title: Callable[[str], str] = str) -> str:
    """What filters let through, in words: "from Fortune, published since 1 January 2025"; "" where that is all.

    title: what a document is called, by its id.
    """
    return ", ".join(part for where in filters for part in _described(where, title))


def _described(where: Filter, title: Callable[[str], str]) -> Iterator[str]:
    if 0 < len(where.documents) <= _NAMED:
        yield "in " + " or ".join(f"“{title(id)}”" for id in where.documents)
    elif where.documents:
        yield f"in {len(where.documents)} chosen documents"
    for before, names in (
        ("from ", where.sources),
        ("by ", where.authors),
        ("tagged ", where.tags),
        ("quoting ", where.speakers),
    ):
        if names:
            yield before + " or ".join(names)
    for what, since, until in (("published", where.since, where.until), ("said", where.said_since, where.said_until)):
        if since or until:
            yield f"{what} {_between(since, until)}"


def _between(since: date | None, until: date | None) -> str:
    if since and until:
        last = until - timedelta(days=1)
        if (since.month, since.day, until.month, until.day) == (1, 1, 1, 1) and until.year == since.year + 1:
            return f"in {since.year}"
        if since.day == 1 and until == date(since.year + since.month // 12, since.month % 12 + 1, 1):
            return f"in {since:%B %Y}"
        return f"on {_day(since)}" if last == since else f"from {_day(since)} to {_day(last)}"
    if since:
        return f"since {_day(since)}"
    assert until, "one of the two is given"
    return f"before {_day(until)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
