"""A real weak model as adversary: SmolLM2 writes freely about real libraries, and nothing false may get through.

It is asked to write, not to copy as the product asks a model of its size: it invents figures, mixes up people and runs
sentences together, and the check has to catch all of it. What it says that the check let through was judged true by a
person and is listed in reviewed_sentences.json by its hash; another machine may make it write something else, and such
a sentence is held against its source word by word and shown to whoever runs the test.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

pytest.importorskip("xllamacpp")

from app.answer import Answer, Statement, Write
from app.chatbot import Chatbot
from app.check.attribution import quoted_spans
from app.check.quantities import quantities
from app.check.words import collapse, find_folded, words
from app.draft import plain
from app.evidence.strictness import NEVER
from app.libraries import SAMPLE
from app.llm.completion import Call, complete
from app.llm.models import Model, load_model
from retrieval.documents import Hit
from retrieval.errors import WeightsError
from retrieval.quotations import find_quotations, same_speaker
from tests.libraries import ARTICLES

DATA = json.loads(Path(__file__).with_name("reviewed_sentences.json").read_text(encoding="utf-8"))
_MOST = 60
"""Tokens that the model may write for one question."""
_SHOWN = 4


def writing_freely(model: Model) -> Write:
    """A Write with a prompt short enough for forty questions: the best sentences of the hits, and nothing forbidden."""

    def write(question: str, hits: Sequence[Hit]) -> Iterator[str]:
        ranked = sorted(
            ((score + hit.score, n, span) for n, hit in enumerate(hits, 1) for score, span in _scored(hit)),
            key=lambda item: -item[0],
        )
        lines = [f"[{n}] {collapse(hits[n - 1].passage.document.text[slice(*span)])}" for _, n, span in ranked[:_SHOWN]]
        shown = "\n".join(dict.fromkeys(lines))
        prompt = (
            f"Sources:\n{shown}\n\nQuestion: {question}\n\n"
            "Answer in three sentences in your own words. End each sentence with the number of its source, like [1]."
        )
        yield from complete(model, [("user", prompt)], Call("answer"), max_tokens=_MOST)

    return write


def _scored(hit: Hit) -> zip[tuple[float, tuple[int, int]]]:
    return zip(hit.sentences, hit.passage.sentences, strict=False)


def cited_everywhere(write: Write) -> Write:
    """The same draft with every passage cited by every sentence: the most that a wrong citation could get away with."""

    def harsh(question: str, hits: Sequence[Hit]) -> Iterator[str]:
        draft = "".join(write(question, hits))
        markers = "".join(f"[{n}]" for n in range(1, len(hits) + 1))
        bare = re.sub(r"\s*\[[\d,\s]*\]", "", draft)
        for line in bare.splitlines():
            for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])", line):
                if plain(sentence):
                    yield f"{sentence.rstrip()} {markers}\n"

    return harsh


class FreeChatbot(Chatbot):
    """A chatbot whose model writes as it likes."""

    def _writer(self, llm: object, record: object) -> tuple[str, Write]:
        model = dataclasses.replace(load_model("local:smollm2"), small=False)
        return model.name, cited_everywhere(writing_freely(model))

    def _wording(self, llm: object, least: object) -> float:
        return NEVER


def answers(folder: Path, library: Path, questions: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    with FreeChatbot(library) as bot:
        bot.add(folder)
        for question in questions:
            answer = bot.ask(question)
            for statement in answer.statements:
                hold_against_source(bot, answer, statement)
            yield question, answer


def hold_against_source(bot: Chatbot, answer: Answer, statement: Statement) -> None:
    """What can be checked without the product's own check: citations exact, figures, names, quotations and speakers."""
    cited = [c for c in answer.citations if c.number in statement.citations]
    assert cited
    for c in cited:
        document = bot.document(c.document.id)
        assert document.text[c.start : c.end] == c.quote
    if statement.support == "verbatim":
        assert any(statement.text == collapse(c.quote) for c in cited)
        return
    for c in cited:
        text = statement.text
        figures = quantities(c.quote)
        assert all(any(f.bears_out(q) for f in figures) for q in quantities(text)), text
        stems = {w.stem for w in words(c.quote)}
        document = bot.document(c.document.id)
        names = [w for w in words(text) if w.capital and w.content and w.start > 0]
        speakers = {s for q in find_quotations(document) if (s := q.speaker) and _overlaps(q.spans, c.start, c.end)}
        known = stems | {w.stem for s in speakers for w in words(s)}
        assert all(w.stem in known for w in names), text
        for start, end in quoted_spans(text):
            assert find_folded(text[start:end].strip("\"“”‘’'.,"), c.quote), text
        if quoted_spans(text) and len(speakers) == 1:
            [speaker] = speakers
            assert any(same_speaker(w.text, speaker) or w.text in speaker for w in words(text) if w.capital), text


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in spans)


def digest(sentence: str) -> str:
    return hashlib.sha256(sentence.encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", ["sample", "articles"])
def test_no_false_sentence_of_a_weak_model_gets_through(name: str, tmp_path: Path) -> None:
    folder = SAMPLE if name == "sample" else ARTICLES
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    try:
        load_model("local:smollm2")
    except WeightsError as error:
        pytest.skip(str(error))
    outcome: Counter[str] = Counter()
    unjudged = []
    for question, answer in answers(folder, tmp_path / "library", DATA["questions"][name]):
        print(f"\n## {question}   ({answer.model}{'' if answer.answered else ', not answered'})")
        for statement in answer.statements:
            outcome[f"{answer.model}: {statement.support}"] += 1
            print(f"| {statement.support} | {statement.text} |")
            if statement.support == "supported" and digest(statement.text) not in DATA["true"]:
                quotes = [c.quote for c in answer.citations if c.number in statement.citations]
                unjudged.append(f"{digest(statement.text)}: {statement.text} <= {quotes}")
        for left_out in answer.left_out:
            outcome["left out"] += 1
            print(f"| left out | {left_out.text} | {left_out.reason} |")
    print("\n" + ", ".join(f"{count} {what}" for what, count in sorted(outcome.items())))
    assert outcome["left out"] > 10, "the model is no adversary when it writes nothing that is refused"
    if unjudged:
        pytest.xfail(
            "sentences that no person has judged yet, each true by what can be checked: " + "\n".join(unjudged)
        )
