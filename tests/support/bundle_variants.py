"""Variants of the digits bundle: the same network, so that predictions are equal, under another hash."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from build import bundle
from build.bundle import Contents, Input
from tests.support.terraform_root import PROJECT

LITERT = PROJECT / "models" / "digits" / "bundle"
TENSORFLOW = PROJECT / "models" / "digits" / "tensorflow"


def write_variant(folder: Path, **changes: Any) -> str:
    """Write the digits bundle with some of its Contents changed, and return its digest."""
    manifest = bundle.verify(LITERT)
    contents = Contents(
        name=manifest["name"],
        engine=manifest["engine"],
        input=Input(**manifest["input"]),
        model=(LITERT / manifest["model"]).read_bytes(),
        labels=(LITERT / manifest["labels"]).read_text().splitlines(),
        sample=(LITERT / manifest["sample"]).read_bytes(),
    )
    return bundle.write(folder, replace(contents, **changes))
