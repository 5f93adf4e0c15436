"""Where the local cloud lies, and the interpreters that it needs, or what is missing of them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIRECTORY = ROOT / "build" / "out" / "cloud"  # of the cloud that `make up` starts


class CloudError(Exception):
    """A sentence for the user: what is wrong and what to do."""


def interpreter(name: str) -> Path:
    """The Python of the environment build/venv/`name`; CloudError when it is not there."""
    python = ROOT / "build" / "venv" / name / "bin" / "python"
    if not python.exists():
        lock = f"build/requirements/{name}.lock"
        raise CloudError(f"The environment build/venv/{name} is missing: `make up` makes it from {lock}.")
    return python
