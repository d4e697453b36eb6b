"""Figures that a source does not give as such, but that follow from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.check.derived_figures import follows
from app.check.quantities import quantities


def borne_out(claim: str, *sources: str) -> list[bool]:
    return [follows(figure, sources) for figure in quantities(claim)]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The report is 63 pages long.", "The company disclosed it in a 63-page report on Tuesday."),
        ("The lab is two years old.", "Kaiku, a two-year-old laboratory, published the weights."),
        ("The tax relief meets 25% of the expense.", "The tax break covered perhaps a quarter of it."),
        ("Half of it, 50%, is gone.", "Half of the sum is gone."),
        ("It is 66.7% of the whole.", "Two thirds of the whole are left."),
        ("Profit fell from €91 million.", "Net profit dropped to €58 million from 91 million."),
        ("Profit fell by €33 million.", "Net profit dropped to €58 million from €91 million."),
        ("Earnings a share climbed by $0.81.", "It earned $1.48 a share, compared with $0.67 a year ago."),
        ("Together they have 130 million euros.", "Equity is 95 million euros, the loan 35 million."),
        ("Deputies agreed by a margin of nine votes.", "Parliament voted 78 to 69 on Tuesday night."),
    ],
)
def test_a_figure_that_follows(claim: str, source: str) -> None:
    assert all(borne_out(claim, source))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The report is 64 pages long.", "The company disclosed it in a 63-page report."),
        ("It covers 30%.", "The tax break covered perhaps a quarter of it."),
        ("Profit fell by $33 million.", "Net profit dropped to €58 million from €91 million."),
        ("Profit fell by 33%.", "Net profit dropped to €58 million from €91 million."),
        ("It was founded in 1990.", "It was founded in 1980 and had 10 members."),
        ("Llama 5 is out.", "Llama 3 and Llama 2 are out."),
    ],
)
def test_a_figure_that_does_not(claim: str, source: str) -> None:
    assert not any(borne_out(claim, source))


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_differences_and_sums_of_one_unit(a: int, b: int) -> None:
    source = f"It paid ${a:,} in May, while ${b:,} came later."
    assert borne_out(f"In all ${a + b:,} was paid.", source) == [True]
    if a != b:
        assert borne_out(f"They differ by ${abs(a - b):,}.", source) == [True]
    assert borne_out(f"In all €{a + b:,} was paid.", source) == [False]
