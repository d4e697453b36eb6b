"""How strict to be: what a stricter level answers, a laxer one answers too."""

import pytest

from app.chatbot import Chatbot
from app.evidence.candidates import candidates
from app.evidence.strictness import LEVELS, least_of
from app.evidence.sufficiency import assess
from app.questions.question import understand
from retrieval.errors import QuestionError
from tests.libraries import sample_bot
from tests.silence import QUESTIONS

__all__ = ["sample_bot"]


def test_levels_rise() -> None:
    assert LEVELS == ("lenient", "balanced", "strict")
    least = [(least_of(level).strength, least_of(level).likelihood) for level in LEVELS]
    assert least == sorted(set(least))


def test_an_unknown_level_is_refused(sample_bot: Chatbot) -> None:
    with pytest.raises(QuestionError, match="lenient, balanced or strict"):
        sample_bot.strictness = "paranoid"  # type: ignore[assignment]
    assert sample_bot.strictness == "balanced"


def test_stricter_answers_fewer(sample_bot: Chatbot) -> None:
    asked = [understand(item["question"]) for item in QUESTIONS if item["library"] == "sample" and not item["after"]]
    answered: dict[str, set[str]] = {level: set() for level in LEVELS}
    for question in asked:
        hits = tuple(sample_bot._library.search(question.text, 8))
        ranked = candidates(question, hits, sample_bot._library.quotations_of)
        for level in LEVELS:
            if assess(question, ranked, hits, least_of(level)).enough:
                answered[level].add(question.text)
    assert answered["strict"] < answered["balanced"] <= answered["lenient"]


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("What was Microsoft's revenue?", (True, True, True)),
        ("How many processors was V3 trained on?", (True, True, False)),
        ("Which university did Annika Feldhusen study at?", (True, False, False)),
    ],
)
def test_the_level_decides(sample_bot: Chatbot, question: str, answered: tuple[bool, ...]) -> None:
    found = []
    try:
        for level in LEVELS:
            sample_bot.strictness = level
            found.append(sample_bot.ask(question).answered)
    finally:
        sample_bot.strictness = "balanced"
    assert tuple(found) == answered
