"""Which library a person means: the one they name, their own, or the bundled sample while theirs is empty."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from retrieval.address import CATALOG, Place, is_address, place
from retrieval.errors import LibraryError

if TYPE_CHECKING:
    from app.adding import Received, Report, Result
    from app.answer import Event
    from app.chatbot import Chatbot
    from app.evidence.strictness import Strictness
    from app.questions.followup import Turn
    from retrieval.documents import Document
    from retrieval.entries import Entry
    from retrieval.filters import Filter
    from retrieval.listing import Page, Wanted
    from retrieval.preparing import Apart
    from retrieval.quotations import Quotation

SAMPLE = Path(__file__).parent / "sample"
Say = Callable[[str], None]


def own_library() -> Place:
    """Return where the person's own library is: $ONRECORD_LIBRARY, else a folder in the user's data folder."""
    import platformdirs

    return place(os.environ.get("ONRECORD_LIBRARY") or Path(platformdirs.user_data_dir("onrecord")) / "library")


def embedder_name() -> str:
    """Return the name of the embedder in use: $ONRECORD_EMBED, else the one that comes along."""
    return os.environ.get("ONRECORD_EMBED") or "minilm"


def reranker_name() -> str:
    """Return the name of the reranker in use, $ONRECORD_RERANK, or "" for none."""
    return os.environ.get("ONRECORD_RERANK", "").strip()


@contextmanager
def opened(
    named: Place | None,
    llm: str,
    say: Say,
    judge: str | None = None,
    embed: str | None = None,
    rerank: str | None = None,
) -> Iterator[Chatbot]:
    """Open the library to read from: the named one, or the person's own, or the sample where theirs holds nothing.

    A named library is never swapped for another. say: takes one line that tells the person about the sample.
    Raises LibraryError where the named library holds nothing, and what opening a library raises.
    """
    from app.chatbot import Chatbot

    path = named or own_library()
    if _exists(path):
        with Chatbot(path, llm, embed, judge=judge, rerank=rerank) as bot:
            if not bot.is_empty:
                yield bot
                return
    if named:
        raise LibraryError(f"{named} holds no documents: add some with `onrecord add PATH --library {named}`")
    say(f"Your own library ({path}) is empty, so this is the bundled sample; `onrecord add PATH` starts yours.")
    with sample(llm, say, judge, rerank) as bot:
        yield bot


def holds_documents(path: Place) -> bool:
    """Whether there is a library with documents at this path. Raises LibraryError where one can't be opened."""
    from app.chatbot import Chatbot

    if not _exists(path):
        return False
    with Chatbot(path) as bot:
        return not bot.is_empty


def _exists(path: Place) -> bool:
    if is_address(path):
        return True
    folder = Path(path).expanduser()
    try:
        return folder.exists() and ((folder / CATALOG).exists() or not folder.is_dir())
    except OSError as error:
        raise LibraryError(
            f"The library {path} can't be opened ({error.strerror or error}). "
            "Give yourself the right to read the folders above it, or name another one with --library."
        ) from error


@contextmanager
def sample(llm: str, say: Say, judge: str | None = None, rerank: str | None = None) -> Iterator[Chatbot]:
    """Open a private copy of the sample library, so that any number of processes can read the sample at once."""
    from app.chatbot import Chatbot

    with TemporaryDirectory(prefix="onrecord-sample-") as folder:
        copy = Path(folder) / "library"
        shutil.copytree(sample_library(say), copy, ignore=shutil.ignore_patterns("lock*", "complete"))
        with Chatbot(copy, llm, "minilm", judge=judge, rerank=rerank) as bot:
            yield bot


class OwnOrSample:
    """The person's own library once it holds something, the sample until then; what is added goes to their own."""

    def __init__(self, sample: Chatbot, own: Place, embed: str | None = None, rerank: str | None = None) -> None:
        """Start with an open sample; own is opened, with its embedder and reranker, when something is added to it."""
        self._sample = sample
        self._path, self._embed, self._rerank = own, embed, rerank
        self._own: Chatbot | None = None
        self._opening = threading.Lock()

    @property
    def model(self) -> str:
        """The writer that answers unless another is named."""
        return self._sample.model

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        llm: str | None = None,
        where: Filter | Sequence[Filter] = (),
        strictness: Strictness | None = None,
        judge: str | None = None,
    ) -> Iterator[Event]:
        """Answer from the library in use; see Chatbot.stream."""
        return self._in_use.stream(question, history, llm, where, strictness=strictness, judge=judge)

    def add(
        self, *paths: str | Path | Received, progress: Report | None = None, apart: Apart | None = None
    ) -> list[Result]:
        """Add to the person's own library; see Chatbot.add."""
        from app.chatbot import Chatbot

        with self._opening:
            if self._own is None:
                self._own = Chatbot(self._path, self._sample.model, self._embed, rerank=self._rerank)
        return self._own.add(*paths, progress=progress, apart=apart)

    @property
    def is_sample(self) -> bool:
        """Whether the sample is asked."""
        return self._in_use is self._sample

    def documents(self) -> list[Entry]:
        """List the library in use."""
        return self._in_use.documents()

    def page(self, wanted: Wanted) -> Page:
        """Some of the documents of the library in use; see Chatbot.page."""
        return self._in_use.page(wanted)

    def tag(self, id: str, tags: Collection[str], *, remove: bool = False) -> tuple[str, ...]:
        """Put tags on a document of the person's own, or take them off; see Chatbot.tag."""
        return self._mine.tag(id, tags, remove=remove)

    def put_aside(self, *ids: str) -> list[str]:
        """Take documents out of the person's own library; see Chatbot.put_aside."""
        return self._mine.put_aside(*ids)

    def bring_back(self, *ids: str) -> list[str]:
        """Undo put_aside; see Chatbot.bring_back."""
        return self._own.bring_back(*ids) if self._own else []

    def aside(self) -> list[tuple[str, str]]:
        """Id and title of the documents that can be brought back; see Chatbot.aside."""
        return self._own.aside() if self._own else []

    def document(self, id: str) -> Document:
        """Give a document of the library in use, or of the sample that an earlier answer cited."""
        try:
            return self._in_use.document(id)
        except LibraryError:
            return self._sample.document(id)

    def quotations_of(self, document: Document) -> Sequence[Quotation]:
        """Who says what in one document; see Chatbot.quotations_of."""
        return self._in_use.quotations_of(document)

    def close(self) -> None:
        """Close the person's own library; the sample is its opener's to close."""
        if self._own is not None:
            self._own.close()

    @property
    def _mine(self) -> Chatbot:
        if self.is_sample or self._own is None:
            raise LibraryError("This is the sample library, which stays as it is. Add a document of yours first.")
        return self._own

    @property
    def _in_use(self) -> Chatbot:
        return self._own if self._own is not None and not self._own.is_empty else self._sample


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
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The sample library can't be written to {folder} ({error.strerror or error}). "
                "Set ONRECORD_CACHE to a folder that can be written."
            ) from error
        with Chatbot(folder, embed="minilm") as bot:
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
