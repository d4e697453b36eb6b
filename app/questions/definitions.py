"""Questions for who or what a name is ("Who is Ada Stone?"), and sentences that say it in passing."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = r"[^\W\d_a-z][\w’'&-]*(?:\s+(?:[^\W_a-z][\w’'&-]*|\d+))*"
_ASKED = re.compile(rf"^\W*(?:[Ww]ho|[Ww]hat)(?:[’']s|\s+(?:is|are|was|were))\s+(?:the\s+)?(?P<name>{_NAME})\s*\?*$")
_WHAT = (
    r"(?:[Cc]hief(?:\s[a-z]+){0,2}|CEO|CFO|COO|CTO|[Pp]resident|[Cc]hair(?:man|woman)?|[Dd]irector|"
    r"[Ff]ounder|[Mm]inister|[Aa]nalyst|[Pp]rofessor|[Ii]nvestor|[Ee]ngineer|[Ss]pokes(?:man|woman|person)|[Hh]ead|boss|"
    r"company|firm|start-?up|maker|lab|laboratory|giant|rival|owner|model|assistant|chatbot|venture|agency|bank|group|"
    r"network|app|service|division)"
)

_FIRST_NAME = r"(?:[^\W\d_a-z][\w’'-]*\s+)?"


def defined(question: str) -> str:
    """The name that a question asks the meaning of; "" where it asks for something else."""
    match = _ASKED.match(question.strip())
    return match["name"] if match else ""


def defines(name: str, sentence: str) -> bool:
    """Whether a sentence says what a name stands for: "Bix, a maker of sleds,", "CFO Ada Stone", "Bix is the …"."""
    return bool(name) and _defining(name).search(sentence) is not None


@lru_cache(maxsize=64)
def _defining(name: str) -> re.Pattern[str]:
    exact = re.escape(name)
    return re.compile(
        rf"\b{exact}(?:,|\s\(|\s?[–—])\s*(?:an?|the|its|his|her|their|one of|which|who|[\w’' ]{{0,30}}\b{_WHAT}\b)\b|"
        rf"\b{exact}\s+(?:is|was|are|were)\s+(?:an?|the|one of|[\w’']+[’']s)\b|\b{_WHAT},?\s+{_FIRST_NAME}{exact}\b"
    )
