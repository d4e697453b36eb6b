"""/api/library: list, search, tag, remove and bring back documents, and add files and web addresses."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile

from app.adding import Received, is_address
from app.questions.days import iso_days
from app.web.adding import Adding, FullError, Step
from app.web.library import Shelf
from app.web.person import person_in
from app.web.policy import Message, Receive, Send
from retrieval.entries import Entry
from retrieval.errors import DocumentError, OnrecordError
from retrieval.listing import Order, Wanted
from retrieval.reading import LARGEST_PAGE
from retrieval.worker import StoppedError

LARGEST = 64 << 20
"""Bytes of the largest file that is taken."""
_FORM = 1 << 16
"""Bytes that a form has around its file."""
_MANY = 1_000
"""Documents that are tagged or removed at once."""
_NAME = 200
_FETCHES = 4
"""Web pages that are fetched at once; the next ones wait."""
_Ids = Annotated[list[str], Body(max_length=_MANY, embed=True)]
_Few = Annotated[Sequence[str], Body(max_length=20)]
_Several = Annotated[list[str] | None, Query()]
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def library(shelf: Shelf) -> APIRouter:
    """The routes of a chatbot's library."""
    routes = APIRouter(prefix="/api/library")
    bot, adding = shelf.bot, Adding(shelf.bot)
    fetchers = ThreadPoolExecutor(_FETCHES, "onrecord-fetch")

    @routes.get("")
    def listed(
        q: str = "",
        source: _Several = None,
        tag: _Several = None,
        since: str = "",
        until: str = "",
        order: str = "added",
        skip: int = 0,
        limit: int = 50,
    ) -> Response:
        ordered: Order = next((one for one in get_args(Order) if one == order), "added")
        try:
            days = _day(since, 0), _day(until, 1)
            wanted = Wanted(
                q[:500], tuple(source or ()), tuple(tag or ()), *days, ordered, min(max(0, skip), 1 << 31), limit
            )
            page = bot.page(wanted)
            away = () if skip else bot.aside()
        except (OnrecordError, ValueError) as error:
            return _refused(error)
        told = {
            "sample": shelf.is_sample,
            "found": page.found,
            "total": page.total,
            "documents": [_described(entry) for entry in page.entries],
            "sources": page.sources,
            "tags": page.tags,
            "aside": away,
        }
        return _json(told)

    @routes.post("/tag")
    def tag(documents: _Ids, add: _Few = (), remove: _Few = ()) -> Response:
        try:
            left = {}
            for id in documents:
                if add:
                    left[id] = bot.tag(id, _tags(add))
                if remove:
                    left[id] = bot.tag(id, _tags(remove), remove=True)
        except OnrecordError as error:
            return _refused(error)
        return _json({"tags": left})

    @routes.post("/remove")
    def remove(documents: _Ids) -> Response:
        try:
            return _json({"removed": bot.put_aside(*documents)})
        except OnrecordError as error:
            return _refused(error)

    @routes.post("/restore")
    def restore(documents: _Ids) -> Response:
        try:
            return _json({"restored": bot.bring_back(*documents)})
        except OnrecordError as error:
            return _refused(error)

    @routes.post("/files")
    async def files(request: Request) -> Response:
        try:
            name, file, size = await _received(request)
        except _TooLargeError:
            return _json({"error": f"Files of up to {LARGEST >> 20} MiB are taken. Split it and add the parts."}, 413)
        if file is None:
            return _json({"error": "No file came along."}, 422)

        def take() -> Received:
            try:
                file.file.seek(0)
                return Received(name, file.file.read())
            except ValueError:  # it was closed, since whoever sent it has left
                raise StoppedError from None

        return await _streamed(adding.add(_who(request), take, size), file)

    @routes.post("/address")
    async def address(request: Request, url: Annotated[str, Body(embed=True, max_length=4_000)]) -> Response:
        if not is_address(url.strip()):
            return _json({"error": "A web address begins with http:// or https://."}, 422)
        return await _streamed(_from_web(adding, fetchers, _who(request), url.strip()), None)

    return routes


async def _from_web(adding: Adding, fetchers: Executor, who: str, url: str) -> AsyncIterator[Step]:
    """Fetch a page beside whatever is being added, then add it in its turn."""
    from retrieval.fetch import fetch

    yield {"step": "fetching"}
    try:
        fetched = await asyncio.get_running_loop().run_in_executor(fetchers, fetch, url, LARGEST_PAGE, "public")
    except DocumentError as error:
        yield {"step": "failed", "error": str(error)}
        return
    received = Received(fetched.url, fetched.data, fetched.charset, fetched.suffix)
    async for step in adding.add(who, lambda: received, len(fetched.data)):
        yield step


async def _streamed(steps: AsyncIterator[Step], file: UploadFile | None) -> Response:
    """The steps as lines of JSON, as they happen; a refusal to begin is a response of its own."""
    try:
        first = await anext(steps)
    except FullError as error:
        if file:
            await file.close()
        return _json({"error": str(error)}, 429)

    async def lines() -> AsyncIterator[str]:
        try:
            yield json.dumps(first) + "\n"
            async for step in steps:
                yield json.dumps(step) + "\n"
        except FullError as error:
            yield json.dumps({"step": "failed", "error": str(error)}) + "\n"

    async def close() -> None:
        with suppress(RuntimeError):
            await steps.aclose()  # type: ignore[attr-defined]
        if file:
            file.file.close()  # at once: waiting for a thread to do it would be cancelled too

    return _Closing(lines(), close)


class _Closing(StreamingResponse):
    """Lines of JSON, behind which something is closed, also where nobody listened to the first of them."""

    def __init__(self, lines: AsyncIterator[str], close: Callable[[], Awaitable[None]]) -> None:
        super().__init__(lines, media_type="application/x-ndjson", headers={"Cache-Control": "no-store"})
        self._close = close

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._close()


class _TooLargeError(Exception):
    """More comes than is taken."""


async def _received(request: Request) -> tuple[str, UploadFile | None, int]:
    """The file of a form with its name and size; it waits in memory, or on disk without a name, until it is closed."""
    form = await Request(request.scope, _limited(request.receive)).form(max_files=1, max_fields=2)
    file = form.get("file")
    if not isinstance(file, UploadFile):
        return "", None, 0
    size = file.size or 0
    if size > LARGEST:
        await file.close()
        raise _TooLargeError
    return safe_name(str(form.get("name") or file.filename or "")), file, size


def _limited(receive: Receive) -> Receive:
    came = 0

    async def limited() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > LARGEST + _FORM:
            raise _TooLargeError
        return message

    return limited


def safe_name(name: str) -> str:
    """A name as it may be shown and stored: no control or direction marks, no leading dots or slashes, not endless."""
    plain = " ".join(_CONTROLS.sub(" ", name).replace("\\", "/").split()).lstrip("./ ") or "document"
    parts = [part for part in plain.split("/") if part not in ("", ".", "..")]
    return "/".join(parts)[-_NAME:] or "document"


def _tags(tags: Sequence[str]) -> list[str]:
    plain = (" ".join(_CONTROLS.sub(" ", tag).split())[:60] for tag in tags)
    return [tag for tag in plain if tag]


def _day(text: str, which: int) -> date | None:
    return iso_days(text)[which] if text else None


def _who(request: Request) -> str:
    """With whom turns are taken at adding: the person, or without a login the machine that asks."""
    return person_in(request.scope) or (request.client.host if request.client else "")


def _described(entry: Entry) -> dict[str, Any]:
    """A document of the list; of a file's address only its last part, since the rest is the server's business."""
    told = asdict(entry)
    told["published"] = entry.published and entry.published.isoformat()
    told["uri"] = entry.uri if is_address(entry.uri) else re.split(r"[/\\]", entry.uri)[-1]
    return told


def _refused(error: Exception) -> Response:
    return _json({"error": str(error)}, 422)


def _json(told: dict[str, Any], status: int = 200) -> Response:
    """ASCII alone, since a text may hold half of a surrogate pair, which UTF-8 can't."""
    return Response(json.dumps(told), status, media_type="application/json", headers={"Cache-Control": "no-store"})
