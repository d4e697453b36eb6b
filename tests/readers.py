"""A reader of the page without a browser: asks over HTTP as the page's script does, and reads what streams back."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Form:
    """The function that a page calls with a question: its number and what the page holds for its inputs."""

    number: int
    held: tuple[Any, ...]

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Form:
        """Read a Gradio page's config: what submitting #ask calls, or the chat function of a plain ChatInterface."""
        boxes = [one["id"] for one in config["components"] if one["props"].get("elem_id") == "ask"]
        asked = [[box, "submit"] for box in boxes]
        fn = next(
            one for one in config["dependencies"] if (one["targets"] == asked if boxes else one["api_name"] == "chat")
        )
        values = {one["id"]: one["props"].get("value") for one in config["components"]}
        held = [values.get(id) for id in fn["inputs"]]
        return cls(fn["id"], tuple("" if value is None and boxes else value for value in held))


async def asked(
    client: httpx.AsyncClient, form: Form, question: str, name: str
) -> AsyncGenerator[dict[str, Any], None]:
    """Every message about a question asked by the reader with this name, who has to be another each time."""
    data = [question, *form.held[1:]]
    body = {"data": data, "fn_index": form.number, "session_hash": name, "event_data": None, "trigger_id": None}
    (await client.post("/gradio_api/queue/join", json=body)).raise_for_status()
    async with client.stream("GET", f"/gradio_api/queue/data?session_hash={name}") as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                message: dict[str, Any] = json.loads(line[5:])
                if message["msg"] == "close_stream":
                    return
                yield message
