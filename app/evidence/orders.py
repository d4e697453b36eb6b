"""Sentences of a document that give orders to whoever reads it, a program above all: they are evidence of nothing."""

from __future__ import annotations

import re
import unicodedata

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_ROLE = re.compile(
    r"\W*(?:system|assistant|user|human|developer|ai)(?:\s+(?:prompt|message|note))?\s*[:>]", re.IGNORECASE
)
_TEMPLATE = re.compile(r"<\|[^|<>]*\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>")
_READER = r"(?:ai|artificial intelligence|(?:large )?language models?|llms?|assistants?|chatbots?|bots?)\b"
_AS_ONE = re.compile(rf"\W*as\s+an?\s+{_READER}", re.IGNORECASE)
_ADDRESSED = re.compile(
    rf"\b(?:if you are|you are|dear|attention,?|note to)\s+(?:an?\s+|the\s+|all\s+|any\s+)?{_READER}", re.IGNORECASE
)
_CALLED = re.compile(rf"\W*{_READER}\s*,\s*(?:please\s+)?(?:tell|say|write|reply|answer|add|repeat)\b", re.IGNORECASE)
_OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?]{0,30}\b(?:instructions?|rules?|prompts?|passages?|question|"
    r"guidelines|article|text|context|everything|above)\b",
    re.IGNORECASE,
)
_TELL = re.compile(
    r"\W*(?:(?:please|now|then|instead|always|only|also)[\s,]+)*(?:(?:say|write|reply|respond|answer|print|output|repeat|"
    r"claim|state|reveal|pretend|recommend|mention|cite|translate|end|begin|start|add)\s+(?:that\b|only\b|exactly\b|with\b|"
    r"in\b|as\b|the word|your\b|this\b|[\"“:!\[]|each\b|every\b|nothing\b|to (?:the )?(?:user|reader)s?\b)|"
    r"tell\s+(?:the\s+)?(?:user|reader|person)s?\b)",
    re.IGNORECASE,
)

_OPENING = re.compile("|".join(one.pattern for one in (_ROLE, _TELL, _AS_ONE, _CALLED)), re.IGNORECASE)
_RARE = dict.fromkeys(("you are", "dear", "attention", "note to"), _ADDRESSED) | dict.fromkeys(
    ("ignore", "disregard", "forget", "override", "bypass"), _OVERRIDE
)
"""Words without one of which a pattern can't be found, each with it: they are looked for in a tenth of the time."""


def is_order(sentence: str) -> bool:
    """Whether a sentence speaks to its reader as to a program, or tells it what to write.

    What stands in quotation marks does not count: a report on such orders may quote them. A rule of thumb for the
    well-known forms, before the check and not in its place: what a model makes of an order is checked all the same.
    """
    own = _QUOTED.sub("“", sentence if sentence.isascii() else _seen(sentence))
    if _OPENING.match(own) or _TEMPLATE.search(own):
        return True
    lowered = own.lower().replace("ı", "i").replace("ſ", "s").replace("\u0307", "")  # as patterns ignore case
    return any(pattern.search(own) for word, pattern in _RARE.items() if word in lowered)


def _seen(text: str) -> str:
    """A text as a reader sees it: without characters that show nothing, letters of other shapes as the plain ones."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
