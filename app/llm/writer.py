"""The writer that is a language model: passages and a question in, a draft with [n] markers out, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import Any

import prompts
from app.answer import Write
from app.llm.completion import Call, complete
from app.llm.exchange import Record
from app.llm.failures import is_refusal
from app.llm.models import Model
from app.llm.structured import SCHEMA, inline
from app.llm.tokens import Excerpt, Fitted, fit
from retrieval.documents import Hit
from retrieval.errors import ModelError, QuestionError

_OVERHEAD = 128
"""Tokens that a chat template may put around the messages."""
_RESERVE = 2048
"""Tokens kept free for the answer, or a quarter of the context where that is less."""
MOST_CANDIDATES = 4
"""Sentences that a small model chooses among."""
_SCHEMA = "schema"
_REMEMBER = "Answer in sentences that each end with their passage numbers."


def writer(model: Model, record: Record | None = None) -> Write:
    """A Write that asks this model; record takes each exchange with it, for a trace.

    It raises QuestionError for a question that leaves no room, and ModelError.
    """

    def write(question: str, hits: Sequence[Hit]) -> Iterator[str]:
        return (_small_draft if model.small else _draft)(model, question, hits, record)

    return write


def _draft(model: Model, question: str, hits: Sequence[Hit], record: Record | None) -> Iterator[str]:
    """A draft as JSON where the provider holds to a schema, else with markers in its text."""
    if model.structured and _SCHEMA not in model.refuses:
        with closing(_written(model, question, hits, record, structured=True)) as pieces:
            try:
                first = next(pieces, "")
            except ModelError as error:
                if not is_refusal(error):
                    raise
                model.refuses.add(_SCHEMA)
            else:
                yield from inline(chain([first], pieces))
                return
    yield from _written(model, question, hits, record, structured=False)


def _written(
    model: Model, question: str, hits: Sequence[Hit], record: Record | None, *, structured: bool
) -> Generator[str, None, None]:
    """What the model writes, in one form or the other.

    The passages stand best first: what does not fit is dropped from the end, and models read the beginning of their
    context well (Liu et al., Lost in the Middle, TACL 2024). The question stands before and after them, so that they
    are read with it in mind and answered with it at hand, and the middle is never far from it.
    """
    form, remember = ("form_json", "Write the JSON.") if structured else ("form_inline", _REMEMBER)
    system = prompts.render("answer_system", form=prompts.render(form))
    asked = prompts.one_line(question)

    def user(excerpts: Sequence[Excerpt]) -> str:
        return prompts.render("answer_user", passages=_shown(excerpts), question=asked, remember=remember)

    fitted = _fitted(model, hits, lambda excerpts: f"{system}\n{user(excerpts)}")
    call = Call("answer", ("answer_system", form, "answer_user", "passage"), record)
    schema = SCHEMA if structured else None
    yield from complete(model, [("system", system), ("user", user(fitted.excerpts))], call, schema)


def _small_draft(model: Model, question: str, hits: Sequence[Hit], record: Record | None) -> Iterator[str]:
    """A small model invents when it writes, so it only chooses: a grammar lets it copy candidate sentences, no more."""
    lines = candidates(hits)
    if not lines:
        return
    asked = prompts.one_line(question)
    while model.count(prompt := prompts.render("answer_small", sentences="\n".join(lines), question=asked)) > room(
        model
    ):
        lines = lines[:-1]
        if not lines:
            raise _too_long(model)
    options: dict[str, Any] = {"max_tokens": min(_RESERVE, model.context // 4)}
    call = Call("answer", ("answer_small",), record)
    yield from complete(model, [("user", prompt)], call, grammar=choice_grammar(lines), **options)


def candidates(hits: Sequence[Hit], most: int = MOST_CANDIDATES) -> list[str]:
    """The sentences of the hits that bear most on the question, best first, each once, with its [n] behind it."""
    scored: dict[str, tuple[float, int]] = {}
    for number, hit in enumerate(hits, 1):
        for (start, end), relevance in zip(hit.passage.sentences, hit.sentences, strict=False):
            sentence = prompts.one_line(hit.passage.document.text[start:end])
            if min(sentence) >= " ":
                scored.setdefault(sentence, (relevance + hit.score, number))
    ranked = sorted(scored.items(), key=lambda item: -item[1][0])
    return [f"{sentence} [{number}]" for sentence, (_, number) in ranked[:most]]


def choice_grammar(lines: Sequence[str]) -> str:
    """A GBNF grammar of llama.cpp that admits one of these lines, or two different ones, and nothing else."""
    rules = [f"line{i} ::= {_gbnf(line)}" for i, line in enumerate(lines)]
    pairs = [
        f"line{i} ({' | '.join(f'nl line{j}' for j in range(len(lines)) if j != i)})?" if len(lines) > 1 else f"line{i}"
        for i in range(len(lines))
    ]
    return "\n".join([f"root ::= {' | '.join(pairs)}", *rules, 'nl ::= "\\n"'])


def _gbnf(text: str) -> str:
    """The text as a GBNF literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shown(excerpts: Sequence[Excerpt]) -> str:
    return "\n\n".join(_passage(excerpt) for excerpt in excerpts)


def _passage(excerpt: Excerpt) -> str:
    document = excerpt.passage.document
    published = document.published.isoformat() if document.published else None
    return prompts.passage(excerpt.number, excerpt.text, document.title, document.source, published)


def room(model: Model) -> int:
    """Tokens that a prompt may take: the context less what the answer and the chat template need."""
    return model.context - min(_RESERVE, model.context // 4) - _OVERHEAD


def _fitted(model: Model, hits: Sequence[Hit], render: Any) -> Fitted:  # noqa: ANN401
    fitted = fit(hits, render, model.count, room(model))
    if fitted is None:
        raise _too_long(model)
    return fitted


def _too_long(model: Model) -> QuestionError:
    return QuestionError(f"The question is too long for {model.name}, which reads {model.context} tokens. Shorten it.")


def standalone_question(
    model: Model, question: str, history: Sequence[tuple[str, str]], record: Record | None = None
) -> str:
    """The question rewritten so that it is understood without the history of (question, answer), oldest first.

    Without history, and where the model's rewriting can't be right (nothing, several lines, an essay, or a name or a
    number that was never said), the question as it was asked. Raises ModelError.
    """
    asked = prompts.one_line(question)
    turns = [prompts.quoted(f"Question: {prompts.one_line(q)}\nAnswer: {prompts.one_line(a)}") for q, a in history]
    while turns:
        prompt = prompts.render("standalone", history="\n>\n".join(turns), question=asked)
        if model.count(prompt) <= room(model):
            call = Call("standalone", ("standalone",), record)
            written = "".join(complete(model, [("user", prompt)], call))
            rewritten = written.strip().strip('"“”> ').removeprefix("Question: ")
            said = " ".join([asked, *(text for turn in history for text in turn)])
            return rewritten if _is_rewriting(rewritten, asked, said) else question
        turns = turns[1:]
    return question


def _is_rewriting(rewritten: str, asked: str, said: str) -> bool:
    """Whether this may stand for what was asked: one line, not long, and no name or number that nobody said."""
    if not rewritten or "\n" in rewritten or len(rewritten) > 2 * len(asked) + 200:
        return False
    known = set(re.findall(r"\w+", said.casefold()))
    new = [word for word in re.findall(r"\w+", rewritten)[1:] if word[0].isupper() or any(c.isdigit() for c in word)]
    return all(word.casefold() in known for word in new)
