"""/api/documents/{id}: a stretch of a document's stored text with what the document states about itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from app.web.turn import Bot
from retrieval.documents import Document
from retrieval.errors import OnrecordError

if TYPE_CHECKING:
    from fastapi import APIRouter

PIECE = 60_000
"""Characters of a document that one request gives at most."""


def documents(bot: Bot) -> APIRouter:
    """The routes that give this chatbot's documents."""
    from fastapi import APIRouter, Response

    router = APIRouter(prefix="/api/documents")

    @router.get("/{id}")
    def read(id: str, start: int = 0, end: int = PIECE, uri: str = "") -> Response:
        """Characters start to end of a document; uri: its address, to tell whether it changed or is gone."""
        try:
            document = bot.document(id)
        except OnrecordError:
            document = None
        found = document is not None and document.id == id
        plain = stretch(document, start, end) if document and found else missing(bot, uri)
        # ASCII alone, since a text may hold half of a surrogate pair, which UTF-8 can't
        return Response(json.dumps(plain), 200 if found else 404, media_type="application/json")

    return router


def stretch(document: Document, start: int, end: int) -> dict[str, Any]:
    """What a document states about itself, and text[start:end], at most PIECE characters of it.

    start, end and length count the characters of the stored text, as citations do.
    """
    length = len(document.text)
    start = min(max(start, 0), length)
    end = min(max(end, start), start + PIECE, length)
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "author": document.author,
        "published": document.published.isoformat() if document.published else None,
        "uri": document.uri,
        "length": length,
        "start": start,
        "end": end,
        "text": document.text[start:end],
    }


def missing(bot: Bot, uri: str) -> dict[str, Any]:
    """That a document is not in the library, and the id of the one that now stands at its address, or None."""
    now = next((listed.id for listed in bot.documents() if uri and listed.uri == uri), None)
    return {"error": "This document is not in the library.", "now": now}
