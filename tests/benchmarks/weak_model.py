"""SmolLM2 over 100 questions, writing freely and in its own mode: python -m tests.benchmarks.weak_model [--most N].

Every sentence that is shown and not word for word a document's is printed beside what it cites, to be judged by a
person; those judged true are listed in reviewed_sentences.json. Takes 2 to 9 seconds a question.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.chatbot import Chatbot
from tests.liar import FOLDERS
from tests.test_smollm2 import DATA, FreeChatbot, digest, hold_against_source

QUESTIONS = Path(__file__).parents[1] / "liar_drafts.json"
MODES: dict[str, type[Chatbot]] = {"freely": FreeChatbot, "in its own mode": Chatbot}


def questions(library: str) -> list[str]:
    """Those that the sample run asks and those that the lying server is asked."""
    asked = [entry["question"] for entry in json.loads(QUESTIONS.read_text(encoding="utf-8"))[library]]
    return list(dict.fromkeys([*DATA["questions"][library], *asked, *DATA["more"][library]]))


def main() -> None:
    """Ask, print what needs a person's eye, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1000, help="questions for each library")
    most = parser.parse_args().most
    for mode, kind in MODES.items():
        for library, folder in FOLDERS.items():
            if folder.is_dir():
                count, seconds = ask(kind, library, folder, most)
                print(f"\n## {library}, {mode}: {dict(sorted(count.items()))}, {seconds:.0f} s", flush=True)


def ask(kind: type[Chatbot], library: str, folder: Path, most: int) -> tuple[Counter[str], float]:
    """Ask one library in one mode; whatever is shown is held against its source, as far as a machine can."""
    count: Counter[str] = Counter()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place, kind(place, "local:smollm2") as bot:
        bot.add(folder)
        for question in questions(library)[:most]:
            answer = bot.ask(question)
            count["questions"] += 1
            for statement in answer.statements:
                hold_against_source(bot, answer, statement)
                known = digest(statement.text) in DATA["true"]
                count[f"shown, {statement.support}"] += answer.model != "extractive"
                if statement.support == "supported" and not known:
                    count["shown, to be judged"] += 1
                    cited = [c.quote for c in answer.citations if c.number in statement.citations]
                    print(f"{digest(statement.text)} {statement.text}\n    <= {cited}", flush=True)
            count["left out"] += len(answer.left_out)
    return count, time.perf_counter() - began


if __name__ == "__main__":
    main()
