"""The verbs that report speech in a sentence, told apart from nouns, passives, infinitives and what was not said."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.speech_phrases import is_adverb, is_auxiliary, is_name
from retrieval.speech_tokens import Tokens, is_headline
from retrieval.speech_words import (
    ATTITUDES,
    AUXILIARIES,
    BE,
    CUES,
    JUDGE_VERBS,
    MODALS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
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


_CONTINUING = frozenset("went goes go going continued continues continue began begins came want wanted".split())


_CONTRACTED = frozenset("didn don doesn hasn haven hadn wouldn couldn isn aren wasn weren won".split())
_PLURAL = frozenset("they we i you who people and that which some many others most all , men women".split())
_ARTICLES = frozenset("the a an his her its their our my your this that every no each".split())
_AFTER_NOUN = frozenset("and or , . who have are".split())
_IF = frozenset("if unless whether".split())


@dataclass(frozen=True)
class Cue:
    """A verb of speech that stands as one: [start, end) with auxiliaries, the verb's lemma and its form."""

    start: int
    end: int
    verb: str
    form: str


def cue_at(tokens: Tokens, low: int, high: int, index: int) -> Cue | None:
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
        if (
            is_auxiliary(tokens, start - 1)
            or before in NEGATIONS
            or before in ("’t", "'t", "’s", "'s", "’ve", "'ve", "’d", "'d")
        ):
            if before in ("’s", "'s") and (
                (form != "ing" and form != "past") or not _after_pronoun(tokens, low, start - 1)
            ):
                break
            passive_s = before in ("’s", "'s") and form == "past" and tokens.lower[start - 2] in ("it", "that", "there")
            auxiliaries.append("is" if passive_s else before)
        elif is_contracted(before):
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
        return Cue(start, index + 1, verb, "past")
    if verb in JUDGE_VERBS and form == "past" and not auxiliaries:
        article = {tokens.lower[at] for at in range(max(low, start - 4), start)} & {"a", "an"}
        if article and not is_name(tokens, start - 1):
            return None
    if not auxiliaries and _is_noun(tokens, low, index, start, word, form):
        return None
    return Cue(start, index + 1, verb, form)


def _attitude(tokens: Tokens, low: int, high: int, index: int) -> Cue | None:
    """Read "is confident that", "remains firm that"."""
    start = index
    while start > low and is_adverb(tokens.lower[start - 1]):
        start -= 1
    linked = start > low and tokens.lower[start - 1] in (*BE, "’s", "'s", "remains", "remained", "feels", "felt")
    if not linked or index + 2 >= high or tokens.lower[index + 1] != "that":
        return None
    start -= 1
    while start > low and (is_auxiliary(tokens, start - 1) or is_adverb(tokens.lower[start - 1])):
        start -= 1
    denied = any(tokens.lower[at] in MODALS or tokens.lower[at] in NEGATIONS for at in range(start, index))
    return None if denied else Cue(start, index + 1, "believe", "past")


def _after_pronoun(tokens: Tokens, low: int, index: int) -> bool:
    return index > low and tokens.lower[index - 1] in PRONOUNS


def is_contracted(word: str) -> bool:
    """Whether a token is what stands before "n't" as this tokenizer cuts it: "didn" of "didn't"."""
    return word in _CONTRACTED


def _is_noun(tokens: Tokens, low: int, index: int, start: int, word: str, form: str) -> bool:
    """Whether a form that can be a verb is a noun or an adjective here, by the words beside it."""
    before = tokens.lower[start - 1] if start > low else ""
    if before in _ARTICLES or before in PREPOSITIONS or before in ("’s", "'s", "’", "'"):
        return form != "ing" or before not in ("by", "in", "after", "before", "despite", "for", "while")
    agrees = (
        before in PRONOUNS or before in ("people", "who", "and", ",", "that") or is_name(tokens, max(start - 1, low))
    )
    plural = before.endswith("s")
    if word in _NOUN_FORMS and form in ("base", "s") and start == index and before:
        following = tokens.lower[min(index + 1, len(tokens.lower) - 1)]
        if not agrees and not (plural and form == "base"):
            if form == "base" or following in PREPOSITIONS or following in _AFTER_NOUN:
                return True
            return plural and following not in ("that", "he", "she", "it", "they", "the")
    if form == "base":
        if before == "earnings":  # an earnings call: nobody calls there
            return True
        return not (plural or before in _PLURAL or before.isdigit() or before in AUXILIARIES)
    return False


def is_hypothetical(tokens: Tokens, low: int, high: int, cue: Cue) -> bool:
    """Whether the clause that holds the cue is a condition or the sentence asks whether it was said."""
    for at in range(cue.start - 1, max(low - 1, cue.start - 7), -1):
        if tokens.lower[at] in _IF and not (tokens.lower[at - 1] in ("as", "even") and at > low):
            return True
        if tokens.word[at] in (",", ";", ":") or tokens.quoted[at] or tokens.lower[at] == "that":
            break
    first = tokens.lower[low]
    return tokens.word[high - 1] == "?" and (first in AUXILIARIES or is_contracted(first))


def near_quote(tokens: Tokens, low: int, high: int, cue: Cue) -> bool:
    """Whether a marked stretch stands within a dozen tokens of the cue."""
    return any(tokens.quoted[at] for at in range(max(low, cue.start - 12), min(high, cue.end + 12)))
