"""A name where the source has "he" or "the company": the claim in the source's words, where these mean that name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from app.check.antecedents import GENDERS, NAME, agrees, capitalised, is_person, meant, names
from app.check.attribution import quoted_spans
from app.check.words import words
from retrieval.documents import Document, Passage, Span
from retrieval.speakers import same_speaker
from retrieval.speech_words import ROLE_HEADS, TITLES

_ROLES = (
    r"CEO|chief executive|chairman|chairwoman|chair|president|minister|prime minister|mayor|governor|director|founder|"
    r"coach|manager|spokesman|spokeswoman|judge|professor|analyst|lawyer|author"
)
_BODIES = (
    r"company|firm|group|maker|lab|laboratory|start-?up|division|unit|business|bank|insurer|retailer|manufacturer|carmaker|"
    r"airline|agency|authority|council|committee|regulator|ministry|department|government|university|school|hospital|"
    r"union|party|club|team|charity|court|model|trial|project|bid|deal"
)
_PERSON = re.compile(rf"\b(?:[Hh]e|[Ss]he|[Tt]he (?P<role>{_ROLES}))\b(?P<own>[’']s)?|\b(?P<his>[Hh]is|[Hh]er)\b")
_BODY = re.compile(rf"\b(?:[Ii]t|[Tt]he (?P<kind>{_BODIES}))\b(?P<own>[’']s)?|\b(?P<its>[Ii]ts)\b")
_ANY_BODY = frozenset("company firm group maker business lab laboratory startup start-up unit manufacturer".split())
_DEFINITE = re.compile(r"\b(?:[Tt]he|[Tt]his|[Tt]hat) (?P<head>[a-z]{4,})\b")
_SMALL = frozenset("he she it his her its the this that".split())
_MOST = 3
"""Names that a claim may have and its source lack."""
_PLACES = 12
"""Places of a sentence where a name may be meant that are tried."""
_LESSER = r"(?:former|deputy|vice|acting|assistant|interim|late)"


def as_its_source(claim: str, passage: Passage, window: Span, speakers: frozenset[str]) -> Iterator[str]:
    """The claim with names that the window lacks put as the window puts them, in each way that may mean these names.

    A surname is the only one's who has it; "he" and "the CEO" are one of the speakers, whom the ledger hears in the
    window, or who alone may be meant by what comes before; "it" and "the company" are the name that the sentence before
    is about; "the bridge" is the one that the document calls so by name.
    """
    document = passage.document
    source = document.text[window[0] : window[1]]
    missing = _missing(claim, source)
    if len(missing) > _MOST:
        return
    forms = [claim]
    for name, own in missing:
        put = (put for form in forms for put in _otherwise(form, name, own, document, window, speakers))
        forms = list(islice(dict.fromkeys(put), _PLACES)) or forms
    yield from (form for form in dict.fromkeys(forms) if form != claim)


def _otherwise(
    claim: str, name: str, own: str, document: Document, window: Span, speakers: frozenset[str]
) -> Iterator[str]:
    """The claim with each word of the window in the place of a name (own: the "’s" behind it) that may mean it."""
    source = document.text[window[0] : window[1]]
    surname = name.split()[-1]
    if " " in name and re.search(rf"\b{re.escape(surname)}\b", source) and _alone(name, document):
        yield _put(claim, name, surname)
    told = any(same_speaker(name, speaker) for speaker in speakers)
    spoken = quoted_spans(source)
    for found in islice(_PERSON.finditer(source), _PLACES):
        if any(start < found.start() < end for start, end in spoken):
            continue
        groups = found.groupdict()
        owned = bool(groups["own"] or groups["his"])
        gender = GENDERS.get(found.group().lower(), "")
        who = name if told else meant(document, window[0] + found.start(), person=True, gender=gender)
        fits = (told or groups["role"] is None or _is_a(name, groups["role"], document)) and agrees(name, gender)
        if owned is bool(own) and fits and (who == name or (_alone(name, document) and who == surname)):
            yield _put(claim, name + own, found.group())
    for found in () if told else islice(_BODY.finditer(source), _PLACES):
        groups = found.groupdict()
        owned = bool(groups["own"] or groups["its"])
        fits = groups["kind"] in (None, *_ANY_BODY) or _is_a(name, groups["kind"], document)
        if owned is bool(own) and fits and meant(document, window[0] + found.start(), person=False) == name:
            yield _put(claim, name + own, found.group())
    for found in islice(_DEFINITE.finditer(source), _PLACES):
        if _is_called(name, found["head"], document):
            called = re.compile(rf"\b(?:[Tt]he )?{re.escape(name)} {found['head']}\b").search(claim)
            yield _put(claim, called.group() if called else name, found.group())
    if _is_topic(name, document) and meant(document, window[0], person=False) == name:
        about = re.compile(rf"(?<=\w) (?:of|for|in|at|on) (?:the )?{re.escape(name)}(?=[ ,.;])(?!’s)")
        yield from (claim[: m.start()] + claim[m.end() :] for m in about.finditer(claim))


def _missing(claim: str, source: str) -> list[tuple[str, str]]:
    """The names that a claim has more often than its source, each with the "’s" behind the last one."""
    lacking = [
        name for name in capitalised(claim) if any(_count(word, claim) > _count(word, source) for word in name.split())
    ]
    owned = [re.search(rf".*{re.escape(name)}([’']s)?\b", claim) for name in lacking]
    return [(name, (own and own[1]) or "") for name, own in zip(lacking, owned, strict=True)]


def _count(word: str, text: str) -> int:
    return len(re.findall(rf"\b{re.escape(word)}\b", text, re.IGNORECASE))


@lru_cache(maxsize=256)
def _is_topic(name: str, document: Document) -> bool:
    """Whether this is the only name in a document's title that is no person's."""
    named = {one for one in names(document.title, document) if is_person(one, document) is not True}
    return named == {name}


@lru_cache(maxsize=1024)
def _alone(name: str, document: Document) -> bool:
    """Whether a document has this full name, and its surname behind no other name."""
    *given, surname = name.split()
    before = re.findall(rf"(?<![\w&.-])({NAME}) {re.escape(surname)}\b", document.text)
    before = [word for word in before if len(word) < 3 or not word.endswith(".")]
    others = {word for word in before if word.lower().rstrip(".") not in (*TITLES, *ROLE_HEADS)}
    return bool(given) and name in document.text and others == {given[-1]}


@lru_cache(maxsize=1024)
def _is_a(name: str, kind: str, document: Document) -> bool:
    """Whether a name has this word in it, or a document puts it beside the name: "insurer Vell", "Vell, an insurer"."""
    text = f"{document.title}\n{document.text}"
    called, some = re.escape(name), r"(?:(?:an?|the|its|their) )?(?:[\w-]{1,30} ){0,2}"
    beside = rf"\b(?:\w{{1,20}} )?{kind} {called}\b|\b{called}, {some}{kind}\b"
    places = [m.group().removeprefix(name) for m in re.finditer(beside, text, re.IGNORECASE)]
    lesser = any(re.search(rf"\b{_LESSER}\b", place, re.IGNORECASE) for place in places)
    return kind in name.lower().split() or (bool(places) and not lesser)


@lru_cache(maxsize=1024)
def _is_called(name: str, head: str, document: Document) -> bool:
    """Whether a document puts this noun right beside the name, and beside no other: the Kellan footbridge."""
    if head.endswith("s"):
        return False
    run = rf"({NAME}(?: {NAME}){{0,3}})".replace(".", "")
    beside = re.findall(rf"(?<![\w&.-]){run} {head}\b|\b{head} {run}", document.text)
    named = {one or other for one, other in beside}
    return {one for one in named if words(one)[0].content} == {name}


def _put(claim: str, name: str, words_of_source: str) -> str:
    """The claim with these words for the last mention of the name; as it is where the name is gone."""
    at = claim.rfind(name)
    if at < 0:
        return claim
    first = words_of_source[:1]
    if words_of_source.split()[0].lower() in _SMALL:
        first = first.upper() if at == 0 else first.lower()
    return claim[:at] + first + words_of_source[1:] + claim[at + len(name) :]
