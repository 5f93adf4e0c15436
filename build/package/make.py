"""The sentence: package every function and every layer, check them, and only then put them in place."""

import fcntl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from build.package import compiler
from build.package.artifact import Artifact, replace
from build.package.error import PackageError
from build.package.function import functions, package_function
from build.package.layer import kept, package_layer
from build.package.manifest import Build, check, manifest
from build.package.recipe import Recipe
from build.package.target import Target

MANIFEST = "manifest.json"


def make(target: Target, sources: Path, layers: Path, out: Path, engines: Collection[str] = ()) -> Build:
    """Package the handlers of `sources` and the recipes of `layers` into out/<target>. Raises PackageError.

    Of the layers with an engine those of `engines` are made (all, when it names none) and the others kept if they are
    there and fit; one whose wheels do not exist for `target` is left out.
    Whatever fails or interrupts it before the end leaves the artifacts of the last build in place.
    """
    recipes = _recipes(layers, target, engines)
    folder = out / str(target)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        build = Build(
            target,
            {name: package_function(sources, name, folder) for name in functions(sources)},
            dict(_layers(recipes, layers, target, folder, engines)),
            {recipe.name: recipe.engine for recipe in recipes if recipe.engine is not None},
        )
        check(build)
        for artifact in build.artifacts():
            if artifact.data is not None:
                replace(folder / artifact.file, artifact.data)
        if not (folder / MANIFEST).is_file() or (folder / MANIFEST).read_bytes() != manifest(build):
            replace(folder / MANIFEST, manifest(build))
        for gone in {file.name for file in folder.glob("*.zip")} - {artifact.file for artifact in build.artifacts()}:
            (folder / gone).unlink()
    return build


def _recipes(layers: Path, target: Target, engines: Collection[str]) -> list[Recipe]:
    """The recipes of the layers that there can be. Raises PackageError when an engine has none."""
    recipes = [Recipe.read(path) for path in sorted(layers.glob("*.toml"))]
    known = {recipe.engine: recipe for recipe in recipes if recipe.engine is not None}
    for engine in engines:
        if engine not in known:
            raise PackageError(f"Engine {engine!r} has no layer in {layers}: choose {' or '.join(sorted(known))}.")
        if not known[engine].fits(target):
            raise PackageError(
                f"The layer of engine {engine!r} has no wheels for Python {target.python}: "
                f"build for Python {known[engine].newest_python} or older."
            )
    return [recipe for recipe in recipes if recipe.fits(target)]


def _layers(
    recipes: list[Recipe], layers: Path, target: Target, folder: Path, engines: Collection[str]
) -> Iterator[tuple[str, Artifact]]:
    python = compiler.find(target.python)
    for recipe in recipes:
        compiles = python if recipe.uncompiled is None else None
        asked = not engines or recipe.engine is None or recipe.engine in engines
        lock = layers / f"{recipe.name}.lock"
        layer = (package_layer if asked else kept)(recipe, lock, target, folder, compiles)
        if layer is not None:
            yield recipe.name, layer


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two builds of one target take turns; the lock goes with its process, however that ends."""
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
