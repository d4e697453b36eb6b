"""Whether words that somebody takes for a quotation are one: every claim is tested against the document's own text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from retrieval.documents import Document, Span
from retrieval.quotations import Kind, Quotation
from retrieval.speakers import same_role, same_speaker
from retrieval.speech_announced import Announcement, announcements_in, announces_denied, leads_to
from retrieval.speech_dates import said_on
from retrieval.speech_extent import has_finite
from retrieval.speech_people import People, people_in
from retrieval.speech_resolution import resolve
from retrieval.speech_tokens import Tokens, tokenize
from retrieval.speech_words import SUBORDINATORS

Reason = Literal[
    "too short to be a remark",
    "not words of the document",
    "in page furniture",
    "in the ledger already",
    "the document names no such speaker",
    "nothing beside the words says that somebody speaks",
    "denied, imagined or asked, not said",
    "somebody else speaks here, or it can't be told who",
    "cut out of a longer statement, or run together with more",
]
"""Why a proposal is refused; of several readings that fail, the one that came furthest down this list is given."""

_RANK = {reason: rank for rank, reason in enumerate(get_args(Reason))}
_FEWEST = 3
_LONGEST = 4000
_LISTED = 12
_FOLD = str.maketrans({**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′`", "'"), **dict.fromkeys("‐‑‒–—−", "-")})
_BULLETS = frozenset("- • * – ‣ ·".split())
_STOPS = frozenset(". ! ? … ;".split())
# After a comma these words take back or narrow what stands before it, so the remark can't end there.
_GOES_ON = SUBORDINATORS | frozenset("or nor except only provided and not rather".split())


@dataclass(frozen=True)
class Proposal:
    """What somebody takes for a quotation: its words, who says them, and the words that tell so ("said")."""

    words: str
    speaker: str
    cue: str


@dataclass
class Checker:
    """A document, read once, to test proposals against; known: its quotations so far, which the caller adds to."""

    document: Document
    known: list[Quotation]

    def check(self, proposal: Proposal, proposed_by: str, only: Span | None = None) -> Quotation | Reason:
        """Give the quotation, with the document's own speaker, cue and offsets, or why it is none. Never raises.

        The words must stand in the text as whole words (typography and case aside); its grammar must announce them
        as a remark, with a cue that shares a word with the proposed one, not denied, imagined or asked; whom it
        names there must be the proposed speaker; and no entry of the ledger may hold any of them.
        only: where the words have to stand.
        """
        words = proposal.words.strip(" \t\n\r\"“”„«»‘’'.,;:")
        if len(words.split()) < _FEWEST or len(words) > _LONGEST:
            return "too short to be a remark" if len(words) <= _LONGEST else "not words of the document"
        places = [span for span in _occurrences(self._folded, words) if only is None or only[0] <= span[0] < only[1]]
        worst: Reason = "not words of the document"
        for span in places:
            found = self._at(span, proposal, proposed_by)
            if isinstance(found, Quotation):
                return found
            worst = max(worst, found, key=_RANK.__getitem__)
        return worst

    def _at(self, span: Span, proposal: Proposal, proposed_by: str) -> Quotation | Reason:
        if _touches(span, self.document.noise):
            return "in page furniture"
        if any(_touches(span, quotation.spans) for quotation in self.known):
            return "in the ledger already"
        named = any(char.isupper() for char in proposal.speaker)
        if not named or not any(_occurrences(self._folded, proposal.speaker.strip())):
            return "the document names no such speaker"
        content = self._tokens_of(span)
        if content is None:
            return "cut out of a longer statement, or run together with more"
        number = self._sentence(content[0])
        worst: Reason = "nothing beside the words says that somebody speaks"
        for sentence in self._announcing(number):
            if announces_denied(self._tokens, sentence):
                worst = max(worst, "denied, imagined or asked, not said", key=_RANK.__getitem__)
            for item in announcements_in(self._tokens, sentence):
                if leads_to(self._tokens, self._tokens.sentences[sentence], item, content):
                    found = self._read(sentence, item, content, proposal, proposed_by)
                    if isinstance(found, Quotation):
                        return found
                    worst = max(worst, found, key=_RANK.__getitem__)
        return worst

    def _read(
        self, sentence: int, item: Announcement, content: Span, proposal: Proposal, proposed_by: str
    ) -> Quotation | Reason:
        tokens = self._tokens
        cue, mention = tokens.span(*item.cue), tokens.span(*item.source)
        if any(_touches(cue, (*q.spans, *([q.cue] if q.cue else []))) for q in self.known):
            return "nothing beside the words says that somebody speaks"
        if not _words(proposal.cue) & _words(self.document.text[slice(*cue)]):
            return "nothing beside the words says that somebody speaks"
        speaker, person = resolve(self._people, item.source, sentence)
        roles = person.roles if person else []
        asked = proposal.speaker
        if speaker is None or not (same_speaker(asked, speaker) or any(same_role(asked, role) for role in roles)):
            return "somebody else speaks here, or it can't be told who"
        if not self._whole(item, content):
            return "cut out of a longer statement, or run together with more"
        quoted = [tokens.quoted[at] for at in range(*content)]
        kind: Kind = "direct" if all(quoted) else "mixed" if any(quoted) else "indirect"
        spans = (tokens.span(*content),)
        said = said_on(tokens, sentence, [content], item.cue, self.document.published)
        return Quotation(
            self.document, spans, kind, cue, mention, speaker, roles[0] if roles else None, said, proposed_by
        )

    def _whole(self, item: Announcement, content: Span) -> bool:
        """Whether the words are a clause of one sentence that nothing behind them takes back or narrows."""
        tokens = self._tokens
        _, high = tokens.sentences[self._sentence(content[0])]
        end = content[1]
        if end > high or not (any(tokens.quoted[at] for at in range(*content)) or has_finite(tokens, *content)):
            return False
        if item.link == "before" or end == high or tokens.word[end] in _STOPS:
            return True
        return tokens.word[end] in (",", "—", "–", "--") and end + 1 < high and tokens.lower[end + 1] not in _GOES_ON

    def _announcing(self, number: int) -> Iterator[int]:
        """The sentence of the words, and the one before it, or before the list they stand in, that ends in a colon."""
        yield number
        tokens = self._tokens
        for before in range(number - 1, max(-1, number - _LISTED - 1), -1):
            if tokens.word[tokens.sentences[before][1] - 1] == ":":
                yield before
                return
            first = tokens.sentences[before + 1][0]
            if tokens.word[first] not in _BULLETS or tokens.paragraph[before] == tokens.paragraph[before + 1]:
                return

    def _tokens_of(self, span: Span) -> Span | None:
        """The tokens of these characters, a leading "that" included; None where they cut marked words in two."""
        tokens = self._tokens
        first, last = bisect_right(tokens.end, span[0]), bisect_left(tokens.start, span[1])
        if first >= last:
            return None
        start, end = tokens.span(first, last)
        if self.document.text[start : span[0]].strip("\"“„«‘'`") or re.search(r"\w", self.document.text[span[1] : end]):
            return None
        if first and tokens.lower[first - 1] == "that":
            first -= 1
        return first, last

    def _sentence(self, token: int) -> int:
        return bisect_right(self._tokens.sentences, token, key=lambda sentence: sentence[0]) - 1

    @cached_property
    def _tokens(self) -> Tokens:
        return tokenize(self.document.text)

    @cached_property
    def _people(self) -> People:
        return people_in(self._tokens)

    @cached_property
    def _folded(self) -> str:
        return _fold(self.document.text)


def still_hold(document: Document, known: Sequence[Quotation], proposed: Sequence[Quotation]) -> list[Quotation]:
    """Those of the quotations that were once proposed and kept for a document that pass the check again.

    known: what the rules find in it now.
    """
    checker = Checker(document, list(known))
    for old in proposed:
        told = Proposal(old.text, old.speaker or "", document.text[slice(*old.cue)] if old.cue else "")
        found = checker.check(told, old.proposed_by or "", old.spans[0])
        if isinstance(found, Quotation):
            checker.known.append(found)
    return checker.known[len(known) :]


def _fold(text: str) -> str:
    """The text without differences of case and typography; every character keeps its place."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text.translate(_FOLD))


def _occurrences(folded: str, words: str) -> Iterator[Span]:
    pattern = r"\s+".join(re.escape(part) for part in _fold(words).split())
    if pattern:
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", folded):
            yield match.span()


def _touches(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", _fold(text)))
