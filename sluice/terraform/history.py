"""The versions of an environment's state that S3 keeps."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import boto3

from sluice.terraform.state_location import Place

_AT_ONCE = 8  # that are read, each whole


@dataclass(frozen=True)
class Version:
    """One of them, unread; what S3 tells of it: a deletion is a version, too, in which there is nothing."""

    id: str
    written: datetime
    current: bool
    deletion: bool


@dataclass(frozen=True)
class Summary:
    """What a version holds: the state's serial, and how many resources, data left out."""

    serial: int
    resources: int

    @classmethod
    def of(cls, state: dict[str, Any]) -> Self:
        managed = [resource for resource in state["resources"] if resource["mode"] == "managed"]
        return cls(int(state["serial"]), sum(len(resource["instances"]) for resource in managed))


class History:
    """The state under a key of a bucket, as it is and was."""

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self.s3, self.bucket, self.key = s3, bucket, key

    @classmethod
    def of(cls, environment: str) -> Self:
        place = Place.of(environment)
        return cls(boto3.client("s3", region_name=place.region), place.bucket, place.keys[environment])

    def versions(self) -> list[Version]:
        """All of them, the newest first."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=self.key)
        found = [
            Version(entry["VersionId"], entry["LastModified"], entry["IsLatest"], kind == "DeleteMarkers")
            for page in pages
            for kind in ("Versions", "DeleteMarkers")
            for entry in page.get(kind, [])
            if entry["Key"] == self.key
        ]
        return sorted(found, key=lambda version: (version.current, version.written), reverse=True)

    def state(self, version: Version) -> dict[str, Any] | None:
        """What Terraform wrote; None when that is no state."""
        if version.deletion:
            return None
        found = self.s3.get_object(Bucket=self.bucket, Key=self.key, VersionId=version.id)
        try:
            state = json.loads(found["Body"].read())
        except ValueError:
            return None
        return state if isinstance(state, dict) and {"serial", "lineage", "resources"} <= state.keys() else None

    def summaries(self, versions: Iterable[Version]) -> Iterator[Summary | None]:
        """What each of them holds, in their order; None of one that holds no state."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(self._summary, versions)

    def _summary(self, version: Version) -> Summary | None:
        state = self.state(version)
        return None if state is None else Summary.of(state)
