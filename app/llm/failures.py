"""What went wrong in a call to a language model, as one clear sentence with what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.llm.models import RETRIES, TIMEOUT, Model, one_sentence
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator


def explain(error: Exception, model: Model, began: bool = False) -> ModelError:
    """The ModelError that says this failure plainly; began: a part of the answer had come before it."""
    if isinstance(error, ModelError):
        return error
    return ModelError(_sentence(error, model, began))


def broke_off(model: Model, why: str = "") -> ModelError:
    """The error for an answer that is not whole; why: the provider's word for it, "" where it gave none."""
    if why == "content_filter":
        return ModelError(f"The provider’s content filter stopped {model.name} in the middle of its answer.")
    if why in ("length", "max_tokens"):
        return ModelError(f"{model.name} reached its limit of tokens in the middle of its answer.")
    return ModelError(f"{model.name} broke off in the middle of its answer. Ask again.")


def is_refusal(error: ModelError) -> bool:
    """Whether a call failed because of its form (a schema that a server does not take), so that another may succeed."""
    from langchain_core.exceptions import ContextOverflowError

    cause = error.__cause__
    if cause is None or any(issubclass(kind, ContextOverflowError) for kind in _kinds(cause)):
        return False
    own = (AttributeError, NotImplementedError, TypeError, ValueError)
    return _status(cause) in (400, 415, 422, 501) or (isinstance(cause, own) and _status(cause) is None)


def went_on(model: Model) -> ModelError:
    """The error for an answer that does not come to an end."""
    return ModelError(f"{model.name} did not come to an end and was stopped. What it had written was checked.")


def _sentence(error: Exception, model: Model, began: bool) -> str:
    import httpx
    from langchain_core import exceptions as core

    kinds = set(_kinds(error))
    status = _status(error)
    said = f"({one_sentence(error)})"
    name = model.name

    def is_a(*classes: type[BaseException]) -> bool:
        return any(issubclass(kind, classes) for kind in kinds)

    if is_a(core.ContextOverflowError):
        return f"The passages and the question are longer than {name} can read {said}. Ask a shorter question."
    if is_a(core.ModelAuthenticationError) or status == 401:
        return f"{name} refused the key (401). Check the provider's API key in your environment."
    if is_a(core.ModelPermissionDeniedError) or status == 403:
        return f"{name} is closed to this key (403): {one_sentence(error)}"
    if is_a(core.ModelNotFoundError) or status == 404:
        return f"The provider has no model {name.partition(':')[2] or name!r} (404). Check the name {said}."
    if is_a(core.ModelRateLimitError) or status == 429:
        return f"{name} turns requests down (429): too many of them, or no credit left {said}. Try again later."
    if is_a(core.ModelTimeoutError, httpx.TimeoutException, TimeoutError):
        asked = f" each time it was asked ({RETRIES + 1} times)" if not began else ""
        return f"{name} said nothing for {TIMEOUT:.0f} seconds{asked}. Try again, or name another model."
    if is_a(core.ModelAPIError) or (status is not None and status >= 500):
        return f"{name} failed on its own side ({status or '5xx'}), not yours {said}. Try again later."
    if is_a(core.ModelConnectionError, httpx.TransportError, ConnectionError):
        if began:
            return str(broke_off(model))
        return f"{name} can't be reached. Check the connection, the address, and that its server runs."
    if isinstance(error, ValueError):  # no JSON, no UTF-8, no stream: of httpx, of the SDK, or of LangChain
        return f"{name} sent what is no streamed answer {said}. Check the address, and that its server can stream."
    return f"{name} failed: {one_sentence(error)}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it; a few levels, since SDKs wrap their HTTP client's errors."""
    link: BaseException | None = error
    for _ in range(6):
        if link is None:
            return
        yield link
        link = link.__cause__ or link.__context__


def _kinds(error: BaseException) -> Iterator[type[BaseException]]:
    return (type(link) for link in _chain(error))


def _status(error: BaseException) -> int | None:
    for link in _chain(error):
        for holder in (link, getattr(link, "response", None)):
            status = getattr(holder, "status_code", None)
            if isinstance(status, int) and status >= 400:
                return status
    return None
