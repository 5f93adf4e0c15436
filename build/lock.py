"""Lock dependencies: each .in file of build/requirements and build/layers gets a .lock, for all platforms, with hashes.

Run from the repository root. Locked versions that still satisfy the .in file stay, unless `--upgrade` is passed:
    python -m build.lock [--upgrade]
"""

import os
import subprocess
import sys
from pathlib import Path

from build.errors import MissingUvError
from build.package.recipe import Recipe
from build.uv import find_uv

ROOT = Path(__file__).parents[1]
_OPTIONS = ["--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]


def lock(source: Path, options: list[str]) -> None:
    """Write the lock file of `source` beside it; exit with an error if uv fails.

    Args:
        source: A .in file. A layer's recipe (.toml) beside it sets the distributions to omit.
        options: Further options for `uv pip compile`.
    """
    if source.with_suffix(".toml").exists():
        recipe = Recipe.from_file(source.with_suffix(".toml"))
        options = [*options, *(f"--no-emit-package={name}" for name in recipe.omit)]
        options += ["--no-deps"] if recipe.alone else []
    path = source.with_suffix(".lock")
    name = str(path.relative_to(ROOT))
    before, times = (path.read_bytes(), path.stat()) if path.exists() else (None, None)
    command = [find_uv(), "pip", "compile", *_OPTIONS, *options, str(source.relative_to(ROOT)), "--output-file", name]
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:  # noqa: S603 - no user input
        sys.exit(f"Cannot write {name}: see uv's error above.")
    if times is not None and path.read_bytes() == before:
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # a newer time would make `make` reinstall
    else:
        print(f"{name} changed")


def main() -> None:
    """Lock all .in files."""
    try:
        for folder in ("layers", "requirements"):
            for source in sorted((ROOT / "build" / folder).glob("*.in")):
                lock(source, sys.argv[1:])
    except MissingUvError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
