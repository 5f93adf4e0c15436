"""Function zips: each handler with the project modules that it imports, and nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

from build.errors import PackageError
from build.package.archive import create_zip
from build.package.artifacts import Artifact

PACKAGES = ("handlers", "examples")
HANDLER = "handler"


def list_functions(sources: Path) -> list[str]:
    """List the functions in `sources`: each module of a handler package that defines `handler`.

    Returns:
        The names of the modules, sorted.

    Raises:
        PackageError: No module defines a handler, or two packages have one of the same name.
    """
    files = [file for package in PACKAGES for file in (sources / package).glob("*.py")]
    names = sorted(file.stem for file in files if HANDLER in _definitions(_parse(file)))
    if not names:
        raise PackageError(f"No module in {sources / PACKAGES[0]} defines {HANDLER}: there is no function to package.")
    if repeated := {name for name in names if names.count(name) > 1}:
        raise PackageError(f"Two packages define the function {min(repeated)!r}: rename one of the modules.")
    return names


def find_module(sources: Path, name: str) -> str:
    """Return the dotted module of function `name`, for example handlers.worker.

    Raises:
        PackageError: No handler package has such a module.
    """
    for package in PACKAGES:
        if (sources / package / f"{name}.py").is_file():
            return f"{package}.{name}"
    raise PackageError(f"Function {name!r} does not exist: {' and '.join(PACKAGES)} in {sources} have no {name}.py.")


def package_function(sources: Path, name: str, folder: Path) -> Artifact:
    """Package function `name` as a zip for `folder`; nothing is written.

    Raises:
        PackageError: A module has a syntax error, or imports a project module that does not exist.
    """
    module = find_module(sources, name)
    files = find_dependencies(sources, module)
    archive = create_zip({file.relative_to(sources).as_posix(): file.read_bytes() for file in files})
    return Artifact.from_data(
        folder / f"{name}.zip", archive.data, archive.unzipped_bytes, handler=f"{module}.{HANDLER}"
    )


def find_dependencies(root: Path, module: str) -> set[Path]:
    """Find the files that a module needs, from its source: nothing is executed.

    Imports inside functions and importlib.import_module("a.literal") count. Modules that are not in `root` belong to a
    layer or to Python, and are left out.

    Args:
        root: The folder of the project's packages.
        module: A dotted name, for example handlers.worker.

    Returns:
        The module's file, those of all project modules it imports, and __init__.py of their packages.

    Raises:
        PackageError: A file has a syntax error, or a project module does not exist.
    """
    files: set[Path] = set()
    pending = [module]
    seen = set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        pending += [name.rpartition(".")[0]] if "." in name else []
        file = _file(root, name)
        if file is not None:
            files.add(file)
            pending += [imported for imported in _imports(root, name, file) if _is_project_module(root, imported)]
        elif not _folder(root, name).is_dir():
            raise PackageError(f"{module} imports {name}, but there is no such module in {root}.")
    return files


def _parse(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes())
    except SyntaxError as error:
        raise PackageError(f"{file}, line {error.lineno}, is not valid Python: {error.msg}.") from None
    except ValueError as error:
        raise PackageError(f"{file} is not valid Python: {error}.") from None


def _definitions(tree: ast.Module) -> set[str]:
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


def _imports(root: Path, name: str, file: Path) -> Iterator[str]:
    package = name.split(".") if file.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(_parse(file)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                parent = package[: len(package) - level + 1] if level else []
                source = ".".join([*parent, *([module] if module else [])])
                yield source
                # A name imported from a package is one of its modules, or defined in its __init__.py.
                yield from (f"{source}.{alias.name}" for alias in names if _is_module(root, f"{source}.{alias.name}"))
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
                args=[ast.Constant(value=str(literal)), *_],
            ):
                yield literal


def _is_project_module(root: Path, name: str) -> bool:
    return _is_module(root, name.split(".")[0])


def _is_module(root: Path, name: str) -> bool:
    return _file(root, name) is not None or _folder(root, name).is_dir()


def _file(root: Path, name: str) -> Path | None:
    folder = _folder(root, name)
    return next((file for file in (folder / "__init__.py", folder.with_suffix(".py")) if file.is_file()), None)


def _folder(root: Path, name: str) -> Path:
    return root.joinpath(*name.split("."))
