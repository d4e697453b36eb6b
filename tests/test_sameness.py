"""Short answers are found in texts and told alike or different; every feature row fits the model that ships."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compare.sameness import alike, conflict, learned, probability, profiles, readings, same_answer
from app.compare.short_answers import candidates, features, wanted

TEXT = st.text(alphabet="AaBb19 .,–-'’()\n", max_size=80)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the Lornmouth bridge built?", "date"),
        ("In what year did it close?", "date"),
        ("How many piers does the bridge have?", "figure"),
        ("What is the population of Lornmouth?", "figure"),
        ("Who designed the bridge?", "person"),
        ("Where is the bridge?", "place"),
        ("What is the genre of “The Pier”?", "other"),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, kind: str) -> None:
    assert wanted(question) == kind


def test_dates_figures_names_and_phrases_are_candidates() -> None:
    text = "The bridge was designed by Ada Verne, a civil engineer, and opened on 3 May 1921 with 7 piers (1919–1921)."
    found = {(c.text, c.form) for c in candidates(text)}
    assert {("3 May 1921", "date"), ("1919–1921", "date"), ("7", "figure"), ("Ada Verne", "name")} <= found
    assert ("civil engineer", "phrase") in found
    assert all(text[c.span[0] : c.span[1]] == c.text for c in candidates(text))


@given(TEXT)
def test_any_text_can_be_read(text: str) -> None:
    found, table = features("When was the Aab built?", text)
    assert len(found) == len(table)
    model = learned()["answer"]
    assert all(0 <= probability(model, row) <= 1 for row in table)


@given(TEXT, TEXT)
def test_comparing_knows_no_order(one: str, other: str) -> None:
    question = "Who built the Aab?"
    first, second = readings(question, [one, other])
    assert conflict(question, first, second) == pytest.approx(conflict(question, second, first))
    assert alike(one, other) == pytest.approx(alike(other, one))


def test_different_years_conflict_and_the_same_year_does_not() -> None:
    question = "When was the Lornmouth bridge built?"
    texts = [
        "The Lornmouth bridge was built in 1921 by the harbour board. It has seven piers.",
        "Built in 1921, the Lornmouth bridge carries two lanes of traffic.",
        "The Lornmouth bridge was built in 1934, after the great storm.",
        "Tickets for the ferry are sold at the kiosk and on board.",
    ]
    one, alike_to_it, other, nothing = readings(question, texts)
    assert one.found[one.best].text == "1921"
    assert other.found[other.best].text == "1934"
    differing = conflict(question, one, other)
    assert differing > learned()["conflict"]["threshold"] > conflict(question, one, alike_to_it)
    assert conflict(question, one, nothing) < differing


def test_two_short_answers_are_the_same_or_not() -> None:
    question = "Why was the bridge closed?"
    same = same_answer(question, "cracks in its piers", "because of cracked piers", 0.9)
    other = same_answer(question, "cracks in its piers", "a strike of the toll keepers", 0.1)
    years = same_answer(question, "in 1921", "in 1934", 0.7)
    assert years < same_answer(question, "in 1921", "in the year 1921", 0.7)
    assert same > learned()["same"]["threshold"] > other


def test_answers_near_the_same_others_are_alike() -> None:
    cosines = np.array([[1, 0.6, 0.1, 0.1], [0.6, 1, 0.1, 0.2], [0.1, 0.1, 1, 0.7], [0.1, 0.2, 0.7, 1]])
    found = profiles(cosines)
    assert found[0, 1] > 0.3 > found[0, 2]
    assert profiles(cosines[:2, :2]).tolist() == cosines[:2, :2].tolist()
