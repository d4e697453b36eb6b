"""The figures of a sentence as what they are: of which measure, whose, for which period, expected or come true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.check.antecedents import meant
from app.check.quantities import Quantity, is_withdrawn, quantities
from app.check.words import bag, collapse, fold, is_content, stem, words
from app.compare import measures
from app.questions.thesaurus import related
from retrieval.documents import Document, Span

_BREAK = re.compile(r"[;:—]|,\s|\s[-–]\s|\s\(|\)")
_STOP = re.compile(r";|\.\s")
_LEADING = re.compile(
    r"(?:about|around|approximately|roughly|nearly|almost|some|close to|more than|over|at least|up to|as much as|"
    r"less than|fewer than|under|below|above|between|an estimated)\s+$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|after|every|each)\s+(?:an?\s+)?$", re.IGNORECASE)
_OWNER = re.compile(
    r"\b(?:owner|parent|maker|publisher|operator|developer)s?(?: company)? of (?:the )?"
    r"[A-Z][\w’'-]*(?:(?:,? and |, | )(?:the )?[A-Z][\w’'-]*)*"
)
"""Whoever owns or makes what is named there is somebody else: "the owner of Facebook, Instagram and WhatsApp"."""
_BODY = re.compile(r"\b(?:[Tt]he (?:company|firm|group|maker|bank|business|giant)|[Ii]ts?)\b")
_PER = re.compile(r"\s*(?:per|an?|each|every)\s+([a-z]+)")
_JOINED = re.compile(r"\b(?:and|but|while)\b")
_COUNTED = re.compile(r"\s*((?:[^\W\d_][\w-]*\s*){1,4})")
_AND = re.compile(r"\W*and\s+(?:[\w'-]+\s+){0,4}\W*$")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SMALL = frozenset("abcdefghijklmnopqrstuvwxyz,")
_COMMA = 5
"""A measure beyond a comma is as far off as so many words more; "and" counts as such."""
_BESIDE = 4
NO_NAMES = frozenset(
    map(
        stem,
        """january february march april may june july august september october november december monday tuesday
        wednesday thursday friday saturday sunday wall street eps gpu gpus ai ceo cfo coo us u.s. yoy q1 q2 q3 q4 capex
        chief executive president shares analysts losses meanwhile however despite earlier overall total according
        figures officials police investors market markets""".split(),
    )
)


@dataclass(frozen=True)
class Figure:
    """A figure with what tells what it is of; span is the sentence it stands in, in document offsets.

    text: that sentence, folded; before, after: what stands there beside the figure, up to the figures next to it;
    measure: see app.compare.measures, or None; expected: by others. All else is read off these when it is asked for.
    """

    document: Document
    span: Span
    quantity: Quantity
    text: str
    before: str
    after: str
    measure: str | None
    expected: bool

    @cached_property
    def _lead(self) -> re.Match[str] | None:
        return _LEADING.search(self.text[: self.quantity.start])

    @property
    def written(self) -> str:
        """The figure as the text has it, with the hedge ("about", "over") before it."""
        start = self._lead.start() if self._lead else self.quantity.start
        return collapse(self.document.text[self.span[0] + start : self.span[0] + self.quantity.end])

    @property
    def hedge(self) -> str:
        """The hedge before it, or ""."""
        return self._lead.group().strip().lower() if self._lead else ""

    @cached_property
    def told(self) -> frozenset[str]:
        """Whose its sentence says that it is, by name or as "the company", as stems."""
        return _told(self.document, self.span, self.before, self.after, self.text[: self.quantity.start])

    @cached_property
    def names(self) -> frozenset[str]:
        """Whose it may be, as stems: as its sentence tells, else as what stands before it does."""
        return self.told or _named_before(self.document, self.span)

    @property
    def around(self) -> frozenset[str]:
        """The stems of the sentence's words that carry meaning."""
        return _around(self.text)

    @cached_property
    def counted(self) -> frozenset[str]:
        """The stems of the words right after it."""
        return _counted(self.after)

    @cached_property
    def per(self) -> str:
        """What it is a rate of, or ""."""
        per = _PER.match(self.after)
        return per[1] if per and self.measure != "earnings per share" else ""

    @cached_property
    def _clause(self) -> str:
        """What stands around it up to the next break, itself left out."""
        return f"{_BREAK.split(self.before)[-1]} {_BREAK.split(self.after)[0]}"

    @cached_property
    def qualifiers(self) -> frozenset[str]:
        """The words that tell it from another of its measure: net, daily."""
        return measures.qualifiers(self._clause)

    @cached_property
    def quarters(self) -> frozenset[str]:
        """The quarters that its clause names, else its sentence."""
        return measures.quarters(self._clause) or measures.quarters(self.text)

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that its clause names, else the only one of its sentence."""
        named = measures.years(self._clause, self.document.published)
        return named or _only_year(self.document, self.text, self._clause)

    @cached_property
    def days(self) -> frozenset[str]:
        """The days of the week that its sentence names."""
        return measures.weekdays(self.text)

    @cached_property
    def planned(self) -> bool:
        """Whether it is still to come."""
        return measures.is_planned(self.before)

    @cached_property
    def past(self) -> bool:
        """Whether it is of an earlier time than the rest."""
        return measures.is_past(self._clause)

    @cached_property
    def total(self) -> bool:
        """Whether it is over more than one period or owner."""
        near = f"{self.before} {_BREAK.split(self.after)[0]}"
        return measures.is_cumulative(near) or measures.is_joint(self.text[: self.quantity.start])

    @cached_property
    def direction(self) -> str:
        """A "fall", a "rise" or ""."""
        return measures.direction(self._clause)


@lru_cache(maxsize=2048)
def figures(document: Document, span: Span) -> tuple[Figure, ...]:
    """Read the figures of one sentence of a document, in order.

    Left out are years, numbers that belong to a name, figures that the text takes back ("misstated as 20%") and those
    that a change starts from ("up from $39 billion").
    """
    text = fold(document.text[span[0] : span[1]])
    every = [q for q in quantities(text) if q.unit not in ("year", "label")]
    if not every:
        return ()
    known = measures.measures(document.text[span[0] : span[1]])
    priced = any(q.unit not in ("", "%") for q in every)
    found: list[Figure] = []
    last: str | None = None
    of_unit: dict[str, str | None] = {}
    foreseen = False
    for n, q in enumerate(every):
        start = every[n - 1].end if n else 0
        end = every[n + 1].start if n + 1 < len(every) else len(text)
        before, after = _STOP.split(text[start : q.start])[-1], text[q.end : end]
        measure = _measure(text, q, start, end, known) or _moves(document, before, q)
        if measure is None and n:
            measure = of_unit.get(q.unit) or (last if len(before.split()) <= _BESIDE else None)
        if q.unit == "" and measure not in measures.COUNTS and (q.scale == 1 or priced):
            measure = None
        last = of_unit[q.unit] = measure
        foreseen = measures.is_expected(before, after) or bool(n and _AND.match(before) and foreseen)
        if not _FROM.search(before) and not is_withdrawn(text, q):
            found.append(Figure(document, span, q, text, before, after, measure, foreseen))
    return tuple(found)


@lru_cache(maxsize=256)
def _around(text: str) -> frozenset[str]:
    return frozenset(w.stem for w in words(text) if w.content and not w.text[0].isdigit())


def _measure(text: str, q: Quantity, start: int, end: int, known: Sequence[tuple[str, int, int]]) -> str | None:
    """The measure named nearest to a figure between its neighbours; a comma in between counts as some words."""
    rated = []
    for name, s, e in known:
        if start <= s and e <= end:
            between = text[e : q.start] if e <= q.start else text[q.end : s]
            breaks = len(_BREAK.findall(between)) + len(_JOINED.findall(between))
            rated.append((len(between.split()) + _COMMA * breaks, name != "earnings per share", name))
    return min(rated)[2] if rated else None


def _moves(document: Document, before: str, q: Quantity) -> str | None:
    """The measure of "Nvidia closed 17% lower": where a name itself moves by so many per cent, its shares do."""
    if q.unit != "%":
        return None
    found = words(before)[-3:]
    named = any(w.capital and _is_name(document, w.text, inside=n > 0) for n, w in enumerate(found))
    return "shares" if named and (measures.direction(before) or "closed" in before) else None


def _only_year(document: Document, text: str, clause: str) -> frozenset[int]:
    """The year that a sentence names, where it names only one and neither looks back nor speaks of "this year"."""
    named = measures.years(text, None)
    past = document.published is not None and any(year < document.published.year for year in named)
    return frozenset() if len(named) != 1 or past or re.search(r"\byear\b", clause) else named


def _counted(after: str) -> frozenset[str]:
    m = _COUNTED.match(after)
    return frozenset(stem(w) for w in m[1].split() if is_content(w)) if m else frozenset()


def _told(document: Document, span: Span, before: str, after: str, whole: str) -> frozenset[str]:
    """Whose figure it is: the names in its clause, or in its sentence, or whom "the company" means there."""
    for text in (before, whole):
        if found := _names_in(document, _OWNER.sub("", text)):
            return found
        if found := whom(document, (span[0] + len(whole) - len(text), span[0] + len(whole))):
            return found
    return _names_in(document, _OWNER.sub("", _BREAK.split(after)[0]))


def whom(document: Document, span: Span) -> frozenset[str]:
    """The stems of the name that the first "it" or "the company" there stands for; none where it may be another."""
    body = _BODY.search(document.text, *span)
    if not body:
        return frozenset()
    name = bag(meant(document, body.start(), person=False))
    before = document.text[max(body.start() - 600, 0) : body.start()]
    opens = [_names_in(document, s) & {words(s)[0].stem} for s in _SENTENCE.split(before) if words(s)]
    return name if not opens or not opens[-1] or opens[-1] & name else frozenset()


def _named_before(document: Document, span: Span) -> frozenset[str]:
    """The names in the sentence before, else those last named, else those of the title."""
    earlier = document.text[max(span[0] - 600, 0) : span[0]]
    title = _names_in(document, document.title)
    for sentence in reversed(_SENTENCE.split(earlier)):
        if found := _names_in(document, sentence):
            first = words(sentence)[0].stem
            return found if first in found and found.isdisjoint(title) else found | title
    return title


@lru_cache(maxsize=1024)
def _names_in(document: Document, text: str) -> frozenset[str]:
    found = words(text)
    return frozenset(
        w.stem
        for n, w in enumerate(found)
        if w.capital
        and w.content
        and _is_name(document, w.text, inside=bool(n) and not _opens(text, w.start))
        and (n or _is_subject(text[w.end :], w.text, document))
    )


def _is_subject(after: str, word: str, document: Document) -> bool:
    """Whether a sentence's first word is a name: a possessive, one of several, before a verb, or a name elsewhere."""
    follows = re.match(
        r"\s+(?:[A-Z]|(?:has|had|is|was|will|would|could|set|cut|said|\w+ed|\w+s)\b)|,\s(?:the|which|a|who)\b", after
    )
    return bool(follows) or word.endswith(("'s", "’s")) or _stands_inside(word, document.text)


def _stands_inside(word: str, text: str) -> bool:
    """Whether a word stands somewhere behind a small letter or a comma; found faster than by a pattern of its own."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        whole = not (text[end : end + 1].isalnum() or text.startswith("_", end))
        if whole and at > 1 and text[at - 1].isspace() and text[at - 2] in _SMALL:
            return True
        at = text.find(word, at + 1)
    return False


def _opens(text: str, at: int) -> bool:
    """Whether a sentence begins there: the text does, or a line, or what stands behind a stop and a blank."""
    before = text[:at]
    if not before or before.endswith("\n"):
        return True
    blank = before[:-1] if before.endswith(('"', "“")) else before
    told = blank.rstrip()
    return len(told) < len(blank) and told.endswith((".", "!", "?", ":"))


def _is_name(document: Document, word: str, *, inside: bool) -> bool:
    """Whether a capitalised word is a name; at a sentence's start only if it is never written otherwise."""
    if stem(word) in NO_NAMES or (not inside and related(stem(word))):
        return False
    return inside or not _stands_alone(word.lower().removesuffix("'s").removesuffix("’s"), document.text)


def _stands_alone(word: str, text: str) -> bool:
    """Whether a word stands in a text with no letter on either side."""
    at = text.find(word) if _LETTERS.fullmatch(word) else -1
    while at >= 0:
        if not (_LETTERS.match(text, at + len(word)) or (at and _LETTERS.match(text, at - 1))):
            return True
        at = text.find(word, at + 1)
    return False
