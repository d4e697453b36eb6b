"""Routes of the conversations: list, search, rename, delete, bring back, export."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Request

from app.web.conversations import Conversations
from app.web.person import person_in
from retrieval.errors import LibraryError

PAGE = 100
"""Conversations that the list gets at once."""


def router(conversations: Conversations) -> APIRouter:
    """The routes under /api/conversations; each sees only those of the person who asks."""
    routes = APIRouter(prefix="/api/conversations")
    gone = HTTPException(404, "This conversation isn’t here any more.")

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
            raise gone
        return asdict(renamed)

    @routes.delete("/{id}")
    def delete(request: Request, id: str) -> dict[str, Any]:
        if not conversations.delete(person_in(request.scope), id):
            raise gone
        return {"deleted": id}

    @routes.post("/{id}/undelete")
    def undelete(request: Request, id: str) -> dict[str, Any]:
        back = conversations.undelete(person_in(request.scope), id)
        if back is None:
            raise gone
        return asdict(back)

    @routes.post("/{id}/restore")
    def restore(request: Request, id: str) -> dict[str, Any]:
        if not conversations.restore(person_in(request.scope), id):
            raise gone
        return {"restored": id}

    return routes
