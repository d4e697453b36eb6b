"""Train the answer-sentence score: python -m tests.benchmarks.train_answering --data DIR [--split dev].

Writes app/learned/answering.json, trained on all of the split, and tests/benchmarks/learned/answering_folds.json: five
models, each trained without the groups (article, title, question) of its fold, and what the two simple measures need.
Trained on squad2 and quotesum (CC BY-SA 4.0), clapnq and nomiracl_en (Apache-2.0), one model for all. Deterministic.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answering import Linear, Model, Scores, probability, select, summary
from app.answering_features import rows
from retrieval.documents import Hit
from tests.benchmarks import asked
from tests.benchmarks.answering_folds import FOLDS, FOLDS_FILE, SHIPPED, fold_of
from tests.benchmarks.asked import Asked, Hits, References
from tests.benchmarks.measuring import balanced_accuracy, chosen_f1, quoted_f1

_WEIGHTS = {"squad2": 1.0, "clapnq": 6.0, "nomiracl": 6.0, "quotesum": 24.0}
"""Of a question, by set: there are three thousand, three hundred, 250 and 46 of them."""
_SENTENCE, _WHOLE = 0.05, 0.02
"""The strength of the L2 penalty of the two regressions, as scikit-learn's C; chosen by cross-validation."""
_SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_LEASTS = (0.0, 0.1, 0.2)
_PEERS = ("overlap", "cosine")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A question, its hits, their rows, and for each row whether the sentence answers (None where nobody says)."""

    asked: Asked
    hits: tuple[Hit, ...]
    rows: list[list[list[float]]]
    answers: Floats | None
    references: References
    peers: dict[str, Scores]

    @property
    def flat(self) -> Floats:
        return np.array([row for passage in self.rows for row in passage])

    @property
    def fold(self) -> int:
        return fold_of(self.asked)


def examples(data: Path, split: str) -> list[Example]:
    """All questions of the four sets."""
    hits = Hits()
    found: list[tuple[Asked, References]] = [
        (one, []) for read in (asked.squad2, asked.clapnq, asked.nomiracl) for one in read(data, split)
    ]
    found += list(asked.quotesum(data, split))
    hits.learn([passage for one, _ in found for passage in one.passages])
    return [_example(one, references, hits) for one, references in found]


def _example(one: Asked, references: References, embedded: Hits) -> Example:
    hits = embedded.of(one.question, one.passages)
    places = [(hit.passage.document.id, span) for hit in hits for span in hit.passage.sentences]
    answers = (
        None if one.answerable and one.answers is None else np.array([p in (one.answers or ()) for p in places], float)
    )
    peers = {"overlap": asked.overlaps(one.question, hits), "cosine": embedded.cosines(one.question, hits)}
    return Example(one, hits, rows(one.question, hits), answers, references, peers)


def _logistic(x: Floats, y: Floats, weight: Floats, strength: float) -> Linear:
    """Fit on standardised columns; the weights are given for the columns as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=strength, max_iter=1000).fit((x - mean) / scale, y, sample_weight=weight)
    weights = fitted.coef_[0] / scale
    bias = float(fitted.intercept_[0] - weights @ mean)
    return Linear(tuple(float(f"{w:.6g}") for w in weights), float(f"{bias:.6g}"))


def fit_sentence(chosen: Sequence[Example]) -> Linear:
    """The regression on single sentences; a question weighs the same however many sentences it has."""
    told = [(one, one.answers) for one in chosen if one.answers is not None and len(one.answers)]
    weight = [np.full(len(y), 3 * _WEIGHTS[one.asked.name] / len(y)) for one, y in told]
    x, y = np.concatenate([one.flat for one, _ in told]), np.concatenate([y for _, y in told])
    return _logistic(x, y, np.concatenate(weight), _SENTENCE)


def fit(chosen: Sequence[Example]) -> Model:
    """Fit both regressions, the second on sentences scored by models that have not seen their groups."""
    inner = {fold: fit_sentence([one for one in chosen if one.fold != fold]) for fold in {one.fold for one in chosen}}
    odds = [[[inner[one.fold].log_odds(row) for row in passage] for passage in one.rows] for one in chosen]
    told = [(one, o) for one, o in zip(chosen, odds, strict=True) if one.asked.answerable is not None and any(o)]
    x = np.array([summary(one.rows, o) for one, o in told])
    y = np.array([bool(one.asked.answerable) for one, _ in told], float)
    whole = _logistic(x, y, np.array([_WEIGHTS[one.asked.name] for one, _ in told]), _WHOLE)
    scores = [tuple(tuple(map(probability, passage)) for passage in o) for o in odds]
    least_whole = _threshold([one for one, _ in told], [probability(whole.log_odds(row)) for row in x])
    return Model(fit_sentence(chosen), whole, least_whole, *_selection(chosen, scores))


def _threshold(chosen: Sequence[Example], scores: Sequence[float]) -> float:
    """The score from which to answer: the best mean of the sets' balanced accuracies."""
    names = sorted({one.asked.name for one in chosen})
    parts = [[n for n, one in enumerate(chosen) if one.asked.name == name] for name in names]

    def mean(least: float) -> float:
        return sum(
            balanced_accuracy([bool(chosen[n].asked.answerable) for n in part], [scores[n] >= least for n in part])
            for part in parts
        )

    tried = np.quantile(np.array(scores), np.linspace(0.02, 0.98, 97)).tolist()
    return float(f"{max(tried, key=mean):.4g}")


def _selection(chosen: Sequence[Example], scores: Sequence[Scores]) -> tuple[float, float]:
    """The share and the least score that select best, over the mean of both sets that say which words answer."""
    pairs = list(zip(chosen, scores, strict=True))
    natural = [(one, s) for one, s in pairs if one.asked.name == "clapnq" and one.asked.answerable]
    quoted = [(one, s) for one, s in pairs if one.references]

    def mean(pair: tuple[float, float]) -> float:
        return sum(
            float(np.mean([measure(one, list(select(one.hits, s, *pair))) for one, s in part]))
            for part, measure in ((natural, _chosen), (quoted, _quoted))
        )

    return max(((share, least) for share in _SHARES for least in _LEASTS), key=mean)


def _chosen(one: Example, selected: Sequence[tuple[int, int]]) -> float:
    return chosen_f1(one.asked, one.hits, selected)


def _quoted(one: Example, selected: Sequence[tuple[int, int]]) -> float:
    return quoted_f1(one.references, one.hits, selected)


def _peer(chosen: Sequence[Example], name: str) -> dict[str, float]:
    """What one of the simple measures needs: its threshold, and its share and least score, chosen as ours are."""
    told = [one for one in chosen if one.asked.answerable is not None]
    whole = _threshold(told, [max((max(p, default=0.0) for p in one.peers[name]), default=0.0) for one in told])
    share, least = _selection(chosen, [one.peers[name] for one in chosen])
    return {"least_whole": whole, "share": share, "least": least}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    options = parser.parse_args()
    found = examples(options.data, options.split)
    trained_on = f"{options.split}: squad2, quotesum (CC BY-SA 4.0); clapnq, nomiracl_en (Apache-2.0)"
    SHIPPED.parent.mkdir(exist_ok=True)
    SHIPPED.write_text(json.dumps({"trained_on": trained_on, **asdict(fit(found))}) + "\n")
    folds = []
    for fold in range(FOLDS):
        seen = [one for one in found if one.fold != fold]
        folds.append({"model": asdict(fit(seen)), **{name: _peer(seen, name) for name in _PEERS}})
    whole = {name: _peer(found, name) for name in _PEERS}
    FOLDS_FILE.parent.mkdir(exist_ok=True)
    FOLDS_FILE.write_text(json.dumps({"split": options.split, "folds": folds, **whole}) + "\n")


if __name__ == "__main__":
    main()
