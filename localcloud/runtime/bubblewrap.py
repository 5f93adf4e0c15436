"""Gives a function AWS's paths (/var/task, /opt, a /tmp of its own) with bubblewrap, where that works."""

import functools
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

TASK, OPT, TEMPORARY = "/var/task", "/opt", "/tmp"  # noqa: S108 # inside the sandbox
SYSTEM = ("/usr", "/etc", "/lib", "/lib64", "/bin")


@functools.cache
def works() -> bool:
    """Whether `bwrap` is installed and may make namespaces (containers and some kernels forbid it)."""
    if _program() is None:
        return False
    probe = [*_system(), "--", "/usr/bin/env", "true"]
    try:
        return subprocess.run(probe, capture_output=True, timeout=5, check=False).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False


def arguments(python: Path, code: Path, layers: Path | None, scratch: Path, readable: Sequence[Path]) -> list[str]:
    """The command line up to the program: code and layers read-only, everything else of the host out of sight."""
    interpreter = {python.parent.parent, python.resolve().parent.parent}
    seen = [argument for path in (*sorted(interpreter), *readable) for argument in ("--ro-bind", str(path), str(path))]
    opt = ["--ro-bind", str(layers), OPT] if layers else ["--dir", OPT]
    return [*_system(), "--bind", str(scratch), TEMPORARY, *seen, "--ro-bind", str(code), TASK, *opt,
            "--chdir", TASK, "--"]  # fmt: skip


@functools.cache
def _program() -> str | None:
    return shutil.which("bwrap")  # whole, since the function's PATH is another


def _system() -> list[str]:
    isolation = [
        _program() or "bwrap",
        "--unshare-pid",
        "--unshare-ipc",
        "--die-with-parent",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            isolation += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            isolation += ["--ro-bind", str(path), str(path)]
    return isolation
