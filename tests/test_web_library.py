"""The library in the page, in a real Chromium over a real library: adding, finding, tagging, removing, restricting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from app.chatbot import Chatbot
from app.libraries import SAMPLE, OwnOrSample
from app.web.routes_library import LARGEST
from retrieval import fetch as fetching
from retrieval import public_web
from retrieval.public_web import is_public
from tests.browser import Watched, chromium, served
from tests.loopback import Handler, running
from tests.test_web_adding import LONG

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EXAMPLES = ("What did Zuckerberg say about DeepSeek?",)
HOSTILE = "<img src=x onerror='globalThis.pwned=1'>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("library")
    with Chatbot(folder / "library") as bot:
        bot.add(SAMPLE)
        yield bot


@pytest.fixture(scope="module")
def address(bot: Chatbot) -> Iterator[str]:
    with served(bot, EXAMPLES) as at:
        yield at


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    watched = Watched(context.new_page(), address)
    watched.page.evaluate("globalThis.pwned = 0")
    opened(watched.page)
    yield watched.page
    assert not watched.page.evaluate("globalThis.pwned")
    context.close()
    assert watched.troubles == []


def opened(page: Page) -> None:
    page.locator("#side [role=tab]", has_text="Library").click()
    page.wait_for_selector("#library .documents li")


def titles(page: Page) -> list[str]:
    """As they are, also below the fold, where a browser that has not drawn them yet gives no inner text."""
    return page.locator("#library .documents button.title").all_text_contents()


def row(page: Page, title: str) -> str:
    return f"#library .documents li:has(button.title:text-is('{title}'))"


def listed(page: Page, count: int) -> None:
    """Wait until the list has so many documents."""
    rows = page.locator("#library .documents li")
    rows.nth(count - 1).wait_for()
    rows.nth(count).wait_for(state="detached")


def choose(page: Page, *files: Path) -> None:
    page.locator("#drop input[multiple]").set_input_files(list(files))
    page.wait_for_selector("#added .tools :text('Clear')")


def remove_all(page: Page, word: str) -> None:
    """Take what a test added out again."""
    page.locator("#library input[type=search]").fill(word)
    page.wait_for_selector("#library .bar :text('Tick')")
    page.locator("#library .bar .act").click()
    page.locator("#library .bar .act", has_text="Remove").click()
    page.wait_for_selector("#library .undo :text('Undo')")


def test_a_bad_file_among_good_ones_is_said_and_stops_nobody(page: Page, bot: Chatbot, tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text("The long pier\n\nThe zeppelin pier is 300 metres long.", "utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "not-a.pdf").write_text("%PDF-1.4 but no more", "utf-8")
    (tmp_path / "picture.md").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "a table.xlsx").write_bytes(b"PK")
    (tmp_path / "quay.md").write_text("# The old quay\n\nThe zeppelin quay is older.", "utf-8")
    choose(page, *sorted(tmp_path.iterdir()))
    results = dict(
        zip(
            page.locator("#added li .name").all_inner_texts(),
            page.locator("#added li .state").all_inner_texts(),
            strict=True,
        )
    )
    assert results["pier.txt"] == results["quay.md"] == "added"
    assert "is empty" in results["empty.txt"]
    assert "PNG image" in results["picture.md"]
    assert "not-a.pdf" in results["not-a.pdf"]
    assert "reads .txt, .md, .html and .pdf" in results["a table.xlsx"]
    assert page.locator("#added .summary").inner_text() == "2 of 6 documents stored · 4 not"
    page.wait_for_selector(row(page, "The long pier"))
    assert {entry.uri.rpartition("/")[2] for entry in bot.documents() if entry.uri.startswith("upload:")} == {
        "pier.txt",
        "quay.md",
    }
    remove_all(page, "zeppelin")


def states(page: Page) -> dict[str, str]:
    """What became of each, by name."""
    names, said = (page.locator(f"#added li {of}").all_inner_texts() for of in (".name", ".state"))
    return dict(zip(names, said, strict=True))


def uploads(bot: Chatbot) -> list[str]:
    """The names of what was added in the page, in the order of adding."""
    return [entry.uri.partition("/")[2] for entry in bot.documents() if entry.uri.startswith("upload:")]


def test_an_edited_file_takes_the_place_of_the_old_one_unless_both_are_wanted(
    page: Page, bot: Chatbot, tmp_path: Path
) -> None:
    pier = tmp_path / "pier.txt"
    pier.write_text("The zeppelin pier is 300 metres long.", "utf-8")
    choose(page, pier)
    pier.write_text("The zeppelin pier is 310 metres long.", "utf-8")
    choose(page, pier)
    state = page.locator("#added .state")
    assert state.inner_text() == "took the place of its earlier version · Keep both"
    listed(page, 11)
    state.locator("button").click()
    page.wait_for_selector("#added .state:text('its earlier version stays too')")
    assert page.evaluate("document.activeElement.textContent") == "Clear"
    listed(page, 12)
    pier.write_text("Rye bread keeps for a week, say those who bake it.\n\nA zeppelin does not.", "utf-8")
    choose(page, pier)
    assert "another document of this name has other words, and stays" in state.inner_text()
    listed(page, 13)
    state.locator("button").click()
    page.wait_for_selector("#added .state:text('took the place of the other')")
    listed(page, 12)
    assert len(uploads(bot)) == 2
    remove_all(page, "zeppelin")


def test_what_is_cancelled_half_way_is_not_stored_and_the_rest_is(page: Page, bot: Chatbot, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(LONG)
    (tmp_path / "b.txt").write_bytes(b"Also " + LONG)
    (tmp_path / "c.txt").write_text("The zeppelin quay is old.", "utf-8")
    page.locator("#drop input[multiple]").set_input_files(sorted(tmp_path.iterdir()))
    page.locator("#added .state", has_text="reading…").wait_for()
    for name in ("a.txt", "b.txt"):
        page.get_by_role("button", name=f"Cancel {name}").click()
    page.wait_for_selector("#added .tools :text('Clear')")
    assert states(page) == {"a.txt": "Cancelled.", "b.txt": "Cancelled.", "c.txt": "added"}
    assert uploads(bot) == ["c.txt"]
    assert page.locator("#added .summary").inner_text() == "1 of 3 documents stored · 2 not"
    remove_all(page, "zeppelin")


def test_a_folder_that_is_dropped_is_added_with_all_that_is_in_it(page: Page, bot: Chatbot, tmp_path: Path) -> None:
    folder = tmp_path / "harbour"
    (folder / "old").mkdir(parents=True)
    (folder / "pier.txt").write_text("The zeppelin pier is new.", "utf-8")
    (folder / "old" / "quay.md").write_text("# Quay\n\nThe zeppelin quay is old.", "utf-8")
    (folder / "old" / "plan.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.txt").write_text("The zeppelin is hidden.", "utf-8")
    drop(page, folder)
    page.wait_for_selector("#added .tools :text('Clear')")
    assert states(page) == {"harbour/old/quay.md": "added", "harbour/pier.txt": "added"}
    assert page.locator("#added .note").inner_text() == "2 files of other kinds passed over."
    assert sorted(uploads(bot)) == ["harbour/old/quay.md", "harbour/pier.txt"]
    remove_all(page, "zeppelin")


def drop(page: Page, path: Path) -> None:
    """Drop a file or a folder of this machine, as a hand with a mouse would."""
    box = page.locator("#drop").bounding_box()
    assert box
    there = {"x": box["x"] + 9, "y": box["y"] + 9}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "data": data, **there})


def test_a_file_that_is_too_large_is_refused_by_the_page_and_by_the_server(
    page: Page, address: str, tmp_path: Path
) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    choose(page, large)
    assert states(page) == {"large.txt": "This file is larger than 64 MB. Split it and add the parts."}
    with large.open("rb") as file:
        refused = httpx.post(f"{address}/api/library/files", files={"file": ("large.txt", file)}, timeout=30)
    assert refused.status_code == 413
    assert "up to 64 MiB" in refused.json()["error"]


class _Site(Handler):
    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        body = b"<title>The pier</title><p>The zeppelin pier opens in June, said the harbour board.</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_a_web_address_is_added_and_one_inside_is_not(
    page: Page, bot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(_Site) as site:
        field = page.get_by_label("Web address to add")
        field.fill(f"{site}/pier")
        field.press("Enter")
        page.wait_for_selector("#added .tools :text('Clear')")
        assert "names the port" in states(page)[f"{site}/pier"]
        monkeypatch.setattr(fetching, "PORTS", {int(site.rpartition(":")[2])})
        field.fill(f"{site}/pier")
        field.press("Enter")
        page.wait_for_selector("#added .state:text('leads to no public web server')")
        monkeypatch.setattr(public_web, "is_public", lambda address: address == "127.0.0.1" or is_public(address))
        field.fill(f"{site}/pier")
        field.press("Enter")
        page.wait_for_selector("#added .good .state:text-is('added')")
        assert bot.documents()[-1].uri == f"{site}/pier"
    remove_all(page, "zeppelin")


def test_two_people_who_add_many_at_once_are_served_in_turns(
    page: Page, bot: Chatbot, address: str, tmp_path: Path
) -> None:
    for name in ("ada", "bob"):
        (tmp_path / name).mkdir()
        for n in range(6):
            (tmp_path / name / f"{name} {n}.txt").write_text(f"Zeppelin {n} of {name} has {n + 3} cabins.", "utf-8")
    other = Watched(page.context.new_page(), address)
    opened(other.page)
    for who, name in ((page, "ada"), (other.page, "bob")):
        who.locator("#drop input[multiple]").set_input_files(sorted((tmp_path / name).iterdir()))
    for who in (page, other.page):
        who.wait_for_selector("#added .tools :text('Clear')")
        assert who.locator("#added .summary").inner_text() == "6 of 6 documents stored"
    order = [name.split()[0] for name in uploads(bot)]
    assert len(order) == 12
    assert order.index("bob") < 6, "the second one did not wait until the first one was through"
    other.page.close()
    assert other.troubles == []
    remove_all(page, "zeppelin")


def test_hostile_names_and_titles_are_shown_as_they_are(page: Page, bot: Chatbot, tmp_path: Path) -> None:
    bad = tmp_path / f"{HOSTILE.replace('/', '')}.txt"
    bad.write_text(f"{HOSTILE}\n\nDirigible words stand here, and {HOSTILE} too.", "utf-8")
    choose(page, bad)
    page.wait_for_selector("#library .documents button.title:text('<img')")
    assert page.locator("#added .name").inner_text() == bad.name
    assert page.locator("#library img").count() == 0
    entry = bot.documents()[-1]
    page.locator("#library .documents li").first.locator(".link", has_text="+ tag").click()
    page.keyboard.type(HOSTILE)
    page.keyboard.press("Enter")
    page.wait_for_selector("#library .tag")
    assert bot.documents()[-1].tags == (HOSTILE,)
    page.locator("#library .documents li").first.locator("input[type=checkbox]").check()
    page.locator("#library .bar .act").first.click()
    assert page.locator("#only .part").inner_text().startswith("“<img")
    assert page.locator("#only img").count() == 0
    page.locator("#only .everything").click()
    page.locator("#library .bar .act", has_text="Remove").click()
    page.wait_for_selector("#library .undo :text('Undo')")
    assert entry.id not in {other.id for other in bot.documents()}


def test_documents_are_found_filtered_and_sorted(page: Page) -> None:
    everything = titles(page)
    assert len(everything) == 10
    search = page.locator("#library input[type=search]")
    search.fill("jevons")
    page.locator("#library .documents li").nth(4).wait_for(state="detached")
    assert "Cheap models are good news for the people who buy the machines" in titles(page)
    search.fill("no such words at all")
    page.wait_for_selector("#library .state:text('No document fits')")
    page.locator("#library .bar .link").or_(page.locator("#library input[type=search]")).first.fill("")
    listed(page, 10)
    page.locator("#library select").select_option("title")
    page.wait_for_selector("#library .documents li:nth-child(2) button.title:text('Cheap models')")
    assert titles(page) == sorted(everything, key=str.lower)
    page.locator("#library .narrowing summary").click()
    page.locator("#library .chip", has_text="Civic Byte").click()
    page.wait_for_selector("#library .chip[aria-pressed=true]")
    listed(page, 1)
    assert page.locator("#library .narrowing summary").inner_text() == "Filter · 1 document of 10"
    page.locator("#library .bar .link").click()
    page.locator("#library [aria-label='Published since']").fill("2025-01-31")
    listed(page, 2)
    assert set(titles(page)) == {"What the bosses said about DeepSeek", "Llama 4 and the bill for the machine"}


def test_a_document_is_opened_by_its_title(page: Page, bot: Chatbot) -> None:
    page.evaluate("document.addEventListener('onrecord:open', (e) => (globalThis.asked = e.detail.document))")
    title = titles(page)[0]
    page.locator("#library .documents button.title").first.click()
    assert page.evaluate("globalThis.asked") == next(entry.id for entry in bot.documents() if entry.title == title)


def test_tags_are_put_on_and_taken_off_in_place(page: Page, bot: Chatbot) -> None:
    item = page.locator(row(page, "What the bosses said about DeepSeek"))
    item.locator(".link").click()
    page.keyboard.type("chief")
    with page.expect_response("**/api/library?*"):
        page.locator("#library input[type=search]").dispatch_event("input")
    page.wait_for_timeout(50)
    page.keyboard.type(" executives")
    page.keyboard.press("Enter")
    item.locator(".tag").wait_for()
    assert [entry.tags for entry in bot.documents() if entry.tags] == [("chief executives",)]
    page.locator("#library .narrowing summary").click()
    page.locator("#library .chip", has_text="#chief executives").click()
    listed(page, 1)
    page.locator("#library .bar .act").click()
    assert page.locator("#only .part span").inner_text() == "#chief executives"
    page.locator("#only .everything").click()
    item.locator(".tag .lift").click()
    item.locator(".tag").wait_for(state="detached")
    assert not any(entry.tags for entry in bot.documents())


def test_what_was_removed_comes_back_whole(page: Page, bot: Chatbot) -> None:
    title = "Llama 4 and the bill for the machine"
    before = next(entry for entry in bot.documents() if entry.title == title)
    bot.tag(before.id, ["kept"])
    before = next(entry for entry in bot.documents() if entry.title == title)
    said = bot.quotations_of(bot.document(before.id))
    page.locator(row(page, title)).locator("button.remove").click()
    page.wait_for_selector(row(page, title), state="detached")
    assert before.id not in {entry.id for entry in bot.documents()}
    assert page.locator("#library h2.whose").inner_text() == "Your library · 9 documents"
    page.reload()
    opened(page)
    assert title not in titles(page)
    page.locator("#library .bin summary").click()
    page.locator("#library .bin .link").first.click()
    page.wait_for_selector(row(page, title))
    assert next(entry for entry in bot.documents() if entry.title == title) == before
    assert bot.quotations_of(bot.document(before.id)) == said
    assert bot.check() == []


def test_a_question_is_restricted_to_what_was_chosen_and_the_answer_says_so(page: Page) -> None:
    asked = "How far did Nvidia's share price fall?"
    for title in ("Llama 4 and the bill for the machine", "What the bosses said about DeepSeek"):
        page.locator(row(page, title)).locator("input").check()
    page.locator("#library .bar .act", has_text="Ask only these").click()
    assert page.locator("#only .part span").all_inner_texts() == ["2 documents"]
    ask(page, asked)
    page.wait_for_selector(".answer .note:text('Only in “')")
    assert "Nvidia reports record loss" not in page.locator("#chat .answer").last.inner_text()
    page.locator("#only .lift").click()
    assert page.locator("#only .only").count() == 0
    ask(page, asked)
    page.locator("#chat .answer").nth(1).locator(".colophon").wait_for()
    assert page.locator("#chat .note", has_text="Only in").count() == 1


def ask(page: Page, question: str) -> None:
    page.locator("#ask textarea").fill(question)
    page.locator("#ask textarea").press("Enter")


def test_only_an_outlet_and_days_are_words_above_the_question(page: Page) -> None:
    page.locator("#library .narrowing summary").click()
    page.locator("#library .chip", has_text="Harrow Street Ledger").click()
    listed(page, 1)
    page.locator("#library [aria-label='Published since']").fill("2025-01-02")
    page.wait_for_selector("#library .bar :text('Ask only')")
    page.locator("#library .bar .act").click()
    assert page.locator("#only .part span").all_inner_texts() == ["Harrow Street Ledger", "since 2 January 2025"]
    ask(page, "What did Zuckerberg say about DeepSeek?")
    page.wait_for_selector(".answer .note")
    assert "Only from Harrow Street Ledger, published since 2 January 2025." in page.locator(".note").all_inner_texts()
    assert set(page.locator("#chat .remark .by").all_inner_texts())
    assert all("Harrow Street Ledger" in by for by in page.locator("#chat .remark .by").all_inner_texts())


def test_what_is_added_to_the_sample_is_asked_instead_of_it(browser: Browser, tmp_path: Path) -> None:
    article = tmp_path / "pier.txt"
    article.write_text("The pier\n\n“The pier will be long,” said Ada Verne, the chief executive.", "utf-8")
    (tmp_path / "empty.txt").touch()
    with Chatbot(tmp_path / "sample") as sample:
        sample.add(SAMPLE / "visor-reality-labs.txt")
        either = OwnOrSample(sample, tmp_path / "own")
        with served(either, EXAMPLES) as address:
            watched = Watched(browser.new_page(viewport={"width": 1280, "height": 800}), address)
            page = watched.page
            assert "asking the sample library: 1 article" in page.locator(".welcome").inner_text()
            assert page.locator(".example").count() == len(EXAMPLES)
            opened(page)
            assert page.locator("#library .whose").inner_text() == "The sample library · 1 document"
            assert page.locator("#library button.remove").count() == 0
            assert page.locator("#library .tags").count() == 0
            choose(page, tmp_path / "empty.txt")
            assert page.locator("#library .about.switched").count() == 0, "nothing was added, so the sample is asked"
            choose(page, article)
            page.wait_for_selector("#library .about.switched")
            page.wait_for_selector("#library .whose:text('Your library · 1 document')")
            page.wait_for_selector(".welcome :text('your library')")
            assert page.locator(".example").count() == 0, "the examples are questions to the sample"
            ask(page, "What did Ada Verne say about the pier?")
            page.wait_for_selector(".answer .colophon")
            assert page.locator(".remark .exact").inner_text() == "“The pier will be long,”"
            page.close()
        either.close()
    assert watched.troubles == []


def test_every_button_of_the_library_says_what_it_does(page: Page) -> None:
    for button in page.locator("#library button").all():
        name = button.get_attribute("aria-label") or button.text_content()
        assert re.search(r"[A-Za-z]{2}", name or ""), button.evaluate("b => b.outerHTML")
