"""Different values for one thing are shown with their sources; rounding, other periods, other things are not."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import Chatbot
from app.answer import Citation, Disagreement, Source
from app.compare.disagreement import disagreements
from app.questions.question import understand
from retrieval.documents import Document, Passage, Span
from tests.libraries import articles_bot, needs_articles, sample_bot

__all__ = ["articles_bot", "sample_bot"]


class Says(NamedTuple):
    """One document: what it says, and when it was published."""

    text: str
    published: date | None = None


def found(question: str, *documents: str | Says) -> list[Disagreement]:
    """What these documents, of one sentence each, disagree on; citations are numbered as the documents."""
    told = [Says(d) if isinstance(d, str) else d for d in documents]
    texts = [Document(d.text, f"Title {n}", f"/{n}", f"Outlet {n}", None, d.published) for n, d in enumerate(told, 1)]
    numbers = {d.id: n for n, d in enumerate(texts, start=1)}

    def cite(passage: Passage, span: Span) -> Citation:
        document = passage.document
        quote = document.text[span[0] : span[1]]
        return Citation(numbers[document.id], quote, *span, None, Source.of(document))

    passages = [Passage(d, 0, len(d.text), ((0, len(d.text)),)) for d in texts]
    shown = {(d.id, (0, len(d.text))) for d in texts}
    return disagreements(understand(question), passages, shown, cite)


def values(question: str, *documents: str | Says) -> list[list[tuple[str, tuple[int, ...]]]]:
    return [[(p.value, p.citations) for p in d.positions] for d in found(question, *documents)]


def test_different_figures_are_set_against_each_other() -> None:
    assert values(
        "How far did Norvik's shares fall?",
        "Norvik's shares dropped nearly 20% on Monday.",
        "Shares of Norvik, the chip maker, fell 17% on Monday.",
        "On Monday the shares of Norvik fell 17%.",
    ) == [[("nearly 20%", (1,)), ("17%", (2, 3))]]


def test_ranges_are_values_of_their_own() -> None:
    assert values(
        "How much will Norvik spend on plants?",
        "Norvik plans to spend between $60 billion and $65 billion on new plants.",
        "Norvik set a budget of $60-80 billion for its new plants.",
        "Norvik will spend over $60 billion on new plants.",
        "Norvik has allocated approximately $60 billion to new plants.",
    ) == [[("between $60 billion and $65 billion", (1,)), ("$60-80 billion", (2,)), ("over $60 billion", (3, 4))]]


def test_a_value_that_its_sources_word_differently_keeps_each_wording() -> None:
    (one,) = found(
        "How much will Norvik spend on plants?",
        "Norvik plans to spend $80 billion on new plants.",
        "Norvik will spend over $60 billion on new plants.",
        "Norvik has allocated approximately $60 billion to new plants.",
    )
    told = {w.words: w.citations for p in one.positions for w in p.wordings}
    assert told == {"over $60 billion": (2,), "approximately $60 billion": (3,)}


@pytest.mark.parametrize(
    ("question", "documents", "expected"),
    [
        (
            "What revenue did analysts expect from Norvik?",
            (
                "Norvik's revenue was $48.39 billion (vs. $47.04 billion expected).",
                "Norvik had revenue of $48.4 billion, up 21% and ahead of the $46.99 billion expected by Wall Street.",
            ),
            {"$47.04 billion", "$46.99 billion"},
        ),
        (
            "What earnings per share were analysts expecting?",
            (
                "Norvik earned $8.02 per share versus the $6.76 EPS expected by analysts.",
                "Norvik's earnings per share: $8.02 (vs. $6.77 expected).",
            ),
            {"$6.76", "$6.77"},
        ),
        (
            "How were Norvik's results?",
            (
                "Analysts had pencilled in revenue of $47.04 billion for Norvik and earnings of $6.77 a share.",
                "Norvik took $48.4 billion in revenue when analysts were looking for $46.99 billion.",
            ),
            {"$47.04 billion", "$46.99 billion"},
        ),
        (
            "How many people were killed in the Lornmouth flood?",
            ("The Lornmouth flood killed 12 people.", "At least 19 people were killed in the flood at Lornmouth."),
            {"12", "At least 19"},
        ),
        (
            "How many visitors did the Lornmouth museum have?",
            (
                "The Lornmouth museum counted 41,000 visitors last summer.",
                "Some 52,000 visitors came to the museum at Lornmouth last summer.",
            ),
            {"41,000", "Some 52,000"},
        ),
    ],
)
def test_what_is_a_disagreement(question: str, documents: tuple[str, ...], expected: set[str]) -> None:
    assert {p.value for d in found(question, *documents) for p in d.positions} == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Norvik's revenue was $48.39 billion.", "Norvik reported revenue of $48.4 billion."),
        ("Norvik's revenue was $48.39 billion in 2024.", "Norvik's revenue was $40.1 billion in 2023."),
        ("Norvik's revenue was $48.39 billion.", "Analysts had expected Norvik's revenue at $47.04 billion."),
        ("Norvik's revenue was $48.39 billion.", "Norvik's rival Ostra said its costs were $31 billion."),
        ("Norvik's revenue was $48.39 billion.", "Ostra's revenue was $39 billion."),
        ("Norvik's revenue was $48.39 billion.", "Norvik's revenue was $48.39 billion, against Ostra's $39 billion."),
        ("Norvik's revenue rose 21%.", "Norvik's net income, a record, rose 49%."),
        ("Norvik's revenue was $48.39 billion.", "Norvik's net income was $40.8 billion."),
        ("Norvik's fourth-quarter revenue was $48.39 billion.", "Norvik's full-year revenue was $64.5 billion."),
        ("Norvik's revenue in Q4 was $48.39 billion.", "Norvik's revenue in the third quarter was $40.6 billion."),
        ("Norvik's revenue was $48.39 billion.", "Norvik expects revenue of $39.5 billion to $41.8 billion."),
        (
            "Norvik's revenue was $48.39 billion.",
            "Correction: an earlier version misstated Norvik's revenue as $44 billion.",
        ),
        ("Norvik's revenue was $48.39 billion.", "Last year Norvik's revenue was $40.1 billion."),
        ("Norvik's revenue rose 21% to $48.39 billion.", "Norvik's revenue was up 21% from $40.1 billion."),
        ("Norvik's revenue was $48.39 billion.", "Norvik's revenue was nearly $48.5 billion."),
        ("Norvik's revenue was $48.39 billion.", "Norvik and Ostra together had revenue of $70 billion."),
        ("Norvik's revenue rose 21%.", "Norvik's revenue fell 3% in Asia."),
        ("Norvik's revenue was $48.39 billion.", "Norvik's revenue was about $48 billion."),
        ("Norvik's gross revenue was $48.39 billion.", "Norvik's net revenue was $44.1 billion."),
        ("Norvik's revenue was $8 per user.", "Norvik's revenue was $6 per employee."),
    ],
)
def test_what_is_no_disagreement(one: str, other: str) -> None:
    assert values("What was Norvik's revenue?", one, other) == []


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How far did Norvik's shares fall?",
            "Norvik's shares fell 17% on Monday.",
            "Norvik's shares fell 3% on Tuesday.",
        ),
        ("How far did Norvik's shares fall?", "Norvik's shares fell 17%.", "Ostra's shares fell 12%."),
        ("How far did Norvik's shares fall?", "Norvik's shares fell 17%.", "Norvik's shares rose 12% a day later."),
        (
            "How many users does Norvik have?",
            "Norvik has 3.3 billion daily users.",
            "Norvik has 4 billion monthly users.",
        ),
        (
            "How much will Norvik spend on plants?",
            "Norvik will spend $60 billion on plants.",
            "Norvik will spend $80 billion on a wedding.",
        ),
        ("How much will Norvik spend?", "Norvik will spend $65 billion.", "Ostra will spend $80 billion."),
        (
            "How much will Norvik spend?",
            "Norvik will spend $65 billion in 2025.",
            "Norvik will spend $80 billion in 2026.",
        ),
        ("How much will Norvik spend?", "Norvik will spend up to $65 billion.", "Norvik will spend $60-65 billion."),
        ("How old is the bridge?", "The bridge is 120 years old.", "The bridge is 140 metres long."),
        ("How many died?", "The fire killed 12 people.", "The fire injured 19 people."),
    ],
)
def test_what_is_none_either(question: str, one: str, other: str) -> None:
    assert values(question, one, other) == []


def test_what_was_not_asked_is_not_set_against_each_other() -> None:
    documents = ("Norvik's net income was $20 billion.", "Norvik's net income was $22 billion.")
    assert values("What was Norvik's revenue?", *documents) == []
    assert values("What was Norvik's net income?", *documents) != []
    assert values("What was Ostra's net income?", *documents) == []


def test_one_document_does_not_disagree_with_itself() -> None:
    assert values("How far did Norvik's shares fall?", "Norvik's shares fell 17% and Norvik's shares fell 20%.") == []


def test_later_information_is_marked_and_not_preferred() -> None:
    (one,) = found(
        "How many people were killed in the Lornmouth flood?",
        Says("The Lornmouth flood killed 12 people.", date(2024, 3, 1)),
        Says("The flood at Lornmouth killed 12 people, the mayor said.", date(2024, 3, 2)),
        Says("The flood at Lornmouth killed 19 people.", date(2024, 3, 5)),
    )
    assert one.kind == "updated later"
    assert [(p.value, p.later, p.dates, p.sources) for p in one.positions] == [
        ("12", False, ("2024-03-01", "2024-03-02"), ("Outlet 1", "Outlet 2")),
        ("19", True, ("2024-03-05",), ("Outlet 3",)),
    ]


def test_what_is_over_and_done_is_not_updated_by_a_later_report() -> None:
    (one,) = found(
        "How far did Norvik's shares fall?",
        Says("Norvik's shares fell 17% on Monday.", date(2024, 3, 4)),
        Says("Norvik's shares fell nearly 20% on Monday.", date(2024, 3, 6)),
    )
    assert one.kind == "different figures"
    assert not any(p.later for p in one.positions)


def test_a_figure_cut_short_is_told_from_one_that_differs() -> None:
    (one,) = found(
        "What was Norvik's revenue?", "Norvik's revenue was $48.39 billion.", "Norvik's revenue was $48.3 billion."
    )
    assert one.kind == "rounding"


@given(st.permutations(range(4)))
def test_the_order_of_documents_changes_no_value(order: list[int]) -> None:
    documents = [
        "Norvik's shares dropped nearly 20% on Monday.",
        "Shares of Norvik fell 17% on Monday.",
        "Norvik's shares fell 17%, the most in a year.",
        "Ostra's shares fell 12%.",
    ]
    (sides,) = values("How far did Norvik's shares fall?", *(documents[n] for n in order))
    assert {value for value, _ in sides} == {"17%", "nearly 20%"}


@given(st.text(alphabet="N0123456789 .,$%–-ab\n“”()", min_size=1, max_size=60).filter(lambda t: bool(t.strip())))
def test_any_text_can_be_read(text: str) -> None:
    found("How much did Norvik spend?", text, f"Norvik spent $5 million. {text}")


@needs_articles
@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (
            (
                "How much will Meta spend on capital expenditures in 2025?",
                "What are Meta's capex plans?",
                "How much does Meta plan to spend this year?",
                "What will Meta's capital expenditures be in 2025?",
            ),
            ({"$60-65 billion", "between $60 billion and $65 billion"}, {"$60-80 billion"}, {"over $60 billion"}),
        ),
        (
            (
                "How far did Nvidia's shares fall?",
                "How far did Nvidia's stock fall?",
                "How much did Nvidia's stock drop on Monday?",
                "What happened to Nvidia's stock?",
            ),
            ({"17%"}, {"nearly 20%"}),
        ),
        (
            (
                "What revenue did analysts expect from Meta?",
                "How much revenue was expected?",
                "What was the consensus revenue estimate for Meta?",
                "Did Meta beat revenue expectations?",
            ),
            ({"$47.04 billion"}, {"$46.99 billion"}),
        ),
        (
            (
                "What earnings per share were expected?",
                "What earnings per share were analysts expecting?",
                "What EPS did Wall Street expect from Meta?",
                "What were the expected earnings per share?",
            ),
            ({"$6.77"}, {"$6.76"}),
        ),
        (("How were Meta's results?",), ({"$47.04 billion"}, {"$46.99 billion"}, {"$6.77"}, {"$6.76"})),
        (
            (
                "What was Meta's net income?",
                "What was Meta's net income in the fourth quarter?",
                "What was Meta's revenue?",
                "What was Meta's revenue in Q4 2024?",
                "How much did Reality Labs lose?",
                "How many daily active users does Meta have?",
                "What will Meta's total expenses be in 2025?",
            ),
            (),
        ),
    ],
)
def test_the_articles_disagree_where_they_do(
    articles_bot: Chatbot, questions: tuple[str, ...], expected: tuple[set[str], ...]
) -> None:
    for question in questions:
        answer = articles_bot.ask(question)
        given_values = [p.value for d in answer.disagreements for p in d.positions]
        assert len(given_values) == len(expected), question
        assert all(any(v in forms for v in given_values) for forms in expected), question
        assert ("The sources disagree" in answer.text) is bool(expected)
        for d in answer.disagreements:
            for position in d.positions:
                quotes = [c.quote for c in answer.citations if c.number in position.citations]
                assert any(position.value in " ".join(q.split()) for q in quotes)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much market value did Nvidia lose?", {"$589 billion", "$593 billion", "nearly $600 billion"}),
        ("How far did Nvidia's shares fall?", {"17%", "nearly 20%"}),
        (
            "How much does Meta plan to spend this year?",
            {"between $60 billion and $65 billion", "as much as $80 billion"},
        ),
        ("What revenue did analysts expect from Meta?", {"$47.04 billion", "$46.99 billion"}),
        ("What earnings per share were analysts expecting?", {"$6.77", "$6.76"}),
        ("What was Meta's revenue?", set()),
        ("How many employees does Meta have?", set()),
    ],
)
def test_the_sample_disagrees_where_it_does(sample_bot: Chatbot, question: str, expected: set[str]) -> None:
    answer = sample_bot.ask(question)
    assert {p.value for d in answer.disagreements for p in d.positions} == expected


def test_a_wire_story_printed_twice_is_one_source(sample_bot: Chatbot) -> None:
    answer = sample_bot.ask("What are Meta's capex plans?")
    (one,) = answer.disagreements
    most = max(one.positions, key=lambda p: len(p.citations))
    assert {"The Bayport Courier", "Northgate Wire"} <= {
        c.document.source for c in answer.citations
    } or most.independent
    assert most.independent < len(most.sources)
    assert f"{len(most.sources)} sources, {most.independent} independent" in answer.text


@pytest.mark.parametrize(
    ("question", "documents", "expected"),
    [
        (
            "When was the Lornmouth bridge built?",
            ("The Lornmouth bridge was built in 1921.", "Lornmouth bridge was built in 1934, after the great storm."),
            [("1921", (1,)), ("1934", (2,))],
        ),
        (
            "Who designed the Lornmouth bridge?",
            (
                "The Lornmouth bridge was designed by Ada Verne.",
                "The Lornmouth bridge was designed by Bo Quill.",
                "Verne designed the Lornmouth bridge.",
            ),
            [("Ada Verne", (1, 3)), ("Bo Quill", (2,))],
        ),
    ],
)
def test_dates_and_names_that_differ(
    question: str, documents: tuple[str, ...], expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert values(question, *documents) == [expected]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "When was the Lornmouth bridge built?",
            "The Lornmouth bridge was built in 1921.",
            "The Tarvik bridge was built in 1934.",
        ),
        (
            "When was the Lornmouth bridge built?",
            "The Lornmouth bridge was built in 1921.",
            "The Lornmouth bridge was closed in 1934.",
        ),
        (
            "When did the Lornmouth bridge open?",
            "The Lornmouth bridge opened on 3 May 1921.",
            "The Lornmouth bridge opened in 1921.",
        ),
        (
            "Who designed the Lornmouth bridge?",
            "The Lornmouth bridge was designed by Ada Verne.",
            "Verne designed the Lornmouth bridge.",
        ),
        (
            "Who designed the Lornmouth bridge?",
            "The Lornmouth bridge was designed by Ada Verne.",
            "Bo Quill criticised the Lornmouth bridge.",
        ),
    ],
)
def test_dates_and_names_that_do_not_differ(question: str, one: str, other: str) -> None:
    assert values(question, one, other) == []
