"""A function's zip: its handler and the project modules that the handler imports, nothing else."""

import ast
from pathlib import Path

from build.package.archive import archive
from build.package.artifact import Artifact, artifact
from build.package.error import PackageError
from build.package.imports import needed, parse

PACKAGES = ("handlers", "examples")
ENTRY = "handler"


def functions(sources: Path) -> list[str]:
    """List the functions in `sources`: each module of a handler package that defines `handler`.

    Returns:
        The names of the modules, sorted.

    Raises:
        PackageError: No module defines a handler, or two packages have one of the same name.
    """
    files = [file for package in PACKAGES for file in (sources / package).glob("*.py")]
    names = sorted(file.stem for file in files if ENTRY in _defined(parse(file)))
    if not names:
        raise PackageError(f"No module in {sources / PACKAGES[0]} defines {ENTRY}: there is no function to package.")
    if repeated := {name for name in names if names.count(name) > 1}:
        raise PackageError(f"Two packages define the function {min(repeated)!r}: rename one of the modules.")
    return names


def module_of(sources: Path, name: str) -> str:
    """Return the dotted module of function `name`, for example handlers.worker."""
    package = next(package for package in PACKAGES if (sources / package / f"{name}.py").is_file())
    return f"{package}.{name}"


def package_function(sources: Path, name: str, folder: Path) -> Artifact:
    """Package function `name` as a zip in `folder`."""
    module = module_of(sources, name)
    files = needed(sources, module)
    packed = archive({file.relative_to(sources).as_posix(): file.read_bytes() for file in files})
    return artifact(folder / f"{name}.zip", packed.data, packed.unzipped_bytes, handler=f"{module}.{ENTRY}")


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
