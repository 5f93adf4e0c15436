"""Model bundles in the local cloud, derived from the demo model by changing its manifest."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3

from build import bundle

BUNDLE = Path(__file__).parents[3] / "models" / "digits" / "bundle"
MISSING_BUNDLE = "s3://nothing/here/" + "0" * 64


def models_setting(digits: str, *, shadow: str | None = None, **others: str) -> str:
    """Return the environment variable MODELS of a function.

    Args:
        digits: The bundle's address of the default model, digits.
        shadow: The bundle's address of its shadow.
        others: The bundles' addresses of other models by name.
    """
    entries: dict[str, Any] = {name: {"address": address} for name, address in others.items()}
    default = {"address": digits, "default": True} | ({} if shadow is None else {"shadow": shadow})
    return json.dumps(entries | {"digits": default})


class Bundles:
    """Bundles below `folder`, an s3:// address without a slash at its end."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._s3 = boto3.client("s3")

    def put(self, *, labels: Sequence[str] = (), **changes: Any) -> str:
        """Store a bundle with other labels or with changed fields of the manifest, and return its address."""
        files = {file.name: file.read_bytes() for file in BUNDLE.iterdir()}
        manifest = json.loads(files.pop(bundle.MANIFEST)) | changes
        if labels:
            files["labels.txt"] = "".join(f"{label}\n" for label in labels).encode()
        manifest["files"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()
        }
        content = bundle.encode_manifest(manifest)
        address = f"{self.folder}/{manifest['name']}/{hashlib.sha256(content).hexdigest()}"
        for name, data in {**files, bundle.MANIFEST: content}.items():
            self.write(f"{address}/{name}", data)
        return address

    def corrupt(self, address: str) -> None:
        """Overwrite the bundle's labels, so that they no longer match their hash."""
        self.write(f"{address}/labels.txt", b"corrupt")

    def repair(self, address: str) -> None:
        """Undo `corrupt` for a bundle with the demo model's labels."""
        self.write(f"{address}/labels.txt", (BUNDLE / "labels.txt").read_bytes())

    def write(self, address: str, data: bytes) -> None:
        """Store one object at s3://bucket/key."""
        bucket, _, key = address.removeprefix("s3://").partition("/")
        self._s3.put_object(Bucket=bucket, Key=key, Body=data)
