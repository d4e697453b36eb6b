"""Answers made by hypothesis: any text, hostile text among it, in every place that an answer has for text."""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from app.answer import Answer, Citation, Disagreement, LeftOut, Position, Remark, Source, Statement, Variant
from app.compose import disagreement_line, listed

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "![x](http://a.example/x.png)",
    "[x](javascript:alert(1))",
    "[^1]: mine",
    "[1]",
    "]] [2]",
    "`code` **bold** _it_",
    "</style></mark></li>",
    "http://a.example www.a.example a@b.example",
    "# heading",
    "1. one",
    "- two",
    "\x1b[2J\u202e",
    "&lt;b&gt; &amp;",
    "$x$ :smile: ~~gone~~ | a | b |",
    "half \ud83d a pair",
    "two\n\nparagraphs",
)
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60), st.builds("{} {}".format, *[st.sampled_from(HOSTILE)] * 2)
)
WORDS = TEXTS.filter(lambda text: bool(text.strip()))
DAYS = st.none() | st.dates().map(lambda day: day.isoformat())
URIS = st.one_of(
    st.sampled_from(
        ["https://a.example/?q=1&r=<x>", "javascript:alert(1)", "/home/me/a.md", "http://[", "data:text/html,x"]
    ),
    TEXTS,
)
DATED_BY: st.SearchStrategy[Literal["text", "publication"] | None] = st.sampled_from([None, "text", "publication"])
SOURCES = st.builds(Source, st.from_regex("[0-9a-f]{12}", fullmatch=True), WORDS, st.none() | TEXTS, DAYS, URIS)


@st.composite
def citations(draw: st.DrawFn, most: int = 4) -> tuple[Citation, ...]:
    found = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        quote, start = draw(WORDS), draw(st.integers(0, 10_000))
        speaker, role = draw(st.none() | WORDS), draw(st.none() | TEXTS)
        dated_by = draw(DATED_BY)
        end = start + len(quote)
        found.append(Citation(number, quote, start, end, speaker, draw(SOURCES), role, draw(DAYS), dated_by))
    return tuple(found)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Answers whose text is composed as the pipe composes it, of whatever statements."""
    cited = draw(citations())
    if not cited:
        return Answer(draw(WORDS), False, "The sources don’t say.", closest=draw(citations()), notes=(draw(WORDS),))
    numbers = st.lists(st.integers(1, len(cited)), min_size=1, max_size=3, unique=True).map(tuple)
    support = st.sampled_from(["verbatim", "supported"])
    statements = tuple(draw(st.lists(st.builds(Statement, WORDS, support, numbers), min_size=1, max_size=4)))
    sources, days = (st.lists(some, max_size=3).map(tuple) for some in (WORDS, st.dates().map(str) | WORDS))
    position = st.builds(Position, WORDS, numbers, sources, days, st.integers(0, 3), st.booleans())
    positions = st.lists(position, min_size=2, max_size=3).map(tuple)
    differing = tuple(draw(st.lists(st.builds(Disagreement, WORDS, positions), max_size=1)))
    remark = st.builds(
        Remark,
        WORDS,
        st.none() | WORDS,
        DAYS,
        DATED_BY,
        st.sampled_from(["direct", "mixed", "indirect"]),
        WORDS,
        numbers,
        st.integers(0, len(statements) - 1),
        st.lists(st.builds(Variant, WORDS, numbers), max_size=2).map(tuple),
    )
    text = listed(statements, cited, by_speaker=draw(st.booleans()))
    return Answer(
        draw(WORDS),
        True,
        "\n\n".join([text, *map(disagreement_line, differing)]),
        statements,
        tuple(draw(st.lists(st.builds(LeftOut, WORDS, WORDS), max_size=2))),
        cited,
        differing,
        model=draw(st.sampled_from(["extractive", "openai:x"])),
        remarks=tuple(draw(st.lists(remark, max_size=2))),
    )
