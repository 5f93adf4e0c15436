"""A layer's zip: what its lock installs for the target, less what its recipe leaves out."""

import hashlib
import json
import shutil
import tempfile
import zlib
from pathlib import Path

from build.package import system
from build.package.archive import archive
from build.package.artifact import Artifact, artifact, replace
from build.package.install import install
from build.package.recipe import Recipe
from build.package.target import Target

_MAKERS = sorted(Path(__file__).parent.glob("*.py"))  # the code that decides a layer's bytes, and a little more


def package_layer(recipe: Recipe, lock: Path, target: Target, folder: Path) -> Artifact:
    """The zip of the layer, to be kept in `folder`; built only if its inputs, or the zip that is there, changed."""
    inputs = _inputs(lock, target)
    path = folder / f"{recipe.name}.zip"
    kept = _kept(path, inputs)
    if kept is not None:
        return kept
    for left in folder.glob(f".{recipe.name}.tree.*"):
        shutil.rmtree(left, ignore_errors=True)
    # A new name each time: the uv of a build that was killed may still be writing into its own.
    tree = Path(tempfile.mkdtemp(prefix=f".{recipe.name}.tree.", dir=folder))
    try:
        install(lock, target, tree)
        files = contents(tree, recipe)
        system.check(files, target)
        packed = archive({f"python/{name}": data for name, data in files.items()})
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    built = artifact(path, packed.data, packed.unzipped_bytes)
    facts = {
        "inputs": inputs,
        "sha256": built.sha256,
        "bytes": built.zipped_bytes,
        "unzipped_bytes": built.unzipped_bytes,
    }
    replace(_stamp(path), json.dumps(facts).encode())
    return built


def contents(tree: Path, recipe: Recipe) -> dict[str, bytes]:
    """The installed files that the recipe keeps, by their path in the layer's python/."""
    files = {file.relative_to(tree).as_posix(): file for file in tree.rglob("*") if file.is_file()}
    return {name: file.read_bytes() for name, file in files.items() if recipe.keeps(name)}


def _inputs(lock: Path, target: Target) -> str:
    digest = hashlib.sha256(f"{target} {zlib.ZLIB_RUNTIME_VERSION}".encode())
    for file in (lock, lock.with_suffix(".toml"), *_MAKERS):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _kept(path: Path, inputs: str) -> Artifact | None:
    try:
        facts = json.loads(_stamp(path).read_bytes())
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if (facts["inputs"], facts["sha256"]) != (inputs, sha256):
            return None
        return Artifact(path.name, sha256, facts["bytes"], facts["unzipped_bytes"], None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _stamp(path: Path) -> Path:
    return path.with_name(f".{path.stem}.stamp")
