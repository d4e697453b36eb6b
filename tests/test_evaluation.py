from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Answer, Citation, Disagreement, Position, Source, Statement
from app.evaluation.scoring import MEASURES, EvalQuestion, Outcome, Scored, from_counts, holds, score, wilson

TEXT = 'Shares fell 17%. "We are buying quiet ships," Mara Oduya said. Revenue was $48.39 billion.'
SOURCE = Source("abc123", "Ships", "The Seldon Post", "2025-01-31", "/news/ships.txt")


def cite(number: int, quote: str, speaker: str | None = None) -> Citation:
    start = TEXT.index(quote)
    return Citation(number, quote, start, start + len(quote), speaker, SOURCE)


FALL = cite(1, "Shares fell 17%.")
SAID = cite(2, '"We are buying quiet ships," Mara Oduya said.', "Mara Oduya")
ANSWER = Answer(
    "What happened?",
    True,
    "…",
    (Statement("Shares fell 17%.", "verbatim", (1,)), Statement(SAID.quote, "verbatim", (2, 1))),
    citations=(FALL, SAID),
    disagreements=(Disagreement("fall", (Position("17%", (1,)), Position("nearly 20%", (2,)))),),
)
BEARS = frozenset({(0, 1), (1, 2)})
SILENT = Answer("What happened?", False, "The sources don’t say.", closest=(FALL,))


def scored(answer: Answer | None = ANSWER, **expected: Any) -> Scored:  # noqa: ANN401
    outcome = Outcome(answer, 0.1, "" if answer else "the model is away", {"abc123": TEXT}, BEARS)
    return score(EvalQuestion("What happened?", **expected), outcome)


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("Revenue was $48.39 billion.", "$48.4 billion", True),
        ("Revenue was $48.4 billion.", "$48.39 billion", False),
        ("Revenue was $48.39 billion.", "revenue of $48 billion", True),
        ("Revenue was 48.39 billion yuan.", "$48.39 billion", False),
        ("Revenue was $48.39 billion.", "48.4 billion", True),
        ("Shares fell 17% on Monday.", "17 percent", True),
        ("Shares fell 17% on Monday.", "18%", False),
        ("Meta will not cut its budget.", "not cut", True),
        ("Meta will cut its budget.", "not cut", False),
        ("They rose sharply.", "rise", True),
        ("It takes four years.", "/four +years?/", True),
        ("It takes four years.", "/five/", False),
        ("between $60 billion and $65 billion", "$60-65 billion", True),
    ],
)
def test_a_fact_is_borne_out_in_its_words_and_rounded_figures(text: str, fact: str, expected: bool) -> None:
    assert holds(text, fact) is expected


def test_everything_expected_and_found_passes() -> None:
    found = scored(
        facts=(("19%", "17%"), ("Oduya quiet ships",)),
        quotes=(("we are buying quiet ships",),),
        speakers=("Mara Oduya",),
        sources=("seldon post", "ships.txt", "abc1"),
        disagreement=("17", "20%"),
    )
    assert found.problems == ()
    assert found.counts == {
        "answered": (1, 1),
        "facts": (2, 2),
        "quotes": (1, 1),
        "speakers": (1, 1),
        "citation_recall": (3, 3),
        "disagreements": (1, 1),
        "exactness": (2, 2),
        "citation_precision": (3, 3),
        "passed": (1, 1),
    }


@pytest.mark.parametrize(
    ("expected", "measure", "count"),
    [
        ({"facts": (("18%",), ("17%",))}, "facts", (1, 2)),
        ({"quotes": (("we are buying loud ships",),)}, "quotes", (0, 1)),
        ({"speakers": ("Ruben Achterberg",)}, "speakers", (0, 2)),
        ({"speakers": ("Mara Oduya",), "quotes": (("shares fell",),)}, "speakers", (0, 2)),
        ({"sources": ("Tidewater",)}, "citation_recall", (0, 1)),
        ({"disagreement": ("17%", "30%")}, "disagreements", (0, 1)),
        ({"disagreement": ("17%", "17.0%")}, "disagreements", (0, 1)),
        ({"disagreement": ()}, "disagreements", (0, 1)),
        ({"silence": True}, "silence", (0, 1)),
    ],
)
def test_what_is_not_met_is_counted_and_named(expected: dict[str, Any], measure: str, count: tuple[int, int]) -> None:
    found = scored(**expected)
    assert found.counts[measure] == count
    assert found.problems
    assert found.counts["passed"] == (0, 1)


def test_a_citation_is_precise_by_the_check_or_by_what_it_is_expected_to_hold() -> None:
    assert scored().counts["citation_precision"] == (2, 3)
    assert scored().imprecise == ((1, 1),)
    assert scored(facts=(("17%",),)).counts["citation_precision"] == (3, 3)


def test_a_value_shown_as_a_side_of_a_disagreement_is_a_fact_shown() -> None:
    assert scored(facts=(("nearly 20%",),)).problems == ()
    assert scored(replace(ANSWER, disagreements=()), facts=(("nearly 20%",),)).counts["facts"] == (0, 1)


def test_one_wrong_character_is_no_exact_quotation() -> None:
    shifted = replace(FALL, start=FALL.start + 1)
    found = scored(replace(ANSWER, citations=(shifted, SAID)))
    assert found.counts["exactness"] == (1, 2)
    assert any("[1]" in problem for problem in found.problems)


def test_silence_where_it_is_expected_and_where_it_is_not() -> None:
    assert scored(SILENT, silence=True).counts["silence"] == (1, 1)
    assert scored(SILENT, silence=True).problems == ()
    missing = scored(SILENT, facts=(("17%",),), speakers=("Mara Oduya",))
    assert missing.counts["answered"] == (0, 1)
    assert missing.counts["facts"] == (0, 1)
    assert missing.counts["speakers"] == (0, 1)
    assert missing.problems == ("it was not answered",)


@pytest.mark.parametrize("silence", [True, False])
def test_an_error_is_neither_an_answer_nor_a_silence(silence: bool) -> None:
    found = scored(None, silence=silence)
    assert found.counts["silence" if silence else "answered"] == (0, 1)
    assert found.problems == ("it failed: the model is away",)


def test_measures_add_up_and_abstention_is_the_mean_of_both() -> None:
    some = [scored(), scored(SILENT), scored(SILENT, silence=True), scored(None)]
    found = from_counts([s.counts for s in some])
    assert list(found) == list(MEASURES)
    assert (found["answered"].value, found["silence"].value) == (1 / 3, 1)
    assert found["abstention"].value == pytest.approx(2 / 3)
    assert found["facts"].value is None
    assert from_counts([scored().counts])["abstention"].value == 1


def test_wilson_intervals_are_the_published_ones() -> None:
    # Newcombe (1998), Table I, method 3: 81/263, 15/148, 0/20, 1/29.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, of), (low, high) in published.items():
        assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_every_measure_lies_in_its_interval(draws: list[tuple[bool, bool]]) -> None:
    counts = [{"silence" if silence else "answered": (int(right), 1)} for silence, right in draws]
    for measure in from_counts(counts).values():
        if measure.value is not None:
            assert measure.low is not None
            assert measure.high is not None
            assert 0 <= measure.low <= measure.value <= measure.high <= 1
