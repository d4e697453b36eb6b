"""Who or what a name is: the question that asks it, and the sentences that say it in passing."""

from __future__ import annotations

import pytest

from app.questions.definitions import defined, defines


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is Ada Stone?", "Ada Stone"),
        ("What is Bix?", "Bix"),
        ("what's Sled 4?", "Sled 4"),
        ("What is Sled 4?", "Sled 4"),
        ("What is the Otter Prize?", "Otter Prize"),
        ("What is Bix's budget?", ""),
        ("What is the cost of Bix?", ""),
        ("Who is the head of Bix?", ""),
        ("What does Bix make?", ""),
    ],
)
def test_a_name_is_asked_about(question: str, name: str) -> None:
    assert defined(question) == name


@pytest.mark.parametrize(
    ("name", "sentence", "told"),
    [
        ("Bix", "Bix, a maker of sleds, lost money.", True),
        ("Bix", "They praised Bix, its chatbot, on Monday.", True),
        ("Bix", "The Norwegian start-up Bix lost money.", True),
        ("Bix", "Bix is the largest maker of sleds.", True),
        ("Ada Stone", "CFO Ada Stone said so.", True),
        ("Stone", "CFO Ada Stone said so.", True),
        ("Stone", "CFO Ada Jane Quill met Stone.", False),
        ("Ada Stone", "Ada Stone (who runs Bix) said so.", True),
        ("Ada Stone", "Ada Stone said so.", False),
        ("Bix", "Bix lost money, a lot of it.", False),
        ("Bix", "Bix is losing money.", False),
        ("", "Anything, a thing.", False),
    ],
)
def test_a_sentence_says_what_a_name_stands_for(name: str, sentence: str, told: bool) -> None:
    assert defines(name, sentence) is told
