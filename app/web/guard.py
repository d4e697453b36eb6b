"""What no request gets past: a foreign host name, another site's page, a body too large or of the wrong kind."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address

from app.web.policy import Application, Message, Receive, Send

LARGEST = 2 * 1024 * 1024
"""Bytes of the largest body that is no upload."""
LARGEST_UPLOAD = 600 * 1024 * 1024
"""Bytes of the largest body of an upload, all its files together; each file has a limit of its own."""
UPLOADS = ("/gradio_api/upload", "/api/library")
_SAFE = {"GET", "HEAD", "OPTIONS"}
_KINDS = ("application/json", "multipart/form-data")
_FORMS = {"/login", "/logout"}


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own, which no other machine reaches."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


@dataclass(frozen=True)
class Guard:
    """ASGI middleware; names: host names that the page may be asked for by, None where it is served on loopback only.

    A page elsewhere can point a name of its own at this machine (DNS rebinding) and then read what is answered: so only
    names of this machine are answered to. An address as a host can't be pointed anywhere.
    """

    app: Application
    names: Collection[str] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it in words."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        limit = LARGEST_UPLOAD if scope["path"].startswith(UPLOADS) else LARGEST
        refused = self._refused(scope, headers, limit)
        if refused:
            await refuse(send, *refused)
            return
        await _limited(self.app, scope, receive, send, limit)

    def _refused(self, scope: Message, headers: dict[str, str], limit: int) -> tuple[int, str] | None:
        method, host = scope["method"], headers.get("host", "")
        if not self._known(_name(host)):
            return 421, f"This server does not answer to that name. Start it with --allow-host {_name(host)[:80]!r}."
        if not _same_origin(headers, host, method):
            return 403, "Another site’s page may not do this."
        if method in _SAFE:
            return None
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            return 413, f"That is too large: at most {limit // 1024 // 1024} MB are taken at once."
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        has_body = length != "0" or "transfer-encoding" in headers
        if has_body and kind not in _KINDS and scope["path"] not in _FORMS:
            return 415, "Send JSON, or files as multipart/form-data."
        return None

    def _known(self, name: str) -> bool:
        if is_loopback(name):
            return True
        if self.names is None:
            return False
        try:
            ip_address(name.strip("[]"))
        except ValueError:
            return name.lower().rstrip(".") in {known.lower() for known in self.names}
        return True


def _name(host: str) -> str:
    """The host without its port."""
    bracketed, found, _ = host.partition("]")
    return bracketed + found if found else host.partition(":")[0]


def _same_origin(headers: dict[str, str], host: str, method: str) -> bool:
    """Whether a browser says that a page of ours asks, or nothing; a link from elsewhere may be followed."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return site == "none" or (method in _SAFE and headers.get("sec-fetch-mode") == "navigate")
    origin = headers.get("origin")
    unnamed = site == "same-origin" and origin == "null"  # so a form says where no referrer is to be sent
    return origin is None or unnamed or origin.partition("://")[2].lower() == host.lower()


async def refuse(send: Send, status: int, words: str, headers: Collection[tuple[bytes, bytes]] = ()) -> None:
    """Answer with a status and an error in words, as FastAPI does."""
    body = json.dumps({"detail": words}).encode()
    start = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


async def _limited(app: Application, scope: Message, receive: Receive, send: Send, limit: int) -> None:
    """Run the application with a body that ends, as if its sender had gone, once it is larger than it may be."""
    read = 0
    started = over = False

    async def counted() -> Message:
        nonlocal read, over
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            over = True
            return {"type": "http.disconnect"}
        return message

    async def answered(message: Message) -> None:
        nonlocal started
        if over and not started:
            return
        started = True
        await send(message)

    try:
        await app(scope, counted, answered)
    except Exception:
        if not over:
            raise
    if over and not started:
        await refuse(send, 413, f"That is too large: at most {limit // 1024 // 1024} MB are taken at once.")
