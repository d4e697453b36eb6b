"""Words as the checks see them: stems, negations, and a search that ignores typography but keeps every offset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.check.words import (
    Word,
    bag,
    base_form,
    collapse,
    content_bag,
    find_all_folded,
    find_folded,
    fold,
    is_negation,
    last_ends,
    stem,
    words,
)


@pytest.mark.parametrize(
    ("one", "other"), [("rose", "rises"), ("said", "saying"), ("Meta’s", "meta"), ("losses", "loss"), ("U.S.", "us")]
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("rise", "raise"), ("profit", "loss"), ("2024", "2025"), ("3.5", "35")])
def test_different_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_an_irregular_form_is_led_back_to_its_base() -> None:
    assert (base_form("Fell"), base_form("company’s"), base_form("table")) == ("fall", "company", "table")


@pytest.mark.parametrize("word", ["not", "never", "Don’t", "wasn't", "cannot", "without"])
def test_negations(word: str) -> None:
    assert is_negation(word)


@pytest.mark.parametrize("word", ["note", "knot", "nonetheless", "want"])
def test_words_that_only_look_like_negations(word: str) -> None:
    assert not is_negation(word)


def test_a_search_ignores_case_white_space_and_typography() -> None:
    text = "He said:  “It’s\nnovel” – again."
    found = find_folded('"IT\'S novel" -', text)
    assert found is not None
    assert text[slice(*found)] == "“It’s\nnovel” –"


def test_a_search_does_not_cut_words() -> None:
    assert find_folded("art", "a smart start") is None
    assert list(find_all_folded("art", "art, start, art")) == [(0, 3), (12, 15)]
    assert find_folded("earned $8", "earned $80") is None


def test_bags_hold_stems() -> None:
    assert bag("The companies rose") == {"the", "compani", "rise"}
    assert content_bag("The companies rose") == {"compani", "rise"}


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text())
def test_spans_are_exact(text: str) -> None:
    assert all(text[w.start : w.end] == w.text for w in words(text))


@given(st.text(alphabet="ab “”’'–-.,\n", min_size=1))
def test_a_text_holds_itself(text: str) -> None:
    if text.strip():
        assert find_folded(text, text) == (len(text) - len(text.lstrip()), len(text.rstrip()))
        assert find_folded(collapse(text), text) is not None


@given(st.text(alphabet="aB3.’'&_- \n"))
def test_words_have_their_stems_and_stand_where_they_say(text: str) -> None:
    found = words(text)
    assert all(isinstance(w, Word) and w.text == text[w.start : w.end] and w.stem == stem(w.text) for w in found)
    assert bag(text) == {w.stem for w in found}


@given(st.text(alphabet="aB3.’ \n"), st.sets(st.sampled_from(["a", "b", "aa", "3"])))
def test_the_last_word_of_a_stem_ends_where_words_has_it(text: str, stems: set[str]) -> None:
    assert last_ends(text, stems) == {w.stem: w.end for w in words(text) if w.stem in stems}
