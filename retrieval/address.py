"""Where a library is: a folder of this machine, or an address on a Chroma server that several people share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from retrieval.errors import LibraryError

Place = Path | str
"""A folder, or `http://host:port`, `https://host` or `http://host:port/NAME`; a string may name either."""

CATALOG = "onrecord.db"
"""The file of a folder's catalog; a folder without one holds no library."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,98}[A-Za-z0-9]")
_DEFAULT_NAME = "onrecord"
_PORTS = {"http": 8000, "https": 443}


@dataclass(frozen=True)
class Address:
    """A library on a server: where the server is, and which of its libraries is meant."""

    server: str
    name: str
    is_loopback: bool

    def __str__(self) -> str:
        return self.server if self.name == _DEFAULT_NAME else f"{self.server}/{self.name}"


def is_address(place: Place) -> bool:
    """Whether a place is on a server rather than a folder."""
    return isinstance(place, str) and place.lower().startswith(("http://", "https://"))


def place(named: Place) -> Place:
    """A folder as a path, an address as it is."""
    return named if is_address(named) else Path(named)


def parse(address: str) -> Address:
    """Read an address. Raises LibraryError where it is none that a library can have."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise LibraryError(f"{address} is no address of a server ({error}): give it as http://host:port") from error
    name = parts.path.strip("/") or _DEFAULT_NAME
    if not parts.hostname or parts.query or parts.fragment or not _NAME.fullmatch(name):
        raise LibraryError(
            f"{address} is no address of a library: give it as http://host:port or http://host:port/NAME, "
            "a name of 3 to 100 letters, digits, dots, dashes and underscores."
        )
    if parts.username is not None:
        raise LibraryError(
            f"The address of the server {parts.hostname} holds a user's name or password: leave it out, and set "
            "ONRECORD_SERVER_TOKEN instead, which is shown nowhere."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    loopback = parts.hostname in ("localhost", "::1") or parts.hostname.startswith("127.")
    return Address(f"{parts.scheme}://{host}:{port}", name, loopback)
