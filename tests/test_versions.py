"""An upload takes the place of its earlier version, which can be brought back; another text of its name stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adding import Received, Result, add_all
from retrieval.documents import Document
from retrieval.duplicates import is_version
from retrieval.library import Library
from tests.hashing import hashing

FIRST = (
    "The long pier\n\nThe pier at Lornmouth will be 300 metres long, the harbour board said on Monday. It is to open "
    "in June, and ferries to Tarvik will leave from its head twice a day, which the town has wanted for years.\n"
)
EDITED = FIRST.replace("300", "320").replace("in June", "late in July")
LONGER = (
    FIRST + "\nMore was said on Tuesday. " + " ".join(f"Berth {n} is for boats of {n * 7} tons." for n in range(40))
)
OTHER = (
    "Notes on rye bread\n\nRye bread keeps for a week when it is wrapped in linen, and bakers of the valley say it "
    "tastes best on the third day. They sell most of it on Saturdays, at four crowns the loaf.\n"
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path, hashing) as library:
        yield library


def add(library: Library, name: str, text: str) -> Result:
    [result] = add_all(library, [Received(name, text.encode())])
    return result


def ids(library: Library) -> list[str]:
    return [entry.id for entry in library.documents()]


@pytest.mark.parametrize("text", [EDITED, LONGER])
def test_an_edited_file_takes_the_place_of_its_earlier_version_and_has_its_tags(library: Library, text: str) -> None:
    first = add(library, "pier.txt", FIRST)
    library.tag(str(first.document), ["harbour"])
    second = add(library, "pier.txt", text)
    assert (second.status, second.aside, second.namesake, second.copy_of) == ("replaced", first.document, None, None)
    assert ids(library) == [second.document]
    assert library.tags(str(second.document)) == {"harbour"}
    library.bring_back(str(first.document))
    assert set(ids(library)) == {first.document, second.document}
    assert library.tags(str(first.document)) == {"harbour"}
    assert library.check() == []


def test_another_text_of_the_same_name_stays_and_is_named(library: Library) -> None:
    first = add(library, "notes.txt", FIRST)
    second = add(library, "notes.txt", OTHER)
    assert (second.status, second.aside, second.namesake) == ("added", None, first.document)
    assert ids(library) == [first.document, second.document]


@pytest.mark.parametrize(
    ("before", "now", "replaced"),
    [
        ("port/pier.txt", "port/pier.txt", True),
        ("port/pier.txt", "pier.txt", True),
        ("pier.txt", "port/pier.txt", True),
        ("port/pier.txt", "town/pier.txt", False),
        ("pier.txt", "quay.txt", False),
        ("pier.txt", "the pier.txt", False),
    ],
)
def test_a_name_without_its_folder_may_be_that_of_any(library: Library, before: str, now: str, replaced: bool) -> None:
    first = add(library, before, FIRST)
    second = add(library, now, EDITED)
    assert second.aside == (first.document if replaced else None)
    assert second.namesake is None
    assert len(ids(library)) == 2 - replaced


def test_the_earlier_text_again_takes_its_place_back(library: Library) -> None:
    first = add(library, "pier.txt", FIRST)
    second = add(library, "pier.txt", EDITED)
    third = add(library, "pier.txt", FIRST)
    assert (third.document, third.aside) == (first.document, second.document)
    assert ids(library) == [first.document]
    assert add(library, "pier.txt", FIRST).status == "unchanged"
    library.bring_back(str(second.document))
    assert library.check() == []


def test_what_a_file_of_this_machine_gave_stays(library: Library, tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text(FIRST)
    [first] = add_all(library, [tmp_path / "pier.txt"])
    assert add(library, "pier.txt", EDITED).status == "added"
    assert first.document in ids(library)


def test_a_line_with_another_figure_is_a_version_and_another_line_is_not() -> None:
    pier = document("The north pier is 300 metres long.")
    assert is_version(pier, document("The north pier is 310 metres long."))
    assert not is_version(pier, document("The old harbour is closed on Mondays."))
    assert not is_version(pier, document(OTHER))


def document(text: str) -> Document:
    return Document(text, "A title", "/a")


words = st.lists(st.sampled_from("pier quay boat lock ferry mast the of 3 7".split()), min_size=1, max_size=60)


@given(words, words)
def test_versions_are_versions_both_ways_and_of_themselves(one: list[str], other: list[str]) -> None:
    a, b = document(" ".join(one)), document(" ".join(other))
    assert is_version(a, b) == is_version(b, a)
    assert is_version(a, a)
