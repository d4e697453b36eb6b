"""The choice of sentences: clapnq_sentence_f1, quotesum_span_f1.

clapnq_sentence_f1: over the answerable questions, the mean F1 of the sentences selected of the passage against those
that any annotator selected. quotesum_span_f1: all sources of a question are its hits; the words selected of each source
against the words that a human answer quotes of it (token F1; 1 where neither takes any, 0 where only one does),
averaged over the sources; the best of the human answers counts; the mean over the questions.

Ours is app.evidence.answering.chosen. Overlap and cosine select by the same rule (answering_selection.select) from
their own scores of each sentence; share and least are chosen alike on the training split, for both sets together.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.evidence.answering import chosen
from app.evidence.answering_selection import overlaps, select
from tests.benchmarks import asked
from tests.benchmarks.answering_folds import model_for, peer_for
from tests.benchmarks.asked import Asked, Hits, References
from tests.benchmarks.measuring import chosen_f1, quoted_f1

_KEYS = {"clapnq": "clapnq_sentence_f1", "quotesum": "quotesum_span_f1"}


def scores(data: Path, split: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, key in _KEYS.items():
        measured = list(selections(data, split, name))
        for measure in ("", "overlap_", "cosine_") if measured else ():
            found[measure + key] = sum(one[measure] for one in measured) / len(measured)
    return found


def selections(data: Path, split: str, name: str) -> Iterator[dict[str, float]]:
    """For each question the F1 of each measure's selection."""
    questions = list(_questions(data, split, name))
    if not questions:
        return
    embedded = Hits()
    embedded.learn([passage for one, _ in questions for passage in one.passages])
    model_of, peers = model_for(split), {name: peer_for(split, name) for name in ("overlap", "cosine")}
    for one, references in questions:
        hits, model = embedded.of(one.question, one.passages), model_of(one)
        overlap, cosine = peers["overlap"](one), peers["cosine"](one)
        selected = {
            "": chosen(one.question, hits, model),
            "overlap_": select(hits, overlaps(one.question, hits), overlap["share"], overlap["least"]),
            "cosine_": select(hits, embedded.cosines(one.question, hits), cosine["share"], cosine["least"]),
        }
        yield {
            measure: quoted_f1(references, hits, list(s)) if references else chosen_f1(one, hits, list(s))
            for measure, s in selected.items()
        }


def _questions(data: Path, split: str, name: str) -> Iterator[tuple[Asked, References]]:
    if name == "quotesum":
        yield from asked.quotesum(data, split)
    else:
        yield from ((one, []) for one in asked.clapnq(data, split) if one.answerable)
