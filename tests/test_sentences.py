"""Sentences are exact spans, whole where a reader would say so, and never lose a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sentences import LONGEST, split_long, split_sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["“Right now, I'd bet on copper. We aim to lead,” she said.", "Then she left."],
        ["“It is bad.” he said.", "Nobody knew."],
        ["“Stop!” Susan Li said.", "“No. 5 is alive.”", "She left."],
        ["“Whether it works or not, ” he said.", "It did."],
        ["The U.S. economy grew.", "Mr. Smith of Acme Inc. paid $6.77 vs. $5.10 in Q4.", "It fell 2.5%."],
        ["It opened on Jan. 31 at 5 p.m. sharp.", "J. K. Adams wrote it, e.g. in No. 5."],
        ["“Really?” he asked.", "“Yes!”"],
        ["He left (see Fig. 3).", '"It is good."', "She said so."],
        ["今日は。", "明日は雨です。"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    joint = "" if sentences[0].endswith("。") else " "
    assert cut(joint.join(sentences)) == sentences


def test_blank_lines_line_ends_and_bullets_end_sentences() -> None:
    text = "A heading\n\nFirst line\nSecond line\n\n- one item\n• another. With two\n12. Numbered\n"
    assert cut(text) == ["A heading", "First line", "Second line", "one item", "another.", "With two", "Numbered"]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "The plant that the company opened in the spring of last year\nmakes twice as many reels as the one which it "
        "\nreplaced, and it needs less power. Nobody expected\nthat.\n"
    )
    assert [" ".join(sentence.split()) for sentence in cut(text)] == [
        "The plant that the company opened in the spring of last year makes twice as many reels as the one which it "
        "replaced, and it needs less power.",
        "Nobody expected that.",
    ]


def test_a_long_quotation_is_cut_at_its_own_sentences() -> None:
    inner = [f"This is sentence number {n} of what the manager told the room that day." for n in range(12)]
    pieces = cut("“" + " ".join(inner) + "” he said. Then he sat down.")
    assert pieces[0] == "“" + inner[0]
    assert pieces[11] == inner[11] + "” he said."
    assert pieces[12] == "Then he sat down."


@given(st.text(alphabet=st.sampled_from("aB1 .!?\n\"“”‘’'()-•,。é\t\x0b"), max_size=300) | st.text(max_size=300))
def test_spans_ascend_are_trimmed_and_cover_all_but_blanks_and_bullets(text: str) -> None:
    last = 0
    for start, end in [*split_sentences(text), (len(text), len(text))]:
        between = text[last:start]
        assert not any(character.isalpha() for character in between)
        assert last <= start <= end
        assert text[start:end] == text[start:end].strip()
        last = end


@given(st.text(max_size=300), st.integers(1, 40))
def test_long_pieces_stay_within_the_limit_and_lose_only_blanks(text: str, limit: int) -> None:
    pieces = list(split_long(text, (0, len(text)), limit))
    assert all(0 < end - start <= limit for start, end in pieces)
    assert "".join("".join(text[start:end].split()) for start, end in pieces) == "".join(text.split())


@pytest.mark.parametrize("unit", ["word ", "x", "a, b; ", "“a ", "e.g. ", "(", "\n- a"])
def test_a_sentence_of_100_000_characters_is_cut_in_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    pieces = [piece for span in split_sentences(text) for piece in split_long(text, span)]
    assert max(end - start for start, end in pieces) <= LONGEST
