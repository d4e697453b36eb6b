"""The page's content security policy: nothing from outside, no inline script but the page's own, no eval."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
"""What ASGI passes: https://asgi.readthedocs.io/en/latest/specs/www.html."""
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def policy(page: bytes = b"") -> str:
    """The policy for a page: its own inline scripts are named by hash, so a script that gets in later never runs.

    Styles may be inline because Gradio sets them on elements; a style can't fetch anything either.
    """
    hashes = (hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(page))
    scripts = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
        "worker-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """ASGI middleware that adds the policy to every response; a page is held until whole, a stream never is.

    dress: what a whole page goes through before its policy is made of it.
    """

    def __init__(self, app: Application, dress: Callable[[bytes], bytes] = bytes) -> None:
        self.app = app
        self.dress = dress

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on and send its response with the policy's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        page: list[bytes] = []

        async def guarded(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if dict(message["headers"]).get(b"content-type", b"").startswith(b"text/html"):
                    start = message
                    return
                message = _with_policy(message, policy())
            elif start is not None:
                page.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                whole = self.dress(b"".join(page))
                headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
                start = {**start, "headers": [*headers, (b"content-length", str(len(whole)).encode())]}
                await send(_with_policy(start, policy(whole)))
                message = {"type": "http.response.body", "body": whole}
            await send(message)

        await self.app(scope, receive, guarded)


def _with_policy(message: Message, value: str) -> Message:
    headers = [
        (b"content-security-policy", value.encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return {**message, "headers": [*message["headers"], *headers]}
