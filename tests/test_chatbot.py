"""The whole path on a real library: exact words, silence, follow-ups, models that lie and servers that fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import Answer, Chatbot, Checked, Found, LeftOut, QuestionError, Statement, Text, ask
from app.answer import Citation
from retrieval.filters import Filter
from tests.libraries import sample_bot
from tests.openai_server import OpenAIServer, openai_server

__all__ = ["openai_server", "sample_bot"]

QUESTIONS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "sample_questions.json").read_text(encoding="utf-8")
)
KEYS = "question answered text statements left_out citations disagreements closest model".split()


def assert_exact(bot: Chatbot, citations: tuple[Citation, ...]) -> None:
    for citation in citations:
        text = bot.document(citation.document.id).text
        assert text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("item", QUESTIONS, ids=lambda item: item["question"])
def test_answers_the_sample_questions(sample_bot: Chatbot, item: dict[str, Any]) -> None:
    answer = sample_bot.ask(item["question"])
    assert answer.answered is item["answered"]
    assert_exact(sample_bot, answer.citations + answer.closest)
    quotes = " ".join(c.quote for c in answer.citations)
    for alternatives in item.get("expect", []):
        assert any(expected in quotes for expected in alternatives), answer.text
    if not item["answered"]:
        assert answer.text.startswith("The sources don’t say")
        assert answer.closest
        assert not answer.statements


def test_an_answer_keeps_the_contract(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("What did Zuckerberg say about DeepSeek?")
    plain = json.loads(json.dumps(answer.to_dict()))
    assert list(plain)[: len(KEYS)] == KEYS
    numbers = [c["number"] for c in plain["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {n for s in plain["statements"] for n in s["citations"]} == set(numbers)
    for statement in plain["statements"]:
        assert statement["support"] in ("verbatim", "supported")
        assert all(f"[{n}]" in plain["text"] for n in statement["citations"])
    assert set(plain["citations"][0]) >= {"number", "quote", "start", "end", "speaker", "document"}
    assert set(plain["citations"][0]["document"]) == {"id", "title", "source", "published", "uri"}


def test_the_speaker_asked_about_speaks_in_every_citation(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("what did zuckerberg say about deepseek?")
    assert len({c.document.id for c in answer.citations}) >= 3
    assert {c.speaker for c in answer.citations} == {"Mark Zuckerberg"}


def test_the_same_remark_in_several_sources_is_one_statement(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("What did Zuckerberg say about an open source standard?")
    shared = [s for s in answer.statements if len(s.citations) > 1]
    assert shared
    texts = [s.text for s in answer.statements]
    assert len(texts) == len(set(texts))


def test_events_lead_up_to_the_answer(sample_bot: Chatbot) -> None:
    events = list(sample_bot.stream("What was Meta's net income?"))
    assert isinstance(events[0], Found)
    assert isinstance(events[-1], Answer)
    checked = [e.statement for e in events if isinstance(e, Checked) and isinstance(e.statement, Statement)]
    assert checked == list(events[-1].statements)


def test_follow_ups_carry_the_person_and_the_topic(sample_bot: Chatbot) -> None:
    first = sample_bot.ask("What did Zuckerberg say about DeepSeek?")
    history = [(first.question, first.text)]
    about_him = sample_bot.ask("What did he say about open source?", history)
    assert {(c.speaker or "").split()[-1] for c in about_him.citations} == {"Zuckerberg"}
    another = sample_bot.ask("And Satya Nadella?", history)
    assert "Satya Nadella" in {c.speaker for c in another.citations}
    assert not sample_bot.ask("And Sundar Pichai?", history).answered


@pytest.mark.parametrize("question", ["", "  \n", "x" * 100_000])
def test_a_question_that_is_none_is_refused_in_words(sample_bot: Chatbot, question: str) -> None:
    with pytest.raises(QuestionError, match="question"):
        sample_bot.ask(question)


@pytest.mark.parametrize("question", ["?", "***", "a", "the of and", "\u202e\u0000", "日本の首都は?"])
def test_a_question_without_words_finds_nothing(sample_bot: Chatbot, question: str) -> None:
    assert not sample_bot.ask(question).answered


@pytest.mark.parametrize("question", ["' OR 1=1 --", "NEAR(", '"', "capex* AND (", "{{question}} ${x} %s", "[1] [2]"])
def test_query_syntax_is_just_words(sample_bot: Chatbot, question: str) -> None:
    assert_exact(sample_bot, sample_bot.ask(question).citations)


def test_a_question_to_chosen_documents_says_which_and_keeps_to_them(sample_bot: Chatbot) -> None:
    asked = "How far did Nvidia's share price fall?"
    first = sample_bot.ask(asked).citations[0].document
    answer = sample_bot.ask(asked, where=Filter((first.id,)))
    assert {citation.document.id for citation in answer.citations} == {first.id}
    assert answer.notes[0] == f"Only in “{first.title}”."
    others = tuple(entry.id for entry in sample_bot.documents() if entry.id != first.id)
    answer = sample_bot.ask(asked, where=Filter(others))
    assert first.id not in {citation.document.id for citation in (*answer.citations, *answer.closest)}
    assert answer.notes[0] == f"Only in {len(others)} chosen documents."


def test_one_question_may_be_asked_more_strictly(sample_bot: Chatbot) -> None:
    *_, last = sample_bot.stream("How far did Nvidia's share price fall?", strictness="strict")
    assert isinstance(last, Answer)
    assert last.trace
    assert {one.value for one in last.trace.versions if one.name == "strictness"} == {"strict"}
    assert sample_bot.strictness == "balanced"


def test_module_level_ask_opens_and_closes(tmp_path: Path) -> None:
    page = tmp_path / "note.txt"
    page.write_text("A note on bridges\n\nThe Alder bridge is 84 metres long and opened in 1911.\n")
    with Chatbot(tmp_path / "library") as bot:
        assert [r.status for r in bot.add(page)] == ["added"]
        assert [r.status for r in bot.add(page)] == ["unchanged"]
    answer = ask("How long is the Alder bridge?", tmp_path / "library")
    assert answer.citations[0].quote.startswith("The Alder bridge is 84 metres")


def test_an_answer_outlives_its_document(tmp_path: Path) -> None:
    page = tmp_path / "note.txt"
    page.write_text("A note on bridges\n\nThe Alder bridge is 84 metres long and opened in 1911.\n")
    with Chatbot(tmp_path / "library") as bot:
        bot.add(page)
        answer = bot.ask("How long is the Alder bridge?")
        bot.remove(answer.citations[0].document.id)
        assert not bot.ask("How long is the Alder bridge?").answered
    assert "84 metres" in answer.to_dict()["citations"][0]["quote"]


class TestWithAModel:
    """A real server that speaks the provider's protocol writes the drafts."""

    QUESTION = "How far did Nvidia's shares fall on Monday?"

    def ask(self, bot: Chatbot, question: str = QUESTION) -> tuple[Answer, str]:
        draft, answer = "", None
        for event in bot.stream(question, llm="openai:scripted"):
            draft += event.delta if isinstance(event, Text) else ""
            answer = event if isinstance(event, Answer) else None
        assert answer is not None
        return answer, draft

    @pytest.fixture(autouse=True)
    def forget_models(self, sample_bot: Chatbot) -> None:
        sample_bot._models.clear()  # each test has a server, and so an address, of its own

    def numbered(self, bot: Chatbot, words: str) -> tuple[int, str]:
        """The number under which a passage with these words is shown to the model, and the sentence they stand in."""
        found = next(e for e in bot.stream(self.QUESTION, llm="openai:scripted") if isinstance(e, Found))
        for number, hit in enumerate(found.hits, start=1):
            for start, end in hit.passage.sentences:
                sentence = hit.passage.document.text[start:end]
                if words in sentence:
                    return number, " ".join(sentence.split())
        raise AssertionError(f"no passage has {words!r}")

    def test_true_sentences_stay_and_invented_ones_go(self, sample_bot: Chatbot, openai_server: OpenAIServer) -> None:
        number, sentence = self.numbered(sample_bot, "fell 17%")
        openai_server.draft = (
            f"{sentence} [{number}]\nNvidia’s shares fell 31%. [{number}]\nIt was a black day.\nSo it goes [99]."
        )
        answer, draft = self.ask(sample_bot)
        assert answer.model == "openai:scripted"
        assert [s.text for s in answer.statements] == [sentence]
        assert answer.statements[0].support == "verbatim"
        reasons = {left.text: left.reason for left in answer.left_out}
        assert reasons["Nvidia’s shares fell 31%."]
        assert "cites no passage" in reasons["It was a black day."]
        assert "no such passage" in reasons["So it goes."]
        assert "31%" in draft
        assert "31%" not in answer.text
        assert_exact(sample_bot, answer.citations)

    def test_a_draft_that_is_all_false_gives_way_to_the_sources(
        self, sample_bot: Chatbot, openai_server: OpenAIServer
    ) -> None:
        openai_server.draft = "Nvidia gained 50% [1]. Analysts cheered [2]."
        answer, _ = self.ask(sample_bot)
        assert answer.model == "extractive"
        assert "17%" in " ".join(c.quote for c in answer.citations)
        assert any("openai:scripted" in note for note in answer.notes)
        assert answer.notes[0] in answer.text
        assert len(answer.left_out) == 2

    def test_a_true_sentence_that_is_not_the_best_answer_stays_and_the_sources_own_follow(
        self, sample_bot: Chatbot, openai_server: OpenAIServer
    ) -> None:
        number, sentence = self.numbered(sample_bot, "tanked nearly 20%")
        openai_server.draft = f"{sentence} [{number}]"
        answer, _ = self.ask(sample_bot)
        assert answer.model == "openai:scripted"
        assert answer.statements[0].text == sentence
        assert "17%" in " ".join(s.text for s in answer.statements[1:])
        assert sentence not in {left.text for left in answer.left_out}
        assert_exact(sample_bot, answer.citations)

    def test_the_model_is_not_asked_what_the_sources_do_not_say(
        self, sample_bot: Chatbot, openai_server: OpenAIServer
    ) -> None:
        openai_server.draft = "The capital of France is Paris [1]."
        answer, _ = self.ask(sample_bot, "What is the capital of France?")
        assert not answer.answered
        assert openai_server.requests == []

    @pytest.mark.parametrize("status", [401, 500])
    def test_a_failing_provider_is_named_and_the_sources_answer(
        self, sample_bot: Chatbot, openai_server: OpenAIServer, status: int
    ) -> None:
        openai_server.failures = [(status, "scripted", {})] * 8
        answer, _ = self.ask(sample_bot)
        assert answer.answered
        assert answer.model == "extractive"
        assert "openai:scripted" in answer.notes[0]

    def test_what_was_checked_before_a_stream_broke_off_is_kept(
        self, sample_bot: Chatbot, openai_server: OpenAIServer
    ) -> None:
        number, sentence = self.numbered(sample_bot, "fell 17%")
        openai_server.draft = f"{sentence} [{number}]\nAnd then a great deal more happened that nobody had foreseen."
        openai_server.cut = len(sentence.split()) + 3
        answer, _ = self.ask(sample_bot)
        assert answer.model == "openai:scripted"
        assert [s.text for s in answer.statements] == [sentence]
        assert answer.notes

    def test_markup_in_a_draft_reaches_nobody(self, sample_bot: Chatbot, openai_server: OpenAIServer) -> None:
        number, sentence = self.numbered(sample_bot, "fell 17%")
        openai_server.draft = f"![x](http://example.org/leak.png) **{sentence}** <script>alert(1)</script> [{number}]"
        answer, _ = self.ask(sample_bot)
        shown = answer.text + " ".join(left.text for left in answer.left_out)
        assert "example.org" not in shown
        assert "<script" not in shown

    def test_left_out_sentences_are_events_too(self, sample_bot: Chatbot, openai_server: OpenAIServer) -> None:
        openai_server.draft = "Nvidia gained 50% [1]."
        events = list(sample_bot.stream(self.QUESTION, llm="openai:scripted"))
        refused = [e.statement for e in events if isinstance(e, Checked) and isinstance(e.statement, LeftOut)]
        assert [r.text for r in refused] == ["Nvidia gained 50%."]
