"""Who does what to whom in a laid claim: three signs that it is turned round against its main sentence."""

from __future__ import annotations

from collections.abc import Sequence

from app.check.alignment import Token
from app.check.laying import Laid

_OWN = frozenset("own new first next last".split())


def turned_round(laid: Laid, *, same_voice: bool) -> bool:
    """Whether words change sides of the word between them, a doer named with "by" is none, or a thing another’s.

    same_voice: both are active or both passive; otherwise doer and object may change sides.
    """
    at = _only_places(laid)
    return (same_voice and _crossed(laid, at)) or _agent_lost(laid, at) or _possession_moved(laid)


def _only_places(laid: Laid) -> dict[int, int]:
    """For each word of the claim that the main sentence has exactly once, and the claim too, its place there."""
    columns = [n for n, (s, _) in enumerate(laid.places) if s == laid.main]
    found = {}
    for i, t in enumerate(laid.claim.tokens):
        its = [laid.places[n][1] for n in columns if laid.same[i, n] > 0]
        if t.content and len(its) == 1:
            found[i] = its[0]
    once = [n for n in found.values() if list(found.values()).count(n) == 1]
    return {i: n for i, n in found.items() if n in once}


def _crossed(laid: Laid, at: dict[int, int]) -> bool:
    """Whether two words on either side of a third have changed sides in the source, all within a few words."""
    mine = sorted(at)
    for k, v in enumerate(mine):
        if laid.claim.tokens[v].kind != "word":
            continue
        before = [a for a in mine[max(k - 2, 0) : k] if v - a <= 5]
        after = [b for b in mine[k + 1 : k + 3] if b - v <= 5]
        if any(at[b] < at[v] < at[a] and at[a] - at[b] <= 8 for a in before for b in after):
            return True
    return False


def _agent_lost(laid: Laid, at: dict[int, int]) -> bool:
    """Whether the source says what was done by somebody, and the claim has that somebody behind the deed."""
    some = laid.sentences[laid.main].tokens
    mine = {n: i for i, n in at.items()}
    for n, t in enumerate(some):
        if t.lower != "by":
            continue
        deed = next((mine[k] for k in range(n - 1, max(n - 4, -1), -1) if k in mine), None)
        doer = next((mine[k] for k in range(n + 1, min(n + 5, len(some))) if k in mine), None)
        if deed is None or doer is None or some[n + 1].figure:
            continue
        if deed < doer and not any(b.lower == "by" for b in laid.claim.tokens[deed:doer]):
            return True
    return False


def _possession_moved(laid: Laid) -> bool:
    """Whether something that the main sentence has is another's in the claim ("Meta’s advances")."""
    some = laid.sentences[laid.main].tokens
    its = _possessions(some)
    keys = {t.key for t in some}
    for owner, thing in _possessions(laid.claim.tokens):
        owned = {other for who, other in its if who == owner}
        if owned and thing not in owned and thing in keys:
            return True
    return False


def _possessions(some: Sequence[Token]) -> set[tuple[str, str]]:
    """Each (owner, thing owned) that a possessive joins."""
    found = set()
    for n in (n for n, t in enumerate(some) if t.kind == "possessive"):
        thing = next((t for t in some[n + 1 :] if t.content and t.lower not in _OWN and not t.figure), None)
        if n and thing is not None:
            found.add((some[n - 1].key, thing.key))
    return found
