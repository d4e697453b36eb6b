"""What a question asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questions.question import understand


@pytest.mark.parametrize(
    ("text", "who", "topic"),
    [
        ("what did zuckerberg say about deepseek?", "zuckerberg", "deepseek"),
        ("Has Tim Cook commented on efficiency?", "Tim Cook", "efficiency"),
        ("What does the Meta CEO think of open source?", "Meta CEO", "open source"),
        ("Zuckerberg's views on Llama 4", "Zuckerberg", "Llama 4"),
        ("quotes by Susan Li on capex", "Susan Li", "capex"),
        ("How did Zuckerberg respond to DeepSeek?", "Zuckerberg", "DeepSeek"),
        ("Who said that it was a wake-up call?", "", "it was a wake-up call"),
        ("What did anyone say about tariffs?", "", "tariffs"),
        ("How did analyst Lucy Faraday react to the offer?", "Lucy Faraday", "the offer"),
        ("What did Deltanet's boss Pieter Hooft think of the deposit?", "Pieter Hooft", "the deposit"),
        ("What does Siobhan Keane of Gallant say about prices?", "Siobhan Keane", "prices"),
        ("What did the University of New South Wales say about it?", "University of New South Wales", "it"),
        ("What did Bank of America say about rates?", "Bank of America", "rates"),
        ("What did the head of Northgate Bank say about scams?", "head of Northgate Bank", "scams"),
    ],
)
def test_hears_whose_words_are_wanted(text: str, who: str, topic: str) -> None:
    question = understand(text)
    assert (question.kind, question.who, question.topic) == ("speech", who, topic)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How much did Reality Labs lose?", "quantity"),
        ("What was Meta's net income?", "quantity"),
        ("When did Meta rebrand?", "time"),
        ("What is Meta's stock price?", "quantity"),
        ("What was the market value of Norvik in May?", "quantity"),
        ("What is the impact of the cost?", "other"),
        ("Who is the CFO of Meta?", "person"),
        ("Where is the data centre?", "place"),
        ("Why did Nvidia's shares fall?", "reason"),
        ("What is Llama 4 expected to feature?", "other"),
        ("When were apples first mentioned as an ingredient of the pie?", "time"),
        ("Do the executives agree about a boxed warning?", "other"),
        ("What was Zuckerberg saying about Llama?", "speech"),
        ("What did its critics say about Llama?", "speech"),
    ],
)
def test_tells_the_kind_of_answer(text: str, kind: str) -> None:
    assert understand(text).kind == kind


@pytest.mark.parametrize(
    ("text", "focus"),
    [("How many users does Meta AI have?", "user"), ("What was Meta's revenue in Q4 2024?", "revenu"), ("Hello", "")],
)
def test_finds_the_word_whose_value_is_asked(text: str, focus: str) -> None:
    assert understand(text).focus == focus


def test_a_quarter_is_no_name() -> None:
    assert [w.text for w in understand("What was Meta's revenue in Q4 2024?").names] == ["Meta's"]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    question = understand(text)
    assert all(w.text in text for w in question.terms)
