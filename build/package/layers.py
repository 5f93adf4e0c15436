"""Layer zips: the distributions of a lock file, installed for the target and trimmed by the layer's recipe."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import zstandard

from build.errors import MissingUvError, PackageError
from build.package.archive import compress_frames, create_zip
from build.package.artifacts import Artifact, replace_file
from build.package.bytecode import Compiler, compile_files
from build.package.recipe import Recipe
from build.package.shared_libraries import check_requirements, strip_library
from build.package.target import Target
from build.uv import find_uv

# A change to any file of this package rebuilds all layers, because most of them affect a layer's bytes.
_SOURCES = sorted(Path(__file__).parent.glob("*.py"))


def package_layer(recipe: Recipe, lock: Path, target: Target, folder: Path, compiler: Compiler | None) -> Artifact:
    """Package a layer for `folder`, unless the zip there is up to date.

    Args:
        recipe: The layer's recipe.
        lock: The layer's lock file; the recipe is beside it.
        target: The platform to install wheels for.
        folder: The output folder. Receives a stamp file with a hash of the layer's inputs, but not the zip.
        compiler: The Python that compiles the layer's files; None to package sources only.

    Raises:
        PackageError: A wheel cannot be installed, or Lambda cannot load it.
    """
    up_to_date = load_layer(recipe, lock, target, folder, compiler)
    if up_to_date is not None:
        return up_to_date
    for leftover in folder.glob(f".{recipe.name}.tree.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # A new name each time: uv of a build that was killed may still write into the old folder.
    tree = Path(tempfile.mkdtemp(prefix=f".{recipe.name}.tree.", dir=folder))
    try:
        install_wheels(lock, target, tree)
        files = select_files(tree, recipe)
        check_requirements(files, target)
        bytecode = compile_files(files, compiler) if compiler is not None else {}
        contents = {**compress_libraries(files, recipe), **bytecode}
        archive = create_zip({f"python/{name}": data for name, data in contents.items()})
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    path = folder / f"{recipe.name}.zip"
    artifact = Artifact.from_data(path, archive.data, archive.unzipped_bytes, compiled=compiler is not None)
    stamp = {
        "inputs": _hash_inputs(lock, target, compiler),
        "sha256": artifact.sha256,
        "bytes": artifact.zipped_bytes,
        "unzipped_bytes": artifact.unzipped_bytes,
    }
    replace_file(_stamp_path(path), json.dumps(stamp).encode())
    return artifact


def load_layer(recipe: Recipe, lock: Path, target: Target, folder: Path, compiler: Compiler | None) -> Artifact | None:
    """Return the layer that is in `folder`; None if it is missing, damaged or was built from other inputs.

    The whole zip is hashed, which takes a fraction of a second: size and time do not prove that it is intact.
    """
    path = folder / f"{recipe.name}.zip"
    try:
        stamp = json.loads(_stamp_path(path).read_bytes())
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if (stamp["inputs"], stamp["sha256"]) != (_hash_inputs(lock, target, compiler), sha256):
            return None
        return Artifact(path.name, sha256, stamp["bytes"], stamp["unzipped_bytes"], None, compiler is not None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def install_wheels(lock: Path, target: Target, folder: Path) -> None:
    """Install the distributions of a lock file into `folder`, with their hashes verified.

    Treat the files as read-only: where the file system allows it they are hard links to uv's cache, because copying a
    gigabyte takes long.

    Raises:
        PackageError: uv is missing or fails; the message includes uv's error.
    """
    try:
        uv = find_uv()
    except MissingUvError as error:
        raise PackageError(str(error)) from None
    command = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder)]
    command += ["--python-platform", target.platform, "--python-version", target.python, "--only-binary", ":all:"]
    command += ["--require-hashes", "--no-deps", "--link-mode", "hardlink", "--no-compile-bytecode", "-r", str(lock)]
    environment = {**os.environ, "UV_PYTHON_PREFERENCE": "only-system", "NO_COLOR": "1"}
    process = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603 - no user input
    if process.returncode:
        reason = " ".join(process.stderr.split()).rstrip(".") or f"exit code {process.returncode}"
        raise PackageError(
            f"Cannot install the wheels of {lock.name} for {target}: uv reports: {reason}. "
            "If uv cannot reach its index, connect or set UV_DEFAULT_INDEX, and build again."
        )


def select_files(tree: Path, recipe: Recipe) -> dict[str, bytes | bytearray]:
    """Return the installed files that the recipe keeps, by path, with the shared libraries that it names stripped.

    Raises:
        PackageError: A library to compress is not installed or cannot be stripped.
    """
    files = {file.relative_to(tree).as_posix(): file for file in tree.rglob("*") if file.is_file()}
    missing = sorted(recipe.pack.keys() - files.keys())
    if missing:
        raise PackageError(f"{missing[0]} is not in any wheel of {recipe.name}.lock: fix [pack] in {recipe.name}.toml.")
    return {
        name: strip_library(file) if recipe.strips(name) else file.read_bytes()
        for name, file in files.items()
        if recipe.keeps(name)
    }


def compress_libraries(files: Mapping[str, bytes | bytearray], recipe: Recipe) -> dict[str, bytes | bytearray]:
    """Return `files` with the libraries that the recipe packs compressed, under their new paths."""
    return {
        recipe.pack.get(name, name): compress_frames(data) if name in recipe.pack else data
        for name, data in files.items()
    }


def _hash_inputs(lock: Path, target: Target, compiler: Compiler | None) -> str:
    python = compiler.version if compiler is not None else "not compiled"
    digest = hashlib.sha256(f"{target} {python} {zlib.ZLIB_RUNTIME_VERSION} {zstandard.ZSTD_VERSION}".encode())
    for file in (lock, lock.with_suffix(".toml"), *_SOURCES):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _stamp_path(zip_path: Path) -> Path:
    return zip_path.with_name(f".{zip_path.stem}.stamp")
