"""One process owns a library at a time: two that write to one Chroma directory corrupt it without an error."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import LibraryBusyError, LibraryError


class Ownership:
    """An exclusive lock on a directory, and a note of who holds it.

    clean: whether the owner before this one let go properly; the note of one that was killed is still there.
    """

    def __init__(self, directory: Path) -> None:
        """Create the directory if needed and take it.

        Raises LibraryBusyError while another process has it, LibraryError if it can't be written.
        """
        self._note = directory / "owner"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(directory / "lock", thread_local=False)
            self._lock.acquire(timeout=0)
            self.clean = not self._note.exists()
            self._note.write_text(f"{os.getpid()}\n")
        except Timeout:
            raise LibraryBusyError(
                f"The library {directory} is open in another process{self._holder()}. "
                "Close that one first, or use another directory."
            ) from None
        except (FileExistsError, NotADirectoryError) as error:
            raise LibraryError(
                f"The library {directory} can't be opened: a file is in the way, and a library is a directory. "
                "Name another one, or move the file."
            ) from error
        except OSError as error:
            raise LibraryError(
                f"The library {directory} can't be opened for writing ({error.strerror or error}). "
                "Make the directory writable (it may be read-only or on a full disk), or use another one."
            ) from error

    def release(self, *, settled: bool = True) -> None:
        """Let go; the next owner sees that it was done properly, unless what a killed one left is not settled."""
        if settled:
            self._note.unlink(missing_ok=True)
        self._lock.release()

    def _holder(self) -> str:
        try:
            return f" (process {int(self._note.read_text())})"
        except (OSError, ValueError):
            return ""
