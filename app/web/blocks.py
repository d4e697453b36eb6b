"""Gradio's page without its work for what an event leaves as it is; app.web.layout alone loads this."""

from __future__ import annotations

from copy import copy
from typing import Any

import gradio as gr


class Blocks(gr.Blocks):
    """A page whose events cost what they change.

    Gradio makes a component anew, and describes it twice, for each output that an update skips: that was most of the
    cost of a streaming answer, whose every update skips four of six.
    """

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:  # noqa: ANN401
        """Make what a handler returned ready to be sent; what it skips is passed by."""
        outputs = block_fn.outputs
        if len(outputs) < 2 or not isinstance(predictions, (list, tuple)) or len(predictions) != len(outputs):
            return await super().postprocess_data(block_fn, predictions, state)
        skipped = [isinstance(one, dict) and one == gr.skip() for one in predictions]
        changed = [n for n, output in enumerate(outputs) if output.stateful or not skipped[n]]
        made: list[Any] = [gr.skip() for _ in outputs]
        if changed:
            part = copy(block_fn)
            part.outputs = [outputs[n] for n in changed]
            values = [predictions[n] for n in changed]
            sent = await super().postprocess_data(part, values if len(values) > 1 else values[0], state)
            for n, one in zip(changed, sent, strict=True):
                made[n] = one
        return made
