"""Which library a person means: the one they name, their own, or the bundled sample while theirs is empty."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError

if TYPE_CHECKING:
    from app.chatbot import Chatbot

SAMPLE = Path(__file__).parent / "sample"
Say = Callable[[str], None]


def own_library() -> Path:
    """Return the folder of the person's own library: $ONRECORD_LIBRARY, else a place in the user's data folder."""
    import platformdirs

    return Path(os.environ.get("ONRECORD_LIBRARY") or Path(platformdirs.user_data_dir("onrecord")) / "library")


@contextmanager
def opened(named: Path | None, llm: str, say: Say) -> Iterator[Chatbot]:
    """Open the library to read from: the named one, or the person's own, or the sample where theirs holds nothing.

    A named library is never swapped for another. say: takes one line that tells the person about the sample.
    Raises LibraryError where the named library holds nothing, and what opening a library raises.
    """
    from app.chatbot import Chatbot

    path = named or own_library()
    if path.exists():
        with Chatbot(path, llm) as bot:
            if bot.documents():
                yield bot
                return
    if named:
        raise LibraryError(f"{named} holds no documents: add some with `onrecord add PATH --library {named}`")
    say(f"Your own library ({path}) is empty, so this is the bundled sample; `onrecord add PATH` starts yours.")
    with Chatbot(sample_library(say), llm) as bot:
        yield bot


def sample_library(say: Say) -> Path:
    """Return the folder of the sample library, which is built in the user's cache folder at first use.

    What it is built from, and by, is in its name: a changed article or reader gets a library of its own. One that was
    left half built is completed, since adding twice adds nothing.
    """
    from app.chatbot import Chatbot
    from retrieval.weights import cache_dir

    folder = cache_dir() / f"sample-{_fingerprint()}"
    complete = folder / "complete"
    if not complete.exists():
        say("Preparing the sample library; this happens once.")
        with Chatbot(folder) as bot:
            failed = [result for result in bot.add(SAMPLE) if result.status == "failed"]
        if failed:
            raise LibraryError(f"the bundled sample can't be read ({failed[0].error}): install Onrecord again")
        complete.touch()
    return folder


def _fingerprint() -> str:
    """Give 12 hex digits of a hash over the sample's files and the code that reads, cuts and embeds them."""
    import retrieval

    digest = hashlib.sha256()
    for file in sorted((*SAMPLE.iterdir(), *Path(retrieval.__path__[0]).glob("*.py"))):
        if file.is_file():
            digest.update(file.name.encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
