"""A layer's Python files, compiled: Lambda cannot write into /opt, so every cold start would compile them again."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from build.package.compiler import Compiler
from build.package.error import PackageError

_PROGRAM = Path(__file__).with_name("compile.py")


def compiled(files: Mapping[str, bytes | bytearray], compiler: Compiler) -> dict[str, bytes]:
    """The .pyc of each Python file in `files`, by its path beside them: numpy/__pycache__/version.cpython-313.pyc.

    Equal files and an equal version of the compiler give equal bytes. Raises PackageError.
    """
    sources = {path: bytes(files[path]).decode("latin-1") for path in sorted(files) if path.endswith(".py")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603 - our own words
        [compiler.program, "-s", "-S", "-P", "-B", "-W", "ignore", str(_PROGRAM)],
        input=json.dumps(sources),
        env=environment | {"PYTHONHASHSEED": "0"},  # whatever set the compiler walks, it has one order
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = (done.stderr.strip() or f"it ended with {done.returncode}").splitlines()[-1].rstrip(".")
        raise PackageError(
            f"{compiler.program} could not compile a layer: {said}. Mend it, or take it off the PATH, and build again."
        )
    return {path: text.encode("latin-1") for path, text in json.loads(done.stdout).items()}
