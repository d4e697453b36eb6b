"""Fetch one public web address: limited in size and time, and never an address inside the user's own network."""

from __future__ import annotations

import ipaddress
import os
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import DocumentError

if TYPE_CHECKING:
    import httpx

_SECONDS = 30.0
_REDIRECTS = 5
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
}
_ALLOW_PRIVATE = "ONRECORD_ALLOW_PRIVATE_URLS"


@dataclass(frozen=True)
class Fetched:
    """What came back: the bytes, the suffix of the kind they are, the charset named, the address after redirects."""

    data: bytes
    suffix: str
    charset: str | None
    url: str


def fetch(url: str, limit: int) -> Fetched:
    """Get `url` (http or https) within 30 seconds, 5 redirects and `limit` bytes.

    The host is resolved once per hop, every address it has must be public, and the connection goes to the address
    that was checked. ONRECORD_ALLOW_PRIVATE_URLS=1 lifts that check. Proxies from the environment are not used: they
    would resolve the name again. Raises DocumentError.
    """
    import httpx

    deadline = time.monotonic() + _SECONDS
    target = url
    try:
        with httpx.Client(trust_env=False, timeout=10, follow_redirects=False) as client:
            for _ in range(_REDIRECTS + 1):
                request = _pinned(client, target)
                response = client.send(request, stream=True)
                try:
                    if response.has_redirect_location:
                        target = str(httpx.URL(target).join(response.headers["location"]))
                        continue
                    return _receive(response, target, limit, deadline)
                finally:
                    response.close()
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise DocumentError(f"{url} can't be fetched: {reason}. Check the address and the connection.") from None
    raise DocumentError(f"{url} redirects more than {_REDIRECTS} times; give the address that it leads to.")


def _pinned(client: httpx.Client, url: str) -> httpx.Request:
    """A request to a checked address of the host, under the host's own name for HTTP and TLS."""
    import httpx

    asked = httpx.URL(url)
    if asked.scheme not in ("http", "https") or not asked.host:
        raise DocumentError(f"{url} is not an http or https address.")
    address = _public_address(asked.host, asked.port or (443 if asked.scheme == "https" else 80), url)
    host = asked.netloc.decode("ascii").rpartition("@")[2]
    return client.build_request(
        "GET",
        asked.copy_with(host=address),
        headers={"Host": host, "Accept": "text/html,application/pdf,text/plain", "User-Agent": "onrecord"},
        extensions={"sni_hostname": asked.host},
    )


def _public_address(host: str, port: int, url: str) -> str:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DocumentError(f"{url} can't be fetched: there is no host {host}. Check the address.") from None
    addresses = [str(info[4][0]) for info in infos]
    if os.environ.get(_ALLOW_PRIVATE) != "1":
        for address in addresses:
            if not _is_public(address):
                raise DocumentError(
                    f"{url} leads to {address}, an address inside a private network, and is not fetched; "
                    f"set {_ALLOW_PRIVATE}=1 if that is what you want."
                )
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast


def _receive(response: httpx.Response, url: str, limit: int, deadline: float) -> Fetched:
    if response.status_code != 200:
        raise DocumentError(f"{url} answers {response.status_code} {response.reason_phrase}; nothing was read.")
    kind = response.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise DocumentError(f"{url} is {kind or 'of no stated type'}; onrecord reads web pages, text and PDF.")
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > limit:
            raise DocumentError(f"{url} is larger than {limit >> 20} MiB, the most that is fetched.")
        if time.monotonic() > deadline:
            raise DocumentError(f"{url} takes longer than {_SECONDS:.0f} seconds; save it and add the file.")
    return Fetched(bytes(data), _KINDS[kind], response.charset_encoding, url)
