"""Who asks: the person whom the login has found, in what Gradio and FastAPI hand to their handlers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SCOPE_KEY = "onrecord.person"
"""Where the login puts the name in the ASGI scope; without a login there is one local person, named ""."""


def person_in(scope: Mapping[str, Any]) -> str:
    """The person of a request, by its ASGI scope."""
    return str(scope.get(SCOPE_KEY, ""))
