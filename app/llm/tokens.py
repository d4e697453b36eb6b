"""How many tokens a text takes, and which passages fit into the tokens that a model can read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.documents import Hit, Passage

Count = Callable[[str], int]
"""Text to tokens: exact, or never less than the true number."""


def byte_estimate(text: str) -> int:
    """At least as many tokens as any byte-level BPE or byte-fallback SentencePiece vocabulary makes of this text.

    Each of their tokens stands for one byte or more (and SentencePiece may put one space in front), so this is an
    upper bound: for English about four times the true number.
    """
    return len(text.encode("utf-8", "surrogatepass")) + 1


def tiktoken_count(model_name: str) -> Count | None:
    """The exact count for an OpenAI model, if its vocabulary is already on this disk; else None. Fetches nothing.

    tiktoken downloads a vocabulary that is missing or damaged, with no timeout, so both are ruled out first.
    """
    import tiktoken
    from tiktoken.model import encoding_name_for_model

    try:
        encoding_name = encoding_name_for_model(model_name)
    except KeyError:
        return None
    if not _is_cached(encoding_name):
        return None
    encoding = tiktoken.get_encoding(encoding_name)
    return lambda text: len(encoding.encode_ordinary(text))


def _is_cached(encoding_name: str) -> bool:
    """Whether tiktoken would find this vocabulary in its cache, whole, and so not reach for the network.

    The address and the hash are read out of tiktoken's own constructor; the cache's place and file name are its own.
    """
    from tiktoken_ext import openai_public  # type: ignore[import-untyped]

    constructor = openai_public.ENCODING_CONSTRUCTORS.get(encoding_name)
    constants = [c for c in constructor.__code__.co_consts if isinstance(c, str)] if constructor else []
    addresses = [c for c in constants if "://" in c]
    hashes = [c for c in constants if len(c) == hashlib.sha256().digest_size * 2]
    folder = os.environ.get(
        "TIKTOKEN_CACHE_DIR",
        os.environ.get("DATA_GYM_CACHE_DIR", str(Path(tempfile.gettempdir()) / "data-gym-cache")),
    )
    if not folder or len(addresses) != 1 or len(hashes) != 1:
        return False
    cached = Path(folder) / hashlib.sha1(addresses[0].encode(), usedforsecurity=False).hexdigest()
    return cached.is_file() and hashlib.sha256(cached.read_bytes()).hexdigest() == hashes[0]


@dataclass(frozen=True)
class Excerpt:
    """What a prompt shows of one hit: its whole passage, or whole sentences of it; number is its place, from 1."""

    number: int
    passage: Passage
    text: str


@dataclass(frozen=True)
class Fitted:
    """The prompt that fits, what it shows, and the numbers of the hits that it shows in part or not at all."""

    prompt: str
    excerpts: tuple[Excerpt, ...]
    shortened: tuple[int, ...]
    dropped: tuple[int, ...]


def fit(hits: Sequence[Hit], render: Callable[[Sequence[Excerpt]], str], count: Count, budget: int) -> Fitted | None:
    """Show as many hits as the budget (in tokens) allows, best first, never cutting a sentence.

    render makes the whole prompt out of excerpts; it is the whole prompt that is counted. Hits are taken whole while
    they fit; the first that does not is cut down to its most relevant sentences, and ends the list if any fitted.
    None where not even the prompt without passages fits.
    """
    shown: tuple[Excerpt, ...] = ()
    prompt = render(shown)
    if count(prompt) > budget:
        return None
    shortened: tuple[int, ...] = ()
    for number, hit in enumerate(hits, 1):
        whole = (*shown, Excerpt(number, hit.passage, hit.passage.text))
        if count(render(whole)) <= budget:
            shown, prompt = whole, render(whole)
            continue
        best = None
        for text in _cuts(hit):
            part = (*shown, Excerpt(number, hit.passage, text))
            if count(render(part)) > budget:
                break
            best = part
        if best:
            shown, prompt, shortened = best, render(best), (number,)
            break
    kept = {excerpt.number for excerpt in shown}
    return Fitted(prompt, shown, shortened, tuple(n for n in range(1, len(hits) + 1) if n not in kept))


def _cuts(hit: Hit) -> Iterator[str]:
    """The hit's best sentence, its two best, its three best, …, each time in the document's order, one to a line."""
    passage = hit.passage
    spans = passage.sentences
    scores = hit.sentences if len(hit.sentences) == len(spans) else (0.0,) * len(spans)
    ranked = sorted(range(len(spans)), key=lambda i: -scores[i])
    for size in range(1, len(spans)):
        yield "\n".join(passage.document.text[slice(*spans[i])] for i in sorted(ranked[:size]))
