"""Figures: read with unit, range and rounding; compared as a careful reader would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.check.quantities import quantities


def only(text: str) -> tuple[float, float, str]:
    [found] = quantities(text)
    return found.low, found.high, found.unit


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("$60-65 billion for servers", 60e9, 65e9, "$"),
        ("between $60 billion and $65 billion", 60e9, 65e9, "$"),
        ("60 to 65 billion dollars", 60e9, 65e9, "$"),
        ("$5.6M", 5.6e6, 5.6e6, "$"),
        ("1,216 paragraphs", 1216, 1216, ""),
        ("9 percent", 9, 9, "%"),
        ("in 2024", 2024, 2024, "year"),
        ("twelve engineers", 12, 12, ""),
        ("a loss of €4.97bn", 4.97e9, 4.97e9, "€"),
    ],
)
def test_reads_a_figure(text: str, low: float, high: float, unit: str) -> None:
    found_low, found_high, found_unit = only(text)
    assert found_low == pytest.approx(low)
    assert found_high == pytest.approx(high)
    assert found_unit == unit


def test_change_from_one_value_to_another_is_no_range() -> None:
    assert [q.low for q in quantities("rose from $14 billion to $20.8 billion")] == [14e9, 20.8e9]


def test_letters_with_digits_are_names_not_figures() -> None:
    assert quantities("R1, V3, Q4 and GPT4") == ()


@pytest.mark.parametrize(
    ("source", "claim", "borne_out"),
    [
        ("$48.39 billion", "$48.4 billion", True),
        ("$48.39 billion", "$48 billion", True),
        ("$48.4 billion", "$48.39 billion", False),
        ("$48.39 billion", "$48.9 billion", False),
        ("17%", "20%", False),
        ("16.97%", "17%", True),
        ("$60-65 billion", "$60 billion", False),
        ("2024", "2025", False),
        ("17%", "17 dollars", False),
        ("3.35 billion", "3,350 million", True),
    ],
)
def test_rounding_is_agreement_and_invented_precision_is_not(source: str, claim: str, borne_out: bool) -> None:
    [have], [want] = quantities(source), quantities(claim)
    assert have.bears_out(want) is borne_out


@pytest.mark.parametrize("text", ["nearly 20%", "about $60 billion", "more than 3,000", "up to $80 billion"])
def test_notices_approximation(text: str) -> None:
    assert quantities(text)[0].approximate


@given(st.text())
def test_spans_lie_in_the_text_and_ascend(text: str) -> None:
    found = quantities(text)
    assert all(0 <= q.start < q.end <= len(text) and text[q.start : q.end].strip() for q in found)
    assert [q.start for q in found] == sorted(q.start for q in found)


@given(st.floats(0.01, 1e6).map(lambda x: round(x, 2)))
def test_a_figure_bears_itself_out(value: float) -> None:
    [figure] = quantities(f"${value:,.2f}")
    assert figure.bears_out(figure)


def test_a_sentence_without_digits_has_the_numbers_that_are_words() -> None:
    assert [q.low for q in quantities("Twelve of them, and TWO more, often attended sixteen times.")] == [12, 2, 16]
    assert quantities("It was often attended to; some were listening.") == ()
