"""The walk over a handler's imports finds what runs, and only that."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from build.package.error import PackageError
from build.package.imports import needed

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


def walk(write: Write, source: str) -> set[str]:
    """What a handler with that source needs, less itself."""
    root = write(PROJECT | {"handlers/it.py": source})
    return {file.relative_to(root).as_posix() for file in needed(root, "handlers.it")} - {"handlers/it.py"}


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
def test_imports_that_are_followed(write: Write, source: str, files: set[str]) -> None:
    assert walk(write, source) == files


def test_relative_import_in_a_package(write: Write) -> None:
    found = {"inference/engines/__init__.py": "from ..a import x\nfrom . import one\n"}
    root = write(PROJECT | found | {"handlers/it.py": "import inference.engines"})
    names = {file.relative_to(root).as_posix() for file in needed(root, "handlers.it")}
    assert names == {"handlers/it.py", PACKAGE, ENGINES, "inference/a.py", "inference/engines/one.py"}


def test_missing_project_module_is_named(write: Write) -> None:
    with pytest.raises(PackageError, match=r"handlers\.it needs inference\.lost, and there is no such module"):
        walk(write, "import inference.lost")


def test_syntax_error_names_file_and_line(write: Write) -> None:
    with pytest.raises(PackageError, match=r"it\.py, line 2, is not Python: "):
        walk(write, "x = 1\ndef broken(:\n")


def test_bytes_that_are_no_source_get_a_sentence(write: Write) -> None:
    root = write({"handlers/it.py": "x\0"})
    with pytest.raises(PackageError, match=r"it\.py.* is not Python: "):
        needed(root, "handlers.it")
