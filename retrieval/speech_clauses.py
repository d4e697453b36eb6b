"""Who is said to say what in one sentence: cue, source and content as token ranges, by rules on word order."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.documents import Span
from retrieval.speech_contents import (
    adverbial_to_end,
    contents_before,
    contents_of,
    is_clause,
    quote_closes,
    resumed_after,
)
from retrieval.speech_cues import Cue, cue_at, is_hypothetical, near_quote
from retrieval.speech_extent import clause_end, finite_form, relative_end
from retrieval.speech_forms import called, passive, reports_nothing
from retrieval.speech_inversion import subject_after
from retrieval.speech_phrases import is_name, simple_phrase, subject_before
from retrieval.speech_tokens import Tokens
from retrieval.speech_words import (
    ATTITUDES,
    BE,
    CUES,
    NOUNS,
    PREPOSITIONS,
    PRONOUNS,
    QUOTED_ONLY,
    ROLE_HEADS,
    SAY_VERBS,
    SUBORDINATORS,
    WEEKDAYS,
)

_SHOWING = frozenset("suggest indicate show signal underscore highlight reveal reinforce confirm imply mean".split())


_TELLING = frozenset([*NOUNS, *CUES, *ATTITUDES, "according", "by"])
"""Words without one of which nothing is attributed."""
_CARRIERS = frozenset(
    "statement letter email e-mail tweet ad message post memo note release op-ed speech interview".split()
)


@dataclass
class Attribution:
    """One reported utterance: token ranges of its contents, its source (None: unnamed) and its cue."""

    contents: list[Span]
    source: Span | None
    cue: Span
    sentence: int
    verb: str


def attributions_in(tokens: Tokens, number: int) -> list[Attribution]:
    """Find the attributions of a sentence, in order of their cues; no token is content of two of them.

    What is attributed from behind ("…, a source said") is outermost, so it is placed before what stands inside it.
    """
    low, high = tokens.sentences[number]
    made: list[Attribution] = []
    for index in range(low, high):
        word = tokens.lower[index]
        if word not in _TELLING:
            continue
        found: Attribution | None
        if word in NOUNS and index + 2 < high and tokens.lower[index + 1] == "that":
            found = _noun(tokens, low, high, index, number)
        elif word == "according":
            found = _according(tokens, low, high, index, number)
        elif word in CUES or word in ATTITUDES:
            found = _verbal(tokens, low, high, index, number, made)
        elif word == "by" and index > low and (judged := passive(tokens, low, high, index - 1)) is not None:
            source, cue, content = judged
            found = Attribution([content], source, cue, number, "passive")
        else:
            continue
        if found is not None and any(_worded(tokens, content) for content in found.contents):
            made.append(found)
    placed: list[Attribution] = []
    for item in sorted(made, key=lambda item: item.contents[0][0] > item.cue[0]):
        if _fits(item, placed):
            placed.append(item)
    return sorted(placed, key=lambda item: item.cue)


def _worded(tokens: Tokens, content: Span) -> bool:
    return any(tokens.quoted[at] or tokens.word[at].isalnum() for at in range(*content))


def _fits(item: Attribution, placed: list[Attribution]) -> bool:
    """Whether an attribution neither stands inside a content that is placed already nor shares words with one."""
    first = min(item.source[0], item.cue[0]) if item.source and item.source[1] <= item.cue[1] else item.cue[0]
    taken = [content for other in placed for content in other.contents]
    return not any(
        start <= first < end or start <= item.cue[0] < end or any(a < end and start < b for a, b in item.contents)
        for start, end in taken
    )


def _verbal(
    tokens: Tokens, low: int, high: int, index: int, number: int, made: list[Attribution]
) -> Attribution | None:
    cue = cue_at(tokens, low, high, index)
    if cue is None or is_hypothetical(tokens, low, high, cue):
        return None
    near = near_quote(tokens, low, high, cue)
    viewed = cue.verb in ("view", "see", "regard") and "as" in tokens.lower[cue.end : min(high, cue.end + 10)]
    opens = tokens.word[min(cue.end, high - 1)] in ("that", ":")
    asked_for = called(tokens, high, cue) if cue.verb == "call" else None
    if cue.verb in QUOTED_ONLY and not (asked_for or near or viewed or opens or cue.verb == "put"):
        return None
    span = (cue.start, cue.end)
    inverted, contents = _inverted(tokens, low, high, cue)
    if inverted is not None:
        return Attribution(contents, inverted, span, number, cue.verb)
    source, adjacent = _source_of(tokens, low, high, cue, made)
    if source is None or tokens.word[source[0]] in "$€£" or reports_nothing(tokens, low, high, cue, source, near):
        return None
    if cue.form == "ing" and cue.verb in _SHOWING and not made and not _is_agent(tokens, source):
        return None
    contents = contents_of(tokens, low, high, cue, source, adjacent)
    if asked_for and not any(tokens.quoted[at] for start, end in contents for at in range(start, end)):
        contents = [asked_for]
        span = (cue.start, cue.end + (tokens.lower[cue.end] in ("for", "on")))
    if tokens.lower[source[0]] in ("who", "which") and tokens.word[source[0] - 1] == ",":
        contents = [(start, relative_end(tokens, start, end)) for start, end in contents]
    return Attribution(contents, source, span, number, cue.verb)


def _is_agent(tokens: Tokens, source: Span) -> bool:
    return is_name(tokens, source[1] - 1) or tokens.lower[source[0]] in PRONOUNS


def _inverted(tokens: Tokens, low: int, high: int, cue: Cue) -> tuple[Span | None, list[Span]]:
    """Read "…," said X: the subject after the verb and the content before it; (None, []) where it is not so."""
    before = cue.start - 1
    if cue.form == "ing" or cue.verb not in SAY_VERBS or before < low:
        return None, []
    quoted = tokens.quoted[before] or (tokens.word[before] in (",", "—", "--") and tokens.quoted[max(before - 1, low)])
    if not quoted and tokens.word[before] != ",":
        return None, []
    subject = subject_after(tokens, cue.end, high)
    if subject is None:
        return None, []
    end = subject[1]
    closed = end >= high or tokens.word[end] in ",.;:?!—-" or tokens.quoted[end]
    closed = closed or tokens.lower[end] in ("who", "whose", "when", "as", "while", "after", "before")
    if not closed and not (quoted and quote_closes(tokens, low, cue.start)) and not adverbial_to_end(tokens, end, high):
        return None, []
    contents = contents_before(tokens, low, cue.start)
    if not quoted and cue.start - low <= 2 and (resumed := resumed_after(tokens, end, high)):
        return subject, resumed
    if not quoted and (tokens.word[min(end, high - 1)] == "," or not contents or not is_clause(tokens, contents[0])):
        return None, []
    return (subject, contents + resumed_after(tokens, end, high)) if contents else (None, [])


def loose_quote(tokens: Tokens, number: int, at: int) -> Attribution | None:
    """Attribute a quote that no known verb reports: "…" X beamed; "…" beamed X; X was blunt: "…"; "…" — X."""
    low, high = tokens.sentences[number]
    following = at + 1
    if (
        following < high
        and tokens.word[following] in ("—", "―", "–", "-", "--")
        and is_name(tokens, min(following + 1, high - 1))
    ):
        end = simple_phrase(tokens, following + 1, high)
        if end > following + 1 and (end >= high or tokens.word[end] in ",.("):
            return Attribution([(at, following)], (following + 1, end), (following, following + 1), number, "")
    if following + 1 < high:
        end = following + (tokens.lower[following] in ("he", "she"))
        while end < high - 1 and is_name(tokens, end):
            end += 1
        end = end if end > following else simple_phrase(tokens, following, high)
        if following < end < high and finite_form(tokens, end):
            return Attribution([(at, following)], (following, end), (end, end + 1), number, "")
        if finite_form(tokens, following) and is_name(tokens, following + 1):
            subject = subject_after(tokens, following + 1, high)
            if subject:
                return Attribution([(at, following)], subject, (following, following + 1), number, "")
    if at - 1 > low and tokens.word[at - 1] == ":":
        source = _main_subject(tokens, low, Cue(at - 1, at, "", "past"), [])
        return Attribution([(at, following)], source, (at - 1, at), number, "") if source else None
    return None


def _noun(tokens: Tokens, low: int, high: int, index: int, number: int) -> Attribution | None:
    """Read "X's prediction that …" and "his claim that …"."""
    at = index - 1
    while at > low and index - at < 3 and tokens.lower[at] not in ("’s", "'s", "his", "her", "their"):
        at -= 1
    if at < low or index - at > 2:
        return None
    content = (index + 1, clause_end(tokens, index + 1, high))
    if tokens.lower[at] in ("his", "her", "their"):
        return Attribution([content], (at, at + 1), (at + 1, index + 1), number, "noun")
    start = at
    while start > low and is_name(tokens, start - 1):
        start -= 1
    named = start < at and tokens.lower[at] in ("’s", "'s")
    return Attribution([content], (start, at), (at + 1, index + 1), number, "noun") if named else None


def _source_of(tokens: Tokens, low: int, high: int, cue: Cue, made: list[Attribution]) -> tuple[Span | None, bool]:
    """Return the subject of a cue, and whether it stands right before it (else it is shared with another verb)."""
    before = tokens.lower[cue.start - 1] if cue.start > low else ""
    if cue.form == "ing" and not (cue.end - 2 >= cue.start and _is_be(tokens, cue)):
        if cue.start == low:
            return (_later_subject(tokens, cue.end, high), False) if cue.verb in SAY_VERBS else (None, False)
        if before in ("", ",", "by", "while", "and", "in", "but", "—", "--", "-", "–", "before", "after"):
            return _main_subject(tokens, low, cue, made), False
        if before in _CARRIERS or before in WEEKDAYS:
            return _main_subject(tokens, low, cue, made), False
        spoken = cue.verb in ("say", "claim", "tell", "argue", "chant", "shout", "yell", "warn", "ask", "call")
        return (
            (subject_before(tokens, low, cue.start), False) if spoken and before not in PREPOSITIONS else (None, False)
        )
    if before == "that" and cue.form != "base" and cue.start - 2 >= low and tokens.word[cue.start - 2][:1].isalpha():
        return (cue.start - 1, cue.start), True
    if before in ("and", "but", "or", "then"):
        return _main_subject(tokens, low, cue, made), False
    return subject_before(tokens, low, cue.start), True


def _is_be(tokens: Tokens, cue: Cue) -> bool:
    forms = (*BE, "’s", "'s", "’re", "'re", "’m", "'m")
    return any(tokens.lower[at] in forms for at in range(cue.start, cue.end - 1))


def _later_subject(tokens: Tokens, start: int, high: int) -> Span | None:
    """Return the subject of "Claiming …, X told …": the phrase after the comma that ends the participle's clause."""
    for at in range(start, high - 2):
        if tokens.word[at] == ",":
            if tokens.lower[at + 1] in PRONOUNS:
                return at + 1, at + 2
            end = simple_phrase(tokens, at + 1, high)
            if end > at + 1:
                return at + 1, end
    return None


def _main_subject(tokens: Tokens, low: int, cue: Cue, made: list[Attribution]) -> Span | None:
    """Return the subject that a participle or a second verb shares: the last cue's, else the sentence's first."""
    for earlier in reversed(made):
        if earlier.source is not None and earlier.cue[0] < cue.start:
            return earlier.source
    at = low
    while at < cue.start and (
        tokens.lower[at] in ("but", "and", "so", "yet", "still", "however") or tokens.word[at] == ","
    ):
        at += 1
    if at < cue.start and (tokens.lower[at] in PREPOSITIONS or tokens.lower[at] in SUBORDINATORS):
        while at < cue.start and tokens.word[at] != ",":
            at += 1
        at += 1
    if at >= cue.start:
        near = (k for k in range(cue.start - 1, low - 1, -1) if tokens.lower[k] in ("he", "she", "they"))
        at = next(near, cue.start)
    if at >= cue.start:
        return None
    if tokens.lower[at] in PRONOUNS:
        return at, at + 1
    end = simple_phrase(tokens, at, cue.start)
    return (at, end) if end > at else None


def _according(tokens: Tokens, low: int, high: int, index: int, number: int) -> Attribution | None:
    """Read "according to X, …" and "…, according to X"."""
    if tokens.lower[index] != "according" or index + 2 >= high or tokens.lower[index + 1] != "to":
        return None
    source_end = subject_after(tokens, index + 2, high)
    if source_end is None:
        end = index + 2
        while end < high and tokens.word[end] not in (",", ".", ";", ":", "?", "!"):
            end += 1
        source_end = (index + 2, end)
    source = (index + 2, source_end[1])
    at = source[1]
    lead = all(tokens.lower[k] in ("but", "and", "yet", "so", "however", ",") for k in range(low, index))
    if lead and at >= high - 1:
        at = simple_phrase(tokens, index + 2, high)
        source = (index + 2, max(at, index + 3))
        if at + 1 < high and tokens.word[at] == "," and tokens.lower[at - 1] in ROLE_HEADS and is_name(tokens, at + 1):
            named = simple_phrase(tokens, at + 1, high)
            at = named if tokens.word[min(named, high - 1)] == "," else at
            source = (index + 2, at)
    if lead:
        at += at < high and tokens.word[at] == ","
        contents = [(at, clause_end(tokens, at, high))] if at < high else []
    else:
        contents = contents_before(tokens, low, index)
        if at + 3 < high and tokens.word[at] == "," and tokens.word[index - 1] == ",":
            contents.append((at + 1, clause_end(tokens, at + 1, high)))
    return Attribution(contents, source, (index, index + 2), number, "according") if contents else None
