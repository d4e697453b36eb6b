"""Kills a process at random points while it adds, replaces, removes or reindexes, and looks at what is left.

python -m tests.crash --kills 200 --seed 1
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from retrieval.documents import Document
from retrieval.embedding import Embed
from retrieval.library import Library
from tests.hashing import WiderEmbedder, hashing

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["chromadb", "retrieval.library"])  # what takes most of a start, done once
_FILES = 12
_EMBEDDERS: dict[str, Embed] = {"tests.hashing/64": hashing, "tests.hashing/wider": WiderEmbedder()}


def version(number: int, round: int) -> Document:
    """File `number` as it stands in this round: each time other words; the last one is larger than a window."""
    lines = [f"Line {line} of file {number} in round {round} says {line * number}." for line in range(40)]
    if number == _FILES - 1:
        lines += [f"More of it, {at}." for at in range(9000)]
    return Document(f"{number} {round}. " + "\n\n".join(lines), f"File {number}", f"/files/{number}")


@dataclass
class Acknowledged:
    """What the killed processes said was done: the id by uri; and whatever the last one had begun to change."""

    ids: dict[str, str] = field(default_factory=dict)
    open: dict[str, str | None] = field(default_factory=dict)

    def take(self, said: dict[str, Any]) -> None:
        """Take note of what a process said."""
        if said["did"] == "begin":
            self.open = said["uris"]
        elif said["did"] == "added":
            self.ids[said["uri"]] = said["id"]
            self.open.pop(said["uri"], None)
        elif said["did"] == "removed":
            self.ids.pop(said["uri"])
            self.open.pop(said["uri"], None)

    def settle(self, stored: dict[str, str]) -> None:
        """Compare with what is stored, by uri; what was begun and not acknowledged may be there or not."""
        for uri in {*self.ids, *stored}:
            allowed = {self.ids.get(uri)} | ({self.open[uri]} if uri in self.open else set())
            assert stored.get(uri) in allowed, f"{uri}: {stored.get(uri)} is none of {allowed}"
        self.ids, self.open = dict(stored), {}


def work(folder: Path, seed: int, told: Connection) -> None:
    """Change the library for ever, telling each change before it begins and once it is done."""

    def say(**what: object) -> None:
        told.send(what)

    chance = random.Random(seed)
    with Library(folder, embedder_of(folder)) as library:
        say(did="begin", uris={}, what="opened")
        while True:
            present = {entry.uri: entry.id for entry in library.documents()}
            what = chance.choices(["add", "remove", "reindex", "tag"], [5, 2, 3, 1])[0]
            if what == "add":
                round = chance.randrange(1_000_000)
                some = [version(n, round) for n in chance.sample(range(_FILES), chance.randint(1, 4))]
                say(did="begin", uris={document.uri: document.id for document in some}, what=what)
                for added in library.add(some):
                    say(did="added", uri=added.uri, id=added.id)
            elif what == "reindex":
                say(did="begin", uris={}, what=what)
                library.reindex(chance.choice(list(_EMBEDDERS.values())))
            elif present:
                uri = chance.choice(sorted(present))
                say(did="begin", uris={uri: None} if what == "remove" else {}, what=what)
                if what == "tag":
                    library.tag(present[uri], [str(chance.random())])
                else:
                    library.remove(present[uri])
                    say(did="removed", uri=uri)


def embedder_of(folder: Path) -> Embed:
    """The embedder that a library was left with."""
    with Library(folder) as library:
        return _EMBEDDERS[library.embedder or hashing.identity]


def kill(folder: Path, seed: int, acknowledged: Acknowledged) -> str:
    """Let a process work on the library, kill it at some moment, and hold what is left against what it had said.

    Gives what it was doing. Raises AssertionError where an acknowledged document is lost or anything does not fit.
    """
    chance = random.Random(seed)
    ours, theirs = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=work, args=(folder, seed, theirs))
    process.start()
    theirs.close()
    said = [ours.recv() for _ in range(chance.randint(1, 8))]
    aim = chance.choices(["add", "reindex", "remove"], [4, 4, 2])[0]
    while said[-1].get("what") != aim:
        said.append(ours.recv())
    time.sleep(chance.choice([0, chance.uniform(0, 0.05), chance.uniform(0, 0.5)]))
    process.kill()
    process.join()
    with suppress(EOFError), ours:
        while True:
            said.append(ours.recv())
    for one in said:
        acknowledged.take(one)
    with Library(folder, embedder_of(folder)) as library:
        findings = library.check()
        assert findings == [], findings
        acknowledged.settle({entry.uri: entry.id for entry in library.documents()})
        for entry in library.documents():
            document = library.document(entry.id)
            number, round = document.text.split(".", 1)[0].split()
            assert document == version(int(number), int(round))
            assert any(hit.passage.document.id == entry.id for hit in library.search(document.text[:200], 50)), entry
    return next(str(one["what"]) for one in reversed(said) if "what" in one)


def main() -> None:
    """Kill, look, and tell how many of each kind there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    during: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        acknowledged = Acknowledged()
        for number in range(arguments.kills):
            during[kill(Path(folder), arguments.seed * 100_000 + number, acknowledged)] += 1
            print(f"\r{number + 1} of {arguments.kills}", end="", file=sys.stderr, flush=True)
    told = ", ".join(f"{count} during {what}" for what, count in during.most_common())
    print(f"\n{arguments.kills} kills, seed {arguments.seed}: {told}; every acknowledged document was there, whole.")


if __name__ == "__main__":
    main()
