"""The login: nothing is answered to a stranger but a page to log in; or a reverse proxy says who asks."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import parse_qs, quote

from app.web.guard import refuse
from app.web.people import LASTS, Failures, People
from app.web.person import SCOPE_KEY
from app.web.policy import Application, Message, Receive, Send
from app.web.shell import ICON
from retrieval.errors import LibraryError

COOKIE = "onrecord-login"
_OPEN = {"/onrecord/login.css"}
_NEXT = re.compile(r"/(\?c=\w+)?")
_FORM = 16_384


@dataclass(frozen=True)
class Door:
    """Who may come in: everybody who reaches the server, its users, or whom a proxy's header names.

    hosts: host names besides addresses that the page may be asked for by, None where it is served on loopback only;
    trusted: the addresses and networks of proxies whose headers are believed.
    """

    hosts: tuple[str, ...] | None = None
    login: bool = False
    header: str = ""
    trusted: tuple[str, ...] = ("127.0.0.0/8", "::1")

    @property
    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The trusted networks. Raises LibraryError for one that is none."""
        try:
            return tuple(ip_network(one, strict=False) for one in self.trusted)
        except ValueError as error:
            raise LibraryError(f"--trust takes an address or a network such as 10.0.0.0/8: {error}.") from error


EVERYBODY = Door()
"""Whoever reaches the server, which is served on loopback."""


@dataclass(frozen=True)
class Login:
    """ASGI middleware that finds out who asks, and turns strangers away."""

    app: Application
    door: Door
    people: People
    networks: Collection[IPv4Network | IPv6Network]
    by_address: Failures = field(default_factory=lambda: Failures(10))
    by_name: Failures = field(default_factory=lambda: Failures(20))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on with its person, answer it as a login, or refuse it."""
        if scope["type"] != "http" or not (self.door.login or self.door.header):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        trusted = self._is_trusted(scope)
        if trusted and headers.get("x-forwarded-proto") == "https":
            scope = {**scope, "scheme": "https"}
        if self.door.header:
            person = headers.get(self.door.header.lower(), "").strip() if trusted else ""
            if not person:
                await refuse(send, 401, "The server in front of this one has not said who you are.")
                return
            await self.app({**scope, SCOPE_KEY: person}, receive, send)
            return
        token = _token(headers.get("cookie", ""))
        if scope["path"] in ("/login", "/logout"):
            await self._door(scope, headers, token, receive, send)
            return
        person = self.people.person(token) or "" if token else ""
        if person or scope["path"] in _OPEN:
            await self.app({**scope, SCOPE_KEY: person}, receive, send)
        elif scope["path"] == "/" and scope["method"] == "GET":
            query = scope["query_string"].decode("latin-1")
            wanted = f"?next={quote(f'/?{query}', safe='')}" if query else ""
            await _redirect(send, f"/login{wanted}")
        else:
            await refuse(send, 401, "Log in first.")

    def _is_trusted(self, scope: Message) -> bool:
        """Whether the very machine that connected is a proxy of ours."""
        try:
            address = ip_address((scope.get("client") or ("", 0))[0])
        except ValueError:
            return False
        return any(address in network for network in self.networks)

    async def _door(self, scope: Message, headers: dict[str, str], token: str, receive: Receive, send: Send) -> None:
        """The page to log in at, a try to, or logging out."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        after = query.get("next", ["/"])[0]
        after = after if _NEXT.fullmatch(after) else "/"
        if scope["method"] == "GET" and scope["path"] == "/login":
            await _page(send, after)
        elif scope["method"] != "POST":
            await refuse(send, 405, "Log in at /login.")
        elif scope["path"] == "/logout":
            self.people.log_out(token)
            await _redirect(send, "/login", _cookie("", scope, 0))
        else:
            form = parse_qs((await _body(receive)).decode("utf-8", "replace"), keep_blank_values=True)
            name, password = (form.get(part, [""])[0] for part in ("name", "password"))
            await self._try(scope, name.strip(), password, after, send)

    async def _try(self, scope: Message, name: str, password: str, after: str, send: Send) -> None:
        from starlette.concurrency import run_in_threadpool

        address = str((scope.get("client") or ("",))[0])
        wait = max(self.by_address.wait(address), self.by_name.wait(name))
        if wait > 0:
            seconds = int(wait) + 1
            words = f"Too many wrong passwords. Try again in {seconds} seconds."
            await _page(send, after, words, 429, [(b"retry-after", str(seconds).encode())])
            return
        # Counted before it is known, so that many tries at once don't slip through.
        self.by_address.note(address)
        self.by_name.note(name)
        token = await run_in_threadpool(self.people.log_in, name, password)
        if token is None:
            await _page(send, after, "That name and that password don’t go together.", 401)
            return
        self.by_address.forget(address)
        self.by_name.forget(name)
        await _redirect(send, after, _cookie(token, scope, LASTS))


def _token(cookies: str) -> str:
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _cookie(token: str, scope: Message, lasts: int) -> tuple[bytes, bytes]:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    value = f"{COOKIE}={token}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", value.encode()


async def _body(receive: Receive) -> bytes:
    body = b""
    while len(body) < _FORM:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    return body[:_FORM]


async def _redirect(send: Send, to: str, *headers: tuple[bytes, bytes]) -> None:
    start = [(b"location", to.encode()), (b"content-length", b"0"), (b"cache-control", b"no-store"), *headers]
    await send({"type": "http.response.start", "status": 303, "headers": start})
    await send({"type": "http.response.body", "body": b""})


async def _page(
    send: Send, after: str, problem: str = "", status: int = 200, headers: Collection[tuple[bytes, bytes]] = ()
) -> None:
    said = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Log in · Onrecord</title>'
        '<meta name="referrer" content="same-origin">'
        f'<link rel="icon" href="data:image/svg+xml,{quote(ICON)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        'content="light dark"><link rel="stylesheet" href="/onrecord/login.css"></head><body><main>'
        f'<form method="post" action="/login?next={quote(after, safe="")}"><p class="logo" aria-hidden="true">”</p>'
        f"<h1>Onrecord</h1><p>Ask your documents; get the exact words.</p>{said}"
        '<label for="name">Name</label><input id="name" name="name" autocomplete="username" autocapitalize="none" '
        'required autofocus><label for="password">Password</label><input id="password" name="password" type="password" '
        'autocomplete="current-password" required><button type="submit">Log in</button></form></main></body></html>'
    ).encode()
    start = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})
