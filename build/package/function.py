"""A function's zip: its handler and the project modules that the handler imports, nothing else."""

import ast
from pathlib import Path

from build.package.archive import archive
from build.package.artifact import Artifact, artifact
from build.package.error import PackageError
from build.package.imports import needed, parse

PACKAGE = "handlers"
ENTRY = "handler"


def functions(sources: Path) -> list[str]:
    """The names of the functions in `sources`: each module of its handlers/ that defines `handler`, sorted."""
    names = [file.stem for file in sorted((sources / PACKAGE).glob("*.py")) if ENTRY in _defined(parse(file))]
    if not names:
        raise PackageError(f"No module in {sources / PACKAGE} defines {ENTRY}: there is no function to package.")
    return names


def package_function(sources: Path, name: str, folder: Path) -> Artifact:
    """The zip of function `name`, to be kept in `folder`."""
    files = needed(sources, f"{PACKAGE}.{name}")
    packed = archive({file.relative_to(sources).as_posix(): file.read_bytes() for file in files})
    return artifact(folder / f"{name}.zip", packed.data, packed.unzipped_bytes)


def _defined(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names.update(target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                names.add(name)
            case ast.ImportFrom(names=aliases):
                names.update(alias.asname or alias.name for alias in aliases)
    return names
