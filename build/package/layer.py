"""A layer's zip: what its lock installs for the target, as its recipe has it."""

import hashlib
import json
import shutil
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import zstandard

from build.package import elf, frames, system
from build.package.archive import archive
from build.package.artifact import Artifact, artifact, replace
from build.package.bytecode import compiled
from build.package.compiler import Compiler
from build.package.error import PackageError
from build.package.install import install
from build.package.recipe import Recipe
from build.package.target import Target

_MAKERS = sorted(Path(__file__).parent.glob("*.py"))  # the code that decides a layer's bytes, and a little more


def package_layer(recipe: Recipe, lock: Path, target: Target, folder: Path, compiler: Compiler | None) -> Artifact:
    """The zip of the layer, to be kept in `folder`; built only if its inputs, or the zip that is there, changed.

    Beside its Python files it holds what `compiler` makes of them, if there is one.
    """
    fitting = kept(recipe, lock, target, folder, compiler)
    if fitting is not None:
        return fitting
    for left in folder.glob(f".{recipe.name}.tree.*"):
        shutil.rmtree(left, ignore_errors=True)
    # A new name each time: the uv of a build that was killed may still be writing into its own.
    tree = Path(tempfile.mkdtemp(prefix=f".{recipe.name}.tree.", dir=folder))
    try:
        install(lock, target, tree)
        files = contents(tree, recipe)
        system.check(files, target)
        bytecode = compiled(files, compiler) if compiler is not None else {}
        packed = archive({f"python/{name}": data for name, data in {**compressed(files, recipe), **bytecode}.items()})
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    path = folder / f"{recipe.name}.zip"
    built = artifact(path, packed.data, packed.unzipped_bytes, compiled=compiler is not None)
    facts = {
        "inputs": _inputs(lock, target, compiler),
        "sha256": built.sha256,
        "bytes": built.zipped_bytes,
        "unzipped_bytes": built.unzipped_bytes,
    }
    replace(_stamp(path), json.dumps(facts).encode())
    return built


def kept(recipe: Recipe, lock: Path, target: Target, folder: Path, compiler: Compiler | None) -> Artifact | None:
    """The layer that is in `folder`, unless it is missing, damaged or made of other inputs.

    Its whole zip is read and hashed: a second's fraction for what a size and a time would only make likely.
    """
    path = folder / f"{recipe.name}.zip"
    try:
        facts = json.loads(_stamp(path).read_bytes())
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if (facts["inputs"], facts["sha256"]) != (_inputs(lock, target, compiler), sha256):
            return None
        return Artifact(path.name, sha256, facts["bytes"], facts["unzipped_bytes"], None, compiler is not None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def contents(tree: Path, recipe: Recipe) -> dict[str, bytes | bytearray]:
    """The installed files that the recipe keeps, cut where it says so, by their path in the layer's python/."""
    files = {file.relative_to(tree).as_posix(): file for file in tree.rglob("*") if file.is_file()}
    missing = sorted(recipe.pack.keys() - files.keys())
    if missing:
        raise PackageError(f"{missing[0]} is in no wheel of {recipe.name}.lock: mend [pack] in {recipe.name}.toml.")
    return {
        name: elf.cut(file) if recipe.cuts(name) else file.read_bytes()
        for name, file in files.items()
        if recipe.keeps(name)
    }


def compressed(files: Mapping[str, bytes | bytearray], recipe: Recipe) -> dict[str, bytes | bytearray]:
    """`files` with those that the recipe packs in frames, under their new paths."""
    return {
        recipe.pack.get(name, name): frames.pack(data) if name in recipe.pack else data for name, data in files.items()
    }


def _inputs(lock: Path, target: Target, compiler: Compiler | None) -> str:
    python = compiler.version if compiler is not None else "not compiled"
    digest = hashlib.sha256(f"{target} {python} {zlib.ZLIB_RUNTIME_VERSION} {zstandard.ZSTD_VERSION}".encode())
    for file in (lock, lock.with_suffix(".toml"), *_MAKERS):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _stamp(path: Path) -> Path:
    return path.with_name(f".{path.stem}.stamp")
