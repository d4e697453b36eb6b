"""Evaluations over real libraries: what is scored, that nothing stops a run, what the command prints and returns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from app import Answer, Chatbot, Evaluation, EvaluationError, evaluate
from app.check.words import find_folded
from app.cli import main
from app.commands.eval import SAMPLE_QUESTIONS
from app.evaluation.compare import compare, read_baseline
from app.evaluation.file import read_questions
from app.evaluation.report import print_evaluation, unmet
from app.evaluation.scoring import MEASURES, EvalQuestion, holds
from app.questions.followup import Turn
from tests.command import QUIET, SHIP
from tests.libraries import sample_bot
from tests.openai_server import OpenAIServer, openai_server

__all__ = ["openai_server", "sample_bot"]

SHIPS = f"""- question: {QUIET}
  quotes: [our passengers asked for quiet ships]
  speakers: Mara Oduya
  tags: [ships]
- question: What did Mara Oduya say about penguins?
  silence: true
- question: Where were the ships ordered?
  facts: [in a yard in Gdańsk]
"""


@pytest.fixture
def ships(tmp_path: Path) -> Path:
    """A folder with a library of one article and a file of questions, the last of which expects what is not so."""
    (tmp_path / "ship.txt").write_text(SHIP, encoding="utf-8")
    (tmp_path / "questions.yaml").write_text(SHIPS, encoding="utf-8")
    with Chatbot(tmp_path / "library") as bot:
        bot.add(tmp_path / "ship.txt")
    return tmp_path


@pytest.fixture(scope="module")
def sampled(sample_bot: Chatbot) -> Evaluation:
    return evaluate(sample_bot, SAMPLE_QUESTIONS)


def test_the_bundled_questions_expect_what_the_sample_says(sample_bot: Chatbot) -> None:
    texts = [sample_bot.document(d.id).text for d in sample_bot.documents()]
    questions = read_questions(SAMPLE_QUESTIONS)
    assert len(questions) >= 20
    for question in questions:
        missing = [way for ways in question.facts for way in ways if not any(holds(text, way) for text in texts)]
        missing += [way for ways in question.quotes for way in ways if not any(find_folded(way, t) for t in texts)]
        assert missing == [], question.id


def test_the_sample_is_answered_exactly_and_silence_kept(sampled: Evaluation) -> None:
    found = sampled.measures
    assert not sampled.errors
    assert found["exactness"].value == 1
    assert found["exactness"].of > 40
    least = {"abstention": 0.9, "facts": 0.75, "quotes": 0.75, "speakers": 0.9, "citation_precision": 0.9}
    assert unmet(found, least) == []


def test_every_measure_is_measured_by_the_sample(sampled: Evaluation) -> None:
    assert [name for name, m in sampled.measures.items() if m.value is None] == ["written"], "no model wrote"


def test_progress_and_plain_values(sample_bot: Chatbot) -> None:
    steps: list[tuple[str, int, int]] = []
    questions = read_questions(SAMPLE_QUESTIONS)[:2]
    evaluation = evaluate(sample_bot, questions, lambda *step: steps.append(step))
    assert [(done, total) for _, done, total in steps] == [(0, 2), (1, 2)]
    assert json.loads(json.dumps(evaluation.to_dict()))["questions"] == 2


class Breaking(Chatbot):
    """A chatbot that fails on some questions, and remembers what came before each."""

    asked: list[tuple[str, Sequence[Turn]]]

    def ask(self, question: str, history: Sequence[Turn] = (), llm: Any = None, *_: object, **__: object) -> Answer:  # noqa: ANN401
        self.asked = [*getattr(self, "asked", []), (question, list(history))]
        if question == "break":
            raise ZeroDivisionError("by nought")
        return super().ask(question, history, llm)


@pytest.fixture
def breaking(ships: Path) -> Iterator[Breaking]:
    bot = Breaking(ships / "library")
    yield bot
    bot.close()


def test_a_question_that_fails_stops_no_other(breaking: Breaking) -> None:
    evaluation = evaluate(breaking, [EvalQuestion("break"), EvalQuestion(" "), EvalQuestion(QUIET)])
    assert [s.outcome.error for s in evaluation.errors] == [
        "ZeroDivisionError: by nought",
        "The question is empty. Type what you want to know.",
    ]
    assert evaluation.measures["answered"].hits == 1


def test_earlier_turns_are_asked_first_unless_their_answer_is_given(breaking: Breaking) -> None:
    evaluate(breaking, [EvalQuestion("And loud ships?", history=(("Who?", "Mara Oduya."), QUIET))])
    (first, before), (last, turns) = breaking.asked
    assert (first, before) == (QUIET, [("Who?", "Mara Oduya.")])
    assert (last, turns[0]) == ("And loud ships?", ("Who?", "Mara Oduya."))
    assert turns[1][0] == QUIET
    assert "quiet ships" in turns[1][1]


def test_a_model_that_fails_is_counted_and_shown(ships: Path, openai_server: OpenAIServer) -> None:
    openai_server.failures = [(401, "invalid_api_key", {})] * 2
    openai_server.draft = "Mara Oduya has bought ten loud ships [1]."
    with Chatbot(ships / "library", "openai:scripted") as bot:
        evaluation = evaluate(bot, ships / "questions.yaml")
    assert len(evaluation.stood_in) == 2
    assert evaluation.measures["written"].value == 0
    assert evaluation.measures["quotes"].value == 1
    out = StringIO()
    print_evaluation(evaluation, out=out, width=100)
    assert "for 2 the sources’ own words stood in" in out.getvalue()


def test_a_document_that_is_gone_makes_its_citations_inexact(ships: Path) -> None:
    class Forgetful(Chatbot):
        def document(self, id: str) -> Any:  # noqa: ANN401
            return replace(super().document(id), text="something else")

    with Forgetful(ships / "library") as bot:
        evaluation = evaluate(bot, [EvalQuestion(QUIET)])
    assert evaluation.measures["exactness"].value == 0
    assert evaluation.measures["citation_precision"].value == 0


def test_seconds_are_those_of_the_nearest_rank(sampled: Evaluation) -> None:
    scored = [
        replace(sampled.scored[0], outcome=replace(sampled.scored[0].outcome, seconds=float(n))) for n in range(1, 21)
    ]
    evaluation = replace(sampled, scored=tuple(scored))
    assert (evaluation.seconds(0.5), evaluation.seconds(0.95), evaluation.seconds(1)) == (10, 19, 20)


class TestComparison:
    def test_a_run_against_itself_changes_nothing(self, sampled: Evaluation, tmp_path: Path) -> None:
        (tmp_path / "old.json").write_text(json.dumps(sampled.to_dict()), encoding="utf-8")
        now = {s.expected.id: s.counts for s in sampled.scored}
        comparison = compare(now, read_baseline(tmp_path / "old.json"))
        assert comparison.shared == len(sampled.scored)
        assert set(comparison.changes) == set(MEASURES) - {"written"}
        assert all((c.now - c.before, c.low, c.high) == (0, 0, 0) for c in comparison.changes.values())
        assert (comparison.mended, comparison.broken) == ((), ())

    def test_what_got_better_and_worse(self) -> None:
        before = {str(n): {"passed": (int(n < 10), 1), "facts": (n % 3, 2)} for n in range(20)}
        now = {str(n): {"passed": (int(n != 3), 1), "facts": (n % 3, 2)} for n in range(1, 21)}
        comparison = compare(now, before)
        change = comparison.changes["passed"]
        assert comparison.shared == 19
        assert (change.before, change.now) == (9 / 19, 18 / 19)
        assert 0 < change.low < change.now - change.before < change.high < 1
        assert comparison.broken == ("3",)
        assert comparison.mended == tuple(str(n) for n in range(10, 20))
        assert compare(now, before) == comparison

    def test_abstention_is_compared_where_a_resample_may_hold_one_kind_only(self) -> None:
        before: dict[str, Any] = {"a": {"answered": (1, 1)}, "b": {"silence": (0, 1)}}
        now: dict[str, Any] = {"a": {"answered": (1, 1)}, "b": {"silence": (1, 1)}}
        change = compare(now, before).changes["abstention"]
        assert (change.before, change.now, change.low, change.high) == (0.5, 1, 0, 1)

    def test_runs_with_no_question_in_common(self) -> None:
        assert compare({"a": {"passed": (1, 1)}}, {"b": {"passed": (1, 1)}}).changes == {}

    @pytest.mark.parametrize(
        "text", ["", "[]", '{"results": [{"id": 1}]}', '{"results": [{"id": 1, "counts": []}]}', "[" * 9999]
    )
    def test_what_is_no_baseline_is_said(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "old.json").write_text(text, encoding="utf-8")
        with pytest.raises(EvaluationError, match=r"old\.json"):
            read_baseline(tmp_path / "old.json")


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], ships: Path) -> Run:
    def run_command(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main(["eval", *map(str, arguments)])
        out, err = capfd.readouterr()
        return status, out, err

    return run_command


class TestCommand:
    def test_it_prints_the_measures_and_what_failed(self, run: Run, ships: Path) -> None:
        status, out, err = run(ships / "questions.yaml", "--library", ships / "library")
        assert status == 0
        assert "✗ Where were the ships ordered? (line 7)" in out
        assert "the fact is missing: in a yard in Gdańsk" in out
        assert "3 questions, 1 failing; written by extractive" in " ".join(out.split())
        assert err.strip() == "Asking"

    def test_thresholds_decide_the_status(self, run: Run, ships: Path) -> None:
        where = (ships / "questions.yaml", "--library", ships / "library")
        assert run(*where, "--min", "silence=1", "--min", "exactness=1")[0] == 0
        status, _, err = run(*where, "--min", "facts=0.5", "--min", "quotes=1", "--min", "disagreements=0.1")
        assert status == 1
        assert "facts is 0.000, and at least 0.5 is asked for" in err
        assert "disagreements was not measured" in err
        assert "quotes" not in err

    def test_json_serves_as_a_baseline(self, run: Run, ships: Path) -> None:
        where = (ships / "questions.yaml", "--library", ships / "library")
        status, out, _ = run(*where, "--json")
        assert status == 0
        assert json.loads(out)["measures"]["quotes"] == {
            "value": 1,
            "hits": 1,
            "of": 1,
            "low": pytest.approx(0.2065, abs=1e-4),
            "high": 1,
        }
        (ships / "old.json").write_text(out, encoding="utf-8")
        compared = json.loads(run(*where, "--json", "--baseline", ships / "old.json")[1])["baseline"]
        assert compared["shared"] == 3
        assert "over the 3 questions in both" in run(*where, "--baseline", ships / "old.json")[1]

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["gone.yaml"], "can't be read"),
            (["bad.yaml", "--library", "library"], "line 1"),
            (["questions.yaml", "--library", "nowhere"], "holds no documents"),
            (["questions.yaml", "--library", "library", "--llm", "nobody:none"], "nobody"),
            (["questions.yaml", "--library", "library", "--baseline", "bad.yaml"], "baseline"),
            (["questions.yaml", "--library", "library", "--html", "no/where.html"], "no folder"),
            (["questions.yaml", "--library", "library", "--html", "library"], "directory"),
            (["questions.yaml", "--min", "truth=1"], "there is no measure"),
            (["questions.yaml", "--min", "facts=2"], "from 0 to 1"),
            (["questions.yaml", "--min", "facts=nan"], "from 0 to 1"),
            (["questions.yaml", "--min", "facts"], "from 0 to 1"),
            (["--library", "library"], "name the file"),
        ],
    )
    def test_bad_input_is_two(
        self, run: Run, ships: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
    ) -> None:
        monkeypatch.chdir(ships)
        (ships / "bad.yaml").write_text("- qestion: b\n", encoding="utf-8")
        status, out, err = run(*arguments)
        assert (status, out) == (2, "")
        assert words in err
        assert "Traceback" not in err
