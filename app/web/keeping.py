"""The file that keeps what people did in the web chat: its schema, where it is, and how it is opened."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from retrieval.address import Place, is_address
from retrieval.database import Database

FILE = "conversations.db"
_MIGRATIONS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, person TEXT NOT NULL, name TEXT NOT NULL, begun REAL NOT NULL, touched REAL NOT NULL,
        deleted REAL) WITHOUT ROWID;
    CREATE INDEX conversations_of_person ON conversations (person, touched);
    CREATE TABLE turns (
        key INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL, number INTEGER NOT NULL, asked REAL NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'answered', 'stopped', 'failed')), turn BLOB NOT NULL,
        replaced REAL);
    CREATE UNIQUE INDEX turns_of_conversation ON turns (conversation, number) WHERE replaced IS NULL;
    CREATE INDEX all_turns_of_conversation ON turns (conversation);
    CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'trigram');
    CREATE TABLE ratings (
        turn INTEGER NOT NULL, statement INTEGER NOT NULL, verdict TEXT NOT NULL CHECK (verdict IN ('up', 'down')),
        reason TEXT NOT NULL, given REAL NOT NULL, PRIMARY KEY (turn, statement)) WITHOUT ROWID;
    CREATE TABLE users (name TEXT PRIMARY KEY, hash TEXT NOT NULL, added REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE logins (
        token BLOB PRIMARY KEY, user TEXT NOT NULL, begun REAL NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE examples (library TEXT PRIMARY KEY, questions TEXT NOT NULL, made REAL NOT NULL) WITHOUT ROWID;
    CREATE TRIGGER turns_go AFTER DELETE ON conversations BEGIN
        DELETE FROM turns WHERE conversation = old.id;
    END;
    CREATE TRIGGER all_of_a_turn_goes AFTER DELETE ON turns BEGIN
        DELETE FROM words WHERE rowid = old.key;
        DELETE FROM ratings WHERE turn = old.key;
    END;
    CREATE TRIGGER all_of_a_user_goes AFTER DELETE ON users BEGIN
        DELETE FROM logins WHERE user = old.name;
        DELETE FROM conversations WHERE person = old.name;
    END;
    """,
    """
    CREATE TABLE choices (person TEXT PRIMARY KEY, chosen TEXT NOT NULL) WITHOUT ROWID;
    CREATE TRIGGER what_a_user_chose_goes AFTER DELETE ON users BEGIN
        DELETE FROM choices WHERE person = old.name;
    END;
    """,
)


def file_for(library: Place) -> Path:
    """Where the conversations with a library are kept: in its folder, or for a server's in the person's data folder."""
    if not is_address(library):
        return Path(library).expanduser().resolve() / FILE
    import platformdirs

    name = sha256(str(library).encode()).hexdigest()[:16]
    return Path(platformdirs.user_data_dir("onrecord")) / "servers" / name / FILE


def opened(file: Path) -> Database:
    """Open the file, or create it; several processes may have it open.

    Raises LibraryError for one that is damaged, newer than this version, or can't be written; it is left as it is.
    """
    from retrieval.errors import LibraryError

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The conversations can't be kept in {file.parent} ({error.strerror or error}). "
            "Make that folder writable, or name another library with --library."
        ) from error
    return Database(file, _MIGRATIONS, "record of conversations", "NORMAL")
