"""How likely sentences of a passage bear out a claim that is worded freely, where the rules of wording give up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.check.anaphora import as_its_source
from app.check.attribution import (
    SpeakerOf,
    attributions,
    names_speaker,
    outside_quotes,
    quoted_spans,
    quoted_words,
    unmatched_marks,
)
from app.check.laying import Laid, lay
from app.check.laying_features import features
from app.check.reading import Reader, read
from app.check.roles import turned_round
from app.check.words import words
from app.evidence.orders import is_order
from retrieval.documents import Passage, Span
from retrieval.embedding import SentenceEmbed
from retrieval.errors import WeightsError

_LEARNED = Path(__file__).parents[1] / "learned"
_FORGED = re.compile(r"\W*\[\d{1,3}\]\s+[A-Z][^:]{0,60}:")
"""A sentence with the number and the name that stand before a passage when a model is asked."""
_LONGEST = 600
"""Characters of a claim: what is longer is no sentence, and MiniLM would not read it to its end."""
_NO_PROSE = re.compile(r"://|\bwww\.|[<>{}\\|`]|\w\(['\"]")
"""An address, markup or code: no free wording of anything."""
_WORDS = 3
"""What has fewer words is a fragment, not a sentence that says something."""
_TO_THE_READER = re.compile(r"\b(?:you|your|yours|yourself|click here|please)\b|[\[\]]", re.IGNORECASE)
"""Words to whoever reads, and brackets: in a quotation alone."""
_LOADING = Lock()
OBJECTIONS = (
    "figures_absent",
    "names_unknown",
    "another_opens",
    "others_figure",
    "led",
    "turned",
    "compared",
    "opposed",
    "put_in",
    "times_clash",
    "only_planned",
    "quotes_absent",
    "edit_another",
    "objected_surely",
)
"""Features that rule a claim out by themselves, however likely the rest makes it."""


@dataclass(frozen=True)
class Bearing:
    """The likelihood, 0..1, that these sentences (spans of the document) together bear a claim out."""

    likelihood: float
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Trees:
    """Boosted regression trees over named features (Friedman 2001, doi:10.1214/aos/1013203451).

    Of each node: feature, threshold (≤ goes left), left, right, value; roots: where each tree begins. A leaf's left is
    0.
    """

    names: tuple[str, ...]
    base: float
    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]

    def log_odds(self, measured: Mapping[str, float]) -> float:
        """What the trees make of these features."""
        row = np.array([measured[name] for name in self.names])
        at = self.roots.copy()
        while (inner := self.left[at] > 0).any():
            goes_left = row[self.feature[at]] <= self.threshold[at]
            at = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)
        return float(self.base + self.value[at].sum())


def bearings(claim: str, passages: Sequence[Passage], speaker_of: SpeakerOf) -> list[tuple[int, Bearing]]:
    """How likely each passage, by its index, bears the claim out, the likeliest first; none where a hard rule objects.

    The rules: the claim is a sentence, and speaks to nobody; quotation marks match and stand round words that the
    sentences quote; every figure stands in the sentences, behind the same name, or follows from theirs, and every name
    in the document; nothing planned is told as done; no "rose" stands for "fell", no "from" for "to", no word for its
    opposite; no "not" or "could" is put into what else are the source's own words, nor a thing in the place of another
    (app.check.edits); doer and object change places only with the voice of the verb; the sentence is no question, and
    its passage gives no orders. About 30 ms of processor time for a passage; MiniLM's word states are remembered from
    claim to claim. Empty too where MiniLM's weights are missing.
    """
    if not _is_statement(claim):
        return []
    models = _models()
    if models is None:
        return []
    embed, reader = models
    found = []
    for number, passage in enumerate(passages):
        laid = None if _is_suspect(passage) else lay(claim, passage, embed)
        for one in _ways(laid, embed, speaker_of) if laid else ():
            measured = features(one, speaker_of)
            if not ruled_out(one, measured, speaker_of):
                found.append((number, Bearing(_likelihood(measured, read(one, reader)), one.spans)))
    return sorted(found, key=lambda one: -one[1].likelihood)


def _ways(laid: Laid, embed: SentenceEmbed, speaker_of: SpeakerOf) -> Iterator[Laid]:
    """The claim as it was laid, and with the names put for "he" and "the company" as its sentences have them."""
    yield laid
    passage = laid.passage
    for span in () if quoted_spans(laid.claim.text) else laid.spans:
        heard = frozenset(filter(None, [speaker_of(passage, span)]))
        for same in as_its_source(laid.claim.text, passage, span, heard):
            other = lay(same, passage, embed)
            if other and span in other.spans:
                yield other


def ruled_out(laid: Laid, measured: Mapping[str, float], speaker_of: SpeakerOf) -> bool:
    """Whether a hard rule objects to a laid claim, whose features were measured; see bearings."""
    if any(measured[name] for name in OBJECTIONS) or turned_round(laid, same_voice=not measured["passive"]):
        return True
    return _asks(laid) or not _quotes_stand(laid, speaker_of)


def _is_statement(claim: str) -> bool:
    """Whether this is a sentence that says something, to nobody in particular."""
    if len(claim) > _LONGEST or _NO_PROSE.search(claim) or unmatched_marks(claim):
        return False
    own = outside_quotes(claim)
    if _TO_THE_READER.search(own) or own.count("(") != own.count(")"):
        return False
    return len(words(claim)) >= _WORDS


def _quotes_stand(laid: Laid, speaker_of: SpeakerOf) -> bool:
    """Whether the sentences quote every quotation of the claim, which gives none to another person than they do."""
    claim = laid.claim.text
    found = [q for span in laid.spans for q in quoted_words(claim, laid.passage, span) if q.found]
    speakers = {speaker for q in found if q.found and (speaker := speaker_of(laid.passage, q.found))}
    named = [
        a.who for a in attributions(claim) if a.who[:1].isupper() and not a.who.startswith(("The ", "Its ", "Their "))
    ]
    told = speakers and all(any(names_speaker(who, speaker) for who in named) for speaker in speakers)
    if found and named and not told:
        return False
    return len({q.claimed for q in found}) == len(quoted_spans(claim))


def _asks(laid: Laid) -> bool:
    asked = any(one.text.rstrip(" \"'”’").endswith("?") for one in laid.sentences)
    return asked and not laid.claim.text.endswith("?")


@lru_cache(maxsize=64)
def _is_suspect(passage: Passage) -> bool:
    """Whether a passage gives orders to its reader, or poses as another: then only its exact wording counts."""
    text = passage.document.text
    return any(is_order(said) or _FORGED.match(said) for said in (text[slice(*span)] for span in passage.sentences))


def _models() -> tuple[SentenceEmbed, Reader] | None:
    with _LOADING:
        try:
            return _loaded()
        except WeightsError:
            return None


@cache
def _loaded() -> tuple[SentenceEmbed, Reader]:
    from retrieval.minilm import MiniLM

    return MiniLM(), Reader()


def _likelihood(measured: Mapping[str, float], read: float) -> float:
    """The probability for a claim's features and what the reader says of it."""
    return float(1 / (1 + np.exp(-trees("weighing").log_odds(weighed(measured, read, trees("laying"))))))


def weighed(measured: Mapping[str, float], read: float, laying: Trees) -> dict[str, float]:
    """What the second trees weigh: the features, what the first make of them (laid), and what the reader says (read).

    First trees and reader are fitted on the same many claims, the second trees on others: stacking (Wolpert 1992,
    doi:10.1016/S0893-6080(05)80023-1).
    """
    return {**measured, "laid": laying.log_odds(measured), "read": read}


@cache
def trees(name: str) -> Trees:
    """The trees that ship, fitted by tests/benchmarks/train_bearing.py."""
    with np.load(_LEARNED / f"{name}.npz", allow_pickle=False) as learned:
        nodes = {name: learned[name] for name in ("roots", "feature", "threshold", "left", "right", "value")}
        return Trees(tuple(map(str, learned["names"])), float(learned["base"]), **nodes)
