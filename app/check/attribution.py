"""Who is said to say what: the attribution that a claim opens or ends with, its quotations, and the ledger’s word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from app.check.clause_words import VENUES
from app.check.words import collapse, find_all_folded, find_folded, fold, is_content, stem
from retrieval.documents import Document, Passage, Span
from retrieval.speakers import same_speaker
from retrieval.speech_marks import marked_stretches, paragraphs
from retrieval.speech_words import FEMALE, MALE, PREPOSITIONS, TITLES, WEEKDAYS

SpeakerOf = Callable[[Passage, Span], str | None]
"""Who says the words at a span of the passage's document, or None when nobody is quoted there."""

_SAID = (
    r"(?:says|said|tells|told|notes|noted|adds|added|explains|explained|writes|wrote|states|stated|remarked|commented"
    r"|argues|argued|emphasi[sz]e[sd]|stresse[sd]|replied|reports|reported)"
)
_NAMED = r"(?P<who>(?:[^\s,;:“”\"]+\s+){0,6}?[^\s,;:“”\"]+(?:,[^,“”\"]{3,60},)?)"
_TO = r"(?P<extra>(?:\s+(?!that\b)[^\s,;:“”\"]+){0,9}?)"
_LEADING = re.compile(
    rf"^(?:According to\s+(?P<source>[^,“”\"]+(?:,[^,“”\"]{{3,60}}(?=,))?),\s*(?:that\s+)?"
    rf"|{_NAMED}\s+(?:has\s+|had\s+|also\s+|then\s+)*{_SAID}(?:{_TO}(?:\s*[,:](?!\d)\s*(?:that\s+)?|\s+that\s+)|\s+(?=[“\"]))"
    rf"|In\s+the\s+words\s+of\s+(?P<words>[^,:“”\"]+)[,:]\s*"
    rf"|(?P<colon>[A-Z][^\s:,“”\"]*(?:\s+[^\s:,“”\"]+){{0,5}}):\s+(?=[“\"]))",
    re.IGNORECASE,
)
_BARE = re.compile(rf"^{_NAMED}\s+(?:has\s+|had\s+|also\s+)*(?:says|said)\s+(?!that\b)", re.IGNORECASE)
_MEDIAL = re.compile(rf"^(?P<head>[^“”\"]{{3,90}}?),\s+{_NAMED}\s+{_SAID},\s+(?=\S)", re.IGNORECASE)
_TRAILING = re.compile(
    rf"(?:,\s*(?P<close>[”\"]?)\s*|(?P<stop>[.!?]?[”\"])\s*,?\s*[–—-]?\s*)"
    rf"(?:{_NAMED}\s+(?:has\s+|had\s+|also\s+)*{_SAID}(?P<extra>(?:\s+[^\s,;:“”\"]+){{0,9}})"
    rf"|{_SAID}\s+(?P<after>[^“”\"]+)"
    rf"|according\s+to\s+(?P<source>[^“”\"]+))[.]?$",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"^(?:the|this|these|one|another)?\s*(?:provided\s+|cited\s+|same\s+)?"
    r"(?:article|passage|source|text|document|report|excerpt)s?(?:\s*\(?\d+\)?)?$",
    re.IGNORECASE,
)
_BESIDE = 100
"""Characters around a name within which a role or a relative clause belongs to it."""
_CAPITALISED = re.compile(r"\b[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*)+")
_PRONOUNS = frozenset("he she they it i we who and".split())


@dataclass(frozen=True)
class Attributed:
    """A claim without its attribution: what it says, who it says says so, and the other words of the attribution.

    who is "" where only the document is named ("according to the article"); offset: where content begins in the claim.
    """

    content: str
    who: str
    extra: str
    offset: int


def attributions(claim: str) -> list[Attributed]:
    """The ways to read a claim as somebody's words: "X said that …", "According to X, …", "…, X said"."""
    found = []
    for pattern in (_LEADING, _BARE):
        m = pattern.match(claim)
        if m:
            groups = m.groupdict()
            who = next((groups[g] for g in ("who", "source", "words", "colon") if groups.get(g)), "")
            found.append(Attributed(claim[m.end() :], who.strip(), (groups.get("extra") or "").strip(), m.end()))
    m = _MEDIAL.match(claim)
    if m:
        found.append(Attributed(f"{m['head']}, {claim[m.end() :]}", m["who"].strip(), "", 0))
    m = _TRAILING.search(claim)
    if m:
        who = (m["who"] or m["after"] or m["source"] or "").strip(" .")
        close = m["close"] or m["stop"] or ""
        found.append(Attributed(claim[: m.start()] + close, who, (m["extra"] or "").strip(" ."), 0))
    return [a for a in found if re.search(r"[^\W_]", a.content)]


def speaker_problem(said: Attributed, speakers: set[str], passage: Passage, source: str) -> str | None:
    """Why the words are not this speaker's, or None. speakers: the ledger's, for the words used."""
    document = passage.document
    if _PAPER.match(said.who) or _is_outlet(said.who, document):
        if speakers:
            return f"its source gives this as {_listed(speakers)}’s words, the sentence as its own"
        return _extra_problem(said.extra, source)
    if not speakers:
        return f"its source does not give these words as {said.who}’s"
    head = re.split(r",| of (?=[A-Z])", said.who)[0]
    if set(head.lower().split()) & _PRONOUNS:
        return f"the words are {_listed(speakers)}’s, and the sentence does not say so"
    if head == said.who and all(_stands_for(head, s, source) for s in speakers):
        return _extra_problem(said.extra, source)
    if len(speakers) > 1 or not all(same_speaker(head, s) for s in speakers):
        return f"the words are {_listed(speakers)}’s, not {head}’s"
    if any(may_be_another(head, s, document) for s in speakers):
        return f"its source may mean another {head.split()[-1]}"
    return _role_problem(said.who, speakers, document) or _extra_problem(said.extra, source)


def may_be_another(name: str, surname: str, document: Document) -> bool:
    """Whether a full name is put for a surname, alone, that the document gives somebody else too."""
    *_, given, last = ["", *name.split()]
    alone = " " not in surname and last == surname and given
    return bool(alone and first_names(surname, document) - {given.lower()})


def first_names(surname: str, document: Document) -> set[str]:
    """The first names, in lower case, that stand before a surname in a document."""
    before = re.findall(rf"\b([^\W\d_][\w.'’-]*) {re.escape(surname)}\b", document.text)
    return {name.lower() for name in before} & (MALE | FEMALE)


def _stands_for(called: str, speaker: str, source: str) -> bool:
    """Whether a sentence puts the speaker's name right behind this: "the bureau's president, Walt Dunning,"."""
    name = re.escape(speaker.split()[0])
    return any(re.match(rf",?\s+{name}\b", source[end:]) for _, end in find_all_folded(called, source))


def _is_outlet(who: str, document: Document) -> bool:
    return find_folded(re.sub(r"^the\s+", "", who, flags=re.IGNORECASE), document.source or "") is not None


def _role_problem(who: str, speakers: set[str], document: Document) -> str | None:
    """What a claim calls a speaker besides the name ("Meta CEO", "who led the trial") stands beside the name."""
    name = {stem(w) for s in speakers for w in s.split()}
    head, *rest = re.split(r",| of (?=[A-Z])", who, maxsplit=1)
    tail = "".join(rest)
    role = re.sub(
        r"^(?:the|a|an|its|their)\s+", "", " ".join(w for w in head.split() if stem(w) not in name), flags=re.IGNORECASE
    )
    beside = [m.span() for s in speakers for m in re.finditer(re.escape(s.split()[-1]), document.text)]
    near = [fold(_about(document.text, start, end)) for start, end in beside]
    for called, ends in ((role, False), (tail.strip(" ,."), True)):
        after = [text[found[1] :] for text in near for found in find_all_folded(called, text)]
        if called and not any(re.match(r"\W*$|\s*[.,;:()\"–—-]", rest) or not ends for rest in after):
            return f"“{short(called)}” is not what its source calls {_listed(speakers)}"
    return None


def _about(text: str, start: int, end: int) -> str:
    """What stands beside a name, as far as to another person's full name with the titles before it."""
    before, after = text[max(start - _BESIDE, 0) : start], text[end : end + _BESIDE]
    first = max((stop for _, stop in _people(before)), default=0)
    last = min((begin for begin, _ in _people(after)), default=len(after))
    return before[first:] + text[start:end] + after[:last]


def _people(text: str) -> list[Span]:
    """Where people's names stand with first names or titles, Mayor Ann Doyle; not what a text breaks off in."""
    names = MALE | FEMALE | TITLES.keys()
    found = [m for m in _CAPITALISED.finditer(text) if text[m.end() :].strip()]
    return [m.span() for m in found if any(word.lower() in names for word in m.group().split()[:-1])]


def called_problem(called: str, speaker: str, document: Document) -> str | None:
    """Why a document does not call a speaker this besides the name ("Meta CEO", "President"), or None."""
    return _role_problem(f"{called} {speaker}", {speaker}, document)


def _extra_problem(extra: str, source: str) -> str | None:
    """Other words of an attribution ("told analysts on Wednesday") say when and to whom, and its sentence has them."""
    source = outside_quotes(source)
    if not extra or find_folded(extra, source):
        return None
    said = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", extra)
    if said[0].lower() not in (*PREPOSITIONS, *VENUES, *WEEKDAYS, "the"):
        return f"“{said[0]}” is not borne out by the sentence it cites"
    for word in said:
        if is_content(word) and not find_folded(re.sub(r"['’]s$", "", word), source):
            return f"“{word}” is not borne out by the sentence it cites"
    return None


def _listed(names: set[str]) -> str:
    return " and ".join(sorted(names))


@lru_cache(maxsize=256)
def quoted_spans(text: str) -> tuple[Span, ...]:
    """The stretches between quotation marks, marks included, in order."""
    return tuple((m.start, m.end) for m in marked_stretches(text, paragraphs(text)))


def unmatched_marks(claim: str) -> bool:
    """Whether a double quotation mark opens or closes nothing."""
    return re.search(r"[“”„«»\"]", outside_quotes(claim)) is not None or any(
        claim[b - 1].isalnum() or claim[b - 1] in ".,;:!?…" for _, b in quoted_spans(claim)
    )


def outside_quotes(claim: str) -> str:
    """A claim without what stands between quotation marks."""
    return " ".join(claim[a:b] for a, b in _between(quoted_spans(claim), len(claim)))


def _between(spans: tuple[Span, ...], end: int) -> list[Span]:
    edges = [0, *(e for span in spans for e in span), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


@dataclass(frozen=True)
class QuotedWords:
    """Words that a claim puts in quotation marks: their span in the claim, and in the document or None."""

    text: str
    claimed: Span
    found: Span | None


def quoted_words(claim: str, passage: Passage, window: Span) -> list[QuotedWords]:
    """Each quotation of a claim with the place in the window where the document quotes these very words."""
    document = passage.document
    marked = quoted_spans(document.text)
    found = []
    for start, end in quoted_spans(claim):
        inner = claim[start:end]
        bare = inner.strip(" \"'“”„«»‘’`,.;:!?…")
        if not bare:
            continue
        at = start + inner.index(bare)
        places = [(window[0] + a, window[0] + b) for a, b in find_all_folded(bare, document.text[slice(*window)])]
        inside = [p for p in places if any(s <= p[0] and p[1] <= e for s, e in marked)]
        found.append(QuotedWords(bare, (at, at + len(bare)), inside[0] if inside else None))
    return found


def quote_problem(quotes: list[QuotedWords], source: str) -> str | None:
    """Why a claim's quotation marks don't stand round words that its source quotes, or None."""
    for quote in quotes:
        if quote.found is None:
            bare = short(quote.text)
            if find_folded(quote.text, source):
                return f"“{bare}” are its source’s own words, not a quotation"
            return f"the words “{bare}” are not in the sentence it cites"
    return None


def short(text: str, limit: int = 60) -> str:
    """At most so many characters of a text, cut at a word."""
    text = collapse(fold(text))
    return text if len(text) <= limit else text[: text.rfind(" ", 0, limit)] + " …"


def names_speaker(claim: str, speaker: str) -> bool:
    """Whether a claim names a speaker outside its quotation marks."""
    outside = outside_quotes(claim)
    runs = re.findall(r"[^\W\d_a-z][\w.&’'-]*(?:\s+[^\W\d_a-z][\w.&’'-]*)*", outside)
    names = [name for run in runs for name in (run, *run.split()) if name.lower() not in (*TITLES, *WEEKDAYS)]
    return any(same_speaker(name, speaker) or stem(name) in map(stem, speaker.split()) for name in names)
