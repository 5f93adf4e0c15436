"""Upload a model bundle to a model bucket, or repair it there, so that Terraform can deploy it from any machine."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from build import bundle
from build.bundle import MANIFEST
from sluice.models import model_bucket, versions
from sluice.models.model_bucket import StoredFile
from sluice.models.versions import Version, VersionError

_MANIFEST_KEY = re.compile(rf"([a-z][a-z0-9-]*)/([0-9a-f]{{64}})/{re.escape(MANIFEST)}")
_CONTENT_TYPES = {".json": "application/json"}  # Terraform reads the content of JSON objects, but not of binary ones


def find_version(
    s3: Any, bucket: str | None, reference: str, local: Mapping[Version, Path]
) -> tuple[Version, Path | None]:
    """Return the version that a reference names, and its folder if this machine has it.

    Args:
        s3: A boto3 client of S3.
        bucket: The model bucket; None before the first apply.
        reference: The folder of a bundle, or a name, @ and the first digits of a hash.
        local: The bundles of this machine.

    Raises:
        BundleError: If the reference is a folder with a damaged bundle.
        VersionError: If the reference does not match exactly one version of this machine or the bucket.
    """
    if (Path(reference) / MANIFEST).is_file():
        return versions.read_version(Path(reference)), Path(reference)
    stored = set(_list_versions(s3, bucket, versions.parse_model_name(reference))) if bucket else set()
    version = versions.match_version(reference, stored | local.keys())
    return version, local.get(version)


def publish_version(s3: Any, bucket: str, reference: str, local: Mapping[Version, Path]) -> tuple[Version, str]:
    """Upload a version to a model bucket if it is not there yet, and repair it if it is deleted or damaged.

    Args:
        s3: A boto3 client of S3.
        bucket: The model bucket.
        reference: The version, as for `find_version`.
        local: The bundles of this machine.

    Returns:
        The version, and a message that says what was done.

    Raises:
        BundleError, VersionError: As `find_version`.
        VersionError: If neither the bucket nor this machine has all files of the version.
    """
    version, folder = find_version(s3, bucket, reference, local)
    manifest = (folder / MANIFEST).read_bytes() if folder else None
    files = model_bucket.inspect_version(s3, bucket, version, manifest)
    if _are_intact(files):
        return version, f"{version} is already in s3://{bucket}."
    if folder is None and not all(file.object_version for file in files.values()):
        raise VersionError(_describe_missing(s3, bucket, version, files, local))
    if _remove_delete_markers(s3, bucket, version):
        files = model_bucket.inspect_version(s3, bucket, version, manifest)
    if _are_intact(files):
        return version, f"{version} had been deleted from s3://{bucket} and was restored."
    return version, _restore_files(s3, bucket, version, files, folder)


def _list_versions(s3: Any, bucket: str, name: str) -> Iterator[Version]:
    """Yield the versions of a model whose manifest is in the bucket or can be restored."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"{name}/"):
        for entry in page.get("Versions", []):
            if match := _MANIFEST_KEY.fullmatch(entry["Key"]):
                yield Version(match[1], match[2])


def _are_intact(files: Mapping[str, StoredFile]) -> bool:
    return all(file.is_intact for file in files.values())


def _describe_missing(
    s3: Any, bucket: str, version: Version, files: Mapping[str, StoredFile], local: Iterable[Version]
) -> str:
    known = {*_list_versions(s3, bucket, version.name), *(other for other in local if other.name == version.name)}
    if version not in known:
        return (
            f"{version} is neither in s3://{bucket} nor in a folder of models/. Known versions of {version.name}:"
            f"{versions.format_list(known)}"
        )
    lost = ", ".join(f"s3://{bucket}/{version.folder}{name}" for name, file in files.items() if not file.object_version)
    return (
        f"{version} is damaged, and no folder of models/ has it: {lost} is missing or does not have the pinned "
        "SHA-256, and neither has any older version of the object. Publish the folder that `make model` created from "
        f"the machine that has it, or use another version. Other versions of {version.name}:"
        f"{versions.format_list(known - {version})}"
    )


def _remove_delete_markers(s3: Any, bucket: str, version: Version) -> bool:
    """Remove the delete markers of a version, the manifest's last, and return whether there were any."""
    is_restored = False
    while True:  # an object that was deleted twice has two markers
        pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=version.folder))
        keys = {entry["Key"] for page in pages for entry in page.get("Versions", [])}
        latest = [marker for page in pages for marker in page.get("DeleteMarkers", []) if marker["IsLatest"]]
        markers = sorted((marker for marker in latest if marker["Key"] in keys), key=_is_manifest)
        if not markers:
            return is_restored
        is_restored = True
        for marker in markers:
            s3.delete_object(Bucket=bucket, Key=marker["Key"], VersionId=marker["VersionId"])


def _restore_files(s3: Any, bucket: str, version: Version, files: Mapping[str, StoredFile], folder: Path | None) -> str:
    """Restore each file from an older version of its object or from the folder, and return what was done.

    The manifest is the last of the files, since a version with a manifest counts as complete.
    """
    if folder and not all(file.object_version for file in files.values()):
        bundle.verify(folder)
    sources: dict[str, list[str]] = {}
    for name, file in files.items():
        if file.object_version and not file.is_latest:
            model_bucket.restore_object(s3, bucket, version.folder + name, file.object_version)
            sources.setdefault("an older version of the object", []).append(name)
        elif folder and not file.object_version:
            _upload(s3, bucket, version.folder + name, folder / name, file.sha256)
            sources.setdefault(str(folder), []).append(name)
    if [*sources.values()] == [[*files]] and folder:
        return f"{version} was uploaded to s3://{bucket} from {folder}."
    origins = "; ".join(f"{', '.join(names)} from {source}" for source, names in sources.items())
    return f"{version} was damaged in s3://{bucket} and was repaired: {origins}."


def _upload(s3: Any, bucket: str, key: str, file: Path, sha256: str) -> None:
    with file.open("rb") as body:
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=body,
            ContentType=_CONTENT_TYPES.get(file.suffix, "application/octet-stream"),
            ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),  # S3 verifies and stores it
        )


def _is_manifest(marker: Mapping[str, Any]) -> bool:
    return str(marker["Key"]).endswith(f"/{MANIFEST}")
