"""What questions take for granted, and sentences that say it, say the opposite, or say neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chatbot import Chatbot
from app.check.words import bag
from app.questions.premise import premise, stands
from app.questions.question import understand
from tests.libraries import sample_bot

__all__ = ["sample_bot"]


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Why did Norvik cut its budget?", "that Norvik did cut its budget"),
        ("When did Norvik's shares recover?", "that Norvik's shares did recover"),
        ("Why did Norvik make a profit?", "that Norvik did make a profit"),
        ("When was the Alder bridge closed?", "that the Alder bridge was closed"),
        ("What did Norvik cut?", None),
        ("Did Norvik cut its budget?", "that Norvik did cut its budget"),
        ("Why did Norvik not cut its budget?", None),
        ("Why did Ada Quill paint the bridge?", None),
        ("When was the fall of the tower?", None),
    ],
)
def test_what_is_taken_for_granted(question: str, claim: str | None) -> None:
    taken = premise(understand(question))
    assert (taken and taken.claim) == claim


@pytest.mark.parametrize(
    ("sentence", "side"),
    [
        ("Norvik cut its budget by a tenth.", 1),
        ("Norvik slashed the budget.", 1),
        ("Norvik raised its budget to $5 million.", -1),
        ("Norvik kept its budget as it was.", -1),
        ("The budget of Norvik did not change.", -1),
        ("Norvik did not cut its budget.", -1),
        ("Norvik has a budget of $5 million.", 0),
        ("Alder raised its prices.", 0),
    ],
)
def test_on_which_side_a_sentence_stands(sentence: str, side: int) -> None:
    taken = premise(understand("Why did Norvik cut its budget?"))
    assert taken
    assert stands(taken, sentence, bag(sentence)) == side


@pytest.mark.parametrize(
    "sentence",
    [
        "The shift could cut costs at Alder.",
        "Alder buys cutting-edge mills and other AI.",
        "He said that robots are reducing costs for mills everywhere.",
    ],
)
def test_what_could_be_or_is_of_others_bears_no_premise_out(sentence: str) -> None:
    taken = premise(understand("Why did Alder cut its AI budget?"))
    assert taken
    assert stands(taken, sentence, bag(sentence) | {"alder", "ai"}) == 0


def test_the_nearest_word_tells() -> None:
    taken = premise(understand("How far did Alder's shares fall?"))
    assert taken
    sentence = "Shares of Norvik, whose mill had burnt down in the night, fell 17%, while Alder's shares rose 3%."
    assert stands(taken, sentence, bag(sentence)) == -1


@given(st.text(max_size=120))
def test_any_question_can_be_read(text: str) -> None:
    taken = premise(understand(text))
    assert taken is None or taken.claim


@pytest.mark.parametrize(
    ("question", "claim", "said"),
    [
        ("How far did Nvidia's shares rise on Monday?", "that Nvidia's shares did rise on Monday", "17%"),
        ("Why did Meta's revenue fall?", "that Meta's revenue did fall", "a rise of 21%"),
    ],
)
def test_a_false_premise_is_told_with_what_the_sources_say(
    sample_bot: Chatbot, question: str, claim: str, said: str
) -> None:
    answer = sample_bot.ask(question)
    assert answer.missing == (claim,)
    assert answer.text.startswith(f"The sources don’t say {claim}. They do say:")
    assert any(said in c.quote for c in answer.citations)
