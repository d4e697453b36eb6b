"""The check against 370 drafts that lie and 150 that don't: nothing false gets through, little that is true is lost."""

from __future__ import annotations

import random

import pytest

from app.check.alignment import tokens
from app.check.clause_words import is_time
from retrieval.speech_words import MONTHS, ROLE_HEADS, TITLES, WEEKDAYS
from tests.adversary import ARTICLES, FALSE, TRUE, judged, measure, passages_of

RANDOM = 20250131


@pytest.mark.parametrize(("kind", "article", "draft"), FALSE, ids=lambda value: value[:60])
def test_a_false_draft_is_left_out_with_a_reason(kind: str, article: str, draft: str) -> None:
    verdict = judged(article, draft)
    assert verdict.support is None, verdict
    assert 10 < len(verdict.reason) < 160


def test_nine_true_drafts_of_ten_are_kept_and_three_of_four_of_each_kind() -> None:
    outcome = {kind: (len(wrong), count) for kind, (wrong, count) in measure().items() if kind.startswith("true: ")}
    print(*(f"{kind}: {count - lost} of {count}" for kind, (lost, count) in outcome.items()), sep="\n")
    assert all(lost <= 0.25 * count for lost, count in outcome.values())
    assert sum(lost for lost, _ in outcome.values()) <= 0.1 * sum(count for _, count in outcome.values())


def source_sentences() -> list[tuple[str, str]]:
    found = {
        (name, p.document.text[start:end]) for name in ARTICLES for p in passages_of(name) for start, end in p.sentences
    }
    return sorted(found)


@pytest.mark.parametrize(("article", "sentence"), source_sentences(), ids=lambda value: value[:40])
def test_a_whole_sentence_is_verbatim_and_its_evidence_is_the_sentence(article: str, sentence: str) -> None:
    verdict = judged(article, sentence)
    assert verdict.support == "verbatim"
    for evidence in verdict.evidence:
        text = passages_of(article)[evidence.passage].document.text
        assert text[slice(*evidence.span)] == sentence or len(verdict.evidence) > 1
    assert any(passages_of(article)[e.passage].document.text[slice(*e.span)] == sentence for e in verdict.evidence)


def test_evidence_lies_inside_the_passages_cited() -> None:
    for _, article, draft in TRUE:
        for evidence in judged(article, draft).evidence:
            passage = passages_of(article)[evidence.passage]
            assert passage.start <= evidence.span[0] < evidence.span[1] <= passage.end


def test_no_sentence_survives_losing_its_negation() -> None:
    tried = 0
    for article, sentence in source_sentences():
        for token in tokens(sentence):
            if token.negative and token.lower in ("not", "no", "never", "nobody", "without", "neither", "nor"):
                tried += 1
                start = sentence[: token.start].rstrip() if token.lower != "not" else sentence[: token.start]
                verdict = judged(article, (start + sentence[token.end :]).strip())
                assert verdict.support is None, verdict
    assert tried > 10


def test_no_sentence_survives_a_not() -> None:
    auxiliaries = {"is", "was", "were", "has", "had", "will", "would", "could", "may", "must", "can"}
    tried = 0
    for article, sentence in source_sentences():
        for token in tokens(sentence):
            if token.lower in auxiliaries and token.text == sentence[token.start : token.end]:
                tried += 1
                verdict = judged(article, f"{sentence[: token.end]} not{sentence[token.end :]}")
                assert verdict.support is None, verdict
    assert tried > 20


def test_no_sentence_survives_a_changed_figure() -> None:
    tried = 0
    for article, sentence in source_sentences():
        for token in tokens(sentence):
            digit = next((n for n in range(token.start, token.end) if token.figure and sentence[n] in "12345678"), None)
            if digit is not None:
                tried += 1
                changed = sentence[:digit] + str(int(sentence[digit]) + 1) + sentence[digit + 1 :]
                verdict = judged(article, changed)
                assert verdict.support is None, verdict
    assert tried > 40


def test_no_sentence_survives_two_of_its_names_in_each_other_s_place() -> None:
    tried = 0
    for article, sentence in source_sentences():
        names = [t for t in tokens(sentence) if t.kind == "name" and t.lower not in (*MONTHS, *WEEKDAYS, *TITLES)]
        for one, two in zip(names, names[1:], strict=False):
            between = sentence[one.end : two.start]
            if one.start == 0 or one.key == two.key or not between.strip(" ,") or between.strip() == "and":
                continue
            tried += 1
            swapped = sentence[: one.start] + two.text + between + one.text + sentence[two.end :]
            verdict = judged(article, swapped)
            assert verdict.support is None, verdict
    assert tried > 20


def test_a_word_taken_out_is_only_missed_where_it_says_when_or_nothing() -> None:
    """Of all sentences with one word left out, those kept lost an article, an adverb, part of a title, or to whom."""
    chance = random.Random(RANDOM)
    dropped = []
    for article, sentence in source_sentences():
        inner = [t for t in tokens(sentence) if t.kind in ("word", "figure")][1:]
        for token in chance.sample(inner, min(6, len(inner))):
            verdict = judged(article, sentence[: token.start].rstrip() + sentence[token.end :])
            if verdict.support == "supported" and not is_time([token]):
                dropped.append(token.lower)
    harmless = {"the", "a", "an", "had", "has", "have", "also", "still", "even", "just", "however", "already", "then"}
    harmless |= {"on", "in", "reporters", "lawmakers", "who", "so", "himself", "instead", *TITLES, *ROLE_HEADS}
    harmless |= {"bureau", "from"}  # of "the bureau's president": whose president it is need not be said
    left = [word for word in dropped if word not in harmless and not word.endswith("ly")]
    assert left == []
