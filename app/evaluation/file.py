"""Reading a file of questions with what is expected of their answers: YAML or JSON Lines, errors with their line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from app.evaluation.scoring import Alternatives, EvalQuestion, is_pattern
from retrieval.errors import EvaluationError

_KEYS = [f.name for f in fields(EvalQuestion) if f.name != "line"]
_YES_NO = {"true": True, "yes": True, "false": False, "no": False}
_EXPECTATIONS = ("facts", "quotes", "speakers", "sources", "disagreement")


def read_questions(path: str | Path) -> tuple[EvalQuestion, ...]:
    """Read a .yaml, .yml or .jsonl file. Raises EvaluationError, which names the file and the line."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{path} can't be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    readers: dict[str, Callable[[str], Iterator[tuple[int, Any]]]] = {
        ".yaml": _yaml,
        ".yml": _yaml,
        ".jsonl": _json_lines,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise EvaluationError(f"{path}: a file of questions ends in .yaml, .yml or .jsonl.")
    seen: dict[str, int] = {}
    line = 1
    try:
        found = []
        for line, item in reader(text):
            question = _question(item, line)
            if question.id in seen:
                raise _WrongError(f"“{question.id}” stands in line {seen[question.id]} already; give one of them an id")
            seen[question.id] = line
            found.append(question)
    except _WrongError as error:
        raise EvaluationError(f"{path}, line {error.line or line}: {error}.") from error
    if not found:
        raise EvaluationError(f"{path} holds no question.")
    return tuple(found)


class _WrongError(Exception):
    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def _json_lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                # A figure stays as it is written: 8.10 is not 8.1.
                yield number, json.loads(line, parse_int=str, parse_float=str, object_pairs_hook=_unique)
            except json.JSONDecodeError as error:
                raise _WrongError(f"not JSON: {error.msg} at character {error.colno}", number) from error
            except RecursionError:
                raise _WrongError("brackets within brackets without end", number) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for key, _ in pairs:
        if sum(key == other for other, _ in pairs) > 1:
            raise _WrongError(f"“{key}” stands there twice")
    return dict(pairs)


def _yaml(text: str) -> Iterator[tuple[int, Any]]:
    """Each item of the list with the line on which it begins; every scalar stays the text that was written."""
    import yaml

    try:
        loader = yaml.BaseLoader(text)
        root = loader.get_single_node()
        if root is None:
            return
        if not isinstance(root, yaml.SequenceNode):
            raise _WrongError("the file is not a list; each question begins with “- question: …”")
        for node in root.value:
            line = node.start_mark.line + 1
            if isinstance(node, yaml.MappingNode):
                keys = [key.value for key, _ in node.value]
                for at, (key, _) in enumerate(node.value):
                    if key.value in keys[:at]:
                        raise _WrongError(f"“{key.value}” stands there twice", key.start_mark.line + 1)
            yield line, loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        hint = "text with : # ? , or brackets in it is safe in quotes"
        raise _WrongError(f"not YAML: {error.problem or error.context}; {hint}", line) from error
    except yaml.YAMLError as error:
        raise _WrongError(f"not YAML: {' '.join(str(error).split())}") from error
    except RecursionError:
        raise _WrongError("lists within lists without end") from None


def _question(item: Any, line: int) -> EvalQuestion:  # noqa: ANN401 - whatever the file holds
    if not isinstance(item, dict):
        raise _WrongError("a question is a mapping with the key “question”")
    unknown = next((str(key) for key in item if key not in _KEYS), None)
    if unknown is not None:
        raise _WrongError(f"“{unknown}” is no key of a question; there are {', '.join(sorted(_KEYS))}")
    if "question" not in item:
        raise _WrongError("the key “question” is missing")
    question = EvalQuestion(
        _text(item, "question"),
        _text(item, "id") if "id" in item else "",
        _history(item),
        _flag(item, "silence"),
        _ways(item, "facts"),
        _ways(item, "quotes"),
        _texts(item, "speakers"),
        _texts(item, "sources"),
        _texts(item, "disagreement") if "disagreement" in item else None,
        _texts(item, "tags"),
        line,
    )
    if question.silence and (also := next((key for key in _EXPECTATIONS if item.get(key)), None)):
        raise _WrongError(f"silence is expected, and {also} too; leave one of them out")
    if question.disagreement is not None and len(question.disagreement) == 1:
        raise _WrongError("a disagreement has two values or more, or [] where none is expected")
    return question if question.id else replace(question, id=_default_id(question))


def _default_id(question: EvalQuestion) -> str:
    earlier = [turn if isinstance(turn, str) else turn[0] for turn in question.history]
    return " › ".join([*earlier, question.question])


def _text(item: dict[str, Any], key: str) -> str:
    value = item[key]
    if not isinstance(value, str) or not value.strip():
        raise _WrongError(f"{key} must be text")
    return value.strip()


def _flag(item: dict[str, Any], key: str) -> bool:
    value = item.get(key, False)
    if isinstance(value, str):
        value = _YES_NO.get(value.lower(), value)
    if not isinstance(value, bool):
        raise _WrongError(f"{key} must be true or false")
    return value


def _texts(item: dict[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts; one alone may stand without its list."""
    value = item.get(key, [])
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise _WrongError(f"{key} must be a list of texts")
    return tuple(one.strip() for one in value)


def _ways(item: dict[str, Any], key: str) -> tuple[Alternatives, ...]:
    """A list in which each thing is a text, or a list of several ways to put it."""
    value = item.get(key, [])
    if not isinstance(value, str | list):
        raise _WrongError(f"{key} must be a list of texts")
    found = tuple(_texts({key: one}, key) for one in ([value] if isinstance(value, str) else value))
    if not all(found):
        raise _WrongError(f"{key} holds an empty list")
    for pattern in (way for ways in found for way in ways if key == "facts" and is_pattern(way)):
        try:
            re.compile(pattern[1:-1])
        except re.error as error:
            raise _WrongError(f"{pattern} is no regular expression: {error}") from error
    return found


def _history(item: dict[str, Any]) -> tuple[str | tuple[str, str], ...]:
    """Earlier turns: a question, which is asked first, or a mapping with question and answer."""
    value = item.get("history", [])
    turns: list[str | tuple[str, str]] = []
    for turn in [value] if isinstance(value, str) else value if isinstance(value, list) else [None]:
        if isinstance(turn, dict) and set(turn) == {"question", "answer"}:
            turns.append((_text(turn, "question"), _text(turn, "answer")))
        elif isinstance(turn, str) and turn.strip():
            turns.append(turn.strip())
        else:
            raise _WrongError("history must be a list of questions, or of mappings with question and answer")
    return tuple(turns)
