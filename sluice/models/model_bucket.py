"""What lies at a version's address in a model bucket, held against the hashes that the address pins."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from build.bundle import MANIFEST
from sluice.models.versions import Version

_PIECE = 1 << 20


@dataclass(frozen=True)
class File:
    """A bundle's file: its SHA-256 in hex, and the newest version of the object that has it; None: S3 keeps no such."""

    sha256: str
    version: str | None
    latest: bool

    @property
    def sound(self) -> bool:
        """Whether who reads the object now gets the right bytes."""
        return self.version is not None and self.latest


def look(s3: Any, bucket: str, version: Version, manifest: bytes | None = None) -> dict[str, File]:
    """Each file of the version by its name, the manifest last; objects of which S3 knows no SHA-256 are read.

    Without the `manifest`, and with none that is sound in the bucket, nobody knows of the other files.
    """
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=version.folder)
    entries = [entry for page in pages for entry in page.get("Versions", [])]  # of each key the newest first

    def file(name: str, sha256: str, size: int | None = None) -> File:
        for entry in entries:
            key, kept, latest = entry["Key"], entry["VersionId"], entry["IsLatest"]
            fits = key == version.folder + name and size in (None, entry["Size"])
            if fits and _sha256(s3, _where(bucket, key, kept, latest=latest)) == sha256:
                return File(sha256, kept, latest)
        return File(sha256, None, latest=False)

    about = file(MANIFEST, version.hash)
    if about.version is not None:
        where = _where(bucket, version.folder + MANIFEST, about.version, latest=about.latest)
        manifest = s3.get_object(**where)["Body"].read()
    pins = json.loads(manifest).get("files", {}) if manifest else {}
    return {name: file(name, pin["sha256"], pin["bytes"]) for name, pin in pins.items()} | {MANIFEST: about}


def bring_back(s3: Any, bucket: str, key: str, version: str) -> None:
    """Copy an older version of an object over the newest, which S3 then keeps as an older one."""
    s3.copy_object(
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": key, "VersionId": version},
        ChecksumAlgorithm="SHA256",
        TaggingDirective="REPLACE",  # copying tags needs one more permission; what Terraform keeps, it tags again
    )


def _where(bucket: str, key: str, version: str, *, latest: bool) -> dict[str, str]:
    """How to ask for an object; an older version by its id, which needs s3:GetObjectVersion."""
    return {"Bucket": bucket, "Key": key} | ({} if latest else {"VersionId": version})


def _sha256(s3: Any, where: Mapping[str, str]) -> str:
    """Of an object's bytes, in hex. S3 has computed it, but for an upload in parts (then it ends in -2), or without."""
    told = s3.head_object(**where, ChecksumMode="ENABLED").get("ChecksumSHA256", "-")
    if "-" not in told:
        return base64.b64decode(told).hex()
    digest = hashlib.sha256()
    for piece in s3.get_object(**where)["Body"].iter_chunks(_PIECE):
        digest.update(piece)
    return digest.hexdigest()
