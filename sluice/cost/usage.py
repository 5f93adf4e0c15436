"""Usage: the resources that an image takes, and those that an environment keeps."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.cores import MEGABYTES_PER_CORE

_RECORDED = tomllib.loads(Path(__file__).with_name("recorded.toml").read_text())
UTILIZATION: float = _RECORDED["alternatives"]["utilization"]


@dataclass(frozen=True)
class Usage:
    """The resources that an image takes in one environment, or with one network.

    Attributes:
        name: The environment or the network.
        seconds: Seconds of the function.
        memory: Memory of the function in MB.
        batch: Images in a batch.
        log_bytes: Bytes of log lines.
        traced: Share of the images that X-Ray traces, from 0 to 1.
        log_days: Days that logs are kept.
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
        """Seconds of one core, which Lambda provides for 1,769 MB."""
        return self.seconds * self.memory / MEGABYTES_PER_CORE


@dataclass(frozen=True)
class FixedResources:
    """The resources that an environment keeps, with or without images."""

    metrics: int
    alarms: int
    dashboards: int
    bucket_gb: float


def recorded_usages(**changes: Any) -> Sequence[Usage]:
    """Return the usage of the benchmark's networks. Keyword arguments replace attributes of all of them."""
    return [Usage(**{"name": name, "seconds": seconds} | changes) for name, seconds in _RECORDED["seconds"].items()]


def recorded_resources(**changes: Any) -> FixedResources:
    """Return the fixed resources of a new environment. Keyword arguments replace attributes."""
    return FixedResources(**_RECORDED["month"] | changes)
