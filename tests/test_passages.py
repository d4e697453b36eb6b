"""Every sentence of evidence is in a passage; noise and headings are in none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.boilerplate import merge_spans
from retrieval.documents import Document
from retrieval.passages import split_passages
from retrieval.sentences import split_long, split_sentences


def document(text: str, *, title: str = "A title", noise: tuple[tuple[int, int], ...] = ()) -> Document:
    return Document(text=text, title=title, uri="/x.txt", noise=noise)


def sentence(number: int, words: int = 15) -> str:
    return f"Sentence {number} " + " ".join(["word"] * (words - 3)) + " ends."


def test_passages_hold_120_to_200_words_and_share_one_sentence() -> None:
    text = "\n\n".join(" ".join(sentence(4 * p + n) for n in range(4)) for p in range(30))
    passages = list(split_passages(document(text)))
    sizes = [len(passage.text.split()) for passage in passages]
    assert min(sizes[:-1]) >= 120
    assert max(sizes) <= 240
    for first, second in pairwise(passages):
        assert first.sentences[-1] == second.sentences[0]


def test_a_passage_never_reaches_over_noise() -> None:
    text = f"{sentence(1)}\n\nAlso Read: Ten things\n\n{sentence(2)}\n"
    start = text.index("Also")
    passages = list(split_passages(document(text, noise=((start, start + 21),))))
    assert [passage.text for passage in passages] == [sentence(1), sentence(2)]


def test_a_heading_is_no_sentence_and_opens_the_passage_of_its_section() -> None:
    body = " ".join(sentence(n) for n in range(6))
    text = f"A title\n\n{body}\n\nWhat comes next\n\n{body}\n"
    passages = list(split_passages(document(text)))
    assert [passage.text for passage in passages] == [body, body]
    short = f"A title\n\n{sentence(1)}\n\nWhat comes next\n\n{sentence(2)}\n"
    (passage,) = split_passages(document(short))
    assert [short[a:b] for a, b in passage.sentences] == [sentence(1), sentence(2)]


@pytest.mark.parametrize("line", ["Revenue: $48.39 billion", "Losses of $5 billion in the division", "3% more users"])
def test_a_line_with_a_figure_is_evidence(line: str) -> None:
    passages = list(split_passages(document(f"{sentence(1)}\n\n{line}\n\n{sentence(2)}\n")))
    assert any(line in [p.document.text[a:b] for a, b in p.sentences] for p in passages)


def test_a_list_of_short_lines_is_evidence() -> None:
    text = "Copper cable\nGlass fibre\nSolder paste\nPower supply\n"
    (passage,) = split_passages(document(text, title="Parts"))
    assert len(passage.sentences) == 4


def test_a_document_of_one_heading_keeps_it() -> None:
    (passage,) = split_passages(document("Hello world", title="Hello world"))
    assert passage.text == "Hello world"


def test_one_sentence_of_100_000_characters_makes_passages_of_its_pieces() -> None:
    text = "word, " * 16_000 + "word"
    passages = list(split_passages(document(text)))
    assert all(end - start <= 1200 for passage in passages for start, end in passage.sentences)
    assert "".join(
        "".join(text[a:b].split()) for a, b in sorted({s for p in passages for s in p.sentences})
    ) == "".join(text.split())


TEXTS = st.lists(
    st.sampled_from(
        ["A heading", "Another", "One sentence here.", "“Two,” he said. Three!", "", "- item", "$5 billion", "x" * 1500]
        + [" ".join(sentence(n) for n in range(k)) for k in (1, 5, 20)]
    ),
    min_size=1,
    max_size=25,
).map("\n".join)


@given(
    TEXTS,
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 400)), max_size=4),
    st.sampled_from(["A heading", "T"]),
)
def test_every_sentence_is_evidence_noise_or_a_heading(text: str, cuts: list[tuple[int, int]], title: str) -> None:
    if not text.strip():
        return
    noise = tuple((a, min(a + n, len(text))) for a, n in cuts if a < len(text))
    passages = list(split_passages(document(text, title=title, noise=noise)))
    assert passages == list(split_passages(document(text, title=title, noise=noise)))
    held = {span for passage in passages for span in passage.sentences}
    merged = merge_spans(noise)
    for span in (piece for whole in split_sentences(text) for piece in split_long(text, whole)):
        noisy = any(a < span[1] and span[0] < b for a, b in merged)
        assert not (noisy and span in held)
        assert noisy or span in held or text[slice(*span)] in ("A heading", "Another")
    for passage in passages:
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        assert list(passage.sentences) == sorted(passage.sentences)
        assert not any(a < passage.end and passage.start < b for a, b in merged)
    assert [p.sentences[-1] for p in passages] == sorted({p.sentences[-1] for p in passages})


def test_a_sentence_that_begins_as_the_title_does_is_kept() -> None:
    (passage,) = split_passages(Document("Three!\n\nNobody had counted on it.", "T", "u"))
    assert passage.text == "Three!\n\nNobody had counted on it."


def test_a_lone_surrogate_is_a_character_like_any_other() -> None:
    document = Document("He said it at noon. " * 3 + "A bad \ud83d mark. And \udc00 more.", "Title", "u")
    (passage,) = split_passages(document)
    assert passage.text == document.text
    assert [document.text[start:end] for start, end in passage.sentences][-2:] == [
        "A bad \ud83d mark.",
        "And \udc00 more.",
    ]
