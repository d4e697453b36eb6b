"""A second judge of what the check lets through: an entailment model on this machine, or a language model.

A judge only refuses. What the check has refused stays refused, since a model's word makes nothing true.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import ModelError

if TYPE_CHECKING:
    from app.llm.exchange import Record
    from app.llm.models import Model

Judge = Callable[[str, Sequence[str]], float | None]
"""(statement, the source's sentences that it rests on) -> how likely they bear it out, 0 to 1; None for no opinion."""

LEAST = 0.5
"""Below this a judge refuses."""
_TOKENS = 512
"""Tokens that an entailment model reads, of source and statement together."""


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
    model = next((path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.is_file()), None)
    if model is None or not (folder / "tokenizer.json").is_file() or not (folder / "config.json").is_file():
        raise ModelError(
            f"{folder} holds no entailment model: model.onnx, tokenizer.json and config.json are needed. Download one "
            "that is exported to ONNX, and name its folder: nli:FOLDER"
        )
    import numpy as np
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

    try:
        labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
        [wanted] = [int(number) for number, label in labels.items() if str(label).lower() == "entailment"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(_TOKENS, strategy="only_first")
        session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    except Exception as error:  # each of the libraries raises what it likes for a file that is not what it says
        raise ModelError(f"{folder} can't be used as an entailment model: {type(error).__name__}: {error}") from error
    takes = {given.name for given in session.get_inputs()}

    def judge(statement: str, sources: Sequence[str]) -> float | None:
        if not sources:
            return None
        encoded = tokenizer.encode(" ".join(sources), statement)
        given = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        fed = {name: np.array([ids], dtype=np.int64) for name, ids in given.items() if name in takes}
        logits = np.asarray(session.run(None, fed)[0], dtype=np.float64)[0]
        likely = np.exp(logits - logits.max())
        return float(likely[wanted] / likely.sum())

    return judge
