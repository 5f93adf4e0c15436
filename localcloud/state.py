"""The files of a local cloud's directory: its log, its lock and the state that a running cloud publishes."""

import dataclasses
import fcntl
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

STATE = "cloud.json"
LOCK = "lock"
LOG = "log"
SANDBOXES = "sandboxes"
CODE = "code"
TEMPORARY = "tmp"
TLS = "tls"


@dataclass(frozen=True)
class State:
    """The address and keys of a running cloud.

    The keys belong to an IAM user who may do everything that no resource policy denies.
    """

    pid: int
    port: int
    region: str
    certificate: str
    access_key: str
    secret_key: str

    @property
    def endpoint(self) -> str:
        """The URL of every AWS service of the cloud."""
        return f"https://127.0.0.1:{self.port}"

    def to_json(self) -> str:
        """Return the state as JSON text."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def load(cls, directory: Path) -> "State":
        """Return the state that the cloud in `directory` has written.

        Raises:
            OSError, ValueError, TypeError: The file does not exist or is incomplete.
        """
        return cls(**json.loads((directory / STATE).read_text()))


def is_locked(directory: Path) -> bool:
    """Return whether a server runs in `directory`.

    A server holds the lock for its whole life and the kernel releases it when the process ends, so a stale file
    never counts as a running cloud.
    """
    try:
        with (directory / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def remove_files(directory: Path) -> None:
    """Remove what a stopped cloud has left in `directory`; the log stays."""
    for name in (SANDBOXES, CODE, TEMPORARY, TLS):
        shutil.rmtree(directory / name, ignore_errors=True)
    (directory / STATE).unlink(missing_ok=True)
