"""Score retrieval on public sets, ours beside what people would otherwise take, in one run and on one embedder.

Run: python -m tests.benchmarks.retrieval --data DIR --split dev [--json FILE] [--only scifact mtrag …] [--no-peers]

Each set's texts are added to a real library, each as a document, and each question is asked of `Library.search`; a
text's rank is that of its first passage. nDCG and recall are over texts with binary relevance. Keys are
<set>[_<variant>]_<measure>; a peer's stand behind its name. mtrag_* are means over the domains that the split holds,
each domain's own as mtrag_<domain>_*. "own" are last turns rewritten by our rules from the turns before, and searched
for as the chatbot does; peers are given the rewritten question.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import log2
from pathlib import Path

import numpy as np

from app.questions.context import in_context, leant_on
from app.questions.followup import spelt_out, standalone
from retrieval.documents import Document, Hit
from retrieval.embedding import Embed
from retrieval.library import Library
from tests.benchmarks.embedding_cache import CachedMiniLM
from tests.benchmarks.retrieval_peers import Search, available
from tests.benchmarks.retrieval_sets import Collection, Query, Text, Turn, collections, title_of

Measure = Callable[[Sequence[str], frozenset[str]], float]
"""(ids found, best first; relevant ids) -> 0..1."""

_DEPTH = 20


def ndcg(k: int) -> Measure:
    """Normalised discounted cumulative gain of the first k, binary relevance (Järvelin and Kekäläinen 2002)."""

    def measure(found: Sequence[str], relevant: frozenset[str]) -> float:
        gained = sum(1 / log2(rank + 2) for rank, id in enumerate(found[:k]) if id in relevant)
        return gained / sum(1 / log2(rank + 2) for rank in range(min(k, len(relevant))))

    return measure


def recall(k: int) -> Measure:
    """The share of the relevant ones among the first k."""
    return lambda found, relevant: len(relevant.intersection(found[:k])) / len(relevant)


def mrr(k: int) -> Measure:
    """The reciprocal rank of the first relevant one among the first k, else 0."""
    return lambda found, relevant: next((1 / rank for rank, id in enumerate(found[:k], 1) if id in relevant), 0.0)


MEASURES: Mapping[str, Mapping[str, Measure]] = {
    "scifact": {"ndcg10": ndcg(10), "recall10": recall(10)},
    "squad2": {"mrr10": mrr(10), "hit1": mrr(1)},
    "clapnq": {"mrr10": mrr(10)},
    "multihop": {"recall10": recall(10), "mrr10": mrr(10)},
    "mtrag": {"ndcg5": ndcg(5), "recall5": recall(5)},
}


class Ours:
    """A real library on disk, searched as the product does; its folder lives as long as it."""

    def __init__(self, texts: Sequence[Text], embed: Embed) -> None:
        """Add the texts."""
        self._folder = tempfile.TemporaryDirectory(prefix="onrecord-bench-")
        self._library = Library(Path(self._folder.name), embed)
        self._ids: dict[str, str] = {}
        for _ in self._library.add(list(map(self._document, texts))):
            pass

    def __call__(self, question: str, most: int) -> list[str]:
        """The ids of the texts found, best first."""
        return self._texts(self._library.search(question, most))

    def follow(self, question: str, turns: Sequence[Turn], most: int) -> list[str]:
        """The same for a question, made to stand alone, that was asked after these turns."""
        return self._texts(in_context(self._library.search, leant_on(question, turns))(question, most))

    def _document(self, text: Text) -> Document:
        document = Document(text.body, title_of(text), f"bench:{text.id}", text.source, None, text.published)
        self._ids.setdefault(document.id, text.id)
        return document

    def _texts(self, hits: Sequence[Hit]) -> list[str]:
        return list(dict.fromkeys(self._ids[hit.passage.document.id] for hit in hits))


def distinct(collection: Collection) -> Collection:
    """The collection without empty texts and with one text for each body; what is relevant follows."""
    first: dict[str, str] = {}
    kept, stands_for = [], {}
    for text in collection.texts:
        if text.body.strip():
            stands_for[text.id] = first.setdefault(text.body, text.id)
            if stands_for[text.id] == text.id:
                kept.append(text)
    queries = {
        variant: [
            Query(q.id, q.text, frozenset(stands_for[r] for r in q.relevant if r in stands_for), q.history, q.answers)
            for q in asked
        ]
        for variant, asked in collection.queries.items()
    }
    return Collection(collection.name, kept, queries)


def variants(collection: Collection) -> dict[str, list[Query]]:
    """The questions of a collection by variant, "own" added where there are turns before; only those with an answer."""
    found = {name: [q for q in asked if q.relevant] for name, asked in collection.queries.items()}
    if "lastturn" in found:
        found["own"] = [
            Query(q.id, standalone(q.text, q.history), q.relevant, spelt_out(q.history), q.answers)
            for q in found["lastturn"]
        ]
    return found


def score(collection: Collection, search: Search) -> dict[str, list[float]]:
    """Each measure's value for each question, by key."""
    kind = collection.name.partition("_")[0]
    found: dict[str, list[float]] = defaultdict(list)
    for variant, asked in variants(collection).items():
        for query in asked:
            if variant == "own" and isinstance(search, Ours):
                ids = search.follow(query.text, query.history, _DEPTH)
            else:
                ids = search(query.text, _DEPTH)
            for name, measure in MEASURES[kind].items():
                key = "_".join(part for part in (collection.name, variant, name) if part)
                found[key].append(measure(ids, query.relevant))
    return found


def interval(ours: Sequence[float], theirs: Sequence[float], draws: int = 2000) -> tuple[float, float]:
    """The 95% interval of the mean difference, by a paired bootstrap over questions (Efron 1979)."""
    differences = np.asarray(ours) - np.asarray(theirs)
    drawn = np.random.default_rng(1).integers(0, len(differences), (draws, len(differences)))
    low, high = np.quantile(differences[drawn].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def means(found: Mapping[str, Mapping[str, Sequence[float]]]) -> dict[str, float]:
    """Flat keys: each stack's means, those of mtrag also over its domains."""
    flat: dict[str, float] = {}
    for stack, values in found.items():
        prefix = "" if stack == "ours" else f"{stack}_"
        over: dict[str, list[float]] = defaultdict(list)
        for key, per_query in values.items():
            flat[prefix + key] = float(np.mean(per_query))
            if key.startswith("mtrag_"):
                over["mtrag_" + key.split("_", 2)[2]].append(flat[prefix + key])
        flat |= {prefix + key: float(np.mean(domains)) for key, domains in over.items()}
    return flat


def table(found: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """A Markdown table: a line for each measure, a column for each stack, and what we are ahead of the best peer."""
    stacks = list(found)
    lines = [
        f"| figure | {' | '.join(stacks)} | ahead of the best peer (95%) |",
        f"| --- |{' --- |' * (len(stacks) + 1)}",
    ]
    for key, mine in found["ours"].items():
        others = {s: found[s][key] for s in stacks if s != "ours" and key in found[s]}
        ahead = ""
        if others:
            best = max(others, key=lambda s: float(np.mean(others[s])))
            low, high = interval(mine, others[best])
            ahead = f"{np.mean(mine) - np.mean(others[best]):+.3f} ({low:+.3f} … {high:+.3f}) {best}"
        cells = (f"{np.mean(found[s][key]):.3f}" if key in found[s] else "" for s in stacks)
        lines.append(f"| {key} | {' | '.join(cells)} | {ahead} |")
    return "\n".join(lines)


def main() -> int:
    """Print the table; exit with 1 where no set was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    embed = CachedMiniLM()
    stacks = {"ours": Ours} | ({} if options.no_peers else available())
    found: dict[str, dict[str, list[float]]] = {name: {} for name in stacks}
    for given in collections(options.data, options.split):
        if options.only and given.name.partition("_")[0] not in options.only:
            continue
        collection = distinct(given)
        for name, make in stacks.items():
            began = time.perf_counter()
            found[name] |= score(collection, make(collection.texts, embed))
            print(f"{collection.name} {name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    if not found["ours"]:
        print(f"{options.data} holds no retrieval set for the split {options.split}.", file=sys.stderr)
        return 1
    print(table(found))
    if options.json:
        flat = {key: round(value, 4) for key, value in sorted(means(found).items())}
        options.json.write_text(json.dumps(flat, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
