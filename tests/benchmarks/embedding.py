"""Measure the embedder: retrieval quality and speed by precision and length, and ways to pick the answer sentence.

python -m tests.benchmarks.embedding --data DIR [--split dev] [--sample 300]
DIR holds the folders squad2, clapnq and scifact. Prints a line for each figure as it comes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.documents import Span
from retrieval.minilm import MiniLM, Vectors


@dataclass(frozen=True)
class Task:
    """Texts to find, questions, and for each question the rows of the texts that are right."""

    name: str
    texts: list[str]
    questions: list[str]
    gold: list[set[int]]
    score: Callable[[Sequence[int], set[int]], float]


@dataclass(frozen=True)
class SentenceTask:
    """For each paragraph the spans of its sentences; for each question its paragraph and where the answer starts."""

    paragraphs: Sequence[str]
    spans: Sequence[Sequence[Span]]
    questions: Sequence[tuple[str, int, int]]


def reciprocal_rank(ranked: Sequence[int], gold: set[int]) -> float:
    """Return 1/rank of the first right row among the first ten, else 0 (the mean over questions is MRR@10)."""
    return next((1 / rank for rank, row in enumerate(ranked[:10], 1) if row in gold), 0.0)


def ndcg(ranked: Sequence[int], gold: set[int]) -> float:
    """Return nDCG@10 with binary relevance (Järvelin and Kekäläinen 2002)."""
    gains = sum(1 / np.log2(rank + 1) for rank, row in enumerate(ranked[:10], 1) if row in gold)
    return float(gains / sum(1 / np.log2(rank + 1) for rank in range(1, min(len(gold), 10) + 1)))


def squad_task(data: Path, split: str, sample: int) -> tuple[Task, SentenceTask]:
    """All paragraphs of the split; a sample of its answerable questions."""
    from sentencex import segment  # type: ignore[import-untyped]

    articles = json.loads((data / "squad2" / split / f"squad2_{split}.json").read_text())["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    texts = [paragraph["context"] for paragraph in paragraphs]
    spans = []
    for text in texts:
        found, at = [], 0
        for sentence in (part.strip() for part in segment("en", text)):
            start = text.find(sentence, at)
            if sentence and start >= 0:
                at = start + len(sentence)
                found.append((start, at))
        spans.append(found)
    asked = [
        (qa["question"], row, qa["answers"][0]["answer_start"])
        for row, paragraph in enumerate(paragraphs)
        for qa in paragraph["qas"]
        if not qa["is_impossible"]
    ]
    asked = random.Random(1).sample(asked, min(sample, len(asked)))
    task = Task(
        "squad2", texts, [question for question, _, _ in asked], [{row} for _, row, _ in asked], reciprocal_rank
    )
    rows = sorted({row for _, row, _ in asked})
    asked = [(question, rows.index(row), answer) for question, row, answer in asked]
    return task, SentenceTask([texts[row] for row in rows], [spans[row] for row in rows], asked)


def clapnq_task(data: Path, split: str, sample: int) -> Task:
    """All passages of the split, after their titles; a sample of the answerable questions."""
    lines = (data / "clapnq" / split / f"clapnq_{split}.jsonl").read_text().splitlines()
    items = [json.loads(line) for line in lines]
    rows: dict[str, int] = {}
    passages = [f"{item['passages'][0]['title']}. {item['passages'][0]['text']}" for item in items]
    for passage in passages:
        rows.setdefault(passage, len(rows))
    asked = [(item["input"], {rows[text]}) for item, text in zip(items, passages, strict=True) if item["answerable"]]
    asked = random.Random(1).sample(asked, min(sample, len(asked)))
    return Task("clapnq", list(rows), [question for question, _ in asked], [gold for _, gold in asked], reciprocal_rank)


def scifact_task(data: Path, split: str, sample: int) -> Task:
    """A sample of the claims; the abstracts that they cite and as many others, after their titles."""
    name = {"dev": "claims_train.jsonl", "holdout": "claims_validation.jsonl"}[split]
    claims = [json.loads(line) for line in (data / "scifact" / split / name).read_text().splitlines()]
    claims = random.Random(1).sample(claims, min(sample, len(claims)))
    with gzip.open(data / "scifact" / "corpus.jsonl.gz", "rt") as file:
        corpus = [json.loads(line) for line in file]
    cited = {str(doc) for claim in claims for doc in claim["cited_doc_ids"]}
    others = [doc["_id"] for doc in corpus if doc["_id"] not in cited]
    keep = cited | set(random.Random(1).sample(others, min(len(others), len(cited))))
    kept = [doc for doc in corpus if doc["_id"] in keep]
    rows = {doc["_id"]: row for row, doc in enumerate(kept)}
    texts = [" ".join([doc["title"], *doc["sentences"]]) for doc in kept]
    gold = [{rows[str(doc)] for doc in claim["cited_doc_ids"]} for claim in claims]
    return Task("scifact", texts, [claim["claim"] for claim in claims], gold, ndcg)


def quality(model: MiniLM, task: Task) -> float:
    """Mean score of the ranking by cosine alone."""
    ranked = np.argsort(-(model(task.questions) @ model(task.texts).T), axis=1, kind="stable")
    return float(np.mean([task.score(list(row), gold) for row, gold in zip(ranked, task.gold, strict=True)]))


def speed(models: dict[str, MiniLM], texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Passages a second and milliseconds a question, best of four interleaved rounds."""
    best = {name: (0.0, float("inf")) for name in models}
    for _ in range(4):
        for name, model in models.items():
            start = time.perf_counter()
            model(texts)
            rate, query = len(texts) / (time.perf_counter() - start), best[name][1]
            for _ in range(20):
                start = time.perf_counter()
                model(["What did the company say about its plans for next year?"])
                query = min(query, 1000 * (time.perf_counter() - start))
            best[name] = max(best[name][0], rate), query
    return best


def as_int8(vectors: Vectors) -> Vectors:
    """Round each vector to int8 with its own scale and back: what a library stores."""
    scale = np.abs(vectors).max(axis=1, keepdims=True) / 127
    rounded: Vectors = (np.round(vectors / np.maximum(scale, 1e-12)) * scale).astype(np.float32)
    return rounded


def sentence_hits(model: MiniLM, task: SentenceTask) -> dict[str, float]:
    """Hit@1 of the sentence that holds the answer, within its paragraph, by each way of getting sentence vectors."""
    _, late = model.with_sentences(task.paragraphs, task.spans)
    alone = [
        model([text[start:end] for start, end in spans])
        for text, spans in zip(task.paragraphs, task.spans, strict=True)
    ]
    both = [one + other for one, other in zip(late, alone, strict=True)]
    ways = {"late": late, "late, int8": [as_int8(v) for v in late], "alone": alone, "late + alone": both}
    questions = model([question for question, _, _ in task.questions])
    hits: dict[str, list[bool]] = {"first sentence": [], **{way: [] for way in ways}}
    for vector, (_, row, answer) in zip(questions, task.questions, strict=True):
        gold = next((i for i, (_, end) in enumerate(task.spans[row]) if answer < end), -1)
        hits["first sentence"].append(gold == 0)
        for way, vectors in ways.items():
            hits[way].append(int(np.argmax(vectors[row] @ vector)) == gold)
    return {way: float(np.mean(found)) for way, found in hits.items()}


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", choices=("dev", "holdout"), default="dev")
    parser.add_argument("--sample", type=int, default=300, help="questions of each set")
    options = parser.parse_args()
    squad, sentences = squad_task(options.data, options.split, options.sample)
    clapnq, scifact = (make(options.data, options.split, options.sample) for make in (clapnq_task, scifact_task))
    models = {"int8": MiniLM("int8"), "fp32": MiniLM("fp32")}
    lengths = {128: MiniLM(max_tokens=128), 256: models["int8"], 512: MiniLM(max_tokens=512)}
    for name, (rate, query) in speed(models, squad.texts[:8] + scifact.texts[:8]).items():
        print(f"{name}: {rate:.1f} passages/s, {query:.2f} ms a question", flush=True)
    for name, model in models.items():
        for task in (squad, clapnq):
            print(f"{name}, 256 tokens: {task.name} of {len(task.texts)} MRR@10 {quality(model, task):.3f}", flush=True)
    for length, model in lengths.items():
        print(
            f"int8, {length} tokens: scifact of {len(scifact.texts)} nDCG@10 {quality(model, scifact):.3f}", flush=True
        )
    print(f"fp32, 256 tokens: scifact nDCG@10 {quality(models['fp32'], scifact):.3f}", flush=True)
    for name, model in models.items():
        hits = ", ".join(f"{way} {hit:.3f}" for way, hit in sentence_hits(model, sentences).items())
        print(f"{name}, answer sentence hit@1: {hits}", flush=True)


if __name__ == "__main__":
    main()
