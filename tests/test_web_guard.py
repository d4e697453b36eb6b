"""What no request gets past, asked over a bare connection: the host, the origin, the size, and the login."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from app.cli import main
from app.web.conversations import Conversations
from app.web.guard import LARGEST, Guard
from app.web.keeping import FILE, opened
from app.web.login import COOKIE, Door, Login
from app.web.people import LASTS, Failures, People
from app.web.person import person_in
from app.web.policy import Message, Receive, Send
from retrieval.errors import LibraryError
from tests.browser import chromium, send, served
from tests.scripted import ScriptedBot
from tests.test_conversations import SCRIPTS, Clock, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "seven wild harbours"


class Site:
    """A served page with a login for ada and bob, spoken to over bare connections."""

    def __init__(self, address: str, kept: Path) -> None:
        self.address, self.kept = address, kept
        self.host = address.removeprefix("http://")

    def send(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers of the response; a header's name has _ for -."""
        with closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace"), dict(response.getheaders())

    def log_in(self, name: str, password: str = PASSWORD, **headers: str) -> tuple[int, str, dict[str, str]]:
        form = urlencode({"name": name, "password": password})
        return self.send("POST", "/login", form, Content_Type="application/x-www-form-urlencoded", **headers)

    def cookie(self, name: str) -> str:
        return self.log_in(name)[2]["set-cookie"].partition(";")[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    kept = tmp_path_factory.mktemp("kept") / FILE
    with closing(opened(kept)) as database:
        for name in ("ada", "bob", "eve"):
            assert People(database).add(name, PASSWORD)
    with served(ScriptedBot(SCRIPTS), kept=kept, door=Door(login=True)) as address:
        yield Site(address, kept)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 303),
        ("127.0.0.1:80", 303),
        ("[::1]:80", 303),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("10.1.2.3", 421),
        ("", 421),
        ("localhost.evil.example:80", 421),
    ],
)
def test_only_names_of_this_machine_are_answered_to(site: Site, host: str, status: int) -> None:
    assert site.send("GET", "/", Host=host)[0] == status


@pytest.mark.parametrize("path", ["/login", "/api/conversations/x/undelete", "/gradio_api/queue/join"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_another_sites_page_can_change_nothing(site: Site, path: str, headers: dict[str, str]) -> None:
    cookie = site.cookie("ada")
    status, said, _ = site.send("POST", path, "{}", Content_Type="application/json", Cookie=cookie, **headers)
    assert (status, "Another site" in said) == (403, True)
    status, _, _ = site.send("GET", path, Cookie=cookie, **headers)
    assert status == 403


def test_a_link_from_elsewhere_may_be_followed(site: Site) -> None:
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert site.send("GET", "/", Cookie=site.cookie("ada"), **headers)[0] == 200
    assert site.send("POST", "/logout", Cookie=site.cookie("ada"), **headers)[0] == 403


def test_bodies_have_a_size_and_a_kind(site: Site) -> None:
    cookie = site.cookie("ada")
    large = {"Content_Type": "application/json", "Cookie": cookie}
    assert site.send("POST", "/gradio_api/queue/join", Content_Length=str(LARGEST + 1), **large)[0] == 413
    assert site.send("POST", "/gradio_api/queue/join", Content_Length="-1", **large)[0] in (400, 413)
    plain = {"Content_Type": "text/plain", "Cookie": cookie}
    assert site.send("POST", "/gradio_api/queue/join", "{}", **plain)[0] == 415


def test_a_body_that_says_no_length_ends_where_it_is_too_large(site: Site) -> None:
    with closing(http.client.HTTPConnection(site.host, timeout=60)) as connection:
        headers = {"Content-Type": "application/json", "Cookie": site.cookie("ada")}
        pieces = (b'"' + b"x" * 65_536 for _ in range(LARGEST // 65_536 + 2))
        connection.request("PATCH", "/api/conversations/x", pieces, headers, encode_chunked=True)
        assert connection.getresponse().status == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/conversations"), ("GET", "/api/feedback.yaml"), ("GET", "/api/library"), ("GET", "/api/me"),
        ("GET", "/gradio_api/info"), ("GET", "/gradio_api/queue/data?session_hash=x"), ("GET", "/config"),
        ("GET", "/gradio_api/file=/etc/hostname"), ("GET", "/onrecord/page.js"), ("GET", "/gradio_api/startup-events"),
        ("POST", "/gradio_api/upload"), ("POST", "/gradio_api/queue/join"), ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/call/ask"), ("DELETE", "/api/conversations/x"), ("GET", "/assets/x.js"), ("HEAD", "/"),
        ("GET", "/gradio_api/heartbeat/x"), ("GET", "/theme.css"), ("POST", "/api/library/files"), ("PUT", "/"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("cookie", ["", f"{COOKIE}=nonsense", f"{COOKIE}=", '"; =x,;'])
def test_a_stranger_gets_nothing(site: Site, method: str, path: str, cookie: str) -> None:
    headers = {"Content_Type": "application/json", **({"Cookie": cookie} if cookie else {})}
    assert site.send(method, path, "{}" if method in ("POST", "PUT") else None, **headers)[0] == 401


def test_every_route_there_is_turns_a_stranger_away(site: Site) -> None:
    from app.web.serving import site as make_site

    async def routes() -> set[tuple[str, str]]:
        return set(_routes(make_site(ScriptedBot(SCRIPTS), conversations, door=Door(login=True))))

    with closing(Conversations.at(site.kept)) as conversations:
        found = asyncio.run(routes())
    assert len(found) > 60
    answers = {
        (m, p): site.send(m, p, Content_Type="application/json")[0]
        for m, p in sorted(found)
        if p not in ("/", "/login", "/logout")
    }
    assert set(answers.values()) == {401}, answers


def _routes(app: Any, at: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever Starlette mounts
    for route in getattr(app, "routes", ()):
        path = at + getattr(route, "path", "")
        if methods := getattr(route, "methods", None):
            yield from ((method, re.sub(r"\{[^}]*\}", "x", path)) for method in methods)
        else:
            yield from _routes(getattr(route, "app", None) or getattr(route, "original_router", None), path)


def test_the_page_leads_to_the_login_and_back_to_where_one_wanted(site: Site) -> None:
    status, _, headers = site.send("GET", "/?c=0a1b")
    assert (status, headers["location"]) == (303, "/login?next=%2F%3Fc%3D0a1b")
    status, page, headers = site.send("GET", headers["location"])
    assert status == 200
    assert 'action="/login?next=%2F%3Fc%3D0a1b"' in page
    assert "default-src 'none'" in headers["content-security-policy"]
    form = urlencode({"name": "ada", "password": PASSWORD})
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    assert site.send("POST", "/login?next=%2F%3Fc%3D0a1b", form, **kind)[2]["location"] == "/?c=0a1b"
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/?c=x%0d%0aSet-Cookie:%20a=b"):
        asked = site.send("POST", f"/login?next={elsewhere}", form, **kind)
        assert asked[2]["location"] == "/"


def test_a_login_is_a_cookie_that_no_script_reads_until_it_is_ended(site: Site) -> None:
    status, _, headers = site.log_in("ada")
    assert status == 303
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert "Secure" in site.log_in("ada", X_Forwarded_Proto="https")[2]["set-cookie"]
    token = cookie.partition(";")[0]
    assert json.loads(site.send("GET", "/api/me", Cookie=token)[1]) == {"person": "ada"}
    assert token.partition("=")[2].encode() not in site.kept.read_bytes()
    assert site.send("POST", "/logout", Cookie=token)[0] == 303
    assert site.send("GET", "/api/me", Cookie=token)[0] == 401


def test_a_header_makes_nobody_where_users_log_in(site: Site) -> None:
    assert site.send("GET", "/api/me", X_Remote_User="ada")[0] == 401


def test_nobody_reaches_what_is_anothers_by_its_id(site: Site) -> None:
    ada, bob = site.cookie("ada"), site.cookie("bob")
    with closing(Conversations.at(site.kept)) as conversations:
        id = ask(conversations, "the harbour?", person="ada")
    exported = f"/api/conversations/{id}/export.md"
    status, text, headers = site.send("GET", exported, Cookie=ada)
    assert (status, text.startswith("# the harbour?")) == (200, True)
    assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''the%20harbour_.md")
    sent = {"Content_Type": "application/json", "Cookie": bob}
    assert site.send("GET", exported, Cookie=bob)[0] == 404
    assert site.send("PATCH", f"/api/conversations/{id}", '{"name": "mine"}', **sent)[0] == 404
    assert site.send("PUT", f"/api/conversations/{id}/ratings/1/0", '{"verdict": "up"}', **sent)[0] == 404
    assert json.loads(site.send("GET", f"/api/conversations/{id}/ratings", Cookie=bob)[1]) == []
    for path in ("undelete", "restore"):
        assert site.send("POST", f"/api/conversations/{id}/{path}", "{}", **sent)[0] == 404
    assert site.send("DELETE", f"/api/conversations/{id}", Cookie=bob)[0] == 404
    assert id not in site.send("GET", "/api/conversations?q=harbour", Cookie=bob)[1]
    assert id in site.send("GET", "/api/conversations?q=harbour", Cookie=ada)[1]


def test_each_has_a_choice_of_model_of_their_own(site: Site) -> None:
    ada, bob = site.cookie("ada"), site.cookie("bob")
    chosen, sent = "/api/models/chosen", {"Content_Type": "application/json", "Cookie": ada}
    assert site.send("PUT", chosen, '{"llm": "ollama:mine", "strictness": "strict"}', **sent)[0] == 200
    assert json.loads(site.send("GET", chosen, Cookie=ada)[1])["llm"] == "ollama:mine"
    assert json.loads(site.send("GET", chosen, Cookie=bob)[1]) == {"llm": "", "strictness": "", "judge": ""}
    for wrong in ('{"llm": 1}', '{"llm": "' + "x" * 501 + '"}', "[]", "{"):
        assert site.send("PUT", chosen, wrong, **sent)[0] == 422
    with closing(opened(site.kept)) as database:
        People(database).remove("ada")
        People(database).add("ada", PASSWORD)
    assert json.loads(site.send("GET", chosen, Cookie=site.cookie("ada"))[1])["llm"] == ""


def test_wrong_passwords_are_slowed_down_and_names_are_not_told(site: Site) -> None:
    refused = [site.log_in(name, "wrong password") for name in ("eve", "nobody")]
    assert refused[0][:2] == refused[1][:2]
    assert refused[0][0] == 401
    for _ in range(12):
        status, _, headers = site.log_in("eve", "wrong password")
    assert status == 429
    assert int(headers["retry-after"]) >= 1


def test_in_the_browser_two_people_keep_apart(tmp_path: Path) -> None:
    kept = tmp_path / FILE
    with closing(opened(kept)) as database:
        for name in ("ada", "bob"):
            People(database).add(name, PASSWORD)
    troubles: list[str] = []
    with chromium() as browser, served(ScriptedBot(SCRIPTS), kept=kept, door=Door(login=True)) as address:
        pages: dict[str, Page] = {}
        for name in ("ada", "bob"):
            page = pages[name] = browser.new_context().new_page()
            page.set_default_timeout(60_000)
            page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
            page.goto(address)
            page.fill("#name", name)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_selector("#ask textarea")
        send(pages["ada"], "the harbour?")
        pages["ada"].wait_for_selector(".answer .colophon")
        pages["ada"].wait_for_url(re.compile(r"\?c="))
        url = pages["ada"].url
        pages["bob"].goto(url)
        pages["bob"].locator("#conversations .said-so", has_text="isn’t here any more").wait_for()
        assert pages["bob"].locator("#conversations li, .answer").count() == 0
        pages["ada"].reload()
        pages["ada"].wait_for_selector(".answer .colophon")
        assert troubles == []
        pages["ada"].get_by_role("button", name="Log out").click()
        pages["ada"].wait_for_selector("#password")


def through(app: Any, client: str = "127.0.0.1", path: str = "/api/me", **headers: str) -> tuple[int, str]:  # noqa: ANN401
    """What an ASGI application answers to a request: its status, and the person or the refusal."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": pairs,
        "client": (client, 1),
    }
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent).decode()


async def whoever(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{person_in(scope)} over {scope.get('scheme')}".encode()})


def test_a_proxys_header_is_believed_from_the_proxy_alone(tmp_path: Path) -> None:
    with closing(opened(tmp_path / FILE)) as database:
        door = Door(header="X-Remote-User", trusted=("10.0.0.0/8",))
        login = Login(whoever, door, People(database), door.networks)
        assert through(login, "10.9.8.7", X_Remote_User="ada", X_Forwarded_Proto="https") == (200, "ada over https")
        assert through(login, "127.0.0.1", X_Remote_User="ada")[0] == 401
        assert through(login, "10.9.8.7")[0] == 401
        assert through(login, "10.9.8.7", X_Remote_User=" ")[0] == 401
        assert through(login, "nowhere", X_Remote_User="ada")[0] == 401
        assert through(login, "10.9.8.7", path="/login")[0] == 401
    with pytest.raises(LibraryError, match="--trust"):
        _ = Door(header="X", trusted=("the proxy",)).networks


def test_other_names_are_answered_to_where_they_are_given() -> None:
    guard = Guard(whoever, ("Docs.Example",))
    assert through(guard, host="docs.example:7860")[0] == 200
    assert through(guard, host="192.168.1.5:7860")[0] == 200, "an address can't be pointed elsewhere"
    assert through(guard, host="evil.example")[0] == 421
    assert through(guard)[0] == 421


def test_a_login_ends_with_its_time_its_password_and_its_user(tmp_path: Path) -> None:
    clock = Clock()
    with closing(opened(tmp_path / FILE)) as database:
        people = People(database, clock)
        assert people.add("ada", PASSWORD)
        assert people.log_in("ada", "wrong") is None
        assert people.log_in("nobody", PASSWORD) is None
        token = people.log_in("ada", PASSWORD)
        assert token
        assert people.person(token) == "ada"
        clock.now += LASTS + 1
        assert people.person(token) is None
        token = people.log_in("ada", PASSWORD) or ""
        assert not people.add("ada", "another password")
        assert people.person(token) is None
        assert people.log_in("ada", PASSWORD) is None
        token = people.log_in("ada", "another password") or ""
        conversations = Conversations(database)
        ask(conversations, "the harbour?", person="ada")
        assert people.remove("ada")
        assert people.person(token) is None
        people.add("ada", PASSWORD)
        assert conversations.listed("ada") == [], "whoever has the name later sees nothing of it"
        for name, password in (("a b", PASSWORD), ("", PASSWORD), ("-x", PASSWORD), ("ok", "short")):
            with pytest.raises(LibraryError):
                people.add(name, password)


def test_each_failure_makes_the_next_wait_longer() -> None:
    clock = Clock()
    failures = Failures(3, clock=clock)
    waits = []
    for _ in range(6):
        failures.note("ada")
        waits.append(failures.wait("ada"))
    assert waits == [0, 0, 1, 2, 4, 8]
    assert failures.wait("bob") == 0
    clock.now += 5
    assert failures.wait("ada") == 3
    failures.forget("ada")
    assert failures.wait("ada") == 0


def test_the_commands_for_users(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:  # noqa: ANN401
    where = ["--library", str(tmp_path)]
    typed: list[str] = []

    def prompt(text: str) -> str:
        typed.append(text)
        return PASSWORD

    monkeypatch.setattr("click.termui.hidden_prompt_func", prompt)
    assert main(["chat", "--login", "--no-browser", *where]) == 1
    assert "onrecord user add" in capsys.readouterr().err
    assert main(["user", "add", "ada", *where]) == 0
    assert len(typed) == 2
    assert PASSWORD not in (tmp_path / FILE).read_bytes().decode("latin-1")
    assert main(["user", "list", *where]) == 0
    assert capsys.readouterr().out == "ada\n"
    assert main(["user", "remove", "bob", *where]) == 1
    assert main(["user", "remove", "ada", "--yes", *where]) == 0
    assert main(["user", "list", *where]) == 0
    assert capsys.readouterr().out == ""
    assert main(["chat", "--login", "--login-header", "X", *where]) == 2
    assert main(["chat", "--trust", "10.0.0.0/8", *where]) == 2
