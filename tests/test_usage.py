"""What a call took: the provider's count, an estimate labelled as one, and a price only where one is known."""

import dataclasses

import pytest
from langchain_core.language_models import GenericFakeChatModel

from app.llm.exchange import Exchange, Usage
from app.llm.models import load_model
from app.llm.usage import cost
from app.llm.writer import writer
from retrieval.errors import ModelError
from tests.openai_server import OpenAIServer, openai_server
from tests.test_llm import RIVER, hit

__all__ = ["openai_server"]

MILLION = Usage(1_000_000, 1_000_000)


def test_an_exchange_holds_what_was_sent_and_what_came_back(openai_server: OpenAIServer) -> None:
    seen: list[Exchange] = []
    openai_server.thinking = "Let me see."
    openai_server.draft = "<think>Hm.</think>Nobody was hurt [1]."
    "".join(writer(load_model("openai:gpt-4o"), seen.append)("Was anyone hurt?", [hit(RIVER)]))
    [one] = seen
    sent = [(message["role"], message["content"]) for message in openai_server.requests[-1]["messages"]]
    assert [(role, text) for role, text in one.messages] == [
        (role.replace("developer", "system"), t) for role, t in sent
    ]
    assert (one.purpose, one.model, one.draft) == ("answer", "openai:gpt-4o", "Nobody was hurt [1].")
    assert (one.usage, one.cost, one.error) == (Usage(11, 9, None, None), None, "")
    assert "Hm." in one.thinking
    assert one.seconds > 0


def test_an_exchange_that_fails_or_is_given_up_is_recorded_too(openai_server: OpenAIServer) -> None:
    seen: list[Exchange] = []
    openai_server.draft = "Nobody was hurt [1]. The river rose four metres."
    draft = writer(load_model("openai:gpt-4o"), seen.append)("What?", [hit(RIVER)])
    next(draft)
    draft.close()  # type: ignore[attr-defined]
    openai_server.cut = 2
    with pytest.raises(ModelError):
        list(writer(load_model("openai:gpt-4o"), seen.append)("What?", [hit(RIVER)]))
    assert [one.error for one in seen] == [
        "given up by the reader",
        "openai:gpt-4o broke off in the middle of its answer. Ask again.",
    ]


def test_without_the_providers_count_there_is_an_estimate_and_no_cost() -> None:
    seen: list[Exchange] = []
    model = dataclasses.replace(load_model(GenericFakeChatModel(messages=iter(["Fine [1]."]))), context=100_000)
    list(writer(model, seen.append)("What?", [hit(RIVER)]))
    sent = sum(len(text) for _, text in seen[0].messages)
    assert seen[0].usage.estimated
    assert seen[0].usage.input == pytest.approx(sent / 4, rel=0.05)
    assert seen[0].cost is None


def test_a_list_price_holds_only_at_the_providers_own_address(
    monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    pytest.importorskip("genai_prices")
    assert cost(MILLION, load_model("openai:gpt-4o")) is None
    monkeypatch.delenv("OPENAI_BASE_URL")
    priced, unknown = load_model("openai:gpt-4o"), load_model("openai:no-such-model")
    both = cost(MILLION, priced)
    assert both is not None
    assert (
        both > (cost(Usage(1_000_000, 0), priced) or 0) > (cost(Usage(1_000_000, 0, cached=900_000), priced) or 0) > 0
    )
    assert cost(MILLION, unknown) is None
    assert cost(dataclasses.replace(MILLION, estimated=True), priced) is None


def test_prices_of_ones_own_come_first(monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer) -> None:
    model = load_model("openai:gpt-4o")
    monkeypatch.setenv("ONRECORD_PRICE", "0.50/1.50")
    assert cost(MILLION, model) == 2.0
    for wrong in ("0.5", "a/b", "-1/2", "1/2/3", "nan/1"):
        monkeypatch.setenv("ONRECORD_PRICE", wrong)
        with pytest.raises(ModelError, match="ONRECORD_PRICE"):
            cost(MILLION, model)
