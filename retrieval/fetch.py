"""Fetch one web address: limited in size, time and kind, and never led into a private network by somebody else."""

from __future__ import annotations

import os
import re
import socket
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from retrieval.errors import DocumentError

if TYPE_CHECKING:
    import httpcore
    import httpx

SECONDS = 30.0
"""For everything together: finding the host, connecting, redirects, and every byte."""
REDIRECTS = 5
PORTS = frozenset({80, 443, 8000, 8008, 8080, 8081, 8443, 8888})
"""Ports of a public web server; another one is some other service, which must not be spoken to in HTTP."""
_STEP = 10.0
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
}
_ALLOW_PRIVATE = "ONRECORD_ALLOW_PRIVATE_URLS"
_TIMEOUTS = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), _STEP)}
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)

Reach = Literal["public", "named"]
"""Where an address may lead: to public servers only, or also into the private network that it names itself."""


@dataclass(frozen=True)
class Fetched:
    """What came back: the bytes, the suffix of the kind they are, the charset named, the address after redirects."""

    data: bytes
    suffix: str
    charset: str | None
    url: str


def fetch(url: str, limit: int, reach: Reach | None = None) -> Fetched:
    """Get `url` (http or https) within 30 seconds, 5 redirects and `limit` bytes, unpacked.

    A host is resolved once per hop, each address it has must be allowed, and the connection goes to one of those that
    were checked. reach: "public" is for an address that somebody else gave; with "named" a private address may be
    meant, and may redirect within private networks, but no public one may lead there. None is "public", or everything
    where ONRECORD_ALLOW_PRIVATE_URLS=1 is set. Proxies of the environment are not used: they would resolve the name
    again. Raises DocumentError.
    """
    import httpcore
    import httpx

    from retrieval.public_web import CheckedNetwork, NotPublicError, TooLongError

    deadline = time.monotonic() + SECONDS
    everything = reach is None and os.environ.get(_ALLOW_PRIVATE) == "1"
    inside = everything or reach == "named"
    target = url
    try:
        for _ in range(REDIRECTS + 1):
            asked = _checked(target, web_ports=reach == "public")
            network = CheckedNetwork(inside, deadline)
            with (
                httpcore.ConnectionPool(network_backend=network) as pool,
                pool.stream("GET", str(asked), headers=_headers(asked), extensions=_TIMEOUTS) as response,
            ):
                if response.status not in (301, 302, 303, 307, 308) or not _header(response, "location"):
                    return _receive(response, target, limit)
            inside = everything or (inside and not network.is_public)
            target = str(asked.join(_header(response, "location")))
    except (TooLongError, httpcore.TimeoutException):
        raise DocumentError(
            f"{url} takes longer than {SECONDS:.0f} seconds, or said nothing for {_STEP:.0f}; save it and add the file."
        ) from None
    except NotPublicError as error:
        raise DocumentError(_private(url, error.args[1], reach)) from None
    except (socket.gaierror, UnicodeError):
        raise DocumentError(_nowhere(url, reach)) from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise DocumentError(_unreachable(url, error)) from None
    except (httpx.InvalidURL, OSError, ValueError, zlib.error) as error:
        raise DocumentError(_unreachable(url, error)) from None
    raise DocumentError(f"{url} redirects more than {REDIRECTS} times; give the address that it leads to.")


def _checked(url: str, *, web_ports: bool) -> httpx.URL:
    """The address, where it is one that is asked at all. Raises DocumentError, and InvalidURL for none."""
    import httpx

    asked = httpx.URL(url)
    if asked.scheme not in ("http", "https") or not asked.host:
        raise DocumentError(f"{url} is not an http or https address.")
    if asked.userinfo:
        raise DocumentError("The address holds a name or a password, which would be kept with the page; leave it out.")
    if web_ports and asked.port is not None and asked.port not in PORTS:
        raise DocumentError(f"{url} names the port {asked.port}, which is not one of a public web server.")
    return asked.copy_with(fragment=None)


def _headers(asked: httpx.URL) -> dict[bytes | str, bytes | str]:
    # Packed bytes are asked for in no form but one that can be unpacked a little at a time.
    return {
        "Host": asked.netloc.decode("ascii"),
        "Accept": "text/html,application/pdf,text/plain,text/markdown",
        "Accept-Encoding": "gzip",
        "User-Agent": "onrecord",
        "Connection": "close",
    }


def _header(response: httpcore.Response, name: str) -> str:
    found = [value for key, value in response.headers if key.lower() == name.encode()]
    return found[0].decode("latin-1") if found else ""


def _receive(response: httpcore.Response, url: str, limit: int) -> Fetched:
    if response.status != 200:
        phrase = response.extensions.get("reason_phrase", b"").decode("latin-1")
        raise DocumentError(f"{url} answers {response.status} {phrase}; nothing was read.".replace(" ;", ";"))
    stated = _header(response, "content-type") or "text/html"
    kind = stated.partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise DocumentError(f"{url} is {kind[:80] or 'of no stated type'}; onrecord reads web pages, text and PDF.")
    charset = _CHARSET.search(stated)
    data = bytearray()
    for piece in _unpacked(response, url, limit):
        data += piece
        if len(data) > limit:
            raise DocumentError(f"{url} is larger than {limit >> 20} MiB, the most that is fetched.")
    return Fetched(bytes(data), _KINDS[kind], charset[1] if charset else None, url)


def _unpacked(response: httpcore.Response, url: str, limit: int) -> Iterator[bytes]:
    """The bytes as they are meant; a small packet that unpacks to a huge one is cut off just past the limit."""
    coding = _header(response, "content-encoding").strip().lower()
    pieces: Iterable[bytes] = response.iter_stream()
    if coding in ("", "identity"):
        yield from pieces
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise DocumentError(f"{url} comes packed as {coding[:40]}, which was not asked for; nothing was read.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for piece in pieces:
        yield unpacker.decompress(piece, limit + 1)
    yield unpacker.flush(limit + 1)


def _private(url: str, address: str, reach: Reach | None) -> str:
    if reach == "public":
        return _nowhere(url, reach)
    if reach == "named":
        return f"{url} is public but leads to {address}, inside a private network, and is not followed there."
    return (
        f"{url} leads to {address}, an address inside a private network, and is not fetched; "
        f"set {_ALLOW_PRIVATE}=1 if that is what you want."
    )


def _nowhere(url: str, reach: Reach | None) -> str:
    """The same for a host that is not there and for one inside, where somebody else could learn which it is."""
    if reach == "public":
        return (
            f"{url} leads to no public web server, and no other is fetched from here. Check the address; what is in "
            "your own network can be added with `onrecord add` on the machine that serves this page."
        )
    return f"{url} can't be fetched: its host can't be found. Check the address."


def _unreachable(url: str, error: Exception) -> str:
    reason = str(error) or type(error).__name__
    proxies = [name for name in _PROXIES if os.environ.get(name) or os.environ.get(name.lower())]
    if proxies:
        return (
            f"{url} can't be fetched: {reason}. {proxies[0]} is set, and onrecord goes through no proxy, since that "
            "would look the host up again; save the page and add the file."
        )
    return f"{url} can't be fetched: {reason}. Check the address and the connection."
