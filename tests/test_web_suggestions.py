"""Questions that are offered: drawn from what is on record, and each of them answered by the library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.answer import Answer
from app.chatbot import Chatbot
from app.web.keeping import FILE, opened
from app.web.suggestions import MOST, Examples, after, questions_from
from app.web.turn import turns
from tests.browser import Watched, chromium, served
from tests.libraries import sample_bot

__all__ = ["sample_bot"]
ASKED = "What did Zuckerberg say about DeepSeek?"


def answer(bot: Chatbot, question: str) -> Answer:
    return bot.ask(question, llm="extractive")


@pytest.mark.parametrize(
    "question", [ASKED, "How far did Nvidia's share price fall?", "What did Nadella say about AI?"]
)
def test_what_is_offered_after_an_answer_is_answered_with_something_else(sample_bot: Chatbot, question: str) -> None:
    turn = list(turns(sample_bot, question, ()))[-1]
    offered = after(sample_bot, turn)
    assert 2 <= len(offered) <= MOST
    assert question not in offered
    assert turn.answer
    told = {one.text for one in turn.answer.statements}
    for one in offered:
        found = answer(sample_bot, one)
        assert found.answered, one
        assert {statement.text for statement in found.statements} - told, one
    assert offered[0] not in after(sample_bot, turn, offered)


@pytest.mark.parametrize(
    "question",
    ["Why does Zuckerberg not cut spending?", "How far did Nvidia's shares fall?", "What is Meta's revenue?"],
)
def test_nobody_is_asked_about_themselves_and_no_name_owns_nothing(sample_bot: Chatbot, question: str) -> None:
    offered = after(sample_bot, list(turns(sample_bot, question, ()))[-1])
    assert offered
    for one in offered:
        who, _, matter = one.removesuffix("?").replace("’s view of ", " say about ").partition(" say about ")
        assert not set(who.split()) & set(matter.split()), one
        assert not re.search(r"[’']s?( changed)?$", matter), one


def test_a_library_without_quotations_offers_nothing(tmp_path: Path) -> None:
    file = tmp_path / "pier.txt"
    file.write_text("The pier\n\nThe pier is long. It was built in 1904 of oak and iron.", "utf-8")
    with Chatbot(tmp_path / "library") as bot, closing(opened(tmp_path / FILE)) as database:
        bot.add(file)
        assert after(bot, list(turns(bot, "How long is the pier?", ()))[-1]) == []
        assert Examples(database, bot).draw("x", [document.id for document in bot.documents()]) == []


def test_examples_are_drawn_once_for_each_change_of_the_library(sample_bot: Chatbot, tmp_path: Path) -> None:
    with closing(opened(tmp_path / FILE)) as database:
        examples = Examples(database, sample_bot)
        ids = sorted(document.id for document in sample_bot.documents())
        drawn = examples.draw("another library", ids)
        assert len(drawn) == MOST
        assert all(answer(sample_bot, one).answered for one in drawn)
        assert len({one.split(" say ")[0] for one in drawn}) == MOST, "not the same speaker thrice"
        while not (kept := examples()):
            pass
        assert list(kept) == drawn
        assert database.all("SELECT count(*) FROM examples") == [(1,)]


def test_questions_name_what_people_speak_of(sample_bot: Chatbot) -> None:
    quotations = [
        one for entry in sample_bot.documents() for one in sample_bot.quotations_of(sample_bot.document(entry.id))
    ]
    found = list(questions_from(quotations, "Zuckerberg on DeepSeek"))
    assert found
    assert not any("DeepSeek?" in one or "’s?" in one for one in found)


@pytest.fixture
def address(sample_bot: Chatbot) -> Iterator[str]:
    with served(sample_bot) as at:
        yield at


def test_they_are_offered_in_the_page_and_asked_with_a_click(address: str) -> None:
    with chromium() as browser:
        watched = Watched(browser.new_page(viewport={"width": 1400, "height": 850}), address)
        page = watched.page
        watched.ask(ASKED)
        offered = page.locator("#next button")
        offered.nth(1).wait_for()
        first = offered.first.inner_text()
        offered.first.focus()
        page.keyboard.press("Enter")
        page.locator("#chat .answer .colophon").nth(1).wait_for()
        assert page.locator("#chat .question").all_inner_texts() == [ASKED, first]
        offered.first.wait_for()
        page.locator("#new").click()
        page.wait_for_selector(".welcome")
        offered.first.wait_for(state="detached")
        page.reload()
        page.locator(".example").nth(MOST - 1).wait_for()
        page.close()
    assert watched.troubles == []
