"""The page of an evaluation: self-contained, inert whatever the documents hold, and readable in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html  # type: ignore[import-untyped]

from app.answer import Answer, Citation, Disagreement, LeftOut, Position, Source, Statement
from app.evaluation.compare import compare
from app.evaluation.html import page
from app.evaluation.run import Evaluation
from app.evaluation.scoring import EvalQuestion, Outcome, score
from tests.browser import chromium

EVIL = '"><script>alert(1)</script><img src=http://192.0.2.1/x onerror=alert(2)>\x1b[31m $60 and $65 \u202e'


def evaluation(text: str = EVIL) -> Evaluation:
    """Two questions in which every string that a person, a document or a model can choose is this one."""
    source = Source("abc", text, text, "2025-01-31", text)
    citation = Citation(1, text, 0, len(text), text, source)
    answer = Answer(
        text,
        True,
        text,
        (Statement(text, "supported", (1,)),),
        (LeftOut(text, text),),
        (citation,),
        (Disagreement(text, (Position(text, (1,)), Position(text, (1,)))),),
        notes=(text,),
    )
    expected = EvalQuestion(
        text, text, facts=((text,),), quotes=((text,),), speakers=(text,), sources=(text,), tags=(text,)
    )
    good = score(expected, Outcome(answer, 0.2, texts={"abc": text}))
    silent = score(replace(expected, id="silent " + text), Outcome(Answer(text, False, text, closest=(citation,)), 0.1))
    failed = score(EvalQuestion(text, "failed", silence=True), Outcome(None, 3.0, text))
    return Evaluation((good, silent, failed), text, "2026-11-21T10:00:00+00:00")


@pytest.fixture(scope="module")
def rendered() -> str:
    some = evaluation()
    now = {s.expected.id: s.counts for s in some.scored}
    return page(some, compare(now, now))


def test_nothing_that_a_document_holds_becomes_markup(rendered: str) -> None:
    tree = html.fromstring(rendered)
    assert tree.xpath("//script | //img | //iframe | //object | //link | //a | //form") == []
    assert [
        name for element in tree.iter() for name in element.attrib if name.startswith("on") or name == "style"
    ] == []
    assert "alert(1)" in tree.text_content()
    assert "\x1b" not in rendered
    assert "\u202e" not in rendered


def test_nothing_is_fetched_and_the_policy_says_so(rendered: str) -> None:
    tree = html.fromstring(rendered)
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    fetching = {"src", "href", "data", "{http://www.w3.org/1999/xlink}href", "xlink:href", "srcset", "action"}
    targets = [value for element in tree.iter() for name, value in element.attrib.items() if name in fetching]
    assert all(value.startswith("#") for value in targets)
    assert "@import" not in rendered


def test_it_shows_every_question_the_failing_first(rendered: str) -> None:
    details = html.fromstring(rendered).xpath("//details")
    assert len(details) == 3
    assert [d.get("open") is not None for d in details] == sorted(
        (d.get("open") is not None for d in details), reverse=True
    )
    confusion = [cell.text for cell in html.fromstring(rendered).xpath("//table[@class='confusion']//td[@class]")]
    assert confusion == ["1", "1", "0", "0", "0", "1"]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it_without_a_word_of_complaint(rendered: str, tmp_path: Path, width: int, scheme: str) -> None:
    (tmp_path / "report.html").write_text(rendered, encoding="utf-8")
    troubles: list[str] = []
    with chromium() as browser:
        view = browser.new_page(
            viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
        )
        view.on("console", lambda line: troubles.append(line.text))
        view.on("dialog", lambda dialog: troubles.append(dialog.message))
        view.on("request", lambda request: None if request.url.startswith("file:") else troubles.append(request.url))
        view.goto((tmp_path / "report.html").as_uri())
        assert troubles == []
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        ink, paper = view.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
        brightness = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (ink, paper)]
        assert brightness == sorted(brightness, reverse=scheme == "dark")
        fill = view.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill")
        assert fill == ink
