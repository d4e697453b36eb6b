"""Tokens and money that a call to a model took: as the provider counts them, at list prices where those are known."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from app.llm.exchange import Usage
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.messages.ai import UsageMetadata

    from app.llm.models import Model

_ENGLISH = 4
"""Bytes of English to a token, on average over today's vocabularies; only for a count that is labelled an estimate."""
_PRICED_AS = {"google_genai": "google"}


def usage(given: UsageMetadata | None, model: Model, messages: Sequence[tuple[str, str]], written: str) -> Usage:
    """The provider's count or, where it gave none, an estimate; a model's own tokenizer is used where it is at hand."""
    if given and given["input_tokens"] + given["output_tokens"] > 0:
        reasoning = given.get("output_token_details", {}).get("reasoning")
        cached = given.get("input_token_details", {}).get("cache_read")
        return Usage(given["input_tokens"], given["output_tokens"], reasoning, cached)
    sent = "\n".join(text for _, text in messages)
    return Usage(_estimate(model, sent), _estimate(model, written), estimated=True)


def _estimate(model: Model, text: str) -> int:
    return model.count(text) if model.exact_count else -(-len(text.encode("utf-8", "surrogatepass")) // _ENGLISH)


def cost(used: Usage, model: Model) -> float | None:
    """US dollars for these tokens; 0 inside this process, None where no price is known.

    The prices are those that the user set (see own_price), else the list price of genai-prices (Pydantic, MIT), which
    come with that package and are not looked up. A list price holds at a provider's own address: a gateway or a server
    of one's own has its own. An estimate of tokens has no cost.
    """
    if model.name.startswith("local:"):
        return 0.0
    if used.estimated:
        return None
    if price := own_price():
        return (used.input * price[0] + used.output * price[1]) / 1_000_000
    provider, _, name = model.name.rpartition(":")
    if find_spec("genai_prices") is None or not (model.address or provider in _PRICED_AS):
        return None
    from genai_prices import Usage as Priced
    from genai_prices import calc_price

    tokens = Priced(input_tokens=used.input, output_tokens=used.output, cache_read_tokens=used.cached or 0)
    try:
        if model.address:
            return float(calc_price(tokens, name, provider_api_url=model.address).total_price)
        return float(calc_price(tokens, name, provider_id=_PRICED_AS[provider]).total_price)
    except LookupError:
        return None


def own_price() -> tuple[float, float] | None:
    """US dollars per million tokens in and out, from ONRECORD_PRICE="0.50/1.50". Else raises ModelError."""
    given = os.environ.get("ONRECORD_PRICE", "").strip()
    if not given:
        return None
    try:
        price = tuple(float(part) for part in given.split("/"))
    except ValueError:
        price = ()
    if len(price) != 2 or not all(0 <= part < float("inf") for part in price):
        raise ModelError(
            f"ONRECORD_PRICE is {given!r}. Give US dollars per million tokens in and out, such as 0.50/1.50."
        )
    return price
