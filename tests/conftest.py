"""For every test: nothing reads or writes the library and caches of the person who runs it."""

from __future__ import annotations

import os
from pathlib import Path

# Set at import, so that module-scoped fixtures and subprocesses see them too. The cache outlives a run: it holds the
# embedder's graph, which takes seconds to build and is checked by its inputs' hashes.
os.environ["ONRECORD_CACHE"] = str(Path(__file__).parents[1] / ".cache")
os.environ["ONRECORD_LIBRARY"] = os.devnull + "/no-library"
