"""The users of a web chat that has a login: their passwords' hashes, and who is logged in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from retrieval.database import Database
from retrieval.errors import LibraryError

LASTS = 30 * 86_400
"""Seconds that a login lasts."""
SHORTEST = 8
"""Characters of the shortest password."""
_LONGEST = 1_000
_NAME = re.compile(r"[^\W_][\w.@+-]{0,63}")
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}
"""What https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html asks of scrypt, in 32 MiB."""


def hashed(password: str, salt: bytes = b"") -> str:
    """A password's salt and hash as text; scrypt, RFC 7914."""
    salt = salt or secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, dklen=32, **_COST)
    return f"scrypt${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one of a kept hash; takes as long either way."""
    salt = base64.b64decode(kept.split("$")[1])
    return hmac.compare_digest(hashed(password, salt), kept)


_NOBODYS = "scrypt$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "="


class People:
    """Users and logins in the file of conversations. Safe from any thread."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        """Start with an open file; see app.web.keeping."""
        self._database = database
        self._clock = clock

    def add(self, name: str, password: str) -> bool:
        """Add a user, or change one's password, which ends their logins; gives whether the user is new.

        Raises LibraryError for a name or a password that can't be one.
        """
        if not _NAME.fullmatch(name):
            raise LibraryError(f"{name!r} can't be a user’s name: letters, digits and . _ - @ + are taken, at most 64.")
        if not SHORTEST <= len(password) <= _LONGEST:
            raise LibraryError(f"A password has {SHORTEST} to {_LONGEST:,} characters.")
        kept = hashed(password)
        with self._database.transaction() as writer:
            new = writer.execute("SELECT 1 FROM users WHERE name = ?", (name,)).fetchone() is None
            writer.execute("DELETE FROM logins WHERE user = ?", (name,))
            sql = "INSERT INTO users VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET hash = excluded.hash"
            writer.execute(sql, (name, kept, self._clock()))
        return new

    def names(self) -> list[str]:
        """Every user's name."""
        return [row[0] for row in self._database.all("SELECT name FROM users ORDER BY name")]

    def remove(self, name: str) -> bool:
        """Remove a user with their logins, conversations and ratings; gives whether there was one."""
        with self._database.transaction() as writer:
            return writer.execute("DELETE FROM users WHERE name = ?", (name,)).rowcount > 0

    def log_in(self, name: str, password: str) -> str | None:
        """A token for this user, if the password is theirs; an unknown user takes as long to refuse as a wrong one."""
        row = self._database.one("SELECT hash FROM users WHERE name = ?", name)
        if not fits(password[:_LONGEST], row[0] if row else _NOBODYS) or not row:
            return None
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM logins WHERE expires < ?", (now,))
            writer.execute("INSERT INTO logins VALUES (?, ?, ?, ?)", (_key(token), name, now, now + LASTS))
        return token

    def person(self, token: str) -> str | None:
        """Who logged in with this token, while that lasts."""
        sql = "SELECT user FROM logins JOIN users ON name = user WHERE token = ? AND expires > ?"
        row = self._database.one(sql, _key(token), self._clock())
        return row[0] if row else None

    def log_out(self, token: str) -> None:
        """End a login."""
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM logins WHERE token = ?", (_key(token),))


def _key(token: str) -> bytes:
    """What is kept of a token: whoever reads the file can't log in with it."""
    return hashlib.sha256(token.encode()).digest()


@dataclass
class Failures:
    """Counts failures by whom they are ascribed to; past a few, each makes the next try wait twice as long."""

    free: int
    longest: float = 900
    clock: Callable[[], float] = time.monotonic
    _seen: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, who: str) -> float:
        """Seconds until the next try is heard."""
        with self._lock:
            count, last = self._seen.get(who, (0, 0.0))
        pause = min(2.0 ** (count - self.free), self.longest) if count >= self.free else 0.0
        return max(0.0, last + pause - self.clock())

    def note(self, who: str) -> None:
        """Note a failure; what is older than the longest pause is forgotten."""
        now = self.clock()
        with self._lock:
            count, last = self._seen.pop(who, (0, now))
            self._seen[who] = (count + 1 if now - last < self.longest else 1, now)
            while len(self._seen) > 10_000:
                self._seen.popitem(last=False)

    def forget(self, who: str) -> None:
        """Forget the failures of one who has succeeded."""
        with self._lock:
            self._seen.pop(who, None)
