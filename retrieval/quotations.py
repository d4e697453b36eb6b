"""The quotations of a document: who says what, in which exact words, as spans of its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from retrieval.documents import Document, Span
from retrieval.speakers import same_role as same_role
from retrieval.speakers import same_speaker as same_speaker
from retrieval.speech_clauses import Attribution, attributions_in, loose_quote
from retrieval.speech_dates import said_on
from retrieval.speech_forms import named_colon
from retrieval.speech_people import People, Person, people_in
from retrieval.speech_resolution import resolve
from retrieval.speech_tokens import Tokens, tokenize
from retrieval.speech_words import DETERMINERS, NOUNS, PREPOSITIONS

Kind = Literal["direct", "mixed", "indirect"]


@dataclass(frozen=True)
class Quotation:
    """Words that a document reports someone to have said or thought.

    spans: the content, ascending and apart, in document offsets; several where "he said" breaks it. As in the
        literature on attribution (PARC, PolNeAR) it includes its quotation marks and a leading "that".
    kind: direct (all inside marks), mixed (some) or indirect (none).
    cue: the words that report it; mention: the words that name the speaker; None where the text has none here.
    speaker: the fullest name that the document gives, or None when it can't be told.
    role: what the document calls the speaker ("Meta CEO"); said: the date of speaking where the text tells it.
    proposed_by: the model that pointed it out, where rules had missed it; see retrieval.proposals for its check.
    """

    document: Document
    spans: tuple[Span, ...]
    kind: Kind
    cue: Span | None = None
    mention: Span | None = None
    speaker: str | None = None
    role: str | None = None
    said: date | None = None
    proposed_by: str | None = None

    @property
    def dated(self) -> tuple[date | None, Literal["text", "publication"] | None]:
        """The day of speaking and where it is from: the text, or, where that is silent, the document's own date."""
        if self.said:
            return self.said, "text"
        return self.document.published, "publication" if self.document.published else None

    @property
    def text(self) -> str:
        """The exact words, with " … " where the document breaks them."""
        return " … ".join(self.document.text[start:end] for start, end in self.spans)


@dataclass
class _Found:
    """A quotation in the making, in token ranges."""

    contents: list[Span]
    sentence: int
    cue: Span | None = None
    source: Span | None = None
    speaker: str | None = None
    person: Person | None = None


def find_quotations(document: Document) -> list[Quotation]:
    """Find the quotations of a document, in the order of their first words.

    Pure and deterministic, linear in the text's length; never raises. Rules over word order, after the
    patterns of Krestel et al. 2008 and Pareti et al. 2013; page furniture (document.noise) is left out.
    """
    tokens = tokenize(document.text)
    people = people_in(tokens)
    found: list[_Found] = []
    for number in range(len(tokens.sentences)):
        attributed = _named_colon(tokens, people, number) or attributions_in(tokens, number)
        attributed += _loose_quotes(tokens, number, attributed)
        for item in attributed:
            speaker, person = resolve(people, item.source, number) if item.source else (None, None)
            if person is not None and item.source:
                people.add(item.source[0], item.source[1], person)
            found.append(_Found(item.contents, number, item.cue, item.source, speaker, person))
        _take_standing_quotes(tokens, people, number, found)
        _take_fragments(tokens, number, found)
    found.sort(key=lambda item: item.contents[0])
    made = (_quotation(document, tokens, item) for item in found)
    return [quotation for quotation in made if quotation is not None]


def _named_colon(tokens: Tokens, people: People, number: int) -> list[Attribution]:
    """Attribute "Ada Stone: Prices will fall" where the document knows a person by the name before the colon."""
    spoken = named_colon(tokens, *tokens.sentences[number])
    if spoken is None or resolve(people, spoken[0], number)[1] is None:
        return []
    source, cue, content = spoken
    return [Attribution([content], source, cue, number, "")]


def _loose_quotes(tokens: Tokens, number: int, attributed: list[Attribution]) -> list[Attribution]:
    """Attribute the utterances of a sentence that no verb of speech reports."""
    found = []
    for at in _quoted_in(tokens, number):
        if _is_utterance(tokens, (at, at + 1)) or _is_promised(tokens, at):
            taken = any(start <= at < end for item in attributed for start, end in item.contents)
            item = None if taken else loose_quote(tokens, number, at)
            if item is not None:
                found.append(item)
    return found


def _take_standing_quotes(tokens: Tokens, people: People, number: int, found: list[_Found]) -> None:
    """Give a sentence that is nothing but quotation to the remark before it, else to who spoke or acted last."""
    low, high = tokens.sentences[number]
    if not tokens.quoted[low] or not all(
        tokens.quoted[at] or not tokens.word[at][:1].isalnum() for at in range(low, high)
    ):
        return
    content = (low, high if tokens.quoted[high - 1] else high - 1)
    previous = next((item for item in reversed(found[-3:]) if item.cue or item.speaker), None)
    if previous is not None and any(start <= low < end for start, end in previous.contents):
        return
    near = previous is not None and previous.sentence >= number - 1
    same_paragraph = near and previous is not None and tokens.paragraph[previous.sentence] == tokens.paragraph[number]
    reopened = low > 0 and low - 1 in tokens.stretches and tokens.stretches[low - 1].open
    if previous is not None and near and (reopened or same_paragraph) and _is_quote(tokens, previous.contents):
        previous.contents.append(content)
        previous.sentence = number
        return
    if not _is_utterance(tokens, content):
        return
    speaker, person = _speaker_before(tokens, people, number, previous if near else None)
    found.append(_Found([content], number, None, None, speaker, person))


def _take_fragments(tokens: Tokens, number: int, found: list[_Found]) -> None:
    """Keep the quoted words that no verb reports (a "long and winding road"), of nobody who can be told."""
    for at in _quoted_in(tokens, number):
        if any(s <= at < e for item in reversed(found[-40:]) for s, e in item.contents):
            continue
        words = tokens.text[tokens.start[at] : tokens.end[at]].strip("\"“”„‘’'«»`,. ").split()
        if len(words) >= 4 and not _is_title(tokens, at):
            found.append(_Found([(at, at + 1)], number))


def _quoted_in(tokens: Tokens, number: int) -> list[int]:
    """The tokens of a sentence that are marked stretches."""
    low, high = tokens.sentences[number]
    return [at for at in range(low, high) if tokens.quoted[at]] if True in tokens.quoted[low:high] else []


def _is_quote(tokens: Tokens, contents: list[Span]) -> bool:
    return any(tokens.quoted[at] for start, end in contents for at in range(start, end))


def _is_utterance(tokens: Tokens, content: Span) -> bool:
    start, end = tokens.span(*content)
    inner = tokens.text[start:end].strip("\"“”„‘’'«»`()[] \n")
    sentence = len(inner.split()) >= 3 or inner.endswith((".", "!", "?", ","))
    return sentence and inner[:1].isupper() and (not inner.istitle() or inner.endswith(("!", "?")))


def _is_promised(tokens: Tokens, at: int) -> bool:
    """Whether a noun of speech and a colon announce a marked stretch of several words: a promise: "we will …"."""
    words = tokens.text[tokens.start[at] : tokens.end[at]].split()
    return at > 1 and tokens.word[at - 1] == ":" and tokens.lower[at - 2] in NOUNS and len(words) >= 4


def _is_title(tokens: Tokens, at: int) -> bool:
    """Whether a marked stretch inside a clause is the title of a work or a name, not words of the speaker."""
    words = tokens.text[tokens.start[at] : tokens.end[at]].strip("\"“”„‘’'«»`,. ").split()
    small = PREPOSITIONS | DETERMINERS | {"and", "or", "but", "as", "is", "vs"}
    named = all(word[:1].isupper() or word[:1].isdigit() or word in small for word in words)
    return len(words) > 1 and named and words[0][:1].isupper()


def _speaker_before(
    tokens: Tokens, people: People, number: int, previous: _Found | None
) -> tuple[str | None, Person | None]:
    if previous is not None:
        return previous.speaker, previous.person
    if number == 0:
        return None, None
    low, high = tokens.sentences[number - 1]
    mentions = people.within(low, high)
    subjects = [person for _, last, person in mentions if last >= high or tokens.word[last] not in ("’s", "'s")]
    return (subjects[0].name, subjects[0]) if subjects else (None, None)


def _quotation(document: Document, tokens: Tokens, item: _Found) -> Quotation | None:
    spans = tuple(tokens.span(*content) for content in sorted(item.contents))
    if any(start < past and begin < end for start, end in spans for begin, past in document.noise):
        return None
    alone = all(tokens.quoted[at] for start, end in item.contents for at in range(start, end))
    quoted = [
        tokens.quoted[at] and (alone or not _is_title(tokens, at))
        for start, end in item.contents
        for at in range(start, end)
    ]
    kind: Kind = "direct" if all(quoted) else "mixed" if any(quoted) else "indirect"
    return Quotation(
        document,
        spans,
        kind,
        tokens.span(*item.cue) if item.cue else None,
        tokens.span(*item.source) if item.source else None,
        item.speaker,
        item.person.roles[0] if item.person and item.person.roles else None,
        said_on(tokens, item.sentence, item.contents, item.cue, document.published),
    )


def speaker_of(quotations: Sequence[Quotation], start: int, end: int) -> str | None:
    """Return who says the words [start, end) of the document; None where nobody does, or more than one.

    quotations: those of one document. The words are a speaker's when they share characters with contents of that
    speaker and of no other named one: part of a quotation, or a cited sentence with its "he said".
    """
    speakers = {
        quotation.speaker
        for quotation in quotations
        if quotation.speaker and any(left < end and start < right for left, right in quotation.spans)
    }
    return next(iter(speakers)) if len(speakers) == 1 else None
