"""Other names for the articles that the reader is fitted to: the same throughout an article, and nothing else."""

from __future__ import annotations

import random

from tests.benchmarks.renaming import Beside, renamed

CLAIMS = [
    Beside(
        f"a{n}", True, f"{first} Ormund of {firm} sold the {mill} mill in May.", f"{first} Ormund, of {firm}, sold it."
    )
    for n, (first, firm, mill) in enumerate(
        zip(["Anna", "Peter"] * 20, ["Vell", "Brask"] * 20, ["old", "new"] * 20, strict=True)
    )
]


def test_names_are_exchanged_the_same_way_in_claim_and_source() -> None:
    found = renamed(CLAIMS, (), random.Random(0))
    changed = [(a, b) for a, b in zip(CLAIMS, found, strict=True) if a != b]
    assert len(changed) > len(CLAIMS) / 2
    for old, new in changed:
        first, last, _, firm, *rest = new.text.split()
        assert new.source == f"{first} {last}, of {firm}, sold it."
        assert rest == old.text.split()[4:]
        assert (new.article, new.true) == (old.article, old.true)


def test_a_womans_name_stands_for_a_womans() -> None:
    found = renamed(CLAIMS, (), random.Random(0))
    firsts = {(a.text.split()[0], b.text.split()[0]) for a, b in zip(CLAIMS, found, strict=True)}
    assert firsts <= {("Anna", "Anna"), ("Peter", "Peter")}


def test_articles_kept_stay_as_they_are() -> None:
    assert renamed(CLAIMS, {one.article for one in CLAIMS}, random.Random(0)) == CLAIMS
