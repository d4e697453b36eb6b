"""How a question is asked: by which model, how strictly, and restricted to what; the page's choices as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.evidence.strictness import LEVELS, Strictness
from app.questions.days import iso_days
from app.web.models_here import allowed
from retrieval.errors import QuestionError
from retrieval.filters import Filter

_NAMES = 1_000
_LONGEST = 500
"""A scope names at most so many documents, outlets or tags, each in at most so many characters."""


@dataclass(frozen=True)
class Asking:
    """How to ask: None is as the chatbot does unless told otherwise; where: what the question is restricted to."""

    llm: str | None = None
    strictness: Strictness | None = None
    judge: str | None = None
    where: tuple[Filter, ...] = ()

    @classmethod
    def of(cls, model: str, scope: str = "") -> Asking:
        """Read what the page sends; "" for no choice. Raises QuestionError for what can't be read.

        model: a model's name, or {"llm": name, "strictness": level, "judge": name}, each part optional. scope:
        {"documents": [id, …], "sources": [outlet, …], "tags": […], "since": day, "until": day}, each part optional; a
        day is 2025-01-31, 2025-01 or 2025, and both are included. Raises ModelError for a file
        that is nobody's to name.
        """
        chosen = _object(model) if model.lstrip().startswith("{") else {"llm": model}
        level = next((level for level in LEVELS if level == chosen.get("strictness")), None)
        named = {part: str(chosen.get(part) or "")[:_LONGEST] or None for part in ("llm", "judge")}
        for name in named.values():
            if name:
                allowed(name)
        where = _filter(_object(scope)) if scope.strip() else Filter()
        return cls(named["llm"], level, named["judge"], (where,) if where else ())


def _filter(said: dict[str, Any]) -> Filter:
    documents, sources, tags = (_names(said, part) for part in ("documents", "sources", "tags"))
    since, until = _day(said.get("since"), 0), _day(said.get("until"), 1)
    try:
        return Filter(documents, sources, tags=tags, since=since, until=until)
    except ValueError as error:
        raise QuestionError(f"The question is restricted to days that can't be: {error}. Change them.") from None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _unread()
    return found


def _names(said: dict[str, Any], part: str) -> tuple[str, ...]:
    found = said.get(part) or []
    if not isinstance(found, list) or any(not isinstance(one, str) or len(one) > _LONGEST for one in found):
        raise _unread()
    if len(found) > _NAMES:
        raise QuestionError(f"A question can be restricted to at most {_NAMES:,} {part}; choose a tag or days instead.")
    return tuple(dict.fromkeys(one for one in found if one))


def _day(said: object, which: int) -> date | None:
    if not said:
        return None
    try:
        return iso_days(str(said))[which]
    except ValueError as error:
        raise QuestionError(f"The question is restricted to days that can't be read: {error}") from None


def _unread() -> QuestionError:
    return QuestionError("What the page says of how to ask can't be read. Reload it and choose again.")
