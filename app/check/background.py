"""In what light a claim is read: its source's sentences, and others of the document that tell what they are about."""

from __future__ import annotations

from functools import lru_cache

from app.check.laying import Laid
from app.check.words import bag, content_bag
from retrieval.documents import Span
from retrieval.sentences import split_sentences

_BEFORE, _AFTER = 3000, 1500
"""Characters before and after the sentences a claim is laid on in which what they are about is looked for."""
_OTHERS = 2
"""At most so many sentences tell what they are about, besides the one before."""


def source(laid: Laid) -> str:
    """What a claim is read beside: the sentences it is laid on, and what tells whom and what they are about.

    That is the sentence before them in the document, whatever passage it is in, or the document's title; and, for words
    of the claim that all these lack, the title and the sentences round about that have most of them, the nearest first.
    In the document's order; … where something is left out.
    """
    title, text = laid.passage.document.title, laid.passage.document.text
    spans = _around(laid)
    texts = [text[slice(*span)] for span in spans]
    chosen = {spans.index(span) for span in laid.spans}
    first = min(chosen)
    near = sorted(set(range(len(spans))) - chosen, key=lambda n: abs(n - first + 0.5))
    if first:
        chosen.add(first - 1)
    left = content_bag(laid.claim.text).difference(*(bag(texts[n]) for n in chosen))
    titled = not first or bool(left & bag(title))
    if titled:
        left -= bag(title)
    for _ in range(_OTHERS):
        best = max(near, key=lambda n: len(left & bag(texts[n])), default=first)
        if not left & bag(texts[best]):
            break
        chosen.add(best)
        left -= bag(texts[best])
    parts = [texts[n] if not k or n - 1 in chosen else f"… {texts[n]}" for k, n in enumerate(sorted(chosen))]
    return " ".join([title, *parts] if titled else parts)


def _around(laid: Laid) -> list[Span]:
    """The spans of the sentences that a claim is laid on, and of those not far before and after them, in order."""
    text, start, end = laid.passage.document.text, laid.spans[0][0], laid.spans[-1][1]
    first = max(start - _BEFORE, 0)
    first = max(first, text.find("\n", first, start)) if first else 0
    found = [(a + first, b + first) for a, b in _sentences(text[first : end + _AFTER])]
    others = [(a, b) for a, b in found if not any(a < stop and begin < b for begin, stop in laid.spans)]
    return sorted([*laid.spans, *others])


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[Span, ...]:
    return tuple(split_sentences(text))
