"""Build all functions and layers of a target: package, check, and only then replace the last build."""

import fcntl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from build.errors import PackageError
from build.package.artifacts import MANIFEST, Artifact, Build, check_sizes, render_manifest, replace_file
from build.package.bytecode import Compiler, find_compiler
from build.package.functions import list_functions, package_function
from build.package.layers import load_layer, package_layer
from build.package.recipe import Recipe
from build.package.target import Target


def build_all(target: Target, sources: Path, layers: Path, out: Path, engines: Collection[str] = ()) -> Build:
    """Build the functions of `sources` and the layers of `layers` into out/<target>.

    A failure or an interruption leaves the artifacts of the last build in place. Files that did not change are not
    written again. A layer without wheels for `target` is left out.

    Args:
        target: The platform to build for.
        sources: The folder of the handler packages.
        layers: The folder of the layers' recipes (.toml) and locks (.lock).
        out: The folder of all targets' artifacts.
        engines: The engines to build layers of; layers of others are kept if they are up to date. Empty for all.

    Raises:
        PackageError: An artifact cannot be packaged or is too large.
    """
    recipes = _load_recipes(layers, target, engines)
    compiler = find_compiler(target.python)
    folder = out / str(target)
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        functions = {name: package_function(sources, name, folder) for name in list_functions(sources)}
        packaged = dict(_package_layers(recipes, layers, target, folder, engines, compiler))
        build = Build(
            target,
            functions,
            packaged,
            {recipe.name: recipe.engine for recipe in recipes if recipe.engine is not None},
            compiler.version if compiler is not None else None,
        )
        check_sizes(build)
        for artifact in build.artifacts():
            if artifact.data is not None:
                replace_file(folder / artifact.file, artifact.data)
        manifest = folder / MANIFEST
        if not manifest.is_file() or manifest.read_bytes() != render_manifest(build):
            replace_file(manifest, render_manifest(build))
        for name in {file.name for file in folder.glob("*.zip")} - {artifact.file for artifact in build.artifacts()}:
            (folder / name).unlink()
    return build


def _load_recipes(layers: Path, target: Target, engines: Collection[str]) -> list[Recipe]:
    recipes = [Recipe.from_file(path) for path in sorted(layers.glob("*.toml"))]
    known = {recipe.engine: recipe for recipe in recipes if recipe.engine is not None}
    for engine in engines:
        if engine not in known:
            raise PackageError(f"Engine {engine!r} has no layer in {layers}: choose {' or '.join(sorted(known))}.")
        if not known[engine].supports(target):
            raise PackageError(
                f"The layer of engine {engine!r} has no wheels for Python {target.python}: "
                f"build for Python {known[engine].newest_python} or older."
            )
    return [recipe for recipe in recipes if recipe.supports(target)]


def _package_layers(
    recipes: list[Recipe],
    layers: Path,
    target: Target,
    folder: Path,
    engines: Collection[str],
    compiler: Compiler | None,
) -> Iterator[tuple[str, Artifact]]:
    for recipe in recipes:
        requested = not engines or recipe.engine is None or recipe.engine in engines
        lock = layers / f"{recipe.name}.lock"
        layer = (package_layer if requested else load_layer)(
            recipe, lock, target, folder, compiler if recipe.uncompiled is None else None
        )
        if layer is not None:
            yield recipe.name, layer


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Serialize builds of one target. The operating system releases the lock when the process ends."""
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
