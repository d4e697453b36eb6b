"""Tests of the answer-sentence score: what a row holds, what the learned model prefers, and that it is its numbers."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.answering import Model, chosen, shipped, summary, weigh
from app.evidence.answering_features import KINDS, NAMES, kind_of, rows
from app.evidence.answering_selection import IN_PLACE, in_place, select
from app.evidence.regression import Boosted, Linear, probability
from retrieval.documents import Document, Hit, Passage
from retrieval.sentences import split_sentences

WHOLE = len(NAMES) + 19
BRIDGE = (
    "The Alder Bridge was opened in May 1931 by Mayor Ruth Calloway. It carries the road to Farwick over the "
    "river Tamsin. The bridge cost the county 2.4 million crowns. Fishing from it is not allowed."
)


def hit(text: str, title: str = "Alder Bridge", relevance: float = 0.5) -> Hit:
    document = Document(text, title, "memory")
    spans = tuple(split_sentences(text))
    return Hit(Passage(document, 0, len(text), spans), 0.6, 0.6, 1.0, (relevance,) * len(spans))


def column(question: str, name: str, text: str = BRIDGE) -> list[float]:
    return [row[NAMES.index(name)] for row in rows(question, [hit(text)])[0]]


def best(question: str) -> str:
    found = hit(BRIDGE)
    (scores,) = weigh(question, (found,)).sentences
    n = max(range(len(scores)), key=scores.__getitem__)
    return BRIDGE[slice(*found.passage.sentences[n])]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many crowns did the bridge cost?", "quantity"),
        ("In which year was it opened?", "time"),
        ("Who opened the bridge?", "person"),
        ("In what city does it stand?", "place"),
        ("Why was it closed?", "reason"),
        ("What does it carry?", "other"),
    ],
)
def test_the_words_of_a_question_tell_what_kind_of_answer_it_wants(question: str, kind: str) -> None:
    assert kind_of(question) == kind
    assert kind in KINDS


def test_a_row_says_what_the_sentence_holds_and_lacks() -> None:
    assert column("When was the Alder Bridge opened?", "has_candidate") == [1, 0, 0, 0]
    assert column("How much did the bridge cost?", "has_figure") == [0, 0, 1, 0]
    assert column("When was the Birch Bridge opened?", "names_missing_passage") == [1] * 4
    assert column("When was the Alder Bridge opened?", "names_missing_passage") == [0] * 4
    assert column("Is fishing allowed?", "negation_differs") == [0, 0, 0, 1]
    assert column("Who closed the bridge in 1950?", "figures_missing_passage") == [1] * 4


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who opened the Alder Bridge?", "Ruth Calloway"),
        ("How much did the Alder Bridge cost?", "2.4 million"),
        ("Which river does it cross on the road to Farwick?", "Tamsin"),
    ],
)
def test_the_sentence_that_answers_scores_best(question: str, words: str) -> None:
    assert words in best(question)


def test_a_question_about_another_thing_is_less_likely_to_be_answered() -> None:
    asked = weigh("When was the Alder Bridge opened?", (hit(BRIDGE),)).whole
    other = weigh("When was the Birch Tunnel in Norland destroyed?", (hit(BRIDGE),)).whole
    assert other < asked


def test_nothing_found_holds_nothing() -> None:
    assert weigh("Who opened it?", ()).whole == 0


@given(st.text(max_size=80), st.text(min_size=1, max_size=200).filter(str.strip))
def test_any_text_gets_probabilities(question: str, text: str) -> None:
    weighed = weigh(question, (hit(text),))
    assert all(0 <= score <= 1 for passage in weighed.sentences for score in passage)
    assert 0 <= weighed.whole <= 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0, 1), st.floats(0, 1))
def test_what_is_selected_scores_enough_and_all_that_does_is_selected(
    scores: list[float], share: float, least: float
) -> None:
    scores = (scores * 4)[:4]
    taken = {n for _, n in select((hit(BRIDGE),), (tuple(scores),), share, least)}
    assert scores.index(max(scores)) in taken
    assert taken == {n for n, score in enumerate(scores) if score >= share * max(scores)}


def test_the_more_documents_there_are_the_nearer_to_the_best_a_sentence_must_be() -> None:
    scores = ((0.8, 0.3), (0.6, 0.3))
    one, other = hit("The bridge opened. It rained."), hit("Another text. It has two sentences.")
    assert list(select((one, one), scores, 0.3, 0.0)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert list(select((one, other), scores, 0.3, 0.0)) == [(0, 0), (1, 0)]


def test_a_document_that_names_clearly_fewer_of_the_words_is_left_out() -> None:
    scores, words = ((0.5, 0.1), (0.6, 0.1)), ((0.8, 0.2), (0.3, 0.3))
    hits = hit("The bridge opened. It rained."), hit("Another text. It has two sentences.")
    assert list(select(hits, scores, 0.9, 0.75, words)) == [(0, 0)]
    assert list(select(hits, scores, 0.9, 0.2, words)) == [(0, 0), (1, 0)]


def test_what_is_chosen_holds_the_answer() -> None:
    other = hit("Rain fell all night. Nobody slept.", "A storm", 0.1)
    taken = chosen("Who opened the Alder Bridge?", (hit(BRIDGE), other))
    assert (0, 0) in taken
    assert all(at == 0 for at, _ in taken)
    assert chosen("Who opened it?", ()) == []


def test_a_sentence_in_its_place_is_seen_among_those_of_its_document() -> None:
    question = "Who opened the Alder Bridge?"
    first, again = hit(BRIDGE), hit(BRIDGE)
    odds = [[1.0, 0.0, -1.0, -2.0]] * 2
    placed = in_place((first, again), rows(question, (first, again)), odds)
    columns = {name: [row[at] for passage in placed for row in passage] for at, name in enumerate(IN_PLACE)}
    assert columns["sentences"] == [8] * 8
    assert columns["documents"] == [1] * 8
    assert columns["odds_below_best"] == [0, -1, -2, -3] * 2
    assert columns["refers_back"] == [0, 1, 0, 0] * 2
    assert sum(columns["is_first"]) == sum(columns["is_last"]) == 1


def test_boosted_trees_give_the_sum_of_the_leaves_that_a_row_falls_into() -> None:
    stump = ((0, 0.5, 1, 2), (-1, -1.0, 0, 0), (1, 3.0, 3, 4), (-1, 0.25, 0, 0), (-1, 2.0, 0, 0))
    boosted = Boosted(0.5, (stump, stump))
    assert boosted.log_odds([0.5, 9.0]) == -1.5
    assert boosted.log_odds([0.6, 3.0]) == 1.0
    assert boosted.log_odds([0.6, 3.1]) == 4.5


def test_the_shipped_model_fits_the_rows_and_says_what_it_was_trained_on() -> None:
    model = shipped()
    assert len(model.sentence.weights) == len(NAMES)
    assert len(model.whole.weights) == WHOLE
    assert len(model.chosen.weights) == len(IN_PLACE)
    assert all(node[0] < WHOLE for tree in model.boosted.trees for node in tree)
    kept = json.loads((Path(__file__).parents[1] / "app" / "learned" / "answering.json").read_text())
    assert Model.of(kept) == model
    assert "squad2" in kept["trained_on"]


def test_the_score_is_the_logistic_regression_that_its_numbers_say() -> None:
    sentence = Linear((0.5,) * len(NAMES), -1.0)
    whole = Linear((0.1,) * (WHOLE), 0.2)
    model = Model(sentence, whole, Boosted(0.6, ()), 0.5, Linear((0.0,) * len(IN_PLACE), 0.0), 0.5, 0.0)
    found = rows("Who opened the bridge?", [hit(BRIDGE)])
    weighed = weigh("Who opened the bridge?", (hit(BRIDGE),), model)
    odds = [[-1.0 + 0.5 * sum(row) for row in passage] for passage in found]
    assert weighed.sentences[0] == pytest.approx([1 / (1 + math.exp(-value)) for value in odds[0]])
    assert weighed.whole == pytest.approx(probability((0.8 + 0.1 * sum(summary(found, odds))) / 2))
