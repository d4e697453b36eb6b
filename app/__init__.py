"""What exists once a question is asked: the pipe, the checks, and the faces people touch.

>>> from app import Chatbot
>>> bot = Chatbot("./library")
>>> bot.add("articles/")
>>> bot.ask("What did Zuckerberg say about DeepSeek?").citations[0].quote
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.adding import Result
    from app.answer import (
        Answer,
        Checked,
        Citation,
        Disagreement,
        Event,
        Found,
        LeftOut,
        Position,
        Remark,
        Source,
        Statement,
        Text,
        Variant,
    )
    from app.audit.trace import Trace
    from app.audit.verify import Verification
    from app.chatbot import Chatbot, ask
    from app.evaluation.run import Evaluation, evaluate
    from app.remarks import Quote
    from app.tools import quotes_tool
    from retrieval.errors import (
        AnswerError,
        DocumentError,
        EmbedderError,
        EmbedderMismatchError,
        EvaluationError,
        LibraryBusyError,
        LibraryError,
        ModelError,
        OnrecordError,
        QuestionError,
        WeightsError,
    )
    from retrieval.filters import Filter

_HOMES = {
    "app.adding": ("Result",),
    "app.answer": (
        "Answer",
        "Checked",
        "Citation",
        "Disagreement",
        "Event",
        "Found",
        "LeftOut",
        "Position",
        "Remark",
        "Source",
        "Statement",
        "Text",
        "Variant",
    ),
    "app.chatbot": ("Chatbot", "ask"),
    "app.evaluation.run": ("Evaluation", "evaluate"),
    "app.remarks": ("Quote",),
    "app.tools": ("quotes_tool",),
    "app.audit.trace": ("Trace",),
    "app.audit.verify": ("Verification",),
    "retrieval.errors": (
        "AnswerError",
        "DocumentError",
        "EmbedderError",
        "EmbedderMismatchError",
        "EvaluationError",
        "LibraryBusyError",
        "LibraryError",
        "ModelError",
        "OnrecordError",
        "QuestionError",
        "WeightsError",
    ),
    "retrieval.filters": ("Filter",),
}
__all__ = [
    "Answer",
    "AnswerError",
    "Chatbot",
    "Checked",
    "Citation",
    "Disagreement",
    "DocumentError",
    "EmbedderError",
    "EmbedderMismatchError",
    "Evaluation",
    "EvaluationError",
    "Event",
    "Filter",
    "Found",
    "LeftOut",
    "LibraryBusyError",
    "LibraryError",
    "ModelError",
    "OnrecordError",
    "Position",
    "QuestionError",
    "Quote",
    "Remark",
    "Result",
    "Source",
    "Statement",
    "Text",
    "Trace",
    "Variant",
    "Verification",
    "WeightsError",
    "ask",
    "evaluate",
    "quotes_tool",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    # Names are fetched when first used, so that `import app` stays light (tests/test_imports.py).
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
