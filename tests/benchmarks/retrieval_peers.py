"""What people would otherwise take, each as a function from a question to text ids: BM25, dense, LangChain, LlamaIndex.

Each is given the same texts under their titles and the same embedder; its settings are the ones it comes with, save
that Chroma compares by cosine and looks as hard as ours does (ef_search).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from retrieval.embedding import Embed
from tests.benchmarks.retrieval_sets import Text

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

Found = list[tuple[str, float]]
"""Ids of texts with the scores that the stack gives them, best first, each once."""
Search = Callable[[str, int], Found]
"""(question, most) -> what is found."""

_BATCH = 5000


def written(text: Text) -> str:
    """A text as the peers index it: under its title, once."""
    return text.body if text.body.startswith(text.title) else f"{text.title}. {text.body}"


def bm25(texts: Sequence[Text], embed: Embed) -> Search:
    """Okapi BM25 with stop words and Snowball stems (bm25s, Lù 2024)."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    corpus = bm25s.tokenize([written(t) for t in texts], stopwords="en", stemmer=stemmer, show_progress=False)
    index.index(corpus, show_progress=False)

    def search(question: str, most: int) -> Found:
        asked = bm25s.tokenize([question], stopwords="en", stemmer=stemmer, show_progress=False)
        found, scores = index.retrieve(asked, k=min(most, len(texts)), show_progress=False)
        return [(texts[n].id, float(score)) for n, score in zip(found[0], scores[0], strict=True) if score > 0]

    return search


def dense(texts: Sequence[Text], embed: Embed) -> Search:
    """Chroma alone, one vector for each text."""
    collection = _client().create_collection(
        f"dense-{id(texts)}",
        configuration={"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 200}},
        embedding_function=None,
    )
    for at in range(0, len(texts), _BATCH):
        batch = texts[at : at + _BATCH]
        collection.upsert(ids=[str(at + n) for n in range(len(batch))], embeddings=embed([written(t) for t in batch]))

    def search(question: str, most: int) -> Found:
        found = collection.query(query_embeddings=embed([question]), n_results=most, include=["distances"])
        (distances,) = found["distances"] or ([],)
        return [(texts[int(n)].id, 1 - distance) for n, distance in zip(found["ids"][0], distances, strict=True)]

    return search


def _client() -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.EphemeralClient(Settings(anonymized_telemetry=False))


def langchain(texts: Sequence[Text], embed: Embed) -> Search:
    """LangChain's Chroma store behind its stock retriever, texts cut to 1,000 characters, 200 shared."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Given(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in vector] for vector in embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    chunks = splitter.split_documents([Document(written(t), metadata={"id": t.id}) for t in texts])
    store = Chroma(f"langchain-{id(texts)}", Given(), client=_client())
    for at in range(0, len(chunks), _BATCH):
        store.add_documents(chunks[at : at + _BATCH])

    def search(question: str, most: int) -> Found:
        # What its stock retriever, store.as_retriever(), calls, but with the scores.
        found = store.similarity_search_with_score(question, k=2 * most)
        first: dict[str, float] = {}
        for chunk, distance in found:
            first.setdefault(chunk.metadata["id"], 1 - distance)
        return list(first.items())[:most]

    return search


def llamaindex(texts: Sequence[Text], embed: Embed) -> Search:
    """LlamaIndex's QueryFusionRetriever over its vector index and its BM25, relative scores (its hybrid example)."""
    from llama_index.core import MockEmbedding, Settings, VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
    from llama_index.core.schema import QueryBundle, TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    Settings.llm, Settings.embed_model = MockLLM(), MockEmbedding(embed_dim=384)
    vectors = embed([written(t) for t in texts]).tolist()
    nodes = [
        TextNode(id_=str(n), text=written(text), embedding=vector)
        for n, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]
    most_candidates = min(20, len(nodes))
    fusion = QueryFusionRetriever(
        [
            VectorStoreIndex(nodes).as_retriever(similarity_top_k=most_candidates),
            BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=most_candidates),
        ],
        num_queries=1,
        mode=FUSION_MODES.RELATIVE_SCORE,
        similarity_top_k=most_candidates,
        use_async=False,
    )

    def search(question: str, most: int) -> Found:
        found = fusion.retrieve(QueryBundle(question, embedding=embed([question])[0].tolist()))
        return [(texts[int(one.node.node_id)].id, one.score or 0.0) for one in found][:most]

    return search


def available() -> dict[str, Callable[[Sequence[Text], Embed], Search]]:
    """The peers whose packages are installed, by the prefix of their figures."""
    logging.getLogger("bm25s").setLevel(logging.ERROR)
    needs = {
        "bm25": (bm25, "bm25s"),
        "dense": (dense, "chromadb"),
        "langchain": (langchain, "langchain_chroma"),
        "llamaindex": (llamaindex, "llama_index.retrievers.bm25"),
    }
    return {name: make for name, (make, package) in needs.items() if _has(package)}


def _has(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False
