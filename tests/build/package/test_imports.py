"""Finding a handler's dependencies: every import that can run, and nothing else."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from build.errors import PackageError
from build.package.functions import find_dependencies

Write = Callable[[Mapping[str, str]], Path]

PROJECT = {
    "handlers/plain.py": "import json, boto3\n",
    "inference/__init__.py": "",
    "inference/a.py": "",
    "inference/b.py": "from inference import c\n",
    "inference/c.py": "import inference.b\nVALUE = 1\n",
    "inference/engines/__init__.py": "",
    "inference/engines/one.py": "",
    "inference/unused.py": "",
}


def dependencies(write: Write, source: str) -> set[str]:
    """Return the paths that a handler with this source needs, without its own."""
    root = write(PROJECT | {"handlers/it.py": source})
    files = find_dependencies(root, "handlers.it")
    return {file.relative_to(root).as_posix() for file in files} - {"handlers/it.py"}


PACKAGE = "inference/__init__.py"
ENGINES = "inference/engines/__init__.py"


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("import json, boto3, numpy.linalg", set()),
        ("import inference", {PACKAGE}),
        ("import inference.a", {PACKAGE, "inference/a.py"}),
        ("import inference.a as x", {PACKAGE, "inference/a.py"}),
        ("from inference import a", {PACKAGE, "inference/a.py"}),
        ("from inference.a import anything", {PACKAGE, "inference/a.py"}),
        ("from inference import b", {PACKAGE, "inference/b.py", "inference/c.py"}),
        ("from inference.engines import one", {PACKAGE, ENGINES, "inference/engines/one.py"}),
        ("from . import plain", {"handlers/plain.py"}),
        ("from .plain import json", {"handlers/plain.py"}),
        ("def handler(event, context):\n    from inference import a", {PACKAGE, "inference/a.py"}),
        ("if True:\n    try:\n        import inference.a\n    except ImportError: pass", {PACKAGE, "inference/a.py"}),
        ("import importlib\nimportlib.import_module('inference.a')", {PACKAGE, "inference/a.py"}),
        ("from importlib import import_module\nimport_module('json')", set()),
        ("'''import inference.unused'''", set()),
    ],
)
def test_imports_are_followed(write: Write, source: str, files: set[str]) -> None:
    assert dependencies(write, source) == files


def test_relative_imports_in_a_package_are_followed(write: Write) -> None:
    package = {"inference/engines/__init__.py": "from ..a import x\nfrom . import one\n"}
    root = write(PROJECT | package | {"handlers/it.py": "import inference.engines"})
    names = {file.relative_to(root).as_posix() for file in find_dependencies(root, "handlers.it")}
    assert names == {"handlers/it.py", PACKAGE, ENGINES, "inference/a.py", "inference/engines/one.py"}


def test_missing_project_module_is_named(write: Write) -> None:
    with pytest.raises(PackageError, match=r"handlers\.it imports inference\.lost, but there is no such module"):
        dependencies(write, "import inference.lost")


def test_syntax_error_names_file_and_line(write: Write) -> None:
    with pytest.raises(PackageError, match=r"it\.py, line 2, is not valid Python: "):
        dependencies(write, "x = 1\ndef broken(:\n")


def test_null_byte_in_source_is_refused(write: Write) -> None:
    root = write({"handlers/it.py": "x\0"})
    with pytest.raises(PackageError, match=r"it\.py.* is not valid Python: "):
        find_dependencies(root, "handlers.it")
