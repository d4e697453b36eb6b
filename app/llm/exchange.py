"""One call to a language model as it took place: what was sent, what came back, what it took. For an answer's trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, as the provider counts them; where it does not say, as we estimate them.

    reasoning is a part of output, cached a part of input; None where nobody says.
    """

    input: int
    output: int
    reasoning: int | None = None
    cached: int | None = None
    estimated: bool = False


@dataclass(frozen=True)
class Exchange:
    """One call to a model.

    purpose: "answer", "standalone" (a follow-up rewritten) or "judge"; prompt: the prompts' names and the version of
    their words (see prompts.version); messages: (role, text) exactly as sent; structured: whether the answer had to
    fit a JSON schema; draft: what the model wrote, as it wrote it, without its thinking; cost: US dollars by list
    price, None where no price is known; error: why it ended early, else "".
    """

    purpose: str
    model: str
    prompt: str
    messages: tuple[tuple[str, str], ...]
    structured: bool
    draft: str
    thinking: str
    usage: Usage
    cost: float | None
    seconds: float
    error: str = ""


Record = Callable[[Exchange], None]
"""Takes each exchange when it has ended, also one that failed or was given up."""
