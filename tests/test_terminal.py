"""An answer in a terminal: nothing is lost, nothing a document says is obeyed, nothing runs over the edge."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Answer, Citation, Disagreement, LeftOut, Position, Remark, Source, Statement, Variant
from app.commands import terminal
from app.compose import listed

SOURCE = Source("0123456789ab", "Of ships and shoes", "The Walrus", "2025-01-30", "/tmp/walrus.txt")
CITATION = Citation(1, "The time has come,\nto talk of many things", 10, 52, "Lewis Carroll", SOURCE)


def rendered(answer: Answer, width: int = 60) -> str:
    out = io.StringIO()
    terminal.print_answer(answer, out, width)
    return out.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


def test_an_answer_shows_its_text_and_each_source_with_speaker_outlet_and_date() -> None:
    anonymous = Citation(2, "of sealing-wax", 60, 74, None, Source("ba9876543210", "Wax", None, None, "/tmp/wax.txt"))
    answer = Answer(
        "What?",
        True,
        "It is time [1][2].",
        (Statement("It is time", "supported", (1, 2)),),
        citations=(CITATION, anonymous),
    )
    shown = words(rendered(answer, 100))
    assert "It is time [1][2]." in shown
    assert "[1] The time has come, to talk of many things Lewis Carroll · The Walrus · 2025-01-30" in shown
    assert "Of ships and shoes (onrecord show 0123456789ab, characters 10–52)" in shown
    assert "[2] of sealing-wax Wax (onrecord show ba9876543210, characters 60–74)" in shown
    assert "None" not in shown


def spoken(one: str, other: str, speaker: str = "Lewis Carroll") -> Answer:
    first = replace(CITATION, speaker=speaker, role="author", said="2025-01-29", dated_by="text")
    second = replace(
        CITATION, number=2, quote=f"“{other},” he said.", role=None, said="2025-01-30", dated_by="publication"
    )
    statement = Statement(one, "verbatim", (1, 2))
    variants = (Variant(one, (1,)), Variant(other, (2,)))
    remark = Remark(speaker, "author", "2025-01-29", "text", "direct", one, (1, 2), 0, variants)
    text = listed([statement], [first, second], by_speaker=True)
    return Answer("What?", True, text, (statement,), citations=(first, second), remarks=(remark,))


def test_a_remark_that_outlets_word_differently_says_so_under_its_bullet() -> None:
    shown = words(rendered(spoken("The time has come", "The time has nearly [1] come"), 100))
    assert "- The time has come [1][2] Worded differently: “The time has nearly [1] come” [2] Sources" in shown
    reported = spoken("The time has come", "that it is time")
    first, second = reported.citations
    reported = replace(reported, citations=(first, replace(second, quote="He said that it is time.")))
    assert "Worded differently: that it is time [2]" in words(rendered(reported, 100))
    alike = spoken("The time has come", "x")
    alike = replace(alike, remarks=(replace(alike.remarks[0], variants=()),))
    assert "Worded differently" not in rendered(alike)


@pytest.mark.parametrize("words_said", ["a [1] b", "![x](http://a.b)", "`x` <b>", "\x1b[2J [1]"])
def test_the_wordings_are_found_under_words_that_look_like_markup(words_said: str) -> None:
    shown = rendered(spoken(words_said, "something else"))
    assert "Worded differently: “something else” [2]" in words(shown)
    assert "\x1b" not in shown


def test_sources_tell_role_and_day_of_speaking_where_the_text_does() -> None:
    shown = words(rendered(spoken("The time has come", "The time"), 100))
    assert "Lewis Carroll, author · said 2025-01-29 · The Walrus · 2025-01-30" in shown
    assert "Lewis Carroll · The Walrus · 2025-01-30" in shown


def test_what_was_left_out_disagreements_notes_and_closest_passages_are_shown() -> None:
    answer = Answer(
        "What?",
        False,
        "The sources don't say.",
        left_out=(LeftOut("Pigs have wings.", "no passage says so"),),
        disagreements=(Disagreement("the oysters", (Position("17", (1,)), Position("20", (2, 3)))),),
        closest=(CITATION,),
        notes=("The model wrote nothing.",),
    )
    shown = words(rendered(answer, 100))
    for part in (
        "Pigs have wings. (no passage says so)",
        "The sources disagree: the oysters (different figures) - 17 [1] - 20 [2][3]",
        "Closest passages [1] The time",
        "Note: The model wrote nothing.",
    ):
        assert part in shown


def test_lines_are_wrapped_and_continue_under_their_start() -> None:
    long = Citation(1, "word " * 40 + "end", 0, 203, None, SOURCE)
    lines = rendered(Answer("?", True, "long " * 40 + "[1]", citations=(long,)), 40).splitlines()
    assert max(map(len, lines)) <= 40
    assert all(line == line.rstrip() for line in lines)
    quote = [line for line in lines if "word" in line]
    assert len(quote) > 3
    assert all(line.startswith("     ") for line in quote[1:])


def test_nothing_in_a_document_reaches_the_terminal_as_a_command() -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\x9b31m"
    citation = Citation(1, evil, 0, len(evil), evil, Source("0" * 12, evil, evil, None, evil), evil, evil, "text")
    assert not set(rendered(spoken(evil, evil + "x", evil))) & set("\x1b\x07\x9b\u202e")
    answer = Answer(
        "?",
        True,
        evil,
        left_out=(LeftOut(evil, evil),),
        citations=(citation,),
        disagreements=(Disagreement(evil, (Position(evil, (1,)), Position(evil, (1,)))),),
        notes=(evil,),
    )
    assert not set(rendered(answer)) & set("\x1b\x07\x9b\u202e")


@pytest.mark.parametrize("markup", ["[bold]x[/bold]", "[/]", ":smile:", "<b>x</b>", "*x* _y_ `z`", "[1]: http://a.b"])
def test_words_that_look_like_markup_stay_as_they_are(markup: str) -> None:
    answer = Answer(markup, True, markup, notes=(markup,), left_out=(LeftOut(markup, "why"),))
    assert rendered(answer, 200).count(markup) == 3


@given(st.text())
def test_safe_text_keeps_all_but_controls(text: str) -> None:
    shown = terminal.safe(text)
    assert len(shown) == len(text)
    assert all(a == b or not a.isprintable() for a, b in zip(text, shown, strict=True))
    assert terminal.safe(shown) == shown


@pytest.mark.parametrize("text", ["", "a", "a\n", "“ü”\n\n", "half \ud83d a pair", "a\r\nb"])
def test_exact_text_is_utf8_with_at_most_one_newline_added(
    text: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    terminal.write_exactly(text)
    out = capfdbinary.readouterr().out.decode("utf-8", "surrogatepass")
    assert out in (text, text + "\n")
    assert out.endswith("\n")


@pytest.mark.parametrize("text", ["“ü”", "half \ud83d a pair", "\x00\x1b"])
def test_json_is_utf8_and_holds_any_string(text: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    terminal.write_json({"text": text})
    assert json.loads(capfdbinary.readouterr().out.decode("utf-8")) == {"text": text}


def test_progress_without_a_terminal_is_a_line_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress() as report:
        for done in range(3):
            report("reading", done, 3)
        report("embedding", 0, 1)
    assert capsys.readouterr().err == "reading\nembedding\n"
