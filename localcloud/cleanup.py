"""Removes what a cloud that has ended leaves in its directory; the log stays."""

import shutil
from pathlib import Path

from localcloud.settings import SANDBOXES, STATE


def clear(directory: Path) -> None:
    for name in (SANDBOXES, "code", "tmp", "tls"):
        shutil.rmtree(directory / name, ignore_errors=True)
    (directory / STATE).unlink(missing_ok=True)
