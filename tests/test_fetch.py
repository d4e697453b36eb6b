"""Web addresses are fetched within limits, and nobody else's address leads into a private network."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from retrieval import fetch as fetching
from retrieval import public_web
from retrieval.errors import DocumentError
from retrieval.fetch import fetch
from retrieval.public_web import is_public
from retrieval.reading import read_url
from tests.loopback import Handler, running

TEXT = "The plant opened in May and it employs ninety people.\n"
MIB = 1 << 20
asked: list[str] = []


class _Pages(Handler):
    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        asked.append(f"{self.headers['Host']}{self.path}")
        away = {"/loop": "/loop", "/away": "/text", "/inside": "http://10.0.0.1/", "/file": "file:///etc/passwd"}
        away |= {"/named": "http://localhost:1/", "/port": "http://example.invalid:25/", "/nowhere": ""}
        if self.path in away:
            self._answer(302, b"", location=away[self.path])
        elif self.path == "/large":
            self._answer(200, b"a " * MIB)
        elif self.path == "/picture":
            self._answer(200, b"\x89PNG", kind="image/png")
        elif self.path == "/bomb":
            self._answer(200, gzip.compress(bytes(64 * MIB)), coding="gzip")
        elif self.path == "/packed":
            self._answer(200, gzip.compress(TEXT.encode()), kind="text/plain", coding="gzip")
        elif self.path == "/odd":
            self._answer(200, b"x", coding="br")
        elif self.path == "/broken":
            self._answer(200, b"this is no gzip", coding="gzip")
        elif self.path in ("/drip", "/drip-headers"):
            self._drip(b"HTTP/1.1 200 OK\r\n" + b"Content-Type: text/plain\r\n\r\n" * (self.path == "/drip"))
        elif self.path == "/text":
            self._answer(200, TEXT.replace("May", "Mâcon").encode("latin-1"), kind="text/plain; charset=iso-8859-1")
        else:
            self._answer(404, b"no")

    def _answer(self, status: int, body: bytes, kind: str = "text/html", location: str = "", coding: str = "") -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Location": location, "Content-Encoding": coding}.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _drip(self, beginning: bytes) -> None:
        """Say something now and then, and never end."""
        self.close_connection = True
        try:
            self.wfile.write(beginning)
            for _ in range(200):
                time.sleep(0.05)
                self.wfile.write(b"X-More: yes\r\n")
        except OSError:
            return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with running(_Pages) as address:
        yield address


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_ALLOW_PRIVATE_URLS", "1")


@pytest.fixture
def as_if_public(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine count as a public server; the one seam by which a test reaches it."""
    monkeypatch.setattr(public_web, "is_public", lambda address: address == "127.0.0.1" or is_public(address))
    monkeypatch.setattr(fetching, "PORTS", {int(site.rpartition(":")[2])})


@pytest.mark.usefixtures("allowed")
def test_a_page_is_read_through_a_redirect_with_its_charset(site: str) -> None:
    document = read_url(f"{site}/away")
    assert document.text == TEXT.replace("May", "Mâcon")
    assert document.uri == f"{site}/text"


@pytest.mark.usefixtures("allowed")
def test_a_packed_page_is_unpacked(site: str) -> None:
    assert fetch(f"{site}/packed", MIB).data == TEXT.encode()


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/loop", "redirects"),
        ("/missing", "404"),
        ("/nowhere", "302"),
        ("/picture", "image/png"),
        ("/file", "not an http"),
        ("/large", "1 MiB"),
        ("/bomb", "1 MiB"),
        ("/odd", "packed as br"),
        ("/broken", "can't be fetched"),
    ],
)
def test_what_is_not_read_says_why(site: str, path: str, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        fetch(site + path, MIB)


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("path", ["/drip", "/drip-headers"])
def test_a_server_that_never_ends_is_left(site: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    with pytest.raises(DocumentError, match="takes longer"):
        fetch(site + path, MIB)


def test_a_name_that_is_never_found_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.2)

    def slow(*arguments: object, **options: object) -> list[Any]:
        time.sleep(1)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(DocumentError, match="takes longer"):
        fetch("http://slow.invalid/", MIB)


def test_a_private_address_is_refused_and_nothing_is_sent_to_it(site: str) -> None:
    asked.clear()
    with pytest.raises(DocumentError, match=r"127\.0\.0\.1.*private network"):
        fetch(site, MIB)
    with pytest.raises(DocumentError, match="127"):
        fetch(site.replace("127.0.0.1", "2130706433"), MIB)
    assert asked == []


@pytest.mark.usefixtures("as_if_public")
@pytest.mark.parametrize("path", ["/inside", "/named"])
def test_no_public_page_leads_into_a_private_network(site: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PORTS", {1, 80, int(site.rpartition(":")[2])})
    real = socket.getaddrinfo
    private = lambda host, *args, **options: real("10.0.0.1" if host == "localhost" else host, *args, **options)  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", private)
    with pytest.raises(DocumentError, match=r"10\.0\.0\.1.*private network"):
        fetch(site + path, MIB)
    with pytest.raises(DocumentError, match="public but leads to 10"):
        fetch(site + path, MIB, "named")
    with pytest.raises(DocumentError, match="no public web server") as refused:
        fetch(site + path, MIB, "public")
    assert "10.0.0.1" not in str(refused.value), "what stands in the network is nobody's business"


def test_whoever_names_an_address_of_their_own_network_gets_it_and_somebody_else_does_not(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fetch(f"{site}/away", MIB, "named").url == f"{site}/text"
    monkeypatch.setenv("ONRECORD_ALLOW_PRIVATE_URLS", "1")
    monkeypatch.setattr(fetching, "PORTS", {int(site.rpartition(":")[2])})
    with pytest.raises(DocumentError, match="no public web server"):
        fetch(f"{site}/text", MIB, "public")


def test_a_host_inside_and_one_that_is_not_there_sound_the_same() -> None:
    said = []
    for host in ("localhost", "no-such-host.invalid"):
        with pytest.raises(DocumentError) as refused:
            fetch(f"http://{host}/", MIB, "public")
        said.append(str(refused.value).replace(host, "HOST"))
    assert said[0] == said[1]


@pytest.mark.usefixtures("as_if_public")
def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: a name that is public when it is checked and private when it is used."""
    port = int(site.rpartition(":")[2])
    answers = ["127.0.0.1", "10.0.0.1"]
    looked_up: list[str] = []

    real_lookup = socket.getaddrinfo

    def resolver(host: str, port: int, *arguments: Any, **options: Any) -> list[Any]:  # noqa: ANN401
        if host[0].isdigit():
            return real_lookup(host, port, *arguments, **options)
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(looked_up) - 1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    connected: list[Any] = []
    real = socket.create_connection

    def connect(to: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:  # noqa: ANN401
        connected.append(to)
        return real(to, *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    asked.clear()
    assert fetch(f"http://rebound.invalid:{port}/packed", MIB, "public").data == TEXT.encode()
    assert looked_up == ["rebound.invalid"]
    assert connected == [("127.0.0.1", port)]
    assert asked == [f"rebound.invalid:{port}/packed"], "the server is asked under its own name"
    with pytest.raises(DocumentError, match="no public web server"):
        fetch(f"http://rebound.invalid:{port}/packed", MIB, "public")


def test_a_host_with_one_private_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.215.14", "192.168.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: both)
    with pytest.raises(DocumentError, match=r"192\.168\.0\.1"):
        fetch("http://both.invalid/", MIB)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "fe80::1%eth0",
        "fec0::1",
        "fd00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2001:db8::1",
        "2001:0:7f00:1::",
        "2002:7f00:1::",
        "2606:4700::5efe:a00:1",
        "2606:4700::200:5efe:a00:1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("reach", [None, "public", "named"])
@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.y/z",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/",
        "nonsense",
        "http://",
        "http://[::1",
        "http://a b/",
        "http://me:secret@example.invalid/",
        "http://example.invalid:99999/",
    ],
)
def test_other_addresses_are_refused(url: str, reach: fetching.Reach | None) -> None:
    with pytest.raises(DocumentError) as refused:
        fetch(url, MIB, reach)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("port", [22, 25, 6379, 11434])
def test_a_service_that_is_no_web_server_is_not_spoken_to(port: int) -> None:
    with pytest.raises(DocumentError, match=f"port {port}"):
        fetch(f"http://93.184.215.14:{port}/", MIB, "public")


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    with pytest.raises(DocumentError, match="can't be fetched"):
        fetch("http://127.0.0.1:9/", MIB, "named")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    with pytest.raises(DocumentError, match="HTTPS_PROXY is set, and onrecord goes through no proxy"):
        fetch("http://127.0.0.1:9/", MIB, "named")
