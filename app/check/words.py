"""Text as the checks see it: words and their stems, names, negations, and a folding that keeps every offset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import Stemmer

_WORD = re.compile(r"[^\W_]+(?:[.’'&][^\W_]+)*")
_FOLD = str.maketrans({**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′`", "'"), **dict.fromkeys("‐‑‒–—−", "-")})
_FOLD_AND_BLANK = _FOLD | {n: " " for n in range(0x3001) if chr(n).isspace()}  # Unicode's last blank is U+3000
_STEMMER = Stemmer.Stemmer("english", 0)  # its own cache costs three times what stemming does

_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    arose:arise ate:eat became:become began:begin begun:begin bent:bend bet:bet bit:bite bled:bleed blew:blow
    blown:blow     bore:bear bought:buy bound:bind broke:break broken:break brought:bring built:build burnt:burn
    came:come caught:catch     chose:choose chosen:choose clung:cling crept:creep dealt:deal drank:drink drawn:draw
    drew:draw driven:drive drove:drive     drunk:drink dug:dig eaten:eat fallen:fall fed:feed fell:fall felt:feel
    fled:flee flew:fly flown:fly forbade:forbid     forgot:forget fought:fight found:find froze:freeze frozen:freeze
    gave:give given:give gone:go got:get grew:grow     grown:grow heard:hear held:hold hid:hide hidden:hide
    hung:hang kept:keep knew:know known:know laid:lay lain:lie led:lead     left:leave lent:lend lit:light lost:lose
    losses:loss made:make meant:mean met:meet paid:pay proven:prove ran:run     rang:ring ridden:ride risen:rise
    rode:ride rose:rise said:say sang:sing sank:sink sat:sit saw:see seen:see sent:send     sewn:sew shaken:shake
    shed:shed shone:shine shook:shake shot:shoot shown:show shrank:shrink shrunk:shrink slept:sleep     slid:slide
    sold:sell sought:seek sped:speed spent:spend spoke:speak spoken:speak sprang:spring stole:steal     stolen:steal
    stood:stand stricken:strike strode:stride struck:strike stuck:stick sung:sing sunk:sink swam:swim
    swept:sweep swore:swear sworn:swear swung:swing taken:take taught:teach thought:think threw:throw thrown:throw
    told:tell took:take tore:tear torn:tear understood:understand withdrew:withdraw withheld:withhold woke:wake
    won:win     wore:wear worn:wear wrote:write written:write men:man women:woman children:child people:person
    """.split()
)  # forms that no suffix rule leads back to their base

STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her here hers
    herself him himself his how i if in into is it its itself just me more most my myself nor of off on once only or
    other our ours out over own same shall she should so some such than that the their theirs them then there these
    they this those through to too under until up upon us very was we were what when where which while who whom whose
    why will with would you your yours it's he's she's there's that's i'm i'd i'll i've we'd we'll we're we've you're
    they're they've every each let's tell please give show much many long far per""".split()
)
NEGATIONS = frozenset("not no never none nobody nothing neither nor without cannot hardly barely scarcely".split())
HEDGES = frozenset(
    """may might could would should if unless reportedly allegedly apparently possibly perhaps maybe likely unlikely
    probably expected expects plan plans planned planning aims aim hopes hope hoped intends rumoured rumored claims
    claimed potential potentially suggests suggested predicts predicted""".split()
)


class Word(NamedTuple):
    """One word with its span in the text it came from; capital says whether it starts with an upper-case letter."""

    text: str
    stem: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether the word is written as a name is."""
        return self.text[0].isupper()

    @property
    def content(self) -> bool:
        """Whether the word carries meaning of its own."""
        return is_content(self.text)


class _Stems(dict[str, str]):
    """Stems as they are first asked for: looking one up again costs no call."""

    def __missing__(self, word: str) -> str:
        if word.isascii() and word.isalpha():  # nearly every word: no possessive, no full stop, nothing to straighten
            lowered = (word[:-1] if word[-1] == "s" and word[:-1].isupper() and len(word) > 2 else word).lower()
            base = _IRREGULAR.get(lowered, lowered)
        else:
            base = base_form(word)
            base = base if base[:1].isdigit() else base.replace(".", "")
        stemmed: str = _stem_word(base)
        if len(self) < _REMEMBERED:
            self[word] = stemmed
        return stemmed


_REMEMBERED = 200_000
_STEMS = _Stems()
_stem_word = _STEMMER.stemWord
_tuple = tuple.__new__


def stem(word: str) -> str:
    """The Snowball English stem, lower-cased, without a possessive ending."""
    return _STEMS[word]


def base_form(word: str) -> str:
    """The word in lower case, without a possessive ending, an irregular form led back to its base (rose: rise)."""
    lowered = word.lower().translate(_FOLD)
    lowered = lowered[:-2] if lowered.endswith("'s") else lowered.rstrip("'")
    return _IRREGULAR.get(lowered, lowered)


@lru_cache(maxsize=65536)
def is_content(word: str) -> bool:
    """Whether a word carries meaning of its own."""
    return word.lower().translate(_FOLD) not in STOP_WORDS


@lru_cache(maxsize=4096)
def bag(text: str) -> frozenset[str]:
    """The stems of all words of a text."""
    return frozenset(map(_STEMS.__getitem__, _WORD.findall(text)))


@lru_cache(maxsize=4096)
def content_bag(text: str) -> frozenset[str]:
    """The stems of the words of a text that carry meaning, figures included."""
    return frozenset(stem(w) for w in _WORD.findall(text) if is_content(w))


@lru_cache(maxsize=1024)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, with exact spans."""
    found, end = [], 0
    for word in _WORD.findall(text):  # nothing between two words is like one's beginning: looked for, each is found
        start = text.find(word, end)
        end = start + len(word)
        # What Word(...) does, without the call: words are read more often than anything else.
        found.append(_tuple(Word, (word, _STEMS[word], start, end)))
    return tuple(found)


def last_ends(text: str, stems: Iterable[str]) -> dict[str, int]:
    """Where the last word with each of these stems ends in a text; those that it does not hold are missing."""
    read = _WORD.findall(text)
    wanted = {*map(_STEMS.__getitem__, read)}.intersection(stems)
    found: dict[str, int] = {}
    at = len(text)
    while len(found) < len(wanted):
        word = read.pop()
        at = text.rfind(word, 0, at)
        if _STEMS[word] in wanted:
            found.setdefault(_STEMS[word], at + len(word))
    return found


def is_negation(word: str) -> bool:
    """Whether a word turns a statement into its opposite."""
    lowered = word.lower().translate(_FOLD)
    return lowered in NEGATIONS or lowered.endswith("n't")


def fold(text: str) -> str:
    """Straighten typographic quotes and dashes and blank every white space, character for character."""
    return text.translate(_FOLD_AND_BLANK)


def find_folded(needle: str, haystack: str) -> tuple[int, int] | None:
    """The first span in haystack that reads as needle, ignoring case, white space and typographic variants, or None."""
    return next(find_all_folded(needle, haystack), None)


def find_all_folded(needle: str, haystack: str) -> Iterator[tuple[int, int]]:
    """Every span in haystack that reads as needle (see find_folded) and neither begins nor ends inside a word."""
    parts = lowered(fold(needle)).split()
    text = lowered(fold(haystack))
    start = text.find(parts[0]) if parts else -1
    while start >= 0:
        end = _end_of(parts, text, start)
        inside = (start > 0 and text[start].isalnum() and text[start - 1].isalnum()) or (
            0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
        )
        if end and not inside:
            yield start, end
        start = text.find(parts[0], end if end and not inside else start + 1)


def _end_of(parts: Sequence[str], text: str, start: int) -> int:
    """Where these parts, apart by white space, end if they stand in a text from start on; else 0."""
    at = start
    for n, part in enumerate(parts):
        if n:
            blank = at
            while text.startswith(" ", at):
                at += 1
            if at == blank:
                return 0
        if not text.startswith(part, at):
            return 0
        at += len(part)
    return at


def lowered(text: str) -> str:
    """Lower case, character for character: a few letters that would become two stay as they are."""
    whole = text.lower()
    return whole if len(whole) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def collapse(text: str) -> str:
    """One line: every run of white space becomes one space."""
    return " ".join(text.split())
