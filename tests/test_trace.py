"""The audit trail: what it says is what happened, in Python, in JSON and in the terminal."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from datetime import date

import pytest

from app import Answer, Chatbot, Found
from app.audit.trace import Trace
from app.audit.tracing import Stopwatch
from app.commands.terminal_trace import print_trace
from retrieval.filters import Filter
from tests.libraries import sample_bot
from tests.openai_server import OpenAIServer, openai_server

__all__ = ["openai_server", "sample_bot"]

SPEECH = "What did Zuckerberg say about DeepSeek?"
CAPEX = "How much does Meta plan to spend on capital expenditure in 2025?"


def traced(answer: Answer) -> Trace:
    assert answer.trace is not None
    return answer.trace


def printed(answer: Answer) -> str:
    out = io.StringIO()
    print_trace(traced(answer), out, 100)
    return out.getvalue()


@pytest.mark.parametrize("question", [SPEECH, CAPEX, "How high is Mount Everest?"])
def test_passages_are_those_found_with_their_scores_and_exact_text(sample_bot: Chatbot, question: str) -> None:
    events = list(sample_bot.stream(question))
    (found,) = [event for event in events if isinstance(event, Found)]
    assert isinstance(events[-1], Answer)
    trace = traced(events[-1])
    assert [p.number for p in trace.passages] == list(range(1, len(found.hits) + 1))
    for p, hit in zip(trace.passages, found.hits, strict=True):
        assert sample_bot.document(p.document).text[p.start : p.end] == p.text == hit.passage.text
        assert (p.score, p.dense, p.lexical) == (hit.score, hit.dense, hit.lexical)
        assert (p.found_by == "ledger") == (p.score == 0)
    assert trace.searched.query == found.query


def test_each_statement_of_an_answer_is_a_kept_sentence_of_the_draft(sample_bot: Chatbot) -> None:
    for question in (SPEECH, CAPEX):
        answer = sample_bot.ask(question)
        (draft,) = traced(answer).drafts
        kept = [s for s in draft.sentences if s.verdict != "left out"]
        assert {s.shown for s in kept} == {s.text for s in answer.statements}
        assert all(s.drafted in draft.text and s.borne_out_by for s in kept)
        stated = {n for statement in answer.statements for n in statement.citations}
        places = {(c.document.id, c.start, c.end) for c in answer.citations if c.number in stated}
        documents = {p.number: p.document for p in traced(answer).passages}
        assert {(documents[b.passage], b.start, b.end) for s in kept for b in s.borne_out_by} == places


def test_the_decision_shows_its_numbers_both_ways(sample_bot: Chatbot) -> None:
    for question, answered in ((CAPEX, True), ("Who won the chess championship of Peru?", False)):
        trace = traced(sample_bot.ask(question))
        assert trace.decision.answered is answered
        assert (trace.decision.enough > 0) is answered
        assert bool(trace.drafts) is answered
        assert sum(s.enough for s in trace.weighed) <= trace.decision.enough
        least = next(limit.value for limit in trace.decision.limits if limit.name == "least strength")
        assert all(s.strength >= least for s in trace.weighed if s.enough)
        assert trace.decision.best == max(trace.weighed, key=lambda s: s.strength)
        assert (trace.decision.best.strength >= least) is answered


def test_a_follow_up_is_shown_as_it_was_searched(sample_bot: Chatbot) -> None:
    first = sample_bot.ask(SPEECH)
    trace = traced(sample_bot.ask("What did he say about spending?", [(SPEECH, first.text)]))
    assert trace.asked == "What did he say about spending?"
    assert "Zuckerberg" in trace.searched.query
    assert trace.searched.who.endswith("Zuckerberg")


def test_a_models_call_is_kept_as_it_was_sent_and_what_it_made_up_has_its_reason(
    sample_bot: Chatbot, openai_server: OpenAIServer
) -> None:
    openai_server.thinking = "Let me see."
    openai_server.draft = "Meta plans to spend $60 billion to $65 billion. [1] Meta bought the moon. [2]"
    answer = sample_bot.ask(CAPEX, llm="openai:traced")
    trace = traced(answer)
    (exchange,) = trace.exchanges
    sent = [(m["role"], m["content"]) for m in openai_server.requests[-1]["messages"]]
    assert [text for _, text in exchange.messages] == [text for _, text in sent]
    assert exchange.draft == openai_server.draft
    assert exchange.usage.input > 0
    model = trace.drafts[0]
    assert model.text == openai_server.draft
    (moon,) = [s for s in model.sentences if "moon" in s.drafted]
    assert (moon.verdict, moon.shown, moon.cites) == ("left out", "", (2,))
    assert moon.reason in {one.reason for one in answer.left_out}
    shown = printed(answer)
    for part in ("Meta bought the moon.", "left out", "sent as system", exchange.prompt):
        assert part in shown


def test_a_call_that_failed_is_in_the_trace(sample_bot: Chatbot, openai_server: OpenAIServer) -> None:
    openai_server.failures = [(400, "bad", {})] * 9
    answer = sample_bot.ask(CAPEX, llm="openai:failing")
    trace = traced(answer)
    assert [draft.writer for draft in trace.drafts] == ["openai:failing", "extractive, beside the model"]
    assert trace.drafts[0].broke
    assert trace.exchanges[0].error
    assert "ended early" in printed(answer)


def test_a_trace_is_json_and_no_part_of_what_an_answer_says(sample_bot: Chatbot) -> None:
    one, two = sample_bot.ask(SPEECH), sample_bot.ask(SPEECH)
    assert one == two
    plain = json.loads(json.dumps(one.to_dict(trace=True)))
    assert plain["trace"]["searched"]["query"] == SPEECH
    assert {v["name"] for v in plain["trace"]["versions"]} == {"onrecord", "embedder", "library", "strictness"}
    assert {"search", "weigh", "check", "compose"} <= {s["name"] for s in plain["trace"]["stages"]}


def test_nothing_in_a_trace_reaches_the_terminal_as_a_command(sample_bot: Chatbot, openai_server: OpenAIServer) -> None:
    openai_server.draft = "\x1b[2J\x1b]0;owned\x07 Meta bought the moon. [1] \u202e"
    shown = printed(sample_bot.ask(CAPEX, llm="openai:hostile"))
    assert "Meta bought the moon" in shown
    assert not set(shown) & set("\x1b\x07\u202e")


def test_the_stopwatch_counts_each_stage_without_the_others() -> None:
    watch = Stopwatch()

    def slow() -> Iterator[int]:
        for n in range(2):
            time.sleep(0.02)
            yield n

    with watch.time("outer"):
        for _ in watch.drawing("inner", slow()):
            pass
    for _ in watch.drawing("inner", slow()):
        time.sleep(0.05)
    spent = {stage.name: stage.seconds for stage in watch.stages}
    assert set(spent) == {"outer", "inner"}
    assert spent["inner"] >= 0.08
    assert spent["outer"] < spent["inner"]


def test_a_stopwatch_goes_on_after_an_error() -> None:
    watch = Stopwatch()
    with pytest.raises(ValueError, match="x"), watch.time("a"):
        raise ValueError("x")
    with watch.time("b"):
        pass
    assert [stage.name for stage in watch.stages] == ["a", "b"]


def test_a_question_that_asks_two_things_shows_both(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("How far did Nvidia's share price fall, and who is the mayor of Paris?")
    trace = traced(answer)
    assert len(trace.parts) == 2
    assert [part.query for part in trace.parts if part.query in answer.missing]
    assert "Part 2" in printed(answer)
    assert sample_bot.verify(answer).holds


def test_what_limits_nothing_is_not_shown(sample_bot: Chatbot) -> None:
    question = "What was Meta's revenue?"
    assert "Limited to" not in printed(sample_bot.ask(question, where=Filter()))
    assert "Limited to" in printed(sample_bot.ask(question, where=(Filter(), Filter(since=date(2020, 1, 1)))))
