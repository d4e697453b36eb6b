"""The bundled sample library: what it promises in kinds, sizes and statements, and that it is nobody else's text."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from retrieval.documents import Document
from retrieval.reading import read
from tests.make_sample import PDF_PATH, sample_pdf

SAMPLE = Path(__file__).parents[1] / "app" / "sample"
FILES = sorted(path for path in SAMPLE.iterdir() if path.name != "ABOUT")
SHARED = Path(os.environ.get("ONRECORD_SHARED", Path(__file__).parents[2] / "shared"))
QUESTIONS = json.loads(Path(__file__).with_name("sample_questions.json").read_text("utf-8"))

REAL_OUTLET = re.compile(
    r"\b(Associated Press|AP News|Reuters|Bloomberg|CNBC|CNN|BBC|Guardian|New York Times|Wall Street Journal|Fortune"
    r"|Washington Post|Financial Times|Economist|Forbes|Business Insider|The Verge|Wired|TechCrunch|Ars Technica|Axios"
    r"|Engadget|Politico|NPR|Fox|MarketWatch|Barron's|Elets|Greenbot|Yahoo|Seeking Alpha|Nikkei|Spiegel|Le Monde)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Stated:
    title: str
    source: str
    author: str | None
    published: date | None


# Where the writer is a wire service, no person is named: author is None.
STATED = {
    "bayport-meta-capex.md": Stated(
        "Meta plans a $65 billion year of AI building", "The Bayport Courier", None, date(2025, 1, 25)
    ),
    "ceos-on-deepseek.html": Stated(
        "What the bosses said about DeepSeek", "Civic Byte", "Noor Vandersteen", date(2025, 1, 31)
    ),
    "copperline-cheap-models.md": Stated(
        "Cheap models are good news for the people who buy the machines",
        "The Copperline Review",
        "Tobias Wrenfield",
        date(2025, 1, 30),
    ),
    "foxglove-llama-4.pdf": Stated(
        "Llama 4 and the bill for the machine", "Foxglove Notes", "Leopold Arnesen", date(2025, 1, 31)
    ),
    "gadget-lantern-zuckerberg.txt": Stated(
        "Zuck isn't blinking: Meta bets big on AI despite DeepSeek",
        "Gadget Lantern",
        "Dax Merriweather",
        date(2025, 1, 30),
    ),
    "meta-q4-results.html": Stated(
        "Meta beats the Street and keeps its spending plan",
        "Harrow Street Ledger",
        "Priya Holloway",
        date(2025, 1, 29),
    ),
    "northgate-meta-capex.txt": Stated(
        "Meta to spend up to $65 billion in 2025 to build out AI", "Northgate Wire", None, date(2025, 1, 24)
    ),
    "nvidia-record-loss.html": Stated(
        "The day Nvidia lost a record sum", "Tidewater Markets", "Callum Strand", date(2025, 1, 27)
    ),
    "quarter-bell-opinion.md": Stated(
        "The six-million-dollar model that wasn't", "The Quarter Bell", "Imogen Castellane", date(2025, 1, 28)
    ),
    "visor-reality-labs.txt": Stated("Another five billion down the rabbit hole", "The Visor", "Wendell Achike", None),
}

FURNITURE = {
    "ceos-on-deepseek.html": ["value your privacy", "Bytes before breakfast", "A bus timetable"],
    "gadget-lantern-zuckerberg.txt": ["Share: Facebook", "ADVERTISEMENT", "Also read", "affiliate links"],
    "meta-q4-results.html": ["umbrellas", "Ledger at Lunch", "Sign in"],
    "nvidia-record-loss.html": ["cookie policy", "High tide", "gained 40%", "Copper has a story"],
}


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return {path.name: read(path) for path in FILES}


def test_ten_articles_in_four_formats() -> None:
    assert [path.name for path in FILES] == sorted(STATED)
    suffixes = [path.suffix for path in FILES]
    assert {kind: suffixes.count(kind) for kind in set(suffixes)} == {".txt": 3, ".md": 3, ".html": 3, ".pdf": 1}
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < 400_000


def test_the_pdf_is_what_its_program_makes() -> None:
    assert PDF_PATH.read_bytes() == sample_pdf()


@pytest.mark.parametrize("name", STATED)
def test_each_article_says_what_it_is(documents: dict[str, Document], name: str) -> None:
    document = documents[name]
    found = Stated(document.title, document.source or "", document.author, document.published)
    assert found == STATED[name]


@pytest.mark.parametrize("name", STATED)
def test_each_article_is_as_long_as_news_is(documents: dict[str, Document], name: str) -> None:
    assert 250 <= len(_words(documents[name].text)) <= 750


@pytest.mark.parametrize("name", FURNITURE)
def test_page_furniture_is_no_evidence(documents: dict[str, Document], name: str) -> None:
    evidence = _evidence(documents[name])
    assert [furniture for furniture in FURNITURE[name] if furniture in evidence] == []


def test_a_heading_at_the_foot_of_a_page_of_the_pdf_stands_by_itself(documents: dict[str, Document]) -> None:
    assert "\n\nWhat DeepSeek changes\n\n" in documents["foxglove-llama-4.pdf"].text


def test_the_pdf_keeps_its_pages(documents: dict[str, Document]) -> None:
    document = documents["foxglove-llama-4.pdf"]
    assert document.page_of(document.text.index("What is known about the model")) == 1
    assert document.page_of(document.text.index("Three consequences")) == 2


def test_outlets_are_invented_and_named_in_about() -> None:
    about = " ".join((SAMPLE / "ABOUT").read_text("utf-8").split())
    for stated in STATED.values():
        assert stated.source in about
        assert not REAL_OUTLET.search(stated.source)


def test_one_article_is_a_light_edit_of_another(documents: dict[str, Document]) -> None:
    shingles = {name: _shingles(document.text, 4) for name, document in documents.items()}
    wire = shingles["northgate-meta-capex.txt"]
    shared = {name: len(wire & other) / len(wire | other) for name, other in shingles.items() if other is not wire}
    assert shared.pop("bayport-meta-capex.md") > 0.5
    assert max(shared.values()) < 0.05


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("nvidia-record-loss.html", "closed 17% lower"), ("gadget-lantern-zuckerberg.txt", "nearly 20%")),
        (("nvidia-record-loss.html", "$589 billion"), ("quarter-bell-opinion.md", "$593 billion")),
        (
            ("northgate-meta-capex.txt", "$60 billion to $65 billion"),
            ("gadget-lantern-zuckerberg.txt", "as much as $80 billion"),
        ),
        (("quarter-bell-opinion.md", "$5.576 million"), ("gadget-lantern-zuckerberg.txt", "about $6 million")),
        (("meta-q4-results.html", "$47.04 billion"), ("gadget-lantern-zuckerberg.txt", "$46.99 billion")),
        (("meta-q4-results.html", "$48.39 billion"), ("gadget-lantern-zuckerberg.txt", "$48.4 billion")),
    ],
)
def test_sources_disagree_or_round(
    documents: dict[str, Document], one: tuple[str, str], other: tuple[str, str]
) -> None:
    for name, words in (one, other):
        assert words in _flowing(documents[name].text)


def test_the_correction_names_the_day_and_both_figures(documents: dict[str, Document]) -> None:
    text = _flowing(documents["nvidia-record-loss.html"].text)
    assert "Correction, 28 January 2025: An earlier version of this article misstated" in text
    assert documents["nvidia-record-loss.html"].published == date(2025, 1, 27)


@pytest.mark.skipif(not (SHARED / "articles").is_dir(), reason="the articles are not on this machine")
@pytest.mark.parametrize("name", STATED)
def test_no_sentence_is_taken_from_elsewhere(documents: dict[str, Document], name: str) -> None:
    own = _shingles(_unquoted(documents[name].text), 8)
    for article in sorted((SHARED / "articles").glob("*.txt")):
        assert own & _shingles(_unquoted(article.read_text("utf-8")), 8) == set()


def test_questions_are_twenty_and_five_have_no_answer() -> None:
    assert len(QUESTIONS) == len({item["question"] for item in QUESTIONS}) == 20
    assert sum(not item["answered"] for item in QUESTIONS) == 5


@pytest.mark.parametrize("item", QUESTIONS, ids=lambda item: item["question"])
def test_the_library_holds_each_answer_and_no_other(documents: dict[str, Document], item: dict[str, object]) -> None:
    evidence = [_flowing(_evidence(document)) for document in documents.values()]
    if item["answered"]:
        groups = item["expect"]
        assert isinstance(groups, list)
        assert groups
        for alternatives in groups:
            # Every alternative is real: one that no article holds would let a wrong quotation pass unnoticed.
            assert [words for words in alternatives if not any(words in text for text in evidence)] == []
    else:
        assert not any(str(item["absent"]).lower() in text.lower() for text in evidence)


def _evidence(document: Document) -> str:
    """The document's text without its noise."""
    kept, at = [], 0
    for start, end in sorted(document.noise):
        kept.append(document.text[at:start])
        at = max(at, end)
    return "\n".join([*kept, document.text[at:]])


def _flowing(text: str) -> str:
    return " ".join(text.split())


def _unquoted(text: str) -> str:
    """The text with each quotation of one paragraph replaced by a mark that no shingle crosses."""
    return re.sub(r"“[^”\n]*”|\"[^\"\n]*\"", " QUOTATION ", text)


def _words(text: str) -> list[str]:
    return re.findall(r"QUOTATION|[\w.$%’']*\w%?", text.replace("'", "’"))


def _shingles(text: str, size: int) -> set[tuple[str, ...]]:
    words = _words(text)
    runs = (tuple(words[at : at + size]) for at in range(len(words) - size + 1))
    return {tuple(word.lower() for word in run) for run in runs if "QUOTATION" not in run}
