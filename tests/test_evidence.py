"""Which sentences answer: by the question's rare words, their neighbours, the kind of answer, and who is spoken of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.check.words import bag
from app.evidence.candidates import Candidate, candidates
from app.evidence.sufficiency import by_evidence, sufficient
from app.extractive import select
from app.questions.question import understand
from app.questions.slots import fills, fits_tone, is_about_another
from retrieval.documents import Document, Hit, Passage
from retrieval.quotations import find_quotations
from retrieval.sentences import split_sentences


def hit(text: str, title: str = "A note", dense: float = 0.6) -> Hit:
    document = Document(text, title, "/note.txt")
    spans = tuple(split_sentences(text))
    return Hit(Passage(document, 0, len(text), spans), 0.7, dense, 1.0, (0.6,) * len(spans))


BRIDGE = hit(
    "The Alder bridge opened in 1911. It is 84 metres long. Ada Quill built it. She said that it would stand for ever. "
    "“Steel lasts,” Quill told the Courier.",
    "The Alder bridge",
)
MILL = hit("The Birch mill is 12 metres high. It was closed because the river moved.", "The Birch mill")


def best(question: str) -> str:
    asked = understand(question)
    found = sufficient(asked, candidates(asked, (BRIDGE, MILL), find_quotations))
    return found[0].text if found else ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How long is the Alder bridge?", "It is 84 metres long."),
        ("When did the Alder bridge open?", "The Alder bridge opened in 1911."),
        ("Who built the Alder bridge?", "Ada Quill built it."),
        ("Why was the Birch mill closed?", "It was closed because the river moved."),
        ("How high is the Birch mill?", "The Birch mill is 12 metres high."),
        ("How high is the Cedar mill?", ""),
        ("Who painted the Alder bridge's portrait in oil?", ""),
    ],
)
def test_the_sentence_that_answers(question: str, answer: str) -> None:
    assert best(question) == answer


def test_remarks_are_those_of_the_person_asked_about() -> None:
    asked = understand("What did Ada Quill say about steel?")
    found = sufficient(asked, candidates(asked, (BRIDGE, MILL), find_quotations))
    assert {c.speaker for c in found} == {"Ada Quill"}
    assert any("Steel lasts" in c.text for c in found)


def test_hits_follow_their_best_sentence() -> None:
    asked = understand("How high is the Birch mill?")
    assert by_evidence((BRIDGE, MILL), candidates(asked, (BRIDGE, MILL), find_quotations))[0] is MILL


@pytest.mark.parametrize(
    ("question", "sentence", "filled"),
    [
        ("How much did it cost?", "It cost $5 million.", True),
        ("How much did it cost?", "It cost a great deal.", False),
        ("How many people use Llama 4?", "Llama 4 was trained in 2024.", False),
        ("How much did it cost?", "An earlier version misstated the cost as $5 million.", False),
        ("When did it open?", "It opened on Monday.", True),
        ("When did it open?", "It opened late.", False),
        ("Who built it?", "It was built by Ada Quill.", True),
        ("Who built it?", "It was built by hand.", False),
        ("Who built it?", "It was built on a Monday in January.", False),
        ("Why did it close?", "It closed because of the river.", True),
    ],
)
def test_the_kind_of_answer_has_to_be_there(question: str, sentence: str, filled: bool) -> None:
    assert fills(understand(question), sentence, bag(question)) is filled


@pytest.mark.parametrize(
    ("sentence", "another"),
    [
        ("Meta had 74,067 employees.", True),
        ("Norvik's staff numbered 12.", True),
        ("Losses hit $4.97 billion.", False),
        ("DeepSeek has about 200 employees.", False),
        ("In January it had 200 employees.", False),
    ],
)
def test_a_figure_for_somebody_else(sentence: str, another: bool) -> None:
    assert is_about_another(understand("How many employees does DeepSeek have?"), sentence) is another


def test_criticism_and_praise_are_told_apart() -> None:
    assert fits_tone("critical", "He warned that the claims were misleading.")
    assert not fits_tone("critical", "He called it an impressive model.")
    assert fits_tone("approving", "He called it an impressive model.")
    assert fits_tone("", "Anything.")


@given(st.text(max_size=120), st.text(max_size=60).filter(str.strip))
def test_spans_are_exact_whatever_is_asked(question: str, text: str) -> None:
    found = hit(text)
    asked = understand(question)
    for c in candidates(asked, (found,), find_quotations):
        assert found.passage.document.text[c.span[0] : c.span[1]] == c.text
        assert 0 <= c.coverage <= 1.0001


def told(question: str, text: str, title: str = "A note") -> list[str]:
    """What the writer without a model shows of one passage."""
    asked = understand(question)
    ranked = candidates(asked, (hit(text, title),), find_quotations)
    return [group[0].text for group in select(asked, sufficient(asked, ranked))]


@pytest.mark.parametrize(
    ("question", "text", "shown"),
    [
        (
            "Who is the CEO of Bix?",
            "Bix makes sleds. Ada Stone praised Bix. Norvik fears Bix.",
            [],
        ),
        (
            "Who is the CEO of Bix?",
            "Bix makes sleds. Bix’s chief executive is Ada Stone.",
            ["Bix’s chief executive is Ada Stone."],
        ),
        (
            "Where is Bix based?",
            "This was based on what Bix showed Norvik. Bix put money into Otter.",
            [],
        ),
        (
            "Where is Bix based?",
            "Norvik fears Bix, a Norwegian start-up. Bix put money into Otter.",
            ["Norvik fears Bix, a Norwegian start-up."],
        ),
        (
            "How many billions will Bix invest in sleds?",
            "Norvik and Otter will invest $500 billion in sleds. Bix plans to invest $60 billion in sleds.",
            ["Bix plans to invest $60 billion in sleds."],
        ),
        (
            "What was Bix's net income?",
            "Bix's revenue rose 21%. Bix's net income rose 49%. Bix's net income was $20 million.",
            ["Bix's net income was $20 million."],
        ),
        (
            "How many people use Bix AI?",
            "Bix has 3 billion users. Bix AI has reached 700 million users.",
            ["Bix AI has reached 700 million users."],
        ),
        (
            "What is Bix?",
            "Norvik fears Bix, a start-up. Bix has raised doubts. Bix is late.",
            ["Norvik fears Bix, a start-up."],
        ),
    ],
)
def test_what_answers_is_shown_and_nothing_beside_it(question: str, text: str, shown: list[str]) -> None:
    assert told(question, text) == shown


def test_remarks_far_from_the_topic_are_left_out_where_some_are_on_it() -> None:
    filler = " ".join(f"It snowed on day {n} of the winter, as it often does there." for n in range(9))
    text = f"“Tariffs will hurt us,” Ada Stone said. {filler} “I like sleds,” Stone said."
    assert told("What did Ada Stone say about tariffs?", text) == ["“Tariffs will hurt us,” Ada Stone said."]


def test_what_was_named_just_before_the_passage_counts() -> None:
    before = "Sled Works is the smallest division. "
    text = f"{before}Since 2020 the division has lost $60 million in all."
    document = Document(text, "A note", "/note.txt")
    passage = Passage(document, len(before), len(text), ((len(before), len(text)),))
    asked = understand("How much has Sled Works lost since 2020?")
    found = candidates(asked, (Hit(passage, 0.7, 0.6, 1.0, (0.6,)),), find_quotations)
    assert [c.fits for c in found] == [True]


def test_nobody_is_heard_on_nothing() -> None:
    assert told("Who criticised it?", "Ada Stone attacked the plan. “It is wrong,” Stone said.") == []


def test_a_source_that_carries_a_remark_counts_though_it_names_the_topic_far_away() -> None:
    near, far, other = (
        Candidate(n, f"d{n}", (0, len(text)), text, 1 - n / 10, coverage, 0.6, True, speaker="Ada Quill")
        for n, (text, coverage) in enumerate(
            [
                ("Of steel she said: “It will stand for ever and a day,” Quill added.", 0.9),
                ("“It will stand for ever and a day,” said Ada Quill.", 0.1),
                ("“The soup was cold at noon on that day,” said Ada Quill.", 0.1),
            ]
        )
    )
    chosen = select(understand("What did Ada Quill say about steel?"), [near, far, other])
    assert chosen == [[near, far]]
