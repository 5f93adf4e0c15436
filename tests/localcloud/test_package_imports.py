"""Imports within localcloud: engines and the runtime do not depend on the emulator or on the code around it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.settings import ROOT

PACKAGE = ROOT / "localcloud"
# Part of localcloud -> modules that it may import, besides itself and modules that do not exist here.
ALLOWED = {
    "engines": set[str](),
    "runtime": {"localcloud.state"},
    "launcher.py": {"localcloud.server_process", "localcloud.settings", "localcloud.state"},
    "server_process.py": {"localcloud.settings", "localcloud.state"},
    "settings.py": set[str](),
    "state.py": set[str](),
}
IO_MODULES = {"http", "os", "pathlib", "shutil", "socket", "subprocess", "tempfile", "urllib"}


def list_files(part: str) -> list[Path]:
    path = PACKAGE / part
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def find_imports(file: Path) -> Iterator[str]:
    """Yield the full names of the modules that a file imports, wherever the import is."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


@pytest.mark.parametrize("part", ALLOWED)
def test_part_imports_only_allowed_modules(part: str) -> None:
    allowed = ALLOWED[part] | {f"localcloud.{part.removesuffix('.py')}"}
    imports = [(file, name) for file in list_files(part) for name in find_imports(file)]
    assert imports
    wrong = [(str(file), name) for file, name in imports
             if is_within(name, {"localcloud"}) and not is_within(name, allowed)]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize("part", ALLOWED)
def test_part_does_not_import_emulator(part: str) -> None:
    wrong = [(str(file), name) for file in list_files(part) for name in find_imports(file)
             if is_within(name, {"ministack", "hypercorn"})]  # fmt: skip
    assert wrong == []


def test_engines_import_no_io_modules() -> None:
    wrong = [(str(file), name) for file in list_files("engines") for name in find_imports(file)
             if is_within(name, IO_MODULES)]  # fmt: skip
    assert wrong == []
