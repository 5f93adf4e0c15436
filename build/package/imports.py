"""Which of a project's modules a module needs, read from its source: nothing is run."""

import ast
from collections.abc import Iterator
from pathlib import Path

from build.package.error import PackageError


def needed(root: Path, module: str) -> set[Path]:
    """The files under `root` that `module` ("handlers.worker") imports, itself and packages' __init__.py included.

    Imports inside functions and importlib.import_module("a.literal") count; modules that are not under `root` are
    a layer's or Python's, and are left out. Raises PackageError for a syntax error or a project module that is missing.
    """
    found: set[Path] = set()
    waiting = [module]
    seen = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += [name.rpartition(".")[0]] if "." in name else []
        file = _file(root, name)
        if file is not None:
            found.add(file)
            waiting += [wanted for wanted in _imported(root, name, file) if _is_ours(root, wanted)]
        elif not _folder(root, name).is_dir():
            raise PackageError(f"{module} needs {name}, and there is no such module in {root}.")
    return found


def parse(file: Path) -> ast.Module:
    """The file's syntax tree. Raises PackageError."""
    try:
        return ast.parse(file.read_bytes())
    except SyntaxError as error:
        raise PackageError(f"{file}, line {error.lineno}, is not Python: {error.msg}.") from None
    except ValueError as error:
        raise PackageError(f"{file} is not Python: {error}.") from None


def _imported(root: Path, name: str, file: Path) -> Iterator[str]:
    package = name.split(".") if file.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(parse(file)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package[: len(package) - level + 1] if level else []
                source = ".".join([*above, *([module] if module else [])])
                yield source
                # A name taken from a package is a module of it, or something its __init__.py defines.
                yield from (f"{source}.{alias.name}" for alias in names if _is_module(root, f"{source}.{alias.name}"))
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
                args=[ast.Constant(value=str(literal)), *_],
            ):
                yield literal


def _is_ours(root: Path, name: str) -> bool:
    return _is_module(root, name.split(".")[0])


def _is_module(root: Path, name: str) -> bool:
    return _file(root, name) is not None or _folder(root, name).is_dir()


def _file(root: Path, name: str) -> Path | None:
    folder = _folder(root, name)
    return next((file for file in (folder / "__init__.py", folder.with_suffix(".py")) if file.is_file()), None)


def _folder(root: Path, name: str) -> Path:
    return root.joinpath(*name.split("."))
