"""What fits into a model: never over the budget, never half a sentence, never the network."""

import hashlib
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.llm.tokens import Excerpt, byte_estimate, fit, tiktoken_count
from retrieval.documents import Document, Hit, Passage

_WORDS = st.lists(st.sampled_from(["money", "é", "“said”", "€65", "data-centre", "🙂"]), min_size=1, max_size=12)


@st.composite
def _hits(draw: st.DrawFn) -> list[Hit]:
    hits = []
    for _ in range(draw(st.integers(0, 6))):
        sentences = [" ".join(words) + "." for words in draw(st.lists(_WORDS, min_size=1, max_size=6))]
        text, spans = "", []
        for sentence in sentences:
            spans.append((len(text), len(text) + len(sentence)))
            text += sentence + " "
        passage = Passage(Document(text, "T", "u"), 0, spans[-1][1], tuple(spans))
        scores = draw(st.lists(st.floats(0, 1), min_size=len(spans), max_size=len(spans)))
        hits.append(Hit(passage, 0.5, 0.5, 0.5, tuple(scores)))
    return hits


def _render(excerpts: Sequence[Excerpt]) -> str:
    return "Prompt\n" + "\n\n".join(f"[{e.number}]\n{e.text}" for e in excerpts)


@given(_hits(), st.integers(0, 800))
def test_fit_stays_within_the_budget_keeps_sentences_whole_and_tells_what_it_left_out(
    hits: list[Hit], budget: int
) -> None:
    fitted = fit(hits, _render, byte_estimate, budget)
    if fitted is None:
        assert byte_estimate(_render(())) > budget
        return
    assert byte_estimate(fitted.prompt) <= budget
    assert fitted.prompt == _render(fitted.excerpts)
    shown = [excerpt.number for excerpt in fitted.excerpts]
    assert sorted([*shown, *fitted.dropped]) == list(range(1, len(hits) + 1))
    for excerpt in fitted.excerpts:
        passage = hits[excerpt.number - 1].passage
        if excerpt.number in fitted.shortened:
            spans = [passage.document.text[slice(*span)] for span in passage.sentences]
            assert set(excerpt.text.split("\n")) <= set(spans)
        else:
            assert excerpt.text == passage.text


def test_the_passage_that_does_not_fit_whole_is_cut_to_its_most_relevant_sentence() -> None:
    text = "Beside the point is this. Right on the point is that. Far off is another one."
    spans = ((0, 25), (26, 53), (54, 77))
    hit = Hit(Passage(Document(text, "T", "u"), 0, 77, spans), 0.5, 0.5, 0.5, (0.1, 0.9, 0.2))
    fitted = fit([hit], _render, byte_estimate, byte_estimate(_render(())) + 35)
    assert fitted is not None
    assert [e.text for e in fitted.excerpts] == ["Right on the point is that."]
    assert fitted.shortened == (1,)


def test_a_sentence_longer_than_the_budget_is_dropped_whole_and_the_next_passage_still_fits() -> None:
    long = Passage(Document("a" * 100_000, "T", "u"), 0, 100_000, ((0, 100_000),))
    short = Passage(Document("Short.", "T", "u"), 0, 6, ((0, 6),))
    hits = [Hit(long, 0.9, 0.9, 0.9, (0.9,)), Hit(short, 0.5, 0.5, 0.5, (0.5,))]
    fitted = fit(hits, _render, byte_estimate, 1000)
    assert fitted is not None
    assert ([e.number for e in fitted.excerpts], fitted.dropped) == ([2], (1,))


def test_without_a_cached_vocabulary_tiktoken_is_not_asked_and_the_network_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert tiktoken_count("gpt-4o") is None
    assert tiktoken_count("no-such-model") is None
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert tiktoken_count("gpt-4o") is None


def test_a_damaged_cached_vocabulary_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tiktoken_ext import openai_public  # type: ignore[import-untyped]

    address = next(c for c in openai_public.o200k_base.__code__.co_consts if isinstance(c, str) and "://" in c)
    cached = tmp_path / hashlib.sha1(address.encode()).hexdigest()
    cached.write_text("not a vocabulary")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert tiktoken_count("gpt-4o") is None
    assert cached.read_text() == "not a vocabulary"


def test_a_cached_vocabulary_counts_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vocabulary of the 256 bytes and one merge stands in for the real one, under the real one's file name."""
    import base64

    import tiktoken.registry
    from tiktoken.load import load_tiktoken_bpe
    from tiktoken_ext import openai_public

    ranks = [bytes([b]) for b in range(256)] + [b"ab"]
    data = b"\n".join(base64.b64encode(token) + f" {rank}".encode() for rank, token in enumerate(ranks))
    address, digest = "scripted://tiny.tiktoken", hashlib.sha256(data).hexdigest()
    (tmp_path / hashlib.sha1(address.encode()).hexdigest()).write_bytes(data)
    source = (
        "def tiny():\n"
        f"    ranks = load('{address}', expected_hash='{digest}')\n"
        "    return {'name': 'o200k_base', 'pat_str': r'\\S+|\\s+', 'mergeable_ranks': ranks, 'special_tokens': {}}\n"
    )
    scope: dict[str, object] = {"load": load_tiktoken_bpe}
    exec(source, scope)
    monkeypatch.setitem(openai_public.ENCODING_CONSTRUCTORS, "o200k_base", scope["tiny"])
    monkeypatch.setattr(tiktoken.registry, "ENCODING_CONSTRUCTORS", {"o200k_base": scope["tiny"]})
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    count = tiktoken_count("gpt-4o")
    assert count is not None
    assert count("ab abc<|endoftext|>") == 1 + 1 + 2 + len("<|endoftext|>")


def test_the_estimate_never_under_counts_a_real_tokenizer() -> None:
    pytest.importorskip("xllamacpp")
    from tests.test_local import smollm2

    model = smollm2()

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=200))
    def check(text: str) -> None:
        assert byte_estimate(text) >= model.count(text)

    check()
