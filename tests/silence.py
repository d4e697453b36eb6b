"""Our own questions about answering and keeping silent, and how each outcome is judged.

`python -m tests.silence` prints the count of each outcome and the questions that went wrong. The questions were written
before the first run; they are about the bundled sample and, where they are at hand, the five articles.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from app.answer import Answer
from app.chatbot import Chatbot
from app.libraries import SAMPLE
from tests.libraries import ARTICLES

QUESTIONS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("silence_questions.json").read_text(encoding="utf-8")
)
Outcome = Literal["right", "wrong", "refused", "silent", "told", "yes to it"]
"""Of what can be answered: right, wrong or refused. Of what can't: silent, told (that it isn't said), or yes to it."""


def asked(bot: Chatbot, item: dict[str, Any]) -> Answer:
    """Ask an item's question after the questions that come before it."""
    history: list[tuple[str, str]] = []
    for question in item["after"]:
        history.append((question, bot.ask(question, history).text))
    return bot.ask(item["question"], history)


def outcome(item: dict[str, Any], answer: Answer) -> Outcome:
    """How an answer is judged; what is expected has to stand in the cited words.

    silence: nothing may be answered; premise: what is not so must be named as not said, or nothing answered; part: one
    part is answered rightly and the other named as not said.
    """
    wanted = item["wanted"]
    quotes = " ".join(" ".join(c.quote.split()) for c in answer.citations)
    held = all(any(words in quotes for words in alternatives) for alternatives in item["expect"])
    if wanted == "answer":
        return "refused" if not answer.answered else "right" if held and not answer.missing else "wrong"
    if wanted == "part":
        told = any(item["missing"].lower() in part.lower() for part in answer.missing)
        return "refused" if not answer.answered else "right" if held and told else "wrong"
    if not answer.answered:
        return "silent"
    return "told" if wanted == "premise" and held and answer.missing else "yes to it"


def counted(bot: Chatbot, library: str) -> tuple[Counter[tuple[str, str]], list[str]]:
    """How often each (what is wanted, outcome) came up over one library's questions; and a line for each not right."""
    counts: Counter[tuple[str, str]] = Counter()
    lines = []
    for item in (one for one in QUESTIONS if one["library"] == library):
        answer = asked(bot, item)
        came = outcome(item, answer)
        counts[item["wanted"], came] += 1
        if came not in ("right", "silent", "told"):
            before = " > ".join([*item["after"], item["question"]])
            first = " ".join(answer.text.split())[:160]
            lines.append(f"{came:9} {item['wanted']:8} {before} [{item['why']}]\n{'':20}{first}")
    return counts, lines


def main(arguments: Sequence[str]) -> int:
    """Print the outcomes over the sample and, where they are at hand, the articles; --all shows what went wrong."""
    for library, path in (("sample", SAMPLE), ("articles", ARTICLES)):
        if not path.is_dir():
            continue
        with tempfile.TemporaryDirectory() as folder, Chatbot(folder) as bot:
            bot.add(path)
            counts, lines = counted(bot, library)
        print(library)
        for (wanted, came), count in sorted(counts.items()):
            print(f"  {wanted:8} {came:9} {count}")
        if "--all" in arguments:
            print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
