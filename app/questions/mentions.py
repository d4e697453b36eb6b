"""What a question or an answer names: names and noun phrases, found by the place of its function words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.check.words import STOP_WORDS, Word, base_form, stem, words
from retrieval.speech_words import FEMALE, MALE, ROLE_HEADS, TITLES

_POSSESSIVE = re.compile(r"[’']s?$")
_IN_A_NAME = re.compile(r" |-|\. | ?& ?| of | of the | (?:de|del|della|der|di|du|la|van|van der|von|bin|al) ")
_IN_A_PHRASE = re.compile(r" |-|/|\. ?| ?& ?|[’'] ")
_OF = re.compile(r" of (?:(?:the|a|an|his|her|its|their) )?")
_TIMES = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday""".split()
)
_NO_NAMES = frozenset("i i'm i've i'd i'll ok okay yes no thanks hi hello dear q1 q2 q3 q4".split()) | _TIMES
_OPENERS = frozenset(
    """name tell give show explain describe list define compare discuss summarise summarize provide find speaking
    talking say mention elaborate clarify following going based according please any anything regarding advise
    advice""".split()
)
_DO = frozenset("do does did can could will would should may might must".split())
_BE = frozenset("is are was were has have had be been being".split())
_PRONOUNS = frozenset("he she it they i we you there".split())
_ANYBODY = frozenset("anyone anybody someone somebody everyone everybody nobody anything something everything".split())
_VERBS = frozenset(
    """act advise affect allow answer appear apply ask attack award become begin believe belong break bring build buy
    call carry cause change charge choose close come compare compete consider contain cost create cut deal
    decide decline designate develop die differ drop earn eat end enter exist expand expect explain fail fall
    feel fight fill find fit flow follow form gain get give go grow happen hear help hire hold hurt improve
    include increase invest involve join keep kill know launch lead learn leave let like live look lose love
    lower make matter mean measure meet merge mind miss move need occur offer open originate own pay perform
    pick plan play prefer prevent produce protect provide publish purchase put qualify raise reach react read
    receive recommend recover reduce refer refuse relate release remain replace report require respond return
    rise run save say see seem sell send serve set settle show sign sit sleep speak spend split spread stand
    start stay stop suggest support survive take talk teach tell think travel treat try turn use visit want warn
    wear win withhold work write""".split()
)
_LIGHT_HEADS = frozenset(
    map(
        stem,
        """kind type sort number name amount lot way part example difference importance meaning list reason term share
        role purpose effect impact cause history definition detail relationship advantage benefit drawback""".split(),
    )
)
_GENERIC = frozenset(
    """still really today now exactly also even ever always usually currently actually first last next new old other
    another good bad better best worse worst big large small important popular similar different available true false
    necessary possible likely able else thing things something anything way ways one ones time times year years day days
    back away later ago early high low great major main average real really well enough lot case question answer point
    article idea opinion information aspect aspects interesting reason reasons instead like yet go get make take does
    happen mean people person example examples part""".split()
)


@dataclass(frozen=True)
class Mention:
    """A name or noun phrase of a text; before: the determiner or the like right before it, lower-cased, or ""."""

    text: str
    start: int
    end: int
    name: bool
    before: str = ""

    @property
    def head(self) -> str:
        """The stem of the word that says what it is: "game" of "the game of the year"."""
        inside = words(re.split(r" (?:of|for|in|on|at) ", self.text)[0])
        return inside[-1].stem if inside else ""

    @property
    def tells_apart(self) -> bool:
        """Whether it says more than its head does: "Quit India movement", not "popular movement"."""
        inside = words(self.text)
        return len(inside) > 1 and not any(base_form(w.text) in _GENERIC or _is_participle(w) for w in inside)

    @property
    def plural(self) -> bool:
        """Whether it is several of a kind by its form."""
        last = words(re.split(r" (?:of|for|in|on|at) ", self.text)[0])[-1].text.lower()
        regular = last.endswith("s") and not last.endswith(("ss", "us", "is", "’s", "'s")) and last != "news"
        return regular or last in ("people", "men", "women", "children", "police") or last.endswith(("men", "women"))

    @property
    def gender(self) -> str:
        """Read off a first name or a title: "m", "f" or ""."""
        first = words(self.text)[0].text.lower()
        told = TITLES.get(first, "")
        return told or ("f" if first in FEMALE else "m" if first in MALE else "")


@lru_cache(maxsize=512)
def names(text: str, known: frozenset[str] = frozenset()) -> tuple[Mention, ...]:
    """The runs of capitalised words, possessive endings dropped; known: stems of names of other texts.

    A single capitalised word that starts a sentence is a name if it is possessive or known; a text that is nothing
    but a few capitalised words names itself; where nearly all words are capitals, none tells a name.
    """
    found = words(text)
    content = [w for w in found if w.content and _unabbreviated(w) not in STOP_WORDS]
    capitals = [w for w in content if w.capital]
    if len(content) > 4 and len(capitals) > 0.9 * len(content):
        return ()
    whole = len(content) <= 4 and len(capitals) == len(content)
    return tuple(_runs(text, found, known, whole))


def _runs(text: str, found: Sequence[Word], known: frozenset[str], whole: bool) -> Iterator[Mention]:
    run: list[Word] = []
    for w in found:
        starts = not text[: w.start].strip(" \n*_-“\"'(") or text[: w.start].rstrip(" *_“\"'(")[-1:] in ".?!:\n"
        inside = bool(run) and w.capital and run[-1].end + 1 == w.start
        if not _may_be_name(w, starts) and not (inside and not starts):
            continue
        if run and not run[-1].text.endswith(("’s", "'s")) and _IN_A_NAME.fullmatch(text[run[-1].end : w.start]):
            run.append(w)
            continue
        yield from _as_name(text, run, known, whole)
        run = [w]
    yield from _as_name(text, run, known, whole)


def _may_be_name(w: Word, starts: bool) -> bool:
    lowered = base_form(w.text)
    if not w.capital or not w.content or lowered in _NO_NAMES or _unabbreviated(w) in STOP_WORDS:
        return False
    return not starts or lowered not in _OPENERS


def _unabbreviated(w: Word) -> str:
    """The first part of "what's" and "I'm", which is a function word."""
    return re.split("['’]", w.text.lower())[0]


def _as_name(text: str, run: Sequence[Word], known: frozenset[str], whole: bool) -> Iterator[Mention]:
    if not run:
        return
    before = text[: run[0].start].rstrip(" *_“\"'(")
    starts = not before or before[-1] in ".?!:\n"
    if starts and not whole and len(run) > 1 and text[run[0].end : run[1].start].startswith(" of"):
        run, starts = run[1:], False  # "Benefits of Medicare"
    if base_form(run[0].text) in ROLE_HEADS and (len(run) == 1 or text[run[0].end : run[1].start].startswith(" of")):
        run = run[1:]  # "CEO of Nvidia"
        if not run:
            return
    first, last = run[0], run[-1]
    possessive = bool(_POSSESSIVE.search(last.text))
    if starts and len(run) == 1 and not (possessive or whole or first.stem in known):
        return
    end = last.start + len(_POSSESSIVE.sub("", last.text))
    article = re.search(r"(\w+)\s+$", text[: first.start])
    yield Mention(text[first.start : end], first.start, end, True, article[1].lower() if article else "")


@lru_cache(maxsize=512)
def noun_phrases(question: str) -> tuple[Mention, ...]:
    """The noun phrases of a question, in order, without determiners: "guinea pigs" of "What do guinea pigs eat?".

    Runs of content words between function words, each without the verb that the auxiliary before it announces.
    """
    found = []
    pending = ""
    for before, run in _content_runs(question):
        if before in _DO or before in _BE:
            pending = before
        goes_on = re.match(r" (?:and|or|of|for|vs)\b", question[run[-1].end :]) is not None
        kept, pending = _without_verb(before, run, pending, goes_on)
        if kept and not all(base_form(w.text) in _GENERIC or w.text.isdigit() for w in kept):
            found.append((before, kept))
    return tuple(_joined(question, found))


def _content_runs(question: str) -> Iterator[tuple[str, list[Word]]]:
    """Each run of content words with the function word before it, auxiliaries kept when a determiner follows them."""
    run: list[Word] = []
    before = ""
    for w in words(question):
        plain = w.text.lower() if w.content and w.text.lower().endswith(("'s", "’s")) else _unabbreviated(w)
        known = plain in STOP_WORDS | _ANYBODY or _unabbreviated(w) in STOP_WORDS
        within = bool(run) and w.capital and question[run[-1].end : w.start] in (" ", "-")
        content = within or (w.content and not known and plain not in _NO_NAMES - _TIMES)
        if content and run and _IN_A_PHRASE.fullmatch(question[run[-1].end : w.start]):
            run.append(w)
            continue
        if run:
            yield before, run
            run, before = [], "," if content else ""
        if content:
            run = [w]
        elif plain in ("the", "a", "an", "my", "your", "our", "his", "her", "its", "their"):
            before = before if before in _DO | _BE else plain
        else:
            before = plain
    if run:
        yield before, run


def _without_verb(before: str, run: Sequence[Word], pending: str, goes_on: bool) -> tuple[list[Word], str]:
    """The run without verbs, and the auxiliary that still waits for its verb; goes_on: the phrase does, behind it."""
    kept = list(run)
    if before in _PRONOUNS:
        return kept[1:], ""
    if base_form(kept[0].text) in _OPENERS and (not before or before in _DO):
        kept = kept[1:]
    if pending in _DO and kept:
        at = next((n for n, w in enumerate(kept) if n and base_form(w.text) in _VERBS), None)
        if at is not None:
            return kept[:at], ""
        if len(kept) > 1 and not kept[-1].capital and not goes_on:
            return kept[:-1], ""
        return kept, pending
    if before in ("to", "who", "and", "or", "") and kept and is_verb(kept[0]) and before != "":
        kept = kept[1:]
    while len(kept) > 1 and (_is_participle(kept[-1]) or base_form(kept[-1].text) in _GENERIC):
        kept.pop()
    if len(kept) == 1 and (is_verb(kept[0]) or (kept[0].text[-1] == "s" and kept[0].text[:-1].lower() in _VERBS)):
        kept = []
    return kept, pending if before in _DO else ""


def is_verb(w: Word) -> bool:
    """Whether a word of a question is written as a verb is, as far as its form and a list of common ones tell."""
    return not w.capital and (w.text.lower() in _VERBS or _is_participle(w))


def _is_participle(w: Word) -> bool:
    lowered = w.text.lower()
    changed = base_form(lowered) != lowered and not lowered.endswith(("'s", "’s")) and base_form(lowered) != "person"
    return not w.capital and (lowered.endswith("ed") or changed)


def _joined(question: str, found: Sequence[tuple[str, list[Word]]]) -> Iterator[Mention]:
    """Mentions of the runs, "X of Y" as one unless X only says how Y is meant ("the importance of")."""
    n = 0
    while n < len(found):
        before, run = found[n]
        start, end = run[0].start, run[-1].end
        while n + 1 < len(found) and _OF.fullmatch(question[end : found[n + 1][1][0].start]):
            n += 1
            if run[-1].stem in _LIGHT_HEADS:
                start, before = found[n][1][0].start, "of"
            end = found[n][1][-1].end
        text = _POSSESSIVE.sub("", question[start:end])
        yield Mention(text, start, start + len(text), False, before)
        n += 1
