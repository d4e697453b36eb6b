"""The ledger of quotations: stored with its document, looked up by name, role, topic and day."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from app import Chatbot
from app.check.checking import same_remark
from app.cli import main
from app.evidence.voices import fullest_names
from app.tools import quotes_tool
from retrieval import ledger
from tests.libraries import sample_bot

__all__ = ["sample_bot"]

NOTE = """Published 7 March 2024

Ada Quill, the chief engineer of Alder Bridges, said on Tuesday that the old span is safe. “We tested every bolt,”
she told reporters. Bo Quill, a councillor, disagreed. “Nobody has looked at the piers,” Quill's brother Bo Quill said.
Ada Quill did not say when the work will end.
"""


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    (tmp_path / "bridge.txt").write_text(f"Alder bridge is safe, says its engineer\n\n{NOTE}", encoding="utf-8")
    bot = Chatbot(tmp_path / "library")
    bot.add(tmp_path / "bridge.txt")
    return bot


def test_every_entry_is_a_span_of_its_document(sample_bot: Chatbot) -> None:
    found = sample_bot.quotes()
    assert len(found) > 50
    for quote in found:
        text = sample_bot.document(quote.document.id).text
        parts = quote.text.split(" … ")
        assert text[quote.start :].startswith(parts[0])
        assert text[: quote.end].endswith(parts[-1])


def test_looks_up_by_name_role_topic_and_day(sample_bot: Chatbot) -> None:
    zuckerberg = sample_bot.quotes("Zuckerberg")
    assert {q.speaker for q in zuckerberg} == {"Mark Zuckerberg"}
    assert sample_bot.quotes("Zuckerberg", "open source standard")
    assert len(sample_bot.quotes("Zuckerberg", "open source standard")) < len(zuckerberg)
    assert sample_bot.quotes("the finance chief of Meta") or sample_bot.quotes("Susan Li")
    late = sample_bot.quotes(since=date(2025, 1, 30), until=date(2025, 1, 30))
    assert late
    assert {q.said for q in late} == {"2025-01-30"}
    assert sample_bot.quotes("Sundar Pichai") == []


def test_two_people_of_one_surname_stay_two(bot: Chatbot) -> None:
    assert {q.speaker for q in bot.quotes("Ada Quill")} == {"Ada Quill"}
    assert {q.speaker for q in bot.quotes("Bo Quill")} == {"Bo Quill"}


def test_says_when_and_by_what(bot: Chatbot) -> None:
    first = next(q for q in bot.quotes("Ada Quill") if q.kind == "indirect")
    assert (first.said, first.dated_by) == ("2024-03-05", "text")
    bolt = next(q for q in bot.quotes("Ada Quill") if "bolt" in q.text)
    assert (bolt.said, bolt.dated_by) in {("2024-03-07", "publication"), ("2024-03-05", "text")}


def test_what_was_not_said_is_no_entry(bot: Chatbot) -> None:
    assert not any("work will end" in q.text for q in bot.quotes())


def test_the_ledger_goes_with_its_document(bot: Chatbot) -> None:
    bot.remove(bot.documents()[0].id)
    assert bot.quotes() == []


def test_an_older_ledger_is_found_anew(bot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bot.quotes()
    monkeypatch.setattr(ledger, "VERSION", ledger.VERSION + 1)
    assert bot.quotes() == before


def test_the_tool_gives_json(bot: Chatbot) -> None:
    tool = quotes_tool(bot)
    assert tool.name == "quotes"
    assert set(tool.args) == {"speaker", "about", "since", "until"}
    [found] = tool.invoke({"speaker": "Ada Quill", "about": "bolt"})
    assert "We tested every bolt" in json.loads(json.dumps(found))["text"]


def test_the_command_lists_quotes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(f'Alder bridge\n\n{NOTE}\n"=1+1," said Cy Reed.\n', encoding="utf-8")
    library = str(tmp_path / "library")
    assert main(["add", str(tmp_path / "a.txt"), "--library", library]) == 0
    capfd.readouterr()
    assert main(["quotes", "--speaker", "Ada Quill", "--json", "--library", library]) == 0
    assert {q["speaker"] for q in json.loads(capfd.readouterr().out)} == {"Ada Quill"}
    assert main(["quotes", "--csv", "--library", library]) == 0
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    assert {"text", "speaker", "said", "document_id", "start"} <= set(rows[0])
    assert not any(cell.startswith("=") for row in rows for cell in row.values() if cell)
    assert main(["quotes", "--speaker", "Bo Quill", "--library", library]) == 0
    assert "Bo Quill" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("heard", "names"),
    [
        ({"Zuckerberg", "Mark Zuckerberg"}, {"Mark Zuckerberg"}),
        ({"Quill", "Ada Quill", "Bo Quill"}, {"Quill", "Ada Quill", "Bo Quill"}),
        ({"J. Doe", "Jane Doe"}, {"Jane Doe"}),
        ({"Meta"}, {"Meta"}),
    ],
)
def test_one_person_has_one_name_and_two_stay_two(heard: set[str], names: set[str]) -> None:
    assert set(fullest_names(heard).values()) == names


class TestAnswers:
    def test_remarks_carry_role_day_and_wordings(self, sample_bot: Chatbot) -> None:
        answer = sample_bot.ask("What did Zuckerberg say about DeepSeek?")
        assert answer.remarks
        by_number = {c.number: c for c in answer.citations}
        for remark in answer.remarks:
            assert remark.speaker == "Mark Zuckerberg"
            assert remark.dated_by in ("text", "publication", None)
            for part in remark.words.split(" … "):
                assert part.split()[0] in " ".join(by_number[remark.citations[0]].quote.split())
        assert any(len(remark.variants) > 1 for remark in answer.remarks)

    def test_change_is_told_in_the_order_of_days(self, sample_bot: Chatbot) -> None:
        answer = sample_bot.ask("How has Zuckerberg's view of DeepSeek changed?")
        days = [remark.said for remark in answer.remarks if remark.said]
        assert len(days) > 2
        assert days == sorted(days)

    def test_a_person_may_be_asked_for_by_role(self, bot: Chatbot) -> None:
        answer = bot.ask("What did the chief engineer say about the bolts?")
        assert {c.speaker for c in answer.citations} == {"Ada Quill"}

    @pytest.mark.parametrize(
        "question", ["What did Ada Quill say?", "What did Ada Quill say about it?", "Ada Quill quotes"]
    )
    def test_no_topic_is_every_topic(self, bot: Chatbot, question: str) -> None:
        answer = bot.ask(question)
        if question.startswith("What"):
            assert {c.speaker for c in answer.citations} == {"Ada Quill"}

    def test_who_praised_finds_several_people(self, sample_bot: Chatbot) -> None:
        answer = sample_bot.ask("Who praised DeepSeek?")
        assert {"Satya Nadella", "Sam Altman"} <= {c.speaker for c in answer.citations}

    def test_who_is_not_quoted_on_it_is_said_with_what_they_are_quoted_on(self, sample_bot: Chatbot) -> None:
        answer = sample_bot.ask("What did Susan Li say about tariffs?")
        assert not answer.answered
        assert "none of them quotes Susan Li on tariffs" in answer.text
        assert "They do quote Susan Li on" in answer.text

    def test_being_spoken_about_is_not_speaking(self, sample_bot: Chatbot) -> None:
        answer = sample_bot.ask("What did Liang Wenfeng say about DeepSeek?")
        assert not answer.answered


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "“We will spend more on plants next year,” Li said.",
            "“We'll spend more on plants next year,” Quill said.",
            True,
        ),
        ("“We will spend more on plants next year,” Li said.", "“Spend more on plants.”", False),
        ("“We will spend more on new plants next year,” she said.", "“We will spend more on new plants.”", True),
        ("“We will spend more on plants next year,” Li said.", "“We will not spend more on plants next year.”", False),
        (
            "“We will spend more on plants next year,” Li said.",
            "“The piers were seen in spring by Bo.”",
            False,
        ),
    ],
)
def test_cuts_and_reworded_versions_of_a_remark_are_one(one: str, other: str, same: bool) -> None:
    assert same_remark(one, other) is same
    assert same_remark(other, one) is same
