"""A function is a module of handlers/ that defines `handler`; its zip holds that and what it imports."""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from build.package.error import PackageError
from build.package.function import functions, package_function

Write = Callable[[Mapping[str, str]], Path]


def test_handlers_however_they_are_defined(write: Write) -> None:
    root = write(
        {
            "handlers/__init__.py": "",
            "handlers/a.py": "def handler(event, context): ...\n",
            "handlers/b.py": "handler = print\n",
            "handlers/c.py": "from x import run as handler\n",
            "handlers/d.py": "handler: object = print\n",
            "handlers/e.py": "handler: object\n",
            "handlers/f.py": "def other():\n    def handler(): ...\n",
        }
    )
    assert functions(root) == ["a", "b", "c", "d"]


def test_no_handler_is_a_sentence(write: Write) -> None:
    with pytest.raises(PackageError, match="there is no function to package"):
        functions(write({"handlers/a.py": ""}))


def test_zip_holds_the_handler_and_what_it_imports(write: Write, tmp_path: Path) -> None:
    root = write(
        {
            "handlers/__init__.py": "",
            "handlers/one.py": "import shared\ndef handler(event, context): ...\n",
            "handlers/two.py": "def handler(event, context): ...\n",
            "shared.py": "",
        }
    )
    packed = package_function(root, "one", tmp_path)
    assert packed.data is not None
    with ZipFile(BytesIO(packed.data)) as file:
        assert file.namelist() == ["handlers/__init__.py", "handlers/one.py", "shared.py"]
    assert packed.file == "one.zip"
