"""Score retrieval on public sets, ours beside what people would otherwise take, in one run and on one embedder.

Run: python -m tests.benchmarks.retrieval --data DIR --split dev [--json FILE] [--report FILE.md] [--only scifact …]

Each set's texts are added to a real library, each as a document, and each question is asked of `Library.search`; a
text's rank is that of its first passage. nDCG and recall are over texts with binary relevance. Keys are
<set>[_<variant>]_<measure>; a peer's stand behind its name. mtrag_* are means over the domains that the split holds,
each domain's own as mtrag_<domain>_*. "own" are last turns rewritten by our rules from the turns before, and searched
for as the chatbot does; peers are given the rewritten question.

squad2_sentence_hit1: the first sentence is of the right paragraph and holds an acceptable answer; ours is the first
candidate of the chatbot, a peer's the first it finds among all sentences, each under its title.
multihop_null_auroc: how well questions that the texts answer are told from those that they don't by the score of what
is found first; multihop_null_weighed_auroc: by what the chatbot makes of it (app.answering.weigh).
squad2_auroc, nomiracl_auroc, clapnq_sentence_f1: see answers_silence.py and answers_selection.py.

A library is built --builds times where it is small, since Chroma's index differs a little from build to build:
<key>_spread is the greatest minus the smallest of a figure of ours.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.evidence.answering import weigh
from app.evidence.candidates import candidates
from app.questions.context import in_context, leant_on
from app.questions.followup import spelt_out, standalone
from app.questions.question import understand
from retrieval.documents import Document, Hit
from retrieval.embedding import Embed
from retrieval.library import Library
from retrieval.passages import split_passages
from tests.benchmarks import answers_selection, answers_silence
from tests.benchmarks.embedding_cache import CachedMiniLM
from tests.benchmarks.retrieval_measures import MEASURES, Figure
from tests.benchmarks.retrieval_peers import Found, Search, available
from tests.benchmarks.retrieval_report import flat, made_on, tables, write
from tests.benchmarks.retrieval_sets import Collection, Query, Text, Turn, collections, title_of

Make = Callable[[Sequence[Text], Embed], Search]
Figures = dict[str, Figure]

_DEPTH = 20
_READ = 8
"""Passages that the chatbot reads for an answer."""
_SMALL = 6000
"""Texts, up to which a library is built more than once."""


def document_of(text: Text) -> Document:
    """A text as a library is given it."""
    return Document(text.body, title_of(text), f"bench:{text.id}", text.source, None, text.published)


class Ours:
    """A real library on disk, searched as the product does; its folder lives as long as it."""

    def __init__(self, texts: Sequence[Text], embed: Embed) -> None:
        """Add the texts."""
        self._folder = tempfile.TemporaryDirectory(prefix="onrecord-bench-")
        self._library = Library(Path(self._folder.name), embed)
        self._ids: dict[str, str] = {}
        documents = [document_of(text) for text in texts]
        for document, text in zip(documents, texts, strict=True):
            self._ids.setdefault(document.id, text.id)
        for _ in self._library.add(documents):
            pass

    def __call__(self, question: str, most: int) -> Found:
        """The texts found, best first, with the scores of their best passages."""
        return self._texts(self._library.search(question, most))

    def follow(self, question: str, turns: Sequence[Turn], most: int) -> Found:
        """The same for a question, made to stand alone, that was asked after these turns."""
        return self._texts(in_context(self._library.search, leant_on(question, turns))(question, most))

    def sentence(self, question: str) -> tuple[str, str]:
        """The sentence that would answer first, behind the id of its text; ("", "") where nothing is found."""
        hits = tuple(self._library.search(question, _READ))
        found = candidates(understand(question), hits, self._library.quotations_of)
        if found:
            return self._ids[found[0].document], found[0].text
        if not hits:
            return "", ""
        passage, scores = hits[0].passage, hits[0].sentences
        best = max(range(len(passage.sentences)), key=lambda n: scores[n] if scores else -n)
        return self._ids[passage.document.id], passage.document.text[slice(*passage.sentences[best])]

    def sure(self, question: str) -> float:
        """How likely the passages found hold an answer."""
        return weigh(question, tuple(self._library.search(question, _READ))).whole

    def _texts(self, hits: Sequence[Hit]) -> Found:
        first: dict[str, float] = {}
        for hit in hits:
            first.setdefault(self._ids[hit.passage.document.id], hit.score)
        return list(first.items())


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


def ranked(collection: Collection, search: Search) -> Figures:
    """The measures of the order in which texts are found, by key."""
    kind = collection.name.partition("_")[0]
    found: dict[str, list[float]] = defaultdict(list)
    for variant, asked in variants(collection).items():
        for query in asked:
            if variant == "own" and isinstance(search, Ours):
                texts = search.follow(query.text, query.history, _DEPTH)
            else:
                texts = search(query.text, _DEPTH)
            for name, measure in MEASURES[kind].items():
                key = "_".join(part for part in (collection.name, variant, name) if part)
                found[key].append(measure([id for id, _ in texts], query.relevant))
    return {key: Figure.of(values) for key, values in found.items()}


def sentence_hit(collection: Collection, search: Search, make: Make, embed: Embed) -> Figures:
    """How often the first sentence found answers, where the set says by which words."""
    asked = [q for queries in variants(collection).values() for q in queries if q.answers]
    if not asked:
        return {}
    if isinstance(search, Ours):
        first = search.sentence
    else:
        sentences = list(sentences_of(collection.texts))
        inside, bodies = make(sentences, embed), {one.id: one.body for one in sentences}

        def first(question: str) -> tuple[str, str]:
            found = inside(question, 1)
            return (found[0][0].rpartition("\n")[0], bodies[found[0][0]]) if found else ("", "")

    hits = []
    for query in asked:
        text, sentence = first(query.text)
        hits.append(float(text in query.relevant and any(answer in sentence for answer in query.answers)))
    return {f"{collection.name}_sentence_hit1": Figure.of(hits)}


def sentences_of(texts: Sequence[Text]) -> Iterator[Text]:
    """Each sentence as a text under its text's title; its id is the text's, a line break and where it starts."""
    for text in texts:
        spans = {span for passage in split_passages(document_of(text)) for span in passage.sentences}
        for start, end in sorted(spans):
            body = document_of(text).text[start:end]
            yield Text(f"{text.id}\n{start}", text.title, body, text.source, text.published)


def null(collection: Collection, search: Search) -> Figures:
    """How well questions with an answer are told from those without, where the set has both."""
    asked = [q for queries in collection.queries.values() for q in queries]
    truth = [bool(q.relevant) for q in asked]
    if all(truth):
        return {}
    scores = [max((score for _, score in search(q.text, 1)), default=0.0) for q in asked]
    found = {f"{collection.name}_null_auroc": Figure.of(scores, truth)}
    if isinstance(search, Ours):
        found[f"{collection.name}_null_weighed_auroc"] = Figure.of([search.sure(q.text) for q in asked], truth)
    return found


def score(collection: Collection, make: Make, embed: Embed) -> Figures:
    """Every figure of a stack on a collection."""
    search = make(collection.texts, embed)
    return ranked(collection, search) | sentence_hit(collection, search, make, embed) | null(collection, search)


def given(data: Path, split: str) -> dict[str, Figures]:
    """What takes no search, by stack: is there an answer in the passages given, and which sentences are it."""
    found: dict[str, Figures] = {"ours": {}, "overlap": {}, "cosine": {}}
    stacks = {"ours": "", "overlap": "overlap_", "cosine": "cosine_"}
    for name in ("squad2", "nomiracl"):
        judged = list(answers_silence.judgements(data, split, name))
        truth = [t for t, _, _ in judged]
        for stack, measure in stacks.items() if len(set(truth)) == 2 else ():
            found[stack][f"{name}_auroc"] = Figure.of([scores[measure] for _, scores, _ in judged], truth)
    selected = list(answers_selection.selections(data, split, "clapnq"))
    for stack, measure in stacks.items() if selected else ():
        found[stack]["clapnq_sentence_f1"] = Figure.of([one[measure] for one in selected])
    return found


def spread(collection: Collection, first: Figures, builds: int, embed: Embed) -> dict[str, float]:
    """The greatest minus the smallest of each figure of ours over so many builds, the first one done."""
    if builds < 2 or len(collection.texts) > _SMALL:
        return {}
    every = [first, *(score(collection, Ours, embed) for _ in range(builds - 1))]
    values = {key: [one[key].value() for one in every] for key in first}
    return {key: max(some) - min(some) for key, some in values.items()}


def measured(options: argparse.Namespace) -> tuple[dict[str, Figures], dict[str, float]]:
    """Each stack's figures on each set that there is, and the spread of ours."""
    embed = CachedMiniLM()
    stacks: dict[str, Make] = {"ours": Ours, **({} if options.no_peers else available())}
    found: dict[str, Figures] = {name: {} for name in stacks}
    spreads: dict[str, float] = {}
    for each in collections(options.data, options.split):
        if options.only and each.name.partition("_")[0] not in options.only:
            continue
        collection = distinct(each)
        figures: dict[str, Figures] = {}
        for name, make in stacks.items():
            with _timed(f"{collection.name} {name}"):
                figures[name] = score(collection, make, embed)
            found[name] |= figures[name]
        with _timed(f"{collection.name} built again"):
            spreads |= spread(collection, figures["ours"], options.builds, embed)
    if not options.only:
        with _timed("passages given"):
            for name, told in given(options.data, options.split).items():
                found[name] = found.get(name, {}) | told
    return found, spreads


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def main() -> int:
    """Print the tables; exit with 1 where no set was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--report", type=Path, help="a Markdown file, of which the marked part is written anew")
    parser.add_argument("--only", nargs="*", default=[], help="names of sets to be searched")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--builds", type=int, default=3, help="of a small library, for the spread (default: 3)")
    options = parser.parse_args()
    began = time.perf_counter()
    found, spreads = measured(options)
    if not found["ours"]:
        print(f"{options.data} holds no retrieval set for the split {options.split}.", file=sys.stderr)
        return 1
    text = tables(found, spreads)
    print(text)
    if options.json:
        rounded = {key: round(value, 4) for key, value in sorted(flat(found, spreads).items())}
        options.json.write_text(json.dumps(rounded, indent=1))
    if options.report:
        write(options.report, f"{made_on(time.perf_counter() - began, options.split)}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
