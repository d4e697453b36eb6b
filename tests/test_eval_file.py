from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.file import read_questions
from app.evaluation.scoring import EvalQuestion
from retrieval.errors import EvaluationError

FULL: dict[str, Any] = {
    "id": "fall",
    "question": "How far did it fall?",
    "history": ["Who is Nvidia?", {"question": "And then?", "answer": "It fell."}],
    "facts": ["17%", ["8.10", "8.2"]],
    "quotes": ["it fell"],
    "speakers": ["A. B."],
    "sources": ["Post"],
    "disagreement": ["17%", "20%"],
    "tags": ["figures"],
}
READ = EvalQuestion(
    "How far did it fall?",
    "fall",
    ("Who is Nvidia?", ("And then?", "It fell.")),
    False,
    (("17%",), ("8.10", "8.2")),
    (("it fell",),),
    ("A. B.",),
    ("Post",),
    ("17%", "20%"),
    ("figures",),
    1,
)


def read(folder: Path, text: str, name: str = "q.yaml") -> tuple[EvalQuestion, ...]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_questions(path)


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(FULL), "q.jsonl") == (READ,)
    # JSON in flow style is YAML too.
    assert read(tmp_path, f"- {json.dumps(FULL)}", "q.yml") == (READ,)


def test_yaml_scalars_stay_as_written_and_one_thing_needs_no_list(tmp_path: Path) -> None:
    text = "# mine\n- question: When?\n  facts: 8.10\n  tags: 2025-01-31\n\n- question: Who?\n  silence: Yes\n"
    when, who = read(tmp_path, text)
    assert when == EvalQuestion("When?", "When?", facts=(("8.10",),), tags=("2025-01-31",), line=2)
    assert (who.silence, who.line, who.disagreement) == (True, 6, None)


def test_numbers_in_json_lines_keep_their_zeros(tmp_path: Path) -> None:
    (one,) = read(tmp_path, '\n{"question": "How much?", "facts": [8.10, 17]}\n', "q.jsonl")
    assert (one.facts, one.line) == ((("8.10",), ("17",)), 2)


def test_a_follow_up_is_told_by_its_history(tmp_path: Path) -> None:
    text = "- question: Why?\n- question: Why?\n  history: Who is Nvidia?\n"
    assert [q.id for q in read(tmp_path, text)] == ["Why?", "Who is Nvidia? › Why?"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- question: a\n- qestion: b\n", 2, "“qestion” is no key"),
        ("- question: a\n\n- facts: [b]\n", 3, "“question” is missing"),
        ("- question: a\n  facts: [b\n- c: d\n", 3, "not YAML"),
        ("- question: a\n  question: b\n", 2, "twice"),
        ("- question: a\n- question: a\n", 2, "stands in line 1 already"),
        ("- question: ''\n", 1, "question must be text"),
        ("- question: a\n  silence: maybe\n", 1, "true or false"),
        ("- question: a\n  silence: true\n  facts: [b]\n", 1, "leave one of them out"),
        ("- question: a\n  facts: [/b(/]\n", 1, "no regular expression"),
        ("- question: a\n  facts: [[]]\n", 1, "empty list"),
        ("- question: a\n  facts: {b: c}\n", 1, "facts must be a list"),
        ("- question: a\n  tags: [{b: c}]\n", 1, "tags must be a list"),
        ("- question: a\n  disagreement: [17%]\n", 1, "two values or more"),
        ("- question: a\n  history: [{question: b}]\n", 1, "history must be"),
        ("- just words\n", 1, "is a mapping"),
        ("question: a\n", 1, "not a list"),
        ("- question: a\n  tags: &x [*x]\n", 2, "not YAML"),
        ("- question: \x07\n", 1, "not YAML"),
        ("[" * 5000, 1, "without end"),
    ],
)
def test_what_is_wrong_in_yaml_is_said_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(EvaluationError, match=rf"q\.yaml, line {line}: ") as error:
        read(tmp_path, text)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"question": "a"}\n{"question": "b"\n', 2, "not JSON"),
        ('{"question": "a"}\n\n["b"]\n', 3, "a mapping"),
        ('{"question": "a", "question": "b"}', 1, "twice"),
        ('{"question": "a", "tags": null}', 1, "tags must be a list"),
        ("[" * 200_000, 1, "without end"),
    ],
)
def test_what_is_wrong_in_json_lines_is_said_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(EvaluationError, match=rf"q\.jsonl, line {line}: ") as error:
        read(tmp_path, text, "q.jsonl")
    assert words in str(error.value)


def test_the_readme_shows_a_file_that_can_be_read(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    shown, follow_up = read(tmp_path, readme.partition("```yaml\n")[2].partition("```")[0])
    assert shown.facts == (("fell 17%",), ("$589 billion", "$593 billion"), ("/Mon(day)?/",))
    assert shown.disagreement == ("17%", "nearly 20%")
    assert follow_up.history == (shown.question,)


def test_files_that_are_none(tmp_path: Path) -> None:
    for name, content, words in (
        ("gone.yaml", None, "can't be read"),
        ("latin.yaml", b"- question: caf\xe9", "UTF-8"),
        ("q.csv", b"question\n", "ends in .yaml"),
        ("empty.yaml", b"", "holds no question"),
        ("empty.jsonl", b"\n", "holds no question"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(EvaluationError, match=name) as error:
            read_questions(tmp_path / name)
        assert words in str(error.value)


@given(text=st.text(max_size=80), name=st.sampled_from(["q.yaml", "q.jsonl"]))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(EvaluationError):
        assert all(q.question.strip() and q.line for q in read_questions(path))
