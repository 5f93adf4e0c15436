"""Brings a bundle into a model bucket, or back into it, so that Terraform can move to it from any machine."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from build import bundle
from build.bundle import MANIFEST
from sluice.models import model_bucket, versions
from sluice.models.model_bucket import File
from sluice.models.versions import Version, VersionError

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
    manifest = (folder / MANIFEST).read_bytes() if folder else None
    files = model_bucket.look(s3, bucket, version, manifest)
    if _whole(files):
        return version, f"{version} lies in s3://{bucket} already."
    if folder is None and not all(file.version for file in files.values()):
        raise VersionError(_lost(s3, bucket, version, files, here))
    if _undelete(s3, bucket, version):
        files = model_bucket.look(s3, bucket, version, manifest)
    if _whole(files):
        return version, f"{version} had been deleted from s3://{bucket} and is back."
    return version, _mend(s3, bucket, version, files, folder)


def _kept(s3: Any, bucket: str, name: str) -> Iterator[Version]:
    """The versions of a model whose manifests are in the bucket, or can be brought back."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"{name}/"):
        for entry in page.get("Versions", []):
            if match := _KEY.fullmatch(entry["Key"]):
                yield Version(match[1], match[2])


def _whole(files: Mapping[str, File]) -> bool:
    return all(file.sound for file in files.values())


def _lost(s3: Any, bucket: str, version: Version, files: Mapping[str, File], here: Iterable[Version]) -> str:
    """Why a version can be had from nowhere."""
    there = {*_kept(s3, bucket, version.name), *(one for one in here if one.name == version.name)}
    if version not in there:
        return (
            f"{version} is neither in s3://{bucket} nor in a folder of models/. Of that name there are:"
            f"{versions.listed(there)}"
        )
    lost = ", ".join(f"s3://{bucket}/{version.folder}{name}" for name, file in files.items() if not file.version)
    return (
        f"{version} is damaged, and no folder of models/ holds it: {lost} is gone or has not the SHA-256 that is "
        "pinned, nor has any older version that S3 keeps. Publish the folder that `make model` made from the machine "
        f"where it lies, or move to another version. Of that name there are:{versions.listed(there - {version})}"
    )


def _undelete(s3: Any, bucket: str, version: Version) -> bool:
    """Delete the markers that hide objects, the manifest's last (an object deleted twice has two); whether any did."""
    undeleted = False
    while True:
        pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=version.folder))
        kept = {entry["Key"] for page in pages for entry in page.get("Versions", [])}
        markers = [entry for page in pages for entry in page.get("DeleteMarkers", []) if entry["IsLatest"]]
        hiding = sorted((marker for marker in markers if marker["Key"] in kept), key=_manifest_last)
        if not hiding:
            return undeleted
        undeleted = True
        for marker in hiding:
            s3.delete_object(Bucket=bucket, Key=marker["Key"], VersionId=marker["VersionId"])


def _mend(s3: Any, bucket: str, version: Version, files: Mapping[str, File], folder: Path | None) -> str:
    """Bring what is not sound: an older version of the object, else the folder's file. What was done, in a sentence.

    The manifest is the last, as the version is there once that is.
    """
    if folder and not all(file.version for file in files.values()):
        bundle.verify(folder)
    came: dict[str, list[str]] = {}
    for name, file in files.items():
        if file.version and not file.latest:
            model_bucket.bring_back(s3, bucket, version.folder + name, file.version)
            came.setdefault("an older version of the object", []).append(name)
        elif folder and not file.version:
            _upload(s3, bucket, version.folder + name, folder / name, file.sha256)
            came.setdefault(str(folder), []).append(name)
    if [*came.values()] == [[*files]] and folder:
        return f"{version} was uploaded to s3://{bucket} from {folder}."
    told = "; ".join(f"{', '.join(names)} from {source}" for source, names in came.items())
    return f"{version} was damaged in s3://{bucket} and is whole again: {told}."


def _upload(s3: Any, bucket: str, key: str, file: Path, sha256: str) -> None:
    """Put a file with its pin, a SHA-256 that S3 checks and keeps."""
    with file.open("rb") as body:
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=body,
            ContentType=_TYPES.get(file.suffix, "application/octet-stream"),
            ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
        )


def _manifest_last(marker: Mapping[str, Any]) -> bool:
    return str(marker["Key"]).endswith(f"/{MANIFEST}")
