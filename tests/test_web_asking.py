"""What the page says of how to ask, read and refused."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.web.asking import Asking
from retrieval.errors import QuestionError
from retrieval.filters import Filter


def test_no_choice_is_none() -> None:
    assert Asking.of("") == Asking()
    assert Asking.of("", "{}") == Asking()
    assert Asking.of("{}", json.dumps({"documents": [], "since": ""})) == Asking()


def test_a_choice_of_a_model_names_it_alone_or_with_how_strictly_and_who_judges() -> None:
    assert Asking.of("local:smollm2") == Asking("local:smollm2")
    assert Asking.of('{"llm": "openai:x", "strictness": "strict", "judge": "openai:m"}') == Asking(
        "openai:x", "strict", "openai:m"
    )
    assert Asking.of('{"strictness": "whatever"}').strictness is None


def test_days_are_both_included() -> None:
    scope = {"documents": ["a", "a"], "sources": ["Fortune"], "tags": ["t"], "since": "2025-01", "until": "2025-02-01"}
    assert Asking.of("", json.dumps(scope)).where == (
        Filter(("a",), ("Fortune",), tags=("t",), since=date(2025, 1, 1), until=date(2025, 2, 2)),
    )


@pytest.mark.parametrize(
    "scope",
    [
        "nonsense",
        "[1]",
        '{"documents": "a"}',
        '{"documents": [{"a": 1}]}',
        '{"tags": [null]}',
        '{"since": "soon"}',
        '{"until": ["2025"]}',
        '{"since": "2025-02", "until": "2025-01"}',
        json.dumps({"documents": [str(n) for n in range(1001)]}),
        json.dumps({"sources": ["x" * 501]}),
    ],
)
def test_what_can_not_be_read_is_said(scope: str) -> None:
    with pytest.raises(QuestionError):
        Asking.of("", scope)
