"""Everyday questions over articles that nothing was made on: answered rightly, refused, answered in vain."""

from __future__ import annotations

from collections import Counter

import pytest

from app.answer import Answer, Statement
from tests.benchmarks.plain_questions import SETS, asked, outcome


@pytest.mark.parametrize(
    ("facts", "text", "came"),
    [
        ([["$46 million"]], "Net profit was $46 million.", "right"),
        ([["$46 million"], ["June"]], "Net profit was $46 million.", "in part"),
        ([["$46 million", "46 million dollars"]], "It made 46 million dollars.", "right"),
        ([["June"]], "Net profit was $46 million.", "wrong"),
        ([], "Net profit was $46 million.", "answered"),
    ],
)
def test_how_an_answer_is_judged(facts: list[list[str]], text: str, came: str) -> None:
    assert outcome(facts, Answer("", True, text, (Statement(text, "verbatim", (1,)),))) == came
    assert outcome(facts, Answer("", False, text)) == "refused"


def test_some_are_answered_and_most_of_what_the_articles_do_not_tell_is_not() -> None:
    """Low, and measured: see docs/answers.md."""
    counts = Counter(came for name in SETS for _, _, came in asked(name))
    assert counts["right"] >= 56
    assert counts["answered"] <= 28
