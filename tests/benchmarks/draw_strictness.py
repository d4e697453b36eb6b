"""Draw what each strictness costs: python -m tests.benchmarks.draw_strictness --data DIR [--split dev] [--out FILE].

For squad2, clapnq and nomiracl_en: the share of unanswerable questions answered against the share of answerable ones
refused, as more and more is asked for, with the three levels marked. The product's own functions decide; on the split
that trained the probability, each question is scored by a model that has not seen its group.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from app.evidence.answering import Model
from app.evidence.candidates import candidates
from app.evidence.strictness import BALANCED, LEVELS, Least, least_of
from app.evidence.sufficiency import likelihood, strength, sufficient
from app.questions.question import understand
from retrieval.quotations import find_quotations
from tests.benchmarks import asked
from tests.benchmarks.answering_folds import model_for

_ANY = 0.01
OUT = Path(__file__).parents[2] / "docs" / "strictness.svg"
_SETS = {"squad2": "SQuAD 2.0", "clapnq": "CLAPNQ", "nomiracl": "NoMIRACL"}
Scored = list[tuple[float, float, bool]]
"""Of each question the best sentence's strength, the likelihood of its passages, and whether it can be answered."""


def scored(data: Path, split: str) -> dict[str, Scored]:
    """Every question of the three sets."""
    model, embedded = model_for(split), asked.Hits()
    found: dict[str, Scored] = {}
    for read in (asked.squad2, asked.clapnq, asked.nomiracl):
        every = list(read(data, split))
        embedded.learn([passage for one in every for passage in one.passages])
        for one in every:
            found.setdefault(one.name, []).append(_scored(one, embedded, model(one)))
    return found


def _scored(one: asked.Asked, embedded: asked.Hits, model: Model) -> tuple[float, float, bool]:
    question, hits = understand(one.question), embedded.of(one.question, one.passages)
    ranked = candidates(question, hits, find_quotations)
    best = max((c.score for c in ranked), default=0.0)
    strongest = max((strength(question, c, best) for c in sufficient(question, ranked, _ANY)), default=0.0)
    enough = sufficient(question, ranked, min(strongest, BALANCED.strength)) if strongest else []
    return strongest, likelihood(question, enough, hits, model) if enough else 0.0, bool(one.answerable)


def costs(some: Scored, least: Least) -> tuple[float, float]:
    """(Share of the answerable refused, share of the unanswerable answered), 0..1."""
    said = [
        (strong >= least.strength and likely >= least.likelihood, answerable) for strong, likely, answerable in some
    ]
    refused = [not answered for answered, answerable in said if answerable]
    answered = [answered for answered, answerable in said if not answerable]
    return sum(refused) / max(len(refused), 1), sum(answered) / max(len(answered), 1)


def _steps() -> list[Least]:
    """From what lenient asks for to far beyond strict: first the strength rises, then the likelihood."""
    weak = [Least(n / 100, 0.0) for n in range(20, int(BALANCED.strength * 100), 5)]
    return weak + [Least(BALANCED.strength, n / 50) for n in range(46)]


def draw(found: dict[str, Scored], split: str, out: Path) -> None:
    """Write the figure as SVG, the same bytes for the same numbers."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "onrecord"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 5))
    for name, some in found.items():
        steps = [costs(some, step) for step in _steps()]
        (line,) = axes.plot(*zip(*steps, strict=True), label=f"{_SETS[name]} ({len(some):,} questions)")
        for level, marker in zip(LEVELS, "o^s", strict=True):
            axes.plot(*costs(some, least_of(level)), marker, color=line.get_color(), markersize=8)
    for level, marker in zip(LEVELS, "o^s", strict=True):
        axes.plot([], [], marker, color="black", label=level)
    axes.set(
        xlim=(0, 1), ylim=(0, 1), xlabel="answerable, but refused", ylabel="not answerable, but answered",
        title=f"What strictness costs ({split} halves)",
    )  # fmt: skip
    axes.grid(alpha=0.3)
    axes.legend()
    out.parent.mkdir(exist_ok=True)
    figure.savefig(out, format="svg", metadata={"Date": None}, bbox_inches="tight")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the costs of each level and draw the curves."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    found = scored(options.data, options.split)
    for name, some in found.items():
        for level in LEVELS:
            refused, answered = costs(some, least_of(level))
            print(f"{name:9} {level:9} answerable refused {refused:.3f}, unanswerable answered {answered:.3f}")
    draw(found, options.split, options.out)


if __name__ == "__main__":
    main()
