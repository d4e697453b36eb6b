"""One SQLite file: its schema and migrations, a reader for every thread, one writer, and errors a person can read."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from retrieval import ledger, lexical, removed, stories
from retrieval.errors import LibraryError

_MIGRATIONS = (
    f"""
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE documents (
        key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, title TEXT NOT NULL, uri TEXT NOT NULL, source TEXT,
        author TEXT, published TEXT, noise TEXT NOT NULL, pages TEXT NOT NULL, whole INTEGER NOT NULL,
        passages INTEGER NOT NULL);
    CREATE TABLE texts (document INTEGER PRIMARY KEY, text BLOB NOT NULL);
    CREATE UNIQUE INDEX whole_documents ON documents (id) WHERE whole;
    CREATE TABLE sources (uri TEXT PRIMARY KEY, digest TEXT, document INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX sources_of_document ON sources (document);
    CREATE TABLE passages (
        key INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL,
        start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        sentences BLOB NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB);
    CREATE UNIQUE INDEX passages_of_document ON passages (document, start, "end");
    CREATE TABLE unsynced (id TEXT PRIMARY KEY) WITHOUT ROWID;
    {lexical.TABLE};
    {ledger.TABLE};
    """,
    f"{ledger.PROPOSED_BY};",
    """
    CREATE TABLE tags (uri TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (uri, tag)) WITHOUT ROWID;
    CREATE INDEX documents_by_day ON documents (published) WHERE whole;
    CREATE INDEX documents_by_source ON documents (source) WHERE whole;
    """,
    f"""{ledger.ENTRIES};
    CREATE TABLE pending (passage INTEGER PRIMARY KEY, vector BLOB NOT NULL, sentence_vectors BLOB);
    INSERT OR IGNORE INTO meta SELECT 'dimension', length(vector) / 2 FROM passages LIMIT 1;
    """,  # noqa: S608
    f"{stories.TABLES};",
    f"{removed.TABLE};",
)
"""The catalog's: one script per schema version; PRAGMA user_version counts those that have run."""


@contextmanager
def readable(path: Path, kind: str = "catalog") -> Iterator[None]:
    """Turn what SQLite says into a LibraryError that says what to do; kind: what the file is, in a word or two."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith("SQLITE_READONLY"):
            advice = "It is read-only: make the file and its folder writable."
        elif name in {"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE"}:
            advice = "The disk is probably full: free some space and try again; nothing stored before is lost."
        elif name.startswith("SQLITE_CANTOPEN"):
            advice = "Make the file and its folder readable and writable, and see that the disk is not full."
        elif name in {"SQLITE_CORRUPT", "SQLITE_NOTADB"} or isinstance(error, DamagedError):
            advice = f"It is damaged or not a {kind}: restore it from a backup, or name another directory."
        elif name == "SQLITE_CORRUPT_VTAB":
            advice = "Its index of words is damaged: `onrecord check --repair` writes that anew from the texts."
        else:
            advice = "Nothing stored before is lost; try again."
        raise LibraryError(f"The {kind} {path} could not be used ({error}). {advice}") from error


class DamagedError(sqlite3.DatabaseError):
    """SQLite can read the file, and finds that its pages don't fit together."""


def examine(path: Path) -> None:
    """Have SQLite look through a whole catalog that may be damaged, without writing a byte.

    A file that is not there is none. Raises LibraryError that says what is wrong with it.
    """
    if path.exists():
        with readable(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            soundness(connection)


def soundness(connection: sqlite3.Connection) -> None:
    """Raises DamagedError where the file's pages don't fit together."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    if found:
        raise DamagedError(f"SQLite finds: {found[0].strip()}")


class Database:
    """Connections to one file. Reading is safe from any thread, beside one writer at a time."""

    def __init__(
        self,
        path: Path,
        migrations: Sequence[str] = _MIGRATIONS,
        kind: str = "catalog",
        synchronous: Literal["FULL", "NORMAL"] = "FULL",
    ) -> None:
        """Open or create.

        migrations: one script per schema version; kind: what errors call the file; synchronous: "NORMAL" where the last
        moment may be lost with the machine's power, though never with the process.
        Raises LibraryError for a file that is not ours, was written by a newer version or can't be written.
        """
        self._path, self._kind, self._migrations = path, kind, migrations
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self.exclusive = threading.RLock()
        try:
            with self.errors():
                self._writer = self._connect()
                self._writer.execute("PRAGMA journal_mode = WAL")
                self._writer.execute(f"PRAGMA synchronous = {synchronous}")
                self._migrate()
        except BaseException:
            self.close()
            raise

    @property
    def reader(self) -> sqlite3.Connection:
        """Give this thread's connection for reading."""
        connection: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if connection is None:
            connection = self._local.reader = self._connect()
            connection.execute("PRAGMA query_only = ON")
        return connection

    def one(self, sql: str, *values: object) -> Any:  # noqa: ANN401 - a row is what its query says
        """Give the first row, or None."""
        with self.errors():
            return self.reader.execute(sql, values).fetchone()

    def all(self, sql: str, *values: object) -> list[Any]:
        """Give every row."""
        with self.errors():
            return self.reader.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Wait for other writers; on return all of it is on the disk, on any exception none of it is."""
        with self.exclusive, self.errors():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        for connection in self._connections:
            connection.close()

    def errors(self) -> AbstractContextManager[None]:
        """Turn what SQLite says into a LibraryError that says what to do."""
        return readable(self._path, self._kind)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        self._connections.append(connection)
        return connection

    def _migrate(self) -> None:
        (version,) = self._writer.execute("PRAGMA user_version").fetchone()
        if version > len(self._migrations):
            raise LibraryError(
                f"The {self._kind} {self._path} was written by a newer version of onrecord "
                f"(schema {version}, this version knows {len(self._migrations)}): update onrecord to open it."
            )
        for number, script in enumerate(self._migrations[version:], version + 1):
            self._writer.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
