"""JSON that is no answer is refused, with the place where it doesn't fit; what a later version adds is passed over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Answer
from retrieval.errors import AnswerError

LEAST: dict[str, Any] = {"question": "?", "answered": False, "text": "The sources don’t say."}
SOURCE = {"id": "0" * 12, "title": "t", "source": None, "published": None, "uri": "u"}
CITATION = {"number": 1, "quote": "q", "start": 0, "end": 1, "speaker": None, "document": SOURCE}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (None, "answer must be an object"),
        ([], "answer must be an object"),
        ({"question": "?"}, "answer has no 'answered'"),
        (LEAST | {"answered": 1}, "answer.answered must be true or false, and it is 1"),
        (LEAST | {"text": None}, "answer.text must be text, and it is null"),
        (LEAST | {"citations": {}}, "answer.citations must be a list, and it is an object"),
        (LEAST | {"citations": [CITATION, 7]}, r"answer.citations\[1\] must be an object"),
        (LEAST | {"citations": [CITATION | {"start": 1.5}]}, r"citations\[0\].start must be a whole number"),
        (LEAST | {"citations": [CITATION | {"start": True}]}, r"citations\[0\].start must be a whole number"),
        (LEAST | {"citations": [CITATION | {"document": SOURCE | {"id": 9}}]}, r"document.id must be text"),
        (
            LEAST | {"statements": [{"text": "t", "support": "sworn", "citations": []}]},
            r"statements\[0\].support must be one of verbatim, supported, and it is 'sworn'",
        ),
    ],
)
def test_another_shape_is_refused_with_its_place(wrong: object, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        Answer.from_dict(wrong)


def test_what_a_later_version_adds_is_passed_over_and_what_an_earlier_one_lacks_has_its_default() -> None:
    answer = Answer.from_dict(LEAST | {"mood": "sunny", "citations": [CITATION | {"colour": "red"}]})
    assert (answer.model, answer.remarks, answer.citations[0].role) == ("extractive", (), None)


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*LEAST, "citations", "trace"]), inner),
)


@given(JSON)
def test_any_json_is_an_answer_or_refused(value: Any) -> None:  # noqa: ANN401
    try:
        answer = Answer.from_dict(value)
    except AnswerError:
        return
    assert Answer.from_dict(answer.to_dict()) == answer
