"""Wheels of another Python and processor, unpacked into a folder by uv."""

import os
import subprocess
import sys
from pathlib import Path

from build.package.error import PackageError
from build.package.target import Target
from build.uv import MissingUvError, uv


def install(lock: Path, target: Target, folder: Path) -> None:
    """Install exactly the lock's distributions, hashes checked, into `folder`. Raises PackageError.

    The files may only be read: where the disk allows it they are links to uv's own, since a gigabyte's copy takes long.
    """
    try:
        program = uv()
    except MissingUvError as error:
        raise PackageError(str(error)) from None
    command = [program, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder)]
    command += ["--python-platform", target.platform, "--python-version", target.python, "--only-binary", ":all:"]
    command += ["--require-hashes", "--no-deps", "--link-mode", "hardlink", "--no-compile-bytecode", "-r", str(lock)]
    environment = {**os.environ, "UV_PYTHON_PREFERENCE": "only-system", "NO_COLOR": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603 - our own words
    if done.returncode:
        said = " ".join(done.stderr.split()).rstrip(".") or f"it ended with {done.returncode}"
        raise PackageError(
            f"The wheels of {lock.name} could not be installed for {target}: uv says: {said}. "
            "If it could not reach its index: connect, or set uv's own UV_DEFAULT_INDEX, and build again."
        )
