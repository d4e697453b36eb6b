"""What a claim near its source changed in it: a name, figure or word put in the place of another, or "may" left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from app.check.alignment import Token
from app.check.paraphrase_layout import ANAPHORS
from app.check.paraphrase_words import LIGHT, POSSIBLE, QUANTIFIERS, groups

_MOST = 4
"""Words that an exchange spans at most on either side; more are another wording."""
_NEAR = 0.6
"""The share of a claim's words that stand in its source in their order, from which on one exchanged word is an error
rather than another wording: of 108 true sentences of a strong model none was, of 52 slips 20."""
_COUNTING = QUANTIFIERS | frozenset("each together own alone apiece jointly more fewer less".split())
_COUNTED = tuple(
    f"edit_{what}"
    for what in """added_name added_word added_small added_moved added_known added_head added_inside added_tail
    left_name left_word left_small left_head left_inside left_tail replaced replaced_content replaced_one""".split()
)
_OWNING = frozenset("his her its their my our whose".split())


@dataclass(frozen=True)
class Edit:
    """Words of the claim in the place of those of its source, one of both may be none; at: where in the sentences."""

    mine: Sequence[Token]
    its: Sequence[Token]
    at: Literal["head", "inside", "tail"]


class Edited:
    """A claim beside one sentence of its source, both matched as Ratcliff and Obershelp do (difflib), marks left out.

    known: keys of words that the claim may rest on beside those of the sentence.
    """

    def __init__(self, claim: Sequence[Token], source: Sequence[Token], known: Collection[str] = ()) -> None:
        self._ours, self._theirs = ([t for t in side if t.kind != "mark"] for side in (claim, source))
        self._known = {t.key for t in source}.union(known)
        self._matcher = _matched(self._ours, self._theirs)
        self._blocks = [block.size for block in self._matcher.get_matching_blocks() if block.size]
        self._edits = list(self._read())
        self._there = {_key(t) for t in self._theirs}

    def _read(self) -> Iterator[Edit]:
        codes = self._matcher.get_opcodes()
        for n, (what, a, b, c, d) in enumerate(codes):
            if what != "equal":
                last = n == len(codes) - 1
                yield Edit(self._ours[a:b], self._theirs[c:d], "head" if n == 0 else "tail" if last else "inside")

    def exchanged(self) -> bool:
        """Whether something stands where the source has something else, that can't stand for it.

        In the place of a few words no other name stands, no figure that the source gives elsewhere, no other quantity
        ("each" for "together") and no "his" for "the"; no "may" is left out there or between words that both have.
        """
        return any(self._is_another(edit) for edit in self._edits)

    def _is_another(self, edit: Edit) -> bool:
        if not 0 < len(edit.its) <= _MOST or len(edit.mine) > _MOST:
            return False
        if edit.at == "head":
            return _names_another(edit)
        if _may(edit.its) and not _may(edit.mine) and (edit.mine or edit.at == "inside"):
            return not _may(self._ours)
        return _names_another(edit) or self._counts_another(edit) or _owns(edit)

    def _counts_another(self, edit: Edit) -> bool:
        """Whether another figure of the source stands there, or another word of quantity."""
        figures, given = ([t.figure for t in side if t.figure] for side in (edit.mine, edit.its))
        elsewhere = [t.figure for t in self._theirs if t.figure]
        for figure in figures:
            if given and not any(one.bears_out(figure) for one in given):
                return any(one.bears_out(figure) for one in elsewhere)
        return self._means_another(edit, lambda t: t.lower in _COUNTING)

    def measures(self) -> dict[str, float]:
        """How near the claim is to the sentence, and what it adds, leaves out and exchanges, of what kind and where."""
        count = max(len(self._ours), 1)
        content = ([t for t in side if t.content] for side in (self._ours, self._theirs))
        found = dict.fromkeys(_COUNTED, 0.0) | {
            "edit_likeness": self._matcher.ratio(),
            "edit_content": _matched(*content).ratio(),
            "edit_cover": sum(self._blocks) / count,
            "edit_blocks": len(self._blocks) / count,
            "edit_longest": max(self._blocks, default=0) / count,
            "edit_exchanged": float(self._is_reworded()),
            "edit_another": float(self.exchanged()),
        }
        for edit in self._edits:
            for t in edit.mine:
                stands = t.content and _key(t) in self._there
                found[f"edit_added_{'moved' if stands else _kind(t)}"] += 1
                found["edit_added_known"] += t.content and not stands and t.key in self._known
            for t in edit.its:
                found[f"edit_left_{_kind(t)}"] += 1
            found[f"edit_added_{edit.at}"] += len(edit.mine)
            found[f"edit_left_{edit.at}"] += len(edit.its)
            found["edit_replaced"] += bool(edit.mine and edit.its)
            found["edit_replaced_content"] += all(any(t.content for t in side) for side in (edit.mine, edit.its))
            found["edit_replaced_one"] += len(edit.mine) == len(edit.its) == 1
        return found

    def _is_reworded(self) -> bool:
        """Whether few words stand in the place of others, past the opening: exchanged things, or another wording."""
        near = sum(self._blocks) >= _NEAR * len(self._ours)
        some = (e for e in self._edits if e.at != "head" and 0 < len(e.mine) <= _MOST and 0 < len(e.its) <= _MOST)
        return any(
            _names_another(e)
            or _figures_differ(e)
            or (_may(e.its) and not _may(e.mine))
            or _owns(e)
            or (near and self._means_another(e, _means))
            for e in some
        )

    def _means_another(self, edit: Edit, counts: Callable[[Token], bool]) -> bool:
        """Whether such words stand there, none of which may stand for the source's, nor was moved there."""
        said = [t for t in edit.mine if counts(t) and (t.key not in self._known or t.lower in _COUNTING)]
        told = [t for t in edit.its if counts(t)]
        return bool(said and told) and not any(may_stand(one, other) for one in said for other in told)


def _matched(ours: Sequence[Token], theirs: Sequence[Token]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, [_key(t) for t in ours], [_key(t) for t in theirs], autojunk=False)


def _kind(t: Token) -> str:
    return "name" if t.kind == "name" else "word" if t.content else "small"


def _key(t: Token) -> str:
    return f"{t.figure.low} {t.figure.high}" if t.figure else t.key


def _names_another(edit: Edit) -> bool:
    names, others = ({t.key for t in side if t.kind == "name"} for side in (edit.mine, edit.its))
    return bool(names and others) and names.isdisjoint(others)


def _figures_differ(edit: Edit) -> bool:
    figures, given = ([t.figure for t in side if t.figure] for side in (edit.mine, edit.its))
    return bool(figures and given) and not any(one.bears_out(figure) for figure in figures for one in given)


def _may(some: Sequence[Token]) -> bool:
    return any(t.lower in POSSIBLE for t in some)


def _owns(edit: Edit) -> bool:
    """Whether "his" stands for "the"."""
    told = any(t.content or t.lower in _OWNING for t in edit.its)
    return not told and any(t.lower in _OWNING for t in edit.mine) and any(t.key == "the" for t in edit.its)


def _means(t: Token) -> bool:
    light = t.lower in LIGHT | POSSIBLE | ANAPHORS or t.kind in ("name", "figure")
    return t.lower in _COUNTING or (t.content and not light)


def may_stand(one: Token, other: Token) -> bool:
    """Whether one word is the other, or means the same."""
    return one.key == other.key or bool(groups(one.lower) & groups(other.lower))
