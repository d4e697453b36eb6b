"""What becomes of a model's draft: what stands in for what does not hold, and who decides that nothing answers."""

from __future__ import annotations

import pytest

from app.answer import Answer, Text
from app.chatbot import Chatbot
from app.check.checking import Verdict
from app.checked_draft import Judged, every_place
from app.draft import Unit, units
from app.drafting import stand_ins
from retrieval.documents import Document, Hit
from retrieval.passages import split_passages
from tests.libraries import sample_bot
from tests.openai_server import OpenAIServer, openai_server

__all__ = ["openai_server", "sample_bot"]

TEXT = (
    "Harbour Foods closed nine shops in March. The company reported a net profit of $46 million for the year. "
    "Marta Lindholm, the chief executive, left in June after a dispute over the dividend. The shares rose 3%."
)
QUESTION = "What became of Harbour Foods' profit and shops, and when did Marta Lindholm leave?"
HITS = [Hit(p, 1.0, 1.0, 1.0) for p in split_passages(Document(TEXT, "Harbour Foods closes shops", "a.txt"))]


def refused(draft: str) -> list[Judged]:
    found = [part for part in units([draft]) if isinstance(part, Unit)]
    return [Judged(unit, Verdict(unit.text, None, reason="no"), "no") for unit in found]


@pytest.mark.parametrize(
    ("draft", "instead"),
    [
        (
            "Harbour Foods made a net profit of $46 million for the year [1].",
            ["The company reported a net profit of $46 million for the year. [1]\n"],
        ),
        (
            "Harbour Foods closed nine shops in March, and Marta Lindholm left in June [1].",
            [
                "Harbour Foods closed nine shops in March. [1]\n",
                "Marta Lindholm, the chief executive, left in June after a dispute over the dividend. [1]\n",
            ],
        ),
        ("Whales sing at night in the northern ocean [1].", []),
        ("The passages do not say when the shops closed in March.", []),
        ("Harbour Foods closed nine shops in March [7].", []),
    ],
)
def test_the_sources_sentences_stand_in_for_what_does_not_hold(draft: str, instead: list[str]) -> None:
    assert stand_ins(QUESTION, refused(draft), HITS, every_place(HITS)) == instead
    assert stand_ins(QUESTION, refused(draft), HITS, ()) == []
    assert stand_ins("Who sings?", refused(draft), HITS, every_place(HITS)) == []


def test_what_a_kept_sentence_rests_on_is_not_said_again() -> None:
    from app.check.checking import Evidence

    lost = refused("Harbour Foods closed nine shops in March, in all [1].")
    unit = Unit("Harbour Foods closed nine shops.", (1,))
    kept = Judged(unit, Verdict(unit.text, "supported", (Evidence(0, HITS[0].passage.sentences[0]),)), "")
    assert stand_ins(QUESTION, [*lost, kept], HITS, every_place(HITS)) == []


class TestAModelThatReads:
    """Over HTTP, by the whole pipe."""

    def ask(self, bot: Chatbot, server: OpenAIServer, question: str, draft: str) -> Answer:
        bot._models.clear()  # each test has a server, and so an address, of its own
        server.draft = draft
        answer = None
        for event in bot.stream(question, llm="openai:scripted"):
            answer = event if isinstance(event, Answer) else None
            assert not isinstance(event, Text) or event.delta
        assert answer is not None
        return answer

    def test_it_is_believed_when_it_finds_no_answer(self, sample_bot: Chatbot, openai_server: OpenAIServer) -> None:
        answer = self.ask(
            sample_bot, openai_server, "How far did Nvidia's shares fall on Monday?", "The passages do not say."
        )
        assert not answer.answered
        assert "openai:scripted finds no answer" in answer.text
        assert answer.closest
        assert not answer.left_out

    def test_what_it_finds_missing_is_told_in_the_questions_words_only(
        self, sample_bot: Chatbot, openai_server: OpenAIServer
    ) -> None:
        question = "How far did Nvidia's shares fall on Monday?"
        draft = (
            "Nvidia fell 17%. [1]\nThe passages do not say how far the shares fall on Monday.\n"
            "The passages do not say that Jensen Huang is a thief."
        )
        answer = self.ask(sample_bot, openai_server, question, draft)
        assert any("how far the shares fall on Monday" in note for note in answer.notes) == bool(
            answer.model != "extractive"
        )
        assert "thief" not in answer.text
        assert not any("thief" in left.text for left in answer.left_out)

    def test_its_lie_gives_way_to_the_sentence_that_it_bent(
        self, sample_bot: Chatbot, openai_server: OpenAIServer
    ) -> None:
        question = "What was Meta's net income in the fourth quarter?"
        first = self.ask(sample_bot, openai_server, question, "The passages do not say.")
        held = first.trace.passages if first.trace else ()
        number, sentence = next((p.number, s) for p in held for s in p.text.split("\n") if "$20.8 billion" in s)
        answer = self.ask(
            sample_bot, openai_server, question, sentence.replace("$20.8 billion", "$30.8 billion") + f" [{number}]"
        )
        assert "$20.8 billion" in answer.text
        assert "$30.8 billion" not in answer.text
        assert "$30.8 billion" in " ".join(left.text for left in answer.left_out)
