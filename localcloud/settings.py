"""What the launcher tells the server, and what the server tells everyone who looks for it."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "SLUICE_LOCAL_CLOUD"
STATE = "cloud.json"
LOCK = "lock"
LOG = "log"
API_PATH = "/_aws/execute-api/"  # ministack's, before an API's id
SANDBOXES = "sandboxes"


@dataclass(frozen=True)
class Settings:
    """How to serve.

    `port` 0 takes a free one; `lifeline`: stop when standard input ends; `skip`: patches that are not applied.
    """

    directory: str
    python: str
    port: int
    lifeline: bool
    skip: tuple[str, ...]

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Settings":
        values = json.loads(text)
        return cls(**{**values, "skip": tuple(values["skip"])})


@dataclass(frozen=True)
class State:
    """A running cloud, as written to its directory; the keys belong to a user who may do everything in it."""

    pid: int
    port: int
    region: str
    certificate: str
    access_key: str
    secret_key: str

    @property
    def endpoint(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def read(cls, directory: Path) -> "State":
        return cls(**json.loads((directory / STATE).read_text()))
