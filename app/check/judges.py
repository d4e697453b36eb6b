"""A second judge of what the check lets through: an entailment model on this machine, or a language model.

A judge only refuses. What the check has refused stays refused, since a model's word makes nothing true.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import EmbedderError, ModelError

if TYPE_CHECKING:
    from app.llm.exchange import Record
    from app.llm.models import Model

Judge = Callable[[str, Sequence[str]], float | None]
"""(statement, the source's sentences that it rests on) -> how likely they bear it out, 0 to 1; None for no opinion."""

LEAST = 0.5
"""Below this a judge refuses."""


def refuses(judge: Judge | None, statement: str, sources: Sequence[str]) -> bool:
    """Whether there is a judge, and it has an opinion, and it is against the statement."""
    opinion = judge(statement, sources) if judge else None
    return opinion is not None and opinion < LEAST


def named(setting: str | None) -> str:
    """The judge that is asked for: what is given, else ONRECORD_JUDGE, else "" for none."""
    return (setting if setting is not None else os.environ.get("ONRECORD_JUDGE", "")).strip()


def by_model(model: Model, record: Record | None = None) -> Judge:
    """A judge that asks a language model, one short call for each statement. It raises ModelError where that fails."""
    import prompts
    from app.llm.completion import Call, complete

    def judge(statement: str, sources: Sequence[str]) -> float | None:
        lines = "\n>\n".join(prompts.quoted(prompts.plain(source)) for source in sources)
        prompt = prompts.render("judge", lines=lines, statement=prompts.one_line(prompts.plain(statement)))
        said = "".join(complete(model, [("user", prompt)], Call("judge", ("judge",), record)))
        word = re.match(r"\W*(yes|no)\b", said, re.IGNORECASE)
        return None if word is None else float(word[1].lower() == "yes")

    return judge


def by_entailment(folder: Path) -> Judge:
    """A judge that is a natural-language-inference model exported to ONNX, as Hugging Face's tools write it.

    folder: holds model.onnx (or onnx/model.onnx), tokenizer.json, and config.json whose id2label names "entailment".
    The premise is the source, the hypothesis the statement. Raises ModelError for a folder that is no such model.
    """
    import numpy as np

    from retrieval.cross_encoder import CrossEncoder

    try:
        encoder = CrossEncoder(folder, "only_first")
    except EmbedderError as error:
        raise ModelError(f"The judge nli:{folder}: {error}") from error
    wanted = [number for number, label in encoder.labels.items() if label.lower() == "entailment"]
    if len(wanted) != 1:
        raise ModelError(f"The judge nli:{folder}: its config.json does not name one class “entailment”.")

    def judge(statement: str, sources: Sequence[str]) -> float | None:
        if not sources:
            return None
        logits = encoder([(" ".join(sources), statement)])[0]
        likely = np.exp(logits - logits.max())
        return float(likely[wanted[0]] / likely.sum())

    return judge
