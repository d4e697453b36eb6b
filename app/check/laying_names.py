"""Whether the names of a claim are its source's, beside the words that they stand beside there."""

from __future__ import annotations

import numpy as np

from app.check.matching import REACH, Matched, mean
from app.check.paraphrase_layout import ANAPHORS
from app.check.words import bag


def names(m: Matched) -> dict[str, float]:
    """Names that the sentences, or the document, lack; and those of the main sentence that the claim leaves out."""
    document = m.laid.passage.document
    known = bag(document.text) | bag(document.title) | bag(document.source or "")
    its, ours = {t.key for t in m.main.tokens}, {t.key for t in m.ours}
    missing = [m.ours[i].key for i in m.named if not m.explained[i]]
    return {
        "names": len(m.named),
        "names_unknown": sum(key not in known for key in missing),
        "names_elsewhere": sum(key in known for key in missing),
        "names_not_main": sum(m.ours[i].key not in its for i in m.named),
        "names_dropped": sum(t.kind == "name" and t.start > 0 and t.key not in ours for t in m.main.tokens),
        "opens_unknown": float(m.opens_unknown),
        "pronoun": float(any(t.lower in ANAPHORS for t in m.main.tokens)),
        "names_apart": _names_apart(m),
        "names_swapped": _names_swapped(m),
    }


def another_opens(m: Matched) -> bool:
    """Whether the claim opens with a word that its document lacks where the source has a name: it is another's."""
    if not m.opens_unknown or len(m.ours) < 2:
        return False
    if m.ours[1].kind == "possessive":
        return True
    places = [m.laid.places[p] for p in np.flatnonzero(m.laid.same[1])]
    before = [m.laid.sentences[s].tokens[max(n - 3, 0) : n] for s, n in places]
    return any(t.kind == "name" for some in before for t in some)


def _names_apart(m: Matched) -> float:
    """For the worst name, the share of the words beside it that stand in a sentence without that name."""
    worst = 0.0
    for i in m.named:
        near = [k for k in m.positions if k != i and abs(k - i) <= REACH and m.ours[k].kind != "name"]
        with_name = {m.laid.places[p][0] for p in np.flatnonzero(m.laid.same[i])}
        apart = [m.positions[k][0] not in with_name for k in near]
        worst = max(worst, mean(apart, 0.0))
    return worst


def _names_swapped(m: Matched) -> float:
    """Pairs of names that some sentence of the source has in the other order only."""
    places: dict[int, dict[int, list[int]]] = {}
    for i in m.named:
        for p in np.flatnonzero(m.laid.same[i]):
            sentence, n = m.laid.places[p]
            places.setdefault(i, {}).setdefault(sentence, []).append(n)
    pairs = [(a, b) for a in places for b in places if a < b and m.ours[a].key != m.ours[b].key]
    both = [(places[a][s], places[b][s]) for a, b in pairs for s in places[a].keys() & places[b].keys()]
    return float(sum(min(first) > max(second) for first, second in both))
