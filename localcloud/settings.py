"""Paths, Python environments, and the settings that the launcher passes to the server process."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_DIRECTORY = ROOT / "build" / "out" / "cloud"  # used by `make up`
VARIABLE = "LOCALCLOUD_SETTINGS"
API_PATH = "/_aws/execute-api/"  # ministack serves each HTTP API below this path and the API's id


class CloudError(Exception):
    """The local cloud cannot start. The message states the problem and the fix."""


def find_python(name: str) -> Path:
    """Return the interpreter of the Python environment build/venv/`name`.

    Raises:
        CloudError: The environment does not exist.
    """
    python = ROOT / "build" / "venv" / name / "bin" / "python"
    if not python.exists():
        lock = f"build/requirements/{name}.lock"
        raise CloudError(f"The environment build/venv/{name} is missing: run `make up` to create it from {lock}.")
    return python


@dataclass(frozen=True)
class Settings:
    """Settings of one server process.

    Attributes:
        directory: Where the cloud keeps its log, its state and its sandboxes.
        python: The interpreter that runs functions.
        port: Port on loopback; 0 selects a free one.
        lifeline: Stop when standard input reaches its end, which happens when the launcher ends.
        skip: Names of patches that are not applied.
    """

    directory: str
    python: str
    port: int
    lifeline: bool
    skip: tuple[str, ...]

    def to_json(self) -> str:
        """Return the settings as JSON text."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Settings":
        """Return the settings that `to_json` wrote."""
        values = json.loads(text)
        return cls(**{**values, "skip": tuple(values["skip"])})
