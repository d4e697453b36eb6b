"""Words only: one file per prompt, rendered strictly (a missing or an extra value is an error)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_SELECTORS = {chr(c) for c in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
_MARKER = re.compile(r"[\[【]\s*(\d+(?:\s*[,;–-]\s*\d+)*)\s*[\]】]")


@cache
def _template(name: str) -> Template:
    return Template((_FOLDER / f"{name}.md").read_text(encoding="utf-8").strip())


def names() -> tuple[str, ...]:
    """Every prompt's name, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.md")))


def render(name: str, **values: object) -> str:
    """Fill the prompt in `name`.md: each $word is replaced by its value, once, so a value's own $ stays as it is.

    Raises ValueError for an unknown prompt and for a value that is missing or that the prompt has no place for.
    """
    if name not in names():
        raise ValueError(f"There is no prompt named {name!r}; there are: {', '.join(names())}.")
    template = _template(name)
    wanted, given = set(template.get_identifiers()), set(values)
    if wanted != given:
        raise ValueError(
            f"Prompt {name!r}: missing {sorted(wanted - given)}, unknown {sorted(given - wanted)}, of {sorted(wanted)}."
        )
    return template.substitute(values)


def one_line(text: str) -> str:
    """The text with every run of white space, line breaks included, made one space."""
    return " ".join(text.split())


def quoted(text: str) -> str:
    """The text with "> " before each line.

    A fence that has an end can be closed by the text inside it; a mark on every line cannot be got rid of, whatever
    the text says, so a document can't pose as the instructions around it.
    """
    return "\n".join(f"> {line}" for line in text.splitlines())


def plain(text: str) -> str:
    """The text without what a reader can't see and a model can, and with no citation marker of its own.

    Out go control and format characters, Unicode tags and variation selectors, in which instructions can be hidden; and
    [3] becomes (3), since in an answer it would be a citation.
    """
    seen = "".join(c for c in text if c in "\n\t" or not (unicodedata.category(c) in _UNSEEN or c in _SELECTORS))
    return _MARKER.sub(r"(\1)", seen)


def passage(number: int, text: str, title: str, source: str | None = None, published: str | None = None) -> str:
    """One passage as a model sees it: its number, title, outlet and date on one line, its words quoted below."""
    about = ", ".join(one_line(plain(part)) for part in (source, published) if part)
    head = one_line(plain(title))
    # Lines are cut first: among what plain takes out are characters that end one.
    words = quoted("\n".join(plain(line) for line in text.splitlines()))
    return render("passage", number=number, title=head, about=f" ({about})" if about else "", text=words)


def version(*some: str) -> str:
    """The names of these prompts and a hash of their words, so that a trace tells which wording a model was given."""
    words = "\0".join((_FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in some)
    return f"{'+'.join(some)}@{hashlib.sha256(words.encode()).hexdigest()[:8]}" if some else ""
