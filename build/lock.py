"""Relock: every .in file of build/requirements and build/layers becomes a .lock, for every platform, with hashes.

Run from the repository's root; versions that still fit are kept, unless `--upgrade` is given:
    python -m build.lock [--upgrade]
"""

import os
import subprocess
import sys
from pathlib import Path

from build.package.recipe import Recipe
from build.uv import MissingUvError, uv

ROOT = Path(__file__).parents[1]
_OPTIONS = ["--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]


def relock(source: Path, options: list[str]) -> None:
    """Write `source`'s lock beside it, or exit with what uv said."""
    if source.with_suffix(".toml").exists():
        recipe = Recipe.read(source.with_suffix(".toml"))
        options = [*options, *(f"--no-emit-package={name}" for name in recipe.omit)]
        options += ["--no-deps"] if recipe.alone else []
    lock = str(source.with_suffix(".lock").relative_to(ROOT))
    kept = ROOT / lock
    before, times = (kept.read_bytes(), kept.stat()) if kept.exists() else (None, None)
    command = [uv(), "pip", "compile", *_OPTIONS, *options, str(source.relative_to(ROOT)), "--output-file", lock]
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:  # noqa: S603 - our own words
        sys.exit(f"{lock} could not be made: uv's reason is above.")
    if times is not None and kept.read_bytes() == before:
        os.utime(kept, ns=(times.st_atime_ns, times.st_mtime_ns))  # or make would set up its environment again
    else:
        print(f"{lock} changed")


def main() -> None:
    """Relock all."""
    try:
        for folder in ("layers", "requirements"):
            for source in sorted((ROOT / "build" / folder).glob("*.in")):
                relock(source, sys.argv[1:])
    except MissingUvError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
