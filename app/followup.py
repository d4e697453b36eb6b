"""Follow-up questions made to stand alone by rules: pronouns resolved, topics carried, "what about X?" filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.period import period
from app.question import Question, understand
from app.words import words

Turn = tuple[str, str]
"""A question asked before, as it was typed, and the answer's text."""

_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those)\b(?!\s+(?:is|was|are|were)\s+(?:true|said))", re.IGNORECASE
)
_WHAT_ABOUT = re.compile(r"^\W*(?:and|but|or|so)?\s*(?:(?:what|how)\s+about|and)\s+(?P<new>.+?)\W*$", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(?:in|on|for|since|by|after|before|during|at|with|from|to)\s", re.IGNORECASE)
_WHEN = re.compile(
    r"\s+(?:in|for|during|of)\s+(?:(?:the\s+)?(?:Q[1-4]|\w+[ -]quarter)(?:\s+(?:of|in))?\s*)?(?:1[0-9]|20)[0-9]{2}\b",
    re.IGNORECASE,
)
_SEVERAL = ("they", "them", "their", "these", "those")
_OWNED = re.compile(r"(?<=[’']s)\s[a-z]+s\b")
_OWN = re.compile(r"(?:his|her|its|their)\s", re.IGNORECASE)
_OBJECT = re.compile(r"\b(?:about|on|of|to|for|with|in|from|by|mention|discuss|address)\s+$", re.IGNORECASE)
_FULL_NAME = re.compile(r"\b[A-Z][a-z’'-]+(?:\s[A-Z]\.)?\s[A-Z][\w’'-]*[a-z]\b")
_NOTHING = re.compile(r"The sources don’t say")
_ALREADY_POSSESSIVE = re.compile(r"[’']s?$")


def standalone(question: str, history: Sequence[Turn], speaks: Callable[[str], bool] = lambda name: False) -> str:
    """The question with what it leaves unsaid filled in from the turns before; unchanged where nothing is missing.

    history: turns in order, oldest first. Earlier questions are made to stand alone first, so that topics carry over
    several turns. speaks: whether somebody of a name is quoted in the library, so that "And Nadella?" is told from
    "And Llama?".
    """
    if not history:
        return question
    before = standalone(history[-1][0], history[:-1], speaks)
    asked = understand(before)
    what_about = _WHAT_ABOUT.match(question)
    if what_about and _OWN.match(what_about["new"]):
        return _fill(f"What was {what_about['new']}?", asked, history[-1][1])
    if what_about and len(what_about["new"].split()) <= 8 and not _is_question(what_about["new"]):
        return _swap(before, asked, what_about["new"], speaks)
    filled = _fill(question, asked, history[-1][1])
    if filled == question and not _stands_alone(question):
        topic = " ".join(w.text for w in asked.names) or asked.topic
        return f"{question.rstrip(' ?')} ({topic})?" if topic else question
    return filled


def filled_in(question: str, before: str) -> str:
    """A question with its pronouns led back to the question before it, which has no answer yet."""
    return _fill(question, understand(before), "")


def _is_question(text: str) -> bool:
    return bool(
        re.match(
            r"(?:what|how|who|when|where|why|which|did|does|do|is|are|was|were|has|have|can|will)\b",
            text,
            re.IGNORECASE,
        )
    )


def _stands_alone(question: str) -> bool:
    """Whether a question has enough words of its own to be searched for."""
    return len([w for w in words(question) if w.content]) >= 2


def _swap(before: str, asked: Question, new: str, speaks: Callable[[str], bool]) -> str:
    """The previous question about something else: a new person where it asked for one's words, else a new topic."""
    new = new.strip()
    if _PREPOSITION.match(new):
        if period(new):
            before = _WHEN.sub("", before)
        return f"{before.rstrip(' ?')} {new}?"
    about = re.match(r"(?:about|on)\s+(.+)", new, re.IGNORECASE)
    if asked.kind == "speech" and asked.who and asked.topic:
        named = new[:1].isupper() and len(new.split()) in (2, 3) and new.replace(" ", "").isalpha()
        person = not about and (named or speaks(new))
        old = asked.who if person else asked.topic
        return before.replace(old, new if not about else about[1])
    if asked.names:
        first, last = asked.names[0], asked.names[0]
        for name in asked.names[1:]:
            if name.start - last.end > 1:
                break
            last = name
        ending = "’s" if _ALREADY_POSSESSIVE.search(last.text) and not _ALREADY_POSSESSIVE.search(new) else ""
        return before[: first.start] + new + ending + before[last.end :]
    return f"{before.rstrip(' ?')} {new}?"


def _fill(question: str, asked: Question, answer: str) -> str:
    """Put the person or thing of the previous turn in the place of the first pronoun that has nothing to point to."""
    person = asked.who or _first_person(answer, asked)
    thing = asked.topic if asked.kind == "speech" else " ".join(w.text for w in asked.names)
    for pattern, name in ((_PERSON, person), (_THING, thing)):
        match = pattern.search(question)
        if match and pattern is _THING and asked.kind != "speech" and match.group().lower() in _SEVERAL:
            name = _several(asked) or name
        if match and name and (_OBJECT.search(question[: match.start()]) or not _has_name(question[: match.start()])):
            possessive = match.group().lower() in ("his", "hers", "its", "their")
            name = _ALREADY_POSSESSIVE.sub("", name)
            question = question[: match.start()] + name + ("’s" if possessive else "") + question[match.end() :]
    return question


def _several(asked: Question) -> str:
    """What a question is about where it is several: "Nvidia's shares"."""
    owned = [f"{w.text}{m[0]}" for w in asked.names if (m := _OWNED.match(asked.text, w.end))]
    return owned[0] if owned else ""


def _has_name(text: str) -> bool:
    return any(w.capital and w.content and w.start > 0 for w in words(text))


def _first_person(answer: str, asked: Question) -> str:
    """The speaker that an answer names first, or whom it names where a person was asked for."""
    match = re.search(r"\*\*([^*]+)\*\*", answer)
    if match:
        return match[1].rstrip(":")
    known = {w.stem for w in words(asked.text)}
    runs = _FULL_NAME.finditer(answer) if asked.kind == "person" and not _NOTHING.match(answer) else ()
    return next((m[0] for m in runs if known.isdisjoint(w.stem for w in words(m[0]))), "")
