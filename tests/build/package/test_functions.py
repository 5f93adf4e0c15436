"""A function is a module of handlers/ or examples/ that defines `handler`; its zip contains what it imports."""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from build.errors import PackageError
from build.package.functions import find_module, list_functions, package_function

Write = Callable[[Mapping[str, str]], Path]
HANDLER = "def handler(event, context): ...\n"


def test_functions_are_found_however_the_handler_is_defined(write: Write) -> None:
    root = write(
        {
            "handlers/__init__.py": "",
            "handlers/a.py": HANDLER,
            "handlers/b.py": "handler = print\n",
            "handlers/c.py": "from x import run as handler\n",
            "handlers/d.py": "handler: object = print\n",
            "handlers/e.py": "handler: object\n",
            "handlers/f.py": "def other():\n    def handler(): ...\n",
            "handlers/g.py": "async def handler(event, context): ...\n",
        }
    )
    assert list_functions(root) == ["a", "b", "c", "d", "g"]


def test_functions_come_from_handlers_and_examples(write: Write) -> None:
    root = write({"handlers/worker.py": HANDLER, "examples/hello.py": HANDLER, "pipeline/other.py": HANDLER})
    assert list_functions(root) == ["hello", "worker"]
    assert find_module(root, "worker") == "handlers.worker"
    assert find_module(root, "hello") == "examples.hello"


def test_function_of_two_packages_is_refused(write: Write) -> None:
    root = write({"handlers/hello.py": HANDLER, "examples/hello.py": HANDLER})
    with pytest.raises(PackageError, match=r"^Two packages define the function 'hello': rename one of the modules\.$"):
        list_functions(root)


def test_function_without_module_is_refused(write: Write) -> None:
    root = write({"handlers/worker.py": HANDLER})
    with pytest.raises(PackageError, match=r"Function 'lost' does not exist: handlers and examples in .* lost\.py"):
        find_module(root, "lost")


def test_no_handler_is_refused(write: Write) -> None:
    with pytest.raises(PackageError, match="there is no function to package"):
        list_functions(write({"handlers/a.py": ""}))


def test_zip_contains_the_handler_and_its_imports(write: Write, tmp_path: Path) -> None:
    root = write(
        {
            "handlers/__init__.py": "",
            "handlers/one.py": f"import shared\n{HANDLER}",
            "handlers/two.py": HANDLER,
            "shared.py": "",
        }
    )
    artifact = package_function(root, "one", tmp_path)
    assert artifact.data is not None
    with ZipFile(BytesIO(artifact.data)) as file:
        assert file.namelist() == ["handlers/__init__.py", "handlers/one.py", "shared.py"]
    assert artifact.file == "one.zip"
    assert artifact.handler == "handlers.one.handler"


def test_zip_of_an_example_has_its_handler(write: Write, tmp_path: Path) -> None:
    root = write({"handlers/worker.py": HANDLER, "examples/__init__.py": "", "examples/hello.py": HANDLER})
    artifact = package_function(root, "hello", tmp_path)
    assert artifact.data is not None
    with ZipFile(BytesIO(artifact.data)) as file:
        assert file.namelist() == ["examples/__init__.py", "examples/hello.py"]
    assert (artifact.file, artifact.handler) == ("hello.zip", "examples.hello.handler")
