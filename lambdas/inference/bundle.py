"""Download a model bundle and prove that it is the one that was asked for."""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inference import s3
from inference.faults import ModelFault

CURE = "Upload the right bundle there again (terraform apply), or point MODEL at the one that is there."

_ADDRESS = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<folder>.+/(?P<sha256>[0-9a-f]{64}))/?")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MAX_MANIFEST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle: its manifest, the SHA-256 (hex) of that manifest, and the bytes of each file it names."""

    address: str
    sha256: str
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]


def download(address: str) -> Bundle:
    """The bundle at `s3://bucket/name/sha256`. Raises ModelFault when anything is missing, unreadable or different."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ModelFault(f"MODEL is {address!r}; it must be s3://bucket/name/<SHA-256 of the manifest>.")
    folder, sha256 = f"s3://{match['bucket']}/{match['folder']}", match["sha256"]
    text = _read(f"{folder}/manifest.json", _MAX_MANIFEST_BYTES, sha256)
    try:
        manifest, wanted = _parse(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFault(f"The manifest of the bundle at {folder} cannot be used: {error}. {CURE}") from error
    files = {name: _read(f"{folder}/{name}", size, expected) for name, size, expected in wanted}
    return Bundle(folder, sha256, manifest, files)


def _parse(text: bytes) -> tuple[dict[str, Any], list[tuple[str, int, str]]]:
    """The manifest, and (name, bytes, SHA-256) of each file that it names."""
    manifest: dict[str, Any] = json.loads(text)
    if manifest["format"] != 1:
        raise ValueError(f"its format is {manifest['format']!r}, this code reads 1")
    for name in manifest["files"]:
        if not _FILE.fullmatch(name):
            raise ValueError(f"{name!r} is no plain file name")
    return manifest, [(name, int(entry["bytes"]), entry["sha256"]) for name, entry in manifest["files"].items()]


def _read(address: str, size: int, sha256: str) -> bytes:
    """The object's bytes when they have that SHA-256; at most `size` bytes are read."""
    bucket, _, key = address.removeprefix("s3://").partition("/")
    try:
        reply = s3.client().get_object(Bucket=bucket, Key=key)
        with closing(reply["Body"]) as body:
            content: bytes = body.read(size + 1)
    except (ClientError, BotoCoreError, OSError) as error:
        why = error.response["Error"].get("Code") if isinstance(error, ClientError) else type(error).__name__
        raise ModelFault(
            f"The model file {address} cannot be read ({why}); expected SHA-256 {sha256}. {CURE}"
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelFault(
            f"The model file {address} is not the one that was pinned: expected SHA-256 {sha256}, found {found}"
            f"{' in its first ' + format(size + 1, ',') + ' bytes' if len(content) > size else ''}. {CURE}"
        )
    return content
