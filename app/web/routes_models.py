"""/api/models: what can answer here, looked for when a page asks and no sooner; and what each person chose of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Request

from app.evidence.strictness import LEVELS
from app.web.models_here import find_models
from app.web.person import person_in
from app.web.turn import Bot
from retrieval.database import Database
from retrieval.errors import LibraryError
from retrieval.records import storable

_LONGEST = 500


@dataclass(frozen=True)
class Chosen:
    """Who answers a person, how strictly and with which second judge; "" is as the chatbot does by itself."""

    llm: str = ""
    strictness: str = ""
    judge: str = ""


def models(bot: Bot, database: Database) -> APIRouter:
    """The routes that list the models a chatbot may be asked with, and that keep a person's choice in the database."""
    routes = APIRouter(prefix="/api/models")

    @routes.get("")
    def listed() -> dict[str, Any]:
        return {**asdict(find_models(bot.model)), "own": bot.model, "levels": LEVELS}

    @routes.get("/chosen")
    def chosen(request: Request) -> dict[str, Any]:
        row = database.one("SELECT chosen FROM choices WHERE person = ?", person_in(request.scope))
        return asdict(Chosen(**json.loads(row[0]))) if row else asdict(Chosen())

    @routes.put("/chosen")
    def choose(request: Request, choice: Annotated[Chosen, Body()]) -> dict[str, Any]:
        kept = asdict(choice)
        if any(len(value) > _LONGEST for value in kept.values()):
            raise HTTPException(422, f"The name of a model has at most {_LONGEST} characters.")
        try:
            with database.transaction() as writer:
                sql = "INSERT INTO choices VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET chosen = excluded.chosen"
                writer.execute(sql, (person_in(request.scope), storable(json.dumps(kept))))
        except LibraryError as error:
            raise HTTPException(507, str(error)) from error
        return kept

    return routes
