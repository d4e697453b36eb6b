"""Train the answer-sentence score: python -m tests.benchmarks.train_answering --data DIR [--split dev].

Writes app/learned/answering.json, trained on all of the split, and tests/benchmarks/learned/answering_folds.json: five
models, each trained without the groups (article, title, question) of its fold, and what the two simple measures need.
Trained on squad2 and quotesum (CC BY-SA 4.0), clapnq and nomiracl_en (Apache-2.0), one model for all. Deterministic.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.evidence.answering import Model, summary
from app.evidence.answering_features import rows
from app.evidence.answering_selection import Scores, in_place, overlaps, select
from app.evidence.regression import Boosted, Linear, Node, probability
from retrieval.documents import Hit, Span
from tests.benchmarks import asked
from tests.benchmarks.answering_folds import FOLDS, FOLDS_FILE, SHIPPED, fold_of
from tests.benchmarks.asked import Asked, Hits, References
from tests.benchmarks.measuring import balanced_accuracy, chosen_f1, quoted_f1, tokens

_WEIGHTS = {"squad2": 1.0, "clapnq": 6.0, "nomiracl": 6.0, "quotesum": 24.0}
"""Of a question, by set: there are three thousand, three hundred, 250 and 46 of them."""
_CHOSEN_WEIGHTS = {"clapnq": 1.0, "quotesum": 3.0}
_SENTENCE, _WHOLE, _CHOSEN = 0.05, 0.02, 0.01
"""The strength of the L2 penalty of the regressions, as scikit-learn's C; chosen by cross-validation."""
_LEAST_WHOLE = 0.5
"""Half of the questions can be answered, in every set, and the probability is calibrated."""
_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_LEASTS = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0)
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
    peers = {"overlap": overlaps(one.question, hits), "cosine": embedded.cosines(one.question, hits)}
    return Example(one, hits, rows(one.question, hits), answers, references, peers)


def _logistic(x: Floats, y: Floats, weight: Floats, strength: float) -> Linear:
    """Fit on standardised columns; the weights are given for the columns as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=strength, max_iter=1000).fit((x - mean) / scale, y, sample_weight=weight)
    weights = fitted.coef_[0] / scale
    bias = float(fitted.intercept_[0] - weights @ mean)
    return Linear(tuple(float(f"{w:.6g}") for w in weights), float(f"{bias:.6g}"))


def _boosted(x: Floats, y: Floats, weight: Floats) -> Boosted:
    """Fit small trees, each on some of the rows and columns, and read them out."""
    from sklearn.ensemble import GradientBoostingClassifier

    shape = {"max_leaf_nodes": 6, "min_samples_leaf": 25, "max_features": 0.25, "subsample": 0.6}
    fitted = GradientBoostingClassifier(n_estimators=100, learning_rate=0.06, random_state=0, **shape)
    fitted.fit(x, y, sample_weight=weight)
    share = float(np.average(y, weights=weight))
    trees = tuple(
        _nodes(
            tree.feature.tolist(),
            tree.threshold.tolist(),
            tree.children_left.tolist(),
            tree.children_right.tolist(),
            (tree.value.ravel() * fitted.learning_rate).tolist(),
        )
        for tree in (one.tree_ for (one,) in fitted.estimators_)
    )
    return Boosted(math.log(share / (1 - share)), trees)


def _nodes(
    columns: list[int], thresholds: list[float], left: list[int], right: list[int], values: list[float]
) -> tuple[Node, ...]:
    return tuple(
        (column, float(f"{threshold:.6g}"), below, above) if below >= 0 else (-1, float(f"{value:.4g}"), 0, 0)
        for column, threshold, below, above, value in zip(columns, thresholds, left, right, values, strict=True)
    )


def _fit_chosen(told: Sequence[tuple[Example, list[list[list[float]]]]]) -> Linear:
    """The regression on sentences in their places: how many people selected or quoted each."""
    x = np.array([row for _, place in told for passage in place for row in passage], float)
    y = np.concatenate([_shares(one) for one, _ in told])
    sizes = [(len(one.flat), _CHOSEN_WEIGHTS[one.asked.name]) for one, _ in told]
    weight = np.concatenate([np.full(size, counts / size) for size, counts in sizes])
    weight /= weight.mean()
    both, kinds = np.vstack([x, x]), np.repeat([1.0, 0.0], len(x))
    return _logistic(both, kinds, np.concatenate([weight * y, weight * (1 - y)]), _CHOSEN)


def _shares(one: Example) -> Floats:
    """Of each sentence the share of the human answers that quote it; where none quotes, whether anyone selected it."""
    if not one.references:
        return np.zeros(len(one.flat)) if one.answers is None else one.answers
    quoting = [
        [any(_quotes(text, hit, span) for text in said[hit.passage.document.uri]) for said in one.references]
        for hit in one.hits
        for span in hit.passage.sentences
    ]
    return np.array([sum(quotes) / len(quotes) for quotes in quoting])


def _quotes(quoted: str, hit: Hit, span: Span) -> bool:
    """Whether a quoted text is of a sentence: one holds the other, or the sentence most of four words or more."""
    ours, theirs = tokens(quoted), tokens(hit.passage.document.text[slice(*span)])
    inside = f" {' '.join(ours)} " in f" {' '.join(theirs)} " or f" {' '.join(theirs)} " in f" {' '.join(ours)} "
    most = len(ours) >= 4 and (Counter(ours) & Counter(theirs)).total() >= 0.8 * len(ours)
    return bool(ours and theirs) and (inside or most)


def fit_sentence(chosen: Sequence[Example]) -> Linear:
    """The regression on single sentences; a question weighs the same however many sentences it has."""
    told = [(one, one.answers) for one in chosen if one.answers is not None and len(one.answers)]
    weight = [np.full(len(y), 3 * _WEIGHTS[one.asked.name] / len(y)) for one, y in told]
    x, y = np.concatenate([one.flat for one, _ in told]), np.concatenate([y for _, y in told])
    return _logistic(x, y, np.concatenate(weight), _SENTENCE)


def fit(chosen: Sequence[Example]) -> Model:
    """Fit all parts; what a part is given, and what thresholds are chosen on, comes from models without its group."""
    folds = sorted({one.fold for one in chosen})
    inner = {fold: fit_sentence([one for one in chosen if one.fold != fold]) for fold in folds}
    odds = [[[inner[one.fold].log_odds(row) for row in passage] for passage in one.rows] for one in chosen]
    judged = [
        (one, summary(one.rows, o)) for one, o in zip(chosen, odds, strict=True) if one.asked.answerable is not None
    ]
    told = [(one, in_place(one.hits, one.rows, o)) for one, o in zip(chosen, odds, strict=True) if _tells(one)]
    scores = []
    for fold in folds:
        linear = _fit_chosen([pair for pair in told if pair[0].fold != fold])
        scores += [
            (one, tuple(tuple(probability(linear.log_odds(row)) for row in p) for p in place))
            for one, place in told
            if one.fold == fold
        ]
    selection = _selection([(one, s, one.peers["overlap"]) for one, s in scores])
    return Model(fit_sentence(chosen), *_fit_whole(judged), _LEAST_WHOLE, _fit_chosen(told), *selection)


def _tells(one: Example) -> bool:
    """Whether people said which sentences of these a full answer takes."""
    return one.asked.name in _CHOSEN_WEIGHTS and one.answers is not None and bool(one.answers.any())


def _fit_whole(judged: Sequence[tuple[Example, list[float]]]) -> tuple[Linear, Boosted]:
    """Both models of whether passages hold an answer, from their summaries."""
    x = np.array([row for _, row in judged])
    y = np.array([bool(one.asked.answerable) for one, _ in judged], float)
    weight = np.array([_WEIGHTS[one.asked.name] for one, _ in judged])
    return _logistic(x, y, weight, _WHOLE), _boosted(x, y, weight)


def _threshold(held: Sequence[tuple[Example, float]]) -> float:
    """The score from which to answer: the best mean of the sets' balanced accuracies."""
    parts = [[pair for pair in held if pair[0].asked.name == name] for name in {one.asked.name for one, _ in held}]

    def mean(least: float) -> float:
        return math.fsum(
            balanced_accuracy([bool(one.asked.answerable) for one, _ in part], [score >= least for _, score in part])
            for part in parts
        )

    tried = np.quantile(np.array([score for _, score in held]), np.linspace(0.02, 0.98, 97)).tolist()
    return float(f"{max(tried, key=mean):.4g}")


def _selection(scored: Sequence[tuple[Example, Scores, Scores]]) -> tuple[float, float]:
    """The share and the least that select best, over the mean of both sets that say which words answer.

    scored: each question with the score of each sentence, and what tells which documents to leave out.
    """
    natural = [one for one in scored if one[0].asked.name == "clapnq" and one[0].asked.answerable]
    quoted = [one for one in scored if one[0].references]

    def mean(pair: tuple[float, float]) -> float:
        return sum(
            float(np.mean([measure(one, list(select(one.hits, s, *pair, n))) for one, s, n in part]))
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
    whole = _threshold([(one, max((max(p, default=0.0) for p in one.peers[name]), default=0.0)) for one in told])
    share, least = _selection([(one, one.peers[name], one.peers[name]) for one in chosen])
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
