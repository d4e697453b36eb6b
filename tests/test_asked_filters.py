"""Where to look: read off a question, given in Python or on the command line; nothing outside it is ever cited."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import Answer, Chatbot, Filter, LibraryError
from app.libraries import SAMPLE
from app.questions.filters import described, read
from retrieval.speakers import same_speaker
from tests.command import Command
from tests.libraries import sample_bot

__all__ = ["sample_bot"]

OUTLETS = ("Fortune", "CNBC", "The New York Times", "The Information", "Northgate Wire", "Meta Newsroom", "Apple")
QUOTED = ("Meta", "Apple")
TODAY = date(2025, 3, 5)


@pytest.mark.parametrize(
    ("question", "left", "limits"),
    [
        ("What was Meta's capex according to Fortune?", "What was Meta's capex?", "from Fortune"),
        ("According to the New York Times, who won?", "Who won?", "from The New York Times"),
        ("According to Fortune and CNBC, who won?", "Who won?", "from Fortune or CNBC"),
        ("In the Fortune article, how far did it fall?", "How far did it fall?", "from Fortune"),
        ("How far did it fall, in Northgate articles?", "How far did it fall?", "from Northgate Wire"),
        ("Who won according to the Times?", "Who won?", "from The New York Times"),
        ("what did cnbc report on nvidia?", "What about nvidia?", "from CNBC"),
        ("What did Fortune say about tariffs?", "What about tariffs?", "from Fortune"),
        ("What was said in CNBC about tariffs?", "What was said about tariffs?", "from CNBC"),
        ("What did CNBC report in 2024 about tax?", "What about tax?", "from CNBC, published in 2024"),
        (
            "What did CNBC articles published before March 2025 say about tax?",
            "What about tax?",
            "from CNBC, published before 1 March 2025",
        ),
        ("Who won, in articles published in 2024?", "Who won?", "published in 2024"),
        (
            "What do articles since January 2025 say about tax?",
            "What do articles say about tax?",
            "published since 1 J",
        ),
        ("What was reported last week about tax?", "What was said about tax?", "published from 24 Feb"),
        ("What did Altman say in 2024?", "What did Altman say?", "said in 2024"),
        ("What did Altman say about tax since January 2025?", "What did Altman say about tax?", "said since 1 Jan"),
        ("What did Altman say before March 2025 about tax?", "What did Altman say about tax?", "said before 1 March"),
        ("What did Altman say last week?", "What did Altman say?", "said from 24 February 2025 to 2 March 2025"),
        ("Who criticised it between 2023 and 2024?", "Who criticised it?", "said from 1 January 2023 to 31 Dec"),
    ],
)
def test_a_question_that_says_where_to_look_is_understood(question: str, left: str, limits: str) -> None:
    found = read(question, lambda: OUTLETS, QUOTED.__contains__, TODAY)
    assert found.question == left
    assert described(found.filters).startswith(limits)


@pytest.mark.parametrize(
    "question",
    [
        "Why did the New York Times sue OpenAI?",
        "What did OpenAI say about the New York Times?",
        "What did Apple say about tariffs?",  # an outlet here, but also somebody who is quoted
        "What was capex in the Meta report?",
        "What was Meta's capex, according to Zuckerberg?",
        "What is the price according to the information in the file?",
        "What was Meta's revenue in 2024?",
        "How far have wages fallen since 2019?",
        "Which book published in 2024 sold best?",
        "What did Musk say about spending in 2030?",
        "What did Li say about revenue in the last three months of 2024?",
        "What did Li say about the difference between 2023 and 2024?",
    ],
)
def test_a_subject_a_speaker_and_a_year_of_facts_limit_nothing(question: str) -> None:
    assert read(question, lambda: OUTLETS, QUOTED.__contains__, TODAY) == read(question, list, bool, TODAY)
    assert read(question, lambda: OUTLETS, QUOTED.__contains__, TODAY).filters == ()


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=4))
def test_any_question_and_any_outlets_can_be_read(question: str, outlets: list[str]) -> None:
    for asked in (question, f"according to {outlets[0] if outlets else ''} {question}"):
        assert isinstance(described(read(asked, lambda: outlets, lambda name: False, TODAY).filters), str)


QUESTIONS = (
    "What did Zuckerberg say about DeepSeek?",
    "What did anybody say about DeepSeek?",
    "How much does Meta plan to spend in 2025?",
    "How far did Nvidia's share price fall?",
    "What did Zuckerberg and Nadella say about DeepSeek?",
)
DAYS = st.dates(date(2025, 1, 24), date(2025, 2, 1))


@st.composite
def _ranges(draw: st.DrawFn) -> tuple[date | None, date | None]:
    since, days = draw(st.none() | DAYS), draw(st.none() | st.integers(1, 6))
    return since, since + timedelta(days) if since and days else None if since else draw(st.none() | DAYS)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(QUESTIONS))
def test_nothing_outside_a_filter_is_ever_cited(sample_bot: Chatbot, data: st.DataObject, question: str) -> None:
    entries = sample_bot.documents()
    outlets = st.sampled_from(sorted({e.source for e in entries if e.source}))
    published, said = data.draw(_ranges()), data.draw(_ranges())
    where = Filter(
        documents=tuple(data.draw(st.lists(st.sampled_from([e.id for e in entries]), max_size=4, unique=True))),
        sources=tuple(data.draw(st.lists(outlets, max_size=3, unique=True))),
        speakers=tuple(data.draw(st.lists(st.sampled_from(["Zuckerberg", "Nadella"]), max_size=1))),
        since=published[0],
        until=published[1],
        said_since=said[0],
        said_until=said[1],
    )
    answer = sample_bot.ask(question, where=where)
    about_speech = "say" in question
    for citation in (*answer.citations, *answer.closest):
        document, day = citation.document, citation.document.published or ""
        assert not where.documents or document.id in where.documents
        assert not where.sources or document.source in where.sources
        assert not where.since or day >= where.since.isoformat()
        assert not where.until or day < where.until.isoformat()
    for citation in answer.citations if about_speech else ():
        assert all(same_speaker(who, citation.speaker or "") for who in where.speakers)
        spoken = citation.said or ""
        assert not where.said_since or spoken >= where.said_since.isoformat()
        assert not where.said_until or spoken < where.said_until.isoformat()
    assert bool(answer.notes) is bool(where)
    let_through = {entry.id for entry in sample_bot.documents(where)}
    assert {c.document.id for c in answer.citations} <= let_through
    assert {q.document.id for q in sample_bot.quotes(where=where)} <= let_through


def test_a_range_that_says_nothing_is_not_widened(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("What did Zuckerberg say about DeepSeek before 1 January 2025?")
    assert not answer.answered
    assert "Nothing said before 1 January 2025 answers this" in answer.text
    assert answer.notes == ("Only said before 1 January 2025.",)
    assert not answer.closest


def test_given_and_asked_filters_both_hold_and_stand_in_the_trace(sample_bot: Chatbot) -> None:
    where = Filter(sources=("Civic Byte", "Tidewater"))
    answer = sample_bot.ask("How far did Nvidia's shares fall, according to Tidewater Markets?", where=where)
    assert {c.document.source for c in answer.citations} == {"Tidewater Markets"}
    assert answer.trace
    assert [one.sources for one in answer.trace.limited] == [where.sources, ("Tidewater Markets",)]
    assert answer.trace.searched.query == "How far did Nvidia's shares fall?"
    kept = Answer.from_dict(json.loads(json.dumps(answer.to_dict(trace=True))))
    assert sample_bot.verify(kept).holds
    assert sample_bot.verify(kept).changes == ()
    nothing = sample_bot.ask(
        "How far did Nvidia's shares fall according to Civic Byte?", where=Filter(sources=("Visor",))
    )
    assert not nothing.answered


def test_a_year_of_a_fact_is_no_day_of_publication(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("How much did Meta spend in 2024?", today=date(2026, 1, 1))
    assert answer.answered
    assert not answer.notes
    assert {(c.document.published or "")[:4] for c in answer.citations} == {"2025"}


def test_an_unknown_name_is_said_before_anything_is_answered(sample_bot: Chatbot) -> None:
    with pytest.raises(LibraryError, match="did you mean Civic Byte"):
        sample_bot.ask("What?", where=Filter(sources=("Civic Bite",)))
    with pytest.raises(LibraryError, match="Nobody is quoted"):
        sample_bot.quotes(where=Filter(speakers=("Zoe Quill",)))


def test_the_commands_take_the_same_filters(tmp_path_factory: pytest.TempPathFactory) -> None:
    run = Command(tmp_path_factory.mktemp("home"))
    library = ("--library", str(tmp_path_factory.mktemp("library")))
    assert (
        run("add", str(SAMPLE / "nvidia-record-loss.html"), str(SAMPLE / "northgate-meta-capex.txt"), *library).status
        == 0
    )
    listed = json.loads(run("list", "--json", "--until", "2025-01-26", *library).out)
    assert [one["source"] for one in listed] == ["Northgate Wire"]
    id = listed[0]["id"]
    assert run("tag", id[:6], "wire", "capex", *library).out == f"{id[:6]}: capex, wire\n"
    assert "#capex  #wire" in run("list", "--tag", "wire", *library).out
    assert run("tag", id, "capex", "--remove", *library).out == f"{id}: wire\n"
    assert "has no tag sea; it has wire" in run("tag", id, "sea", "--remove", *library).err
    answer = json.loads(
        run("ask", "--json", "--tag", "wire", "--since", "2025", "How far did Nvidia fall?", *library).out
    )
    assert not answer["answered"]
    assert answer["notes"] == ["Only tagged wire, published since 1 January 2025."]
    quotes = json.loads(run("quotes", "--json", "--source", "Northgate", "--until", "2025-01", *library).out)
    assert quotes
    assert {one["document"]["source"] for one in quotes} == {"Northgate Wire"}
    assert "did you mean Northgate Wire" in run("ask", "--source", "Nortgate Wire", "What?", *library).err
    wrong = run("ask", "--since", "January", "What?", *library)
    assert (wrong.status, "write 2025-01-31, 2025-01 or 2025" in wrong.err) == (2, True)
    assert run("list", "--since", "2025-02", "--until", "2025-01", *library).status == 2
