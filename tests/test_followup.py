"""Follow-ups made to stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.check.words import content_bag
from app.questions.followup import standalone

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


ALTERNATIVES = [
    ("What's the difference between Market Cap and NAV?", "Market cap is what the shares cost together. [1]")
]
MOVEMENT = [("name the viceroy at the time of the quit india movement", "It was Lord Linlithgow. [1]")]
PETS = [("Where do guinea pigs sleep in the wild?", "In burrows. [1]")]
BRIDGE = [("How long is the Alder Bridge in Port Senna?", "It is 412 metres long. [1]")]


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (ALTERNATIVES, "Which is more important?", "Which is more important, Market Cap or NAV?"),
        (ALTERNATIVES, "How do I compare them?", "How do I compare Market Cap and NAV?"),
        (MOVEMENT, "what did he do?", "what did Lord Linlithgow do?"),
        (MOVEMENT, "Who led the movement?", "Who led the quit india movement?"),
        (PETS, "What do they eat?", "What do guinea pigs eat?"),
        (PETS, "Why?", "Why do guinea pigs sleep in the wild?"),
        (BRIDGE, "Who lives there?", "Who lives in Port Senna?"),
        (BRIDGE, "How much did it cost?", "How much did Alder Bridge cost?"),
        (FACT, "When did the company buy Instagram?", "When did Meta buy Instagram?"),
        (FACT, "What about revenue?", "What was Meta's revenue?"),
        (FACT, "How is it possible to read a report?", "How is it possible to read a report?"),
        (FACT, "That is a lot.", "That is a lot."),
        (FACT, "If my friend lost her job, who pays?", "If my friend lost her job, who pays?"),
        (FACT, "How are companies taxed in Ireland?", "How are companies taxed in Ireland?"),
    ],
)
def test_carries_what_was_talked_about(history: list[tuple[str, str]], question: str, expected: str) -> None:
    assert standalone(question, history) == expected


def test_a_person_is_never_of_the_other_sex() -> None:
    asked = [("What did Susan Li say about revenue?", "**Susan Li**\n\n- “…” [1]")]
    assert standalone("Is Mary Barra older than her?", asked) != "Is Mary Barra older than Mary Barra?"
    assert "Susan" not in standalone("When was he born?", [("Where does Susan Li live?", "In Ohio. [1]")])


def test_carries_over_several_turns() -> None:
    history = [*SPEECH, ("And Susan Li?", "**Susan Li**\n\n- “…” [1]")]
    assert standalone("What did she say about revenue?", history) == "What did Susan Li say about revenue?"


@given(st.text(max_size=60))
def test_a_first_question_is_left_alone(question: str) -> None:
    assert standalone(question, []) == question


_WORDS = "he she it they their the company movement Meta Apple say cost in of and why did is what about 2020 ?".split()
_SAID = st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join)


@given(st.lists(st.tuples(_SAID, _SAID), max_size=4), _SAID)
def test_no_word_is_invented(history: list[tuple[str, str]], question: str) -> None:
    said = " ".join([question, *(text for turn in history for text in turn)])
    glue = {"the", "in", "for", "and", "or", "what", "was", "on", "’s"}
    assert content_bag(standalone(question, history)) <= content_bag(said) | glue


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=4), st.text(max_size=60))
def test_never_fails(history: list[tuple[str, str]], question: str) -> None:
    assert isinstance(standalone(question, history), str)
