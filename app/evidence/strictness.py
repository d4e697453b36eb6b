"""How sure Onrecord has to be before it answers: three levels, and what each asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from retrieval.errors import QuestionError

NEVER = 1.01
"""A likelihood that nothing reaches."""

Strictness = Literal["lenient", "balanced", "strict"]
"""What a wrong answer weighs against a refused one; docs/strictness.svg shows what each level costs."""

LEVELS: tuple[Strictness, ...] = get_args(Strictness)


@dataclass(frozen=True)
class Least:
    """What an answer needs at least, each 0..1.

    strength: of a sentence (app.evidence.sufficiency); likelihood: that the passages of such sentences hold an answer
    (app.evidence.answering). That was learned from encyclopaedic text and is low for news: only "strict" asks much of
    it. wording: that its source bears out a sentence of a model which the rules of wording don't let through
    (app.check.bearing); NEVER takes their word alone. nearness: of the passages to the question
    (app.evidence.sufficiency), from which on a model that can tell by itself whether they answer it is asked although
    no sentence is strong enough; NEVER asks it only where one is.
    """

    strength: float
    likelihood: float
    wording: float = NEVER
    nearness: float = NEVER


_NEAR = 0.15
"""Of 104 questions about other things 68 are less near to a library of 24 articles, and none of 60 about these."""
_LEAST = {
    "lenient": Least(0.2, 0.0, 0.585, _NEAR),
    "balanced": Least(0.35, 0.1, 0.86, _NEAR),
    "strict": Least(0.35, 0.4),
}
BALANCED = _LEAST["balanced"]


def least_of(strictness: str) -> Least:
    """What a level asks for. Raises QuestionError for an unknown one."""
    if strictness not in _LEAST:
        raise QuestionError(f"There is no strictness “{strictness}”: choose {', '.join(LEVELS[:-1])} or {LEVELS[-1]}.")
    return _LEAST[strictness]
