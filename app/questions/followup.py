"""Follow-up questions made to stand alone by rules: pronouns resolved, topics carried, "what about X?" filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from app.check.words import STOP_WORDS, words
from app.questions.discourse import Discourse, Turn
from app.questions.mentions import is_verb, names, noun_phrases
from app.questions.period import period
from app.questions.question import Question, understand

__all__ = ["Turn", "filled_in", "spelt_out", "standalone"]

_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b(?![’'])", re.IGNORECASE)
_THING = re.compile(
    r"\b(?<!like )(it|its)\b(?![’'])|"
    r"\b(they|them|their|theirs|these|those|both)\b(?!\s+(?:is|was|are|were)\s+(?:true|said))|"
    r"\b(?<!said )(this|that)\b(?=\s*[?.,!]|\s*$|\s+(?:is|was|are|were|has|had|do|does|did|will|would|can|work|mean|"
    r"happen|cost|affect|cause|compare|differ|calculated|done|made|called|possible)\b)",
    re.IGNORECASE,
)
_IDLE_IT = re.compile(
    r"\bit(?:\s+(?:is|was|be|would|will|still|really|so|more|less|very|also))*\s+(?:necessary|possible|better|best|safer?|free|good|"
    r"advisable|important|easy|easier|hard|harder|ok(?:ay)?|worth|true|likely|legal|common|normal|difficult|cheaper|wise|smart|bad|"
    r"required|called|still)\s+(?:\w+\s+){0,3}?(?:to|that|if|for|when)\b"
    r"|\bit\b(?=\s+(?:takes?|rains?|seems?|turns?\s+out|makes?\s+(?:an?|sense))\b)|\b(?:is|was)\s+(?:it|that)\s+true\b",
    re.IGNORECASE,
)
_REMARK = re.compile(r"^\W*(?:that|this|it)(?:\s+(?:is|was|sounds|seems)|[’']s)\b", re.IGNORECASE)
_BEFORE_THAT = re.compile(
    r"(?:^|[,;.?!]|\b(?:and|but|so|how|what|why|when|where|is|was|does|did|do|can|could|will|would|of|about|for|to|with|on|by|"
    r"from|than|like|in))\W*$",
    re.IGNORECASE,
)
_ACTS = re.compile(r"\b(?:do|does|did|will|would|can|could|has|have|had|should)\s+$", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:compare|between|of|which|distinguish)\s+$", re.IGNORECASE)
_SEVERAL = ("they", "them", "their", "theirs", "these", "those", "both")
_POSSESSIVES = ("his", "hers", "its", "their", "theirs")
_THERE = re.compile(r"(?<!\w)(?<!is )(?<!are )(?<!was )(?<!were )there(?=\s*[?.!,]?\s*$)", re.IGNORECASE)
_OF_THEM = re.compile(
    r"^(\W*(?:and|but|so)?\s*which(?:\s+one)?\s+(?:is|are|was|were|has|have|does)\b.*?)\W*$", re.IGNORECASE
)
_WHAT_ABOUT = re.compile(r"^\W*(?:and|but|or|so)?\s*(?:(?:what|how)\s+about|and)\s+(?P<new>[^?]+?)\W*$", re.IGNORECASE)
_BARE_WH = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?P<wh>why|when|where|how|since when|until when|how long|how often|by how much|how so)"
    r"\s*\??\W*$",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:did|does|do|will|would|has|have|had|was|were|is|are|can|could)"
_CLAUSE = re.compile(
    rf"^\W*(?:(?:why|when|where|how|how (?!many\b)\w+|by how much|since when)\s+)?(?P<clause>{_AUXILIARY}\s+\S.*)$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"^(?:in|on|for|since|by|after|before|during|at|with|from|to|until|between)\s", re.IGNORECASE)
_TIME = re.compile(
    r"(?:the|last|this|that|next)\s+(?:(?:whole|next|previous|same)\s+)?(?:year|quarter|month|week|day)\b", re.I
)
_WHEN = re.compile(
    r"\s+(?:in|for|during|of|since|before|after|until)\s+"
    r"(?:(?:the\s+)?(?:Q[1-4]|\w+[ -]quarter)(?:\s+(?:of|in))?\s*)?(?:1[0-9]|20)[0-9]{2}\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"(?:his|her|its|their)\s", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(?:friend|person|people|someone|somebody|anyone|anybody|everyone|man|woman|wife|husband|partner|son|daughter|child|"
    r"mother|father|parent|brother|sister|boss|employee|employer|customer|doctor|lawyer)s?\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:about|on|of|to|for|with|in|from|by|over|than|as|like|between|mention|discuss|address|compare)\s+$",
    re.IGNORECASE,
)
_ALREADY_POSSESSIVE = re.compile(r"[’']s?$")
_ASKS = re.compile(
    r"(?:what|how|who|when|where|why|which|did|does|do|is|are|was|were|has|have|can|will)\b", re.IGNORECASE
)
_LEAST_OWN = 2
"""Words of its own that a question without a name needs to be understood alone."""


def standalone(question: str, history: Sequence[Turn], speaks: Callable[[str], bool] = lambda name: False) -> str:
    """The question with what it leaves unsaid filled in from the turns before; unchanged where nothing is missing.

    history: turns in order, oldest first. Earlier questions are made to stand alone first, so that topics carry over
    several turns; what is filled in is always a name or phrase of the turns before. speaks: whether somebody of a name
    is quoted in the library, so that "And Nadella?" is told from "And Llama?".
    """
    return _rewritten(question, Discourse(spelt_out(history, speaks), speaks))


def spelt_out(history: Sequence[Turn], speaks: Callable[[str], bool] = lambda name: False) -> tuple[Turn, ...]:
    """The turns with their questions made to stand alone, each from those before it."""
    turns: tuple[Turn, ...] = ()
    for asked, answer in history:
        turns = (*turns, (_rewritten(asked, Discourse(turns, speaks)), answer))
    return turns


def filled_in(question: str, before: str) -> str:
    """A question with its pronouns led back to the question before it, which has no answer yet."""
    return _fill(question, Discourse(((before, ""),)))


def _rewritten(question: str, said: Discourse) -> str:
    if not said.turns:
        return question
    before = said.turns[-1][0]
    asked = understand(before)
    bare = _BARE_WH.match(question)
    if bare:
        return _asked_of_clause(question, bare["wh"], before, said)
    what_about = _WHAT_ABOUT.match(question)
    if what_about and _OWN.match(what_about["new"]):
        return _fill(f"What was {what_about['new']}?", said)
    if what_about and len(what_about["new"].split()) <= 8 and not _ASKS.match(what_about["new"]):
        return _swap(question, before, asked, what_about["new"], said)
    filled = _fill(question, said)
    return _with_topic(filled, said) if filled == question and not _stands_alone(question) else filled


def _asked_of_clause(question: str, wh: str, before: str, said: Discourse) -> str:
    """A bare question word asked of the clause before: "Why?" after "Did Meta cut its budget?"."""
    clause = _CLAUSE.match(before)
    if clause and not re.match(r"how\s*(?:so)?$", wh, re.IGNORECASE):
        return f"{wh.capitalize()} {clause['clause'][:1].lower()}{clause['clause'][1:].rstrip(' ?')}?"
    if said.asked.kind == "speech" and said.asked.who:
        return (
            f"{wh.capitalize()} did {said.asked.who} speak about {said.asked.topic}?" if said.asked.topic else question
        )
    return f"{wh.capitalize()} {said.topic()}?" if said.topic() else question


def _stands_alone(question: str) -> bool:
    """Whether a question has a name or enough words of its own, or misses something else than a topic."""
    misses_none = any(pattern.search(question) for pattern in (_IDLE_IT, _REMARK, _PERSON))
    return misses_none or bool(names(question)) or len([w for w in words(question) if w.content]) >= _LEAST_OWN


def _with_topic(question: str, said: Discourse) -> str:
    """What a question too short to be understood is asked about, behind it."""
    of_them = _OF_THEM.match(question)
    if of_them and (both := said.alternatives()):
        return f"{of_them[1]}, {both}?"
    topic = said.thing() if re.match(r"\W*who\b", question, re.IGNORECASE) else said.topic()
    return f"{question.rstrip(' ?!.')} for {topic}?" if topic and topic.lower() not in question.lower() else question


def _swap(question: str, before: str, asked: Question, new: str, said: Discourse) -> str:
    """The previous question about something else: a new person where it asked for one's words, else a new topic."""
    new = new.strip()
    if re.fullmatch(r"(?:Q[1-4]\s+)?(?:1[0-9]|20)[0-9]{2}", new):
        new = f"in {new}"
    if _PREPOSITION.match(new) or _TIME.match(new):
        if period(new):
            before = _WHEN.sub("", before)
        return f"{before.rstrip(' ?')} {new}?"
    about = re.match(r"(?:about|on)\s+(.+)", new, re.IGNORECASE)
    if asked.kind == "speech" and asked.who and asked.topic:
        named = new[:1].isupper() and len(new.split()) in (2, 3) and new.replace(" ", "").isalpha()
        person = not about and (named or said.speaks(new))
        old = asked.who if person else asked.topic
        return before.replace(old, new if not about else about[1])
    new = about[1] if about else new
    measured = understand(f"What is {new}").kind == "quantity"
    inside = names(before, said.known)
    if not inside or len(words(before)) == len(words(inside[0].text)):
        return question
    owner = re.match(r"[’']s?(?=\s)\s*", before[inside[0].end :])
    if measured:
        value = next((m for m in noun_phrases(before) if owner and m.start <= inside[0].start < m.end), None)
        return _replaced(before, inside[0].end + len(owner[0]), value.end, new) if value and owner else question
    if new[:1].islower() and not owner:
        return question
    end = inside[0].end if owner else inside[0].start + len(said.whole(inside[0], noun_phrases(before)))
    kept = "’s" if owner and not _ALREADY_POSSESSIVE.search(new) else ""
    return _replaced(before, inside[0].start, end + (len(owner[0].rstrip()) if owner else 0), new + kept)


def _replaced(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _fill(question: str, said: Discourse) -> str:
    """Put the person or thing of the turns before in the place of what has nothing to point to in the question."""
    question = said.spelt_out(question)
    for pattern in (_PERSON, _THING):
        match = next(_open(pattern, question), None)
        if match:
            question = _resolved(question, match, said)
    place = _THERE.search(question)
    if place and (where := said.place()):
        question = f"{question[: place.start()]}in {where}{question[place.end() :]}"
    return question


def _resolved(question: str, match: re.Match[str], said: Discourse) -> str:
    """The question with one pronoun replaced, where the turns before hold what it can mean."""
    word, rest = match.group().lower(), question[match.end() :]
    before = question[: match.start()]
    if match.re is _PERSON:
        name = said.person(word)
    elif word in _SEVERAL:
        name = said.several(both=word == "both" or _COMPARED.search(before) is not None)
    else:
        name = said.thing(acts=word == "its" or (word == "it" and _ACTS.search(before) is not None))
    if not name or name.lower() in question.lower():
        return question
    owner = word in _POSSESSIVES or _owns(match)
    following = re.match(r"\s+([a-z]+)", rest)
    if word in ("these", "those") and following and following[1] not in STOP_WORDS:
        if not following[1].endswith("s") or not names(name, said.known):
            return question
        owner = True
    name = _ALREADY_POSSESSIVE.sub("", name)
    return question[: match.start()] + name + ("’s" if owner else "") + rest


def _owns(match: re.Match[str]) -> bool:
    """Whether this is the "her" of "her job"."""
    following = re.match(r"\s+([a-z]+)", match.string[match.end() :])
    return match.group().lower() == "her" and following is not None and following[1] not in STOP_WORDS


def _open(pattern: re.Pattern[str], question: str) -> Iterator[re.Match[str]]:
    """The pronouns that nothing before them in the question can be meant by."""
    idle = [m.span() for m in (*_IDLE_IT.finditer(question), *_REMARK.finditer(question))]
    for match in pattern.finditer(question):
        before = question[: match.start()]
        relative = match.group().lower() == "that" and not _BEFORE_THAT.search(before)
        if relative or any(start <= match.start() < end for start, end in idle):
            continue
        named = any(w.capital and w.content and w.start > 0 for w in words(before))
        named = named or bool(noun_phrases(before) if pattern is _THING else _SOMEBODY.search(before))
        its_own = match.group().lower() in _POSSESSIVES or _owns(match)
        last = words(before)[-1:]
        object_ = _OBJECT.search(before) or any(is_verb(w) for w in last)
        if not named or (object_ and not its_own):
            yield match
