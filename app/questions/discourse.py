"""What has been talked about in the turns before: the person, thing, place or several things that a word can mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.check.words import words
from app.questions.mentions import Mention, names, noun_phrases
from app.questions.question import Question, understand

Turn = tuple[str, str]
"""A question asked before, made to stand alone or as it was typed, and the answer's text."""

_NOTHING = re.compile(r"The sources don’t say")
_WHO = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:who|whom|name|which\s+(?:person|man|woman|player|actor|executive))\b", re.IGNORECASE
)
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_OWNED = re.compile(r"(?<=[’']s)\s[a-z]+s\b")
_GIVEN = re.compile(r"\b(the|this|these|those)\s+(?P<noun>[a-z]+)\b(?!\s+of\b|[’'-])")
_ORGANISATION = frozenset(
    "company firm business corporation bank startup band group team club organisation organization".split()
)
_PAIR = re.compile(
    r"(?:between\s+|both\s+|of\s+|are\s+|is\s+|^)?(?P<one>[\w’'&.-]+(?:\s[\w’'&.-]+){0,3}?)\s+(?:and|or|vs\.?|versus)\s+"
    r"(?:the\s+)?(?P<other>[\w’'&.-]+(?:\s[\w’'&.-]+){0,2}?)\s*\?*$",
    re.IGNORECASE,
)
_POSSESSOR = re.compile(r"[’']s?\s.*$")
_POST = re.compile(r"^(?:[A-Z]{2,4} )+")
"""The CFO of "CFO Susan Li"."""
_SOME = ("any", "other", "of", "in", "from", "with", "some", "many", "how", "which", "what")
_PLACE = re.compile(r"\b(?:in|at|from|to|of)\s+(?:the\s+)?$")


@dataclass(frozen=True)
class Discourse:
    """The turns of a conversation, oldest first, their questions made to stand alone; speaks: see followup."""

    turns: tuple[Turn, ...]
    speaks: Callable[[str], bool] = lambda name: False

    @cached_property
    def asked(self) -> Question:
        """The question before."""
        return understand(self.turns[-1][0])

    @cached_property
    def known(self) -> frozenset[str]:
        """The stems of what is written as a name somewhere in the turns."""
        text = [m.text for turn in self.turns for side in turn for m in names(side)]
        return frozenset(w.stem for one in text for w in words(one))

    def person(self, pronoun: str = "") -> str:
        """Whom "he" or "she" means: whose words were asked for, who was named, who the answer names."""
        gender = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}.get(pronoun, "")
        fallback = ""
        for question, answer in reversed(self.turns):
            asked = understand(question)
            bold = _BOLD.search(answer)
            heard = bold[1].rstrip(":") if bold else ""
            fits = not gender or not heard or all(m.gender in ("", gender) for m in names(heard))
            if asked.kind == "speech" and asked.who and fits:
                return asked.who
            inside = names(question, self.known)
            told = [m.text for m in inside if m.gender and (not gender or m.gender == gender) and self._is_person(m)]
            if not told and _WHO.match(question) and (named := self._named_by(answer, question, gender)):
                return named
            told = told or [m.text for m in inside if not m.gender and self._is_person(m)]
            if told:
                return told[0]
            if heard and fits:
                return heard
            if _WHO.match(question):
                return self._named_by(answer, question, gender)
            if not fits:
                return ""
            phrases = () if inside else tuple(m for m in noun_phrases(question) if not m.plural)
            fallback = fallback or next((m.text for m in (*inside, *phrases) if m.gender in ("", gender)), "")
        return fallback

    def thing(self, *, acts: bool = True) -> str:
        """What "it" means: where it acts, Meta of "Meta's income", else the income."""
        for question, _ in reversed(self.turns):
            if found := self._thing_of(understand(question), acts):
                return found
        return ""

    def several(self, *, both: bool = False) -> str:
        """Whom or what "they" means: what was asked about last, else a name of the talk, else several things of it.

        both: where exactly two are meant, as by "compare them".
        """
        if self.asked.kind == "speech":
            return self.asked.topic
        found = self.alternatives().replace(" or ", " and ") if both else self._several_of(self.asked.text)
        return (
            found
            or self._any_group()
            or next((m for question, _ in reversed(self.turns) if (m := self._several_of(question))), "")
            or self.thing()
        )

    def _several_of(self, question: str) -> str:
        """Several things that a question names: "Apple and Microsoft", "Nvidia's shares", "guinea pigs"."""
        owned = [f"{w.text}{m[0]}" for w in understand(question).names if (m := _OWNED.match(question, w.end))]
        if owned:
            return owned[0]
        inside = names(question, self.known)
        if len(inside) > 1 and re.fullmatch(r"\s+(?:and|or)\s+(?:the\s+)?", question[inside[0].end : inside[1].start]):
            return f"{inside[0].text} and {inside[1].text}"
        plural = (m.text for m in noun_phrases(question) if m.plural and m.before not in _SOME)
        return self._group(question) or next(plural, "")

    def _group(self, question: str) -> str:
        """The first name of a question that is nobody's."""
        return next((m.text for m in names(question, self.known) if not self._is_person(m)), "")

    def alternatives(self) -> str:
        """The two things between which "which" asks: "Market Cap or NAV"; "" where no two were set side by side."""
        pair = _PAIR.search(self.asked.text)
        inside = [m.text for m in names(self.asked.text, self.known)]
        if len(inside) == 2:
            return " or ".join(inside)
        phrases = noun_phrases(self.asked.text)
        if pair and len(phrases) >= 2 and phrases[-1].text in pair["other"]:
            return f"{phrases[-2].text} or {phrases[-1].text}"
        last = [self._group(question) for question, _ in self.turns[-2:]]
        return " or ".join(last) if len(set(last) - {""}) == 2 else ""

    def place(self) -> str:
        """Where "there" is: the name behind a preposition, else the last name."""
        for question, _ in reversed(self.turns):
            inside = names(question, self.known)
            found = [m.text for m in inside if _PLACE.search(question[: m.start])] or [m.text for m in inside]
            if found:
                return found[-1]
        return ""

    def topic(self) -> str:
        """What the talk is about, in few words: what was asked last, by name if it had one."""
        for question, _ in reversed(self.turns):
            asked = understand(question)
            if asked.kind == "speech" and asked.topic:
                return f"{asked.who} on {asked.topic}" if asked.who else asked.topic
            phrases = noun_phrases(question)
            inside = names(question, self.known)
            if len(inside) > 1 and self.alternatives():
                return " and ".join(m.text for m in inside[:2])
            if inside:
                return _around(inside[0], phrases)
            if phrases:
                return phrases[0].text
        return ""

    def spelt_out(self, question: str) -> str:
        """The question with "the movement" as it was first named: "the Quit India movement"; "the company" by name."""
        for match in _GIVEN.finditer(question):
            whole = next((m for m in noun_phrases(question) if m.start <= match.start("noun") < m.end), None)
            if whole is None or whole.text != match["noun"]:
                continue
            longer = next((m for m in self._phrases() if m.head == whole.head and m.tells_apart), None)
            if longer:
                return f"{question[: match.start()]}the {longer.text}{question[match.end() :]}"
            if match["noun"] in _ORGANISATION and (name := self._any_group()):
                return question[: match.start()] + name + question[match.end() :]
        return question

    def _thing_of(self, asked: Question, acts: bool) -> str:
        if asked.kind == "speech":
            return asked.topic
        inside = [m for m in names(asked.text, self.known) if not self._is_person(m)]
        phrases = [m for m in noun_phrases(asked.text) if not m.plural]
        if inside:
            return self.whole(inside[0], phrases) if acts else _around(inside[0], phrases)
        persons = names(asked.text, self.known)
        free = [m for m in phrases if not any(p.start < m.end and m.start < p.end for p in persons)]
        if not free:
            return ""
        return _POSSESSOR.sub("", free[0].text) if acts else free[0].text

    def whole(self, name: Mention, phrases: Sequence[Mention]) -> str:
        """A name with the common noun that it makes one phrase with: "American football"."""
        for m in phrases:
            if m.start == name.start and m.end > name.end and m.text[name.end - m.start] in " -":
                return m.text
        return name.text

    def _phrases(self) -> Iterator[Mention]:
        for question, _ in reversed(self.turns):
            yield from noun_phrases(question)

    def _any_group(self) -> str:
        return next((name for question, _ in reversed(self.turns) if (name := self._group(question))), "")

    def _is_person(self, mention: Mention) -> bool:
        return bool(mention.gender and len(mention.text.split()) < 4) or self.speaks(mention.text)

    def _named_by(self, answer: str, question: str, gender: str) -> str:
        """The first person whom an answer names that the question doesn't."""
        if _NOTHING.match(answer):
            return ""
        asked = {w.stem for w in words(question)}
        bare = (_POST.sub("", m.text) for m in names(answer))
        full = [m for text in bare for m in names(text) if len(m.text.split()) in (2, 3)]
        new = (m for m in full if asked.isdisjoint(w.stem for w in words(m.text)))
        return next((m.text for m in new if not gender or m.gender in ("", gender)), "")


def _around(name: Mention, phrases: Sequence[Mention]) -> str:
    """The phrase that a name is in: "Meta's net income"; else the name."""
    return next((m.text for m in phrases if m.start <= name.start and name.end <= m.end), name.text)
