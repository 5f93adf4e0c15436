"""Bundles in the local cloud, made of the demo model by changing what its manifest says."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3

from build import bundle

BUNDLE = Path(__file__).parents[3] / "models" / "digits" / "bundle"


def served(digits: str, *, shadow: str | None = None, **others: str) -> str:
    """MODELS as a function gets it: digits, which is the default one, with its shadow, and others by name."""
    entries: dict[str, Any] = {name: {"address": address} for name, address in others.items()}
    default = {"address": digits, "default": True} | ({} if shadow is None else {"shadow": shadow})
    return json.dumps(entries | {"digits": default})


class Bundles:
    """Bundles below `folder`, an s3:// address without the slash at its end."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._s3 = boto3.client("s3")

    def put(self, *, labels: Sequence[str] = (), **changes: Any) -> str:
        """The address of a bundle with other labels, or with other fields of its manifest."""
        files = {file.name: file.read_bytes() for file in BUNDLE.iterdir()}
        manifest = json.loads(files.pop(bundle.MANIFEST)) | changes
        if labels:
            files["labels.txt"] = "".join(f"{label}\n" for label in labels).encode()
        manifest["files"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()
        }
        content = bundle.canonical(manifest)
        address = f"{self.folder}/{manifest['name']}/{hashlib.sha256(content).hexdigest()}"
        for name, data in {**files, bundle.MANIFEST: content}.items():
            self.write(f"{address}/{name}", data)
        return address

    def spoil(self, address: str) -> None:
        """Let the bundle's labels no longer be those that were pinned."""
        self.write(f"{address}/labels.txt", b"spoilt")

    def mend(self, address: str) -> None:
        """Undo `spoil`, for a bundle with the demo model's labels."""
        self.write(f"{address}/labels.txt", (BUNDLE / "labels.txt").read_bytes())

    def write(self, address: str, data: bytes) -> None:
        bucket, _, key = address.removeprefix("s3://").partition("/")
        self._s3.put_object(Bucket=bucket, Key=key, Body=data)
