"""Comparing two evaluations of the same questions: what changed, and whether that can be chance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.evaluation.scoring import MEASURES, Count, from_counts
from retrieval.errors import EvaluationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Counts = Mapping[str, Mapping[str, Count]]
"""The counts of each measure of each question, by the question's id."""
_RESAMPLES = 2000


@dataclass(frozen=True)
class Change:
    """A measure before and now, over the questions in both runs; low and high: 95% interval of now - before."""

    before: float
    now: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Two runs held against each other. shared: how many questions are in both; mended and broken: ids of questions."""

    shared: int
    changes: Mapping[str, Change]
    mended: tuple[str, ...]
    broken: tuple[str, ...]


def read_baseline(path: str | Path) -> Counts:
    """The counts that `onrecord eval --json` wrote. Raises EvaluationError for anything else."""
    try:
        report = json.loads(Path(path).read_text(encoding="utf-8"))
        return {
            str(result["id"]): {
                name: (int(hits), int(of)) for name, (hits, of) in result["counts"].items() if name in MEASURES
            }
            for result in report["results"]
        }
    except OSError as error:
        raise EvaluationError(f"The baseline {path} can't be read ({error.strerror or error}).") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"The baseline {path} is not what `onrecord eval --json` writes; make one with that."
        ) from error


def compare(now: Counts, before: Counts) -> Comparison:
    """Compare two runs over the questions that both have, matched by id.

    Intervals by the paired bootstrap (Efron and Tibshirani 1993; percentiles of 2,000 resamples of the questions, the
    seed fixed), so that questions of several facts or citations count as one draw.
    """
    shared = [id for id in now if id in before]
    old, new = [before[id] for id in shared], [now[id] for id in shared]
    changes = {}
    if shared:
        import numpy as np

        draws = np.random.default_rng(0).integers(0, len(shared), (_RESAMPLES, len(shared)))
        was, today = from_counts(old), from_counts(new)
        for name in MEASURES:
            a, b = was[name].value, today[name].value
            if a is not None and b is not None:
                spread = _rates(name, new, draws) - _rates(name, old, draws)
                low, high = np.nanpercentile(spread, [2.5, 97.5]) if not np.isnan(spread).all() else (0.0, 0.0)
                changes[name] = Change(a, b, float(low), float(high))
    passed = {id: (before[id].get("passed"), now[id].get("passed")) for id in shared}
    return Comparison(
        len(shared),
        changes,
        tuple(id for id, (old_one, new_one) in passed.items() if old_one == (0, 1) and new_one == (1, 1)),
        tuple(id for id, (old_one, new_one) in passed.items() if old_one == (1, 1) and new_one == (0, 1)),
    )


def _rates(name: str, counts: Sequence[Mapping[str, Count]], draws: NDArray[np.int64]) -> NDArray[np.float64]:
    """The measure in each resample, NaN where it then counts nothing."""
    import numpy as np

    if name == "abstention":
        both = np.stack([_rates(part, counts, draws) for part in ("answered", "silence")])
        # With one of the two alone in a resample, that one stands for the mean, as it does in the measure itself.
        mean: NDArray[np.float64] = np.where(
            np.isnan(both[0]), both[1], np.where(np.isnan(both[1]), both[0], both.mean(axis=0))
        )
        return mean
    pairs = np.array([one.get(name, (0, 0)) for one in counts], dtype=np.float64)
    hits, of = pairs[draws].sum(axis=1).T
    rates: NDArray[np.float64] = np.divide(hits, of, out=np.full(len(draws), np.nan), where=of > 0)
    return rates
