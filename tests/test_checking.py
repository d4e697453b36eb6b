"""The check of one sentence: verbatim, supported or left out, with evidence inside what it cites and exact quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.check.attribution import quoted_spans
from app.check.checking import Verdict, check, same_remark
from retrieval.documents import Document, Passage, Span
from retrieval.passages import split_passages
from retrieval.quotations import find_quotations, speaker_of

TEXTS = (
    "Mill owner Ada Berg said the dam would hold. “We built it to last,” Berg said, “and it will\nlast.” Rain "
    "fell for nine days. The river rose 2.5 metres, more than in any spring since 1987. It fell again in May.",
    "“The dam is old,” said Jon Lind, who fishes there. He never trusted it! The mill makes $3 million a year; it "
    "employs 40 people. Nobody was hurt. “We built it to last, and it will last,” read a sign at the gate.",
)
PASSAGES = tuple(next(split_passages(Document(text, f"T{n}", f"{n}.txt"))) for n, text in enumerate(TEXTS))
SENTENCES = [(n, span) for n, passage in enumerate(PASSAGES, 1) for span in passage.sentences]


def says(passage: Passage, span: Span) -> str | None:
    return speaker_of(find_quotations(passage.document), *span)


def verdict(sentence: str, *cites: int) -> Verdict:
    return check(sentence, PASSAGES, cites, says)


def quote(number: int, span: Span) -> str:
    return PASSAGES[number - 1].document.text[slice(*span)]


@pytest.mark.parametrize(("number", "span"), SENTENCES)
def test_a_sentence_of_the_passage_is_verbatim(number: int, span: Span) -> None:
    found = verdict(quote(number, span), number)
    assert found.support == "verbatim"
    assert found.evidence[0].span == span
    assert found.text == " ".join(quote(number, span).split())


@pytest.mark.parametrize(("number", "span"), SENTENCES)
@pytest.mark.parametrize("how", ["off by one", "out of range", "missing"])
def test_a_wrong_citation_is_repaired_to_the_passage_that_bears_it_out(number: int, span: Span, how: str) -> None:
    cites = {"off by one": (3 - number,), "out of range": (9,), "missing": ()}[how]
    found = verdict(quote(number, span), *cites)
    assert (found.support, [e.passage + 1 for e in found.evidence]) == ("verbatim", [number])
    assert found.repaired.endswith(f"; passage {number} bears it out")


def test_a_citation_that_holds_stays_and_a_wrong_one_beside_it_is_dropped() -> None:
    sign = "“We built it to last, and it will last,” read a sign at the gate."
    assert verdict(sign, 2).repaired == ""
    found = verdict("Ada Berg said the dam would hold.", 2, 1)
    assert [e.passage for e in found.evidence] == [0]
    assert found.repaired == "it cited passage 2 in vain; passage 1 bears it out"


def test_a_passage_that_is_cited_and_holds_is_not_given_up_for_a_nearer_one() -> None:
    twice = (*PASSAGES, PASSAGES[0])
    assert [e.passage for e in check("The river rose 2.5 metres.", twice, (3,), says).evidence] == [2]


def test_the_shown_text_is_the_document_s_not_the_draft_s() -> None:
    assert verdict("he NEVER trusted it", 2).text == "He never trusted it!"


def test_two_sentences_in_a_row_are_one_verbatim_statement() -> None:
    found = verdict("Rain fell for nine days. The river rose 2.5 metres, more than in any spring since 1987.", 1)
    assert found.support == "verbatim"
    assert quote(1, found.evidence[0].span).endswith("1987.")


def test_a_piece_of_a_sentence_is_not_verbatim() -> None:
    assert verdict("The river rose 2.5 metres.", 1).support == "supported"
    assert verdict("The dam would hold.", 1).support is None


def test_every_passage_that_bears_it_out_is_evidence_and_no_other() -> None:
    found = verdict("Ada Berg said the dam would hold.", 1, 2)
    assert [e.passage for e in found.evidence] == [0]


@pytest.mark.parametrize(
    ("sentence", "cites", "reason"),
    [
        ("", (1,), "it says nothing"),
        ("…", (1,), "it says nothing"),
        ("Here is what he said:", (1,), "it only introduces what follows"),
        ("Rain fell for two days.", (), "it cites no passage, and none that was found bears it out"),
        ("Rain fell for two days.", (7,), "it cites passage 7, and there is no such passage"),
        ("Rain fell for ten days.", (1,), "the figure ten is not in the sentence it cites"),
        ("Jon Lind said: “We built it to last.”", (1,), "the words are Ada Berg’s, not Jon Lind’s"),
    ],
)
def test_what_is_left_out_says_why(sentence: str, cites: tuple[int, ...], reason: str) -> None:
    found = verdict(sentence, *cites)
    assert (found.support, found.reason, found.evidence) == (None, reason, ())


def test_a_quotation_is_shown_in_the_document_s_own_characters() -> None:
    found = verdict('Jon Lind said: "the DAM is old."', 2)
    assert found.support == "supported"
    assert "The dam is old" in found.text


def test_the_same_remark_in_two_sources_is_recognised() -> None:
    assert same_remark(
        "He said “we will not leave the island today”.", "“We will not leave the island today,” he said."
    )
    assert same_remark("Its sales rose 5% in May to $48.39 billion.", "Its sales rose 5% in May to $48.4 billion.")
    assert not same_remark("Its sales rose 5% in May to $48.39 billion.", "Its sales rose 5% in May to $49 billion.")


WORDS = sorted({word for text in TEXTS for word in text.split()})


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join), st.integers(1, 2))
def test_whatever_is_written_evidence_lies_in_the_passage_and_quotations_in_the_document(text: str, cite: int) -> None:
    found = verdict(text, cite)
    for evidence in found.evidence:
        passage = PASSAGES[evidence.passage]
        assert passage.start <= evidence.span[0] < evidence.span[1] <= passage.end
    if found.support:
        assert found.repaired or [e.passage for e in found.evidence] == [cite - 1]
        source = " ".join(PASSAGES[found.evidence[0].passage].document.text.split())
        assert all(found.text[a:b].strip("“”\"'‘’.,;:!? ") in source for a, b in quoted_spans(found.text))
    else:
        assert found.reason


@given(st.text(max_size=200))
def test_it_never_raises(text: str) -> None:
    assert verdict(text, 1, 2).support in ("verbatim", "supported", None)


@given(
    st.sampled_from(SENTENCES),
    st.integers(0, 200),
    st.sampled_from(["Oslo", "not", "7", "all", "reportedly", "against"]),
)
def test_a_word_put_into_a_sentence_never_passes(chosen: tuple[int, Span], at: int, word: str) -> None:
    number, span = chosen
    typed = quote(number, span).split()
    at = 1 + at % max(len(typed) - 1, 1)
    assert verdict(" ".join([*typed[:at], word, *typed[at:]]), number).support is None
