"""The ledger of quotations as a LangChain tool, for agents that other people build."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from app.chatbot import Chatbot


def quotes_tool(bot: Chatbot) -> BaseTool:
    """A tool "quotes" that looks up who said what in a chatbot's library; it returns a list of JSON objects.

    Dates that are none raise ValueError, which LangChain hands to the model as the tool's error.
    """
    from langchain_core.tools import StructuredTool

    def quotes(speaker: str = "", about: str = "", since: str = "", until: str = "") -> list[dict[str, Any]]:
        """Look up who said what: exact words with speaker, role, date, document and character offsets.

        Args:
            speaker: A person's or organisation's name, or a role such as "Meta's CEO"; empty for everybody.
            about: Words of a topic; empty for every topic.
            since: The first day, as YYYY-MM-DD, or empty.
            until: The last day, as YYYY-MM-DD, or empty.

        """
        first, last = (date.fromisoformat(day) if day else None for day in (since, until))
        return [quote.to_dict() for quote in bot.quotes(speaker, about, first, last)]

    return StructuredTool.from_function(quotes, parse_docstring=True)
