"""Pairs of words of which one makes a statement false that the other makes true."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.check.words import stem

_PAIRS = """
    before after|earlier later|ahead behind|ahead late|favour against|favor against|support oppose
    supporter opponent|supporter critic|inside outside|indoors outdoors|above below|onto off
    profit loss|profit deficit|surplus deficit|surplus shortfall|gain loss|add lose|add wipe|win lose|won lost
    victory defeat|beat miss|exceed miss|buy sell|bought sold|buyer seller|buyer supplier|borrow lend|import export
    open close|reopen close|open shut|start end|begin end|start stop|begin stop|launch cancel|keep abandon|keep drop
    stay leave|remain leave|enter leave|arrive leave|join leave|hire dismiss|hire fire|accept reject|accept refuse
    accept decline|agree refuse|agree disagree|approve reject|approve block|allow forbid|allow ban|allow prohibit
    permit prohibit|permit ban|include exclude|confirm deny|admit deny|deny concede|uphold overturn|guilty acquit
    convict acquit|praise criticise|praise criticize|welcome criticise|welcome criticize|encourage discourage
    encourage deter|strengthen weaken|strong weak|stronger weaker|high low|higher lower|highest lowest|large small
    larger smaller|largest smallest|long short|longer shorter|fast slow|faster slower|early late|cheap expensive
    cheaper dearer|old new|older younger|oldest youngest|first last|best worst|better worse|most least|maximum minimum
    always never|all none|everyone nobody|everything nothing|both neither|same different|public private|north south
    east west|northern southern|eastern western|left right|hot cold|warm cool|wet dry|rain drought|day night
    morning evening|morning afternoon|summer winter|spring autumn|success failure|succeed fail|pass fail|alive dead
    survive die|safe dangerous|legal illegal|lawful unlawful|likely unlikely|able unable|possible impossible
    true false|optimistic pessimistic|domestic foreign|internal external|male female|man woman|men women|boys girls
    tighten loosen|tighten ease|worsen improve|deepen ease|speed slow|hasten delay|widen narrow|lengthen shorten
    expand shrink|grow shrink|lock unlock|burning out|present absent|plaintiff defendant|majority minority
"""
PAIRS = tuple(
    (stem(a), stem(b)) for pair in _PAIRS.replace("\n", "|").split("|") if pair.strip() for a, b in [pair.split()]
)


def opposed(claim: Iterable[str], source: Collection[str]) -> int:
    """How many pairs there are of which a claim has the one alone, and its source the other alone; all as stems."""
    ours, theirs = set(claim), set(source)
    return sum(
        (a in ours and b not in ours and b in theirs and a not in theirs)
        or (b in ours and a not in ours and a in theirs and b not in theirs)
        for a, b in PAIRS
    )
