"""The versions of an environment's state that S3 keeps."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import boto3

from sluice.terraform.state_location import StateLocation

_CONCURRENT_READS = 8


@dataclass(frozen=True)
class StateVersion:
    """One version of a state object, as S3 lists it. A deletion is a version without content."""

    id: str
    written: datetime
    current: bool
    deletion: bool


@dataclass(frozen=True)
class StateSummary:
    """Content of a version: the state's serial, and its number of resources without data sources."""

    serial: int
    resources: int

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Summarize a state file's content."""
        managed = [resource for resource in state["resources"] if resource["mode"] == "managed"]
        return cls(int(state["serial"]), sum(len(resource["instances"]) for resource in managed))


class StateHistory:
    """All versions of the state under one key of a bucket."""

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self.s3, self.bucket, self.key = s3, bucket, key

    @classmethod
    def from_environment(cls, environment: str) -> Self:
        """Return the history of an environment's state. Raises SluiceError when its backend file is incomplete."""
        location = StateLocation.from_environment(environment)
        return cls(boto3.client("s3", region_name=location.region), location.bucket, location.keys[environment])

    @property
    def uri(self) -> str:
        """The state's address, s3://bucket/key."""
        return f"s3://{self.bucket}/{self.key}"

    def list_versions(self) -> list[StateVersion]:
        """Return all versions, the newest first."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=self.key)
        versions = [
            StateVersion(entry["VersionId"], entry["LastModified"], entry["IsLatest"], kind == "DeleteMarkers")
            for page in pages
            for kind in ("Versions", "DeleteMarkers")
            for entry in page.get(kind, [])
            if entry["Key"] == self.key
        ]
        return sorted(versions, key=lambda version: (version.current, version.written), reverse=True)

    def read_state(self, version: StateVersion) -> dict[str, Any] | None:
        """Return the state that Terraform wrote; None when the version holds no valid state."""
        if version.deletion:
            return None
        stored = self.s3.get_object(Bucket=self.bucket, Key=self.key, VersionId=version.id)
        try:
            state = json.loads(stored["Body"].read())
        except ValueError:
            return None
        return state if isinstance(state, dict) and {"serial", "lineage", "resources"} <= state.keys() else None

    def summarize(self, versions: Iterable[StateVersion]) -> Iterator[StateSummary | None]:
        """Yield the summary of each version in the given order; None for a version without a valid state."""
        with ThreadPoolExecutor(_CONCURRENT_READS) as pool:
            yield from pool.map(self._summarize_version, versions)

    def _summarize_version(self, version: StateVersion) -> StateSummary | None:
        state = self.read_state(version)
        return None if state is None else StateSummary.from_state(state)
