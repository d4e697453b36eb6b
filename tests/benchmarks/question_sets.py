"""Questions about the invented articles of tests/benchmarks/claims, by people who had not seen the product answer.

looked_at.json and unseen.json: a library of 130 articles each, and 96 questions about 60 of them in everyday words, 64
that they answer ("facts": what an answer has to hold, each in several ways) and 32 on their topics that they don't. The
second is for counting alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

CLAIMS = Path(__file__).with_name("claims")
QUESTIONS = Path(__file__).with_name("questions")


def articles() -> dict[str, tuple[str, str]]:
    """Title and text of each invented article, by its file and key."""
    return {
        f"{path.parent.name}/{path.name} {key}": (title, "\n\n".join(body))
        for path in sorted(CLAIMS.glob("*/*.json"))
        for key, (title, *body) in json.loads(path.read_text(encoding="utf-8"))["articles"].items()
    }


def write(some: Iterable[str], folder: str) -> None:
    """Write some of `articles` as files, in their order."""
    known = articles()
    for n, article in enumerate(some):
        title, text = known[article]
        Path(folder, f"{n:03}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
