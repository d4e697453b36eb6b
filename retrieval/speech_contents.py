"""What a cue reports: the token ranges of its content, after it, before it or on both sides."""

from __future__ import annotations

from retrieval.documents import Span
from retrieval.speech_cues import Cue
from retrieval.speech_extent import clause_end, has_finite
from retrieval.speech_phrases import is_adverb, simple_phrase
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    INFINITIVE_VERBS,
    JUDGE_VERBS,
    PREPOSITIONS,
    QUOTED_ONLY,
    SAY,
    SAY_VERBS,
    THINK_VERBS,
    WEEKDAYS,
)

_ADDRESSED = frozenset(
    "tell remind assure reassure inform warn advise notify persuade convince ask counsel urge".split()
)


_QUESTION_WORDS = frozenset("if whether how why what".split())


_ASKING = frozenset(
    "ask wonder know inquire query learn see remember forget consider explain describe reveal show".split()
)


def is_clause(tokens: Tokens, content: Span) -> bool:
    """Whether words that stand before ", he said" can be what he said: a quote or a clause with a verb."""
    start, end = content
    if any(tokens.end[at] - tokens.start[at] > 25 for at in range(start, end) if tokens.quoted[at]):
        return True
    if tokens.quoted[end - 1]:
        return True
    return end - start > 1 and has_finite(tokens, start, end)


def contents_before(tokens: Tokens, low: int, end: int) -> list[Span]:
    """Return the content that stands before ", X said": the run of quotes or the clause up to the comma."""
    last = end - 1
    while last >= low and tokens.word[last] in (",", "—", "--", "–", "-"):
        last -= 1
    if last < low:
        return []
    if not tokens.quoted[last]:
        return [(low, last + 1)]
    first = last
    while first > low and tokens.quoted[first - 1]:
        first -= 1
    return [(_clause_start(tokens, low, first), last + 1)]


def _clause_start(tokens: Tokens, low: int, quote: int) -> int:
    """Return where a content that ends in a quote begins: words before the quote belong to it unless set apart."""
    start = quote
    while start > low:
        word, lower = tokens.word[start - 1], tokens.lower[start - 1]
        if tokens.quoted[start - 1] or word in ",:;—()" or lower in SAY:
            return quote
        start -= 1
    return low


def resumed_after(tokens: Tokens, start: int, high: int) -> list[Span]:
    """Return what follows ``“…,” he said,`` when the content goes on after it: a quote, or the clause's rest."""
    at = start
    while at < high and not tokens.quoted[at] and tokens.word[at] not in (",", ":", ";"):
        at += 1
    if at < high and tokens.word[at] in (",", ":", ";"):
        at += 1
    elif at > start:
        return []
    if at < high and tokens.quoted[at]:
        end = at
        while end < high and tokens.quoted[end]:
            end += 1
        return [(at, end)]
    return []


def contents_of(tokens: Tokens, low: int, high: int, cue: Cue, source: Span, adjacent: bool) -> list[Span]:
    """Return the contents of a cue whose subject stands before it: after the cue, else before the subject."""
    start = min(source[0], cue.start)
    leads_in = adjacent and start > low and tokens.lower[start - 1] == "as"
    start -= leads_in
    preceded = adjacent and start > low and (tokens.word[start - 1] == "," or tokens.quoted[start - 1])
    spoken = cue.verb in SAY_VERBS or cue.verb in THINK_VERBS
    quote_before = preceded and spoken and quote_closes(tokens, low, start)
    at = _after_cue(tokens, cue, high, quote_before)
    if leads_in and not preceded and at + 1 < high and tokens.word[at] == ",":
        return [(at + 1, clause_end(tokens, at + 1, high))]
    if quote_before:
        resumed = resumed_after(tokens, cue.end, high)
        if at < high and tokens.lower[at] == "that":
            resumed = [(at, clause_end(tokens, at, high))]
        return contents_before(tokens, low, start) + resumed
    ends = at >= high or (tokens.word[at] in (".", "?", "!") and at + 1 >= high)
    if at + 1 < high and tokens.word[at] in (",", ":") and tokens.quoted[at + 1]:
        return _quote_run(tokens, at + 1, high)
    if (
        cue.verb in SAY_VERBS | THINK_VERBS
        and preceded
        and (ends or tokens.word[at] == "," or adverbial_to_end(tokens, at, high))
    ):
        contents = contents_before(tokens, low, start)
        goes_on = tokens.word[min(at, high - 1)] == "," and at + 2 < high and not tokens.lower[at + 1].endswith("ing")
        if goes_on:
            return _middle(tokens, low, contents, at + 1, high)
        if contents and is_clause(tokens, contents[0]):
            return contents
    if ends:
        return []
    return _contents_after(tokens, low, high, cue, at)


def _middle(tokens: Tokens, low: int, contents: list[Span], start: int, high: int) -> list[Span]:
    """Join the two halves of "Llama, he noted, is pivotal"; an adverbial first half belongs to the second."""
    return [*contents, (start, clause_end(tokens, start, high))]


def adverbial_to_end(tokens: Tokens, at: int, high: int) -> bool:
    """Whether nothing but time, place and hearers follows: "said on Wednesday", "told reporters in Ohio"."""
    if at >= high:
        return True
    lower = tokens.lower[at]
    if (
        lower
        in ("on", "in", "at", "during", "to", "last", "earlier", "this", "after", "when", "as", "while", "before", "of")
        or lower in WEEKDAYS
        or lower in ("yesterday", "today")
    ):
        for k in range(at, high):
            if tokens.word[k] == ",":
                break
            if tokens.lower[k] == "that" or tokens.word[k] == ":" or tokens.quoted[k]:
                return False
        return True
    return False


def _after_cue(tokens: Tokens, cue: Cue, high: int, quote_before: bool) -> int:
    """Step over particles, the addressee and an adverbial after the cue; return where the content may begin."""
    at = cue.end
    while (
        at < high
        and (is_adverb(tokens.lower[at]) or tokens.lower[at] in ("out", "up", "back"))
        and tokens.lower[at] not in ("there", "here", "all", "both")
    ):
        at += 1
    if cue.verb in ("put", "go") and at + 1 < high and tokens.lower[at] in ("it", "on"):
        at += 1
    if at >= high or tokens.quoted[at]:
        return at
    if tokens.word[at] == "," and not quote_before:
        return _after_aside(tokens, at, high)
    if cue.verb in _ADDRESSED and tokens.lower[at] not in (
        "that",
        "to",
        "if",
        "whether",
        "how",
        "why",
        "what",
        "for",
        "about",
    ):
        return _after_addressee(tokens, at, high)
    lower = tokens.lower[at]
    if (
        lower in PREPOSITIONS
        or lower in WEEKDAYS
        or lower in ("yesterday", "today", "last", "earlier", "recently", "when")
    ):
        for k in range(at, min(high, at + 18)):
            if tokens.lower[k] == "that" or tokens.word[k] == ":":
                return k
            if tokens.quoted[k]:
                return k if tokens.word[k - 1] in (",", ":") or not quote_before else at
            if tokens.word[k] == ",":
                if k + 1 < high and tokens.quoted[k + 1] and not quote_before:
                    return k + 1
                break
        if lower in WEEKDAYS or lower in ("yesterday", "today"):
            return at + 1 + (tokens.lower[min(at + 1, high - 1)] in ("morning", "night", "afternoon", "evening"))
    return at


def _after_aside(tokens: Tokens, comma: int, high: int) -> int:
    """Step over "…, among other things, that …" where a that-clause or a quote follows the second comma."""
    for k in range(comma + 1, min(high - 1, comma + 12)):
        if tokens.quoted[k]:
            break
        if tokens.word[k] == "," and (tokens.lower[k + 1] == "that" or tokens.quoted[k + 1]):
            return k + 1
    return comma


def _after_addressee(tokens: Tokens, at: int, high: int) -> int:
    limit = min(high, at + 14)
    for k in range(at, limit):
        if tokens.lower[k] in ("that", "to", "whether", "if", "how", "why", "what", "about") or tokens.word[k] == ":":
            return k
        if tokens.quoted[k] or tokens.word[k] in (".", "?", "!", ","):
            return k
    if tokens.lower[at] in ("me", "us", "him", "her", "them", "you", "reporters", "supporters", "voters"):
        return at + 1
    end = simple_phrase(tokens, at, high)
    return end if end > at else high


def _contents_after(tokens: Tokens, low: int, high: int, cue: Cue, at: int) -> list[Span]:
    word, lower = tokens.word[at], tokens.lower[at]
    if word in (",", ":", "—", "--") and at + 1 < high:
        if tokens.quoted[at + 1]:
            return _quote_run(tokens, at + 1, high)
        if word == ":":
            return [(at + 1, clause_end(tokens, at + 1, high))]
        return []
    if tokens.quoted[at]:
        return _quote_run(tokens, at, high)
    clausal = cue.verb in SAY_VERBS or cue.verb in THINK_VERBS
    if lower == "that" and (clausal or cue.verb in JUDGE_VERBS):
        return [(at, clause_end(tokens, at, high))]
    if lower == "to":
        return [(at, clause_end(tokens, at, high))] if cue.verb in INFINITIVE_VERBS else []
    asked = lower in ("who", "where", "when", "which") and cue.verb in _ASKING
    if (lower in _QUESTION_WORDS or asked) and clausal:
        return [(at, clause_end(tokens, at, high))]
    if cue.verb in INFINITIVE_VERBS and _infinitive_object(tokens, at, high):
        return [(at, clause_end(tokens, at, high))]
    if clausal and cue.verb not in QUOTED_ONLY and has_finite(tokens, at, high):
        return [(at, clause_end(tokens, at, high))]
    if cue.verb in JUDGE_VERBS and lower not in PREPOSITIONS:
        return [(at, clause_end(tokens, at, high))]
    if any(tokens.quoted[k] for k in range(at, high)) and clausal:
        return [(at, clause_end(tokens, at, high))]
    return []


def quote_closes(tokens: Tokens, low: int, start: int) -> bool:
    """Whether a quote that ends as a clause does stands right before token start: "…," X said."""
    if tokens.quoted[start - 1]:
        inner = tokens.text[tokens.start[start - 1] : tokens.end[start - 1]].rstrip("\"”’'») ")
        return inner[-1:] in ",.?!…—-"
    return start - 2 >= low and tokens.word[start - 1] in (",", "—", "--") and tokens.quoted[start - 2]


def _quote_run(tokens: Tokens, at: int, high: int) -> list[Span]:
    end = at
    while end < high and tokens.quoted[end]:
        end += 1
    if end < high and tokens.word[end][:1].isalpha() and not _own_sentence(tokens, at):
        end = clause_end(tokens, at, high)
    return [(at, end)]


def _own_sentence(tokens: Tokens, at: int) -> bool:
    """Whether a quoted stretch ends as a sentence or a clause does, by the mark before its closing one."""
    inner = tokens.text[tokens.start[at] : tokens.end[at]].rstrip("\"”’'») ")
    return inner[-1:] in ".!?,…" and inner[1:2].isupper()


def _infinitive_object(tokens: Tokens, at: int, high: int) -> bool:
    return any(tokens.lower[k] == "to" for k in range(at + 1, min(high, at + 9)))
