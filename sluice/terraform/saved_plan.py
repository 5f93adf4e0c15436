"""Applies a plan that was saved, exactly as it was saved, or says why it must not be."""

import hashlib
import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sluice.errors import SluiceError
from sluice.terraform import command, outputs


def apply(environment: str, plan: Path, *options: str) -> None:
    """`terraform apply` of a saved plan; SluiceError when it is none, another environment's, or no longer true.

    Terraform itself sees too late that a file is not the one that was planned, in mid apply, and calls it a bug.
    """
    again = f"make plan ENV={environment} OUT={plan}"
    if not plan.is_file():
        raise SluiceError(f"There is no plan {plan}: save one with `{again}`.")
    shown = _shown(plan)
    if shown is None:
        raise SluiceError(f"{plan} is no plan that this Terraform can read: save one with `{again}`.")
    planned = shown.get("variables", {}).get("environment", {}).get("value")
    if planned != environment:
        raise SluiceError(
            f"{plan} is a plan of {planned}, not of {environment}: `make apply ENV={planned} PLAN={plan}` applies it."
        )
    for file in _changed(shown):
        raise SluiceError(f"{file} is not what was planned: it was built again since. Look again with `{again}`.")
    try:
        command.run(outputs.ROOT, "apply", "-input=false", *options, str(plan.absolute()))
    except command.TerraformError as failed:
        if "Saved plan is stale" in failed.words:
            raise SluiceError(
                f"{plan} is stale: something was applied since it was saved. Look again with `{again}`."
            ) from failed
        if 'has been written to the file "errored.tfstate"' in failed.words:
            raise SluiceError(
                "What was made stands in terraform/errored.tfstate alone: keep that file, and apply nothing before it "
                "is pushed. docs/state.md, Lost backend, tells how."
            ) from failed
        raise


def _shown(plan: Path) -> dict[str, Any] | None:
    """What Terraform tells of a plan; None when it cannot read it."""
    shown = subprocess.run(  # noqa: S603
        ["terraform", f"-chdir={outputs.ROOT}", "show", "-json", str(plan.absolute())],  # noqa: S607
        capture_output=True,
        check=False,
        text=True,
    )
    if shown.returncode:
        return None
    told: dict[str, Any] = json.loads(shown.stdout)
    return told


def _changed(shown: dict[str, Any]) -> Iterator[str]:
    """Files that the plan would deploy, but with another content than they have now."""
    for resource in shown.get("resource_changes", []):
        after = resource["change"]["after"] or {}
        if resource["change"]["actions"] == ["no-op"]:
            continue
        for named, hashed in (("filename", "source_code_hash"), ("source", "source_hash")):
            path, planned = after.get(named), after.get(hashed)
            if path and planned and planned not in _hashes(outputs.ROOT / path):
                yield os.path.relpath(outputs.ROOT / path)


def _hashes(file: Path) -> tuple[str, ...]:
    """A file's SHA-256 as filebase64sha256() and as filesha256() have it; none of one that is gone."""
    try:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256")
    except FileNotFoundError:
        return ()
    return b64encode(found.digest()).decode(), found.hexdigest()
