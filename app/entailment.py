"""Does a stretch of a source bear a claim out? One test after the other; each returns why not, or None.

The tests are strict on purpose: every figure, name and content word of the claim stands in one sentence of the source,
in its order, with the same negations and hedges, in the same relation, and attributed to the same speaker. What a model
adds, swaps or turns round has nowhere to stand; some true paraphrases are lost, and are listed as left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.quantities import Quantity, quantities
from app.words import HEDGES, Word, collapse, find_folded, fold, is_negation, stem, words
from retrieval.documents import Passage, Span
from retrieval.speakers import same_speaker

SpeakerOf = Callable[[Passage, Span], str | None]
"""Who says the words at a span of the passage's document, or None when nobody is quoted there."""

QUOTED = re.compile(r'[“"«„]([^“”"«»„]+)[”"»“]')
_SPEECH = frozenset(
    stem(w)
    for w in """say said saying says tell told state stated note noted add added explain explained emphasize emphasise
    mention write wrote according argue believe believed believes claim predict think thought warn announce reaffirm
    acknowledge describe ask suggest insist view dismiss credit call expect comment remark quote report""".split()
)
_GLUE = frozenset(
    stem(w)
    for w in """say said saying says tell told state note noted add added explain mention write wrote accord according
    report also however meanwhile overall specifically article source sources passage text""".split()
)
_REVERSING = frozenset(
    stem(w)
    for w in """denied deny denies refused refuse rejected reject failed fail fails doubt doubts doubted refuted stopped
    avoid avoided false untrue wrong myth instead dismissed dismiss contrary""".split()
)
_SUBORDINATE = re.compile(r"(\S+)\s+(?:that|whether|if|unless|as though)\s+(?:[^\s,;:]+\s+){0,4}$", re.IGNORECASE)


@dataclass(frozen=True)
class _Pair:
    """A claim beside one stretch of source: both texts, their words, and which source words the claim uses in order."""

    claim: str
    source: str
    ours: list[Word]
    theirs: list[Word]
    aligned: list[tuple[Word, Word]]

    @property
    def stretch(self) -> list[Word]:
        """The source's words from the first to the last that the claim uses."""
        if not self.aligned:
            return self.theirs
        first, last = self.aligned[0][1].start, self.aligned[-1][1].end
        return [w for w in self.theirs if first <= w.start and w.end <= last]


def problem(claim: str, passage: Passage, window: Span, speaker_of: SpeakerOf) -> str | None:
    """Why the window of the passage's document does not bear the claim out, or None when it does."""
    source = passage.document.text[window[0] : window[1]]
    ours, theirs = words(claim), words(source)
    pair = _Pair(claim, source, ours, theirs, _align([w for w in ours if _weighs(w)], theirs))
    for test in (_quotes, _figures, _vocabulary, _order, _relation, _polarity, _scope):
        reason = test(pair)
        if reason:
            return reason
    return _attribution(pair, passage, window, speaker_of)


def _weighs(word: Word) -> bool:
    return word.content and word.stem not in _GLUE


def _quotes(pair: _Pair) -> str | None:
    for quote in QUOTED.findall(pair.claim):
        bare = quote.strip(" ,.;:!?")
        if bare and not find_folded(bare, pair.source):
            return f"the words “{_short(bare)}” are not in the passage it cites"
        if len(bare.split()) > 2 and not any(find_folded(bare, q) for q in QUOTED.findall(pair.source)):
            return f"the passage it cites does not give “{_short(bare)}” as quoted words"
    return None


def _figures(pair: _Pair) -> str | None:
    theirs = quantities(pair.source)
    for figure in quantities(pair.claim):
        written = pair.claim[figure.start : figure.end]
        matching = [q for q in theirs if q.bears_out(figure)]
        if not matching:
            return f"the figure {written} is not in the sentence it cites"
        if not figure.approximate and all(q.approximate for q in matching):
            return f"its source gives {written} only as an approximate figure"
    return None


def _vocabulary(pair: _Pair) -> str | None:
    theirs = {w.stem for w in pair.theirs}
    missing = [w for w in pair.ours if _weighs(w) and w.stem not in theirs and not w.text[0].isdigit()]
    names = [w.text for w in missing if w.capital and w.start > 0]
    if names:
        return f"the name {names[0]} is not in the sentence it cites"
    return f"“{missing[0].text}” is not borne out by the sentence it cites" if missing else None


def _order(pair: _Pair) -> str | None:
    """Four fifths of the claim's words, and all its names, lie on a longest common subsequence with the source."""
    weighty = [w for w in pair.ours if _weighs(w)]
    kept = {w.start for w, _ in pair.aligned}
    if len(kept) < 0.8 * len(weighty):
        return "it puts the words of its source in another order or relation"
    if any(w.capital and w.start > 0 and w.start not in kept for w in weighty):
        return "it relates the names in another way than its source does"
    return None


def _relation(pair: _Pair) -> str | None:
    """Nothing that changes who or how much is skipped between the words used: a name, a figure, an owner."""
    used = {w.start for _, w in pair.aligned}
    for mine, its in pair.aligned:
        if its.capital and _possessive(its) and not _possessive(mine):
            return f"its source speaks of what belongs to {its.text[:-2]}, not of {its.text[:-2]}"
    stretch = pair.stretch
    for n, word in enumerate(stretch):
        if word.start in used or not word.capital or not word.content:
            continue
        beside = stretch[max(n - 2, 0) : n + 3]
        if not any(w.capital and w.start in used for w in beside if w is not word):
            return f"it leaves out {word.text}, whom or which its source puts between these words"
    inside = [
        q for q in quantities(pair.source) if stretch and stretch[0].start <= q.start and q.end <= stretch[-1].end
    ]
    claimed = quantities(pair.claim)
    skipped = [q for q in inside if not any(q.bears_out(c) for c in claimed)]
    if claimed and skipped:
        return f"it leaves out {_written(skipped[0], pair.source)}, which its source puts between these words"
    return None


def _polarity(pair: _Pair) -> str | None:
    """The same negations, hedges and reversals in the claim and in the stretch it uses."""
    start = pair.theirs.index(pair.stretch[0]) if pair.aligned else 0
    around = pair.theirs[max(start - 3, 0) : start] + pair.stretch
    kinds = (
        ("negation", lambda w: is_negation(w.text)),
        ("qualification", lambda w: w.text.lower() in HEDGES),
        ("word", lambda w: w.stem in _REVERSING),
    )
    for name, test in kinds:
        mine, its = (sorted({w.text.lower() for w in ws if test(w)}) for ws in (pair.ours, around))
        if bool(mine) != bool(its) or (name == "negation" and len(mine) != len(its)):
            return f"its source {'has' if its else 'lacks'} the {name} “{(its or mine)[0]}”"
    return None


def _scope(pair: _Pair) -> str | None:
    """A clause that stands under "fears that", "if", "denied that" is not taken out of it."""
    if not pair.aligned:
        return None
    first = pair.aligned[0][1]
    above = _SUBORDINATE.search(pair.source[: first.start])
    if above is None:
        return None
    return f"its source says this only under “{_short(above.group().strip())}”"


def _attribution(pair: _Pair, passage: Passage, window: Span, speaker_of: SpeakerOf) -> str | None:
    """Words are given to who speaks them, and reported words are not given as plain fact."""
    outside = words(QUOTED.sub(lambda m: " " * len(m.group()), pair.claim))
    quoted = [q.strip(" ,.;:!?") for q in QUOTED.findall(pair.claim)]
    found = find_folded(quoted[0], pair.source) if quoted and quoted[0] else None
    inside = [w for _, w in pair.aligned if w.stem not in _SPEECH and not w.capital]
    if found is None and inside:
        middle = inside[len(inside) // 2]
        found = (middle.start, middle.end)
    place = (window[0] + found[0], window[0] + found[1]) if found else window
    speaker = speaker_of(passage, place)
    attributed = any(w.stem in _SPEECH for w in outside)
    names = [w.text for w in outside if w.capital]
    if speaker is None:
        if quoted and attributed and names and len(quoted[0].split()) > 2:
            return "its source does not say who speaks these words"
        return None
    if not any(same_speaker(name, speaker) or stem(name) in map(stem, speaker.split()) for name in names):
        return f"the words are {speaker}’s, and the sentence does not say so"
    if not attributed and not quoted:
        return f"its source gives this as {speaker}’s words, the sentence as plain fact"
    return None


def _align(claim: list[Word], source: list[Word]) -> list[tuple[Word, Word]]:
    """Pairs of words on a longest common subsequence of stems (dynamic programming, len(claim) × len(source))."""
    table = [[0] * (len(source) + 1) for _ in range(len(claim) + 1)]
    for i in range(len(claim) - 1, -1, -1):
        for j in range(len(source) - 1, -1, -1):
            same = claim[i].stem == source[j].stem
            table[i][j] = table[i + 1][j + 1] + 1 if same else max(table[i + 1][j], table[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(claim) and j < len(source):
        if claim[i].stem == source[j].stem and table[i][j] == table[i + 1][j + 1] + 1:
            pairs.append((claim[i], source[j]))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _possessive(word: Word) -> bool:
    return word.text.endswith(("'s", "’s"))


def _written(quantity: Quantity, text: str) -> str:
    return text[quantity.start : quantity.end]


def _short(text: str, limit: int = 60) -> str:
    text = collapse(fold(text))
    return text if len(text) <= limit else text[: text.rfind(" ", 0, limit)] + " …"
