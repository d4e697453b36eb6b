"""A Chroma server over HTTP: collections and their records, with a limit on every wait and a bounded retry.

It speaks Chroma's API v2 itself: Chroma's own client waits without end for a server that stays silent, has no setting
for that, and takes longer to import than a question takes to answer.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.address import Address
from retrieval.errors import LibraryError, ServerError

Metadata = Mapping[str, str | int]

_API = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_QUICK, _LONG = 10.0, 60.0
"""Seconds that a question waits for an answer of the server, and the writing or fetching of much; then, unless that
many have passed already, it is tried again."""
_ATTEMPTS = 5
_BUSY = (429, 502, 503, 504)
"""What a server or a proxy before it says when the same request may succeed a moment later; Chroma says 500 for some
of it, such as a search while another process writes the first vectors. Each request of ours may be sent twice."""
_RECORDS, _BYTES = 1000, 8_000_000
"""At most so many records and about so many bytes go in one request; Chroma takes 5,461 and 40 MB."""


@dataclass(frozen=True)
class Record:
    """One record of a collection; vector: (d,), or None for a record that is never searched for."""

    id: str
    metadata: Metadata = field(default_factory=dict)
    document: str | None = None
    vector: NDArray[np.float32] | None = None

    @property
    def size(self) -> int:
        """About how many bytes it takes to send."""
        texts = (self.id, self.document or "", *map(str, self.metadata.values()))
        return 100 + 3 * sum(map(len, texts)) + (0 if self.vector is None else 6 * len(self.vector))


class Server:
    """The connection to one server; safe from any thread."""

    def __init__(self, address: Address) -> None:
        """Connect and see that it is a Chroma server that we can talk to. Raises ServerError."""
        import httpx

        self.address = address
        self._http = httpx.Client(
            base_url=address.server,
            headers=_token(),
            timeout=httpx.Timeout(_QUICK, connect=3),
            trust_env=not address.is_loopback,  # what stays on this machine goes through no proxy
        )
        try:
            able = self.request("GET", "/api/v2/pre-flight-checks")
            if not (isinstance(able, dict) and able.get("supports_base64_encoding")):
                raise ServerError(f"{address.server} is no Chroma server, or one older than 1.0: update it.")
        except BaseException:
            self.close()
            raise

    def now(self) -> int:
        """The server's clock, in milliseconds since 1970."""
        return int(self.request("GET", "/api/v2/heartbeat")["nanosecond heartbeat"]) // 1_000_000

    def collection(self, name: str, **hnsw: str | int) -> Collection:
        """Open or create a collection; hnsw: how its vectors are indexed."""
        wanted = {"name": name, "get_or_create": True, "configuration": {"hnsw": hnsw}}
        return Collection(self, str(self.request("POST", _API, wanted)["id"]))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def request(self, method: str, path: str, content: object = None, wait: float | None = None) -> Any:  # noqa: ANN401
        """Send, try again for a while where that may help, and give the parsed reply. Raises ServerError."""
        import httpx
        import tenacity

        wait = wait or _QUICK
        with self._errors():
            for attempt in tenacity.Retrying(
                retry=tenacity.retry_if_exception(_may_pass),
                stop=tenacity.stop_after_attempt(_ATTEMPTS) | tenacity.stop_after_delay(wait),
                wait=tenacity.wait_exponential_jitter(initial=0.2, max=3, jitter=0.2),
                reraise=True,
            ):
                with attempt:
                    timeout = httpx.Timeout(wait, connect=3)
                    return self._http.request(method, path, json=content, timeout=timeout).raise_for_status().json()
        raise AssertionError("a retry ends with a reply or an exception")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        import httpx

        where = f"The Chroma server {self.address.server}"
        try:
            yield
        except httpx.TimeoutException as error:
            raise ServerError(f"{where} did not answer in time. See how it fares, and try again.") from error
        except httpx.TransportError as error:
            port = self.address.server.rpartition(":")[2]
            raise ServerError(
                f"{where} can't be reached ({error}). Start it (chroma run --path FOLDER --port {port}), or see that "
                "the address is right. What was stored there is not lost; try again when it is up."
            ) from error
        except httpx.HTTPStatusError as error:
            raise ServerError(f"{where} {_refusal(error.response, self.address)}") from error
        except ValueError as error:
            raise ServerError(f"{where} gave no JSON, so it is probably another server: check the address.") from error


class Collection:
    """One collection of a server."""

    def __init__(self, server: Server, id: str) -> None:
        """Name the collection by its id, which a collection of the same name that is made later does not have."""
        self.id = id
        self._server = server

    def upsert(self, records: Iterable[Record]) -> None:
        """Write records, those with known ids in place of the old; what fits into one request is written or isn't."""
        for batch in _batches(records):
            self._post("upsert", _columns(batch), _LONG)

    def add(self, record: Record) -> None:
        """Write a record unless there is one with its id; the first who does so wins."""
        self._post("add", _columns([record]), _QUICK)

    def delete(self, ids: Sequence[str]) -> None:
        """Delete these records; ids that are not there are ignored."""
        for at in range(0, len(ids), _RECORDS):
            self._post("delete", {"ids": list(ids[at : at + _RECORDS])}, _LONG)

    def delete_where(self, where: Mapping[str, object]) -> None:
        """Delete the records whose metadata is so."""
        self._post("delete", {"where": where}, _LONG)

    def get(self, ids: Sequence[str]) -> dict[str, Record]:
        """Fetch the metadata of those of these records that there are."""
        return {one.id: one for one in self._records({"ids": list(ids), "include": ["metadatas"]}, _QUICK)}

    def find(
        self, where: Mapping[str, object] | None = None, *, page: int | None = None, texts: bool = False
    ) -> Iterator[Record]:
        """Fetch all records whose metadata is so, with their documents if texts; in no order.

        page: this many at a time, for what nobody changes meanwhile; else at once, as they stand at one moment.
        """
        include = ["metadatas", "documents"] if texts else ["metadatas"]
        asked = {"where": where, "include": include}
        at = 0
        while True:
            found = self._records(asked | ({"limit": page, "offset": at} if page else {}), _LONG)
            yield from found
            at += len(found)
            if not page or len(found) < page:
                return

    def ids(self) -> list[str]:
        """Every id."""
        return list(self._post("get", {"include": []}, _LONG)["ids"])

    def nearest(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """The cosine of each of the `limit` records nearest to this (d,) vector by id, nearest first."""
        asked = {"query_embeddings": [vector.tolist()], "n_results": limit, "include": ["distances"]}
        found = self._post("query", asked, _QUICK)
        return {id: 1 - distance for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def _records(self, asked: object, wait: float) -> list[Record]:
        found = self._post("get", asked, wait)
        texts = found.get("documents") or [None] * len(found["ids"])
        rows = zip(found["ids"], found["metadatas"], texts, strict=True)
        return [Record(id, metadata or {}, text) for id, metadata, text in rows]

    def _post(self, verb: str, content: object, wait: float) -> Any:  # noqa: ANN401
        return self._server.request("POST", f"{_API}/{self.id}/{verb}", content, wait)


def _columns(records: Sequence[Record]) -> dict[str, object]:
    return {
        "ids": [one.id for one in records],
        "embeddings": [_packed(one.vector) for one in records],
        "metadatas": [dict(one.metadata) or None for one in records],
        "documents": [one.document for one in records],
    }


def _packed(vector: NDArray[np.float32] | None) -> str:
    """A vector as Chroma reads it; a record that is never searched for has one too, of one number."""
    numbers = np.zeros(1) if vector is None else vector
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode()


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        if batch and (len(batch) >= _RECORDS or size + record.size > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += record.size
    if batch:
        yield batch


def _may_pass(error: BaseException) -> bool:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in (500, *_BUSY)
    return isinstance(error, httpx.TransportError)


def _refusal(response: Any, address: Address) -> str:  # noqa: ANN401 - httpx is imported late
    status = response.status_code
    if status in (401, 403):
        return f"refuses us ({status}): set ONRECORD_SERVER_TOKEN to a token that it takes."
    if status == 404:
        return f"does not know the library {address.name} (any more), or is no Chroma server: open the library again."
    if status in _BUSY:
        return f"has no time for us ({status}): try again later."
    return f"refused the request ({status}: {response.text[:300]})."


def _token() -> dict[str, str]:
    """The header that ONRECORD_SERVER_TOKEN asks for: a bearer token, or "Name: value"."""
    token = os.environ.get("ONRECORD_SERVER_TOKEN", "").strip()
    if not token:
        return {}
    name, colon, value = token.partition(":")
    header = {name.strip(): value.strip()} if colon else {"Authorization": f"Bearer {token}"}
    if not all(part.isascii() and part.isprintable() for pair in header.items() for part in pair):
        raise LibraryError("ONRECORD_SERVER_TOKEN holds a character that no header may have: set it anew.")
    return header
