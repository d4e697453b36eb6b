"""The public retrieval sets as one shape: texts with ids, questions, and which texts answer which question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.data import documents as whole_files
from tests.benchmarks.data import files, lines, rows

Turn = tuple[str, str]


@dataclass(frozen=True)
class Text:
    """One text of a collection, with what it states about itself."""

    id: str
    title: str
    body: str
    source: str | None = None
    published: date | None = None


@dataclass(frozen=True)
class Query:
    """A question; relevant: ids of the texts that answer it, none where nothing does.

    history: the turns before, oldest first; answers: acceptable answer strings, where the set gives them.
    """

    id: str
    text: str
    relevant: frozenset[str]
    history: tuple[Turn, ...] = ()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collection:
    """Texts, and the questions asked over them, by the name of their variant ("" where there is but one)."""

    name: str
    texts: Sequence[Text]
    queries: Mapping[str, Sequence[Query]] = field(default_factory=dict)


def collections(data: Path, split: str) -> Iterator[Collection]:
    """Every collection that the folder holds for a split; what is not there is passed over."""
    for read in (_scifact, _squad2, _clapnq, _multihop, _mtrag):
        yield from read(data, split)


def _scifact(data: Path, split: str) -> Iterator[Collection]:
    found = sorted((data / "scifact").glob("corpus*.jsonl*"))
    claims = list(rows(data, "scifact", split, "claims*.jsonl*"))
    if found and claims:
        texts = [Text(str(row["_id"]), row["title"], " ".join(row["sentences"])) for row in lines(found[0])]
        queries = [
            Query(str(row["id"]), row["claim"], frozenset(map(str, row["cited_doc_ids"])))
            for row in claims
            if row["cited_doc_ids"]
        ]
        yield Collection("scifact", texts, {"": queries})


def _squad2(data: Path, split: str) -> Iterator[Collection]:
    texts, queries = [], []
    for file in whole_files(data, "squad2", split):
        for article in file["data"]:
            title = article["title"].replace("_", " ")
            for n, paragraph in enumerate(article["paragraphs"]):
                id = f"{title} {n}"
                texts.append(Text(id, title, paragraph["context"]))
                queries += [
                    Query(qa["id"], qa["question"], frozenset({id}), answers=tuple({a["text"] for a in qa["answers"]}))
                    for qa in paragraph["qas"]
                    if not qa["is_impossible"]
                ]
    if texts:
        yield Collection("squad2", texts, {"": queries})


def _clapnq(data: Path, split: str) -> Iterator[Collection]:
    texts: dict[str, Text] = {}
    queries = []
    for row in rows(data, "clapnq", split):
        passage = row["passages"][0]
        id = f"{passage['title']}\n{passage['text']}"
        texts[id] = Text(id, passage["title"], passage["text"])
        if row["answerable"]:
            queries.append(Query(row["id"], row["input"], frozenset({id})))
    if texts:
        yield Collection("clapnq", list(texts.values()), {"": queries})


def _multihop(data: Path, split: str) -> Iterator[Collection]:
    found = sorted((data / "multihoprag500").glob("evidence*.jsonl*"))
    asked = list(rows(data, "multihoprag500", split, "queries*.jsonl*"))
    if found and asked:
        texts = [
            Text(row["_id"], row["title"], row["text"], row["source"], date.fromisoformat(row["published_at"][:10]))
            for row in lines(found[0])
        ]
        queries = [Query(row["id"], row["query"], frozenset(row["evidence_ids"])) for row in asked]
        yield Collection("multihop", texts, {"": queries})


def _mtrag(data: Path, split: str) -> Iterator[Collection]:
    for corpus in files(data, "mtrag", split, "*.corpus.jsonl*"):
        domain = corpus.name.partition(".")[0]
        texts = [Text(row["_id"], row["title"], row["text"]) for row in lines(corpus)]
        relevant = _qrels(data, split, domain)
        history = _histories(data, split, domain)
        queries = {}
        for variant in ("lastturn", "rewrite"):
            queries[variant] = [
                Query(
                    row["_id"],
                    row["text"].removeprefix("|user|:").strip(),
                    frozenset(relevant[row["_id"]]),
                    history.get(row["_id"], ()),
                )
                for row in rows(data, "mtrag", split, f"{domain}.{variant}.jsonl*")
                if row["_id"] in relevant
            ]
        yield Collection(f"mtrag_{domain}", texts, queries)


def _qrels(data: Path, split: str, domain: str) -> dict[str, set[str]]:
    relevant: dict[str, set[str]] = {}
    for path in files(data, "mtrag", split, f"{domain}.qrels.tsv"):
        for line in path.read_text().splitlines()[1:]:
            query, text, score = line.split("\t")
            if int(score) > 0:
                relevant.setdefault(query, set()).add(text)
    return relevant


def _histories(data: Path, split: str, domain: str) -> dict[str, tuple[Turn, ...]]:
    """The turns before each question, by its id, with the answers that were given."""
    said: dict[str, list[dict[str, Any]]] = {
        row["conversation_id"]: row["messages"] for row in rows(data, "mtrag", split, f"{domain}.conversations.jsonl*")
    }
    histories = {}
    for row in rows(data, "mtrag", split, f"{domain}.tasks.jsonl*"):
        messages = said.get(row["conversation_id"], [])
        texts = [message["text"].strip() for message in messages[: 2 * (row["turn_id"] - 1)]]
        histories[row["task_id"]] = tuple(zip(texts[::2], texts[1::2], strict=True))
    return histories


def title_of(text: Text) -> str:
    """The title, or the first line of an untitled text, as the reader of plain texts takes it."""
    return text.title.strip() or text.body.strip().partition("\n")[0][:100]
