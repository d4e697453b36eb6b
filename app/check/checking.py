"""The check of one sentence against the passages it cites: verbatim, supported, or left out with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from app.answer import Support
from app.check.attribution import SpeakerOf, quoted_spans, quoted_words
from app.check.bearing import bearings
from app.check.entailment import problem
from app.check.quantities import quantities
from app.check.told import told
from app.check.words import bag, collapse, content_bag, find_all_folded, find_folded, fold, is_negation, words
from app.evidence.strictness import NEVER
from retrieval.documents import Passage, Span

_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Characters that show nothing but may turn round how others are shown, and halves of characters."""
_LONG = 6
"""Words from which on a quotation is told from a phrase that anybody may use."""
_WORTH_A_LOOK = 0.4
"""The share of a sentence's words that a passage it does not cite must hold."""
_READ_FREELY = 3
"""Passages not cited, the nearest, that may bear a sentence out which is worded freely."""


@dataclass(frozen=True)
class Evidence:
    """Where a cited passage bears a sentence out: index into the passages given, and a span of its document."""

    passage: int
    span: Span


@dataclass(frozen=True)
class Verdict:
    """The outcome for one sentence: support is None when it is to be left out, and reason then says why.

    text: the sentence as the reader may see it, with quoted words exactly as the document has them. repaired: what was
    wrong with the numbers that it cited, where evidence stands in for them; else "".
    """

    text: str
    support: Support | None
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    repaired: str = ""


def check(
    sentence: str, passages: Sequence[Passage], cites: Sequence[int], speaker_of: SpeakerOf, least: float = NEVER
) -> Verdict:
    """Check one sentence against the passages that it cites and, where none of them bears it out, against the others.

    A citation that holds is never given up for another; numbers that don't hold are dropped, and a sentence without one
    that does is repaired to the passages that bear it out. cites: 1-based numbers into passages. speaker_of: see
    SpeakerOf. least: the likelihood (app.check.bearing) from which on a sentence passes that the rules of wording don't
    let through; by them alone if it is left out. Pure apart from what speaker_of does and the loading of that measure.
    """
    sentence = collapse(_UNSEEN.sub("", sentence))
    verdict = _as_it_stands(sentence, passages, cites, speaker_of, least)
    for said in told(sentence) if verdict.support is None else ():
        those = [n for n, passage in enumerate(passages) if said.of(passage.document)]
        own = [those.index(n - 1) + 1 for n in cites if n - 1 in those]
        found = _as_it_stands(said.content, [passages[n] for n in those], own, speaker_of, least)
        if found.support:
            evidence = tuple(Evidence(those[e.passage], e.span) for e in found.evidence)
            text = _exact_quotes(sentence, passages[evidence[0].passage], evidence[0].span)
            held = Verdict(text, "supported", evidence)
            return replace(held, repaired=_repair(cites, held))
    return verdict


def _as_it_stands(
    sentence: str, passages: Sequence[Passage], cites: Sequence[int], speaker_of: SpeakerOf, least: float
) -> Verdict:
    """The verdict on a sentence that names no document; see check."""
    if not re.search(r"[^\W_]", sentence):
        return Verdict(sentence, None, reason="it says nothing")
    if sentence.endswith(":") and (not cites or len(sentence.split()) < 10):
        return Verdict(sentence, None, reason="it only introduces what follows")
    cited = [n - 1 for n in cites if 1 <= n <= len(passages)]
    verdict = _judged(sentence, passages, cited, speaker_of)
    if verdict.support is None:
        others = _others(sentence, passages, cited)
        found = _judged(sentence, passages, others, speaker_of) if others else verdict
        if found.support is None and least < NEVER:
            found = (
                _freely(sentence, passages, cited, speaker_of, least)
                or _freely(sentence, passages, others[:_READ_FREELY], speaker_of, least, most=1)
                or found
            )
        verdict = found if found.support else replace(verdict, reason=_no_reason(cites, cited) or verdict.reason)
    return replace(verdict, repaired=_repair(cites, verdict)) if verdict.support else verdict


def _judged(sentence: str, passages: Sequence[Passage], cited: Sequence[int], speaker_of: SpeakerOf) -> Verdict:
    """The verdict on a sentence by these passages alone."""
    verbatim = [Evidence(i, span) for i in cited if (span := _verbatim(sentence, passages[i]))]
    if verbatim:
        first = verbatim[0]
        same = [e for i in cited if i != first.passage and (e := _same_remark(first, i, passages)) is not None]
        rest = [e for e in same if e.passage not in {v.passage for v in verbatim}]
        text = collapse(passages[first.passage].document.text[first.span[0] : first.span[1]])
        return Verdict(text, "verbatim", (*verbatim, *rest))
    return _supported(sentence, passages, cited, speaker_of)


def _freely(
    sentence: str,
    passages: Sequence[Passage],
    numbers: Sequence[int],
    speaker_of: SpeakerOf,
    least: float,
    most: int | None = None,
) -> Verdict | None:
    """The verdict on a sentence whose words are its own, where these passages most likely bear it out; else None."""
    found = bearings(sentence, [passages[n] for n in numbers], speaker_of)
    held = [(numbers[n], one) for n, one in found if one.likelihood >= least][:most]
    text = sentence
    for number, one in held[:1]:
        for span in one.spans:
            text = _exact_quotes(text, passages[number], span)
    evidence = tuple(Evidence(number, span) for number, one in held for span in one.spans)
    return Verdict(text, "supported", evidence) if evidence else None


def _others(sentence: str, passages: Sequence[Passage], cited: Sequence[int]) -> list[int]:
    """The passages not cited that hold enough of the sentence's words to be worth a look, the nearest first."""
    mine = content_bag(sentence)
    shares = {i: len(mine & bag(p.text)) / max(len(mine), 1) for i, p in enumerate(passages) if i not in cited}
    return sorted((i for i, share in shares.items() if share >= _WORTH_A_LOOK), key=lambda i: -shares[i])


def _no_reason(cites: Sequence[int], cited: Sequence[int]) -> str:
    """Why a sentence has no passage of its own that could bear it out, or ""."""
    if not cites:
        return "it cites no passage, and none that was found bears it out"
    return "" if cited else f"it cites passage {cites[0]}, and there is no such passage"


def _repair(cites: Sequence[int], verdict: Verdict) -> str:
    """What of a sentence's citations does not hold, for the reader of a trace, or ""."""
    held = sorted({e.passage + 1 for e in verdict.evidence})
    wrong = [n for n in cites if n not in held]
    if cites and not wrong:
        return ""
    bears = f"passage{'s' if len(held) > 1 else ''} {_listed(held)} bear{'' if len(held) > 1 else 's'} it out"
    return f"it cited {f'passage {_listed(wrong)} in vain' if wrong else 'no passage'}; {bears}"


def _listed(numbers: Sequence[int]) -> str:
    return " and ".join(filter(None, (", ".join(map(str, numbers[:-1])), str(numbers[-1]))))


def _verbatim(sentence: str, passage: Passage) -> Span | None:
    """The span of whole sentences of the passage that reads as this sentence does, or None."""
    text = passage.document.text
    for found in find_all_folded(sentence.strip(" \"'“”‘’.,;:"), passage.text):
        start, end = passage.start + found[0], passage.start + found[1]
        covered = [s for s in passage.sentences if s[0] < end and start < s[1]]
        if covered:
            rest = text[covered[0][0] : start] + text[end : covered[-1][1]]
            if not re.search(r"[^\W_]", rest):
                return covered[0][0], covered[-1][1]
    return None


def _same_remark(first: Evidence, other: int, passages: Sequence[Passage]) -> Evidence | None:
    """The sentence of another passage that carries the same quoted words or says the same in the same figures."""
    text = passages[first.passage].document.text[first.span[0] : first.span[1]]
    passage = passages[other]
    for span in passage.sentences:
        if same_remark(text, passage.document.text[span[0] : span[1]]):
            return Evidence(other, span)
    return None


def same_remark(one: str, other: str) -> bool:
    """Whether two sentences carry the same quotation or nearly the same words and figures.

    A quotation is the same where six words or more of it stand in the other sentence, or where its words are the
    other's but for a few (a ratio of .8 by Ratcliff and Obershelp 1988), no negation among them.
    """
    mine_said, theirs_said = _quotations(one), _quotations(other)
    for said, sentence in ((mine_said, other), (theirs_said, one)):
        if any(len(q.split()) >= _LONG and find_folded(q, sentence) for q in said):
            return True
    if any(_reworded(a, b) for a in mine_said for b in theirs_said):
        return True
    mine, theirs = content_bag(one), content_bag(other)
    if len(mine & theirs) < 0.7 * max(len(mine | theirs), 1):
        return False
    return _same_figures(one, other)


def _same_figures(one: str, other: str) -> bool:
    mine, theirs = quantities(one), quantities(other)
    return len(mine) == len(theirs) and all(a.agrees_with(b) for a, b in zip(mine, theirs, strict=True))


def _reworded(one: str, other: str) -> bool:
    a, b = ([w.text.lower() for w in words(fold(text))] for text in (one, other))
    if min(len(a), len(b)) < _LONG or sum(map(is_negation, a)) != sum(map(is_negation, b)):
        return False
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    # The quick ratio is never below the other, and for most pairs already too low.
    return matcher.quick_ratio() >= 0.8 and matcher.ratio() >= 0.8 and _same_figures(one, other)


def _quotations(text: str) -> list[str]:
    return [text[start:end].strip(" ,.;:\"“”„«»'‘’") for start, end in quoted_spans(text)]


def _supported(sentence: str, passages: Sequence[Passage], cited: Sequence[int], speaker_of: SpeakerOf) -> Verdict:
    """Look in each cited passage for a sentence that bears this one out."""
    evidence, text = [], sentence
    reasons: list[tuple[float, str]] = [(-1.0, "the passage it cites has no sentence to support it")]
    for i in cited:
        passage = passages[i]
        for window in passage.sentences:
            why_not = problem(sentence, passage, window, speaker_of)
            if why_not is None:
                evidence.append(Evidence(i, window))
                text = _exact_quotes(text, passage, window)
                break
            reasons.append((_overlap(sentence, passage, window), why_not))
    if evidence:
        return Verdict(text, "supported", tuple(evidence))
    return Verdict(sentence, None, reason=max(reasons, key=lambda r: r[0])[1])


def _overlap(sentence: str, passage: Passage, window: Span) -> float:
    """How near a sentence of the source comes to the claim: the share of its words, and whether it holds its quotes."""
    text = passage.document.text[slice(*window)]
    mine = content_bag(sentence)
    quoted = sum(find_folded(q, text) is not None for q in _quotations(sentence))
    return len(mine & bag(text)) / max(len(mine), 1) + quoted


def _exact_quotes(sentence: str, passage: Passage, window: Span) -> str:
    """Put the document's own characters into the quotation marks of a sentence."""
    text = passage.document.text
    for quote in reversed(quoted_words(sentence, passage, window)):
        if quote.found is not None:
            start, end = quote.claimed
            sentence = sentence[:start] + collapse(text[slice(*quote.found)]) + sentence[end:]
    return sentence
