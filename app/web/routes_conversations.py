"""Routes of the conversations: list, search, rename, delete, bring back, export, rate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, HTTPException, Request, Response

from app.web.conversations import Conversations
from app.web.exporting import EXPORTS
from app.web.feedback import Feedback, Verdict, eval_set
from app.web.person import person_in
from app.web.suggestions import after
from app.web.turn import Bot
from retrieval.errors import LibraryError

PAGE = 100
"""Conversations that the list gets at once."""


def router(conversations: Conversations, bot: Bot) -> APIRouter:
    """The routes under /api/conversations, and /api/feedback; each sees only what is the person's who asks."""
    routes = APIRouter(prefix="/api")
    routes.include_router(_conversations(conversations))

    @routes.get("/me")
    def me(request: Request) -> dict[str, str]:
        return {"person": person_in(request.scope)}

    routes.include_router(_feedback(Feedback(conversations.database)))

    @routes.get("/conversations/{id}/suggestions")
    def suggested(request: Request, id: str) -> dict[str, Any]:
        turns = conversations.turns(person_in(request.scope), id)
        if turns is None:
            raise _gone()
        asked = [turn.question for turn in turns]
        found = after(bot, turns[-1], asked) if turns and turns[-1].answer else []
        return {"turn": len(turns), "questions": found}

    return routes


def _conversations(conversations: Conversations) -> APIRouter:
    routes = APIRouter(prefix="/conversations")

    @routes.get("")
    def listed(request: Request, q: str = "", skip: int = 0) -> dict[str, Any]:
        person = person_in(request.scope)
        if q.strip():
            return {"conversations": [asdict(one) for one in conversations.search(person, q[:500])], "more": False}
        found = conversations.listed(person, PAGE + 1, max(0, skip))
        return {"conversations": [asdict(one) for one in found[:PAGE]], "more": len(found) > PAGE}

    @routes.patch("/{id}")
    def rename(request: Request, id: str, name: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
        try:
            renamed = conversations.rename(person_in(request.scope), id, name)
        except LibraryError as error:
            raise HTTPException(422, str(error)) from error
        if renamed is None:
            raise _gone()
        return asdict(renamed)

    @routes.delete("/{id}")
    def delete(request: Request, id: str) -> dict[str, Any]:
        if not conversations.delete(person_in(request.scope), id):
            raise _gone()
        return {"deleted": id}

    @routes.post("/{id}/undelete")
    def undelete(request: Request, id: str) -> dict[str, Any]:
        back = conversations.undelete(person_in(request.scope), id)
        if back is None:
            raise _gone()
        return asdict(back)

    @routes.post("/{id}/restore")
    def restore(request: Request, id: str) -> dict[str, Any]:
        if not conversations.restore(person_in(request.scope), id):
            raise _gone()
        return {"restored": id}

    @routes.get("/{id}/export.{suffix}")
    def export(request: Request, id: str, suffix: str) -> Response:
        person = person_in(request.scope)
        conversation = conversations.one(person, id)
        turns = conversations.turns(person, id)
        if conversation is None or turns is None or suffix not in EXPORTS:
            raise _gone()
        kind, write = EXPORTS[suffix]
        return _file(write(conversation, turns), f"{conversation.name}.{suffix}", kind)

    return routes


def _feedback(feedback: Feedback) -> APIRouter:
    routes = APIRouter()

    @routes.get("/conversations/{id}/ratings")
    def ratings(request: Request, id: str) -> list[dict[str, Any]]:
        return [asdict(one) for one in feedback.of(person_in(request.scope), id)]

    @routes.put("/conversations/{id}/ratings/{turn}/{statement}")
    def rate(
        request: Request,
        id: str,
        turn: int,
        statement: int,
        verdict: Annotated[Verdict | None, Body(embed=True)],
        reason: Annotated[str, Body(embed=True)] = "",
    ) -> dict[str, Any]:
        try:
            if not feedback.rate(person_in(request.scope), id, turn, statement, verdict, reason):
                raise _gone()
        except LibraryError as error:
            raise HTTPException(422, str(error)) from error
        return {"turn": turn, "statement": statement, "verdict": verdict, "reason": reason}

    @routes.get("/feedback.yaml")
    def as_eval_set(request: Request) -> Response:
        rated = feedback.rated(person_in(request.scope))
        return _file(eval_set(rated), "feedback.yaml", "application/yaml")

    return routes


def _gone() -> HTTPException:
    return HTTPException(404, "This conversation isn’t here any more.")


def _file(text: str, name: str, kind: str) -> Response:
    """A file to download; it is never shown as a page of ours."""
    safe_name = "".join("_" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name)
    disposition = f"attachment; filename*=UTF-8''{quote(safe_name, safe='')}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(text.encode("utf-8", "replace"), media_type=f"{kind}; charset=utf-8", headers=headers)
