"""/api/models: what can answer here, looked for when a page asks, and no sooner."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from app.evidence.strictness import LEVELS
from app.web.models_here import find_models
from app.web.turn import Bot


def models(bot: Bot) -> APIRouter:
    """The route that lists the models a chatbot may be asked with."""
    routes = APIRouter(prefix="/api/models")

    @routes.get("")
    def listed() -> dict[str, Any]:
        return {**asdict(find_models(bot.model)), "own": bot.model, "levels": LEVELS}

    return routes
