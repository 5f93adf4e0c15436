"""What images take: measured in an environment, recorded by the benchmark, or given."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.cores import MEGABYTES_PER_CORE

_RECORDED = tomllib.loads(Path(__file__).with_name("recorded.toml").read_text())
UTILISATION: float = _RECORDED["alternatives"]["utilisation"]


@dataclass(frozen=True)
class Usage:
    """What an image takes of a function of `memory` MB: seconds of it, log bytes, and its share of a batch and a trace.

    `name` says whose figures these are.
    """

    name: str
    seconds: float
    memory: int = _RECORDED["memory"]
    batch: float = _RECORDED["batch"]
    log_bytes: float = _RECORDED["log_bytes"]
    traced: float = _RECORDED["traced"]
    log_days: int = _RECORDED["log_days"]

    @property
    def core_seconds(self) -> float:
        """Seconds of one core, which 1,769 MB buy."""
        return self.seconds * self.memory / MEGABYTES_PER_CORE


@dataclass(frozen=True)
class Standing:
    """What an environment keeps whether images come or not."""

    metrics: int
    alarms: int
    dashboards: int
    bucket_gb: float


def recorded(**other: Any) -> Sequence[Usage]:
    """The benchmark's networks, with other values for what is named."""
    return [Usage(**{"name": name, "seconds": seconds} | other) for name, seconds in _RECORDED["seconds"].items()]


def standing(**other: Any) -> Standing:
    """An environment as it comes, with other values for what is named."""
    return Standing(**_RECORDED["month"] | other)
