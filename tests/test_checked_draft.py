"""A draft under check: who a pronoun is, in a sentence that stands on its own feet."""

from __future__ import annotations

from datetime import date

import pytest

from app.checked_draft import CheckedDraft
from app.evidence.voices import Voices
from retrieval.documents import Document, Hit
from retrieval.passages import split_passages
from retrieval.quotations import find_quotations

TEXT = (
    "“We sold fewer loaves and better ones,” chief executive Marta Lindholm told reporters on Tuesday. “Austria was a "
    "mistake from the first day,” Lindholm said.\n\n"
    "“The dividend is safe for as long as I am here,” finance chief Theo Brandt said. Nine shops were closed in March."
)
DOCUMENT = Document(TEXT, "Harbour Foods closes shops", "a.txt", source="The Quay Ledger", published=date(2025, 5, 3))
LINDHOLM = "Marta Lindholm said: “We sold fewer loaves and better ones.” [1]\n"


def shown(draft: str) -> list[str]:
    hits = [Hit(passage, 1.0, 1.0, 1.0) for passage in split_passages(DOCUMENT)]
    everywhere = frozenset((DOCUMENT.id, span) for hit in hits for span in hit.passage.sentences)
    checked = CheckedDraft(hits, Voices.of([DOCUMENT], find_quotations), everywhere)
    list(checked.check([draft], show=False))
    return [statement.text for statement in checked.statements]


@pytest.mark.parametrize(
    "sentence",
    [
        "She added: “Austria was a mistake from the first day.” [1]",
        "She also said that “Austria was a mistake from the first day”. [1]",
        "According to the Quay Ledger, she said: “Austria was a mistake from the first day.” [1]",
    ],
)
def test_a_pronoun_becomes_the_name_of_whoever_was_quoted_last(sentence: str) -> None:
    first, second = shown(LINDHOLM + sentence)
    assert "Lindholm" in first
    assert "Marta Lindholm" in second
    assert "Austria was a mistake from the first day" in second


@pytest.mark.parametrize(
    "draft",
    [
        "She added: “Austria was a mistake from the first day.” [1]",
        LINDHOLM + "She added: “The dividend is safe for as long as I am here.” [1]",
        "Theo Brandt said that “the dividend is safe”. [1]\nHe added: “Austria was a mistake from the first day.” [1]",
    ],
)
def test_nobodys_words_are_given_to_somebody_else(draft: str) -> None:
    assert not any("added" in text for text in shown(draft))
