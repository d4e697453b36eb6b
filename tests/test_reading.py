"""Files of every kind become documents, and whatever can't be read says so in a sentence."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval import reading
from retrieval.errors import DocumentError
from retrieval.passages import split_passages
from retrieval.reading import find_files, read

PROSE = "The maker said it would spend more on plants, as “orders” kept growing — and no end is near."


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_encoding_gives_the_same_text(tmp_path: Path, encoding: str) -> None:
    text = f"Café prices rise in Zürich\n\n{PROSE} Añejo, naïve, £5 and 3 €.\n"
    document = read(write(tmp_path, "a.txt", text.encode(encoding)))
    assert document.text == text
    assert document.title == "Café prices rise in Zürich"


def test_latin_1_and_cyrillic_are_told_apart(tmp_path: Path) -> None:
    latin = "Übermäßig große Städte führen höhere Gebühren ein, sagte der Bürgermeister."
    assert read(write(tmp_path, "a.txt", latin.encode("latin-1"))).text.strip() == latin
    russian = "Компания объявила о планах увеличить расходы на строительство новых центров обработки данных. " * 3
    assert read(write(tmp_path, "b.txt", russian.encode("cp1251"))).text.strip() == russian.strip()


def test_utf_8_with_one_broken_byte_keeps_its_other_letters(tmp_path: Path) -> None:
    text = ("Ängste und Öfen überall. " * 20).encode()
    assert read(write(tmp_path, "a.txt", text + b"\xff end")).text.count("Ängste") == 20


def test_line_ends_and_control_characters_are_evened_out(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.txt", "One.\r\nTwo.\rThree.\u2028Four.\x07 Fi\tve.\x85Six."))
    assert document.text == "One.\nTwo.\nThree.\nFour.  Fi\tve.\nSix.\n"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("blank.md", b"\n\n", "empty"),
        ("binary.txt", bytes(range(256)) * 20, "binary"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        ("office.txt", b"PK\x03\x04" + bytes(100), "ZIP"),
        ("really.txt", b"%PDF-1.7 ...", "PDF"),
        ("half.txt", "text".encode("utf-16") + b"\x00", "UTF-8"),
        ("broken.pdf", b"%PDF-1.7 nothing else", "PDF"),
        ("text.pdf", b"just words", "PDF"),
        ("empty.pdf", b"", "PDF"),
        ("script.html", b"<html><body><script>render()</script></body></html>", "no text"),
        ("empty.html", b"", "no text"),
        ("table.xlsx", b"x", ".txt"),
        ("noname", b"x", "suffix"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = write(tmp_path, name, data)
    with pytest.raises(DocumentError, match=says) as caught:
        read(path)
    assert name in str(caught.value)


def test_a_missing_path_suggests_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, "article.txt", PROSE)
    with pytest.raises(DocumentError, match=r"does not exist.*article\.txt"):
        read(tmp_path / "artcle.txt")
    with pytest.raises(DocumentError, match="does not exist"):
        list(find_files([tmp_path / "nowhere" / "at" / "all.txt"]))
    with pytest.raises(DocumentError, match="folder"):
        read(tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(DocumentError, match="regular"):
        read(tmp_path / "pipe.txt")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reading._LIMITS, ".txt", 1 << 20)
    with pytest.raises(DocumentError, match="1 MiB"):
        read(write(tmp_path, "a.txt", b"a " * (1 << 20)))


def test_folders_are_walked_sorted_without_hidden_and_other_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.txt", "a.HTML", "sub/c.md", ".hidden.txt", ".git/d.txt", "e.csv"):
        write(tmp_path, name, PROSE)
    found = [str(path.relative_to(tmp_path)) for path in find_files([tmp_path])]
    assert found == ["a.HTML", "b.txt", "sub/c.md"]
    with pytest.raises(DocumentError, match=r"\.csv"):
        list(find_files([tmp_path / "e.csv"]))


def test_front_matter_is_metadata_and_not_text(tmp_path: Path) -> None:
    front = (
        '---\ntitle: "Cables: a history"\nauthors:\n  - Jane Doe\ndate: 2025-01-31T08:00:00Z\n'
        "source: Harbor Ledger\n---\n"
    )
    for name in ("a.md", "a.txt"):
        document = read(write(tmp_path, name, front + PROSE))
        assert document.text == PROSE + "\n"
        assert (document.title, document.author, document.source) == ("Cables: a history", "Jane Doe", "Harbor Ledger")
        assert document.published == date(2025, 1, 31)


def test_a_rule_at_the_top_is_not_front_matter(tmp_path: Path) -> None:
    assert PROSE in read(write(tmp_path, "a.txt", f"---\n{PROSE}\n---\nMore.")).text


def test_markdown_loses_its_marks_and_keeps_its_words(tmp_path: Path) -> None:
    source = (
        "# Cables\n\nThe *maker* said\n**twice** that [orders](http://x.y/z) grew.\n\n"
        "- one `a_b`\n- two\n\n![](i.png)\n"
    )
    document = read(write(tmp_path, "a.md", source))
    assert document.text == "Cables\n\nThe maker said twice that orders grew.\n\n- one a_b\n\n- two\n"
    assert document.title == "Cables"


def pdf(*pages: str, password: str | None = None) -> bytes:
    made = FPDF()
    made.set_font("Helvetica", size=12)
    for number, page in enumerate(pages, 1):
        made.add_page()
        made.cell(0, 6, "Harbor Ledger weekly", new_x="LMARGIN", new_y="NEXT")
        made.multi_cell(0, 6, page, align="L", new_x="LMARGIN", new_y="NEXT")
        made.cell(0, 6, f"Page {number} of {len(pages)}")
    if password:
        made.set_encryption(owner_password="owner", user_password=password)
    return bytes(made.output())


def test_a_pdf_keeps_its_pages_and_mends_its_lines(tmp_path: Path) -> None:
    first = (
        "Cables\n\nThe maker said that it would spend more on its new infra-\nstructure, "
        "as orders kept growing in every month of the year and no end was near."
    )
    second = "Rivals spent less than it did, and said that they would go on doing so for as long as they could."
    document = read(write(tmp_path, "a.pdf", pdf(first, second, "The third page is short.")))
    assert "new infrastructure, as orders kept growing in every month of the year and no end was near." in document.text
    assert "weekly" not in document.text
    assert "Page" not in document.text
    assert document.title == "Cables"
    for words, page in (("infrastructure", 1), ("Rivals", 2), ("third", 3)):
        assert document.page_of(document.text.index(words)) == page


def test_an_encrypted_pdf_and_a_scan_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="password"):
        read(write(tmp_path, "a.pdf", pdf(PROSE.encode("ascii", "ignore").decode(), password="secret")))
    scan = FPDF()
    scan.add_page()
    scan.rect(10, 10, 100, 100)
    with pytest.raises(DocumentError, match="OCR"):
        read(write(tmp_path, "b.pdf", bytes(scan.output())))


def test_what_no_line_states_is_none_and_the_uri_is_absolute(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", PROSE)
    document = read(path)
    assert (document.source, document.author, document.published) == (None, None, None)
    assert document.uri == str(path.resolve())


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode), st.sampled_from(reading.SUFFIXES))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_any_bytes_give_a_document_or_a_document_error(tmp_path: Path, data: bytes, suffix: str) -> None:
    try:
        document = read(write(tmp_path, f"any{suffix}", data))
    except DocumentError:
        return
    assert document.text.encode()
    assert all(passage.sentences for passage in split_passages(document))


ARTICLES = Path(os.environ.get("ONRECORD_SHARED", Path(__file__).parents[2] / "shared")) / "articles"


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="needs the shared articles")
def test_real_articles_state_what_they_state() -> None:
    documents = [read(path) for path in find_files([ARTICLES])]
    days = [document.published for document in documents]
    assert days == [None, date(2025, 1, 31), None, None, date(2025, 1, 31)]
    assert [document.source for document in documents[:4]] == [None] * 4
    assert documents[4].source is not None
    assert documents[4].source.endswith("News Network")
    assert [document.author for document in documents] == [None] * 5
    assert [document.title.endswith("…") for document in documents] == [False, False, True, True, False]
    evidence = " ".join(passage.text for document in documents for passage in split_passages(document))
    for words in ("Click here", "Also Read", "Why trust", "Related News", "image 101", "WhatsApp", "editorial policy"):
        assert words not in evidence
    for words in ("more insulated", "too early to really have", "$4.97 billion", "(vs. $6.77 expected)"):
        assert words in evidence
