"""What a question takes for granted ("Why did Meta cut its budget?"), and whether a sentence says the opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from app.check.words import STOP_WORDS, Word, bag, is_negation, stem, words
from app.questions.question import Question
from app.questions.thesaurus import named

_UP = "rise climb jump surge soar grow increase gain rally raise expand boost hike recover rebound up more higher add"
_DOWN = """fall drop decline plunge tumble sink slump slide plummet decrease crash cut reduce slash shrink trim lower
    shed lose down less fewer dip shrank"""
_START = "start begin launch found establish create introduce present unveil announce restart resume"
_STOP = "stop end finish close cease cancel abandon scrap halt quit shut discontinue withdraw drop"
_KEEP = "keep continue maintain reaffirm remain retain preserve stick reassure unchanged"
_SIDES = (
    ("lose loss", "gain profit win"),
    (_UP, f"{_DOWN} {_KEEP}"),
    (_DOWN, f"{_UP} {_KEEP}"),
    (_STOP, f"{_START} {_KEEP}"),
    (_START, _STOP),
    ("dismiss fire sack layoff shed", "hire recruit employ more grow"),
    ("hire recruit", "dismiss fire sack layoff shed"),
    ("profit", "loss lose"),
    ("miss", "beat top exceed surpass"),
    ("beat top exceed surpass", "miss"),
    ("win won victory", "lose loss defeat"),
    ("condemn criticise criticize slam blast attack denounce", "praise hail laud applaud excellent impressive welcome"),
    ("praise hail laud applaud", "condemn criticise criticize slam blast attack denounce"),
    ("reject refuse oppose", "accept approve support back agree"),
    ("accept approve support", "reject refuse oppose"),
    ("ban forbid prohibit outlaw", "allow permit legalise legalize"),
    ("allow permit", "ban forbid prohibit outlaw"),
)
_UNMOVED = frozenset(map(stem, "change move budge alter".split()))
_PHRASES = (
    (re.compile(r"\b(?:give|gave|given|giving)(\s+(?:\w+\s+){0,2})up\b", re.IGNORECASE), r"abandon\1"),
    (re.compile(r"\b(?:lay|laid|laying)(\s+(?:\w+\s+){0,2})off\b|\blayoffs?\b", re.IGNORECASE), r"dismiss\1"),
    (re.compile(r"\b(?:fall|falls|fell|falling)\s+(?:short|into|under|in love|behind)\b", re.IGNORECASE), "miss"),
    (
        re.compile(
            r"\brais(?:e|es|ed|ing)\s+(?=(?:\w+\s+)?(?:concerns?|questions?|doubts?|fears?|eyebrows)\b)", re.IGNORECASE
        ),
        "",
    ),
    (re.compile(r"\bmore than\s+(?=[$€£\d])|\bmore\s+(?=[a-z]+ly\b)|\b(?:up|down) to\b", re.IGNORECASE), ""),
    (re.compile(r"\b(?:set|setting|sets|made|make|makes|making) up\b|\bopen[- ]source\b", re.IGNORECASE), "that"),
)
_TAKEN = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:(?:why|when|how|where|by\s+how\s+much)\b[^?]*?\b)?(?P<verb>did|does|do|was|were|is|are|"
    r"has|have|had)\s+(?P<rest>[^?]+)",
    re.IGNORECASE,
)
_LIGHT = frozenset(map(stem, "make made report post see show suffer get take plan want decide announce since".split()))
_NEVER_ASSERT = frozenset(map(stem, "up down more less fewer higher lower unchanged".split()))
_NO_VERB_AFTER = frozenset("the a an of at in its his her their this that".split())
_WEEKDAYS = frozenset(map(stem, "monday tuesday wednesday thursday friday saturday sunday".split()))
_IMPLIED = frozenset(map(stem, "shares stock".split()))
"""What need not be said of a firm that rose by 3%."""
_SHARES_OF = re.compile(
    r"\b(?P<before>[A-Z][\w.&-]*?)[’']s?\s+(?:own\s+)?(?:stocks?|shares?)\b|"
    r"\b(?:stocks?|shares?)\s+(?:of|in)\s+(?:[\w-]+\s+){0,3}?(?P<behind>[A-Z][\w.&-]*[a-z])"
)
_UNREAL = frozenset("could might may would should can".split())
"""What could happen neither bears a premise out nor denies it."""
_KEPT = bag(_KEEP)
_OF_PERIODS = bag("first second third fourth quarter half year month week")
_NEGATED_WITHIN = 3
_WITHIN = 12


@dataclass(frozen=True)
class Premise:
    """What a question takes for granted: words that would say so and words that say the opposite, by their stems.

    claim: "that Meta did cut its AI budget", to say that nothing says it; names and heads: the stems of whom and of
    what it is said.
    """

    claim: str
    said: frozenset[str]
    opposite: frozenset[str]
    names: frozenset[str]
    heads: frozenset[str]


@lru_cache(maxsize=256)
def premise(question: Question) -> Premise | None:
    """What the question takes for granted, where it is something that has an opposite."""
    taken = _TAKEN.match(question.text)
    if question.kind == "speech" or not taken:
        return None
    inside = words(_plain(question.text))
    word = next((w for before, w in pairwise(inside) if _asserts(before, w)), None)
    if word is None or any(is_negation(w.text) for w in inside):
        return None
    said, opposite = _opposites()[word.stem]
    names = frozenset(w.stem for w in question.names) - _WEEKDAYS
    beside = names | _LIGHT | _WEEKDAYS | said
    terms = {w.stem for w in question.terms} & {w.stem for w in inside if not w.text[0].isdigit()}
    heads = terms - beside
    return Premise(_claim(taken, word), said, opposite, names, frozenset(heads)) if names or heads else None


def stands(premise: Premise, sentence: str, around: Set[str]) -> int:
    """1 where a sentence says what the premise says, -1 where it says the opposite, 0 where it says neither.

    around: the stems of the sentence, of those beside it and of the title. Of several words that tell, the one counts
    that stands nearest to what the premise is about; a negation turns it round.
    """
    own = bag(sentence)
    of_names = [named(name, around) > 0 for name in premise.names]
    if not (any(of_names) if premise.heads else all(of_names)) and premise.names:
        return 0
    at_home = premise.names and all(named(name, own) for name in premise.names)
    missing = {head for head in premise.heads if not named(head, around if at_home else own)}
    unsaid = 1 if premise.heads & _IMPLIED else 0  # of shares the "earnings" of a call need not be said
    if len(missing) > unsaid or missing & (_OF_PERIODS | _IMPLIED):
        return 0
    plain = _plain(sentence)
    if premise.heads & _IMPLIED and _are_anothers(premise, plain):
        return 0
    told = [w for w in words(plain) if not _in_compound(plain, w)]
    about = [n for n, w in enumerate(told) if any(named(term, {w.stem}) for term in premise.names | premise.heads)]
    sides = [(n, side) for n, w in enumerate(told) if (side := _side(premise, told, n, w))]
    if not about or not sides:
        return 0
    distance, side, tells = min((min(abs(at - n) for n in about), side, told[at].stem) for at, side in sides)
    heads = premise.heads - _IMPLIED
    if side < 0 and heads and not any(named(head, own) for head in heads):
        return 0  # what it says the opposite of is something else
    if side < 0 and not premise.heads and tells in _NEVER_ASSERT:
        return 0  # "more" of what was not asked about
    if side > 0 and missing:
        return 0
    if side < 0 and tells in _KEPT and (premise.heads & _IMPLIED) - own:
        return 0  # who keeps to a plan says nothing of shares
    if side > 0 and not at_home and not premise.heads <= own:
        return 0  # another's fall of something alike bears nothing out
    return side if distance <= _WITHIN else 0


def _are_anothers(premise: Premise, sentence: str) -> bool:
    """Whether the only shares that a sentence tells of are of somebody else: "Nvidia's stock", "shares of Nvidia"."""
    owners = [stem(m["before"] or m["behind"]) for m in _SHARES_OF.finditer(sentence)]
    return bool(owners) and premise.names.isdisjoint(owners)


def _asserts(before: Word, word: Word) -> bool:
    """Whether a word of a question tells what happened, and not what the thing is called."""
    light = before.text.lower() in _NO_VERB_AFTER and word.stem not in ("profit", "loss")
    return word.stem in _opposites() and word.stem not in _NEVER_ASSERT and not word.capital and not light


def _side(premise: Premise, told: Sequence[Word], n: int, word: Word) -> int:
    before = told[max(n - _NEGATED_WITHIN, 0) : n]
    if any(w.text.lower() in _UNREAL for w in before):
        return 0
    negated = any(is_negation(w.text) for w in before)
    if word.stem in _UNMOVED:
        return -1 if negated else 0
    side = 1 if word.stem in premise.said else -1 if word.stem in premise.opposite else 0
    return -side if negated else side


def _in_compound(text: str, word: Word) -> bool:
    """Whether a word is the first part of another one: what is "cutting-edge" cuts nothing."""
    return text[word.end : word.end + 1] == "-" and text[word.end + 1 : word.end + 2].isalpha()


def _claim(taken: re.Match[str], word: Word) -> str:
    """The premise in the question's own words: "did Meta cut its budget" becomes "that Meta did cut its budget"."""
    rest = taken["rest"].strip()
    told = words(rest)
    at = next((w for w in told if w.stem == word.stem), None)
    if at is None or not rest[: at.start].strip():
        return f"what the question takes for granted (“{rest}”)"
    before = rest[: at.start].rstrip()
    verb = taken["verb"].lower()
    light = re.search(r"\s(?P<light>[a-z]+(?:\s+(?:a|an|the|its|his|her|their))?(?:\s+[a-z]+)?)$", before)
    if light and stem(light["light"].split()[0]) in _LIGHT and light["light"].split()[0] not in STOP_WORDS:
        return f"that {before[: light.start()]} {verb} {rest[light.start() :].strip()}"
    return f"that {before} {verb} {rest[at.start :]}"


def _plain(text: str) -> str:
    """The text with phrases of two words made one, and without those whose words mean something else together."""
    for pattern, instead in _PHRASES:
        text = pattern.sub(instead, text)
    return text


@cache
def _opposites() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Of each word that has an opposite, by its stem: the words on its side, and those on the other."""
    table: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for side, other in _SIDES:
        stems = bag(side)
        for one in stems:
            table.setdefault(one, (stems, bag(other) - stems))
    return table
