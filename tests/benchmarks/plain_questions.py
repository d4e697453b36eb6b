"""Everyday questions over libraries of invented articles, no model: python -m tests.benchmarks.plain_questions [-v]

Prints of those that the articles answer how many are answered rightly (all facts stand in the statements shown), in
part, wrongly and not at all, and of the others how many are answered; -v what is said to each of looked_at.json.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from typing import Any

from app.answer import Answer
from app.chatbot import Chatbot
from app.check.words import collapse, fold
from tests.benchmarks.question_sets import QUESTIONS, write

SETS = ("looked_at", "unseen")


def outcome(facts: list[list[str]], answer: Answer) -> str:
    """How an answer is judged by what stands in its statements; facts: none where nothing answers."""
    if not answer.answered:
        return "refused"
    if not facts:
        return "answered"
    said = _plain(" ".join(statement.text for statement in answer.statements))
    held = [any(_plain(one) in said for one in alternatives) for alternatives in facts]
    return "right" if all(held) else "in part" if any(held) else "wrong"


def _plain(text: str) -> str:
    return collapse(fold(text)).lower()


def asked(name: str) -> list[tuple[dict[str, Any], Answer, str]]:
    """Every question of a set with its answer and how this is judged."""
    chosen = json.loads((QUESTIONS / f"{name}.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as source, tempfile.TemporaryDirectory() as place, Chatbot(place) as bot:
        write(chosen["library"], source)
        bot.add(source)
        answers = [(item, bot.ask(item["question"])) for item in chosen["questions"]]
    return [(item, answer, outcome(item["facts"], answer)) for item, answer in answers]


def main() -> None:
    """Print the counts of both sets."""
    for name in SETS:
        found = asked(name)
        for answerable in (True, False):
            counts = Counter(came for item, _, came in found if bool(item["facts"]) is answerable)
            print(f"{name}, {'answered by its articles' if answerable else 'not answered by them'}: {dict(counts)}")
        for item, answer, came in found if "-v" in sys.argv and name == SETS[0] else ():
            print(f"\n{came}: {item['question']} {item['facts']}")
            print("".join(f"  {statement.text}\n" for statement in answer.statements), end="")


if __name__ == "__main__":
    main()
