"""A name where the source has "he" or "the company": the claim in the source's words, where these mean that name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from app.check.words import words
from retrieval.documents import Document, Passage, Span
from retrieval.sentences import split_sentences
from retrieval.speakers import same_speaker
from retrieval.speech_words import FEMALE, MALE, MONTHS, ROLE_HEADS, TITLES, WEEKDAYS

_WORD = r"[^\W\d_a-z][\w&.-]*"
_NAMES = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_ROLES = (
    r"CEO|chief executive|chairman|chairwoman|chair|president|minister|prime minister|mayor|governor|director|founder|"
    r"coach|manager|spokesman|spokeswoman|judge|professor|analyst|lawyer|author"
)
_BODIES = (
    r"company|firm|group|maker|lab|laboratory|start-?up|division|unit|business|bank|insurer|retailer|manufacturer|carmaker|"
    r"airline|agency|authority|council|committee|regulator|ministry|department|government|university|school|hospital|"
    r"union|party|club|team|charity|court|model|trial|project|bid|deal"
)
_PERSON = re.compile(rf"\b(?:[Hh]e|[Ss]he|[Tt]he (?:{_ROLES}))\b(?P<own>[’']s)?")
_BODY = re.compile(rf"\b(?:[Ii]t|[Tt]he (?:{_BODIES}))\b(?P<own>[’']s)?|\b(?P<its>[Ii]ts)\b")
_BEFORE = 500
"""Characters before a sentence in which the name is looked for."""
_NO_NAMES = frozenset((*WEEKDAYS, *MONTHS, "wall street", *"ai eps gpu gpus gdp ipo q1 q2 q3 q4 u.s us uk eu".split()))
"""Capitalised words that neither a person nor a company is called."""
_OF_PEOPLE = MALE | FEMALE | TITLES.keys()


def as_its_source(claim: str, passage: Passage, window: Span, speakers: frozenset[str]) -> Iterator[str]:
    """The claim with the only name that the window lacks put as the window puts it, in each way that may mean the name.

    "He" and "the CEO" are one of the speakers, whom the ledger hears in the window; "it" and "the company" are the name
    that the sentence before is about.
    """
    source = passage.document.text[window[0] : window[1]]
    name, own = _missing(claim, source)
    if not name:
        return
    person = any(same_speaker(name, speaker) for speaker in speakers)
    for found in (_PERSON if person else _BODY).finditer(source):
        groups = found.groupdict()
        owned = bool(groups["own"] or groups.get("its"))
        if owned is bool(own) and (person or meant(passage.document, window[0] + found.start(), person=False) == name):
            yield _put(claim, name + own, found.group())


def _missing(claim: str, source: str) -> tuple[str, str]:
    """The one name of a claim that its source lacks, and the "’s" behind it; twice "" for none, or several."""
    found = {m.group().rstrip(".") for m in _NAMES.finditer(claim)}
    lacking = [n for n in found if not all(re.search(rf"\b{re.escape(w)}\b", source, re.IGNORECASE) for w in n.split())]
    if len(lacking) != 1:
        return "", ""
    own = re.search(rf"{re.escape(lacking[0])}([’']s)\b", claim)
    return lacking[0], own[1] if own else ""


def _put(claim: str, name: str, words_of_source: str) -> str:
    at = claim.index(name)
    first = words_of_source[:1].upper() if at == 0 else words_of_source[:1].lower()
    return claim[:at] + first + words_of_source[1:] + claim[at + len(name) :]


@lru_cache(maxsize=1024)
def meant(document: Document, at: int, *, person: bool) -> str:
    """The one name that "he" or else "it" may stand for at a place; "" where there is none, or more than one may be.

    That is the only person, or else the only other name, in the last sentence before that has any, or of several others
    the first, if the title has it too. What may be a person's name or another counts as either.
    """
    text = document.text[max(at - _BEFORE, 0) : at]
    for start, end in reversed(split_sentences(text)):
        found = [n for n in _names(text[start:end], document) if _is_person(n, document) in (person, None)]
        if found:
            alone = len({n.split()[-1] for n in found}) == 1
            return max(found, key=len) if alone else found[0] if not person and found[0] in document.title else ""
    return ""


def _names(sentence: str, document: Document) -> list[str]:
    """The names in a sentence; its first word only where it is written so elsewhere too."""
    found = []
    for match in _NAMES.finditer(sentence):
        opens = not sentence[: match.start()].strip(' “"')
        run = match.group().split()
        if opens and len(run) > 1 and not words(run[0])[0].content:
            run, opens = run[1:], False
        for name in _apart(run):
            alone = " " not in name
            if name.lower() in _NO_NAMES or (alone and not words(name)[0].content):
                continue
            if opens and alone and name == run[0] and not _stands_inside(name, document):
                continue
            found.append(name)
    return found


def _apart(run: Sequence[str]) -> Iterator[str]:
    """The names in a run of capitalised words: what stands before, between and behind words for what somebody is."""
    for role, some in groupby(run, lambda word: word.lower() in ROLE_HEADS):
        if not role:
            yield " ".join(some).rstrip(".")


@lru_cache(maxsize=256)
def _stands_inside(name: str, document: Document) -> bool:
    return re.search(rf"[\w,] {re.escape(name)}\b", f"{document.title}\n{document.text}") is not None


@lru_cache(maxsize=1024)
def _is_person(name: str, document: Document) -> bool | None:
    """Whether this is somebody's name, by first names and titles; None for what nothing speaks for or against."""
    first, *rest = name.split()
    before = [m[1].lower() for m in re.finditer(rf"(\w+)\.? {re.escape(name)}\b", document.text)]
    if first.lower().rstrip(".") in _OF_PEOPLE or any(word in _OF_PEOPLE for word in before):
        return True
    return None if len(rest) == 1 else False
