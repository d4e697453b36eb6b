"""Markdown as plain text: the words without the marks, so that a quotation reads as the author meant it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token


def to_text(source: str) -> str:
    """Write paragraphs, headings and list items (after "- ") one to a line, with a blank line between.

    Links keep their words and lose their addresses, emphasis loses its marks, images go; code stays as it is.
    """
    from markdown_it import MarkdownIt

    parts: list[str] = []
    depth = 0
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "inline":
            text = _inline(token.children or []).strip()
            if text:
                parts.append(f"- {text}" if depth else text)
        elif token.type in ("fence", "code_block"):
            parts.append(token.content.rstrip("\n"))
    return "\n\n".join(parts) + "\n" if parts else ""


def _inline(children: list[Token]) -> str:
    words: list[str] = []
    for token in children:
        if token.type in ("text", "code_inline"):
            words.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            words.append(" " if token.type == "softbreak" else "\n")
    return "".join(words)
