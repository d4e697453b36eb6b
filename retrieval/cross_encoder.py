"""Models that read two texts together, exported to ONNX: run on this machine, without a package of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import EmbedderError

_TOKENS = 512
"""Tokens that such a model reads, of both texts together."""


class CrossEncoder:
    """A cross-encoder in a folder as Hugging Face's tools write it; labels: its classes, by their numbers."""

    def __init__(self, folder: Path, shorten: Literal["only_first", "only_second"]) -> None:
        """folder: with model.onnx or onnx/model.onnx, tokenizer.json and config.json; shorten: which text, if too long.

        Raises EmbedderError for a folder that holds no such model.
        """
        paths = (folder / "model.onnx", folder / "onnx" / "model.onnx")
        model = next((path for path in paths if path.is_file()), None)
        if model is None or not (folder / "tokenizer.json").is_file() or not (folder / "config.json").is_file():
            raise EmbedderError(
                f"{folder} holds no cross-encoder: model.onnx, tokenizer.json and config.json are needed. Download one "
                "that is exported to ONNX, and name its folder."
            )
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            self.labels = {int(number): str(label) for number, label in config.get("id2label", {}).items()}
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.enable_truncation(_TOKENS, strategy=shorten)
            self._tokenizer.enable_padding(pad_id=int(config.get("pad_token_id") or 0))
            self._session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        except Exception as error:  # each of the libraries raises what it likes for a file that is not what it says
            raise EmbedderError(
                f"{folder} can't be used as a cross-encoder: {type(error).__name__}: {error}"
            ) from error
        self._takes = {given.name for given in self._session.get_inputs()}

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """The logits of n pairs of texts: (n, classes)."""
        encoded = self._tokenizer.encode_batch(list(pairs))
        given = {
            "input_ids": [one.ids for one in encoded],
            "attention_mask": [one.attention_mask for one in encoded],
            "token_type_ids": [one.type_ids for one in encoded],
        }
        fed = {name: np.array(ids, dtype=np.int64) for name, ids in given.items() if name in self._takes}
        return np.asarray(self._session.run(None, fed)[0], dtype=np.float64).reshape(len(pairs), -1)
