"""Fit the reader of claim and source: python -m tests.benchmarks.train_reading [--on EPOCHS]

Needs torch (uv sync --group train).

Low-rank adapters (LoRA, Hu et al. 2021, arXiv:2106.09685) on every matrix of all-MiniLM-L6-v2 and two heads on top,
fitted to the claims that tests.benchmarks.claim_sets names for it: one to whether each is true, the other, where a
false one is a true one of the same article but for some words, to which words these are. The product asks the first
alone; the second only helps to fit. Most articles get the names of others (tests.benchmarks.renaming), since many
claims are about each. The trees of train_bearing, which weigh what the reader says, are fitted on other claims, which
it never saw. Prints the AUROC on a twentieth of the articles, left out, after each epoch, and writes
app/learned/reading.npz, which ships. --on goes on from what ships, at half the pace: cheaper where claims were added.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import time
import zlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch.nn import functional

from app.check import reading
from retrieval.documents import Span
from retrieval.minilm_graph import HEADS, HIDDEN, LAYERS
from retrieval.weights import MINILM, locate
from tests import paraphrases
from tests.benchmarks.claim_sets import READING, placed
from tests.benchmarks.renaming import Beside, renamed

SHIPS = Path(__file__).parents[2] / "app" / "learned" / "reading.npz"
RANK, SCALE, INNER = 16, 2.0, 128
EPOCHS, BATCH, RATE, HEAD_RATE = 4, 16, 4e-4, 1e-3
DROPPED = 0.1
TWIN = 0.7
"""From this ratio of like words on (Ratcliff and Obershelp 1988) two claims differ by what is false in one of them."""


@dataclass(frozen=True)
class Example:
    """A claim beside its source, as tokens: ids, sides (0 the claim's, 1 the source's), app.check.reading.kinds.

    wrong: of each token 1.0 where it is what makes the claim false, 0.0 where not, NaN where nobody knows.
    """

    article: str
    true: bool
    ids: list[int]
    sides: list[int]
    kinds: list[int]
    wrong: list[float]


class Net:
    """MiniLM, frozen, with adapters, norms, an embedding of kinds and a head that learn."""

    def __init__(self) -> None:
        from safetensors.torch import load_file

        weights, _ = locate(MINILM)
        self.frozen: dict[str, Any] = {name: value.float() for name, value in load_file(weights).items()}
        self.learns: dict[str, Any] = {}
        for name in [name for name in self.frozen if "encoder" in name and name.endswith(".weight")]:
            out, *inner = self.frozen[name].shape
            if inner:
                layer = name.removesuffix(".weight")
                self.learns[f"{layer}.down"] = torch.randn(RANK, *inner) / math.sqrt(*inner)
                self.learns[f"{layer}.up"] = torch.zeros(out, RANK)
        for name in [name for name in self.frozen if "LayerNorm" in name]:
            self.learns[name] = self.frozen.pop(name)
        first, second = self.frozen["embeddings.token_type_embeddings.weight"]
        self.learns["kinds"] = torch.stack([first, first, second, second]) - first
        self.learns["head.inner.weight"] = torch.randn(INNER, 3 * HIDDEN) / math.sqrt(3 * HIDDEN)
        self.learns["head.inner.bias"] = torch.zeros(INNER)
        self.learns["head.outer.weight"] = torch.randn(1, INNER) / math.sqrt(INNER)
        self.learns["head.outer.bias"] = torch.zeros(1)
        self.learns["head.wrong.weight"] = torch.zeros(1, HIDDEN)
        self.learns["head.wrong.bias"] = torch.full((1,), -2.0)
        for value in self.learns.values():
            value.requires_grad_()

    def load(self, path: Path) -> None:
        """Go on from what `shipped` gave."""
        with np.load(path) as kept:
            for name, value in self.learns.items():
                stored = torch.from_numpy(kept[name].astype(np.float32))
                value.data = stored / (SCALE if name.endswith(".up") else 1.0)

    def __call__(self, examples: Sequence[Example], *, training: bool = False) -> tuple[Any, Any]:  # torch's tensors
        """The log-odds of each example (n,), and of each token that it makes the claim false (n, longest)."""
        longest = max(len(one.ids) for one in examples)
        ids, sides, kinds = (
            torch.tensor([row + [0] * (longest - len(row)) for row in rows])
            for rows in zip(*((one.ids, one.sides, one.kinds) for one in examples), strict=True)
        )
        real = torch.tensor([[n < len(one.ids) for n in range(longest)] for one in examples])
        drop = DROPPED if training else 0.0
        x = self.frozen["embeddings.word_embeddings.weight"][ids] + self.learns["kinds"][kinds]
        x = x + self.frozen["embeddings.position_embeddings.weight"][:longest]
        x = x + self.frozen["embeddings.token_type_embeddings.weight"][0]
        x = functional.dropout(self._norm(x, "embeddings.LayerNorm"), drop)
        for number in range(LAYERS):
            x = self._layer(x, f"encoder.layer.{number}", real, drop)
        x = x.float()
        masks = [(real & (sides == side)).float()[..., None] for side in (0, 1)]
        pooled = torch.cat([x[:, 0], *((x * mask).sum(1) / mask.sum(1) for mask in masks)], -1)
        inner = functional.gelu(
            functional.linear(pooled, self.learns["head.inner.weight"], self.learns["head.inner.bias"])
        )
        outer = functional.linear(
            functional.dropout(inner, drop), self.learns["head.outer.weight"], self.learns["head.outer.bias"]
        )
        wrong = functional.linear(x, self.learns["head.wrong.weight"], self.learns["head.wrong.bias"])
        return outer[:, 0], wrong[..., 0]

    def _layer(self, x: Any, layer: str, real: Any, drop: float) -> Any:  # noqa: ANN401
        batch, longest, _ = x.shape
        query, key, value = (
            self._linear(x, f"{layer}.attention.self.{part}").view(batch, longest, HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=real[:, None, None, :], dropout_p=drop
        )
        mixed = self._linear(mixed.transpose(1, 2).reshape(x.shape), f"{layer}.attention.output.dense")
        x = self._norm(x + functional.dropout(mixed, drop), f"{layer}.attention.output.LayerNorm")
        inner = self._linear(functional.gelu(self._linear(x, f"{layer}.intermediate.dense")), f"{layer}.output.dense")
        return self._norm(x + functional.dropout(inner, drop), f"{layer}.output.LayerNorm")

    def _linear(self, x: Any, layer: str) -> Any:  # noqa: ANN401
        adapted = (
            functional.linear(functional.linear(x, self.learns[f"{layer}.down"]), self.learns[f"{layer}.up"]) * SCALE
        )
        return functional.linear(x, self.frozen[f"{layer}.weight"], self.frozen[f"{layer}.bias"]) + adapted

    def _norm(self, x: Any, layer: str) -> Any:  # noqa: ANN401
        return functional.layer_norm(x, (HIDDEN,), self.learns[f"{layer}.weight"], self.learns[f"{layer}.bias"], 1e-12)


def main() -> None:
    """Fit, print how it goes, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--on", type=int, metavar="EPOCHS", help="go on from what ships")
    more = parser.parse_args().on
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    articles = sorted({f"{file.stem}: {claim.article}" for file in READING for claim in paraphrases.claims(file)})
    random.Random(1).shuffle(articles)
    apart = set(articles[: len(articles) // 20])
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        examples = [one for found in pool.map(partial(encoded, apart=apart), READING) for one in found]
    net = Net()
    if more:
        net.load(SHIPS)
    some, left = ([one for one in examples if (one.article in apart) is out] for out in (False, True))
    fit(net, some, left, more or EPOCHS, 0.5 if more else 1.0)
    np.savez_compressed(SHIPS, **shipped(net))
    print(f"wrote {SHIPS.name}: {SHIPS.stat().st_size // 1024} KiB")


def fit(net: Net, examples: Sequence[Example], apart: Sequence[Example], epochs: int, pace: float) -> None:
    """AdamW with a warm-up and a linear descent; batches of claims of like length. pace: share of the full rates."""
    head = [value for name, value in net.learns.items() if name.startswith(("head", "kinds"))]
    rest = [value for name, value in net.learns.items() if not name.startswith(("head", "kinds"))]
    groups = [{"params": rest, "lr": pace * RATE}, {"params": head, "lr": pace * HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = epochs * math.ceil(len(examples) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (0.06 * steps)) * max(0.02, 1 - step / steps)
    )
    started = time.monotonic()
    for epoch in range(epochs):
        losses = []
        for batch in batches([len(one.ids) for one in examples], random.Random(epoch)):
            some = [examples[n] for n in batch]
            with torch.autocast("cpu", torch.bfloat16):
                said, wrong = net(some, training=True)
            whole = functional.binary_cross_entropy_with_logits(said, torch.tensor([float(one.true) for one in some]))
            optimizer.zero_grad()
            (whole + _of_tokens(wrong, some)).backward()
            torch.nn.utils.clip_grad_norm_([*rest, *head], 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(whole.detach()))
        auroc = roc_auc_score([one.true for one in apart], likely(net, apart))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {len(apart)} claims left out: AUROC {auroc:.3f}", end="")
        print(f", {(time.monotonic() - started) / 60:.0f} minutes", flush=True)


def _of_tokens(said: Any, some: Sequence[Example]) -> Any:  # noqa: ANN401
    """The loss over the tokens of which it is known whether they make the claim false."""
    longest = max(len(one.wrong) for one in some)
    wrong = torch.tensor([one.wrong + [math.nan] * (longest - len(one.wrong)) for one in some])
    known = ~wrong.isnan()
    return functional.binary_cross_entropy_with_logits(said[known].float(), wrong[known]) if known.any() else 0.0


def batches(lengths: Sequence[int], chance: random.Random) -> list[list[int]]:
    """All numbers in batches of like length, in random order."""
    order = list(range(len(lengths)))
    chance.shuffle(order)
    made: list[list[int]] = []
    for start in range(0, len(order), BATCH * 20):
        some = sorted(order[start : start + BATCH * 20], key=lambda n: lengths[n])
        made += [some[n : n + BATCH] for n in range(0, len(some), BATCH)]
    chance.shuffle(made)
    return made


def likely(net: Net, examples: Sequence[Example]) -> list[float]:
    """The log-odds of each claim."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return [float(net([one])[0]) for one in examples]


def encoded(file: Path, apart: Collection[str]) -> list[Example]:
    """The claims of a file as tokens, with other names but for the articles left out; others in every round."""
    beside = [Beside(one.article, one.true, one.text, one.source) for one in placed(file)]
    claims = renamed(beside, apart, random.Random(f"{file.stem} {zlib.crc32(SHIPS.read_bytes())}"))
    found = []
    true = defaultdict[str, list[str]](list)
    for claim in claims:
        if claim.true:
            true[claim.article].append(claim.text)
    for claim in claims:
        read = _tokenizer().encode(claim.text, claim.source)
        ids, sides = np.array(read.ids), np.array(read.type_ids)
        spans = [] if claim.true else false_words(claim.text, true[claim.article])
        wrong = [
            float(any(start < b and a < end for a, b in spans)) if spans is not None and end and not side else math.nan
            for (start, end), side in zip(read.offsets, read.type_ids, strict=True)
        ]
        kinds = reading.kinds(ids, sides).tolist()
        found.append(Example(claim.article, claim.true, read.ids, read.type_ids, kinds, wrong))
    return found


def false_words(claim: str, true: Sequence[str]) -> list[Span] | None:
    """The spans in which a false claim differs from the nearest of the true ones; None where none is near.

    Where words are left out, those on either side of the gap.
    """
    mine = [match.span() for match in re.finditer(r"\S+", claim)]
    matchers = [SequenceMatcher(None, other.split(), claim.split(), autojunk=False) for other in true]
    best = max(matchers, key=SequenceMatcher.ratio, default=None)
    if best is None or best.ratio() < TWIN:
        return None
    changed = [(c, d) if c < d else (max(c - 1, 0), c + 1) for tag, _, _, c, d in best.get_opcodes() if tag != "equal"]
    return [span for first, last in changed for span in mine[first:last]]


def shipped(net: Net) -> dict[str, Any]:
    """What was learned, in half precision; the adapters' scale is in their upper half."""
    values = {name: value.detach() * (SCALE if name.endswith(".up") else 1.0) for name, value in net.learns.items()}
    return {name: value.numpy().astype(np.float16) for name, value in values.items()}


@cache
def _tokenizer() -> Tokenizer:
    made = Tokenizer.from_file(str(locate(MINILM)[1]))
    made.enable_truncation(reading.LONGEST)
    made.no_padding()
    return made


if __name__ == "__main__":
    main()
