"""The sentence: package every function and every layer, check them, and only then put them in place."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from build.package.artifact import replace
from build.package.function import functions, package_function
from build.package.layer import package_layer
from build.package.manifest import Build, check, manifest
from build.package.recipe import Recipe
from build.package.target import Target

MANIFEST = "manifest.json"


def make(target: Target, sources: Path, layers: Path, out: Path) -> Build:
    """Package the handlers of `sources` and the recipes of `layers` into out/<target>. Raises PackageError.

    Whatever fails or interrupts it before the end leaves the artifacts of the last build in place.
    """
    folder = out / str(target)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        recipes = [Recipe.read(path) for path in sorted(layers.glob("*.toml"))]
        build = Build(
            target,
            {name: package_function(sources, name, folder) for name in functions(sources)},
            {recipe.name: package_layer(recipe, layers / f"{recipe.name}.lock", target, folder) for recipe in recipes},
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


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two builds of one target take turns; the lock goes with its process, however that ends."""
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
