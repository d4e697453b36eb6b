"""Who says what in five real articles: each quotation by its first and last words, its speaker and its kind."""

from __future__ import annotations

import os
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from retrieval.documents import Document
from retrieval.quotations import Quotation, find_quotations

SHARED = Path(os.environ.get("ONRECORD_SHARED", Path(__file__).parents[2] / "shared")) / "articles"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the articles are not here")

ZUCKERBERG, LI = "Mark Zuckerberg", "Susan Li"
# article, first words, last words, speaker, kind
GOLD = [
    ("000", "that AI infrastructure", "edge for Meta", ZUCKERBERG, "indirect"),
    ("000", "“Right now", "we want,”", ZUCKERBERG, "direct"),
    ("000", "“With Llama 3", "aim to lead,”", ZUCKERBERG, "direct"),
    ("000", "that AI is crucial", "of the metaverse", ZUCKERBERG, "indirect"),
    ("000", "“We now have", "global competitiveness,”", ZUCKERBERG, "direct"),
    ("000", "that big AI", "remain essential", ZUCKERBERG, "indirect"),
    ("001", "that computing power", "at scale", ZUCKERBERG, "indirect"),
    ("001", "“Investing very", "over time,”", ZUCKERBERG, "direct"),
    ("001", "“It’s probably", "at once.”", ZUCKERBERG, "direct"),
    ("001", "that while training", "computing power", ZUCKERBERG, "indirect"),
    ("001", "“It’s going", "of people,”", ZUCKERBERG, "direct"),
    ("001", "“There’s going", "American standard.”", ZUCKERBERG, "direct"),
    ("001", "“That’s part", "or not, ”", ZUCKERBERG, "direct"),
    ("001", "that Meta appears", "for revenue", LI, "mixed"),
    ("001", "that Meta has", "other companies", ZUCKERBERG, "mixed"),
    ("002", "China’s DeepSeek", "to emulate", ZUCKERBERG, "mixed"),
    ("002", "“I continue", "over time,”", ZUCKERBERG, "direct"),
    ("002", "its plan Wednesday", "personalized assistant.”", "Meta", "mixed"),
    ("002", "Over the long", "AI infrastructure", ZUCKERBERG, "mixed"),
    ("002", "they were trained", "the cost", "DeepSeek", "indirect"),
    ("002", "there were a", "AI technology", ZUCKERBERG, "mixed"),
    ("002", "that the fact", "right move", ZUCKERBERG, "indirect"),
    ("002", "“There’s going", "focused on.”", ZUCKERBERG, "direct"),
    ("002", "that changes in", "infrastructure investment", ZUCKERBERG, "indirect"),
    ("002", "that it was", "on DeepSeek", ZUCKERBERG, "mixed"),
    ("003", "that the company", "into AI", ZUCKERBERG, "indirect"),
    ("003", "This investment", "tech space", ZUCKERBERG, "indirect"),
    ("003", "the demand for", "will persist", ZUCKERBERG, "indirect"),
    ("003", "DeepSeek as a", "ambitious plans", ZUCKERBERG, "indirect"),
    ("003", "the ability to", "its scale", ZUCKERBERG, "indirect"),
    ("003", "that Llama 4", "completing pre-training", ZUCKERBERG, "indirect"),
    ("003", "that Meta’s goal", "to lead", ZUCKERBERG, "indirect"),
    ("003", "the potential for", "tech companies", ZUCKERBERG, "indirect"),
    ("003", "that AI engineers", "mid-six-figure salaries", ZUCKERBERG, "indirect"),
    ("003", "to reach over", "the year", ZUCKERBERG, "indirect"),
    ("003", "this level of", "personal identities", ZUCKERBERG, "indirect"),
    ("004", "that the company’s", "remains unchanged", ZUCKERBERG, "indirect"),
    ("004", "that Meta sees", "user base", ZUCKERBERG, "indirect"),
    ("004", "that while DeepSeek", "GPU demand", ZUCKERBERG, "indirect"),
    ("004", "that GPUs remain", "data processing", ZUCKERBERG, "indirect"),
    ("004", "that Llama 4", "larger models", ZUCKERBERG, "indirect"),
    ("004", "that AI’s growing", "software developers", ZUCKERBERG, "indirect"),
    ("004", "that by 2025", "tech companies", ZUCKERBERG, "indirect"),
    ("004", "that Meta’s emphasis", "AI landscape", ZUCKERBERG, "indirect"),
]


@lru_cache
def quotations(article: str) -> list[Quotation]:
    path = next(SHARED.glob(f"{article}_*.txt"))
    return find_quotations(
        Document(path.read_text(encoding="utf-8"), path.stem, str(path), published=date(2025, 1, 31))
    )


@pytest.mark.parametrize(("article", "first", "last", "speaker", "kind"), GOLD)
def test_a_quotation_is_found_whole_with_its_speaker(
    article: str, first: str, last: str, speaker: str, kind: str
) -> None:
    matching = [q for q in quotations(article) if q.text.startswith(first) and q.text.endswith(last)]
    assert [(q.speaker, q.kind) for q in matching] == [(speaker, kind)]


@pytest.mark.parametrize("article", ["000", "001", "002", "003"])
def test_every_word_in_marks_has_a_speaker(article: str) -> None:
    gold = [(first, last) for name, first, last, _, kind in GOLD if name == article and kind != "indirect"]
    marked = [q for q in quotations(article) if q.kind != "indirect"]
    assert len(marked) == len(gold)
    assert all(q.speaker for q in marked)


def test_the_day_of_the_call_is_the_wednesday_before() -> None:
    told = next(q for q in quotations("002") if q.text.startswith("“I continue"))
    assert told.said == date(2025, 1, 29)


def test_what_is_said_about_the_companies_is_nobodys_speech() -> None:
    spans = [span for q in quotations("002") for span in q.spans]
    text = quotations("002")[0].document.text
    at = text.index("Meta’s overall financial results")
    assert not any(start <= at < end for start, end in spans)
