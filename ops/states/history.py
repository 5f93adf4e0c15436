"""The versions of an environment's state that S3 keeps."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import boto3

from ops.states.place import Place

_SHOWN = 20  # each is read whole


@dataclass(frozen=True)
class Version:
    """One of them; `state` is what Terraform wrote, None when that is no state or the version is a deletion."""

    id: str
    written: datetime
    current: bool
    state: dict[str, Any] | None

    @property
    def serial(self) -> int:
        return -1 if self.state is None else int(self.state["serial"])

    @property
    def lineage(self) -> str:
        return "" if self.state is None else str(self.state["lineage"])

    @property
    def resources(self) -> int:
        """How many there are, data left out."""
        found = [] if self.state is None else self.state["resources"]
        return sum(len(resource["instances"]) for resource in found if resource["mode"] == "managed")


class History:
    """The state under a key of a bucket, as it is and was."""

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self.s3, self.bucket, self.key = s3, bucket, key

    @classmethod
    def of(cls, environment: str) -> Self:
        place = Place.of(environment)
        return cls(boto3.client("s3", region_name=place.region), place.bucket, place.keys[environment])

    def versions(self) -> list[Version]:
        """The last twenty, the newest first."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=self.key)
        written = [
            (entry, kind == "Versions")
            for page in pages
            for kind in ("Versions", "DeleteMarkers")
            for entry in page.get(kind, [])
            if entry["Key"] == self.key
        ]
        written.sort(key=lambda one: (one[0]["IsLatest"], one[0]["LastModified"]), reverse=True)
        return [
            Version(entry["VersionId"], entry["LastModified"], entry["IsLatest"], self._read(entry) if kept else None)
            for entry, kept in written[:_SHOWN]
        ]

    def _read(self, entry: dict[str, Any]) -> dict[str, Any] | None:
        found = self.s3.get_object(Bucket=self.bucket, Key=self.key, VersionId=entry["VersionId"])
        try:
            state = json.loads(found["Body"].read())
        except ValueError:
            return None
        return state if isinstance(state, dict) and {"serial", "lineage", "resources"} <= state.keys() else None
