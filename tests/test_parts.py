"""Questions that ask two things are taken apart; others are left whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chatbot import Chatbot
from app.questions.parts import asked_in, parts
from tests.libraries import sample_bot

__all__ = ["sample_bot"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What was Norvik's income and how many people does it employ?",
            ("What was Norvik's income?", "How many people does Norvik employ?"),
        ),
        (
            "Who is Norvik's treasurer and how old is she?",
            ("Who is Norvik's treasurer?", "How old is Norvik's treasurer?"),
        ),
        (
            "How far did Norvik's shares fall and when did they recover?",
            ("How far did Norvik's shares fall?", "When did Norvik's shares recover?"),
        ),
        ("When and where was Ada Quill born?", ("When was Ada Quill born?", "Where was Ada Quill born?")),
        (
            "What did Quill and Birch say about steel?",
            ("What did Quill say about steel?", "What did Birch say about steel?"),
        ),
        (
            "What was Norvik's tax rate and net income in 2024?",
            ("What was Norvik's tax rate in 2024?", "What was Norvik's net income in 2024?"),
        ),
        (
            "What were the revenue and the profit of Norvik?",
            ("What was the revenue of Norvik?", "What was the profit of Norvik?"),
        ),
        ("What was Norvik's research and development budget?", None),
        ("How much will Norvik invest, and over how many years?", None),
        ("What is the difference between Norvik and Alder?", None),
        ("What did Quill say about research and development?", None),
        ("Who built the bridge and the mill?", None),
        ("what and", None),
    ],
)
def test_two_questions_in_one(question: str, expected: tuple[str, ...] | None) -> None:
    assert parts(question) == (expected or (question,))


@given(st.text(max_size=120))
def test_any_text_has_parts(question: str) -> None:
    assert parts(question)


def test_the_part_that_is_there_is_answered_and_the_other_named(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("What was Microsoft's revenue and how many people does it employ?")
    assert answer.answered
    assert any("$69.6 billion" in c.quote for c in answer.citations)
    assert answer.missing == ("How many people does Microsoft employ?",)
    assert "The sources don’t say: How many people does Microsoft employ?" in answer.text


def test_where_neither_part_is_there_nothing_is_answered(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("What did Pichai and Jassy say about DeepSeek?")
    assert not answer.answered
    assert "Pichai" in answer.text
    assert "Jassy" in answer.text


def test_what_names_nothing_is_asked_of_what_the_first_half_names(tmp_path: Path) -> None:
    ferry = """The slow ferry Marjanka carries 140 people. Tickets are sold at the quay only, in cash."""
    court = """The court heard that he moved money for six years and used most of it to pay off debts."""
    for name, text in (("ferry", ferry), ("court", court)):
        (tmp_path / f"{name}.md").write_text(f"# {name.title()}\n\n{text}\n", "utf-8")
    question = "How many people does the slow ferry Marjanka carry, and how do I have to pay?"
    _, paying = asked_in(question)
    assert paying.about == {"marjanka"}
    with Chatbot(tmp_path / "library") as bot:
        bot.add(tmp_path / "ferry.md")
        bot.add(tmp_path / "court.md")
        answer = bot.ask(question)
        alone = bot.ask("How did he pay?")
    assert {citation.document.title for citation in answer.citations} == {"Ferry"}
    assert {citation.document.title for citation in alone.citations} == {"Court"}
