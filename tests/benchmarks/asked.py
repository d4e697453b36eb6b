"""Public questions with the passages that may answer them, as hits of the product's splitting and ranking."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.check.words import content_bag
from app.evidence.answering_selection import Scores
from retrieval import lexical, ranking
from retrieval.documents import Document, Hit, Passage, Span
from retrieval.embedding import embed_passages, embed_query
from retrieval.passages import split_passages
from retrieval.rows import Candidate
from tests.benchmarks import data as read
from tests.benchmarks.embedding_cache import CachedMiniLM

Floats = NDArray[np.float32]
Place = tuple[str, Span]
"""A document's id and a sentence of it."""
_LONGEST = 200
"""Words of a passage, as the product cuts them, where a set prescribes the sentences."""


@dataclass(frozen=True)
class Asked:
    """A question with its passages.

    group: what must not be split between training and testing (an article, a title, a question); answerable: None
    where the set does not say; answers: the places of the sentences that answer, None where the set does not say.
    """

    name: str
    group: str
    question: str
    passages: tuple[Passage, ...]
    answerable: bool | None
    answers: frozenset[Place] | None = None


References = list[dict[str, list[str]]]
"""For each human answer the texts that it quotes, by the uri of their source."""


def squad2(data: Path, split: str) -> Iterator[Asked]:
    """Each question with its paragraph; the sentences that hold any annotator's answer are the answers."""
    for file in read.documents(data, "squad2", split):
        for article in file["data"]:
            title = article["title"].replace("_", " ")
            for paragraph in article["paragraphs"]:
                document = Document(paragraph["context"], title, "squad2")
                passages = tuple(split_passages(document))
                for qa in paragraph["qas"]:
                    spans = {(a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"]}
                    held = frozenset(
                        (document.id, (start, end))
                        for p in passages
                        for start, end in p.sentences
                        if any(start <= a < end for a, _ in spans)
                    )
                    yield Asked("squad2", title, qa["question"], passages, not qa["is_impossible"], held)


def clapnq(data: Path, split: str) -> Iterator[Asked]:
    """Each question with its passage; the answers are the sentences that any annotator selected."""
    for row in read.rows(data, "clapnq", split):
        (passage,) = row["passages"]
        document = Document(passage["text"], passage["title"] or "untitled", "clapnq")
        spans = _placed(document.text, passage["sentences"])
        chosen = {s.strip() for output in row["output"] for s in output["selected_sentences"]}
        held = frozenset((document.id, span) for span in spans if document.text[slice(*span)] in chosen)
        yield Asked("clapnq", passage["title"], row["input"], _runs(document, spans), row["answerable"], held)


def nomiracl(data: Path, split: str) -> Iterator[Asked]:
    """Each question with its ten passages; which of their sentences answer, the set does not say."""
    for row in read.rows(data, "nomiracl_en", split):
        passages = []
        for one in row["passages"]:
            title, colon, text = one["text"].partition(": ")
            document = Document(text.strip() or title, title if colon else "untitled", one["docid"])
            passages += list(split_passages(document))
        yield Asked("nomiracl", row["query_id"], row["query"], tuple(passages), bool(row["answer_present"]))


_QUOTED = re.compile(r"\[\s(\d+)\s(.*?)\s\](?=\s|[.,;:!?)]|$)", re.DOTALL)


def quotesum(data: Path, split: str) -> Iterator[tuple[Asked, References]]:
    """Each question once, with its sources (the uri is their number) and what each human answer quotes."""
    questions: dict[str, list[dict[str, Any]]] = {}
    for row in read.rows(data, "quotesum", split):
        questions.setdefault(row["qid"], []).append(row)
    for qid, answers in questions.items():
        row = answers[0]
        documents = [
            Document(row[f"source{n}"], row[f"title{n}"] or "untitled", str(n))
            for n in range(1, 9)
            if row.get(f"source{n}", "").strip()
        ]
        references: References = []
        for answer in answers:
            quoted = _QUOTED.findall(answer["summary"])
            references.append({d.uri: [text for n, text in quoted if n == d.uri] for d in documents})
        passages = tuple(p for document in documents for p in split_passages(document))
        held = frozenset(
            (p.document.id, span)
            for p in passages
            for span in p.sentences
            if any(_quotes(t, p.document.text[slice(*span)]) for one in references for t in one[p.document.uri])
        )
        yield Asked("quotesum", qid, row["question"], passages, None, held), references


def _quotes(quoted: str, sentence: str) -> bool:
    """Whether a quoted text stands in a sentence, or most of its words where it was cut from two."""
    if quoted in sentence:
        return True
    ours = content_bag(quoted)
    return len(ours) >= 3 and len(ours & content_bag(sentence)) >= 0.8 * len(ours)


def _placed(text: str, sentences: Sequence[str]) -> list[Span]:
    """Where the given sentences stand in their text."""
    spans, at = [], 0
    for sentence in sentences:
        wanted = sentence.strip()
        start = text.find(wanted, at)
        if wanted and start >= 0:
            at = start + len(wanted)
            spans.append((start, at))
    return spans


def _runs(document: Document, spans: Sequence[Span]) -> tuple[Passage, ...]:
    """Passages of whole given sentences, as long as the product's own."""
    runs: list[list[Span]] = [[]]
    words = 0
    for start, end in spans:
        size = len(document.text[start:end].split())
        if runs[-1] and words + size > _LONGEST:
            runs.append([])
            words = 0
        runs[-1].append((start, end))
        words += size
    return tuple(Passage(document, run[0][0], run[-1][1], tuple(run)) for run in runs if run)


class Hits:
    """Turn passages into hits: embedded once, scored against each question as a library of just these would."""

    def __init__(self) -> None:
        self._embed = CachedMiniLM()
        self._known: dict[tuple[object, ...], tuple[Floats, Floats]] = {}

    def learn(self, passages: Sequence[Passage]) -> None:
        """Embed these passages, the sentences of each included."""
        new = list({_key(p): p for p in passages if _key(p) not in self._known}.values())
        for batch in embed_passages(self._embed, new):
            for at, vector, sentences in batch:
                assert sentences is not None, "MiniLM gives sentence vectors"
                self._known[_key(new[at])] = vector, sentences

    def of(self, question: str, passages: Sequence[Passage]) -> tuple[Hit, ...]:
        """The hits of a search among just these passages, best first."""
        self.learn(passages)
        vector = embed_query(self._embed, question)
        known = [self._known[_key(p)] for p in passages]
        cosines = dict(enumerate(float(vector @ passage) for passage, _ in known))
        candidates = {
            at: Candidate(at, p.document.id, p.start, p.end, p.text, np.array(p.sentences, np.int32), _whole(sentences))
            for at, (p, (_, sentences)) in enumerate(zip(passages, known, strict=True))
        }
        bm25 = _bm25(question, passages)
        # A pool that is larger than these passages: nothing tells what many passages would share.
        fused = ranking.fuse(cosines, bm25, 2 * len(passages), len(passages))
        ranked = ranking.rank(lexical.terms(question), vector, fused, candidates)
        return tuple(
            Hit(passages[r.candidate.key], r.score, r.dense, r.lexical, r.sentences, r.cosines) for r in ranked
        )

    def cosines(self, question: str, hits: Sequence[Hit]) -> Scores:
        """The cosine of the question with each sentence of each hit, floored at 0."""
        vector = embed_query(self._embed, question)
        return tuple(tuple((self._known[_key(h.passage)][1] @ vector).clip(0).tolist()) for h in hits)


def _key(passage: Passage) -> tuple[object, ...]:
    return passage.document.id, passage.document.title, passage.sentences


def _whole(vectors: Floats) -> NDArray[np.int8]:
    """Sentence vectors as a library stores them."""
    most = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    rounded: NDArray[np.int8] = np.round(vectors / most * 127).astype(np.int8)
    return rounded


def _bm25(question: str, passages: Sequence[Passage]) -> dict[int, float]:
    """BM25 of each passage, title and body, in the catalog's own table."""
    import sqlite3

    with sqlite3.connect(":memory:") as connection:
        connection.execute(lexical.TABLE)
        connection.executemany(
            "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
            ((at, p.document.title, p.text) for at, p in enumerate(passages)),
        )
        return lexical.bm25(connection, question, len(passages))
