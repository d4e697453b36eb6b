"""Who is said to say what in one sentence: cue, source and content as token ranges, by rules on word order."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.documents import Span
from retrieval.speech_phrases import is_adverb, is_name, simple_phrase, subject_after, subject_before
from retrieval.speech_tokens import Tokens, is_headline
from retrieval.speech_words import (
    ATTITUDES,
    AUXILIARIES,
    BE,
    CUES,
    DETERMINERS,
    INFINITIVE,
    JUDGE,
    MODALS,
    NEGATIONS,
    NOUNS,
    PREPOSITIONS,
    PRONOUNS,
    QUOTED_ONLY,
    SAY,
    SUBORDINATORS,
    THINK,
    WEEKDAYS,
)

_ADDRESSED = frozenset(
    "tell remind assure reassure inform warn advise notify persuade convince ask counsel urge".split()
)
_NOUN_FORMS = frozenset(
    """claims claim reports report states state notes note plans plan hopes hope fears fear comments comment
    remarks remark requests request demands demand estimates estimate promises promise questions question
    answers answer doubts doubt views view charges charge calls call points point posts post shares share
    concerns offer offers reply replies response wishes wish orders order guess quip joke jokes forecast
    forecasts project projects rules rule shows show signals signal tweet tweets hint hints dream dreams sigh
    sighs echo echoes reveal rant protest protests worry worries mention mentions object objects insult pledge
    pledges propose challenge invite vote votes press aim aims label labels brand term terms address addresses
    support supports attack attacks welcome voice love like back backs reference cite cause cry feel find finds
    sense""".split()
)
_SHOWING = frozenset("suggest indicate show signal underscore highlight reveal reinforce confirm imply mean".split())
_CONTINUING = frozenset("went goes go going continued continues continue began begins came want wanted".split())
_CARRIERS = frozenset(
    "statement letter email e-mail tweet ad message post memo note release op-ed speech interview".split()
)
_IF = frozenset("if unless whether".split())
_QUESTION_WORDS = frozenset("if whether how why what".split())
_ASKING = frozenset(
    "ask wonder know inquire query learn see remember forget consider explain describe reveal show".split()
)
_CLAUSE_STARTS = DETERMINERS | PRONOUNS.keys() | frozenset("there".split())


@dataclass
class Attribution:
    """One reported utterance: token ranges of its contents, its source (None: unnamed) and its cue."""

    contents: list[Span]
    source: Span | None
    cue: Span
    sentence: int
    verb: str


@dataclass(frozen=True)
class _Cue:
    """A verb of speech that stands as one: [start, end) with auxiliaries, the verb's lemma and its form."""

    start: int
    end: int
    verb: str
    form: str


def attributions_in(tokens: Tokens, number: int) -> list[Attribution]:
    """Find the attributions of a sentence, in order of their cues; no token is content of two of them.

    What is attributed from behind ("…, a source said") is outermost, so it is placed before what stands inside it.
    """
    low, high = tokens.sentences[number]
    made: list[Attribution] = []
    for index in range(low, high):
        word = tokens.lower[index]
        if word in NOUNS and index + 2 < high and tokens.lower[index + 1] == "that":
            found = _noun(tokens, low, high, index, number)
        elif word == "according":
            found = _according(tokens, low, high, index, number)
        elif word in CUES or word in ATTITUDES:
            found = _verbal(tokens, low, high, index, number, made)
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
    cue = _cue_at(tokens, low, high, index)
    if cue is None or _is_hypothetical(tokens, low, high, cue):
        return None
    near = _near_quote(tokens, low, high, cue)
    if (
        cue.verb in QUOTED_ONLY
        and cue.verb != "put"
        and not near
        and tokens.word[min(cue.end, high - 1)] not in ("that", ":")
    ):
        return None
    span = (cue.start, cue.end)
    inverted, contents = _inverted(tokens, low, high, cue)
    if inverted is not None:
        return Attribution(contents, inverted, span, number, cue.verb)
    source, adjacent = _source_of(tokens, low, high, cue, made)
    if source is None or tokens.word[source[0]] in "$€£":
        return None
    if cue.form == "ing" and cue.verb in _SHOWING and not made and not _is_agent(tokens, source):
        return None
    contents = _contents(tokens, low, high, cue, source, adjacent)
    if tokens.lower[source[0]] in ("who", "which") and tokens.word[source[0] - 1] == ",":
        contents = [(start, _relative_end(tokens, start, end)) for start, end in contents]
    return Attribution(contents, source, span, number, cue.verb)


def _is_agent(tokens: Tokens, source: Span) -> bool:
    return is_name(tokens, source[1] - 1) or tokens.lower[source[0]] in PRONOUNS


def _relative_end(tokens: Tokens, start: int, end: int) -> int:
    """Return where a "who" clause ends: at the comma before the main clause's own verb."""
    for at in range(start + 1, end - 1):
        if tokens.word[at] == "," and (tokens.lower[at + 1] in AUXILIARIES or _verb_in_past(tokens, at + 1)):
            return at
    return end


def _inverted(tokens: Tokens, low: int, high: int, cue: _Cue) -> tuple[Span | None, list[Span]]:
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
    if (
        not closed
        and not (quoted and _quote_closes(tokens, low, cue.start))
        and not _adverbial_to_end(tokens, end, high)
    ):
        return None, []
    contents = _contents_before(tokens, low, cue.start)
    if not quoted and cue.start - low <= 2 and (resumed := _resumed(tokens, end, high)):
        return subject, resumed
    if not quoted and (tokens.word[min(end, high - 1)] == "," or not contents or not _is_clause(tokens, contents[0])):
        return None, []
    return (subject, contents + _resumed(tokens, end, high)) if contents else (None, [])


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
        if following < end < high and _finite_form(tokens, end):
            return Attribution([(at, following)], (following, end), (end, end + 1), number, "")
        if _finite_form(tokens, following) and is_name(tokens, following + 1):
            subject = subject_after(tokens, following + 1, high)
            if subject:
                return Attribution([(at, following)], subject, (following, following + 1), number, "")
    if at - 1 > low and tokens.word[at - 1] == ":":
        source = _main_subject(tokens, low, _Cue(at - 1, at, "", "past"), [])
        return Attribution([(at, following)], source, (at - 1, at), number, "") if source else None
    return None


def _finite_form(tokens: Tokens, index: int) -> bool:
    """Whether a lower-case word looks like a finite verb: it ends in -ed or -s and is no function word."""
    lower = tokens.lower[index]
    known = lower in PREPOSITIONS or lower in AUXILIARIES or lower in SUBORDINATORS or is_name(tokens, index)
    return lower.endswith(("ed", "s")) and len(lower) > 3 and not known


def _is_clause(tokens: Tokens, content: Span) -> bool:
    """Whether words that stand before ", he said" can be what he said: a quote or a clause with a verb."""
    start, end = content
    if any(tokens.end[at] - tokens.start[at] > 25 for at in range(start, end) if tokens.quoted[at]):
        return True
    if tokens.quoted[end - 1]:
        return True
    return end - start > 1 and _has_finite(tokens, start, end)


def _cue_at(tokens: Tokens, low: int, high: int, index: int) -> _Cue | None:
    """Read the verb at index with its auxiliaries; None for nouns, passives, infinitives and what is not spoken."""
    word = tokens.lower[index]
    entry = CUES.get(word)
    if word in ATTITUDES:
        return _attitude(tokens, low, high, index)
    if entry is None or (is_name(tokens, index) and index > low and not is_headline(tokens, low, high)):
        return None
    verb, form = entry
    particle = {"go": "on", "put": "it", "shoot": "back", "fire": "back"}.get(verb)
    if particle is not None and tokens.lower[min(index + 1, high - 1)] != particle:
        return None
    start, auxiliaries = index, []
    while start > low:
        before = tokens.lower[start - 1]
        if before in AUXILIARIES or before in NEGATIONS or before in ("’t", "'t", "’s", "'s", "’ve", "'ve", "’d", "'d"):
            if before in ("’s", "'s") and (
                (form != "ing" and form != "past") or not _after_pronoun(tokens, low, start - 1)
            ):
                break
            passive_s = before in ("’s", "'s") and form == "past" and tokens.lower[start - 2] in ("it", "that", "there")
            auxiliaries.append("is" if passive_s else before)
        elif _is_contracted(before):
            auxiliaries.append(before)
        elif not is_adverb(before) or (start - 1 == low and tokens.word[start] == ","):
            break
        start -= 1
    if form == "past" and any(tokens.word[at] == "Will" for at in range(start, index)):
        start = next(at for at in range(start, index) if tokens.word[at] == "Will") + 1
        auxiliaries = [aux for aux in auxiliaries if aux != "will"]
    if any(aux in MODALS or aux in NEGATIONS or aux in ("’t", "'t") for aux in auxiliaries):
        return None
    passive = any(aux in BE for aux in auxiliaries) and form in ("past",) and verb not in ("go",)
    if passive:
        return None
    before = tokens.lower[start - 1] if start > low else ""
    if before == "to":
        if start - 2 < low or tokens.lower[start - 2] not in ("on", "continued", "continues", "began", "continue"):
            return None
        start -= 2
        while start > low and (tokens.lower[start - 1] in _CONTINUING or tokens.lower[start - 1] in ("on", "to")):
            start -= 1
        return _Cue(start, index + 1, verb, "past")
    if verb in JUDGE_VERBS and form == "past" and not auxiliaries:
        article = {tokens.lower[at] for at in range(max(low, start - 4), start)} & {"a", "an"}
        if article and not is_name(tokens, start - 1):
            return None
    if not auxiliaries and _is_noun(tokens, low, index, start, word, form):
        return None
    return _Cue(start, index + 1, verb, form)


def _attitude(tokens: Tokens, low: int, high: int, index: int) -> _Cue | None:
    """Read "is confident that", "remains firm that"."""
    start = index
    while start > low and is_adverb(tokens.lower[start - 1]):
        start -= 1
    linked = start > low and tokens.lower[start - 1] in (*BE, "’s", "'s", "remains", "remained", "feels", "felt")
    if not linked or index + 2 >= high or tokens.lower[index + 1] != "that":
        return None
    start -= 1
    while start > low and (tokens.lower[start - 1] in AUXILIARIES or is_adverb(tokens.lower[start - 1])):
        start -= 1
    denied = any(tokens.lower[at] in MODALS or tokens.lower[at] in NEGATIONS for at in range(start, index))
    return None if denied else _Cue(start, index + 1, "believe", "past")


def _noun(tokens: Tokens, low: int, high: int, index: int, number: int) -> Attribution | None:
    """Read "X's prediction that …" and "his claim that …"."""
    at = index - 1
    while at > low and index - at < 3 and tokens.lower[at] not in ("’s", "'s", "his", "her", "their"):
        at -= 1
    if at < low or index - at > 2:
        return None
    content = (index + 1, _clause_end(tokens, index + 1, high))
    if tokens.lower[at] in ("his", "her", "their"):
        return Attribution([content], (at, at + 1), (at + 1, index + 1), number, "noun")
    start = at
    while start > low and is_name(tokens, start - 1):
        start -= 1
    named = start < at and tokens.lower[at] in ("’s", "'s")
    return Attribution([content], (start, at), (at + 1, index + 1), number, "noun") if named else None


def _after_pronoun(tokens: Tokens, low: int, index: int) -> bool:
    return index > low and tokens.lower[index - 1] in PRONOUNS


def _is_contracted(word: str) -> bool:
    return word in (
        "didn",
        "don",
        "doesn",
        "hasn",
        "haven",
        "hadn",
        "wouldn",
        "couldn",
        "isn",
        "aren",
        "wasn",
        "weren",
        "won",
    )


def _is_noun(tokens: Tokens, low: int, index: int, start: int, word: str, form: str) -> bool:
    before = tokens.lower[start - 1] if start > low else ""
    if before in DETERMINERS and before not in (
        "this",
        "these",
        "that",
        "those",
        "some",
        "many",
        "most",
        "few",
        "all",
        "both",
        "one",
        "others",
    ):
        return True
    if before in ("’s", "'s", "’", "'", "my", "your", "our", "their", "her", "his", "its") or before in PREPOSITIONS:
        return form != "ing" or before not in ("by", "in", "after", "before", "despite", "for", "while")
    if (
        word in _NOUN_FORMS
        and form in ("base", "s")
        and (
            start == index
            and before
            and not (
                is_name(tokens, start - 1)
                or before in PRONOUNS
                or before.endswith("s")
                or before in ("people", "who", "and", ",", "that")
            )
        )
    ):
        following = tokens.lower[min(index + 1, len(tokens.lower) - 1)]
        if form == "base" or following in PREPOSITIONS or following in ("and", "or", ",", ".", "who", "have", "are"):
            return True
        return before.endswith("s") and following not in ("that", "he", "she", "it", "they", "the")
    if form == "base":
        return not (
            before
            in (
                "they",
                "we",
                "i",
                "you",
                "who",
                "people",
                "and",
                "that",
                "which",
                "some",
                "many",
                "others",
                "most",
                "all",
                ",",
                "men",
                "women",
            )
            or before.endswith("s")
            or before.isdigit()
            or before in AUXILIARIES
        )
    return False


def _is_hypothetical(tokens: Tokens, low: int, high: int, cue: _Cue) -> bool:
    """Whether the clause that holds the cue is a condition or the sentence asks whether it was said."""
    for at in range(cue.start - 1, max(low - 1, cue.start - 7), -1):
        if tokens.lower[at] in _IF and not (tokens.lower[at - 1] in ("as", "even") and at > low):
            return True
        if tokens.word[at] in (",", ";", ":") or tokens.quoted[at] or tokens.lower[at] == "that":
            break
    first = tokens.lower[low]
    return tokens.word[high - 1] == "?" and (first in AUXILIARIES or _is_contracted(first))


def _near_quote(tokens: Tokens, low: int, high: int, cue: _Cue) -> bool:
    return any(tokens.quoted[at] for at in range(max(low, cue.start - 12), min(high, cue.end + 12)))


def _source_of(tokens: Tokens, low: int, high: int, cue: _Cue, made: list[Attribution]) -> tuple[Span | None, bool]:
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


def _is_be(tokens: Tokens, cue: _Cue) -> bool:
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


def _main_subject(tokens: Tokens, low: int, cue: _Cue, made: list[Attribution]) -> Span | None:
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


def _contents_before(tokens: Tokens, low: int, end: int) -> list[Span]:
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


def _resumed(tokens: Tokens, start: int, high: int) -> list[Span]:
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


def _contents(tokens: Tokens, low: int, high: int, cue: _Cue, source: Span, adjacent: bool) -> list[Span]:
    """Return the contents of a cue whose subject stands before it: after the cue, else before the subject."""
    start = min(source[0], cue.start)
    leads_in = adjacent and start > low and tokens.lower[start - 1] == "as"
    start -= leads_in
    preceded = adjacent and start > low and (tokens.word[start - 1] == "," or tokens.quoted[start - 1])
    spoken = cue.verb in SAY_VERBS or cue.verb in THINK_VERBS
    quote_before = preceded and spoken and _quote_closes(tokens, low, start)
    at = _after_cue(tokens, cue, high, quote_before)
    if leads_in and not preceded and at + 1 < high and tokens.word[at] == ",":
        return [(at + 1, _clause_end(tokens, at + 1, high))]
    if quote_before:
        resumed = _resumed(tokens, cue.end, high)
        if at < high and tokens.lower[at] == "that":
            resumed = [(at, _clause_end(tokens, at, high))]
        return _contents_before(tokens, low, start) + resumed
    ends = at >= high or (tokens.word[at] in (".", "?", "!") and at + 1 >= high)
    if at + 1 < high and tokens.word[at] in (",", ":") and tokens.quoted[at + 1]:
        return _quote_run(tokens, at + 1, high)
    if (
        cue.verb in SAY_VERBS | THINK_VERBS
        and preceded
        and (ends or tokens.word[at] == "," or _adverbial_to_end(tokens, at, high))
    ):
        contents = _contents_before(tokens, low, start)
        goes_on = tokens.word[min(at, high - 1)] == "," and at + 2 < high and not tokens.lower[at + 1].endswith("ing")
        if goes_on:
            return _middle(tokens, low, contents, at + 1, high)
        if contents and _is_clause(tokens, contents[0]):
            return contents
    if ends:
        return []
    return _contents_after(tokens, low, high, cue, at)


SAY_VERBS = frozenset(verb for verb, _ in SAY.values())
THINK_VERBS = frozenset(verb for verb, _ in THINK.values())
INFINITIVE_VERBS = frozenset(verb for verb, _ in INFINITIVE.values())
JUDGE_VERBS = frozenset(verb for verb, _ in JUDGE.values())


def _middle(tokens: Tokens, low: int, contents: list[Span], start: int, high: int) -> list[Span]:
    """Join the two halves of "Llama, he noted, is pivotal"; an adverbial first half belongs to the second."""
    return [*contents, (start, _clause_end(tokens, start, high))]


def _adverbial_to_end(tokens: Tokens, at: int, high: int) -> bool:
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


def _after_cue(tokens: Tokens, cue: _Cue, high: int, quote_before: bool) -> int:
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


def _contents_after(tokens: Tokens, low: int, high: int, cue: _Cue, at: int) -> list[Span]:
    word, lower = tokens.word[at], tokens.lower[at]
    if word in (",", ":", "—", "--") and at + 1 < high:
        if tokens.quoted[at + 1]:
            return _quote_run(tokens, at + 1, high)
        if word == ":":
            return [(at + 1, _clause_end(tokens, at + 1, high))]
        return []
    if tokens.quoted[at]:
        return _quote_run(tokens, at, high)
    clausal = cue.verb in SAY_VERBS or cue.verb in THINK_VERBS
    if lower == "that" and (clausal or cue.verb in JUDGE_VERBS):
        return [(at, _clause_end(tokens, at, high))]
    if lower == "to":
        return [(at, _clause_end(tokens, at, high))] if cue.verb in INFINITIVE_VERBS else []
    asked = lower in ("who", "where", "when", "which") and cue.verb in _ASKING
    if (lower in _QUESTION_WORDS or asked) and clausal:
        return [(at, _clause_end(tokens, at, high))]
    if cue.verb in INFINITIVE_VERBS and _infinitive_object(tokens, at, high):
        return [(at, _clause_end(tokens, at, high))]
    if clausal and cue.verb not in QUOTED_ONLY and _has_finite(tokens, at, high):
        return [(at, _clause_end(tokens, at, high))]
    if cue.verb in JUDGE_VERBS and lower not in PREPOSITIONS:
        return [(at, _clause_end(tokens, at, high))]
    if any(tokens.quoted[k] for k in range(at, high)) and clausal:
        return [(at, _clause_end(tokens, at, high))]
    return []


def _quote_closes(tokens: Tokens, low: int, start: int) -> bool:
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
        end = _clause_end(tokens, at, high)
    return [(at, end)]


def _own_sentence(tokens: Tokens, at: int) -> bool:
    """Whether a quoted stretch ends as a sentence or a clause does, by the mark before its closing one."""
    inner = tokens.text[tokens.start[at] : tokens.end[at]].rstrip("\"”’'») ")
    return inner[-1:] in ".!?,…" and inner[1:2].isupper()


def _infinitive_object(tokens: Tokens, at: int, high: int) -> bool:
    return any(tokens.lower[k] == "to" for k in range(at + 1, min(high, at + 9)))


def _has_finite(tokens: Tokens, at: int, high: int) -> bool:
    """Whether the words from at on hold a verb: a bare clause, not an object."""
    for k in range(at + 1, high):
        lower = tokens.lower[k]
        if (
            lower in AUXILIARIES
            or _is_contracted(lower)
            or lower in ("’s", "'s", "’re", "'re", "’ll", "’d", "'ll", "'d")
        ) and lower not in ("having", "being", "been", "be"):
            return True
        if tokens.word[k] in (",", ";") and k > at + 20:
            return False
    return any(
        tokens.lower[k].endswith(("ed", "s")) and not is_name(tokens, k) and tokens.lower[k - 1] not in PREPOSITIONS
        for k in range(at + 1, min(high, at + 9))
    )


def _clause_end(tokens: Tokens, at: int, high: int) -> int:
    """Return where the content that begins at at ends: before a further cue, else at the sentence's end."""
    end = high
    for k in range(at + 2, high):
        word = tokens.word[k]
        if word == "," and k + 1 < high:
            following = tokens.lower[k + 1]
            entry = SAY.get(following)
            if entry and entry[1] == "ing":
                end = k
                break
            joint = following in ("but", "and", "while", "though")
            if following == "according" or _cue_soon(tokens, k + 1 + joint, high):
                end = k
                break
        elif (
            (tokens.lower[k] in ("and", "but") and k + 1 < high and _verb_in_past(tokens, k + 1))
            or (tokens.quoted[k - 1] and k > at + 1 and _comma_closes(tokens, k - 1) and _verb_in_past(tokens, k))
            or word == ";"
        ):
            end = k
            break
    while end > at + 1 and tokens.word[end - 1] in (".", "!", "?", ",", ":") and not tokens.quoted[end - 1]:
        end -= 1
    return end


def _verb_in_past(tokens: Tokens, index: int) -> bool:
    """Whether the token is a finite verb of speech in the past, as a second verb of the same subject is."""
    index += is_adverb(tokens.lower[index]) and index + 1 < len(tokens.lower)
    word = tokens.lower[index]
    entry = SAY.get(word) or JUDGE.get(word) or INFINITIVE.get(word)
    return entry is not None and entry[1] == "past" and entry[0] not in QUOTED_ONLY


def _comma_closes(tokens: Tokens, at: int) -> bool:
    return tokens.text[tokens.start[at] : tokens.end[at]].rstrip("\"”’'») ").endswith(",")


def _cue_soon(tokens: Tokens, start: int, high: int) -> bool:
    """Whether a clause with a name or pronoun for its subject and a verb of speech of its own begins here."""
    if start >= high or tokens.quoted[start] or not (is_name(tokens, start) or tokens.lower[start] in ("he", "she")):
        return False
    for k in range(start + 1, min(high, start + 5)):
        entry = SAY.get(tokens.lower[k])
        if entry:
            return entry[1] in ("past", "s")
        if not (is_name(tokens, k) or is_adverb(tokens.lower[k]) or tokens.lower[k] in ("has", "had", ".")):
            return False
    return False


def _according(tokens: Tokens, low: int, high: int, index: int, number: int) -> Attribution | None:
    """Read "according to X, …", "…, according to X" and "in X's words"."""
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
    if lead:
        at += at < high and tokens.word[at] == ","
        contents = [(at, _clause_end(tokens, at, high))] if at < high else []
    else:
        contents = _contents_before(tokens, low, index)
        if at + 3 < high and tokens.word[at] == "," and tokens.word[index - 1] == ",":
            contents.append((at + 1, _clause_end(tokens, at + 1, high)))
    return Attribution(contents, source, (index, index + 2), number, "according") if contents else None
