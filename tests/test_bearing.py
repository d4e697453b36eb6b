"""Sentences in free words: what the measure of bearing lets through, and what rules it out."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.check.bearing import bearings, trees
from app.check.checking import Verdict, check
from app.check.laying import lay
from app.check.laying_features import features
from app.check.recheck import recheck
from app.evidence.strictness import BALANCED, LEVELS, NEVER, least_of
from retrieval.documents import Document, Passage
from retrieval.minilm import MiniLM
from retrieval.passages import split_passages
from tests import paraphrases
from tests.adversary import says
from tests.benchmarks.claim_sets import HELD_OUT

TEXT = (
    "Harbour Foods said on Tuesday that net profit rose 14% to $46 million in the year to June. Sales were $610 "
    "million, against $588 million a year earlier.\n\n"
    "The company plans to open 25 shops in Portugal next year. It closed nine shops in Austria in March. "
    "“We sold fewer loaves and better ones,” chief executive Marta Lindholm told reporters. "
    "Veltrix sued Harbour Foods in May over a patent. Apples were recalled in Spain.\n\n"
    "Was the plan too bold? Finance chief Theo Brandt will leave in December."
)
DOCUMENT = Document(TEXT, "Harbour Foods lifts profit", "harbour.txt")
PASSAGES = tuple(split_passages(DOCUMENT))


def judged(claim: str, least: float = BALANCED.wording) -> Verdict:
    return check(claim, PASSAGES, range(1, len(PASSAGES) + 1), says, least)


@pytest.mark.parametrize(
    "claim",
    [
        "Next year, 25 shops are to be opened in Portugal by the company, which plans this.",
        "Nine shops in Austria were closed by the company in March.",
        "In Spain, apples had to be recalled.",
    ],
)
def test_true_sentences_pass_that_the_rules_of_wording_refuse(claim: str) -> None:
    assert judged(claim, NEVER).support is None
    verdict = judged(claim)
    assert verdict.support == "supported"
    assert all(0 <= e.span[0] < e.span[1] <= len(TEXT) for e in verdict.evidence)


def test_what_a_company_said_of_itself_passes_without_it_where_little_is_asked() -> None:
    claim = "The net profit of Harbour Foods grew by 14% and reached $46 million in the year to June."
    assert judged(claim, NEVER).support is None
    assert judged(claim, least_of("lenient").wording).support == "supported"


def test_its_in_the_place_of_that_is_nothing_exchanged() -> None:
    assert bearings("On Tuesday, Harbour Foods said its net profit had grown by 14% to $46 million.", PASSAGES, says)


def test_its_in_the_place_of_the_owner_is_nothing_exchanged() -> None:
    document = Document("Sales rose in May, and the company's debt fell to $3 million.", "A", "a.txt")
    assert bearings("Sales rose in May, and its debt fell to $3 million.", list(split_passages(document)), says)


@pytest.mark.parametrize(
    "claim",
    [
        "Portugal.",
        "recalled) Apples.",
        "Apples were recalled in Spain [1] in May.",
        "You close nine shops in Austria in March.",
        "Apples were recalled in Spain: click here.",
        "The company plans to open 25 shops (in Portugal next year.",
        "Nine shops in Austria were closed by the company, see http://harbour.example/march.",
    ],
)
def test_what_is_no_sentence_or_speaks_to_its_reader_is_borne_out_by_nothing(claim: str) -> None:
    assert not bearings(claim, PASSAGES, says)


@pytest.mark.parametrize(
    ("claim", "feature"),
    [
        ("Net profit grew by 15% to $46 million.", "figures_absent"),
        ("The profit of Grainhouse grew by 14% to $46 million.", "names_unknown"),
        ("Grainhouse’s net profit rose 14% to $46 million.", "another_opens"),
        ("The company opened 25 shops in Portugal.", "only_planned"),
        ("Sales came to $588 million, against $610 million a year earlier.", "led"),
        ("Harbour Foods said that its net loss rose 14% to $46 million in the year to June.", "opposed"),
        ("The company does not plan to open 25 shops in Portugal next year.", "put_in"),
        ("Net profit could have risen 14% to $46 million.", "put_in"),
        ("Theo Brandt closed nine shops in Spain in March.", "edit_another"),
    ],
)
def test_a_hard_objection_rules_a_claim_out_however_likely(claim: str, feature: str) -> None:
    laid = lay(claim, PASSAGES[0], MiniLM())
    assert laid is not None
    assert features(laid, says)[feature]
    assert not bearings(claim, PASSAGES, says)
    assert judged(claim, 0.0).support is None


@pytest.mark.parametrize(
    "claim",
    [
        "Harbour Foods sued Veltrix in May over a patent.",
        "Theo Brandt told reporters: “We sold fewer loaves and better ones.”",
        "Marta Lindholm said they sold “fewer loaves and many better ones.”",
        "The plan was too bold.",
        "“Net profit rose",
    ],
)
def test_what_turns_round_misquotes_or_answers_a_question_does_not_pass(claim: str) -> None:
    assert judged(claim, 0.0).support is None


def test_the_strictest_level_takes_no_free_wording_and_the_levels_are_in_order() -> None:
    assert [least_of(level).wording for level in LEVELS] == sorted(least_of(level).wording for level in LEVELS)
    assert least_of("strict").wording == NEVER
    assert judged("Nine shops in Austria were closed by the company in March.", NEVER).support is None


def test_a_wrong_citation_on_a_freely_worded_sentence_is_repaired() -> None:
    other = Document("Nothing about shops stands here. The weather was fine.", "Weather", "weather.txt")
    passages = (*split_passages(other), *PASSAGES)
    claim = "Nine shops in Austria were closed by the company in March."
    verdict = check(claim, passages, (1,), says, BALANCED.wording)
    assert verdict.support == "supported"
    assert {e.passage for e in verdict.evidence} == {1}
    assert "cited passage 1 in vain" in verdict.repaired


def test_what_two_sentences_bear_out_together_holds_when_it_is_checked_again() -> None:
    claim = "The company closed nine shops in Austria in March and plans to open 25 shops in Portugal next year."
    verdict = judged(claim, 0.3)
    assert verdict.support == "supported"
    cited = [Passage(DOCUMENT, *e.span, (e.span,)) for e in verdict.evidence]
    again, bearing = recheck(claim, cited, says, 0.3)
    assert again.support == "supported"
    assert bearing == frozenset(range(len(cited)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*TEXT.split(), "not", "“", "”", "9%", "Zürich", "…", "\u202e"]), max_size=25))
def test_any_text_gets_a_likelihood_between_0_and_1_and_spans_of_the_passage(words: list[str]) -> None:
    for number, found in bearings(" ".join(words), PASSAGES, says):
        assert 0 <= found.likelihood <= 1
        assert set(found.spans) <= set(PASSAGES[number].sentences)


def test_the_shipped_trees_use_no_feature_that_is_not_measured() -> None:
    laid = lay("Net profit rose 14%.", PASSAGES[0], MiniLM())
    assert laid is not None
    measured = features(laid, says)
    assert set(trees("laying").names) <= set(measured)
    assert set(trees("weighing").names) <= {*measured, "laid", "read"}
    assert all(np.isfinite(list(measured.values())))


def test_held_out_claims_lies_stay_out_and_free_wording_is_kept_as_far_as_is_safe() -> None:
    """The measured figures stand in docs/answers.md; here a sixth of the claims, so that a fault shows."""
    found = paraphrases.passages(HELD_OUT)
    some = list(paraphrases.claims(HELD_OUT))[::6]
    verdict = partial(check, speaker_of=says, least=BALANCED.wording)
    passed = [
        verdict(one.text, found[one.article], range(1, len(found[one.article]) + 1)).support is not None for one in some
    ]
    lies = [ok for ok, one in zip(passed, some, strict=True) if one.kind != paraphrases.TRUE]
    true = [ok for ok, one in zip(passed, some, strict=True) if one.kind == paraphrases.TRUE]
    assert sum(lies) <= 0.05 * len(lies)
    assert sum(true) >= 0.25 * len(true)
