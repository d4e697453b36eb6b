"""Asking a chatbot every question of an evaluation: one that fails is counted, and the others are still asked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answer import Answer, Citation
from app.evaluation.file import read_questions
from app.evaluation.scoring import EvalQuestion, Measure, Outcome, Scored, measures, score
from retrieval.errors import LibraryError, OnrecordError

if TYPE_CHECKING:
    from app.chatbot import Chatbot
    from app.questions.followup import Turn
    from retrieval.documents import Document


@dataclass(frozen=True)
class Evaluation:
    """Every question with its score. model: who wrote the answers; asked: the ISO time at which it began, UTC."""

    scored: tuple[Scored, ...]
    model: str
    asked: str

    @property
    def measures(self) -> dict[str, Measure]:
        """Every measure over all questions."""
        return measures(self.scored)

    @property
    def tags(self) -> dict[str, list[Scored]]:
        """The questions of each tag, tags in the order of their first use."""
        tags = dict.fromkeys(tag for s in self.scored for tag in s.expected.tags)
        return {tag: [s for s in self.scored if tag in s.expected.tags] for tag in tags}

    @property
    def failing(self) -> list[Scored]:
        """The questions with an expectation that was not met."""
        return [s for s in self.scored if s.problems]

    @property
    def errors(self) -> list[Scored]:
        """The questions that ended in an error."""
        return [s for s in self.scored if s.outcome.answer is None]

    @property
    def stood_in(self) -> list[Scored]:
        """The questions for which the sources' own sentences stood in for a model that failed or wrote nothing true."""
        return [s for s in self.scored if s.outcome.answer is not None and s.outcome.answer.model != self.model]

    @property
    def left_out(self) -> int:
        """How many sentences the check kept from the reader."""
        return sum(len(s.outcome.answer.left_out) for s in self.scored if s.outcome.answer is not None)

    def seconds(self, share: float) -> float:
        """The time within which this share of the questions was answered, 0..1, by nearest rank."""
        ordered = sorted(s.outcome.seconds for s in self.scored)
        return ordered[max(math.ceil(share * len(ordered)), 1) - 1]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values; what --json prints and --baseline reads."""
        return {
            "model": self.model,
            "asked": self.asked,
            "questions": len(self.scored),
            "failing": len(self.failing),
            "errors": len(self.errors),
            "stood_in": len(self.stood_in),
            "left_out": self.left_out,
            "seconds": {"median": self.seconds(0.5), "p95": self.seconds(0.95)},
            "measures": _plain(self.measures),
            "tags": {tag: _plain(measures(scored)) for tag, scored in self.tags.items()},
            "results": [_result(s) for s in self.scored],
        }


def _plain(found: dict[str, Measure]) -> dict[str, dict[str, float | int | None]]:
    return {name: {"value": m.value, "hits": m.hits, "of": m.of, "low": m.low, "high": m.high}
            for name, m in found.items()}  # fmt: skip


def _result(scored: Scored) -> dict[str, Any]:
    outcome = scored.outcome
    return {
        "id": scored.expected.id,
        "question": scored.expected.question,
        "line": scored.expected.line,
        "tags": list(scored.expected.tags),
        "counts": {name: list(count) for name, count in scored.counts.items()},
        "problems": list(scored.problems),
        "imprecise": [list(pair) for pair in scored.imprecise],
        "seconds": outcome.seconds,
        "error": outcome.error,
        "answer": outcome.answer and outcome.answer.to_dict(),
    }


def evaluate(
    bot: Chatbot,
    questions: str | Path | Sequence[EvalQuestion],
    progress: Callable[[str, int, int], None] | None = None,
) -> Evaluation:
    """Ask a chatbot every question and score its answers.

    questions: a .yaml or .jsonl file, or what read_questions gave; progress: called with (what is being done, questions
    done, in all). Raises EvaluationError for a file that can't be read; a question that fails never stops the others.
    """
    if isinstance(questions, str | Path):
        questions = read_questions(questions)
    began = datetime.now(UTC).isoformat(timespec="seconds")
    bot.warm()
    scored = []
    for done, question in enumerate(questions):
        if progress:
            progress("Asking", done, len(questions))
        scored.append(score(question, _asked(bot, question)))
    return Evaluation(tuple(scored), bot.model, began)


def _asked(bot: Chatbot, question: EvalQuestion) -> Outcome:
    began = time.perf_counter()
    try:
        history: list[Turn] = []
        for turn in question.history:
            history.append((turn, bot.ask(turn, history).text) if isinstance(turn, str) else turn)
        began = time.perf_counter()
        answer = bot.ask(question.question, history)
        seconds = time.perf_counter() - began
        documents = _documents(bot, [*answer.citations, *answer.closest])
        texts = {id: document.text for id, document in documents.items()}
        return Outcome(answer, seconds, texts=texts, bears=_bears(bot, answer, documents), writer=bot.model)
    except OnrecordError as error:
        return Outcome(None, time.perf_counter() - began, str(error))
    except Exception as error:  # a question must not take the others with it, whatever the fault
        return Outcome(None, time.perf_counter() - began, f"{type(error).__name__}: {error}")


def _documents(bot: Chatbot, citations: Iterable[Citation]) -> dict[str, Document]:
    found = {}
    for id in {c.document.id for c in citations}:
        try:
            found[id] = bot.document(id)
        except LibraryError:
            continue  # gone meanwhile: its citations then count as inexact
    return found


def _bears(bot: Chatbot, answer: Answer, documents: dict[str, Document]) -> frozenset[tuple[int, int]]:
    """Which citations bear their statements out: the check, given nothing but the words cited."""
    from app.check.recheck import recheck
    from app.evidence.strictness import least_of
    from app.evidence.voices import Voices
    from retrieval.documents import Passage

    voices = Voices.of(documents.values(), bot.quotations_of)
    cited = {c.number: c for c in answer.citations}
    found = set()
    for index, statement in enumerate(answer.statements):
        passages: dict[int, Passage] = {}
        for number in statement.citations:
            c = cited.get(number)
            document = documents.get(c.document.id) if c else None
            if c is not None and document is not None and 0 <= c.start < c.end <= len(document.text):
                passages[number] = Passage(document, c.start, c.end, ((c.start, c.end),))
        _, bearing = recheck(
            statement.text, list(passages.values()), voices.speaker_of, least_of(bot.strictness).wording
        )
        found |= {(index, number) for n, number in enumerate(passages) if n in bearing}
    return frozenset(found)
