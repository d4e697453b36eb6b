"""Whom or what "he" and "the company" may stand for: the names in the sentences before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from app.check.alignment import tokens
from app.check.clause_words import has_verb
from app.check.words import words
from app.questions.periods import blanked, periods
from retrieval.documents import Document
from retrieval.sentences import split_sentences
from retrieval.speech_words import FEMALE, MALE, MONTHS, ROLE_HEADS, TITLES, WEEKDAYS

NAME = r"[^\W\d_a-z][\w&.-]{0,40}"
"""One word of a name, as a pattern."""
_NAMES = re.compile(rf"{NAME}(?:\s+{NAME})*")
_BEFORE = 500
"""Characters before a sentence in which the name is looked for."""
_NO_NAMES = frozenset((*WEEKDAYS, *MONTHS, "wall street", *"ai eps gpu gpus gdp ipo q1 q2 q3 q4 u.s us uk eu".split()))
"""Capitalised words that neither a person nor a company is called."""
GENDERS = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}
_OF_PEOPLE = MALE | FEMALE | TITLES.keys()


@lru_cache(maxsize=1024)
def meant(document: Document, at: int, *, person: bool, gender: str = "") -> str:
    """The one name that "he" or else "it" may stand for at a place; "" where there is none, or more than one may be.

    That is the only person, or else the only other name, in the last sentence before that has any, or of several others
    the first, if the title has it too. What may be a person's name or another counts as either. gender: "m" or "f"
    where the pronoun tells it.
    """
    text = document.text[max(at - _BEFORE, 0) : at]
    for start, end in reversed(split_sentences(text)):
        found = [n for n in names(text[start:end], document) if is_person(n, document) in (person, None)]
        found = [n for n in found if agrees(n, gender)]
        if person and any(_is_anothers(name, text[start:end]) for name in found):
            return ""
        if found:
            alone = len({n.split()[-1] for n in found}) == 1
            return max(found, key=len) if alone else found[0] if not person and found[0] in document.title else ""
        if person and _of_somebody(text[start:end]):
            return ""
    return ""


def _of_somebody(sentence: str) -> bool:
    """Whether a sentence may tell of a person without naming anybody, not of whom the one before it names."""
    whole = sentence.rstrip(' "”').endswith((".", "!", "?"))
    opens = re.match(r"\W*(?:he|she|his|her|they|it|i|we)\b", sentence, re.IGNORECASE)
    said = tokens(blanked(sentence, periods(sentence)))  # "In May" has no verb
    return (not opens and (whole or has_verb(said))) or any(t.lower in ROLE_HEADS for t in said)


def _is_anothers(name: str, sentence: str) -> bool:
    """Whether a name only says whose somebody is: "the deputy of Ivan Moss", "Moss’s deputy"."""
    own = rf"\b(?:of|for|by|with) {re.escape(name)}\b|\b{re.escape(name)}[’']s?\b"
    return re.search(own, sentence) is not None


def names(sentence: str, document: Document) -> list[str]:
    """The names in a sentence; its first word only where it is written so elsewhere too."""
    found = []
    for match in _NAMES.finditer(sentence):
        opens = not sentence[: match.start()].strip(' “"')
        run = _without_opener(match, sentence)
        opens = opens and len(run) == len(match.group().split())
        for name in _apart(run):
            alone = " " not in name
            if name.lower() in _NO_NAMES or (alone and not words(name)[0].content):
                continue
            if opens and alone and name == run[0] and not _stands_inside(name, document):
                continue
            found.append(name)
    return found


def capitalised(claim: str) -> list[str]:
    """The names in a claim, as they are written: each run of capitalised words, once."""
    found = (name for m in _NAMES.finditer(claim) for name in _apart(_without_opener(m, claim)))
    return list(dict.fromkeys(found))


def _without_opener(match: re.Match[str], sentence: str) -> list[str]:
    """A run of capitalised words, without "During" and the like where it opens the sentence."""
    run = match.group().split()
    opens = not sentence[: match.start()].strip(' “"') and len(run) > 1 and not words(run[0])[0].content
    return run[1:] if opens else run


def _apart(run: Sequence[str]) -> Iterator[str]:
    """The names in a run of capitalised words: what stands before, between and behind words for what somebody is."""
    for role, some in groupby(run, lambda word: word.lower() in ROLE_HEADS):
        if not role:
            yield " ".join(some).rstrip(".")


@lru_cache(maxsize=256)
def _stands_inside(name: str, document: Document) -> bool:
    return re.search(rf"[\w,] {re.escape(name)}\b", f"{document.title}\n{document.text}") is not None


@lru_cache(maxsize=1024)
def is_person(name: str, document: Document) -> bool | None:
    """Whether this is somebody's name, by first names and titles; None for what nothing speaks for or against."""
    first, *rest = name.split()
    before = [m[1].lower() for m in re.finditer(rf"(?<!\w)(\w{{1,40}})\.? {re.escape(name)}\b", document.text)]
    if first.lower().rstrip(".") in _OF_PEOPLE or any(word in _OF_PEOPLE for word in before):
        return True
    return None if len(rest) == 1 or (not rest and _follows_a_name(name, document)) else False


def _follows_a_name(name: str, document: Document) -> bool:
    return re.search(rf"(?<![\w&.-]){NAME}(?<!\.) {re.escape(name)}\b", document.text) is not None


def agrees(name: str, gender: str) -> bool:
    """Whether a person of this name may be "he" (m) or "she" (f), or anything ("")."""
    first = name.split()[0].lower()
    other = {"m": FEMALE - MALE, "f": MALE - FEMALE}
    return first not in other.get(gender, ())
