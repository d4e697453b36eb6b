"""What importing costs, who may import whom, and that the public names are there."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import app

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "retrieval", "prompts")
OURS = {"app", "retrieval", "prompts"}


def loaded_by(code: str) -> set[str]:
    """Return the top-level names outside the standard library that running this code in a fresh Python loads."""
    script = (
        "import sys; before = set(sys.modules)\n"
        f"{code}\n"
        "import json; print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(run.stdout.splitlines()[-1])) - sys.stdlib_module_names - {"__editable___onrecord_finder"}


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import app", OURS),
        ("import app; [getattr(app, name) for name in ('Answer', 'Citation', 'Statement')]", OURS),
        ("from app.cli import main; main(['--help'])", {*OURS, "click"}),
        ("from app.cli import main; main(['ask', '--help'])", {*OURS, "click"}),
    ],
)
def test_importing_loads_nothing_heavy(code: str, allowed: set[str]) -> None:
    assert loaded_by(code) <= allowed


def imports_of(file: Path) -> Iterator[str]:
    """Yield the top-level name of every import in a file, at any depth."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} has a relative import"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize(
    ("package", "forbidden"), [("retrieval", {"app", "prompts"}), ("prompts", {"app", "retrieval"})]
)
def test_the_lower_packages_know_nothing_of_the_others(package: str, forbidden: set[str]) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    assert {file.name: found for file in files if (found := forbidden & set(imports_of(file)))} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_imports_the_tests(package: str) -> None:
    assert all("tests" not in imports_of(file) for file in (ROOT / package).rglob("*.py"))


def test_every_file_says_in_its_first_line_what_it_is_for() -> None:
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), file


def test_every_public_name_is_there_and_is_listed() -> None:
    assert app.__all__ == sorted(set(app.__all__))
    assert {"Answer", "Chatbot", "Citation", "Statement", "ask"} <= set(app.__all__)
    for name in app.__all__:
        assert getattr(app, name).__doc__, name
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = app.no_such_name  # type: ignore[attr-defined, unused-ignore]


def test_what_is_imported_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *declared["dependencies"],
        *(one for extra in declared["optional-dependencies"].values() for one in extra),
    ]
    names = {normalized(re.split(r"[\[<>=~! ;]", requirement)[0]) for requirement in wanted}
    provided = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for module in set(imports_of(file)) - sys.stdlib_module_names - set(PACKAGES):
                distributions = {normalized(one) for one in provided.get(module, [])}
                assert distributions & names, f"{file.relative_to(ROOT)} imports {module}, which pyproject.toml lacks"


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
