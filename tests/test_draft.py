"""Drafts cut into cited units: the same however the stream is chopped, and inert whatever a model types."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.draft import Unit, plain, units

DRAFT = (
    "Here it is:\n- **Ada** said “A b. C d.” [1][2]. Then more [3], and so on.\nNo marker here.\n"
    "1. A first thing [1, 2]\n"
    "Meta [1] and Apple [2] agreed. “Quote,” he said 【12】.\nLast one [4]"
)


def whole(pieces: Iterable[str]) -> Iterator[Unit]:
    return (part for part in units(pieces) if isinstance(part, Unit))


def parsed(pieces: list[str]) -> list[tuple[str, tuple[int, ...]]]:
    return [(u.text, u.cites) for u in whole(pieces)]


def test_units_end_at_markers_or_lines() -> None:
    assert parsed([DRAFT]) == [
        ("Here it is:", ()),
        ("Ada said “A b. C d.”", (1, 2)),
        ("Then more, and so on.", (3,)),
        ("No marker here.", ()),
        ("A first thing", (1, 2)),
        ("Meta and Apple agreed. “Quote,” he said.", (1, 2, 12)),
        ("Last one", (4,)),
    ]


@given(st.lists(st.integers(0, len(DRAFT)), max_size=40))
def test_chopping_the_stream_changes_nothing(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(DRAFT)]
    pieces = [DRAFT[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    assert parsed(pieces) == parsed([DRAFT])


def test_a_unit_is_handed_out_before_the_stream_ends() -> None:
    given_out = []

    def pieces() -> Iterator[str]:
        yield "One thing [1]. "
        yield "Another"
        given_out.append("asked for more")
        yield " thing [2]."

    stream = whole(pieces())
    assert next(stream).text == "One thing."
    assert given_out == []


def test_sentences_keep_their_own_markers() -> None:
    [unit] = whole(["It rose, they said [1], by much. It fell later [2]."])
    assert [(s.text, s.cites) for s in unit.sentences()] == [
        ("It rose, they said, by much.", (1,)),
        ("It fell later.", (2,)),
    ]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("![x](http://example.org/x.png) hello", "hello"),
        ("[click](javascript:alert(1)) me", "click) me"),
        ("<script>alert(1)</script>done", "alert(1)done"),
        ("## **Bold** `code`", "Bold code"),
    ],
)
def test_active_markup_is_dropped(typed: str, shown: str) -> None:
    assert plain(typed) == shown


@given(st.text(alphabet='![]()<>ab1:/ \n"“”.', max_size=80))
def test_no_image_survives(text: str) -> None:
    for unit in whole([text]):
        assert "](" not in unit.text or "![" not in unit.text
