"""Drafts held to a schema: sentence by sentence as they stream, and whatever a server makes of the schema."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.llm.exchange import Exchange
from app.llm.models import load_model
from app.llm.structured import SCHEMA, inline
from app.llm.writer import writer
from tests.openai_server import OpenAIServer, openai_server
from tests.test_llm import RIVER, TRAM, hit

__all__ = ["openai_server"]


def as_json(*sentences: tuple[str, list[int]]) -> str:
    return json.dumps({"sentences": [{"copied": "…", "passages": n, "sentence": text} for text, n in sentences]})


TWO = as_json(("It rose “four\nmetres” {really}.", [1, 2]), ("A \\ rose again. It fell.", [3]))
READ = "It rose “four metres” {really}. [1][2]\nA \\ rose again. [3]\nIt fell. [3]\n"


@given(st.lists(st.integers(0, len(TWO)), max_size=40), st.sampled_from(["", "```json\n", "\n ```\n"]))
def test_chopping_the_stream_changes_nothing(cuts: list[int], fence: str) -> None:
    text = fence + TWO + ("\n```" if fence else "")
    edges = [0, *sorted(cuts), len(text)]
    assert "".join(inline(text[a:b] for a, b in zip(edges, edges[1:], strict=False))) == READ


def test_a_sentence_is_handed_out_as_soon_as_it_is_whole() -> None:
    asked_for = []

    def pieces() -> Iterator[str]:
        yield TWO[: TWO.index("}, {") + 1]
        asked_for.append("more")
        yield TWO[TWO.index("}, {") + 1 :]

    stream = inline(pieces())
    assert next(stream).startswith("It rose")
    assert asked_for == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Plain prose [1].\nMore [2].", "Plain prose [1].\nMore [2]."),
        ("", ""),
        ("```\nfenced prose [1]", "```\nfenced prose [1]"),
        ('{"sentences": []}', ""),
        ('{"answer": "Prose in JSON [1]."}', "Prose in JSON [1]."),
        ('```json\n{"a": ["One [1].", {"b": "Two [2]."}]}\n```', "One [1].\nTwo [2]."),
        ("{not json [1]", "{not json [1]"),
        ("[2] says so. It does [2].", "[2] says so. It does [2]."),
        ('{"sentences": [{"passages": ["2", true, -1, 3.5, 4000], "sentence": "A.", "copied": ""}', "A. [2]\n"),
        ('{"sentences": [{"passages": 7, "sentence": "A."}, {"passages": [1], "sentence": null}', "A. [7]\n"),
        ('{"sentences": [{"passages": [1], "sentence": "Whole."}, {"passages": [1], "sentence": "Cut', "Whole. [1]\n"),
    ],
)
def test_what_is_not_the_schema_is_read_as_what_it_is(written: str, read: str) -> None:
    assert "".join(inline([written])) == read


@given(st.text(alphabet='{}[]":, \\sentcopadig1`\n', max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    "".join(inline(text))


def test_a_model_that_can_is_held_to_the_schema(openai_server: OpenAIServer) -> None:
    openai_server.draft = as_json(("Nobody was hurt.", [1]), ("It opens in 2027.", [2]))
    openai_server.thinking = "Let me see."
    seen: list[Exchange] = []
    draft = list(writer(load_model("openai:gpt-4o"), seen.append)("What?", [hit(RIVER), hit(TRAM)]))
    assert [piece for piece in draft if piece] == ["Nobody was hurt. [1]\n", "It opens in 2027. [2]\n"]
    sent = openai_server.requests[0]["response_format"]["json_schema"]
    assert (sent["strict"], sent["schema"]["properties"]) == (True, SCHEMA["properties"])
    assert (seen[0].structured, seen[0].draft, seen[0].thinking) == (True, openai_server.draft, "Let me see.")
    assert (seen[0].usage.input, seen[0].usage.output) == (11, 9)
    assert seen[0].prompt.startswith("answer_system+form_json+answer_user+passage@")


def test_a_model_of_unknown_ability_is_asked_for_markers(openai_server: OpenAIServer) -> None:
    list(writer(load_model("openai:scripted"))("What?", [hit(RIVER)]))
    assert "response_format" not in openai_server.requests[0]
    assert "like [2] or [1][3]" in openai_server.prompt


@pytest.mark.parametrize("status", [400, 422, 501])
def test_a_server_that_refuses_the_schema_is_asked_without_and_remembered(
    openai_server: OpenAIServer, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.llm.models.RETRIES", 0)
    openai_server.failures = [(status, "unsupported", {})]
    model, seen = load_model("openai:gpt-4o"), list[Exchange]()
    for _ in range(2):
        assert "".join(writer(model, seen.append)("What?", [hit(RIVER)])) == "Forty-two [1]."
    assert ["response_format" in request for request in openai_server.requests] == [True, False, False]
    assert [(one.structured, bool(one.error)) for one in seen] == [(True, True), (False, False), (False, False)]


def test_giving_up_a_structured_draft_closes_the_connection(openai_server: OpenAIServer) -> None:
    openai_server.draft = as_json(*[("Nobody was hurt by it at all.", [1])] * 5000)
    draft = writer(load_model("openai:gpt-4o"))("What?", [hit(RIVER)])
    next(draft)
    draft.close()  # type: ignore[attr-defined]
    assert openai_server.disconnected.wait(20)
