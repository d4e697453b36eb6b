"""The benchmark's own arithmetic and the table it writes: a wrong measure would praise a wrong change."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score, roc_auc_score

from tests.benchmarks.retrieval_measures import Figure, auroc, interval, mrr, ndcg, recall
from tests.benchmarks.retrieval_report import flat, tables, write


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=5, max_size=12).filter(any))
def test_ndcg_is_that_of_scikit_learn(relevant: list[bool]) -> None:
    ids = [str(n) for n in range(len(relevant))]
    ours = ndcg(5)(ids, frozenset(id for id, right in zip(ids, relevant, strict=True) if right))
    theirs = ndcg_score([list(map(int, relevant))], [list(range(len(ids), 0, -1))], k=5)
    assert ours == pytest.approx(theirs)


def test_recall_and_reciprocal_rank_count_only_the_first_k() -> None:
    found, relevant = ["a", "b", "c"], frozenset({"b", "c", "d"})
    assert recall(2)(found, relevant) == pytest.approx(1 / 3)
    assert mrr(2)(found, relevant) == 0.5
    assert mrr(1)(found, relevant) == 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auroc_is_that_of_scikit_learn(scored: list[tuple[int, bool]]) -> None:
    truth = [t for _, t in scored]
    ours = auroc(np.array([float(s) for s, _ in scored]), np.array(truth))
    assert ours == pytest.approx(roc_auc_score(truth, [s for s, _ in scored]) if len(set(truth)) == 2 else 0.5)


def test_the_interval_tells_a_real_lead_from_chance() -> None:
    coin = np.random.default_rng(2).random(400)
    low, high = interval(Figure(coin), Figure(np.random.default_rng(3).permutation(coin)))
    assert low < 0 < high
    assert interval(Figure(coin + 0.1), Figure(coin))[0] == pytest.approx(0.1)


def test_the_table_has_each_figure_beside_its_best_peer_and_marks_what_is_behind() -> None:
    worse, better = Figure.of([0.1] * 9), Figure.of([0.9] * 9)
    asked = Figure.of([0.2, 0.8], [False, True])
    found = {
        "ours": {"mtrag_a_own_ndcg5": worse, "mtrag_b_own_ndcg5": better, "squad2_auroc": asked},
        "bm25": {"mtrag_a_own_ndcg5": better, "mtrag_b_own_ndcg5": worse},
        "cosine": {"squad2_auroc": asked},
    }
    keys = flat(found, {"mtrag_a_own_ndcg5": 0.25})
    assert keys["mtrag_own_ndcg5"] == keys["bm25_mtrag_own_ndcg5"] == pytest.approx(0.5)
    assert keys["mtrag_a_own_ndcg5_spread"] == 0.25
    assert keys["cosine_squad2_auroc"] == 1
    first, _, second = tables(found, {"mtrag_a_own_ndcg5": 0.25}).partition("\n\n")
    behind, ahead = first.splitlines()[2:]
    assert "-0.800 (-0.800 … -0.800) bm25, **behind** | 0.2500" in behind
    assert "+0.800" in ahead
    assert "behind" not in ahead
    assert "| squad2_auroc | 2 | 1.000 | 1.000 |" in second
    assert "within chance" in second


def test_what_stands_around_the_written_part_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Before\n")
    write(page, "one")
    page.write_text(page.read_text() + "\nAfter.\n")
    write(page, "two")
    text = page.read_text()
    assert text.startswith("# Before\n")
    assert text.endswith("\nAfter.\n")
    assert "two" in text
    assert "one" not in text
