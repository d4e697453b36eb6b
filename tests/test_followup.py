"""Follow-ups made to stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.followup import standalone

SPEECH = [("What did Zuckerberg say about DeepSeek?", "**Mark Zuckerberg**\n\n- “…” [1]")]
FACT = [("What was Meta's net income?", "It was $20.8 billion. [1]")]


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (SPEECH, "And Susan Li?", "What did Susan Li say about DeepSeek?"),
        (SPEECH, "What about Llama 4?", "What did Zuckerberg say about Llama 4?"),
        (SPEECH, "What did he say about open source?", "What did Zuckerberg say about open source?"),
        (SPEECH, "How much will Meta spend on it?", "How much will Meta spend on DeepSeek?"),
        (SPEECH, "and since 2020?", "What did Zuckerberg say about DeepSeek since 2020?"),
        (SPEECH, "What is the capital of France?", "What is the capital of France?"),
        (FACT, "And its revenue?", "What was Meta’s revenue?"),
        (FACT, "What about Microsoft?", "What was Microsoft’s net income?"),
        (FACT, "and in 2023?", "What was Meta's net income in 2023?"),
        (FACT, "How much did it spend on capex?", "How much did Meta spend on capex?"),
    ],
)
def test_fills_in_what_is_left_unsaid(history: list[tuple[str, str]], question: str, expected: str) -> None:
    assert standalone(question, history) == expected


def test_carries_over_several_turns() -> None:
    history = [*SPEECH, ("And Susan Li?", "**Susan Li**\n\n- “…” [1]")]
    assert standalone("What did she say about revenue?", history) == "What did Susan Li say about revenue?"


@given(st.text(max_size=60))
def test_a_first_question_is_left_alone(question: str) -> None:
    assert standalone(question, []) == question


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=4), st.text(max_size=60))
def test_never_fails(history: list[tuple[str, str]], question: str) -> None:
    assert isinstance(standalone(question, history), str)
