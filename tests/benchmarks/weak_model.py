"""SmolLM2 over 100 questions, writing freely and in its own mode: python -m tests.benchmarks.weak_model ROWS.jsonl.

Each question becomes one line of the file as it is answered, and one that stands there already is not asked again, so
that a run goes on where it was stopped. Every sentence of the model's that is shown is then printed beside what it
cites, and every one left out beside its reason, to be judged by a person: reviewed_sentences.json lists, by their
hashes, those shown ("true") and those left out ("lost") that are true. Takes 2 to 9 seconds a question.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.answer import Answer
from app.chatbot import Chatbot
from tests.liar import FOLDERS
from tests.test_smollm2 import DATA, FreeChatbot, digest, hold_against_source

QUESTIONS = Path(__file__).parents[1] / "liar_drafts.json"
MODES: dict[str, type[Chatbot]] = {"freely": FreeChatbot, "in its own mode": Chatbot}
Row = dict[str, Any]


def questions(library: str) -> list[str]:
    """Those that the sample run asks and those that the lying server is asked."""
    asked = [entry["question"] for entry in json.loads(QUESTIONS.read_text(encoding="utf-8"))[library]]
    return list(dict.fromkeys([*DATA["questions"][library], *asked, *DATA["more"][library]]))


def main() -> None:
    """Ask what is not in the file yet; print what needs a person's eye, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path, help="a file of JSON lines, new or begun")
    parser.add_argument("--most", type=int, default=1000, help="questions for each library")
    args = parser.parse_args()
    known = [json.loads(line) for line in args.rows.open(encoding="utf-8")] if args.rows.exists() else []
    with args.rows.open("a", encoding="utf-8") as out:
        for mode, kind in MODES.items():
            for library, folder in FOLDERS.items():
                done = {row["question"] for row in known if (row["mode"], row["library"]) == (mode, library)}
                left = [q for q in questions(library)[: args.most] if q not in done]
                for row in ask(kind, folder, left) if left and folder.is_dir() else ():
                    known.append({"mode": mode, "library": library, **row})
                    print(json.dumps(known[-1], ensure_ascii=False), file=out, flush=True)
    for mode in MODES:
        report(mode, [row for row in known if row["mode"] == mode])


def ask(kind: type[Chatbot], folder: Path, asked: list[str]) -> Iterator[Row]:
    """Ask one library in one mode; whatever is shown is held against its source, as far as a machine can."""
    with tempfile.TemporaryDirectory() as place, kind(place, "local:smollm2") as bot:
        bot.add(folder)
        for question in asked:
            answer = bot.ask(question)
            for statement in answer.statements:
                hold_against_source(bot, answer, statement)
            yield {"question": question, **_row(answer)}


def _row(answer: Answer) -> Row:
    """What came of one question: what is shown with what it cites, and each sentence of the model's with its verdict.

    A question that the model was not asked has no sentences of the model's.
    """
    quotes = {c.number: c.quote for c in answer.citations}
    drafts = answer.trace.drafts if answer.trace else ()
    return {
        "answered": answer.answered,
        "model": answer.model,
        "shown": [[s.text, s.support, [quotes[n] for n in s.citations]] for s in answer.statements],
        "drafted": [
            [s.drafted, s.verdict, s.reason]
            for draft in drafts
            if not draft.writer.startswith("extractive")
            for s in draft.sentences
        ],
    }


def report(mode: str, rows: list[Row]) -> None:
    """Print the sentences of one mode that a person has to read, and the counts."""
    count: Counter[str] = Counter(questions=len(rows), written=sum(bool(row["drafted"]) for row in rows))
    print(f"\n## {mode}")
    for row in rows:
        own = row["model"] != "extractive"
        print(f"\n# {row['question']}   ({row['model'] if row['answered'] else 'not answered'})")
        for text, support, quotes in row["shown"] if own else ():
            count[f"shown, {support}"] += 1
            judged = "judged true" if digest(text) in DATA["true"] else "to be judged"
            count[f"shown, {judged}"] += support == "supported"
            print(f"  {support} {digest(text)} {text}\n    <= {quotes}")
        for text, verdict, reason in row["drafted"]:
            if verdict == "left out":
                lost = digest(text) in DATA["lost"]
                count["left out, judged true" if lost else "left out"] += 1
                print(f"  {'LOST' if lost else 'left out'} {digest(text)} {text}\n    ({reason})")
    print(f"{mode}: {dict(sorted(count.items()))}")


if __name__ == "__main__":
    main()
