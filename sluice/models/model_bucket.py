"""The objects of a model version in a model bucket, compared with the hashes that the version pins."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from build.bundle import MANIFEST
from sluice.models.versions import Version

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class StoredFile:
    """A file of a bundle as it is stored in a bucket.

    Attributes:
        sha256: The SHA-256 that the bundle pins, in hex.
        object_version: The ID of the newest version of the object with this hash; None if S3 has no such version.
        is_latest: Whether this is the object's current version.
    """

    sha256: str
    object_version: str | None
    is_latest: bool

    @property
    def is_intact(self) -> bool:
        """Whether reading the object returns the right bytes."""
        return self.object_version is not None and self.is_latest


def inspect_version(s3: Any, bucket: str, version: Version, manifest: bytes | None = None) -> dict[str, StoredFile]:
    """Compare the objects of a version with the hashes in its manifest.

    Objects for which S3 has no SHA-256 are downloaded and hashed.

    Args:
        s3: A boto3 client of S3.
        bucket: The model bucket.
        version: The version.
        manifest: The manifest, for the case that the bucket does not have it.

    Returns:
        The files of the bundle by name, the manifest last; only the manifest if its content is not known.
    """
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=version.folder)
    entries = [entry for page in pages for entry in page.get("Versions", [])]  # newest first for each key

    def find_file(name: str, sha256: str, size: int | None = None) -> StoredFile:
        for entry in entries:
            key, id_, is_latest = entry["Key"], entry["VersionId"], entry["IsLatest"]
            is_candidate = key == version.folder + name and size in (None, entry["Size"])
            if is_candidate and _read_sha256(s3, _location(bucket, key, id_, is_latest=is_latest)) == sha256:
                return StoredFile(sha256, id_, is_latest)
        return StoredFile(sha256, None, is_latest=False)

    stored_manifest = find_file(MANIFEST, version.hash)
    if stored_manifest.object_version is not None:
        key = version.folder + MANIFEST
        location = _location(bucket, key, stored_manifest.object_version, is_latest=stored_manifest.is_latest)
        manifest = s3.get_object(**location)["Body"].read()
    pins = json.loads(manifest).get("files", {}) if manifest else {}
    files = {name: find_file(name, pin["sha256"], pin["bytes"]) for name, pin in pins.items()}
    return files | {MANIFEST: stored_manifest}


def restore_object(s3: Any, bucket: str, key: str, object_version: str) -> None:
    """Copy an older version of an object over the current one, which S3 keeps as an older version."""
    s3.copy_object(
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": key, "VersionId": object_version},
        ChecksumAlgorithm="SHA256",
        TaggingDirective="REPLACE",  # copying tags needs a further permission; Terraform sets the tags of its objects
    )


def _location(bucket: str, key: str, object_version: str, *, is_latest: bool) -> dict[str, str]:
    """Return the parameters that name an object; a version ID, which needs s3:GetObjectVersion, only if necessary."""
    return {"Bucket": bucket, "Key": key} | ({} if is_latest else {"VersionId": object_version})


def _read_sha256(s3: Any, location: Mapping[str, str]) -> str:
    """Return the SHA-256 of an object in hex.

    S3 does not store one of the whole object for an upload in parts (it then ends in the number of parts, such as -2),
    or if the client sent none.
    """
    checksum = s3.head_object(**location, ChecksumMode="ENABLED").get("ChecksumSHA256", "-")
    if "-" not in checksum:
        return base64.b64decode(checksum).hex()
    digest = hashlib.sha256()
    for chunk in s3.get_object(**location)["Body"].iter_chunks(_CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
