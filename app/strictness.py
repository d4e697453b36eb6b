"""How sure Onrecord has to be before it answers: three levels, and the least number that each asks for."""

from __future__ import annotations

from typing import Literal, get_args

from retrieval.errors import QuestionError

Strictness = Literal["lenient", "balanced", "strict"]
"""What a wrong answer weighs against a refused one."""

LEVELS: tuple[Strictness, ...] = get_args(Strictness)
_LEAST: dict[str, float] = {"lenient": 0.2, "balanced": 0.35, "strict": 0.6}


def least_of(strictness: str) -> float:
    """The least number, 0..1, that a sentence needs to answer with. Raises QuestionError for an unknown level."""
    if strictness not in _LEAST:
        raise QuestionError(f"There is no strictness “{strictness}”: choose {', '.join(LEVELS[:-1])} or {LEVELS[-1]}.")
    return _LEAST[strictness]
