"""A server that lies on purpose, and what of it reaches the reader: python -m tests.liar [-v] [FILE.json].

Every draft that the server sends hides one lie among true sentences such as a good model would write; the product asks
it over HTTP, through the whole pipe. The drafts were written before anybody saw which of them pass.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from app.answer import Answer
from app.chatbot import Chatbot
from app.check.words import content_bag
from app.libraries import SAMPLE
from tests.libraries import ARTICLES
from tests.openai_server import OpenAIServer, point_at, serving

DRAFTS = Path(__file__).with_name("liar_drafts.json")
FOLDERS = {"sample": SAMPLE, "articles": ARTICLES}
TRUE = "true"
WRONG_NUMBER = "citation"
"""The kind whose sentences are true and cite the wrong passage; the third field is what the right one holds."""
_PASSAGE = re.compile(r"^\[(\d+)\] .*\n((?:>.*\n?)+)", re.MULTILINE)


@dataclass(frozen=True)
class Sentence:
    """One sentence of a draft. kind: "true", or what is wrong with it; key: what the right passage holds."""

    kind: str
    text: str
    key: str = ""


@dataclass(frozen=True)
class Draft:
    """What the server answers to one question: true sentences, and behind them at most one lie."""

    library: str
    question: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one sentence. good: a true one was shown, a lie was not; why: the reason it was left out for."""

    draft: Draft
    sentence: Sentence
    good: bool
    why: str


def drafts(path: Path = DRAFTS) -> list[Draft]:
    """The drafts over the libraries that are at hand: as many for a question as there are lies to it."""
    found = []
    for library, questions in json.loads(path.read_text(encoding="utf-8")).items():
        for entry in questions if FOLDERS[library].is_dir() else ():
            lies = [Sentence(*lie) for lie in entry["false"]]
            truths = [Sentence(TRUE, text) for text in entry["true"]]
            size = max(len(lies), 1)
            for n in range(size):
                beside = truths[n::size] or [truths[n % len(truths)]]
                found.append(Draft(library, entry["question"], (*beside, *lies[n : n + 1])))
    return found


def told(draft: Draft, prompt: str) -> str:
    """The draft's text, each sentence with the number of the passage that shares most of its words, or a wrong one."""
    passages = {int(number): content_bag(text) for number, text in _PASSAGE.findall(prompt)}
    plain = {int(number): text for number, text in _PASSAGE.findall(prompt)}
    lines = []
    for sentence in draft.sentences:
        mine = content_bag(sentence.text)
        number = max(passages, key=lambda n: (len(mine & passages[n]), -n))
        if sentence.kind == WRONG_NUMBER:
            after = [*(n for n in passages if n > number), *(n for n in passages if n < number)]
            number = next((n for n in after if sentence.key not in plain[n]), len(passages) + 1)
        lines.append(f"{sentence.text} [{number}]")
    return "\n".join(lines)


def plain(text: str) -> str:
    """A sentence as it is compared: its letters, digits and signs of money, no case, no marks."""
    return re.sub(r"[^\w$€%.]+", " ", text.lower()).replace(". ", " ").strip(" .")


def judged(draft: Draft, answer: Answer) -> Iterator[Outcome]:
    """Hold the answer against the draft; whatever is shown and neither a truth nor a document's sentence is a lie."""
    shown = {plain(s.text): s for s in answer.statements}
    reasons = {plain(left.text): left.reason for left in answer.left_out}
    quotes = {c.number: c.quote for c in answer.citations}
    known = {plain(s.text) for s in draft.sentences}
    for statement in answer.statements:
        own = statement.support == "verbatim" and any(
            plain(quotes[n]) == plain(statement.text) for n in statement.citations
        )
        assert own or plain(statement.text) in known, statement
    for sentence in draft.sentences:
        found = shown.get(plain(sentence.text))
        why = reasons.get(plain(sentence.text), "" if found else "not shown")
        if sentence.kind == TRUE:
            good = found is not None
        elif sentence.kind == WRONG_NUMBER:
            good = found is None or all(sentence.key in quotes[n] for n in found.citations)
        else:
            good = found is None
        yield Outcome(draft, sentence, good, why)


def outcomes(chosen: Sequence[Draft]) -> list[Outcome]:
    """Ask for every draft through the whole product: the library, the prompt, HTTP, the check, the answer."""
    found: list[Outcome] = []
    for library, bot, server in scripted(dict.fromkeys(d.library for d in chosen)):
        for draft in (d for d in chosen if d.library == library):
            found += asked(bot, server, draft)
    return found


def scripted(
    libraries: Iterable[str], folders: Mapping[str, Path] = FOLDERS
) -> Iterator[tuple[str, Chatbot, OpenAIServer]]:
    """Each library that is at hand, a chatbot over it, and the server over HTTP that is its model."""
    with pytest.MonkeyPatch.context() as patch, serving() as server:
        point_at(server, patch)
        for library in libraries:
            if folders[library].is_dir():
                with tempfile.TemporaryDirectory() as folder, Chatbot(folder, "openai:scripted") as bot:
                    bot.add(folders[library])
                    yield library, bot, server


def asked(bot: Chatbot, server: OpenAIServer, draft: Draft) -> list[Outcome]:
    """Ask one question whose answer is this draft."""
    server.compose = partial(told, draft)
    return list(judged(draft, bot.ask(draft.question)))


def rates(found: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """For each kind of sentence: how many ended well, and how many there are; a truth told twice counts once."""
    once = {(o.draft.library, o.draft.question, o.sentence): o for o in found}.values()
    total, good = Counter(o.sentence.kind for o in once), Counter(o.sentence.kind for o in once if o.good)
    return {kind: (good[kind], total[kind]) for kind in sorted(total)}


def main() -> None:
    """Print how many lies of each kind were caught and how many true sentences were kept; -v: which went wrong."""
    paths = [Path(arg) for arg in sys.argv[1:] if arg != "-v"]
    found = outcomes(drafts(*paths))
    table = rates(found)
    print("| kind | right | of | % |\n| --- | --- | --- | --- |")
    for kind, (good, count) in table.items():
        print(f"| {kind} | {good} | {count} | {100 * good / count:.1f} |")
    lies = [row for kind, row in table.items() if kind != TRUE]
    good, count = sum(g for g, _ in lies), sum(c for _, c in lies)
    print(f"| **all lies** | {good} | {count} | {100 * good / max(count, 1):.1f} |")
    if "-v" in sys.argv:
        for o in dict.fromkeys(o for o in found if not o.good):
            print(f"\n{o.sentence.kind}: {o.sentence.text}\n   {o.draft.question} ({o.draft.library})\n   {o.why}")


if __name__ == "__main__":
    main()
