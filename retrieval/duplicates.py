"""Which texts are copies: the same wire story on several sites, or an agency's paragraph inside two articles.

MinHash over runs of words (Broder 1997, "On the resemblance and containment of documents"): two texts share about as
many of their smallest hashes as they share runs of words.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TypeVar

from retrieval.documents import Document, Span

_WORD = re.compile(r"[^\W_]+")
_RUN = 5
"""Words of a run: shorter ones recur in texts on one subject, longer ones break at every edit."""
_KEPT = 128
"""Hashes kept of a text; the resemblance of two is estimated within about .09 (two standard errors)."""
COPY = 0.5
"""The share of runs from which two texts are copies: a light edit keeps more, two reports of one event far less."""
_LEAST = 20
"""Words that a text needs to be told from another by its runs."""
_PASSAGE = 0.6
"""The share of a paragraph's runs that stand in another text too, from which it is copied."""
_EDITED = 0.5
"""The share of the shorter text's runs that stand in the longer one, from which they are versions of one text."""
_EDITED_WORDS = 2 / 3

_SKETCH = "_sketch"

Key = TypeVar("Key", bound=Hashable)


def sketch(text: str) -> tuple[int, ...]:
    """The smallest hashes of a text's runs of words, ascending, at most 128; none for a text of under 20 words.

    The bottom-k form of MinHash: one hash function, the k smallest values (Cohen and Kaplan 2007).
    """
    return tuple(int.from_bytes(one) for one in sorted(_runs(text))[:_KEPT])


def _runs(text: str) -> set[bytes]:
    """A hash of each run of words; as bytes they are in the order of the numbers that they stand for."""
    found = [w.lower().encode("utf-8", "replace") for w in _WORD.findall(text)]
    if len(found) < _LEAST:
        return set()
    joined = b" ".join(found)
    ends = list(accumulate(len(word) + 1 for word in found))
    starts = [0, *ends]
    return {
        hashlib.blake2b(joined[start : end - 1], digest_size=8).digest()
        for start, end in zip(starts, ends[_RUN - 1 :], strict=False)
    }


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """Estimate the share of runs that two texts have in common (Jaccard, 0..1) from their sketches."""
    both = set(one) & set(other)
    if not both:
        return 0.0
    smallest = sorted({*one, *other})[:_KEPT]
    return sum(h in both for h in smallest) / len(smallest)


def stories(documents: Iterable[Document]) -> dict[str, int]:
    """Number the stories that documents tell: copies of one story have one number. By document id."""
    unique = {d.id: d for d in documents}
    return _grouped(list(unique), lambda a, b: is_copy(unique[a], unique[b]))


def independent(places: Iterable[tuple[Document, Span]]) -> int:
    """How many sources there are behind some places: copies of a story, or of the paragraph cited, count once."""
    found = list(dict.fromkeys(places))

    def same(a: int, b: int) -> bool:
        (one, span), (other, other_span) = found[a], found[b]
        return (
            one.id == other.id
            or is_copy(one, other)
            or is_copied(one, span, other)
            or is_copied(other, other_span, one)
        )

    return len(set(_grouped(range(len(found)), same).values()))


def is_copy(one: Document, other: Document) -> bool:
    """Whether two documents are one story, lightly edited at most."""
    return resemblance(sketch_of(one), sketch_of(other)) >= COPY


def is_version(one: Document, other: Document) -> bool:
    """Whether one of two documents of the same name is the other, edited or written on.

    It is where half of the runs of the shorter one stand in the longer one too (containment, Broder 1997); of texts of
    under 20 words, two thirds of the words.
    """
    few, many = sorted((_runs_here(one.text), _runs_here(other.text)), key=len)
    if few:
        return len(few & many) >= _EDITED * len(few)
    few_words, many_words = sorted(({w.lower() for w in _WORD.findall(d.text)} for d in (one, other)), key=len)
    return len(few_words & many_words) >= _EDITED_WORDS * max(len(few_words), 1)


def sketch_of(document: Document) -> tuple[int, ...]:
    """A document's sketch without its page furniture: the one stored with it, else made now; kept with the object."""
    kept = vars(document).get(_SKETCH)
    if not isinstance(kept, tuple):
        kept = vars(document)[_SKETCH] = sketch(own_text(document)) if kept is None else unpacked(kept)
    return kept


def keep_sketch(document: Document, stored: bytes) -> None:
    """Keep with a document the sketch that was made of it before, to be unpacked by whoever asks for it."""
    vars(document)[_SKETCH] = stored


def packed(sketch: Sequence[int]) -> bytes:
    """A sketch as it is stored."""
    return struct.pack(f"<{len(sketch)}Q", *sketch)


def unpacked(stored: bytes) -> tuple[int, ...]:
    """A sketch as it was before it was stored."""
    return struct.unpack(f"<{len(stored) // 8}Q", stored)


def _grouped(keys: Sequence[Key], same: Callable[[Key, Key], bool]) -> dict[Key, int]:
    """Number the groups that keys fall into where some are the same, directly or by way of others."""
    group = {key: n for n, key in enumerate(keys)}
    for n, one in enumerate(keys):
        for other in keys[:n]:
            if group[one] != group[other] and same(one, other):
                old, new = group[one], group[other]
                group = {key: new if number == old else number for key, number in group.items()}
    return group


def own_text(document: Document) -> str:
    """A document's text without its page furniture."""
    kept, at = [], 0
    for start, end in sorted(document.noise):
        kept.append(document.text[at:start])
        at = max(at, end)
    return "\n".join([*kept, document.text[at:]])


def is_copied(one: Document, span: Span, other: Document) -> bool:
    """Whether the paragraph around a span of a document stands, but for light edits, in another document too."""
    runs = _runs_around(one, span)
    return bool(runs) and len(runs & _all_runs(other)) >= _PASSAGE * len(runs)


@lru_cache(maxsize=256)
def _runs_around(document: Document, span: Span) -> frozenset[int]:
    return _runs_here(_paragraph(document, span))


@lru_cache(maxsize=256)
def _all_runs(document: Document) -> frozenset[int]:
    return _runs_here(document.text)


def _runs_here(text: str) -> frozenset[int]:
    """The runs of a text by Python's own hash, which is faster and only the same within a process."""
    found = [w.lower() for w in _WORD.findall(text)]
    return (
        frozenset(map(hash, zip(*(found[n:] for n in range(_RUN)), strict=False)))
        if len(found) >= _LEAST
        else frozenset()
    )


def _paragraph(document: Document, span: Span) -> str:
    """The paragraph that a span stands in: up to the blank lines, else line breaks, around it."""
    text = document.text
    start = text.rfind("\n\n", 0, span[0]) + 1
    end = text.find("\n\n", span[1])
    return text[start : end if end >= 0 else len(text)]
