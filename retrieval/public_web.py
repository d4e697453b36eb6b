"""Connections to checked addresses alone: the name is resolved once, and what was checked is what is connected to."""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore

_V6_PUBLIC = ipaddress.IPv6Network("2000::/3")
"""Global unicast; whatever lies outside of it leads nowhere, or somewhere inside."""
_V6_RELAYED = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses of the old internet behind NAT64 (RFC 6052)."""
_V6_TUNNELS = tuple(map(ipaddress.IPv6Network, ("2001::/32", "2002::/16", "3fff::/20")))
"""Teredo and 6to4, which wrap an address that a relay unwraps, and addresses for examples."""
_V4_SPECIAL = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
"""Protocols' own addresses, among them a cloud's metadata, and relays."""
_ISATAP = (0x00005EFE, 0x02005EFE)


class NotPublicError(Exception):
    """A host has an address that is not of a public server; args: the host, and the address."""


class TooLongError(Exception):
    """The whole took longer than it may."""


def is_public(address: str) -> bool:
    """Whether an address is of the public internet and no other: whatever wraps or maps another counts as that one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _V4_SPECIAL)
        return ip.is_global and not special
    if ip.ipv4_mapped:
        return is_public(str(ip.ipv4_mapped))
    if ip in _V6_RELAYED:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    tunnels = any(ip in network for network in _V6_TUNNELS) or (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP
    return ip in _V6_PUBLIC and ip.is_global and not ip.is_multicast and not tunnels


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host. Raises OSError or UnicodeError where it has none, TooLongError."""
    answers: queue.Queue[Any] = queue.Queue()

    def ask() -> None:
        try:
            answers.put([str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()  # the system's resolver can't be told when to give up
    try:
        answer = answers.get(timeout=max(0.0, seconds))
    except queue.Empty:
        raise TooLongError from None
    if isinstance(answer, Exception):
        raise answer
    return list(answer)


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects only to a host whose every address is public, unless inside, until a deadline for all that it does.

    is_public: whether the host that it connected to is.
    """

    def __init__(self, inside: bool, deadline: float) -> None:
        self.is_public = False
        self._inside = inside
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, connect. Raises NotPublicError, TooLongError, and what resolving and connecting raise."""
        addresses = resolve(host, port, remaining(self._deadline, timeout))
        private = [address for address in addresses if not is_public(address)]
        if private and not self._inside:
            raise NotPublicError(host, private[0])
        self.is_public = not private
        wait = remaining(self._deadline, timeout)
        stream = self._network.connect_tcp(addresses[0], port, wait, local_address, socket_options)
        return _Timed(stream, self._deadline)


class _Timed(httpcore.NetworkStream):
    """A connection on which everything together ends at a deadline, however slowly the other side speaks."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, remaining(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, remaining(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        wait = remaining(self._deadline, timeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, wait), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - whatever the connection knows
        return self._stream.get_extra_info(info)


def remaining(deadline: float, timeout: float | None) -> float:
    """Seconds that a step may take: its own, but none past the deadline. Raises TooLongError where none are left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooLongError
    return left if timeout is None else min(left, timeout)
