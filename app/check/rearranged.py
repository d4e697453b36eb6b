"""The same claim in other orders: where its source has "in May", who says so, or what somebody is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.check.alignment import Token, tokens
from app.check.attribution import quoted_spans
from app.check.clause_words import CONDITIONS, JOINTS, REPORTING, WHICH_TIME, has_verb, is_past, is_time
from app.check.words import collapse, content_bag, find_all_folded
from retrieval.documents import Passage, Span
from retrieval.speech_words import DETERMINERS, PREPOSITIONS, ROLE_HEADS, TITLES

_LACKS = 3
"""Words of its own that a claim may have where it is only put in another order."""
_FRONTED = re.compile(r"^(?P<phrase>[A-Z][^,“”\"]{1,70}),\s+(?P<rest>.+)$")
_FRONT = (PREPOSITIONS - {"despite", "unlike", "like", "besides", "including", "regarding", "except", "without"}) | (
    WHICH_TIME | {"starting", "beginning"}
)
"""Words that a phrase begins with which says when, where or under what."""
_SAID = r"(?:said|says)"
_BY = r"(?P<who>[^\s,“”\"][^,“”\"]{1,70}?)"
_REPORTS = (
    re.compile(rf"^According to {_BY}, (?P<said>[^“”\"]+)\.$"),
    re.compile(rf"^(?P<said>[^“”\"]+), according to {_BY}\.$"),
    re.compile(rf"^(?P<said>[^“”\"]+), {_BY} {_SAID}\.$"),
    re.compile(rf"^{_BY} {_SAID} (?:that )?(?P<said>[^“”\"]+)\.$"),
)
_NAME = r"[^\W\d_a-z][\w’'-]+(?:\s+[^\W\d_a-z][\w’'-]+){0,2}"
_BEHIND = re.compile(rf"\b(?P<name>{_NAME}),\s+(?P<role>[^,“”\"]{{3,60}}?)(?:,|(?=[.;]))")
_AHEAD = re.compile(rf"^(?P<role>(?:[\w’'-]+\s+){{1,5}}?)(?P<name>{_NAME})")
_ARTICLE = re.compile(r"^(?:the|an?|its|their)\s+", re.IGNORECASE)
_LESSER = frozenset("deputy vice former acting assistant interim then late junior".split())
"""Words before a title that make it another."""
_HEADS = TITLES.keys() | ROLE_HEADS.keys()
_FINITE_IS_SUBORDINATE = frozenset("that which who whom whose where when to".split())


def rearranged(claim: str, passage: Passage, window: Span) -> Iterator[str]:
    """The claim in each order that says the same, as far as the window or its document has things in that order.

    A phrase that opens it ("In May, …") is put where the window has it, if no other verb than the first comes before;
    who says so is put before or behind what is said; what a person is ("Finance chief Ivan Moss", "Rosa Quill, Daly's
    deputy,") is left out where the document puts it beside the name. Nothing for a claim with a quotation, or with
    several words that the window lacks.
    """
    document = passage.document
    source = document.text[window[0] : window[1]]
    if quoted_spans(claim) or len(content_bag(claim) - content_bag(source)) > _LACKS:
        return
    bare = _without_roles(claim, document.text)
    for one in dict.fromkeys((claim, bare)):
        for told in (one, *_reported_otherwise(one)):
            yield from (
                said
                for said in dict.fromkeys((told, *_in_place(told, source), *_to_the_front(told, source)))
                if said != claim
            )


def _in_place(claim: str, source: str) -> Iterator[str]:
    """The claim with the phrase that opens it where the source has that phrase."""
    m = _FRONTED.match(claim)
    opener = m["phrase"].split()[0].lower() if m else ""
    if not m or opener not in _FRONT:
        return
    phrase, rest = m["phrase"], m["rest"]
    if opener in ("in", "on") and is_time(tokens(phrase)):
        phrase = phrase.partition(" ")[2]
    body = tokens(rest)
    for begin, end in find_all_folded(phrase, source):
        led = re.search(r"\b(?:in|on)\s+$", source[:begin])
        start = led.start() if led else begin
        theirs = source[start:end]
        left = [t.key for t in tokens(source[:start]) if t.kind != "mark"][-1:]
        if not left:
            continue
        for n, t in enumerate(body):
            if t.kind != "mark" and [t.key] == left and _is_plain(body[: n + 1]):
                yield collapse(f"{rest[: t.end]} {theirs}{rest[t.end :]}")
        if _is_plain(body):
            yield f"{rest.rstrip(' .')} {theirs}."


def _to_the_front(claim: str, source: str) -> Iterator[str]:
    """The claim with a phrase of it at its front, where the source has it."""
    m = _FRONTED.match(source)
    if not m or m["phrase"].split()[0].lower() not in _FRONT:
        return
    phrase = m["phrase"]
    for start, end in find_all_folded(phrase, claim):
        if start and _is_plain(tokens(claim[:start])):
            yield collapse(f"{phrase}, {claim[:start]}{claim[end:]}").replace(" .", ".")


def _is_plain(before: Sequence[Token]) -> bool:
    """Whether what opens the clause and what stands behind these words can only be of the same verb."""
    for t, after in zip(before, before[1:], strict=False):
        counted = after.figure or after.kind == "name" or after.lower in DETERMINERS
        if t.lower in REPORTING or t.lower in CONDITIONS or t.text in (";", ":"):
            return False
        if t.lower in _FINITE_IS_SUBORDINATE and not (t.lower == "to" and counted):
            return False
    verbs = [n for n, t in enumerate(before) if t.kind == "word" and (is_past(t) or t.lower.endswith("ing"))]
    own = [n for n in verbs if before[n].key not in ("be", "have")]
    if len(own) > 1 or any(n > own[0] for n in verbs if own and n not in own):
        return False
    joints = [n for n, t in enumerate(before) if t.lower in JOINTS]
    return not any(has_verb(before[:n]) and has_verb(before[n + 1 :]) for n in joints)


def _reported_otherwise(claim: str) -> Iterator[str]:
    """Where a claim says who says so: that said before, and said behind."""
    for pattern in _REPORTS:
        m = pattern.match(claim)
        if m and not re.search(rf"\b{_SAID}\b|according to", m["said"]):
            who, said = m["who"], m["said"]
            body = said if said.split()[0].isupper() or _is_name(said) else said[:1].lower() + said[1:]
            opened = who[:1].upper() + who[1:]
            said = said[:1].upper() + said[1:]
            forms = (f"{opened} said {body}.", f"{said}, according to {who}.", f"According to {who}, {body}.")
            yield from (form for form in forms if form != claim)
            return


def _is_name(said: str) -> bool:
    first = tokens(said)[:1]
    return bool(first) and first[0].kind == "name" and first[0].content


def _without_roles(claim: str, document: str) -> str:
    """The claim without what it says that somebody is, where the document has it right beside the name."""
    for m in reversed(list(_BEHIND.finditer(claim))):
        if _beside(m["name"], m["role"], document):
            claim = claim[: m.end("name")] + claim[m.end() :]
    ahead = _AHEAD.match(claim)
    if ahead and not has_verb(tokens(ahead["role"])) and _beside(ahead["name"], ahead["role"].strip(), document):
        claim = claim[ahead.start("name") :]
    return claim


def _beside(name: str, role: str, document: str) -> bool:
    """Whether a document says right before or behind a name that this is what the person is, and no less."""
    bare = _ARTICLE.sub("", role)
    named, called = rf"(?-i:[^\W\d_a-z]\w{{1,40}}\s+)?{re.escape(name)}", r"\s+".join(map(re.escape, bare.split()))
    given = set(re.findall(rf"(?<!\w)([^\W\d_a-z]\w{{1,40}}) {re.escape(name)}\b", document)) - {bare}
    if not called or bare.split()[-1].lower() in PREPOSITIONS or (" " not in name and len(given) > 1):
        return False
    behind = rf"\b{named},\s+(?:the|an?|its|their)\s+{called}(?=[,.;)])(?!,\s+(?:the|an?|and)\b)"
    if re.search(behind, document, re.IGNORECASE):
        return True
    # A word for what somebody is, or set off by a comma: "the widow of Ivan Moss" is neither.
    comma = "?" if bare.split()[-1].lower() in _HEADS else ""
    places = re.finditer(rf"\b{called},{comma}\s+{named}\b", document, re.IGNORECASE)
    before = [
        word
        for place in places
        for word in document[max(place.start() - 60, 0) : place.start()].split()[-1:] or ["the"]
    ]
    return any(word.lower() in DETERMINERS or (word[0].islower() and word not in _LESSER) for word in before)
