"""Brings a bundle into a model bucket, or back into it, so that Terraform can move to it from any machine."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from build import bundle
from build.bundle import MANIFEST
from ops import versions
from ops.versions import Version, VersionError

_KEY = re.compile(rf"([a-z][a-z0-9-]*)/([0-9a-f]{{64}})/{re.escape(MANIFEST)}")
_TYPES = {".json": "application/json"}  # which Terraform reads; it refuses others


def meant(s3: Any, bucket: str | None, asked: str, here: Mapping[Version, Path]) -> tuple[Version, Path | None]:
    """The version that a bundle's folder, or name@ and the first digits of a hash, means; and its folder, if any.

    `here` are the bundles of this machine. Raises BundleError for a folder that is no sound bundle, and VersionError
    when nothing or several of here and the bucket begin so.
    """
    if (Path(asked) / MANIFEST).is_file():
        return versions.of(Path(asked)), Path(asked)
    kept = set(_kept(s3, bucket, versions.name(asked))) if bucket else set()
    version = versions.find(asked, kept | here.keys())
    return version, here.get(version)


def publish(s3: Any, bucket: str, asked: str, here: Mapping[Version, Path]) -> tuple[Version, str]:
    """See to it that a version lies whole in the bucket; which one (see `meant`), and a sentence of what was to do."""
    version, folder = meant(s3, bucket, asked, here)
    if _whole(s3, bucket, version):
        return version, f"{version} lies in s3://{bucket} already."
    _bring_back(s3, bucket, version)
    if _whole(s3, bucket, version):
        return version, f"{version} had been deleted from s3://{bucket} and is back."
    if folder is None:
        there = {*_kept(s3, bucket, version.name), *(one for one in here if one.name == version.name)} - {version}
        raise VersionError(
            f"{version} is neither in s3://{bucket} nor in a folder of models/. Of that name there are:"
            f"{versions.listed(there)}"
        )
    pins = bundle.verify(folder)["files"]
    _upload(s3, bucket, version, folder, {file: pin["sha256"] for file, pin in pins.items()})
    return version, f"{version} was uploaded to s3://{bucket} from {folder}."


def _kept(s3: Any, bucket: str, name: str) -> Iterator[Version]:
    """The versions of a model whose manifests are in the bucket, or can be brought back."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"{name}/"):
        for entry in page.get("Versions", []):
            if match := _KEY.fullmatch(entry["Key"]):
                yield Version(match[1], match[2])


def _whole(s3: Any, bucket: str, version: Version) -> bool:
    """Whether the manifest is there, and each file that it pins in the right size; functions check the content."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=version.folder)
    sizes = {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}
    if version.folder + MANIFEST not in sizes:
        return False
    manifest = s3.get_object(Bucket=bucket, Key=version.folder + MANIFEST)["Body"].read()
    if hashlib.sha256(manifest).hexdigest() != version.hash:
        return False
    pins = json.loads(manifest)["files"]
    return all(sizes.get(version.folder + file) == pin["bytes"] for file, pin in pins.items())


def _bring_back(s3: Any, bucket: str, version: Version) -> None:
    """Delete the markers that hide the bundle's objects, the manifest's last; an object deleted twice has two."""
    while True:
        pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=version.folder))
        kept = {entry["Key"] for page in pages for entry in page.get("Versions", [])}
        markers = [entry for page in pages for entry in page.get("DeleteMarkers", []) if entry["IsLatest"]]
        hiding = sorted((marker for marker in markers if marker["Key"] in kept), key=_manifest_last)
        if not hiding:
            return
        for marker in hiding:
            s3.delete_object(Bucket=bucket, Key=marker["Key"], VersionId=marker["VersionId"])


def _upload(s3: Any, bucket: str, version: Version, folder: Path, pins: Mapping[str, str]) -> None:
    """Every file with its pin, a SHA-256 that S3 checks; the manifest last, as the version is there once that is."""
    for name, sha256 in [*pins.items(), (MANIFEST, version.hash)]:
        with (folder / name).open("rb") as body:
            s3.put_object(
                Bucket=bucket,
                Key=version.folder + name,
                Body=body,
                ContentType=_TYPES.get(Path(name).suffix, "application/octet-stream"),
                ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
            )


def _manifest_last(marker: Mapping[str, Any]) -> bool:
    return str(marker["Key"]).endswith(f"/{MANIFEST}")
