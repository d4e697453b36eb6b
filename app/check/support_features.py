"""What a claim shares with its evidence, as a few numbers: words, names, figures, words of like meaning, its laying."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence, Set
from functools import lru_cache
from itertools import accumulate
from typing import cast

import numpy as np
from numpy.typing import NDArray

from app.check.bearing import trees
from app.check.laying import lay
from app.check.laying_features import features as laying_features
from app.check.quantities import Quantity, quantities
from app.check.word_relations import standing
from app.check.words import Word, bag, collapse, content_bag, is_negation, words
from app.questions.thesaurus import named
from retrieval.documents import Document, Passage
from retrieval.embedding import SentenceEmbed
from retrieval.sentences import split_sentences

Floats = NDArray[np.float32]

NEAREST = 6
"""Sentences whose words are laid beside the claim's by meaning: each costs one pass of the embedder, once."""
_AROUND = 1
_DENIED = 3
"""Of these the nearest in which a negation makes one in the claim no addition."""
_USUAL = 0.75
"""How likely the words of a claim that stand nowhere near may stand for others: what is taken for two more of them."""
_STRETCH, _STEP, _STRETCHES = 8, 6, 4
"""Sentences of a stretch of the evidence that a claim is laid on, from one to the next, and stretches looked at."""
_NOWHERE = -6.0
"""Log-odds of a claim that shares no word with its evidence."""
_REPEATED = 0.3
"""How much being near to the whole claim counts beside naming words of it that no sentence chosen before names."""


def features(claim: str, sentences: Sequence[str], embed: SentenceEmbed | None = None) -> dict[str, float]:
    """Measure one claim, a sentence, against sentences of its sources, in their order.

    embed: gives the meaning of words in their context; without it the features that need it are left out. It is asked
    for the claim and NEAREST sentences, and remembers them for the next claims over the same evidence.
    """
    terms = [w for w in words(claim) if w.content]
    bags = [bag(s) for s in sentences]
    cover = _coverage({w.stem for w in terms}, bags)
    window = _best_window(terms, bags, cover)
    found = _word_features(claim, terms, sentences, bags, window)
    if embed is not None:
        near = _nearest({w.stem for w in terms}, bags, cover)
        found |= _meaning_features(claim, [sentences[n] for n in near], embed)
        found["laid"] = _laid(claim, sentences, embed)
    return found


def _coverage(stems: Set[str], bags: Sequence[Set[str]]) -> list[float]:
    """The share of a claim's words, by their rarity among the sentences, that each sentence holds."""
    weight = rarity(stems, bags)
    total = sum(weight.values()) or 1.0
    return [sum(weight[s] for s in stems & b) / total for b in bags]


def rarity(stems: Set[str], bags: Sequence[Set[str]]) -> dict[str, float]:
    """Inverse document frequency of each stem over the sentences; one in none weighs the most."""
    df = Counter(s for b in bags for s in stems & b)
    return {s: math.log(1 + (len(bags) + 1) / (1 + df[s])) for s in stems}


def _best_window(terms: Sequence[Word], bags: Sequence[Set[str]], cover: Sequence[float]) -> range:
    """The sentence and its neighbours that together name most words of the claim."""

    def worth(n: int) -> float:
        held = frozenset[str]().union(*bags[max(n - _AROUND, 0) : n + _AROUND + 1])
        return sum(t.stem in held for t in terms) / max(len(terms), 1) + _REPEATED * cover[n]

    best = max(range(len(bags)), key=worth, default=0)
    return range(max(best - _AROUND, 0), min(best + _AROUND + 1, len(bags)))


def _word_features(
    claim: str, terms: Sequence[Word], sentences: Sequence[str], bags: Sequence[Set[str]], window: range
) -> dict[str, float]:
    everywhere = frozenset[str]().union(*bags)
    near = frozenset[str]().union(*(bags[n] for n in window))
    names = [t for t in terms[1:] if t.capital and not t.text[0].isdigit()]
    figures = quantities(claim)
    size = max(len(terms), 1)
    return {
        "named_near": sum(named(t.stem, near) for t in terms) / size,
        "named": sum(named(t.stem, everywhere) for t in terms) / size,
        "names_absent": float(min(sum(t.stem not in everywhere for t in names), 3)),
        "figures_absent": _unborne(figures, sentences),
    }


def _unborne(figures: Sequence[Quantity], sentences: Sequence[str]) -> float:
    held = [q for s in sentences for q in quantities(s)]
    return float(min(sum(not any(q.bears_out(f) for q in held) for f in figures), 2))


def _nearest(stems: Set[str], bags: Sequence[Set[str]], cover: Sequence[float]) -> list[int]:
    """The sentences to look at closely: each adds most of what those before it leave unnamed, and is near by itself."""
    weight = rarity(stems, bags)
    total = sum(weight.values()) or 1.0
    chosen: list[int] = []
    left = set(stems)
    while len(chosen) < min(NEAREST, len(bags)):
        gain = [sum(weight[s] for s in left & b) / total for b in bags]
        best = max((n for n in range(len(bags)) if n not in chosen), key=lambda n: gain[n] + _REPEATED * cover[n])
        chosen.append(best)
        left -= bags[best]
    return chosen


def _meaning_features(claim: str, near: Sequence[str], embed: SentenceEmbed) -> dict[str, float]:
    """How well the words of the claim are matched, each by the word most like it, in its context and by itself.

    alike: the recall of BERTScore (Zhang et al. 2020, arXiv:1904.09675) over the words of meaning. standing: how likely
    the words that the sentences don't hold, names and figures aside, may stand for one that they do. negation_added:
    only the claim denies. length: the log of how many words of meaning there are, each of which may be wrong.
    """
    terms, states = _states(embed, claim)
    pairs = [(found, vectors) for found, vectors in (_states(embed, s) for s in near) if len(found)]
    if not terms or not pairs:
        return {"alike": 0.0, "standing": 0.0, "negation_added": 0.0, "length": 0.0}
    best = np.max([(states @ vectors.T).max(axis=1) for _, vectors in pairs], axis=0)
    content = [w.content for w in terms]
    held = [w for found, _ in pairs for w in found]
    denied = any(is_negation(w.text) for found, _ in pairs[:_DENIED] for w in found)
    return {
        "alike": float((best[content] if any(content) else best).mean()),
        "standing": _standing(terms, held, embed),
        "negation_added": float(not denied and any(is_negation(w.text) for w in terms)),
        "length": math.log(max(sum(content), 1)),
    }


def _standing(terms: Sequence[Word], held: Sequence[Word], embed: SentenceEmbed) -> float:
    stems = {w.stem for w in held}
    strange = [
        w.text
        for n, w in enumerate(terms)
        if w.content and w.stem not in stems and not w.text[0].isdigit() and not (w.capital and n)
    ]
    sources = list(dict.fromkeys(w.text for w in held if w.content))
    found = standing(strange, sources, embed).max(axis=1) if strange and sources else np.zeros(len(strange))
    return float((found.sum() + 2 * _USUAL) / (len(strange) + 2))


def _laid(claim: str, sentences: Sequence[str], embed: SentenceEmbed) -> float:
    """The log-odds, by the trees of app.check.bearing, of the claim's weakest sentence where it is borne out best."""
    stretches = _stretches(sentences)

    def log_odds(said: str) -> float:
        mine = content_bag(said)
        near = sorted(stretches, key=lambda passage: -len(mine & bag(passage.text)))[:_STRETCHES]
        laid = filter(None, (lay(said, passage, embed) for passage in near))
        measured = (trees("laying").log_odds(laying_features(one, lambda _passage, _span: None)) for one in laid)
        return max(measured, default=_NOWHERE)

    return min((log_odds(claim[start:end]) for start, end in split_sentences(claim)), default=_NOWHERE)


def _stretches(sentences: Sequence[str]) -> list[Passage]:
    lines = [line for sentence in sentences if (line := collapse(sentence))]
    if not lines:
        return []
    ends = list(accumulate(len(line) + 1 for line in lines))
    spans = [(end - len(line) - 1, end - 1) for line, end in zip(lines, ends, strict=True)]
    document = Document("\n".join(lines), "evidence", "evidence")
    cut = (spans[n : n + _STRETCH] for n in range(0, max(len(spans) - _STRETCH + _STEP, 1), _STEP))
    return [Passage(document, part[0][0], part[-1][1], tuple(part)) for part in cut]


def _states(embed: SentenceEmbed, text: str) -> tuple[list[Word], Floats]:
    return _remembered(cast(Hashable, embed), text)


@lru_cache(maxsize=512)
def _remembered(embed: SentenceEmbed, text: str) -> tuple[list[Word], Floats]:
    """The words of a sentence that the embedder read, and the state of each: (n, d), unit length."""
    found = words(text)
    _, (states,) = embed.with_sentences([text], [[(w.start, w.end) for w in found]])
    read = np.flatnonzero(states.any(axis=1))
    return [found[n] for n in read], states[read]
