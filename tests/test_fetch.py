"""Web addresses are fetched within limits, and never from inside a private network unless allowed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retrieval import fetch as fetching
from retrieval.errors import DocumentError
from retrieval.fetch import _is_public, fetch
from retrieval.reading import read_url
from tests.loopback import Handler, running

TEXT = "The plant opened in May and it employs ninety people.\n"


class _Pages(Handler):
    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        if self.path == "/loop":
            self._answer(302, b"", location="/loop")
        elif self.path == "/away":
            self._answer(302, b"", location="/text")
        elif self.path == "/inside":
            self._answer(302, b"", location="http://10.0.0.1/")
        elif self.path == "/file":
            self._answer(302, b"", location="file:///etc/passwd")
        elif self.path == "/large":
            self._answer(200, b"a " * (1 << 20))
        elif self.path == "/picture":
            self._answer(200, b"\x89PNG", kind="image/png")
        elif self.path == "/text":
            self._answer(200, TEXT.replace("May", "Mâcon").encode("latin-1"), kind="text/plain; charset=iso-8859-1")
        else:
            self._answer(404, b"no")

    def _answer(self, status: int, body: bytes, kind: str = "text/html", location: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with running(_Pages) as address:
        yield address


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_ALLOW_PRIVATE_URLS", "1")


@pytest.mark.usefixtures("allowed")
def test_a_page_is_read_through_a_redirect_with_its_charset(site: str) -> None:
    document = read_url(f"{site}/away")
    assert document.text == TEXT.replace("May", "Mâcon")
    assert document.uri == f"{site}/text"


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/loop", "redirects"),
        ("/missing", "404"),
        ("/picture", "image/png"),
        ("/file", "not an http"),
        ("/large", "1 MiB"),
    ],
)
def test_what_is_not_read_says_why(site: str, path: str, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        fetch(site + path, 1 << 20)


def test_a_private_address_is_refused(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentError, match="private network"):
        fetch(site, 1 << 20)
    real = fetching._is_public
    monkeypatch.setattr(fetching, "_is_public", lambda address: address == "127.0.0.1" or real(address))
    with pytest.raises(DocumentError, match=r"10\.0\.0\.1.*private network"):
        fetch(f"{site}/inside", 1 << 20)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not _is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_addresses_that_are_public(address: str) -> None:
    assert _is_public(address)


@pytest.mark.parametrize(
    "url", ["ftp://x.y/z", "file:///etc/passwd", "nonsense", "http://", "http://[::1", "http://a b/"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(DocumentError):
        fetch(url, 1 << 20)


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_ALLOW_PRIVATE_URLS", "1")
    with pytest.raises(DocumentError, match="can't be fetched"):
        fetch("http://127.0.0.1:9/", 1 << 20)
