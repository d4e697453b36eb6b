"""The figure that a question asks for, by measure, owner, period and standing; and headings that tell whose it is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given as fits
from hypothesis import strategies as st

from app import Chatbot
from app.compare.asked import given, look_up
from app.compare.figures import _stands_inside
from app.evidence.headings import _LINE, _lines, is_heading, stems_above
from app.questions.question import understand
from retrieval.documents import Document
from retrieval.sentences import split_sentences
from tests.hashing import hashing


@pytest.mark.parametrize(
    ("question", "sentence", "figure"),
    [
        ("What was Norvik's revenue?", "Norvik reported revenue of $48 million.", "$48 million"),
        ("What was Norvik's revenue?", "Norvik's sales came to $48 million.", "$48 million"),
        ("What was Norvik's revenue?", "Analysts expected Norvik to post revenue of $47 million.", None),
        ("What revenue did analysts expect of Norvik?", "Analysts expected revenue of $47 million.", "$47 million"),
        ("What revenue did analysts expect of Norvik?", "Norvik reported revenue of $48 million.", None),
        ("What was Norvik's revenue?", "Norvik had a loss of $3 million.", None),
        ("What was Norvik's revenue?", "Bix reported revenue of $9 million.", None),
        ("What was Norvik's revenue in the fourth quarter?", "Norvik's first-quarter revenue was $9 million.", None),
        ("How much did Norvik spend in 2025?", "Norvik spent $14 million in the fourth quarter.", None),
        ("How large was Norvik's operating loss?", "Norvik's net loss was $3 million.", None),
        ("How large was Norvik's loss?", "Since 2020 Norvik's losses add up to $60 million.", None),
        ("How large was Norvik's loss?", "I eat a bean for every hundred dollars that Norvik has lost.", None),
        ("What is Norvik?", "Norvik reported revenue of $48 million.", None),
    ],
)
def test_only_a_figure_of_the_very_thing_is_given(question: str, sentence: str, figure: str | None) -> None:
    found = given(understand(question), Document(sentence, "A note", "/note.txt"), (0, len(sentence)))
    assert (found.written if found else None) == figure


def test_the_owner_of_a_thing_is_not_the_thing() -> None:
    text = "The owner of Pling and Plong said that sales came to $48 million."
    found = given(understand("What was Norvik's revenue?"), Document(text, "Norvik's year", "/n"), (0, len(text)))
    assert found is not None


def test_more_is_looked_up_by_name_and_by_the_words_of_the_measure() -> None:
    names, words = look_up(understand("How much will Norvik spend on plants in 2025?")) or ([], [])
    assert names == ["Norvik"]
    assert "budget" in words
    assert look_up(understand("How much will be spent?")) is None
    assert look_up(understand("Where is Norvik?")) is None


def test_a_sentence_stands_under_its_heading() -> None:
    text = "Two firms.\n\nNorvik Sleds\n\nIt lost $3 million. Nobody minded.\n\nBix\n\nIt did well, they said.\n"
    document = Document(text, "Firms", "/f")
    spans = [span for span in split_sentences(text) if text[slice(*span)].endswith(".")]
    assert [text[slice(*s)] for s in spans][1:] == ["It lost $3 million.", "Nobody minded.", "It did well, they said."]
    assert [sorted(stems) for stems in stems_above(document, spans)[1:]] == [["norvik", "sled"]] * 2 + [["bix"]]


def test_a_heading_is_no_answer_unless_it_gives_a_figure() -> None:
    text = "Two firms.\n\nNorvik Sleds\n\nIt lost $3 million.\n\nFounded in 1990\n\nIt did well, they said.\n"
    document = Document(text, "Firms", "/f")
    told = {text[slice(*span)]: is_heading(document, span) for span in split_sentences(text)}
    assert [line for line, heading in told.items() if heading] == ["Norvik Sleds"]
    assert {"It lost $3 million.", "Founded in 1990"} <= told.keys()


def test_page_furniture_and_lists_are_no_headings() -> None:
    text = "Two firms.\n\nShare this\n\nIt lost $3 million.\n\nApples\nPears\n\nThey are sold here.\n"
    start = text.index("Share")
    document = Document(text, "Firms", "/f", noise=((start, start + 10),))
    spans = [(text.index(s), text.index(s) + len(s)) for s in ("It lost $3 million.", "They are sold here.")]
    assert stems_above(document, spans) == [frozenset(), frozenset()]


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    """A library in which one outlet's word on a budget stands in none of the best passages."""
    about = [
        f"Norvik plans to spend $60 million on new plants this year, note {n} says. Norvik's budget for plants is $60 "
        f"million. How much Norvik will spend on plants is plain from note {n}."
        for n in range(12)
    ]
    aside = (
        "Otters swim. " * 60 + "The firm could spend as much as $80 million on plants in 2025. " + "They sleep. " * 60
    )
    folder = tmp_path / "notes"
    folder.mkdir()
    for n, text in enumerate(about):
        head = f"---\ntitle: Note {n}\noutlet: Outlet {n}\ndate: 2025-01-{n + 10}\n---\n\n"
        (folder / f"{n}.md").write_text(head + text)
    (folder / "aside.md").write_text(
        f"---\ntitle: Norvik and the otters\noutlet: Otter News\ndate: 2025-01-09\n---\n\n{aside}"
    )
    bot = Chatbot(tmp_path / "library", embed=hashing)
    bot.add(folder)
    return bot


def test_figures_outside_the_best_passages_are_compared_too(bot: Chatbot) -> None:
    answer = bot.ask("How much will Norvik spend on plants in 2025?", today=date(2025, 2, 1))
    [disagreement] = answer.disagreements
    sides = {p.value: p.sources for p in disagreement.positions}
    assert set(sides) == {"$60 million", "as much as $80 million"}
    assert sides["as much as $80 million"] == ("Otter News",)


def test_the_value_asked_for_comes_without_other_figures(tmp_path: Path) -> None:
    text = (
        "Analysts had pencilled in fourth-quarter revenue of $47.0 million for Norvik. Norvik's revenue in the fourth "
        "quarter came to $48.4 million. Its revenue forecast for the first quarter is $39 million.\n\n"
        "Sled Works\n\nThe division had a fourth-quarter loss of $5 million on sales of $1 million."
    )
    (tmp_path / "note.txt").write_text(f"Norvik's winter\n\n{text}")
    with Chatbot(tmp_path / "library", embed=hashing) as bot:
        bot.add(tmp_path / "note.txt")
        revenue = bot.ask("What was Norvik's revenue in the fourth quarter?")
        loss = bot.ask("How large was the loss of Sled Works in the fourth quarter?")
    assert [s.text for s in revenue.statements] == ["Norvik's revenue in the fourth quarter came to $48.4 million."]
    assert [s.text for s in loss.statements] == [
        "The division had a fourth-quarter loss of $5 million on sales of $1 million."
    ]


@fits(st.text(alphabet="aN,. _3\n", max_size=30), st.text(alphabet="aN3", min_size=1, max_size=3))
def test_a_name_is_found_behind_a_small_letter_or_a_comma(text: str, word: str) -> None:
    assert _stands_inside(word, text) == bool(re.search(rf"[a-z,]\s{re.escape(word)}\b", text))


@fits(st.lists(st.sampled_from(["\n", "#", " ", "\t", "A", "b", ".", "1", "Word ", "w" * 97, " " * 60])).map("".join))
def test_headings_are_tried_only_where_one_can_be(text: str) -> None:
    assert [m.span() for m in _lines(text)] == [m.span() for m in _LINE.finditer(text)]
